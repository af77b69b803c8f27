"""What a run found, as it is kept: what it saw of its source for one period, and cells where the tree has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.unit_tree import roll_up
from charter.domain.checks.reach import Missing, days_missing, hole_in, longer, may_be_short
from charter.domain.checks.seen import Seen
from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.terms import Kind
from charter.services.charters.versions import Version

if TYPE_CHECKING:
    from charter.sources.counting.measure import Measured


def seen_in(version: Version, indicator: Indicator, period: Period, found: Measured) -> Seen:
    """What was seen of the source for one period, beside the counts; of the log of incidents nothing is told."""
    if version.is_logged(indicator):
        return Seen()
    missing, days = _missing(version, indicator.kind, period, found), found.days
    if found.volume is not None:
        missing = longer(missing, _missing(version, Kind.RATE, period, found.volume))
    return Seen(
        found.first,
        found.latest,
        missing.end,
        missing.start,
        found.undated_cases,
        (sum(rows for day, rows in days.items() if period.contains(day)), sum(days.values())),
        {unit: number for (of, unit), number in found.contradictory.items() if of == period.key},
        hole=hole_in(period, days, version.calendars[0].is_working) if _is_of_exports(version, indicator) else None,
    )


def _is_of_exports(version: Version, indicator: Indicator) -> bool:
    """Whether the source is several files: one that stops early is hidden by the next. Within one file a span without
    rows may be a season; its volume is looked at beside other periods."""
    source = version.charter.sources.get(indicator.source or "")
    return any(sign in str(getattr(source, "path", "")) for sign in "*?[")


def _missing(version: Version, kind: Kind, period: Period, found: Measured) -> Missing:
    if found.first is None or found.latest is None or not may_be_short(period, found.first, found.latest):
        return Missing()
    return days_missing(period, sorted(found.days), kind, version.calendars[0].is_working)


def placed(version: Version, indicator: Indicator, cells: Sequence[Cell]) -> list[Cell]:
    """The cells of an indicator that names no unit column belong to the whole organisation."""
    if indicator.unit is not None:
        return list(cells)
    return [cell._replace(unit=version.tree.root.key) for cell in cells]


def at_levels(version: Version, indicator: Indicator, cells: Sequence[Cell], found: Measured) -> Sequence[Cell]:
    """The cells of a percentile: one for each unit of the tree that has cases below it, with the value there."""
    if indicator.kind.adds_up or not cells:
        return cells
    period = cells[0].period
    rolled = roll_up(version.tree, cells).counts
    return [
        Cell(period, unit, "", "", found.at(period, unit, counts))
        for unit, counts in rolled.items()
        if counts != Counts()
    ]
