"""A class that moved has its alert: for who decides classes and who answers for the promise, until that is settled.

It is open while nobody has decided on the promise since, for a month at most, and while the class has not moved again
(that is an alert of its own). A class that a person decided asks for nothing: it is noted. The mail that a class has
moved is written as it moves (`services.classes.changes`): the alert writes none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from charter.domain.alerts.alert_rules import Mark, Seen, Subject
from charter.domain.overview.model import words
from charter.models.base import db
from charter.models.classes import ClassChange, ClassDecision
from charter.services.alerts.signals import Detected
from charter.services.charters.versions import Version
from charter.services.watching.alert_changes import About

STANDS = timedelta(days=31)
"""So long a move is news that asks to be looked at."""
MOVED, DECIDED = "moved", "decided"
_LONGEST = 80


def detect_moved_classes(version: Version, now: datetime) -> Iterator[Detected]:
    """One sight per commitment whose class moved within the month: bad while nobody has decided on it since; nothing
    but news where a person moved it."""
    today = now.astimezone(ZoneInfo(version.charter.charter.timezone)).date()
    numbers = {one.key: (number, one) for number, one in enumerate(version.charter.commitments, 1)}
    newest = select(func.max(ClassChange.id)).group_by(ClassChange.commitment_key)
    moved = ClassChange.was.is_not(None) & (ClassChange.moved_on > today - STANDS)
    rows = db.session.execute(select(ClassChange).where(ClassChange.id.in_(newest), moved)).scalars().all()
    for row in rows:
        if row.commitment_key not in numbers:
            continue
        number, one = numbers[row.commitment_key]
        facts = _facts(row) | {"number": number, "title": words(one.title)}
        subject = f"{row.id} {one.key}"[:_LONGEST]
        about = About(Subject.MOVE, subject, one.key, one.owner, version.tree.root.key)
        if row.decision is not None:
            yield Detected(about, Seen(Mark.NONE, DECIDED), facts)
        elif not _is_settled(row):
            yield Detected(about, Seen(Mark.BAD, MOVED), facts)


def _facts(row: ClassChange) -> dict[str, Any]:
    return {
        "from": row.was,
        "to": row.class_,
        "on": row.moved_on.isoformat(),
        "because": row.because,
        "decision": row.decision,
        "floor_before": row.floor_before,
        "floor_after": row.floor_after,
    }


def _is_settled(row: ClassChange) -> bool:
    """Whether somebody has decided on the commitment since its class moved."""
    since = (ClassDecision.commitment_key == row.commitment_key) & (ClassDecision.recorded_at >= row.at)
    return db.session.execute(select(ClassDecision.id).where(since).limit(1)).first() is not None
