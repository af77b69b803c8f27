"""Measuring without storing: what an indicator would read for a period, now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from charter.domain.charter_file.evidence import Compensation
from charter.domain.charter_file.indicators import Composite, Indicator
from charter.domain.charter_file.unit_tree import roll_up
from charter.domain.overview.model import json_number
from charter.domain.readings.compensation import owed_counts
from charter.domain.readings.doubts import name_units
from charter.domain.readings.effort import EffortView, effort_of
from charter.domain.readings.judging import judge_units
from charter.domain.readings.stages import ChainView, as_json, chain_of
from charter.domain.readings.status import DoubtView, Reading
from charter.domain.readings.values import figure_of, judge_steps
from charter.domain.vocabulary.counts import Counts, add_up
from charter.domain.vocabulary.errors import Invalid, Sentence, SourceError
from charter.domain.vocabulary.periods import Period, parse_period, parts_of
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Kind, PeriodKind, Permission, Status
from charter.services.charters.versions import Version, find_indicator, history
from charter.services.checks.composites import composed, values_of_parts
from charter.services.checks.measuring import Measuring
from charter.services.checks.seen import at_levels, seen_in
from charter.services.readings.indicator_view import Steps, stored, tiers_and_ceiling
from charter.services.readings.projection import Recorded, standard_of
from charter.services.records.access import Access

if TYPE_CHECKING:
    from charter.sources.counting.measure import Measured

LENGTHS = [PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR]
By = Mapping[str, Counts]


class Counted(NamedTuple):
    """The counts in all and by unit, how many rows were read, and how their cells, where that can be doubted."""

    total: Counts
    by_unit: By
    rows: RowsRead
    told: Sequence[Sentence] = ()


class RowsRead(TypedDict):
    """How many rows were read, and how many of them had no readable date; None where none are read.

    `contradictory` are cases whose rows say different things, `overlapping` rows that stand in two files.
    """

    rows_read: int | None
    undated: int | None
    contradictory: int | None
    overlapping: int | None
    doubts: list[DoubtView]


class OwedFacts(TypedDict):
    """What misses owe, in cents of a currency: how many cases, those still open, those of which it is not known."""

    currency: str
    cents: int
    cases: int
    open: int
    unreckoned: int


class CountFacts(Steps, total=False):
    """The value with its stored counts by name: which of them there are depends on the kind of the indicator."""

    value: float | None
    numerator: float | None
    denominator: float | None
    n: float | None
    sum: float | None
    sum_of_squares: float | None
    promoters: float | None
    passives: float | None
    detractors: float | None
    volume: float | None
    parts: float | None
    cents: float | None
    stages: ChainView
    effort: EffortView
    owed: OwedFacts
    excluded: dict[str, int | float]
    pending: int


class UnitCounts(CountFacts):
    """The counts of a unit that the source names."""

    unit: str
    is_known: bool


class DryRun(CountFacts):
    """What an indicator would read for a period: in all, and by unit."""

    indicator: str
    kind: str
    period: str
    as_of: str
    rows_read: int | None
    undated: int | None
    contradictory: int | None
    overlapping: int | None
    doubts: list[DoubtView]
    told: list[str]
    units: list[UnitCounts]


def measure_dry(actor: Actor, now: datetime, *, indicator: str, period: str, access: Access) -> DryRun:
    """The counts of an indicator for a period of any length, in all and by unit; stores nothing.

    By unit of the source where counts add; by unit of the tree where the figure is made at each level.
    Raises NotFound (indicator), Invalid (period), SourceError.
    """
    require(actor, Permission.RUN_CHECK)
    whole = parse_period(period)
    version = history().on(whole.start)
    _, found = find_indicator(version, indicator)
    rows: RowsRead = {"rows_read": None, "undated": None, "contradictory": None, "overlapping": None, "doubts": []}
    if isinstance(found, Composite):
        by_unit = _of_parts(version, found, whole)
        total = by_unit.get(version.tree.root.key, Counts())
    else:
        with Measuring(access) as measuring:
            return facts_of(version, found, whole, counted(measuring, version, found, whole, now), now)
    return facts_of(version, found, whole, Counted(total, by_unit, rows), now)


def facts_of(version: Version, found: Indicator, whole: Period, what: Counted, now: datetime) -> DryRun:
    """What a dry run tells of an indicator: its counts in all and by unit."""
    return {
        "indicator": found.key,
        "kind": found.kind.value,
        "period": whole.key,
        "as_of": now.isoformat(),
        **counts_of(found, what.total, version.owed.get(found.key)),
        **what.rows,
        "told": [str(one) for one in what.told],
        "units": units_of(version, found, what.by_unit),
    }


def units_of(version: Version, indicator: Indicator, by_unit: By) -> list[UnitCounts]:
    """The counts of each unit that the source names, in the order of their names."""
    owing = version.owed.get(indicator.key)
    return [
        {
            "unit": unit,
            "is_known": unit in version.tree,
            **counts_of(indicator, counts, owing),
        }
        for unit, counts in sorted(by_unit.items())
    ]


def counted(measuring: Measuring, version: Version, indicator: Indicator, whole: Period, now: datetime) -> Counted:
    """What a source says of one period. Raises SourceError."""
    found = measuring.dry(version, indicator, parts(indicator, whole), now)
    if isinstance(found, Sentence):
        raise SourceError(found)
    rows: RowsRead = {
        "rows_read": found.rows_read,
        "undated": found.undated,
        "contradictory": int(sum(found.contradictory.values())),
        "overlapping": found.overlapping,
        "doubts": _doubts(version, indicator, whole, found),
    }
    if not indicator.kind.adds_up:
        rolled = roll_up(version.tree, found.cells).counts
        levels = {unit: found.at(whole.key, unit, rolled[unit]) for unit in rolled}
        some = {unit: one for unit, one in levels.items() if one != Counts()}
        return Counted(levels[version.tree.root.key], some, rows, found.told)
    by_unit: dict[str, list[Counts]] = {}
    for cell in found.cells:
        by_unit.setdefault(cell.unit, []).append(cell.counts)
    total = add_up(cell.counts for cell in found.cells)
    return Counted(total, {unit: add_up(cells) for unit, cells in by_unit.items()}, rows, found.told)


def _doubts(version: Version, indicator: Indicator, whole: Period, found: Measured) -> list[DoubtView]:
    """What a run would doubt of the figure of the whole, without the periods before."""
    cells = at_levels(version, indicator, [one._replace(period=whole.key) for one in found.cells], found)
    seen = seen_in(version, indicator, whole, found).as_json()
    standard = standard_of(indicator, whole, Recorded(0, datetime.min, "", True, indicator.key, seen))  # noqa: DTZ901
    rolled = roll_up(version.tree, cells, adds_up=indicator.kind.adds_up)
    root = next(iter(judge_units(version.tree, indicator, standard, rolled)))
    return name_units([one.as_json() for one in root.doubts], version.tree)


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
    cells = composed(version, composite, period, values_of_parts(version, composite, period))
    return {cell.unit: cell.counts for cell in cells}


def parts(indicator: Indicator, whole: Period) -> list[Period]:
    """The indicator's own periods that make up a longer one; a shorter or equal period is measured as it is.

    So is any period of a percentile, which does not add.
    """
    if indicator.kind.adds_up and LENGTHS.index(whole.kind) > LENGTHS.index(indicator.period):
        return parts_of(whole, indicator.period)
    return [whole]


def counts_of(indicator: Indicator, counts: Counts, owing: Compensation | None = None) -> CountFacts:
    """The value with its stored counts by name, as the kind stores them."""
    value = figure_of(indicator, counts)
    found: CountFacts = {
        "value": None if value is None else float(value),
        **_own(indicator.kind, counts),
        **_steps(indicator, counts),
        **_inside(indicator, counts),
        **_owed(indicator, counts, owing),
        "excluded": counts.left_out,
        "pending": counts.pending,
    }
    return found


def _own(kind: Kind, counts: Counts) -> CountFacts:
    n = json_number(counts.denominator)
    if kind is Kind.MEAN:
        return {"n": n, "sum": json_number(counts.total), "sum_of_squares": json_number(counts.squares)}
    if kind is Kind.NPS:
        passives = json_number(counts.passives)
        return {"n": n, "promoters": counts.promoters, "passives": passives, "detractors": counts.detractors}
    if kind in (Kind.COUNT, Kind.PERCENTILE):
        return {"n": n}
    if kind is Kind.RATE:
        return {"numerator": json_number(counts.numerator), "volume": n}
    if kind is Kind.COMPOSITE:
        return {"parts": n}
    if kind is Kind.SUM:
        return {"n": n, "sum": json_number(counts.total)}
    if kind is Kind.MONEY:
        return {"n": n, "cents": json_number(counts.total)}
    return {"numerator": json_number(counts.numerator), "denominator": n}


def _owed(indicator: Indicator, counts: Counts, owing: Compensation | None) -> CountFacts:
    """What its misses owe, where the charter owes for them."""
    found = owed_counts(owing, indicator, counts)
    if owing is None or found is None:
        return {}
    return {
        "owed": {
            "currency": owing.currency,
            "cents": found["cents"],
            "cases": found["cases"],
            "open": found["open"],
            "unreckoned": int(counts.denominator) - found["of"],
        }
    }


def _inside(indicator: Indicator, counts: Counts) -> CountFacts:
    """The chain of its stages, the answers of an effort, where it has these."""
    chain, effort = chain_of(indicator, counts), effort_of(indicator, counts)
    found: CountFacts = {"stages": as_json(chain)} if chain is not None else {}
    return found | {"effort": effort} if effort is not None else found


def _steps(indicator: Indicator, counts: Counts) -> Steps:
    """Tiers and ceiling; the promised delay itself is not judged here, for its level depends on the period."""
    steps = judge_steps(indicator, counts, Reading(Status.NOT_APPLICABLE))
    return tiers_and_ceiling([stored(one) for one in steps], json_number(counts.denominator))
