"""Measuring without storing: what an indicator would read for a period, now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from charter.domain.charter_file.indicators import Composite, Indicator
from charter.domain.charter_file.unit_tree import roll_up
from charter.domain.overview.model import json_number
from charter.domain.readings.status import Reading
from charter.domain.readings.values import figure_of, judge_steps
from charter.domain.vocabulary.counts import Counts, add_up
from charter.domain.vocabulary.errors import Invalid, Sentence, SourceError
from charter.domain.vocabulary.periods import Period, parse_period, parts_of
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Kind, PeriodKind, Permission, Status
from charter.services.charters.versions import Version, find_indicator, history
from charter.services.checks.measuring import Measuring
from charter.services.checks.running import composed, values_of_parts
from charter.services.readings.indicator_view import stored, tiers_and_ceiling
from charter.services.records.access import Access

LENGTHS = [PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR]
By = Mapping[str, Counts]


class Counted(NamedTuple):
    """The counts in all and by unit, and how many rows were read."""

    total: Counts
    by_unit: By
    rows: dict[str, Any]


def measure_dry(actor: Actor, now: datetime, *, indicator: str, period: str, access: Access) -> dict[str, Any]:
    """The counts of an indicator for a period of any length, in all and by unit; stores nothing.

    By unit of the source where counts add; by unit of the tree where the figure is made at each level.
    Raises NotFound (indicator), Invalid (period), SourceError.
    """
    require(actor, Permission.RUN_CHECK)
    whole = parse_period(period)
    version = history().on(whole.start)
    _, found = find_indicator(version, indicator)
    rows: dict[str, Any] = {"rows_read": None, "undated": None, "contradictory": None, "overlapping": None}
    if isinstance(found, Composite):
        by_unit = _of_parts(version, found, whole)
        total = by_unit.get(version.tree.root.key, Counts())
    else:
        with Measuring(access) as measuring:
            total, by_unit, rows = counted(measuring, version, found, whole, now)
    return facts_of(version, found, whole, (total, by_unit, rows), now)


def facts_of(
    version: Version, found: Indicator, whole: Period, what: tuple[Counts, By, dict[str, Any]], now: datetime
) -> dict[str, Any]:
    """What a dry run tells of an indicator: its counts in all and by unit."""
    total, by_unit, rows = what
    return {
        "indicator": found.key,
        "period": whole.key,
        "as_of": now.isoformat(),
        **counts_of(found, total),
        **rows,
        "units": units_of(version, found, by_unit),
    }


def units_of(version: Version, indicator: Indicator, by_unit: By) -> list[dict[str, Any]]:
    """The counts of each unit that the source names, in the order of their names."""
    return [
        {"unit": unit, "is_known": unit in version.tree, **counts_of(indicator, counts)}
        for unit, counts in sorted(by_unit.items())
    ]


def counted(measuring: Measuring, version: Version, indicator: Indicator, whole: Period, now: datetime) -> Counted:
    """What a source says of one period. Raises SourceError."""
    found = measuring.dry(version, indicator, parts(indicator, whole), now)
    if isinstance(found, Sentence):
        raise SourceError(found)
    rows = {
        "rows_read": found.rows_read,
        "undated": found.undated,
        "contradictory": sum(found.contradictory.values()),
        "overlapping": found.overlapping,
    }
    if not indicator.kind.adds_up:
        rolled = roll_up(version.tree, found.cells).counts
        levels = {unit: replace(rolled[unit], value=found.values.get((whole.key, unit))) for unit in rolled}
        some = {unit: one for unit, one in levels.items() if one != Counts()}
        return Counted(levels[version.tree.root.key], some, rows)
    by_unit: dict[str, list[Counts]] = {}
    for cell in found.cells:
        by_unit.setdefault(cell.unit, []).append(cell.counts)
    total = add_up(cell.counts for cell in found.cells)
    return Counted(total, {unit: add_up(cells) for unit, cells in by_unit.items()}, rows)


def _of_parts(version: Version, composite: Composite, period: Period) -> By:
    """What the parts' stored figures make. Raises Invalid for a period of another length."""
    if period.kind is not composite.period:
        raise Invalid(
            "%(indicator)s is made of the stored figures of its parts, by %(unit)s: %(period)s is not one.",
            "period",
            indicator=composite.key,
            unit=composite.period,
            period=period,
        )
    cells = composed(version, composite, period, values_of_parts(composite, period))
    return {cell.unit: cell.counts for cell in cells}


def parts(indicator: Indicator, whole: Period) -> list[Period]:
    """The indicator's own periods that make up a longer one; a shorter or equal period is measured as it is.

    So is any period of a percentile, which does not add.
    """
    if indicator.kind.adds_up and LENGTHS.index(whole.kind) > LENGTHS.index(indicator.period):
        return parts_of(whole, indicator.period)
    return [whole]


def counts_of(indicator: Indicator, counts: Counts) -> dict[str, Any]:
    """The value with its stored counts by name, as the kind stores them."""
    value, kind = figure_of(indicator, counts), indicator.kind
    common = {"value": None if value is None else float(value)}
    n = {"n": json_number(counts.denominator)}
    own: dict[str, Any] = {"numerator": json_number(counts.numerator), "denominator": json_number(counts.denominator)}
    if kind is Kind.MEAN:
        own = n | {"sum": json_number(counts.total), "sum_of_squares": json_number(counts.squares)}
    elif kind is Kind.NPS:
        own = n | {
            "promoters": counts.promoters,
            "passives": json_number(counts.passives),
            "detractors": counts.detractors,
        }
    elif kind in (Kind.COUNT, Kind.PERCENTILE):
        own = n
    elif kind is Kind.RATE:
        own = {"numerator": json_number(counts.numerator), "volume": json_number(counts.denominator)}
    elif kind is Kind.COMPOSITE:
        own = {"parts": json_number(counts.denominator)}
    elif kind is Kind.SUM:
        own = n | {"sum": json_number(counts.total)}
    elif kind is Kind.MONEY:
        own = n | {"cents": json_number(counts.total)}
    return common | own | _steps(indicator, counts) | {"excluded": counts.left_out, "pending": counts.pending}


def _steps(indicator: Indicator, counts: Counts) -> dict[str, Any]:
    """Tiers and ceiling; the promised delay itself is not judged here, for its level depends on the period."""
    steps = judge_steps(indicator, counts, Reading(Status.NOT_APPLICABLE))
    return tiers_and_ceiling([stored(one) for one in steps], json_number(counts.denominator))
