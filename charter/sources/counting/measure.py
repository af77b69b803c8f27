"""Counting: an indicator's rows become counts per period, unit, channel and segment, in one grouped query.

The order of a row's fate: `where`, `distinct`, `exclude`, data errors, judged or pending. Indicators that share a
source, a date column, units and distinct are counted in one scan; nothing is ever created in the source.

From an indicator to the way it is counted, by its kind.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise
from operator import itemgetter
from typing import Any

from charter.domain.charter_file.indicators import (
    Availability,
    Count,
    Effort,
    IndicatorBase,
    Mean,
    Money,
    Nps,
    Percentile,
    PlainShare,
    Rate,
    ShareWithin,
    Total,
    YesNo,
)
from charter.domain.checks.deadlines import delays_of
from charter.domain.vocabulary.counts import Cell, Counts, Number, add_up
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.domain.vocabulary.periods import Period
from charter.sources.cells.columns import Reader, is_embedded
from charter.sources.cells.context import Setting
from charter.sources.cells.queries import Rows
from charter.sources.cells.reach import Reach, reach_of
from charter.sources.counting.amounts import (
    EffortMeasure,
    MeanMeasure,
    MoneyMeasure,
    NpsMeasure,
    RateMeasure,
    SumsMeasure,
    TestedSums,
    TotalMeasure,
    sums_of,
)
from charter.sources.counting.cases import Cases, cases_of
from charter.sources.counting.day_totals import DailyScan, families
from charter.sources.counting.deadlines import Now, Span
from charter.sources.counting.delays import BY_DAY, DelayMeasure, WithinMeasure
from charter.sources.counting.kinds import (
    CasesMeasure,
    CountMeasure,
    Measure,
    Scene,
    TestedMeasure,
    YesNoMeasure,
    date_column,
    reader_of,
    uses_in,
)
from charter.sources.counting.percentiles import (
    Ends,
    Ranked,
    RankedDelay,
    RankedValue,
    ends_at_levels,
    ranking,
    values_at_levels,
)
from charter.sources.counting.scan import Scan, days_asked


def measure_of(indicator: IndicatorBase, tag: str, scene: Scene) -> Measure:
    """How the indicator is counted. Raises SourceError for a kind that is not measured from a source."""
    found = _of_rows(indicator, tag, scene) or _of_amounts(indicator, tag, scene)
    if found is None:
        raise SourceError(
            "The indicator “%(indicator)s”: kind %(kind)s is not measured from a source yet.",
            indicator=indicator.key,
            kind=getattr(indicator, "kind", "?"),
        )
    return found


def _of_rows(indicator: IndicatorBase, tag: str, scene: Scene) -> Measure | None:
    match indicator:
        case ShareWithin(start=str() as start, stop=str() as stop):
            delays = delays_of(indicator)
            by_day = all(delay.is_by_day for delay in delays)
            return WithinMeasure(indicator, tag, scene, start, stop, by_day, delays)
        case Mean(value=None, start=str() as start, stop=str() as stop):
            return DelayMeasure(indicator, tag, scene, start, stop, indicator.in_ in BY_DAY)
        case Percentile(value=None, start=str() as start, stop=str() as stop):
            return RankedDelay(indicator, tag, scene, start, stop, indicator.in_ in BY_DAY)
        case PlainShare(denominator=None):
            return TestedMeasure(indicator, tag, scene)
        case YesNo() if indicator.success != "manual":
            return YesNoMeasure(indicator, tag, scene)
        case Count():
            return CountMeasure(indicator, tag, scene)
        case Rate() if not isinstance(indicator.volume, str):
            return CasesMeasure(indicator, tag, scene)
        case Effort():
            return EffortMeasure(indicator, tag, scene, [indicator.value])
    return None


def _of_amounts(indicator: IndicatorBase, tag: str, scene: Scene) -> Measure | None:
    match indicator:
        case Mean(value=str() as value):
            return MeanMeasure(indicator, tag, scene, [value])
        case Percentile(value=str() as value):
            return RankedValue(indicator, tag, scene, [value])
        case Rate(volume=str() as volume):
            return RateMeasure(indicator, tag, scene, [volume])
        case Total():
            return TotalMeasure(indicator, tag, scene, [indicator.value])
        case Nps():
            return NpsMeasure(indicator, tag, scene, [indicator.value])
        case PlainShare(numerator=None, denominator=cases):
            return TestedSums(indicator, tag, scene, **sums_of(cases, cases))
        case PlainShare():
            return SumsMeasure(indicator, tag, scene, **sums_of(indicator.numerator, indicator.denominator))
        case Availability():
            return SumsMeasure(indicator, tag, scene, **sums_of(indicator.up, indicator.total))
        case Money():
            return MoneyMeasure(indicator, tag, scene, [indicator.value])
    return None


@dataclass(frozen=True)
class Measured:
    """What one run counted for one indicator.

    `cells` hold counts per period, unit, channel and segment ('' where there is none). `undated` rows belong to no
    period; `undated_cases` are the cases that they stand for, by unit. `first` and `latest` are the ends of the column
    of dates up to the run's now. `days`: the rows of each day, where they were looked at: some rows are undated, or a
    period is not reached. `values` are those of a percentile, by period and unit of the tree: they do not add; of a
    sample it lies between its `ends`.
    `contradictory`: cases of which several rows count alike and say different things, by period and unit;
    `overlapping` rows stand in two files of the source. `volume`: what was counted of the other source of a rate.
    `told` says how cells were read that can be read in more than one way.
    """

    cells: list[Cell]
    rows_read: int
    undated: int
    latest: date | None
    unknown_units: tuple[str, ...] = ()
    values: Mapping[tuple[str, str], Number] = field(default_factory=dict)
    ends: Mapping[tuple[str, str], Ends] = field(default_factory=dict)
    told: tuple[Sentence, ...] = ()
    first: date | None = None
    undated_cases: Mapping[str, Number] = field(default_factory=dict)
    days: Mapping[date, int] = field(default_factory=dict)
    contradictory: Mapping[tuple[str, str], Number] = field(default_factory=dict)
    overlapping: int = 0
    volume: Measured | None = None

    def at(self, period: str, unit: str, counts: Counts) -> Counts:
        """The counts of a unit of the tree with what does not add: its percentile, and between what it lies."""
        low, high = self.ends.get((period, unit), (None, None))
        return replace(counts, value=self.values.get((period, unit)), low=low, high=high)

    def counts(self, period: str | None = None, unit: str | None = None) -> Counts:
        """The counts added up, of all cells or of one period or unit."""
        chosen = (c for c in self.cells if period in (None, c.period) and unit in (None, c.unit))
        return add_up(cell.counts for cell in chosen)


def measure(
    indicator: IndicatorBase,
    table: Any,
    periods: Sequence[Period],
    as_of: datetime,
    setting: Setting,
    others: Mapping[str, Any] | None = None,
) -> Measured:
    """The counts of one indicator for several periods, as known at `as_of` (aware).

    Raises SourceError when the source is not what the indicator says, or the kind is not measured from a source.
    """
    return measure_many([indicator], table, periods, as_of, setting, others)[0]


def measure_many(
    indicators: Sequence[IndicatorBase],
    table: Any,
    periods: Sequence[Period],
    as_of: datetime,
    setting: Setting,
    others: Mapping[str, Any] | None = None,
) -> list[Measured]:
    """The counts of indicators of the same source and period kind, in the order given; one scan where they share it.

    `table`: rows as a table, or as Rows of which only those needed are read. `others` are the tables of sources that
    tell their pauses, by key.
    """
    ordered = sorted(periods)
    _check(ordered, as_of)
    found: dict[int, Measured] = {}
    with cases_of(indicators, table, scene_of(ordered, as_of, setting), others or {}) as groups:
        for cases in groups:
            found |= zip(cases.places, _measure_cases(cases, ordered), strict=True)
    return [found[at] for at in range(len(indicators))]


def _measure_cases(cases: Cases, periods: list[Period]) -> Iterator[Measured]:
    """The counts of indicators that share a table; of an event log, as its rows were read."""
    for each in _measure_rows(cases, periods):
        if cases.reach is None:
            yield each
        else:
            rows, first, latest = cases.reach.rows, cases.reach.first, cases.reach.last
            lost = each.undated + cases.lost
            yield replace(each, rows_read=rows, undated=lost, first=first, latest=latest, days=cases.days)


def _measure_rows(cases: Cases, ordered: list[Period]) -> list[Measured]:
    table, indicators = cases.table, cases.indicators
    measures = [measure_of(indicator, f"i{at}", cases.scene) for at, indicator in enumerate(indicators)]
    alike: dict[str, list[Measure]] = defaultdict(list)
    for each in measures:
        alike[_shared(each.indicator)].append(each)
    # Our own engine reads text once for all. Others are asked no more than each query needs: they plan what they read.
    given = table if isinstance(table, Rows) else Rows(lambda: table)
    whole = reader_of(measures, given, cases.written) if given.part or is_embedded(given.whole()) else None
    found: dict[str, Measured] = {}
    try:
        for members in alike.values():
            found |= _measure_alike(members, whole or reader_of(members, given, cases.written), ordered)
    finally:
        if whole is not None:
            whole.let_go()
    return [found[each.tag] for each in measures]


def _check(periods: list[Period], as_of: datetime) -> None:
    if as_of.tzinfo is None:
        raise ValueError("as_of is an aware instant")
    if not periods or any(a.end >= b.start for a, b in pairwise(periods)):
        raise ValueError("periods are at least one, and do not overlap")


def scene_of(periods: list[Period], as_of: datetime, setting: Setting) -> Scene:
    """What the rows of a scan over these periods share, as known at `as_of`."""
    return Scene(Span(periods[0].start, periods[-1].end), setting, Now(as_of, setting.zone))


def _shared(indicator: IndicatorBase) -> str:
    """What indicators must have in common to be counted in one scan.

    With distinct the rows themselves depend on `where` and on the stop, so these must be the same too.
    """
    said = indicator.model_dump(mode="json", by_alias=True)
    parts = ["source", "unit", "channel", "segment", "distinct"]
    parts += ["where", "stop"] if indicator.case_key else []
    return json.dumps([date_column(indicator), *(said.get(part) for part in parts)], sort_keys=True)


def queries_of(
    indicators: Sequence[IndicatorBase],
    table: Any,
    periods: Sequence[Period],
    as_of: datetime,
    setting: Setting,
    others: Mapping[str, Any] | None = None,
) -> list[Any]:
    """The counting query of each scan, as Ibis expressions, not run: to read, or to compile for another engine.

    After that of a percentile comes the one that puts its cases in order.
    """
    found = []
    for indicator in indicators:
        with cases_of([indicator], table, scene_of(sorted(periods), as_of, setting), others or {}) as groups:
            for cases in groups:
                measure = measure_of(cases.indicators[0], "i0", cases.scene)
                (scan,) = _scans([measure], reader_of([measure], cases.table, cases.written), sorted(periods))
                found += [scan.query(), *([ranking(scan, measure)] if isinstance(measure, Ranked) else [])]
    return found


def _scans(measures: list[Measure], reader: Reader, periods: list[Period]) -> list[Scan]:
    """The scans of measures that share rows: by days where days decide."""
    scene, date = measures[0].scene, date_column(measures[0].indicator)
    daily, others = families(measures, date)
    scans: list[Scan] = [DailyScan(family, reader, scene, date, periods) for family in daily]
    return scans + ([Scan(others, reader, scene, date, periods)] if others else [])


def _measure_alike(measures: list[Measure], reader: Reader, periods: list[Period]) -> dict[str, Measured]:
    scans = _scans(measures, reader, periods)
    reach = reach_of(reader, scans[0].date, scans[0].scene.now)
    found: dict[str, Measured] = {}
    for scan in scans:
        told = scan.told()
        for each in scan.measures:
            one = replace(_measured(each, scan, told, reach), told=_told_of(each, reader))
            if isinstance(each, Ranked):
                one = replace(one, values=values_at_levels(scan, each), ends=ends_at_levels(scan, each))
            found[each.tag] = one
    days = days_asked(reader, scans[0], reach, is_undated=any(one.undated for one in found.values()))
    return {tag: replace(one, days=days) for tag, one in found.items()} if days else found


def _told_of(measure: Measure, reader: Reader) -> tuple[Sentence, ...]:
    """What is told of the columns that an indicator reads."""
    read = {name for name, _ in uses_in([measure], reader)}
    named = ((said, said.values.get("columns", [said.values.get("column")])) for said in reader.told)
    return tuple(said for said, names in named if read & set(names))


def _measured(measure: Measure, scan: Scan, told: list[dict[str, Any]], reach: Reach) -> Measured:
    found: list[tuple[Any, ...]] = []
    undated, rows_of_it, clashes = 0, measure.name("rows"), measure.name("clash")
    cases = defaultdict[str, Number](int)
    contradictory = defaultdict[tuple[str, str], Number](int)
    keys = [period.key for period in scan.periods]
    for row in told:
        if row["period"] < 0:
            undated += int(row[rows_of_it])
            stands_for = scan.counts(measure, row).denominator if isinstance(measure, SumsMeasure) else row[rows_of_it]
            cases[row["unit"]] += stands_for
        elif row[rows_of_it]:
            found.append((row["period"], row["unit"], row["channel"], row["segment"], scan.counts(measure, row)))
            if number := int(row.get(clashes, 0)):
                contradictory[keys[row["period"]], row["unit"]] += number
    found.sort(key=itemgetter(0, 1, 2, 3))
    cells = [Cell(keys[period], *place) for period, *place in found]
    known = measure.scene.setting.units
    strange = set() if known is None or measure.indicator.unit is None else {cell.unit for cell in cells} - known
    by_unit = {unit: number for unit, number in sorted(cases.items()) if number}
    return Measured(
        cells,
        reach.rows,
        undated,
        reach.last,
        tuple(sorted(strange)),
        first=reach.first,
        undated_cases=by_unit,
        contradictory=dict(contradictory),
    )
