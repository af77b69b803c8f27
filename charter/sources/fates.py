"""What becomes of a case promised within days, worked out once for each start day and each stop, not for each row.

A case is told apart by its start day and its stop: so many days after the start, later than every delay, none, before
the start, or unreadable. Cases that fare alike in every calendar have one code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from charter.domain.calendars import WorkingDays
from charter.domain.charter_file.values import Delay
from charter.domain.clock import last_day

# Beyond the longest delay: later than it, no stop, a stop before the start, a stop that cannot be read.
LATER, OPEN, EARLY, UNREAD = range(1, 5)


@dataclass(frozen=True)
class Fate:
    """Of a case for one promise: pending, or met within each delay or not; `stop` is its stop if it is odd."""

    pending: bool
    met: tuple[bool, ...]
    stop: int

    @property
    def stopped(self) -> bool:
        """Whether it has a stop, on time or late."""
        return self.stop in (0, LATER)


Promise = tuple[Delay, ...]
# For each calendar, for each promise: the last days in time, as days after the start, and whether all have passed.
Ends = tuple[tuple[tuple[tuple[int, ...], bool], ...], ...]


@dataclass
class Fates:
    """Every fate of cases that start on some days, for promises of days, working days and months, by calendar.

    `cases[code]` holds the period's place and, for each calendar, the fate for each promise.
    """

    promises: Sequence[Promise]
    calendars: Sequence[WorkingDays]
    today: date
    longest: int = 0
    cases: list[tuple[int, tuple[tuple[Fate, ...], ...]]] = field(default_factory=list)
    codes: list[list[int]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        promises: Sequence[Promise],
        calendars: Sequence[WorkingDays],
        days: Sequence[tuple[date, int]],
        today: date,
    ) -> Fates:
        """The fates of cases of the days given, each with the place of its period (-1: of none)."""
        fates = cls(promises, calendars, today)
        ends = [fates._ends(day) for day, _ in days]
        fates.longest = max((end for e in ends for each in e for last, _ in each for end in last), default=0)
        known: dict[tuple[int, Ends], list[int]] = {}
        numbers: dict[tuple[int, tuple[tuple[Fate, ...], ...]], int] = {}
        for (_, place), found in zip(days, ends, strict=True):
            if (place, found) not in known:
                cases = [(place, fates._case(stop, found)) for stop in range(fates.width)]
                known[place, found] = [numbers.setdefault(case, len(numbers)) for case in cases]
            fates.codes.append(known[place, found])
        fates.cases = list(numbers)
        return fates

    @property
    def width(self) -> int:
        """How many stops are told apart for each start day."""
        return self.longest + UNREAD + 1

    def _ends(self, day: date) -> Ends:
        return tuple(
            tuple(self._end(day, promise, calendar) for promise in self.promises) for calendar in self.calendars
        )

    def _end(self, day: date, promise: Promise, calendar: WorkingDays) -> tuple[tuple[int, ...], bool]:
        ends = [last_day(day, delay, calendar) for delay in promise]
        return tuple((end - day).days for end in ends), any(end >= self.today for end in ends)

    def _case(self, stop: int, ends: Ends) -> tuple[tuple[Fate, ...], ...]:
        odd = max(0, stop - self.longest)
        return tuple(
            tuple(Fate(pending, tuple(not odd and stop <= end for end in lasts), odd) for lasts, pending in each)
            for each in ends
        )
