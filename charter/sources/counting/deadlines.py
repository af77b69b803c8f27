"""Clocks inside a query: the last day or deadline of each case, and whether it has passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from charter.domain.charter_file.values import Delay
from charter.domain.checks.deadlines import elapsed, last_day, working_time
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.amounts import Amount
from charter.sources.cells.context import Setting
from charter.sources.cells.local_time import BASE, day_number, lookup, microseconds
from charter.sources.cells.moments import Moment
from charter.sources.cells.working_time import WorkClock

_MINUTE = 60 * 10**6


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
class Scene:
    """What the rows of one scan share. By indicator, `pauses`: the intervals in which the clocks of its cases stand;
    `stretches`: when they were in which of its stages."""

    span: Span
    setting: Setting
    now: Now
    pauses: Mapping[str, Any] = field(default_factory=dict)
    stretches: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def clock(self) -> WorkClock:
        """Working time from the first day that matters up to now."""
        return self._clock(self.setting.calendars)

    @cached_property
    def day_clock(self) -> WorkClock:
        """The same where working days are counted whole, whatever their hours."""
        return self._clock([each.in_whole_days for each in self.setting.calendars])

    def _clock(self, calendars: Sequence[WorkingDays]) -> WorkClock:
        last = max(self.now.day, self.span.first)
        return WorkClock.of(calendars, self.setting.zone, self.span.first, last)


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
    return end < now_worked(rows, scene)


def now_worked(rows: Any, scene: Scene) -> Any:
    """What the clock of working time shows now, by the calendar of each row."""
    shown = [scene.clock.shown_at(scene.now.instant, at) for at in range(len(scene.setting.calendars))]
    cases = [(rows["calendar"] == at, each) for at, each in enumerate(shown[1:], 1)]
    return ibis.cases(*cases, else_=shown[0]) if cases else ibis.literal(shown[0], type="int64")


def worked_between(start: Any, stop: Any, rows: Any, scene: Scene) -> Any:
    """The working days after one day up to and including another, by the calendar of each row's unit."""
    first = scene.span.first
    last = max(scene.now.day, first)

    def worked(calendar: WorkingDays) -> Any:
        counted = calendar.running_count(first, last)
        return lookup(stop, first, counted) - lookup(start, first, counted)

    return by_calendar(scene.setting, rows["unit"], worked)


def microseconds_of(minutes: Amount) -> Any:
    """Minutes as whole microseconds; decimals up to the seventh are exact."""
    factor, rest = divmod(_MINUTE, 10**minutes.scale)
    if minutes.digits.exact and not rest:
        return minutes.scaled.cast("int64") * factor
    return (minutes.value.cast("float64") * _MINUTE).round().cast("int64")
