"""Opening hours as instants: how much working time lies between two of them, and when a delay of it is used up.

An instant is inside opening hours when the clock on the wall says so: an hour that the clocks skip is not worked, one
that they show twice is worked twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.working_days import MOST_YEARS, WorkingDays

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_ASKED_AT_ONCE = 400
"""So many days are looked at together."""


@dataclass(frozen=True, order=True)
class Interval:
    """From one instant up to another, in seconds since 1970 (UTC)."""

    first: int
    until: int


@dataclass(frozen=True)
class OpeningHours:
    """A calendar's opening hours in a time zone (IANA name)."""

    calendar: WorkingDays
    zone: str

    def intervals(self, first: date, last: date) -> tuple[Interval, ...]:
        """When it is open on the local days from `first` to `last`, in order; those that touch are one."""
        return _intervals(self.calendar, self.zone, first, last)

    def worked(self, start: datetime, stop: datetime) -> timedelta:
        """The working time between two aware instants; 0 where the second is not after the first."""
        begin, end = _seconds(start), _seconds(stop)
        open_at = self._near(start.date(), stop.date())
        return sum((max(0, min(each.until, end) - max(each.first, begin)) for each in open_at), 0) * _SECOND

    def deadline(self, start: datetime, length: timedelta) -> datetime:
        """The instant (UTC) at which so much working time after an aware instant is used up.

        A start outside opening hours begins at the next opening. Raises Invalid for a calendar that never opens.
        """
        left, begin, day = length // _SECOND, _seconds(start), start.date() - timedelta(days=2)
        while day.year <= start.year + MOST_YEARS:
            last = day + timedelta(days=_ASKED_AT_ONCE)
            for each in self.intervals(day, last):
                opened = max(each.first, begin)
                if each.until - opened >= left:
                    return _EPOCH + (opened + left) * _SECOND
                left -= max(0, each.until - opened)
            day = last + timedelta(days=1)
        raise Invalid(
            "The calendar “%(calendar)s” never opens.", "calendar", calendar=self.calendar.name or self.calendar.code
        )

    def _near(self, first: date, last: date) -> tuple[Interval, ...]:
        # The local date of an instant lies at most a day beside its date in another zone.
        return self.intervals(first - timedelta(days=2), last + timedelta(days=2))


@lru_cache(maxsize=256)
def _intervals(calendar: WorkingDays, zone: str, first: date, last: date) -> tuple[Interval, ...]:
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    found: list[Interval] = []
    for each in sorted(one for day in days for one in _of_day(calendar, ZoneInfo(zone), day)):
        if found and each.first <= found[-1].until:
            found[-1] = Interval(found[-1].first, max(found[-1].until, each.until))
        else:
            found.append(each)
    return tuple(found)


def _of_day(calendar: WorkingDays, zone: ZoneInfo, day: date) -> Iterator[Interval]:
    """The instants at which the clock on the wall shows an hour of the day that is open."""
    openings = calendar.openings(day)
    if not openings:
        return
    midnight = (day - _EPOCH.date()).days * 86_400
    before, after = midnight - 54_000, midnight + 86_400 + 54_000
    early, late = _offset(zone, before), _offset(zone, after)
    change = after if early == late else _change(zone, before, after)
    for opening in openings:
        begin, end = midnight + opening.first * 60, midnight + opening.until * 60
        for offset, from_, until in ((early, before, change), (late, change, after)):
            one = Interval(max(begin - offset, from_), min(end - offset, until))
            if one.first < one.until:
                yield one


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second of a new offset between two instants."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, instant: int) -> int:
    return ((_EPOCH + instant * _SECOND).astimezone(zone).utcoffset() or timedelta()) // _SECOND


def _seconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _SECOND
