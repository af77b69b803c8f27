"""Where answers wait while a survey is open: boxes that only this installation's key opens, emptied when it closes.

An answer and its link are never written in one transaction, and no row of an open survey can be read without the key.
So nothing that the database keeps of a transaction, an order or a day leads from the one to the other.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, select, update

from charter.domain.surveys.privacy import NONCE, Box, Kept, opened, sealed
from charter.domain.vocabulary.errors import Conflict
from charter.models.base import db
from charter.models.surveys import SurveyBox
from charter.services.records.transactions import rows_changed, transaction

FOR_ONE_BOX = 100
"""People asked for each box: it is written anew with each answer, and so stays small."""
MOST_BOXES = 200
TRIES = 50

_key: list[bytes] = []


@dataclass(frozen=True)
class _Read:
    """A box as it was read: its row, its version, what it holds."""

    number: int
    version: int
    box: Box


@dataclass(frozen=True)
class Emptied:
    """What came out of the boxes of a survey: answers, and the marks of the forms that were taken."""

    answers: Sequence[Kept]
    taken: frozenset[str]


def use_key(secret_key: str) -> None:
    """From now on boxes are closed with a key made of the installation's own (SECRET_KEY)."""
    _key[:] = [secret_key.encode()]


def make_boxes(wave: int, people: int) -> None:
    """The empty boxes of a survey that opens, within the caller's transaction."""
    count = min(MOST_BOXES, 1 + people // FOR_ONE_BOX)
    db.session.add_all(SurveyBox(wave_id=wave, version=0, count=0, content=b"") for _ in range(count))


def put(wave: int, given: Kept, form: str) -> None:
    """Put one person's answers into the box of their form, in a transaction of their own.

    Raises Conflict: the survey is closed, or the same link was taken up by another form meanwhile.
    """
    for _ in range(TRIES):
        read = _box_of(wave, form)
        box = read.box
        if form in box.taken:
            return
        if form in box.refused:
            raise Conflict("This link has been used: one link, one answer. Thank you.")
        if _is_written(read, replace(box, answers=(*box.answers, given), taken=box.taken | {form})):
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
        return opened(content, _key[0])
    except ValueError:
        raise Conflict(
            "The answers of this survey were closed with another key: put back the SECRET_KEY with which it was "
            "opened. None is lost."
        ) from None


def _is_written(read: _Read, box: Box) -> bool:
    """Whether the box was written as it is to be; not where another form came first."""
    content = sealed(box, _key[0], secrets.token_bytes(NONCE))
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
    return Emptied([one for box in boxes for one in box.answers], taken)
