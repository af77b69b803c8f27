"""Working time inside a query: opening hours travel as literals, so that every engine reads the same hour."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import gcd
from typing import Any

import ibis

from charter.domain.vocabulary.opening_hours import Interval, OpeningHours
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.local_time import DAY, SECOND, day_number, microseconds

_DAY = 86_400


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
        # Openings keep to whole minutes: a short table tells the slot of each stretch of the day.
        step = gcd(*self.breaks, _DAY)
        places = [bisect_right(self.breaks, at) - 1 for at in range(0, _DAY, step)]
        stretch = ibis.greatest(((within - within % (step * SECOND)) / (step * SECOND)).cast("int32"), 0)
        place = ibis.literal(places, type="array<int32>")[stretch]
        return ((rows["calendar"] * self.days + day) * len(self.breaks) + place).cast("int32")


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
