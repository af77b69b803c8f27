"""Clocks inside a query: the last day or deadline of each case, and whether it has passed."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from charter.domain.charter_file.values import Delay
from charter.domain.checks.deadlines import elapsed, last_day, working_time
from charter.domain.vocabulary.opening_hours import Interval, OpeningHours
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting
from charter.sources.cells.local_time import BASE, DAY, SECOND, day_number, lookup, microseconds
from charter.sources.cells.moments import Moment

_DAY = 86_400


@dataclass(frozen=True)
class Now:
    """The run's `as_of`: an aware instant, and its local date."""

    instant: datetime
    zone: str

    @property
    def day(self) -> date:
        """The local date."""
        return self.instant.astimezone(ZoneInfo(self.zone)).date()

    def reached(self, moment: Moment) -> Any:
        """Whether the moment has come: its day for plain dates, its instant otherwise. False where it is missing."""
        return self.has_come(moment).fill_null(False)

    def has_come(self, moment: Moment) -> Any:
        """The same, but null where the moment is missing."""
        if not moment.timed:
            return moment.day <= day_number(self.day)
        until = moment.local.local_at(self.instant) if moment.local else None
        if until is not None:
            return moment.raw <= ibis.literal(until, type="timestamp")
        return moment.utc <= microseconds(self.instant)


@dataclass(frozen=True)
class Span:
    """The start days that matter: from the first day of the first period to the last day of the last."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each day."""
        return [self.first + timedelta(days=step) for step in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class WorkClock:
    """Working time inside a query: the opening hours of every calendar, cut where any of them opens or closes.

    Each day of UTC falls into the same slots, which begin at `breaks` (seconds). `values` tells of each slot of each
    day of each calendar twice the seconds worked before it, as if it had been open since midnight where it is open,
    and 1 more where it is.
    """

    first: int
    days: int
    breaks: tuple[int, ...]
    values: tuple[int, ...]

    @classmethod
    def of(cls, calendars: Sequence[WorkingDays], zone: str, first: date, last: date) -> WorkClock:
        """The clock of some calendars that tells instants between two local days."""
        begin, end = first - timedelta(days=2), last + timedelta(days=2)
        days, midnight = (end - begin).days, _seconds(begin)
        open_at = [_split(OpeningHours(each, zone).intervals(begin, end), midnight, days) for each in calendars]
        cuts = {cut % _DAY for each in open_at for one in each for cut in (one.first, one.until)}
        breaks = tuple(sorted({0, *cuts}))
        values = [value for each in open_at for value in _slots(each, breaks, midnight, days)]
        return cls(day_number(begin), days, breaks, tuple(values))

    def read(self, rows: Any, instants: Mapping[str, str]) -> Any:
        """Adds what the clock shows at columns of instants, for `worked` and `is_late`, by name; needs `calendar`."""
        rows = rows.mutate(**{f"{name}_before": rows[column] - 1 for name, column in instants.items()})
        within = {name: rows[f"{name}_before"] % DAY for name in instants}
        rows = rows.mutate(**{f"{name}_within": value for name, value in within.items()})
        rows = rows.mutate(**{f"{name}_slot": self._slot(rows, name) for name in instants})
        slots = self._slots()
        for name in instants:
            told = slots.rename({f"{name}_at": "slot_at", f"{name}_value": "slot_value"})
            rows = rows.left_join(told, rows[f"{name}_slot"] == told[f"{name}_at"]).drop(f"{name}_at")
        return rows.mutate(**{f"{name}_open": rows[f"{name}_value"] % 2 for name in instants})

    def _slots(self) -> Any:
        """The values as rows: engines look a number up in rows much faster than in a long array."""
        width = len(str(len(self.values)))
        written = ",".join(f"{at:0{width}d}{value}" for at, value in enumerate(self.values))
        entries = ibis.literal(written).split(",").name("entry").as_table().unnest("entry")
        entry = entries["entry"]
        return entries.select(
            slot_at=entry.substr(0, width).cast("int32"), slot_value=entry.substr(width).cast("int64")
        )

    @staticmethod
    def worked(rows: Any, name: str) -> Any:
        """Twice the microseconds of working time up to the instant, on the clock of the row's calendar."""
        value, is_open, within = (rows[f"{name}_{part}"] for part in ("value", "open", "within"))
        return (value - is_open) * SECOND + is_open * (within + 1) * 2

    @staticmethod
    def is_late(rows: Any, name: str) -> Any:
        """1 where it was closed just before the instant: what was to be done by closing time was not done by then."""
        return 1 - rows[f"{name}_open"]

    def shown_at(self, instant: datetime, calendar: int) -> int:
        """`worked` and `is_late` together, at one instant."""
        day, within = divmod(microseconds(instant) - 1, DAY)
        slot = bisect_right(self.breaks, within // SECOND) - 1
        at = min(max(day - self.first, 0), self.days - 1)
        value = self.values[(calendar * self.days + at) * len(self.breaks) + slot]
        is_open = value % 2
        return (value - is_open) * SECOND + is_open * (within + 1) * 2 + 1 - is_open

    def _slot(self, rows: Any, name: str) -> Any:
        within = rows[f"{name}_within"]
        day = ((rows[f"{name}_before"] - within) / DAY).cast("int64") - self.first
        day = ibis.greatest(ibis.least(day, self.days - 1), 0)
        passed = [(within >= cut * SECOND).ifelse(1, 0) for cut in self.breaks[1:]]
        slot = reduce(operator.add, passed, (rows["calendar"] * self.days + day) * len(self.breaks))
        return slot.cast("int32")


def _split(intervals: Sequence[Interval], midnight: int, days: int) -> list[Interval]:
    """Intervals cut at the midnights of UTC, as seconds since the first one."""
    found = []
    for each in intervals:
        begin, end = max(each.first - midnight, 0), min(each.until - midnight, days * _DAY)
        while begin < end:
            until = min(end, (begin // _DAY + 1) * _DAY)
            found.append(Interval(begin, until))
            begin = until
    return found


def _slots(open_at: Sequence[Interval], breaks: Sequence[int], midnight: int, days: int) -> Iterator[int]:
    """The value of each slot. A day more than is worked in front keeps all of them positive."""
    ends, begins, worked, at = [*breaks[1:], _DAY], [each.first for each in open_at], _DAY, 0
    for day in range(days):
        for first, until in zip(breaks, ends, strict=True):
            while at < len(open_at) and open_at[at].until <= day * _DAY + first:
                at += 1
            is_open = at < len(open_at) and begins[at] <= day * _DAY + first
            yield 2 * (worked - (first if is_open else 0)) + is_open
            worked += until - first if is_open else 0


def _seconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * _DAY


@dataclass(frozen=True)
class Scene:
    """What the rows of one scan share. `pauses`: by indicator, the intervals in which the clocks of its cases stand."""

    span: Span
    setting: Setting
    now: Now
    pauses: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def clock(self) -> WorkClock:
        """Working time from the first day that matters up to now."""
        last = max(self.now.day, self.span.first)
        return WorkClock.of(self.setting.calendars, self.setting.zone, self.span.first, last)


def with_calendar(rows: Any, setting: Setting) -> Any:
    """The rows with the place of their unit's calendar in the setting's, 0 for the charter's."""
    places = {calendar: at for at, calendar in enumerate(setting.calendars)}
    kept = [(unit, places[each]) for unit, each in sorted(setting.unit_calendars.items()) if places[each]]
    if not kept:
        return rows.mutate(calendar=ibis.literal(0, type="int64"))
    entries = ibis.literal("\x1e".join(f"{at:03d}{unit}" for unit, at in kept)).split("\x1e")
    units = entries.name("entry").as_table().unnest("entry")
    units = units.select(calendar_of=units["entry"].substr(3), calendar=units["entry"].substr(0, 3).cast("int64"))
    found = rows.left_join(units, rows["unit"] == units["calendar_of"]).drop("calendar_of")
    return found.mutate(calendar=found["calendar"].fill_null(0))


def by_calendar(setting: Setting, unit: Any, value: Any) -> Any:
    """An expression made per calendar, chosen by the row's unit: its own calendar, else the charter's."""
    others = setting.calendars[1:]
    if not others:
        return value(setting.calendar)
    cases = [(unit.isin(setting.units_of(calendar)), value(calendar)) for calendar in others]
    return ibis.cases(*cases, else_=value(setting.calendar))


def day_end(delay: Delay, start: Any, unit: Any, span: Span, setting: Setting) -> Any:
    """The last day in time of each start day, for days, weeks, working days (calendar of the unit) and months."""
    if delay.unit in ("days", "weeks"):
        return start + delay.count * (7 if delay.unit == "weeks" else 1)

    def ends(calendar: WorkingDays) -> Any:
        steps = [(last_day(day, delay, calendar) - day).days for day in span.days]
        return start + lookup(start, span.first, steps)

    return by_calendar(setting, unit, ends) if delay.unit == "working days" else ends(setting.calendar)


def moved_day_end(delay: Delay, start: Any, unit: Any, paused: Any, scene: Scene) -> Any:
    """The last working day of each start day, moved by working days on which the clock stood."""
    first, until = scene.span.first, max(scene.now.day, scene.span.last)

    def ends(calendar: WorkingDays) -> Any:
        last = calendar.add(until, delay.count + 1)
        worked = [at for at, day in enumerate(Span(first, last).days) if calendar.is_working(day)]
        done = lookup(start, first, calendar.running_count(first, until))
        return day_number(first) + lookup(done + delay.count + paused - 1, BASE, worked)

    at_once = day_end(delay, start, unit, scene.span, scene.setting)
    return (paused > 0).ifelse(by_calendar(scene.setting, unit, ends), at_once)


def length_of(delay: Delay) -> int:
    """The length of a delay counted on instants: microseconds, or twice those of working time."""
    if delay.is_elapsed:
        return elapsed(delay) // timedelta(microseconds=1)
    return 2 * (working_time(delay) // timedelta(microseconds=1))


def used_up(delay: Delay) -> int | None:
    """How much of its own time a delay holds, as pauses are counted against it; None for months, which differ."""
    if not delay.is_by_day:
        return length_of(delay)
    return None if delay.unit == "months" else delay.count * (7 if delay.unit == "weeks" else 1)


def has_passed(delay: Delay, end: Any, rows: Any, scene: Scene) -> Any:
    """Whether now is after the deadline, or after the last day."""
    now = scene.now
    if not delay.is_in_hours:
        return end < (microseconds(now.instant) if delay.is_elapsed else day_number(now.day))
    shown = [scene.clock.shown_at(now.instant, at) for at in range(len(scene.setting.calendars))]
    cases = [(rows["calendar"] == at, each) for at, each in enumerate(shown[1:], 1)]
    return end < (ibis.cases(*cases, else_=shown[0]) if cases else shown[0])
