"""How a survey ends: closed on its day or by hand, its answers counted and sealed; or withdrawn with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from charter.domain.entries import LONGEST_REASON
from charter.domain.errors import Conflict, Invalid
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.models.base import db
from charter.models.responses import SurveyStep, SurveyWave
from charter.services import audit
from charter.services.survey_results import add_pairs_result
from charter.services.survey_waves import find_wave, local_day, responses_count, steps_of
from charter.services.transactions import transaction


def close_wave(actor: Actor, now: datetime, number: int) -> None:
    """End a questionnaire now: its answers are complete, counted and sealed. Raises Conflict when it is closed."""
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit.hold()
        wave = find_wave(number)
        if wave.origin != "questionnaire" or "closed" in steps_of(number):
            raise Conflict("The survey %(name)s is closed.", name=wave.name)
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
        raise Invalid("Say why, in at most %(most)s letters.", "reason", most=LONGEST_REASON)
    with transaction():
        audit.hold()
        wave = find_wave(number)
        steps = steps_of(number)
        if "withdrawn" in steps:
            raise Conflict("The survey %(name)s is withdrawn already.", name=wave.name)
        if wave.origin == "questionnaire" and "closed" not in steps:
            raise Conflict("The survey %(name)s is still open: close it first.", name=wave.name)
        on = local_day(now)
        db.session.add(SurveyStep(wave_id=number, step="withdrawn", reason=reason, on=on, at=now, by=actor.name))
        audit.record(actor, now, "survey:withdraw", f"survey {number} {wave.name}", after={"reason": reason})
