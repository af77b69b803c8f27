"""Expressions that a person pins to a promise, to see each month how many write them; a later row takes one off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import and_, select

from charter.domain.frontline.texts import LEAST
from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.frontline import WordPin, WordReading
from charter.services.charters.versions import Version, find_commitment, find_unit, history
from charter.services.frontline.word_counts import counts_of, newest_of, readings_of
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

RIGHTS_TO_PIN = (Permission.READ_SURVEYS, Permission.PLAN_ACTION)
"""Who pins an expression has read the texts, and does something about it."""


def pinned(commitment: str | None = None, units: Sequence[str] | None = None) -> list[WordPin]:
    """What is pinned now: of one promise and some units, or all. One statement."""
    query = select(WordPin).order_by(WordPin.id)
    if commitment is not None:
        query = query.where(WordPin.commitment_key == commitment)
    if units is not None:
        query = query.where(WordPin.unit_key.in_(units))
    return _held_of(db.session.execute(query).scalars())


def _held_of(rows: Iterable[WordPin]) -> list[WordPin]:
    """Of rows in their order, those that no later one has taken off."""
    newest = {(row.words_key, row.expression, row.commitment_key, row.unit_key): row for row in rows}
    return [row for row in newest.values() if not row.is_lifted]


def pin(actor: Actor, now: datetime, *, of: str, expression: str, commitment: str, unit: str, period: str) -> None:
    """Pin an expression that rises in a month's free texts (`of`) of a unit to a promise, for that unit.

    Raises NotAllowed, NotFound, Invalid (period; it is none of those that are shown), Conflict (it is pinned).
    """
    _require(actor, unit)
    version = history().current
    find_unit(version, unit)
    find_commitment(version, commitment)
    shown = counts_of(readings_of(parse_period(period), [of]).get(of), unit)
    written = next((one["shown"] for one in (*shown["rising"], *shown["asked"]) if one["key"] == expression), None)
    if written is None or of not in version.charter.words:
        raise Invalid("This expression is not on the page any more: look at the page again.", "expression")
    if _held(of, expression, commitment, unit) is not None:
        raise Conflict("This expression is pinned to this promise already.")
    row = WordPin(words_key=of, expression=expression, written=written, commitment_key=commitment, unit_key=unit)
    _write(actor, now, row, "words:pin")


def unpin(actor: Actor, now: datetime, *, of: str, expression: str, commitment: str, unit: str) -> None:
    """Take a pinned expression off a promise: it stays in the log. Raises NotAllowed, Conflict (it is not pinned)."""
    _require(actor, unit)
    held = _held(of, expression, commitment, unit)
    if held is None:
        raise Conflict("This expression is not pinned to this promise any more.")
    row = WordPin(words_key=of, expression=expression, written=held.written, commitment_key=commitment, unit_key=unit)
    _write(actor, now, row, "words:unpin")


def _require(actor: Actor, unit: str) -> None:
    for right in RIGHTS_TO_PIN:
        require(actor, right, unit)


def _held(of: str, expression: str, commitment: str, unit: str) -> WordPin | None:
    held = pinned(commitment, [unit])
    return next((row for row in held if (row.words_key, row.expression) == (of, expression)), None)


def _write(actor: Actor, now: datetime, row: WordPin, deed: str) -> None:
    row.at, row.by, row.is_lifted = now, actor.name, deed == "words:unpin"
    with transaction():
        audit_log.hold()
        db.session.add(row)
        db.session.flush()
        facts = {"words": row.words_key, "expression": row.written, "commitment": row.commitment_key,
                 "unit": row.unit_key}  # fmt: skip
        audit_log.record(actor, now, deed, f"word pin {row.id}", after=facts)


class PinnedLine(TypedDict):
    """An expression that is pinned to a promise: this month in how many texts; None: not counted, or fewer than
    five."""

    words_key: str
    expression: str
    written: str
    name: Words
    now: int | None
    of: int | None
    is_few: bool
    unit: str
    may_read: bool
    may_unpin: bool


def pinned_to(actor: Actor, version: Version, month: Period, unit: str, commitment: str) -> list[PinnedLine]:
    """The expressions pinned to a promise for a unit or one above it, with their count in the unit this month.

    One statement. What was pinned after the month was read is counted where it rose, and else not said to be few.
    """
    if not version.charter.words or unit not in version.tree:
        return []
    is_newest = WordReading.id.in_(newest_of(month))
    query = (
        select(WordPin, WordReading)
        .outerjoin(WordReading, and_(is_newest, WordReading.words_key == WordPin.words_key))
        .where(WordPin.commitment_key == commitment, WordPin.unit_key.in_(version.tree.path(unit)))
        .order_by(WordPin.id)
    )
    rows = db.session.execute(query).all()
    readings = {reading.words_key: reading for _, reading in rows if reading is not None}
    held = [pin for pin in _held_of([pin for pin, _ in rows]) if pin.words_key in version.charter.words]
    return [_line(actor, version, one, readings.get(one.words_key), unit) for one in held]


def _line(actor: Actor, version: Version, one: WordPin, row: WordReading | None, unit: str) -> PinnedLine:
    of_unit = counts_of(row, unit)
    lines = (*of_unit["asked"], *of_unit["rising"])
    line = next((each for each in lines if each["key"] == one.expression), None)
    count, is_counted = (line["now"] if line else 0), line is not None or (row is not None and row.at >= one.at)
    return {
        "words_key": one.words_key,
        "expression": one.expression,
        "written": one.written,
        "name": words(version.charter.words[one.words_key].name),
        "now": count if count >= LEAST else None,
        "of": line["of"] if line else None,
        "is_few": is_counted and bool(of_unit["month"]) and count < LEAST,
        "unit": one.unit_key,
        "may_read": may(actor, Permission.READ_SURVEYS, unit),
        "may_unpin": all(may(actor, right, one.unit_key) for right in RIGHTS_TO_PIN),
    }
