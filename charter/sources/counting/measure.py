"""Counting: an indicator's rows become counts per period, unit, channel and segment, in one grouped query.

The order of a row's fate: `where`, `distinct`, `exclude`, data errors, judged or pending. Indicators that share a
source, a date column, units and distinct are counted in one scan; nothing is ever created in the source.

From an indicator to the way it is counted, by its kind.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from operator import itemgetter
from typing import Any

from charter.domain.charter_file.indicators import (
    Availability,
    Count,
    IndicatorBase,
    Mean,
    Money,
    Nps,
    Percentile,
    PlainShare,
    Rate,
    ShareWithin,
    Sum,
    Total,
    YesNo,
)
from charter.domain.checks.deadlines import delays_of
from charter.domain.checks.seen import may_be_short
from charter.domain.vocabulary.counts import Cell, Counts, Number, add_up
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.domain.vocabulary.periods import Period
from charter.sources.cells.columns import Reader, is_embedded
from charter.sources.cells.context import Setting, Wanted, Writing, words_in
from charter.sources.cells.local_time import LocalTime
from charter.sources.cells.profile import look_at
from charter.sources.cells.queries import Rows
from charter.sources.cells.reach import Reach, reach_of, rows_by_day
from charter.sources.counting.amounts import (
    MeanMeasure,
    MoneyMeasure,
    NpsMeasure,
    RateMeasure,
    SumsMeasure,
    TotalMeasure,
)
from charter.sources.counting.conditions import uses_of
from charter.sources.counting.day_totals import DailyScan, families
from charter.sources.counting.deadlines import Now, Span
from charter.sources.counting.delays import DelayMeasure, WithinMeasure
from charter.sources.counting.kinds import CasesMeasure, CountMeasure, Measure, Scene, TestedMeasure, YesNoMeasure
from charter.sources.counting.percentiles import Ranked, RankedDelay, RankedValue, ranking, values_at_levels
from charter.sources.counting.recent_rows import newest_use
from charter.sources.counting.scan import Scan


def date_column(indicator: IndicatorBase) -> str:
    """The column that puts a row in its period: `date`, or the start of a delay. Raises SourceError without one."""
    column: str | None = getattr(indicator, "date", None) or getattr(indicator, "start", None)
    if column is None:
        raise SourceError(
            "The indicator “%(indicator)s” cannot be read from a source: write date, the column that puts a row in its "
            "period.",
            indicator=indicator.key,
        )
    return column


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
        case ShareWithin():
            delays = delays_of(indicator)
            by_day = not any(delay.is_elapsed for delay in delays)
            return WithinMeasure(indicator, tag, scene, indicator.start, indicator.stop, by_day, delays)
        case Mean(value=None, start=str() as start, stop=str() as stop):
            return DelayMeasure(indicator, tag, scene, start, stop, indicator.in_ in ("days", "working days"))
        case Percentile(value=None, start=str() as start, stop=str() as stop):
            return RankedDelay(indicator, tag, scene, start, stop, indicator.in_ in ("days", "working days"))
        case PlainShare() if indicator.success is not None:
            return TestedMeasure(indicator, tag, scene)
        case YesNo() if indicator.success != "manual":
            return YesNoMeasure(indicator, tag, scene)
        case Count():
            return CountMeasure(indicator, tag, scene)
        case Rate() if not isinstance(indicator.volume, str):
            return CasesMeasure(indicator, tag, scene)
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
        case PlainShare():
            return _sums(indicator, tag, scene, _sum(indicator.numerator), _sum(indicator.denominator))
        case Availability():
            return _sums(indicator, tag, scene, _sum(indicator.up), _sum(indicator.total))
        case Money():
            return MoneyMeasure(indicator, tag, scene, [indicator.value])
    return None


def _sums(indicator: IndicatorBase, tag: str, scene: Scene, over: Sum, under: Sum) -> Measure:
    columns = list(dict.fromkeys([*over.plus, *over.minus, *under.plus, *under.minus]))
    return SumsMeasure(indicator, tag, scene, columns, over=over, under=under)


def _sum(written: str | Sum | None) -> Sum:
    return written if isinstance(written, Sum) else Sum(plus=[written or ""])


@dataclass(frozen=True)
class Measured:
    """What one run counted for one indicator.

    `cells` hold counts per period, unit, channel and segment ('' where there is none). `undated` rows belong to no
    period; `undated_cases` are the cases that they stand for, by unit. `first` and `latest` are the ends of the column
    of dates up to the run's now. `days`: the rows of each day, where they were looked at: some rows are undated, or a
    period is not reached. `values` are those of a percentile, by period and unit of the tree: they do not add.
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
    told: tuple[Sentence, ...] = ()
    first: date | None = None
    undated_cases: Mapping[str, Number] = field(default_factory=dict)
    days: Mapping[date, int] = field(default_factory=dict)
    contradictory: Mapping[tuple[str, str], Number] = field(default_factory=dict)
    overlapping: int = 0
    volume: Measured | None = None

    def counts(self, period: str | None = None, unit: str | None = None) -> Counts:
        """The counts added up, of all cells or of one period or unit."""
        chosen = (c for c in self.cells if period in (None, c.period) and unit in (None, c.unit))
        return add_up(cell.counts for cell in chosen)


def measure(
    indicator: IndicatorBase, table: Any, periods: Sequence[Period], as_of: datetime, setting: Setting
) -> Measured:
    """The counts of one indicator for several periods, as known at `as_of` (aware).

    Raises SourceError when the source is not what the indicator says, or the kind is not measured from a source.
    """
    return measure_many([indicator], table, periods, as_of, setting)[0]


def measure_many(
    indicators: Sequence[IndicatorBase], table: Any, periods: Sequence[Period], as_of: datetime, setting: Setting
) -> list[Measured]:
    """The counts of indicators of the same source and period kind, in the order given; one scan where they share it.

    `table`: rows as a table, or as Rows of which only those needed are read.
    """
    ordered, given = sorted(periods), table if isinstance(table, Rows) else Rows(lambda: table)
    _check(ordered, as_of)
    scene = scene_of(ordered, as_of, setting)
    measures = [measure_of(indicator, f"i{at}", scene) for at, indicator in enumerate(indicators)]
    alike: dict[str, list[Measure]] = defaultdict(list)
    for each in measures:
        alike[_shared(each.indicator)].append(each)
    # Our own engine reads text once for all. Others are asked no more than each query needs: they plan what they read.
    whole = reader_of(measures, given) if given.part or is_embedded(given.whole()) else None
    found: dict[str, Measured] = {}
    try:
        for members in alike.values():
            found |= _measure_alike(members, whole or reader_of(members, given), ordered)
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
    indicators: Sequence[IndicatorBase], table: Any, periods: Sequence[Period], as_of: datetime, setting: Setting
) -> list[Any]:
    """The counting query of each scan, as Ibis expressions, not run: to read, or to compile for another engine.

    After that of a percentile comes the one that puts its cases in order.
    """
    scene, found = scene_of(sorted(periods), as_of, setting), []
    for measure in (measure_of(each, "i0", scene) for each in indicators):
        (scan,) = _scans([measure], reader_of([measure], table), sorted(periods))
        found += [scan.query(), *([ranking(scan, measure)] if isinstance(measure, Ranked) else [])]
    return found


def reader_of(measures: list[Measure], table: Any) -> Reader:
    """What reads the columns that the measures use, after a first look at them; text is read once for all."""
    scene, source = measures[0].scene, measures[0].indicator.source or ""
    # Changes of clocks well before the first period move no row into or out of it.
    local = LocalTime(scene.setting.zone, scene.span.first - timedelta(days=400), scene.now.day)
    rows, wanted = table if isinstance(table, Rows) else Rows(lambda: table), wanted_of(measures)
    found = rows.part(wanted) if rows.part else rows.whole()
    writing = scene.setting.writings.get(source, Writing())
    reader = Reader(found, source or "source", local, writing=writing, wanted=wanted, known=rows.known)
    reader.names = rows.names
    everything = partial(rows.part, replace(wanted, whole=True)) if rows.part else rows.whole
    reader.whole = everything if rows.part or not is_embedded(found) else None
    uses = uses_in(measures, reader)
    look_at(reader, uses)
    dates, numbers = ([name for name, role in uses if role == wanted] for wanted in ("date", "number"))
    reader.prepare(dates, numbers)
    return reader


def wanted_of(measures: Sequence[Measure]) -> Wanted:
    """What of a source the measures need."""
    span, indicators = measures[0].scene.span, [each.indicator for each in measures]
    dates, is_whole = tuple(dict.fromkeys(map(date_column, indicators))), any(each.distinct for each in indicators)
    return Wanted(words_in(indicators), dates, span.first, span.last, measures[0].scene.now.day, is_whole)


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
            found[each.tag] = replace(one, values=values_at_levels(scan, each)) if isinstance(each, Ranked) else one
    days = _days(reader, scans[0], reach, is_undated=any(one.undated for one in found.values()))
    return {tag: replace(one, days=days) for tag, one in found.items()} if days else found


def _days(reader: Reader, scan: Scan, reach: Reach, *, is_undated: bool) -> Mapping[date, int]:
    """The rows of each day, where a period may not be reached, or rows without a date may belong to it."""
    if reach.first is None or reach.last is None:
        return {}
    is_asked = is_undated or any(may_be_short(period, reach.first, reach.last) for period in scan.periods)
    return rows_by_day(reader, scan.date, reach.last) if is_asked else {}


def _told_of(measure: Measure, reader: Reader) -> tuple[Sentence, ...]:
    """What is told of the columns that an indicator reads."""
    read = {name for name, _ in uses_in([measure], reader)}
    named = ((said, said.values.get("columns", [said.values.get("column")])) for said in reader.told)
    return tuple(said for said, names in named if read & set(names))


def uses_in(measures: list[Measure], reader: Reader) -> list[tuple[str, str]]:
    """The columns that indicators read as a "date" or a "number"; conditions on dates and numbers among them."""
    uses = [(date_column(each.indicator), "date") for each in measures]
    uses += [use for each in measures for use in newest_use(each.indicator, reader)]
    for each in measures:
        uses += each.uses()
        for condition in (each.indicator.where, *(exclusion.where for exclusion in each.indicator.exclude)):
            uses += uses_of(condition)
        said = (getattr(each.indicator, part) or () for part in ("case_key", "unit", "channel", "segment"))
        uses += [(name, "text") for names in said for name in ([names] if isinstance(names, str) else names)]
    return uses


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
