"""What happened, in the owner's words: comments on a commitment's month, each version kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from charter.domain.actions.action_rules import LONGEST_COMMENT, written
from charter.domain.overview.model import CommitmentView
from charter.domain.vocabulary.errors import Invalid, Sentence
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import PeriodKind, Permission
from charter.models.actions import Comment
from charter.models.base import db
from charter.services.charters.versions import History, find_commitment, find_unit, history
from charter.services.records import audit_log
from charter.services.records.sealing import words_hash
from charter.services.records.transactions import transaction

VERSIONS_SHOWN = 30
EMPTY = Sentence("Write what happened: a comment says it in your own words.")


def explain_miss(
    actor: Actor, now: datetime, *, commitment: str, period: str, unit: str | None = None, text: str
) -> int:
    """Comment a commitment's month; a new comment stands in the place of the older one, and both are kept.

    The same words again are no new version. Returns the comment's number.
    Raises NotAllowed, NotFound (commitment, unit), Invalid (no month, a month to come, no words, too many).
    """
    found = history()
    month = month_begun(found, period, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit)
    require(actor, Permission.EXPLAIN_MISS, unit_key)
    find_commitment(version, commitment)
    words = written(text, "text", LONGEST_COMMENT, needed=EMPTY)
    with transaction():
        audit_log.hold()
        before = _newest(commitment, month.key, unit_key)
        if before is not None and before.text == words:
            return before.id
        row = Comment(
            commitment_key=commitment,
            period_key=month.key,
            unit_key=unit_key,
            text=words,
            written_at=now,
            written_by=actor.name,
        )
        db.session.add(row)
        db.session.flush()
        replaced = {"comment": before.id, "sha256": words_hash(before.text)} if before else None
        audit_log.record(actor, now, "comment:write", f"comment {row.id}", before=replaced, after=comment_record(row))
        return row.id


def comment_record(row: Comment) -> dict[str, object]:
    """What the audit log keeps of a comment."""
    return {
        "commitment": row.commitment_key,
        "period": row.period_key,
        "unit": row.unit_key,
        "sha256": words_hash(row.text),
    }


def month_begun(found: History, period: str, now: datetime) -> Period:
    """The month of that name, if it has begun in the charter's zone. Raises Invalid."""
    month = parse_period(period)
    if month.kind is not PeriodKind.MONTH:
        raise Invalid("%(period)s is not a month: write it as 2026-10.", "period", period=month)
    if month.start > now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date():
        raise Invalid("%(period)s has not begun yet: there is nothing to say of it.", "period", period=month)
    return month


def _newest(commitment: str, period: str, unit: str) -> Comment | None:
    place = (Comment.commitment_key == commitment) & (Comment.period_key == period) & (Comment.unit_key == unit)
    return db.session.execute(select(Comment).where(place).order_by(Comment.id.desc()).limit(1)).scalar_one_or_none()


def comments_of(period: str, units: Collection[str] | None = None, *, before: datetime | None = None) -> list[Comment]:
    """The comments that are shown for a month: the newest of each commitment and unit, oldest first.

    `units` None: of every unit. `before`: as they stood at that instant.
    """
    chosen: list[ColumnElement[bool]] = [Comment.period_key == period]
    if units is not None:
        chosen.append(Comment.unit_key.in_(units))
    if before is not None:
        chosen.append(Comment.written_at <= before)
    newest = select(func.max(Comment.id)).where(*chosen).group_by(Comment.commitment_key, Comment.unit_key)
    return list(db.session.execute(select(Comment).where(Comment.id.in_(newest)).order_by(Comment.id)).scalars())


def versions_of(commitment: str, period: str, units: Collection[str]) -> dict[str, list[Comment]]:
    """Every comment on a commitment's month, by unit, newest first."""
    place = (Comment.commitment_key == commitment) & (Comment.period_key == period) & Comment.unit_key.in_(units)
    found: dict[str, list[Comment]] = {}
    for row in db.session.execute(select(Comment).where(place).order_by(Comment.id.desc())).scalars():
        found.setdefault(row.unit_key, []).append(row)
    return found


class CommentLine(TypedDict):
    """A comment as pages and editions print it."""

    number: int
    commitment: str
    period: str
    unit: str
    text: str
    at: str
    by: str


class CommentOfUnit(CommentLine):
    """A comment, with the name of its unit."""

    unit_name: str


def comment_facts(row: Comment) -> CommentLine:
    """A comment as plain values."""
    return {
        "number": row.id,
        "commitment": row.commitment_key,
        "period": row.period_key,
        "unit": row.unit_key,
        "text": row.text,
        "at": row.written_at.isoformat(),
        "by": row.written_by,
    }


ASKS = ("missed", "unacceptable")
"""The statuses that ask for a comment."""


def uncommented(commitments: Sequence[CommitmentView], comments: Sequence[CommentOfUnit], unit: str) -> list[str]:
    """The missed commitments of a unit's month without a comment of that unit."""
    said = {one["commitment"] for one in comments if one["unit"] == unit}
    return [view["key"] for view in commitments if view["status"] in ASKS and view["key"] not in said]
