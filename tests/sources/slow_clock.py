"""The clock of promises, slowly: every minute of a case is asked whether it counts. The opposite of clever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from charter.domain.vocabulary.working_days import WorkingDays

MINUTE = timedelta(minutes=1)
_SEEN: dict[tuple[int, str], dict[datetime, bool]] = {}


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
    left = asked.count * (60 if asked.unit.endswith("hours") else 1)
    at = case.start
    while at < asked.as_of:
        stands = _stands(case, at) and (stop is None or at < stop)
        if not stands and (not asked.unit.startswith("working") or _is_open(at, asked)):
            left -= 1
        at += MINUTE
        if left == 0:
            return at
    return None


def worked_minutes(case: Case, asked: Asked) -> int:
    """The minutes inside opening hours from start to stop in which the clock did not stand."""
    assert case.stop is not None
    at, found = case.start, 0
    while at < case.stop:
        found += _is_open(at, asked) and not _stands(case, at)
        at += MINUTE
    return found


def _last_day(case: Case, stop: datetime | None, asked: Asked) -> date:
    """Day by day: a day counts unless the clock stands on it, that is after the day it stopped, up to its end."""
    start = _day(case.start, asked.zone)
    cut = _day(stop if stop is not None else asked.as_of, asked.zone)
    left, day = asked.count, start
    last = start

    def stands(on: date) -> bool:
        return on <= cut and any(
            _day(first, asked.zone) < on and (until is None or on <= _day(until, asked.zone))
            for first, until in case.pauses
        )

    while left or stands(day + timedelta(days=1)):
        day += timedelta(days=1)
        counts = asked.unit == "days" or asked.calendar.is_working(day)
        left -= counts and not stands(day)
        last = day if counts else last
    return last


def _stands(case: Case, at: datetime) -> bool:
    return any(first <= at and (until is None or at < until) for first, until in case.pauses)


def _is_open(at: datetime, asked: Asked) -> bool:
    seen = _SEEN.setdefault((id(asked.calendar), asked.zone), {})
    if at not in seen:
        wall = at.astimezone(ZoneInfo(asked.zone))
        minute = wall.hour * 60 + wall.minute
        seen[at] = any(each.first <= minute < each.until for each in asked.calendar.openings(wall.date()))
    return seen[at]


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(UTC).astimezone(ZoneInfo(zone)).date()
