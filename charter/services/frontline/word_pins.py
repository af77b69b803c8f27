"""Expressions that a person pins to a promise, to see each month how many write them; a later row takes one off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from charter.domain.frontline.lemmas import LANGUAGES
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.frontline import WordPin
from charter.services.charters.versions import find_commitment, find_unit, history
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
    newest: dict[tuple[str, str, str, str], WordPin] = {}
    for row in db.session.execute(query).scalars():
        newest[row.words_key, row.expression, row.commitment_key, row.unit_key] = row
    return [row for row in newest.values() if not row.is_lifted]


def pin(actor: Actor, now: datetime, *, words: str, expression: str, written: str, commitment: str, unit: str) -> None:
    """Pin an expression to a promise, for a unit. Raises NotAllowed, NotFound, Invalid, Conflict (it is)."""
    _require(actor, unit)
    version = history().current
    find_unit(version, unit)
    find_commitment(version, commitment)
    if words not in version.charter.words or expression[:2] not in LANGUAGES or not expression[3:] or not written:
        raise Invalid("This expression is not on the page any more: look at the page again.", "expression")
    if _held(words, expression, commitment, unit) is not None:
        raise Conflict("This expression is pinned to this promise already.")
    _write(actor, now, WordPin(words_key=words, expression=expression[:300], written=written[:300],
                               commitment_key=commitment, unit_key=unit, is_lifted=False), "words:pin")  # fmt: skip


def unpin(actor: Actor, now: datetime, *, words: str, expression: str, commitment: str, unit: str) -> None:
    """Take a pinned expression off a promise: it stays in the log. Raises NotAllowed, Conflict (it is not pinned)."""
    _require(actor, unit)
    held = _held(words, expression, commitment, unit)
    if held is None:
        raise Conflict("This expression is not pinned to this promise any more.")
    _write(actor, now, WordPin(words_key=words, expression=expression, written=held.written,
                               commitment_key=commitment, unit_key=unit, is_lifted=True), "words:unpin")  # fmt: skip


def _require(actor: Actor, unit: str) -> None:
    for right in RIGHTS_TO_PIN:
        require(actor, right, unit)


def _held(words: str, expression: str, commitment: str, unit: str) -> WordPin | None:
    held = pinned(commitment, [unit])
    return next((row for row in held if (row.words_key, row.expression) == (words, expression)), None)


def _write(actor: Actor, now: datetime, row: WordPin, deed: str) -> None:
    row.at, row.by = now, actor.name
    with transaction():
        audit_log.hold()
        db.session.add(row)
        db.session.flush()
        facts = {"words": row.words_key, "expression": row.written, "commitment": row.commitment_key,
                 "unit": row.unit_key}  # fmt: skip
        audit_log.record(actor, now, deed, f"word pin {row.id}", after=facts)
