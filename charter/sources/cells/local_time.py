"""Local time inside a query: the zone's changes of clocks travel as literals, so every engine reads the same hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import ibis

# Instants and local times are whole microseconds since this day, dates are whole days since it: integers mean the
# same in every engine. A base before all rows keeps them positive.
BASE = date(1900, 1, 1)
SECOND = 1_000_000
DAY = 86_400 * SECOND


def day_number(day: date) -> int:
    """Days since the base."""
    return (day - BASE).days


def microseconds(instant: datetime) -> int:
    """Microseconds since the base, of an aware instant in UTC or of a naive local time."""
    start = datetime(BASE.year, BASE.month, BASE.day, tzinfo=UTC if instant.tzinfo else None)
    return (instant - start) // timedelta(microseconds=1)


@dataclass(frozen=True)
class LocalTime:
    """A zone between two days: the offsets from UTC in force, and the instants at which they change.

    A local time that exists twice is its first, one that does not exist is read with the offset before the gap (as
    Python's zoneinfo reads them).
    """

    zone: str
    first: date
    last: date

    def local(self, utc: Any) -> Any:
        """Local microseconds of an instant."""
        return utc + self._offset(utc, lambda at, _before, _after: at)

    def utc(self, local: Any) -> Any:
        """The instant of local microseconds."""
        return local - self._offset(local, lambda at, before, after: at + max(before, after))

    def local_at(self, instant: datetime) -> datetime | None:
        """The local time up to which an instant has been reached; None near a change of clocks, where none says it."""
        _, changes = _changes(self.zone, self.first, self.last)
        if any(abs(microseconds(instant) - at) < DAY for at, _ in changes):
            return None
        return instant.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    @property
    def skipped(self) -> list[tuple[datetime, datetime]]:
        """Local times that do not exist, with as many after them: only there a later time may be an earlier instant."""
        first, changes = _changes(self.zone, self.first, self.last)
        befores = [first, *(after for _, after in changes)]
        return [
            (_naive(at + before), _naive(at + after + (after - before)))
            for before, (at, after) in zip(befores, changes, strict=False)
            if after > before
        ]

    @property
    def keeps_days_apart(self) -> bool:
        """Whether a later local day is always a later instant: no change of clocks reaches into another day."""
        first, changes = _changes(self.zone, self.first, self.last)
        befores = [first, *(after for _, after in changes)]
        return not any(
            (at + min(before, after)) // DAY != (at + max(before, after) + abs(after - before)) // DAY
            for before, (at, after) in zip(befores, changes, strict=False)
        )

    def _offset(self, column: Any, switch: Any) -> Any:
        first, changes = _changes(self.zone, self.first, self.last)
        if not changes:
            return ibis.literal(first, type="int64")
        befores = [first, *(after for _, after in changes)]
        cases = [
            (column < switch(at, before, after), ibis.literal(before, type="int64"))
            for before, (at, after) in zip(befores, changes, strict=False)
        ]
        return ibis.cases(*cases, else_=ibis.literal(befores[-1], type="int64"))


@cache
def _changes(zone: str, first: date, last: date) -> tuple[int, tuple[tuple[int, int], ...]]:
    """The first offset, then (instant, offset from it on) for each change; all in microseconds."""
    tz = ZoneInfo(zone)
    instant = datetime(first.year, first.month, first.day, tzinfo=UTC)
    until = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=2)
    known = began = _offset_at(tz, instant)
    found = []
    while instant < until:
        following = instant + timedelta(days=1)
        if (offset := _offset_at(tz, following)) != known:
            found.append((microseconds(_change_between(tz, instant, following)), offset))
            known = offset
        instant = following
    return began, tuple(found)


def _change_between(tz: ZoneInfo, before: datetime, after: datetime) -> datetime:
    old = _offset_at(tz, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if _offset_at(tz, middle) == old else (before, middle)
    return after


def _naive(local: int) -> datetime:
    return datetime(BASE.year, BASE.month, BASE.day) + timedelta(microseconds=local)  # noqa: DTZ001 local on purpose


def _offset_at(tz: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(tz).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def lookup(day: Any, first: date, values: list[int]) -> Any:
    """The value of each day number from `first` on, as an array literal; -1 outside. Nothing is created in a source."""
    at = day - day_number(first)
    inside = (at >= 0) & (at < len(values))
    array = ibis.literal(values, type="array<int32>")
    # Spark takes no longer integers for places in an array.
    return inside.ifelse(array[inside.ifelse(at, 0).cast("int32")], -1)
