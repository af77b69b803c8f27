"""One scan of a source: the rows that several indicators share, each row's fate, and the grouped counts."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from typing import Any, NamedTuple

import ibis

from charter.domain.checks.reach import may_be_short
from charter.domain.vocabulary.counts import Counts, Number
from charter.domain.vocabulary.periods import Period
from charter.sources.cells.columns import Reader
from charter.sources.cells.local_time import lookup
from charter.sources.cells.moments import lies_near
from charter.sources.cells.queries import answer
from charter.sources.cells.reach import Reach, rows_by_day
from charter.sources.cells.recent_rows import NEWEST, clash, newest, newest_first
from charter.sources.counting.conditions import meets, owed_by, owed_counts
from charter.sources.counting.deadlines import Span, with_calendar
from charter.sources.counting.kinds import Measure, Scene, told_in_date
from charter.sources.readers.place import FILE_PLACE

UNDATED = -2
JUDGED = 1
PENDING = 2
FIRST_REASON = 3
_OUT = 0
_IN_ORDER = ("day", "instant", "unit", "row_key", "there")
_GROUPS = ["period", "unit", "channel", "segment"]


class ReasonColumns(NamedTuple):
    """The column of the rows left out for a reason, and those of what weighs them, by part."""

    reason: str
    column: str
    weights: list[tuple[str, str]]


@dataclass(frozen=True)
class Names:
    """Columns of the answer: rows judged and pending, those excluded by reason with what weighs them; sums by part."""

    judged: str
    pending: str
    reasons: list[ReasonColumns]
    sums: list[tuple[str, str]]


@dataclass
class Scan:
    """Indicators that share rows: the same source, date column, unit, channel, segment and distinct."""

    measures: list[Measure]
    reader: Reader
    scene: Scene
    date: str
    periods: list[Period]
    reasons: dict[str, list[str]] = field(default_factory=dict)
    summed: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, Names] = field(default_factory=dict)
    weighed: dict[str, list[str]] = field(default_factory=dict)

    def rows(self) -> Any:
        """The rows of the periods (`period` is its place in `periods`; UNDATED without a date) with their fates."""
        rows = self._read()
        if self.measures[0].indicator.case_key:
            rows = self._distinct(rows)
        rows = self._in_periods(rows)
        if any(each.needs_calendar for each in self.measures):
            rows = with_calendar(rows, self.scene.setting)
        for each in self.measures:
            rows = each.widen(rows)
        for step in ("judge", "conclude"):
            added = {name: value for each in self.measures for name, value in getattr(each, step)(rows).items()}
            rows = rows.mutate(**added) if added else rows
        return rows.mutate(**{each.name("fate"): self._fate(each, rows) for each in self.measures})

    def told(self) -> list[dict[str, Any]]:
        """The answer to the query."""
        return answer(self.query(), self.reader.source)

    def query(self) -> Any:
        """Counts per period, unit, channel and segment."""
        rows = self.rows()
        sums: dict[str, Any] = {}
        for each in self.measures:
            sums |= self._sums(each, rows)
        return rows.group_by(_GROUPS).aggregate(**sums)

    def counts(self, measure: Measure, row: Mapping[str, Any]) -> Counts:
        """The counts of one indicator in one row of the answer."""
        names = self._named(measure)
        excluded: dict[str, Number] = {}
        for reason, name, weights in names.reasons:
            if number := measure.weigh(int(row[name]), {part: row[each] for part, each in weights}):
                excluded[reason] = excluded.get(reason, 0) + number
        judged, pending = int(row[names.judged]), int(row[names.pending])
        sums = {part: row[name] for part, name in names.sums}
        counts = measure.counts(judged, sums) if judged else Counts()
        if owed := owed_counts(judged, sums):
            counts = replace(counts, owed=owed)
        return replace(counts, pending=pending, excluded=excluded) if pending or excluded else counts

    def _named(self, measure: Measure) -> Names:
        """The columns of an indicator in the answer, put together once for its many cells."""
        if measure.tag not in self.names:
            weighed = self.weighed.get(measure.tag, [])
            reasons = [
                ReasonColumns(
                    each, measure.name(f"n{code}"), [(part, measure.name(f"n{code}_{part}")) for part in weighed]
                )
                for code, each in enumerate(self.reasons[measure.tag], FIRST_REASON)
            ]
            sums = [(part, measure.name(f"sum_{part}")) for part in self.summed[measure.tag]]
            self.names[measure.tag] = Names(measure.name(f"n{JUDGED}"), measure.name(f"n{PENDING}"), reasons, sums)
        return self.names[measure.tag]

    def _read(self) -> Any:
        """What is read of each row; rows that start after now are not there, nor those no indicator wants."""
        reader, shared = self.reader, self.measures[0].indicator
        moment = reader.moment(self.date)
        read = {
            "day": moment.day,
            "instant": moment.utc if moment.timed else moment.day,
            "there": moment.day.isnull() | self.scene.now.reached(moment),
            **{each: reader.joined(getattr(shared, each)) for each in _GROUPS[1:]},
        }
        if shared.case_key:
            read |= {"row_key": reader.text(shared.case_key), **newest(shared, reader)}
        for each in self.measures:
            read[each.name("in")] = meets(reader, each.indicator.where)
            for at, exclusion in enumerate(each.indicator.exclude):
                read[each.name(f"out{at}")] = meets(reader, exclusion.where)
            for at, owed in enumerate(each.owing):
                read[each.name(f"owes{at}")] = meets(reader, owed.where)
            read |= each.read(reader)
        read |= self._besides(reader)
        rows = self._sieved().select(**read)
        wanted = reduce(operator.or_, [rows[each.name("in")] for each in self.measures])
        return rows.filter(rows["there"], wanted)

    def _besides(self, reader: Reader) -> dict[str, Any]:
        """Columns that a scan keeps for its own ends."""
        return {}

    def _sieved(self) -> Any:
        """The table, without rows that start far from the periods; with distinct these may still matter."""
        table = self.reader.table
        if self.measures[0].indicator.case_key:
            return table
        return table.filter(lies_near(table[self.date], self.scene.span.first, self.scene.span.last))

    def _distinct(self, rows: Any) -> Any:
        """One row per key, told where others say something else of the same case.

        That which is newest; else, and where several are, the earliest start, then a row with a stop, then the smallest
        unit; the rest settles ties.
        """
        first = self.measures[0]
        order = [*newest_first(rows), _last_if_missing(rows["instant"]), rows["instant"]]
        stop = first.name("stop")
        if stop in rows.columns:
            order.append(_last_if_missing(rows[stop]))
        order += [(rows["unit"] == "").ifelse(1, 0), rows["unit"]]
        order += [rows[name] for name in rows.columns if name not in (*_IN_ORDER, *NEWEST)]
        rank = ibis.row_number().over(group_by=rows["row_key"], order_by=order)
        own = {each.name("clash"): clash(rows, self._read_by(each, rows)) for each in self.measures}
        ranked = rows.mutate(rank=rank, **own)
        return ranked.filter(ranked["row_key"].isnull() | (ranked["rank"] == 0))

    def _read_by(self, measure: Measure, rows: Any) -> list[str]:
        """What an indicator reads of a row."""
        own = [name for name in rows.columns if name.startswith(measure.name("")) and name != measure.name("in")]
        return ["instant", *_GROUPS[1:], *own]

    def _in_periods(self, rows: Any) -> Any:
        place = {day: at for at, period in enumerate(self.periods) for day in days_of(period)}
        span = self.scene.span
        found = lookup(rows["day"], span.first, [place.get(day, -1) for day in span.days])
        placed = rows.mutate(period=rows["day"].isnull().ifelse(UNDATED, found))
        return placed.filter(placed["period"] != -1)

    def _fate(self, measure: Measure, rows: Any) -> Any:
        chosen = [(rows[measure.name(f"out{at}")], each.reason) for at, each in enumerate(measure.indicator.exclude)]
        tests = chosen + measure.errors(rows)
        self.reasons[measure.tag] = [reason for _, reason in tests]
        cases = [(~rows[measure.name("in")], _OUT)]
        cases += [(test, FIRST_REASON + at) for at, (test, _) in enumerate(tests)]
        pending = measure.pending(rows)
        if pending is not None:
            cases.append((pending, PENDING))
        return ibis.cases(*cases, else_=JUDGED)

    def _is_told(self, measure: Measure, rows: Any) -> Any:
        """Whether a row counts as one of its period, or as one without a date: a total at the foot lacks none."""
        out = [rows[measure.name(f"out{at}")] for at in told_in_date(measure.indicator)]
        is_in = rows[measure.name("in")]
        return is_in & ((rows["period"] >= 0) | ~reduce(operator.or_, out)) if out else is_in

    def _sums(self, measure: Measure, rows: Any) -> dict[str, Any]:
        fate = rows[measure.name("fate")]
        codes = [JUDGED, PENDING, *(FIRST_REASON + at for at in range(len(self.reasons[measure.tag])))]
        sums = {measure.name(f"n{code}"): rows.count(where=fate == code) for code in codes}
        for code in codes[2:]:
            weights = measure.weights(rows).items()
            sums |= {measure.name(f"n{code}_{part}"): each.sum(where=fate == code) for part, each in weights}
            self.weighed[measure.tag] = [part for part, _ in weights]
        sums[measure.name("rows")] = rows.count(where=self._is_told(measure, rows))
        if measure.name("clash") in rows.columns:
            sums[measure.name("clash")] = rows.count(where=rows[measure.name("clash")])
        wanted = measure.sums(rows) | owed_by(measure, rows)
        self.summed[measure.tag] = list(wanted)
        return sums | {measure.name(f"sum_{part}"): value.sum(where=fate == JUDGED) for part, value in wanted.items()}


def _last_if_missing(column: Any) -> Any:
    return column.isnull().ifelse(1, 0)


def days_of(period: Period) -> list[date]:
    """Its days."""
    return Span(period.start, period.end).days


def days_asked(reader: Reader, scan: Scan, reach: Reach, *, is_undated: bool) -> Mapping[date, int]:
    """The rows of each day, where a period may not be reached, rows without a date may belong to it, or one of several
    files may stop early."""
    if reach.first is None or reach.last is None:
        return {}
    is_asked = is_undated or FILE_PLACE in reader.given.columns
    is_asked = is_asked or any(may_be_short(period, reach.first, reach.last) for period in scan.periods)
    return rows_by_day(reader, scan.date, reach.last) if is_asked else {}
