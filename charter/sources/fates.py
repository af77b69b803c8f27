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
    """Of a case for one promise: excluded (EARLY or UNREAD), pending, or met within each delay or not."""

    excluded: int = 0
    pending: bool = False
    met: tuple[bool, ...] = ()
    stopped: bool = False


Promise = tuple[Delay, ...]
# The last days in time, as days after the start, and whether one of them is still to pass.
End = tuple[tuple[int, ...], bool]


@dataclass
class Fates:
    """Every fate of cases that start on some days, for promises of days, working days and months, by calendar.

    `codes[day][stop]` is the code of a case; `cases[code]` its period's place (-1: none) and, for each calendar and
    promise, the number of its fate in `fates`.
    """

    promises: Sequence[Promise]
    calendars: Sequence[WorkingDays]
    today: date
    longest: int = 0
    fates: list[Fate] = field(default_factory=list)
    cases: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    codes: list[list[int]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        promises: Sequence[Promise],
        calendars: Sequence[WorkingDays],
        days: Sequence[tuple[date, int]],
        today: date,
    ) -> Fates:
        """The fates of cases of the days given, each with the place of its period."""
        found = cls(promises, calendars, today)
        ends = [found._ends(day) for day, _ in days]
        found.longest = max((end for day in ends for lasts, _ in day for end in lasts), default=0)
        found._number([(place, each) for (_, place), each in zip(days, ends, strict=True)])
        return found

    @property
    def width(self) -> int:
        """How many stops are told apart for each start day."""
        return self.longest + UNREAD + 1

    def fate(self, code: int, calendar: int, promise: int) -> Fate:
        """The fate of the cases of a code."""
        return self.fates[self.cases[code][1][calendar * len(self.promises) + promise]]

    def _ends(self, day: date) -> tuple[End, ...]:
        return tuple(self._end(day, promise, calendar) for calendar in self.calendars for promise in self.promises)

    def _end(self, day: date, promise: Promise, calendar: WorkingDays) -> End:
        ends = [last_day(day, delay, calendar) for delay in promise]
        return tuple((end - day).days for end in ends), any(end >= self.today for end in ends)

    def _number(self, days: Sequence[tuple[int, tuple[End, ...]]]) -> None:
        """Gives each different case its code; most days end alike, so few are looked at."""
        fates: dict[Fate, int] = {}
        rows: dict[End, list[int]] = {}
        cases: dict[tuple[int, tuple[int, ...]], int] = {}
        known: dict[tuple[int, tuple[End, ...]], list[int]] = {}
        for place, ends in days:
            if (place, ends) not in known:
                for end in ends:
                    if end not in rows:
                        rows[end] = [fates.setdefault(self._fate(stop, *end), len(fates)) for stop in range(self.width)]
                each_stop = zip(*(rows[end] for end in ends), strict=True)
                known[place, ends] = [cases.setdefault((place, case), len(cases)) for case in each_stop]
            self.codes.append(known[place, ends])
        self.fates, self.cases = list(fates), list(cases)

    def _fate(self, stop: int, ends: tuple[int, ...], pending: bool) -> Fate:
        if stop - self.longest in (EARLY, UNREAD):
            return Fate(excluded=stop - self.longest)
        if pending:
            return Fate(pending=True)
        return Fate(met=tuple(stop <= end for end in ends), stopped=stop - self.longest != OPEN)
