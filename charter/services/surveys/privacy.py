"""Where answers wait while a survey is open: boxes that only this installation's key opens, emptied when it closes.

An answer and its link are never written in one transaction, and no row of an open survey can be read without the key.
So nothing that the database keeps of a transaction, an order or a day leads from the one to the other.

Answers are deleted after their time, and what a file's refused lines quoted when somebody asks: what they came to
stays, with the hash that vouched for them, and the log says who did it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete, func, select, update

from charter.domain.surveys.privacy import NONCE, Box, Kept, Remark, Room, opened, sealed
from charter.domain.surveys.questionnaire import months_after
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.surveys import SurveyBox, SurveyInvitation, SurveyResponse, SurveyStep, SurveyWave
from charter.services.records import audit_log
from charter.services.records.audit_log import Done
from charter.services.records.erasable_texts import sweep
from charter.services.records.sealing import attributes_of, digest_of, secret_key
from charter.services.records.transactions import rows_changed, transaction
from charter.services.surveys.remarks import erase_remarks
from charter.services.surveys.responses import (
    clean_reason,
    find_wave,
    local_day,
    require_counted,
    responses_count,
    steps_of,
)

logger = logging.getLogger(__name__)

RETENTION = "the months of the survey are over"
FOR_ONE_BOX = 100
"""People asked for each box: it is written anew with each answer, and so stays small."""
MOST_BOXES = 200
TRIES = 50


@dataclass(frozen=True)
class _Read:
    """A box as it was read: its row, its version, what it holds."""

    number: int
    version: int
    box: Box


@dataclass(frozen=True)
class Emptied:
    """What came out of the boxes of a survey: answers, words apart from them, the marks of forms that were taken."""

    answers: Sequence[Kept]
    remarks: Sequence[Remark]
    taken: frozenset[str]


def make_boxes(wave: int, people: int, room: Room) -> None:
    """The empty boxes of a survey that opens, within the caller's transaction; `room`: for the words of each person."""
    count = min(MOST_BOXES, 1 + people // FOR_ONE_BOX)
    box = Box(room=room)
    db.session.add_all(
        SurveyBox(wave_id=wave, version=0, count=0, content=sealed(box, secret_key(), secrets.token_bytes(NONCE)))
        for _ in range(count)
    )


def put(wave: int, given: Kept, form: str, remarks: tuple[Remark, ...] = ()) -> None:
    """Put one person's answers into the box of their form, in a transaction of their own; their words apart.

    Raises Conflict: the survey is closed, or the same link was taken up by another form meanwhile.
    """
    for _ in range(TRIES):
        read = _box_of(wave, form)
        box = read.box
        if form in box.taken:
            return
        if form in box.refused:
            raise Conflict("This link has been used: one link, one answer. Thank you.")
        more = replace(box, answers=(*box.answers, given), remarks=(*box.remarks, *remarks))
        if _is_written(read, replace(more, taken=box.taken | {form})):
            return
    raise Conflict("Too many answers come at once: send yours again in a minute.")


def is_taken(wave: int, form: str) -> bool:
    """Whether the answers of a form have arrived."""
    return form in _box_of(wave, form).box.taken


def turn_away(wave: int, form: str) -> bool:
    """Let the answers of a form that was given up come in no more; False where they have arrived."""
    for _ in range(TRIES):
        read = _box_of(wave, form)
        if form in read.box.taken:
            return False
        if form in read.box.refused or _is_written(read, replace(read.box, refused=read.box.refused | {form})):
            return True
    raise Conflict("Too many answers come at once: send yours again in a minute.")


def _box_of(wave: int, form: str) -> _Read:
    """The box where a form's answers go. Raises Conflict (closed)."""
    query = select(SurveyBox.id, SurveyBox.version, SurveyBox.content)
    with transaction():
        rows = db.session.execute(query.where(SurveyBox.wave_id == wave).order_by(SurveyBox.id)).all()
    if not rows:
        raise Conflict("This survey is closed: it takes no more answers. Thank you for your wish to answer.")
    row = rows[int(form[:8], 16) % len(rows)]
    return _Read(row.id, row.version, _opened(row.content))


def _opened(content: bytes) -> Box:
    try:
        return opened(content, secret_key())
    except ValueError:
        raise Conflict(
            "The answers of this survey were closed with another key: put back the SECRET_KEY with which it was "
            "opened. None is lost."
        ) from None


def _is_written(read: _Read, box: Box) -> bool:
    """Whether the box was written as it is to be; not where another form came first."""
    content = sealed(box, secret_key(), secrets.token_bytes(NONCE))
    values = {"version": read.version + 1, "count": len(box.answers), "content": content}
    with transaction():
        same = (SurveyBox.id == read.number) & (SurveyBox.version == read.version)
        return rows_changed(update(SurveyBox).where(same).values(**values)) == 1


def people_in(wave: int) -> int:
    """How many have answered a survey that is open."""
    query = select(func.coalesce(func.sum(SurveyBox.count), 0)).where(SurveyBox.wave_id == wave)
    return int(db.session.execute(query).scalar_one())


def people_in_all() -> dict[int, int]:
    """The same of every open survey."""
    query = select(SurveyBox.wave_id, func.sum(SurveyBox.count)).group_by(SurveyBox.wave_id)
    return {wave: int(count) for wave, count in db.session.execute(query)}


def taken_in(wave: int) -> frozenset[str]:
    """The marks of the forms whose answers have arrived, while a survey is open."""
    query = select(SurveyBox.content).where(SurveyBox.wave_id == wave)
    return frozenset(mark for row in db.session.execute(query).scalars() for mark in _opened(row).taken)


def emptied(wave: int) -> Emptied:
    """All that the boxes of a survey that closes hold; the boxes are gone.

    Within the caller's transaction, which holds other writers (`audit_log.hold`).
    """
    query = select(SurveyBox).where(SurveyBox.wave_id == wave).with_for_update()
    boxes = [_opened(row.content) for row in db.session.execute(query).scalars()]
    db.session.execute(delete(SurveyBox).where(SurveyBox.wave_id == wave))
    taken = frozenset(mark for box in boxes for mark in box.taken)
    remarks = [one for box in boxes for one in box.remarks]
    return Emptied([one for box in boxes for one in box.answers], remarks, taken)


def erase_answers(actor: Actor, now: datetime, number: int, *, reason: str | None) -> int:
    """Delete the answers of a survey for good, and what was written beside them, and return how many answers: what they
    came to stays, with their hash.

    `reason` None: the months for which they were to be kept are over.
    Raises NotFound, Invalid (reason), Conflict (still open, or erased already).
    """
    require(actor, Permission.RUN_SURVEY)
    because = None if reason is None else clean_reason(reason)
    with transaction():
        audit_log.hold()
        wave, steps = find_wave(number), steps_of(number)
        if "erased" in steps:
            raise Conflict("The answers of the survey %(name)s are deleted already.", name=wave.name)
        require_counted(wave, set(steps))
        on = local_day(now)
        db.session.add(SurveyStep(wave_id=number, step="erased", reason=because, on=on, at=now, by=actor.name))
        db.session.flush()
        count = responses_count(number)
        db.session.execute(delete(SurveyResponse).where(SurveyResponse.wave_id == number))
        db.session.execute(delete(SurveyInvitation).where(SurveyInvitation.wave_id == number))
        after = {"survey": number, "answers": count, "reason": because}
        audit_log.record(actor, now, "survey:erase", f"survey {number} {wave.name}", after=after)
        erase_remarks(actor, now, wave, because=because or RETENTION)
    sweep()
    return count


def clean_lines(actor: Actor, now: datetime, number: int) -> int:
    """Delete what is stored of a file's refused lines, which in older releases quoted their cells; how many they were.

    Raises NotFound, Conflict (nothing is stored of them).
    """
    require(actor, Permission.RUN_SURVEY)
    with transaction():
        audit_log.hold()
        wave = find_wave(number)
        if not (lines := wave.counts.get("lines")):
            raise Conflict("Nothing is stored of refused lines of the survey %(name)s.", name=wave.name)
        db.session.add(SurveyStep(wave_id=number, step="cleaned", on=local_day(now), at=now, by=actor.name))
        subject, table = f"survey {number} {wave.name}", SurveyWave.__tablename__
        counts = {name: value for name, value in wave.counts.items() if name != "lines"}
        facts = {name: getattr(wave, name) for name in attributes_of(table)} | {"counts": counts}
        db.session.execute(
            update(SurveyWave).where(SurveyWave.id == number).values(counts=counts),
            execution_options={"synchronize_session": False},
        )
        rows = audit_log.rows_written() | {table: {str(number): digest_of(table, facts)}}
        audit_log.record_all(actor, now, [Done("survey:clean", subject, {"lines": len(lines)}, None, rows)])
    return len(lines)


def erase_due_answers(actor: Actor, now: datetime) -> list[str]:
    """Delete the answers of every survey whose months are over; what the alarm clock does."""
    erased = select(SurveyStep.wave_id).where(SurveyStep.step == "erased")
    rows = db.session.execute(select(SurveyWave).where(SurveyWave.id.not_in(erased))).scalars().all()
    due = [(wave.id, wave.name) for wave in rows if (until := kept_until(wave)) and local_day(now) > until]
    done = []
    for number, name in due:
        try:
            erase_answers(actor, now, number, reason=None)
            done.append(name)
        except Conflict as error:
            logger.error("the answers of survey %s cannot be deleted: %s", number, error)
    return done


def kept_until(wave: SurveyWave) -> date | None:
    """The last day on which a survey's answers are kept; None where nobody has said (surveys of older releases)."""
    months = wave.choices.get("months_kept")
    return None if months is None else months_after(wave.closes_on or wave.asked_on, int(months))
