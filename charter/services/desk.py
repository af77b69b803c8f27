"""What the director's desk needs around the overview, and the pickers of months and units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from charter.domain.monthly import changes_in, not_measured_in
from charter.domain.periods import Period, period_at
from charter.domain.permissions import Actor, may, require
from charter.domain.terms import CheckState, PeriodKind, Permission
from charter.services.calendar import rows_of
from charter.services.charters import History, Version, find_unit, history
from charter.services.figures import month_asked
from charter.services.overview import build
from charter.services.remedies import acting

NEEDS_SOMEBODY = (CheckState.LATE, CheckState.FAILED, CheckState.LAPSED)


def desk(actor: Actor, now: datetime, *, unit: str | None = None, period: str | None = None) -> dict[str, Any]:
    """The overview of a month and unit, what changed, what was not measured, which checks need somebody.

    Raises NotFound, NotAllowed, Invalid (period).
    """
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit or actor.home)
    require(actor, Permission.READ_DESK, unit_key)
    overview = build(found, version, month, unit_key, now)
    return {
        "overview": overview,
        "changes": changes_in(overview),
        "not_measured": not_measured_in(overview),
        "acting": acting(found, version, overview, now),
        "checks": [row for row in rows_of(found, month, now) if row["state"] in NEEDS_SOMEBODY],
        "periods": months_of(found, now),
        "units": [row for row in units_of(version) if may(actor, Permission.READ_DESK, row["key"])],
    }


def months_of(found: History, now: datetime) -> list[str]:
    """The ended months since the charter began, newest first."""
    newest = month_asked(found, None, now)
    return [month.key for month in _back(newest, period_at(PeriodKind.MONTH, found.first.valid_from))]


def _back(newest: Period, oldest: Period) -> Iterator[Period]:
    while newest >= oldest:
        yield newest
        newest = newest.previous()


def units_of(version: Version) -> list[dict[str, Any]]:
    """The tree as rows with their depth, parents first."""
    return [
        {"key": unit.key, "name": unit.name, "kind": unit.kind, "depth": depth} for unit, depth in version.tree.walk()
    ]
