"""Questionnaires: opened by a manager, answered once per invitation, closed on their day, withdrawn with a reason.

Links are shown once and kept as hashes. No verb of a customer writes an audit entry: it would keep the second at which
somebody answered; the closing seals all answers with their hash instead.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from charter.domain.entries import LONGEST_REASON
from charter.domain.errors import Conflict, Invalid
from charter.domain.evidence.questionnaire import WavePlan, clean_name, require_whole, wording_of, words_of
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.models.base import db
from charter.models.responses import SurveyInvitation, SurveyStep, SurveyWave
from charter.services import audit
from charter.services.charters import find_commitment, history
from charter.services.survey_results import add_pairs_result, find_wave, local_day, responses_count, steps_of
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
        raise Conflict(f"There is a survey called {name} already: take another name.")


def issue_links(actor: Actor, now: datetime, number: int, *, again: bool = False) -> Sequence[str]:
    """Make the secrets of a questionnaire's links, shown this once; only their hashes stay.

    `again` makes new ones for the links that nobody has used: those stop working. Raises Conflict where they have been
    made already, or the questionnaire is closed.
    """
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit.hold()
        wave = find_wave(number)
        _require_open(wave, now)
        used = _count(number, used=True)
        made = _count(number, used=False) + used
        if made and not again:
            raise Conflict("The links were made already, and are shown once: make new ones for those not used yet.")
        db.session.execute(
            delete(SurveyInvitation).where(SurveyInvitation.wave_id == number, SurveyInvitation.is_used.is_(False))
        )
        tokens = [secrets.token_urlsafe(18) for _ in range(wave.invited - used)]
        rows = [{"wave_id": number, "sha256": hash_of(token), "is_used": False} for token in tokens]
        # In the order of their hashes: a row's place says nothing of its place in the list of links.
        if rows:
            db.session.execute(insert(SurveyInvitation), sorted(rows, key=lambda row: str(row["sha256"])))
        after = {"links": len(tokens), "again": bool(made)}
        audit.record(actor, now, "survey:links", f"survey {number} {wave.name}", after=after)
    return tokens


def hash_of(token: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _count(number: int, *, used: bool) -> int:
    query = select(func.count()).where(SurveyInvitation.wave_id == number, SurveyInvitation.is_used.is_(used))
    return db.session.execute(query).scalar_one()


def _require_open(wave: SurveyWave, now: datetime) -> None:
    if wave.origin != "questionnaire":
        raise Conflict(f"{wave.name} came from a file: it has no links.")
    if "closed" in steps_of(wave.id) or is_over(wave, now):
        raise Conflict(f"The survey {wave.name} is closed.")


def is_over(wave: SurveyWave, now: datetime) -> bool:
    """Whether its last day has passed."""
    return wave.closes_on is not None and local_day(now) > wave.closes_on


def close_wave(actor: Actor, now: datetime, number: int) -> None:
    """End a questionnaire now: its answers are complete, counted and sealed. Raises Conflict when it is closed."""
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit.hold()
        wave = find_wave(number)
        if wave.origin != "questionnaire" or "closed" in steps_of(number):
            raise Conflict(f"The survey {wave.name} is closed.")
        db.session.add(SurveyStep(wave_id=number, step="closed", on=local_day(now), at=now, by=actor.name))
        result = add_pairs_result(actor, now, wave)
        after = {"answers": responses_count(number), "answers_sha256": result.answers_sha256}
        audit.record(actor, now, "survey:close", f"survey {number} {wave.name}", after=after)


def close_due_waves(actor: Actor, now: datetime) -> list[str]:
    """Close every questionnaire whose last day has passed; what the alarm clock does."""
    closed = select(SurveyStep.wave_id).where(SurveyStep.step == "closed")
    query = select(SurveyWave).where(SurveyWave.closes_on < local_day(now), SurveyWave.id.not_in(closed))
    due = [(wave.id, wave.name) for wave in db.session.execute(query.order_by(SurveyWave.id)).scalars()]
    for number, _ in due:
        close_wave(actor, now, number)
    return [name for _, name in due]


def withdraw_wave(actor: Actor, now: datetime, number: int, *, reason: str) -> None:
    """Set a survey aside from today on: it speaks for no class any more; what it said of past months stays.

    Raises Invalid (reason), Conflict (withdrawn already, or still open).
    """
    require(actor, Permission.RUN_SURVEY)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise Invalid(f"Say why, in at most {LONGEST_REASON} letters.", "reason")
    with transaction():
        audit.hold()
        wave = find_wave(number)
        steps = steps_of(number)
        if "withdrawn" in steps:
            raise Conflict(f"The survey {wave.name} is withdrawn already.")
        if wave.origin == "questionnaire" and "closed" not in steps:
            raise Conflict(f"The survey {wave.name} is still open: close it first.")
        on = local_day(now)
        db.session.add(SurveyStep(wave_id=number, step="withdrawn", reason=reason, on=on, at=now, by=actor.name))
        audit.record(actor, now, "survey:withdraw", f"survey {number} {wave.name}", after={"reason": reason})
