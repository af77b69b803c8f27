"""Promises counted in days, many at once and quickly: rows that fare alike are added up before any of them is judged.

The engine adds up rows by their units and by the code of their fate, found by one join with a calendar that travels
inside the query. Then each code is judged once. The counts are those of the scan that judges every row.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, reduce
from typing import Any

import ibis

from charter.domain.checks.deadlines import delays_of
from charter.sources.cells.columns import Reader, is_embedded
from charter.sources.cells.local_time import day_number
from charter.sources.cells.moments import apply, in_span, local_microseconds
from charter.sources.cells.queries import rows_of
from charter.sources.counting.conditions import meets, uses_of
from charter.sources.counting.day_fates import (
    EARLY,
    LATER,
    NO_CODE,
    OPEN,
    PLACES,
    UNREAD,
    Fates,
    Tally,
    reasons_of,
    summed_of,
    written,
)
from charter.sources.counting.delays import WithinMeasure
from charter.sources.counting.kinds import CountMeasure, Measure
from charter.sources.counting.scan import Scan, days_of

_MOST_CONDITIONS = 60


def is_daily(measure: Measure, date: str) -> bool:
    """Whether an indicator is judged by days alone, so that rows can be added up first."""
    if measure.indicator.case_key or measure.owing:
        return False
    if type(measure) is WithinMeasure:
        return (
            measure.by_day
            and measure.stands is None
            and measure.staged is None
            and measure.start == date
            and len(measure.indicator.exclude) < _MOST_CONDITIONS
        )
    return type(measure) is CountMeasure and len(measure.indicator.exclude) < _MOST_CONDITIONS


def families(measures: Sequence[Measure], date: str) -> tuple[list[list[Measure]], list[Measure]]:
    """Indicators judged by days, those of one stop together (mere counts go with the first); and all the others."""
    daily: dict[str, list[Measure]] = {}
    counts, others = [], []
    for each in measures:
        if not is_daily(each, date):
            others.append(each)
        elif isinstance(each, WithinMeasure):
            daily.setdefault(each.stop, []).append(each)
        else:
            counts.append(each)
    found = list(daily.values()) or [[]]
    found[0] += counts
    return [part for family in found for part in _parts(family)], others


def _parts(family: list[Measure]) -> Iterator[list[Measure]]:
    """The conditions that rows meet are the bits of one number."""
    part: list[Measure] = []
    for each in family:
        if part and sum(1 + len(one.indicator.exclude) for one in [*part, each]) > _MOST_CONDITIONS:
            yield part
            part = []
        part.append(each)
    if part:
        yield part


@dataclass
class DailyScan(Scan):
    """A scan of indicators that are judged by days, with the same stop where they have one."""

    def told(self) -> list[dict[str, Any]]:
        for each in self.measures:
            self.reasons[each.tag], self.summed[each.tag] = reasons_of(each), summed_of(each)
        bits = {written(where): bit for bit, where in self._conditions}
        rows = [
            *self._asked(self.query()),
            *(self._asked(self.undated()) if self.reader.gaps.get(self.date, True) else []),
        ]
        return Tally(self.measures, self._fates, self.scene.setting, bits).cells(rows)

    def _asked(self, query: Any) -> list[tuple[Any, ...]]:
        return rows_of(query, self.reader.source)

    def query(self) -> Any:
        """How many rows have each code, per unit, channel and segment, and which conditions they meet."""
        table, moment = self._days.table, self._days.moment(self.date)
        bounds = in_span(table[self.date], self.scene.span.first, self.scene.span.last)
        if bounds is not None:
            table = table.filter(bounds)
        if self.scene.now.day <= self.scene.span.last:
            table = table.filter(self.scene.now.has_come(moment))
        within = self._within()
        if within is not None:
            table = table.mutate(promesse_days=self._days.moment(within.stop).day - moment.day)
        stop = 0 if within is None else self._stop(within, table["promesse_days"])
        rows = self._rows(table, {"promesse_key": moment.day * self._fates.width + stop})
        coded = self._calendar()
        rows = rows.join(coded, rows["promesse_key"] == coded["promesse_at"])
        return self._added_up(rows)

    def undated(self) -> Any:
        """How many rows have no date."""
        table, moment = self._days.table, self._days.moment(self.date)
        missing = (moment.day if moment.raw is None else moment.raw).isnull()
        return self._added_up(self._rows(table.filter(missing), {"promesse_code": NO_CODE}))

    # --- what is read of a row ---

    def _rows(self, table: Any, more: Mapping[str, Any]) -> Any:
        """The columns that place a row, as they are, and the conditions that cannot wait until rows are added up."""
        if self._shared_where:
            table = table.filter(*(meets(self._at(table), where) for where in self._shared_where))
        at = self._at(table)
        met = {f"promesse_met{bit}": meets(at, where) for bit, where in self._conditions if not self._can_wait(where)}
        return table.select(*(table[name] for name in self._columns), **more, **met)

    def _added_up(self, rows: Any) -> Any:
        met = [name for name in rows.columns if name.startswith("promesse_met")]
        rows = rows.group_by([*self._columns, "promesse_code", *met]).aggregate(promesse_n=rows.count())
        at, waited = self._at(rows), dict(self._conditions)
        bits = [
            (rows[f"promesse_met{bit}"] if f"promesse_met{bit}" in met else meets(at, where)).ifelse(1 << bit, 0)
            for bit, where in waited.items()
        ]
        first = self.measures[0].indicator
        placed = rows.select(
            **{each: at.joined(getattr(first, each)) for each in PLACES},
            code=rows["promesse_code"],
            met=reduce(operator.add, bits, ibis.literal(0, type="int64")),
            n=rows["promesse_n"],
        )
        return placed.group_by([*PLACES, "code", "met"]).aggregate(number=placed["n"].sum().cast("int64"))

    def _at(self, table: Any) -> Any:
        return replace(self._days, table=table)

    @cached_property
    def _days(self) -> Reader:
        """What reads the days, and nothing else where nothing else is asked for: fewer words for another engine."""
        local, wheres = self.reader.local, [*self._shared_where, *(where for _, where in self._conditions)]
        asks_instants = not local.keeps_days_apart or local.local_at(self.scene.now.instant) is None
        asks_dates = any(role == "date" for where in wheres for _, role in uses_of(where))
        readings = self.reader.readings
        if asks_instants or asks_dates or is_embedded(self.reader.given) or not all(r.raw for r in readings.values()):
            return self.reader
        days = {name: reading.of_days for name, reading in readings.items()}
        return replace(self.reader, table=apply(self.reader.bare, list(days.values())), readings=days)

    @cached_property
    def _columns(self) -> list[str]:
        """The columns that make units, channels and segments."""
        said = [getattr(self.measures[0].indicator, each) or [] for each in PLACES]
        return list(dict.fromkeys(name for names in said for name in ([names] if isinstance(names, str) else names)))

    # --- conditions ---

    @cached_property
    def _shared_where(self) -> list[Mapping[str, Any]]:
        """The condition of every indicator, when all have the same."""
        wheres = [each.indicator.where for each in self.measures]
        return [wheres[0]] if wheres[0] and all(where == wheres[0] for where in wheres) else []

    @cached_property
    def _conditions(self) -> list[tuple[int, Mapping[str, Any]]]:
        """Each other condition once, with its number."""
        asked = [each.indicator.where for each in self.measures if each.indicator.where and not self._shared_where]
        asked += [exclusion.where for each in self.measures for exclusion in each.indicator.exclude]
        return list(enumerate({written(where): where for where in asked}.values()))

    def _can_wait(self, where: Mapping[str, Any]) -> bool:
        """A condition on what places a row is tested once for all rows of the place."""
        return set(where) <= set(self._columns) and all(role != "date" for _, role in uses_of(where))

    # --- the stop, and the calendar that says what becomes of it ---

    @cached_property
    def _fates(self) -> Fates:
        promises = [tuple(delays_of(each.indicator)) for each in self.measures]
        calendars = self.scene.setting.calendars
        if not any(delay.unit == "working days" for promise in promises for delay in promise):
            calendars = calendars[:1]
        place = {day: at for at, period in enumerate(self.periods) for day in days_of(period)}
        days = [(day, place.get(day, -1)) for day in self.scene.span.days]
        return Fates.of(promises, calendars, days, self.scene.now.day)

    def _calendar(self) -> Any:
        """A table of the code of each start day and stop, unpacked from one text: nothing is created in a source."""
        width, first, size = self._fates.width, day_number(self.scene.span.first), max(1, len(self._fates.cases))
        entries = [
            str(((first + at) * width + stop) * size + code)
            for at, codes in enumerate(self._fates.codes)
            for stop, code in enumerate(codes)
            if self._fates.cases[code][0] >= 0
        ]
        table = ibis.literal(",".join(entries)).split(",").name("entries").as_table().unnest("entries")
        entry = table["entries"].cast("int64")
        code = (entry % size).cast("int32")
        # Each place stands there once; said so, PostgreSQL need not put rows in order to join them.
        places = table.group_by(promesse_at=((entry - code) / size).cast("int64"))
        return places.aggregate(promesse_code=code.min())

    def _within(self) -> WithinMeasure | None:
        return next((each for each in self.measures if isinstance(each, WithinMeasure)), None)

    def _stop(self, measure: WithinMeasure, days: Any) -> Any:
        """Days from start to stop as far as they matter, or what is odd about the stop."""
        longest = self._fates.longest
        late, early = longest + LATER, longest + EARLY
        start, stop = self._days.moment(measure.start), self._days.moment(measure.stop)
        if start.raw is not None and stop.raw is not None and self.reader.local.keeps_days_apart:
            # Nearly every stop comes after its start: then days are counted once.
            is_early = self._is_early(start.raw, stop.raw, days)
            found = is_early.ifelse(early, ibis.least(days, late))
        else:
            before, later = measure.is_before(start, stop), [(days > longest, late), (days > 0, days)]
            keeps = self.reader.local.keeps_days_apart
            found = ibis.cases(
                *([*later, (days < 0, early), (before, early)] if keeps else [(before, early), *later]), else_=0
            )
        odd = [] if stop.raw is not None else [(stop.unreadable.fill_null(False), longest + UNREAD)]
        return ibis.cases(*odd, (self.scene.now.has_come(stop), found), else_=longest + OPEN)

    def _is_early(self, start: Any, stop: Any, days: Any) -> Any:
        """Whether a local time lies before another; a midnight says only its date."""
        before, clocked = stop < start, stop.truncate("D") != stop
        odd = [
            (start >= ibis.literal(first, type="timestamp")) & (start < ibis.literal(last, type="timestamp"))
            for first, last in self._skipped_in_span()
        ]
        if not odd:
            return before & ((days < 0) | clocked)
        utc = self.reader.local.utc
        exact = utc(local_microseconds(stop)) < utc(local_microseconds(start))
        return (days < 0) | ((days == 0) & clocked & reduce(operator.or_, odd).ifelse(exact, before))

    def _skipped_in_span(self) -> Iterator[tuple[datetime, datetime]]:
        span, day = self.scene.span, timedelta(days=2)
        for first, last in self.reader.local.skipped:
            if span.first - day <= first.date() <= span.last + day:
                yield first, last
