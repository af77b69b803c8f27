"""Questionnaires: opened by a manager, their words fixed from then on.

No verb of a customer writes an audit entry: it would keep the second at which
somebody answered; the closing seals all answers with their hash instead.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from charter.domain.errors import Conflict
from charter.domain.evidence.questionnaire import WavePlan, clean_name, require_whole, wording_of, words_of
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.models.base import db
from charter.models.responses import SurveyWave
from charter.services import audit
from charter.services.charters import find_commitment, history
from charter.services.survey_waves import local_day
from charter.services.transactions import transaction


def open_wave(actor: Actor, now: datetime, plan: WavePlan) -> int:
    """Open a questionnaire and return its number; its links are made by `issue_links`.

    The words are fixed now: what the charter says later asks nobody else. Raises NotAllowed, Invalid, NotFound
    (promise), Conflict (a survey of that name).
    """
    require(actor, Permission.RUN_SURVEY)
    today = local_day(now)
    require_whole(plan, today)
    version = history().on(today)
    commitments = [find_commitment(version, key)[1] for key in plan.commitments]
    with transaction():
        audit.hold()
        require_new_name(clean_name(plan.name, "name"))
        wave = SurveyWave(
            name=clean_name(plan.name, "name"),
            kind="kano",
            origin="questionnaire",
            segment=clean_name(plan.segment, "segment", needed=False),
            wording=wording_of(plan.languages),
            words=words_of(commitments, plan.languages),
            commitments=[one.key for one in commitments],
            languages=list(plan.languages),
            choices={"table": plan.table},
            counts={},
            asked_on=plan.closes_on,
            closes_on=plan.closes_on,
            invited=plan.invitations,
            opened_at=now,
            opened_by=actor.name,
        )
        db.session.add(wave)
        db.session.flush()
        after = asdict(plan) | {"closes_on": plan.closes_on.isoformat(), "commitments": list(plan.commitments)}
        audit.record(actor, now, "survey:open", f"survey {wave.id} {wave.name}", after=_plain(after))
        return wave.id


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}


def require_new_name(name: str) -> None:
    """Raises Conflict where a survey has that name."""
    if db.session.execute(select(SurveyWave.id).where(SurveyWave.name == name)).first() is not None:
        raise Conflict("There is a survey called %(name)s already: take another name.", name=name)
