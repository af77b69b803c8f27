"""The clock of promises, plainly: every minute of a case is asked whether it counts. The opposite of clever.

The minutes of a place stand side by side as rows of yes and no; a day is looked at day by day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from charter.domain.vocabulary.working_days import WorkingDays

MINUTE = timedelta(minutes=1)
Minutes = NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """A case and the intervals in which its clock stands, all whole minutes of UTC; None is still open."""

    start: datetime
    stop: datetime | None
    pauses: Sequence[tuple[datetime, datetime | None]] = ()


@dataclass(frozen=True)
class Asked:
    """A delay of so many of a unit, as known at an instant, in a zone and by a calendar."""

    count: int
    unit: str
    as_of: datetime
    zone: str
    calendar: WorkingDays


def fate(case: Case, asked: Asked) -> str:
    """What becomes of a case: met, missed or pending."""
    stop = case.stop if case.stop is not None and case.stop <= asked.as_of else None
    if asked.unit in ("days", "working days"):
        last = _last_day(case, stop, asked)
        passed = last < _day(asked.as_of, asked.zone)
        in_time = stop is not None and _day(stop, asked.zone) <= last
    else:
        end = _deadline(case, stop, asked)
        passed = end is not None and end < asked.as_of
        in_time = stop is not None and (end is None or stop <= end)
    return ("met" if in_time else "missed") if passed else "pending"


def _deadline(case: Case, stop: datetime | None, asked: Asked) -> datetime | None:
    """The end of the minute in which the delay is used up; None where it is not by now."""
    counts = ~_stands(case, case.start, asked.as_of)
    if stop is not None:
        counts[_minutes(case.start, stop) :] = True
    if asked.unit.startswith("working"):
        counts &= open_between(case.start, asked.as_of, asked)
    used = np.flatnonzero(counts)
    needed = asked.count * (60 if asked.unit.endswith("hours") else 1)
    return None if len(used) < needed else case.start + (int(used[needed - 1]) + 1) * MINUTE


def worked_minutes(case: Case, asked: Asked) -> int:
    """The minutes inside opening hours from start to stop in which the clock did not stand."""
    assert case.stop is not None
    return int((open_between(case.start, case.stop, asked) & ~_stands(case, case.start, case.stop)).sum())


def _last_day(case: Case, stop: datetime | None, asked: Asked) -> date:
    """Day by day: a day counts unless the clock stands on it, that is after the day it stopped, up to its end."""
    start = _day(case.start, asked.zone)
    cut = _day(stop if stop is not None else asked.as_of, asked.zone)
    pauses = [(_day(first, asked.zone), until and _day(until, asked.zone)) for first, until in case.pauses]
    left, day = asked.count, start
    last = start

    def stands(on: date) -> bool:
        return on <= cut and any(first < on and (until is None or on <= until) for first, until in pauses)

    while left or stands(day + timedelta(days=1)):
        day += timedelta(days=1)
        counts = asked.unit == "days" or asked.calendar.is_working(day)
        left -= counts and not stands(day)
        last = day if counts else last
    return last


def _stands(case: Case, first: datetime, until: datetime) -> Minutes:
    """Of each minute between two instants whether the clock of the case stands."""
    found = np.zeros(max(_minutes(first, until), 0), dtype=np.bool_)
    for begin, end in case.pauses:
        found[max(_minutes(first, begin), 0) : None if end is None else max(_minutes(first, end), 0)] = True
    return found


def open_between(first: datetime, until: datetime, asked: Asked) -> Minutes:
    """Of each minute between two instants whether the clock on the wall says an hour that is open."""
    days = [first.date() + timedelta(days=step) for step in range((until.date() - first.date()).days + 1)]
    found = np.concatenate([_open_on(asked.calendar, asked.zone, day) for day in days])
    begin = first.hour * 60 + first.minute
    return found[begin : begin + _minutes(first, until)]


@cache
def _open_on(calendar: WorkingDays, zone: str, day: date) -> Minutes:
    """The same of each minute of a day of UTC."""
    found = np.zeros(1440, dtype=np.bool_)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for at in range(1440):
        wall = (midnight + at * MINUTE).astimezone(ZoneInfo(zone))
        minute = wall.hour * 60 + wall.minute
        found[at] = any(each.first <= minute < each.until for each in calendar.openings(wall.date()))
    return found


def _minutes(first: datetime, until: datetime) -> int:
    return (until - first) // MINUTE


@cache
def _day(at: datetime, zone: str) -> date:
    return at.astimezone(UTC).astimezone(ZoneInfo(zone)).date()
