"""Clocks inside a query: the last day or deadline of each case, and whether it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from charter.domain.charter_file.values import Delay
from charter.domain.checks.deadlines import elapsed, last_day
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting
from charter.sources.cells.local_time import day_number, lookup, microseconds
from charter.sources.cells.moments import Moment


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


def by_calendar(setting: Setting, unit: Any, value: Any) -> Any:
    """An expression made per calendar, chosen by the row's unit: its own calendar, else the charter's."""
    others = setting.calendars[1:]
    if not others:
        return value(setting.calendar)
    cases = [(unit.isin(setting.units_of(calendar)), value(calendar)) for calendar in others]
    return ibis.cases(*cases, else_=value(setting.calendar))


def day_end(delay: Delay, start: Any, unit: Any, span: Span, setting: Setting) -> Any:
    """The last day in time of each start day, for days, working days (calendar of the row's unit) and months."""
    if delay.unit == "days":
        return start + delay.count

    def ends(calendar: WorkingDays) -> Any:
        steps = [(last_day(day, delay, calendar) - day).days for day in span.days]
        return start + lookup(start, span.first, steps)

    return by_calendar(setting, unit, ends) if delay.unit == "working days" else ends(setting.calendar)


def elapsed_end(delay: Delay, start: Any, paused: Any | None) -> Any:
    """The deadline of each start instant, for seconds, minutes and hours; paused time does not count."""
    end = start + elapsed(delay) // timedelta(microseconds=1)
    return end if paused is None else end + paused


def has_passed(delay: Delay, end: Any, now: Now) -> Any:
    """Whether now is after the deadline, or after the last day."""
    return end < (microseconds(now.instant) if delay.is_elapsed else day_number(now.day))
