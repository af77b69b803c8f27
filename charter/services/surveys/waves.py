"""How a survey ends: closed on its day or by hand, its answers counted and sealed; or withdrawn with a reason.

Questionnaires: opened by a manager, their words fixed from then on.

No verb of a customer writes an audit entry: it would keep the second at which
somebody answered; the closing seals all answers with their hash instead.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from charter.domain.charter_file.charter import Commitment
from charter.domain.frontline.observations import LONGEST_WHY
from charter.domain.surveys.privacy import Room, remarks_to_write, room_for, to_write
from charter.domain.surveys.questionnaire import WavePlan, clean_name, require_whole, wording_of, words_of
from charter.domain.vocabulary.errors import CharterError, Conflict, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyInvitation, SurveyResponse, SurveyStep, SurveyWave
from charter.services.charters.versions import find_commitment, history
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.surveys import privacy
from charter.services.surveys.answers import settle_links
from charter.services.surveys.remarks import keep_remarks
from charter.services.surveys.responses import (
    OPEN,
    add_pairs_result,
    clean_reason,
    find_wave,
    local_day,
    require_counted,
    responses_count,
    steps_of,
)

logger = logging.getLogger(__name__)


def close_wave(actor: Actor, now: datetime, number: int) -> None:
    """End a questionnaire now: its answers are complete, counted and sealed. Raises Conflict when it is closed.

    All answers are written at once, in an order that tells nothing; all its links are used up from now on. Fewer
    than five answers are counted and not kept.
    """
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit_log.hold()
        wave = find_wave(number)
        if wave.origin != "questionnaire" or "closed" in steps_of(number):
            raise Conflict("The survey %(name)s is closed.", name=wave.name)
        settle_links(number)
        inside = privacy.emptied(number)
        people = len(inside.answers) + responses_count(number)
        rows = [
            {"wave_id": number, "answered_on": one.day, "language": one.language, "answers": dict(one.answers)}
            for one in to_write(inside.answers)
        ]
        if rows:
            db.session.execute(insert(SurveyResponse), rows)
        written = keep_remarks(now, wave, remarks_to_write(inside.remarks, inside.answers))
        facts = {"people": people, "links": _used_up(number)}
        db.session.add(SurveyStep(wave_id=number, step="closed", on=local_day(now), at=now, by=actor.name))
        result = add_pairs_result(actor, now, wave, facts)
        after = {"answers": people, "kept": responses_count(number), "answers_sha256": result.answers_sha256}
        after |= {"words": written} if written else {}
        audit_log.record(actor, now, "survey:close", f"survey {number} {wave.name}", after=after)


def _used_up(number: int) -> dict[str, int]:
    """How many links were made and used; from now on all are used up, and nothing says which were answered."""
    of = SurveyInvitation.wave_id == number
    used = select(func.count()).where(of, SurveyInvitation.is_used)
    found = {
        "made": db.session.execute(select(func.count()).where(of)).scalar_one(),
        "used": db.session.execute(used).scalar_one(),
    }
    # Written anew in the order of their hashes: where a row stands on the disk told when its link was used.
    hashes = db.session.execute(select(SurveyInvitation.sha256).where(of).order_by(SurveyInvitation.sha256)).scalars()
    rows = [{"wave_id": number, "sha256": sha256, "is_used": True} for sha256 in hashes]
    db.session.execute(delete(SurveyInvitation).where(of))
    if rows:
        db.session.execute(insert(SurveyInvitation), rows)
    return found


def close_due_waves(actor: Actor, now: datetime) -> list[str]:
    """Close every questionnaire whose last day has passed; what the alarm clock does."""
    closed = select(SurveyStep.wave_id).where(SurveyStep.step == "closed")
    query = select(SurveyWave).where(SurveyWave.closes_on < local_day(now), SurveyWave.id.not_in(closed))
    due = [(wave.id, wave.name) for wave in db.session.execute(query.order_by(SurveyWave.id)).scalars()]
    done = []
    for number, name in due:
        try:
            close_wave(actor, now, number)
            done.append(name)
        except CharterError as error:
            logger.error("survey %s cannot be closed: %s", number, error)
    return done


def withdraw_wave(actor: Actor, now: datetime, number: int, *, reason: str) -> None:
    """Set a survey aside from today on: it speaks for no class any more; what it said of past months stays.

    Raises Invalid (reason), Conflict (withdrawn already, or still open).
    """
    require(actor, Permission.RUN_SURVEY)
    reason = clean_reason(reason)
    with transaction():
        audit_log.hold()
        wave = find_wave(number)
        steps = steps_of(number)
        if "withdrawn" in steps:
            raise Conflict("The survey %(name)s is withdrawn already.", name=wave.name)
        if wave.origin == "questionnaire" and "closed" not in steps:
            raise Conflict("The survey %(name)s is still open: close it first.", name=wave.name)
        on = local_day(now)
        db.session.add(SurveyStep(wave_id=number, step="withdrawn", reason=reason, on=on, at=now, by=actor.name))
        audit_log.record(actor, now, "survey:withdraw", f"survey {number} {wave.name}", after={"reason": reason})


def prefer_wave(actor: Actor, now: datetime, number: int, *, reason: str) -> None:
    """Let a survey speak from today on although fewer people answered it than the one before.

    Raises NotFound, Invalid (reason), Conflict (decided already, withdrawn, or not counted).
    """
    require(actor, Permission.RUN_SURVEY)
    reason = clean_reason(reason)
    with transaction():
        audit_log.hold()
        wave, steps = find_wave(number), steps_of(number)
        if "preferred" in steps:
            raise Conflict("That %(name)s speaks is decided already.", name=wave.name)
        if "withdrawn" in steps:
            raise Conflict("The survey %(name)s is withdrawn already.", name=wave.name)
        require_counted(wave, set(steps))
        on = local_day(now)
        db.session.add(SurveyStep(wave_id=number, step="preferred", reason=reason, on=on, at=now, by=actor.name))
        audit_log.record(actor, now, "survey:prefer", f"survey {number} {wave.name}", after={"reason": reason})


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
        audit_log.hold()
        number = _opened(actor, now, plan, commitments)
        if plan.has_open_link:
            _opened(actor, now, plan, commitments, is_open=True)
        return number


OPEN_LINK = "open link"


def _opened(
    actor: Actor, now: datetime, plan: WavePlan, commitments: Sequence[Commitment], *, is_open: bool = False
) -> int:
    """One survey of a plan: that of the links that work once, or that of the open link, which is counted apart."""
    name = clean_name(f"{plan.name} · {OPEN_LINK}" if is_open else plan.name, "name")
    require_new_name(name)
    choices = {"table": plan.table, "months_kept": plan.months_kept} | ({"way": OPEN} if is_open else {})
    choices |= {"asks_why": True} if plan.asks_why else {}
    wave = SurveyWave(
        name=name,
        kind="kano",
        origin="questionnaire",
        segment=clean_name(plan.segment, "segment", needed=False),
        wording=wording_of(plan.languages),
        words=words_of(commitments, plan),
        commitments=[one.key for one in commitments],
        languages=list(plan.languages),
        choices=choices,
        counts={},
        asked_on=plan.closes_on,
        closes_on=plan.closes_on,
        invited=0 if is_open else plan.invitations,
        opened_at=now,
        opened_by=actor.name,
    )
    db.session.add(wave)
    db.session.flush()
    room = room_for(len(commitments), LONGEST_WHY) if plan.asks_why else Room()
    privacy.make_boxes(wave.id, plan.invitations, room)
    after = asdict(plan) | {"closes_on": plan.closes_on.isoformat(), "commitments": list(plan.commitments)}
    audit_log.record(actor, now, "survey:open", f"survey {wave.id} {wave.name}", after=_plain(after))
    return wave.id


def open_survey_of(number: int) -> int:
    """The survey of the open link that was opened with this one. Raises NotFound."""
    name = f"{find_wave(number).name} · {OPEN_LINK}"
    found = db.session.execute(select(SurveyWave.id).where(SurveyWave.name == name)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no survey %(number)s.", number=name)
    return found


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}


def require_new_name(name: str) -> None:
    """Raises Conflict where a survey has that name."""
    if db.session.execute(select(SurveyWave.id).where(SurveyWave.name == name)).first() is not None:
        raise Conflict("There is a survey called %(name)s already: take another name.", name=name)
