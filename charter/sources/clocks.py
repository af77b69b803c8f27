"""Clocks inside a query: the last day or deadline of each case, and whether it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from charter.domain.calendars import WorkingDays
from charter.domain.charter_file.values import Delay
from charter.domain.clock import elapsed, last_day
from charter.sources.columns import Moment
from charter.sources.setting import Setting
from charter.sources.zones import day_number, lookup, microseconds


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
        if not moment.timed:
            return (moment.day <= day_number(self.day)).fill_null(False)
        return (moment.utc <= microseconds(self.instant)).fill_null(False)


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
class Deadline:
    """The end of a delay on each row: whether the stop came in time, and whether the end has passed."""

    met: Any
    passed: Any


def by_calendar(setting: Setting, unit: Any, value: Any) -> Any:
    """An expression made per calendar, chosen by the row's unit: its own calendar, else the charter's."""
    others = setting.calendars[1:]
    if not others:
        return value(setting.calendar)
    cases = [(unit.isin(setting.units_of(calendar)), value(calendar)) for calendar in others]
    return ibis.cases(*cases, else_=value(setting.calendar))


def day_deadline(delay: Delay, rows: Any, names: dict[str, str], span: Span, setting: Setting, now: Now) -> Deadline:
    """For days, working days and months: met when stop day <= last day; passed when today is after the last day."""
    start = rows[names["start"]]
    if delay.unit == "days":
        ends = start + delay.count
    else:

        def offsets(calendar: WorkingDays) -> Any:
            steps = [(last_day(day, delay, calendar) - day).days for day in span.days]
            return lookup(start, span.first, steps)

        by_unit = delay.unit == "working days"
        ends = start + (by_calendar(setting, rows["unit"], offsets) if by_unit else offsets(setting.calendar))
    return Deadline((rows[names["stop"]] <= ends).fill_null(False), ends < day_number(now.day))


def elapsed_deadline(delay: Delay, rows: Any, names: dict[str, str], now: Now) -> Deadline:
    """For seconds, minutes, hours: met when stop <= start + delay + paused; passed when now is after that."""
    ends = rows[names["start_utc"]] + elapsed(delay) // timedelta(microseconds=1)
    if "paused" in names:
        ends = ends + rows[names["paused"]]
    return Deadline((rows[names["stop_utc"]] <= ends).fill_null(False), ends < microseconds(now.instant))
