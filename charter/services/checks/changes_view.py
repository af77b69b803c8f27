"""The periods whose source counts otherwise than was recorded, as last looked at, until a later look lifts them."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from sqlalchemy import select

from charter.domain.overview.model import Words
from charter.domain.readings.status import LevelFacts
from charter.domain.vocabulary.permissions import Actor, may
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.services.charters.versions import history

ACTION = "source:recheck"
"""How the audit log names a look at the past of sources."""

ENTRIES_READ = 100


class Told(TypedDict):
    """What a period read: its value, of how many cases."""

    value: float | None
    cases: float


class Difference(TypedDict):
    """A done period that could not be counted again, or counts otherwise: before, after, the first cells."""

    indicator: str
    kind: str
    against: NotRequired[LevelFacts]  # not in what was kept before
    period: str
    error: str | None
    before: Told
    after: Told
    cells: list[dict[str, object]]
    changed: int


class Noticed(Difference):
    """A difference, and when it was noticed."""

    noticed_at: str


class ChangedPast(Noticed):
    """A difference that no later look has lifted, with the title of its indicator."""

    title: Words


def changed_past(actor: Actor, now: datetime) -> list[ChangedPast]:
    """The periods whose source counts otherwise than was recorded, as last looked at, for those who see the whole."""
    if not may(actor, Permission.READ_DESK):
        return []
    titles = history().current.titles
    return [{**one, "title": titles[one["indicator"]]} for one in open_changes(now) if one["indicator"] in titles]


def open_changes(now: datetime) -> list[Noticed]:
    """The differences that no later look has lifted, newest period first."""
    query = select(AuditEntry).where(AuditEntry.action == ACTION, AuditEntry.at <= now)
    newest = db.session.execute(query.order_by(AuditEntry.id.desc()).limit(ENTRIES_READ)).scalars().all()
    open_: dict[tuple[str, str], Noticed] = {}
    for entry in reversed(newest):
        facts = entry.after or {}
        for key, period in facts.get("checked", ()):
            open_.pop((key, period), None)
        for one in facts.get("changed", ()):
            if one["changed"]:
                open_[one["indicator"], one["period"]] = one | {"noticed_at": entry.at.isoformat()}
    return sorted(open_.values(), key=lambda one: (one["period"], one["indicator"]), reverse=True)
