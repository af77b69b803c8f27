"""Rows that were added up by code become the sums of each indicator, as the scan that judges every row tells them.

What becomes of a case promised within days, worked out once for each start day and each stop, not for each row.

A case is told apart by its start day and its stop: so many days after the start, later than every delay, none, before
the start, or unreadable. Cases that fare alike in every calendar have one code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from charter.domain.charter_file.values import Delay
from charter.domain.checks.deadlines import delays_of, last_day
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting
from charter.sources.counting.delays import WithinMeasure
from charter.sources.counting.kinds import STOP_BEFORE_START, UNREADABLE, Measure, told_in_date
from charter.sources.counting.scan import FIRST_REASON, JUDGED, PENDING, UNDATED

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


# Rows without a date are counted by themselves: their code is that of no fate.
NO_CODE = -1
PLACES = ("unit", "channel", "segment")


class Key(NamedTuple):
    """What rows are added up by: code, conditions met, place of the calendar."""

    code: int
    met: int
    calendar: int


@dataclass
class Tally:
    """Adds up the rows of each cell for indicators. `conditions` are the bits of the conditions that rows may meet."""

    measures: Sequence[Measure]
    fates: Fates
    setting: Setting
    conditions: Mapping[str, int]

    def cells(self, rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """One row per period, unit, channel and segment, from (unit, channel, segment, code, met, number)."""
        calendars = {unit: self._calendar_of(unit) for unit in {row[0] for row in rows}}
        keys = {Key(*one) for one in {(row[3], row[4], calendars[row[0]]) for row in rows}}
        added = {key: self._added(key) for key in keys}
        slots, slots_of = _slots({key: names for key, (_, names) in added.items()})
        known: dict[tuple[int, int, int], tuple[int, list[int]]] = {
            key: (period, slots_of[key]) for key, (period, _) in added.items()
        }
        # The last slot stays 0: that of sums to which nothing was added.
        empty = [0] * (len(set(slots.values())) + 1)
        cells: dict[tuple[Any, ...], list[int]] = {}
        for unit, channel, segment, code, met, number in rows:
            period, into = known[code, met, calendars[unit]]
            place = period, unit, channel, segment
            cell = cells.get(place)
            if cell is None:
                cell = cells[place] = empty.copy()
            for slot in into:
                cell[slot] += number
        named = [(name, slots.get(name, -1)) for each in self.measures for name in self._names(each)]
        return [
            {"period": place[0], **dict(zip(PLACES, place[1:], strict=True)), **{name: cell[at] for name, at in named}}
            for place, cell in cells.items()
        ]

    def meets(self, where: Mapping[str, Any] | None, met: int) -> bool:
        """Whether rows that met these conditions meet one; those met by all rows have no bit."""
        bit = self.conditions.get(written(where))
        return bit is None or bool(met >> bit & 1)

    def _calendar_of(self, unit: str) -> int:
        kept = self.setting.unit_calendars.get(unit, self.setting.calendar)
        return self.fates.calendars.index(kept) if kept in self.fates.calendars else 0

    def _added(self, key: Key) -> tuple[int, list[str]]:
        """The place of the period, and the sums of each indicator to which rows of a code belong."""
        code, met, calendar = key
        wanting = [(at, each) for at, each in enumerate(self.measures) if self.meets(each.indicator.where, met)]
        if code == NO_CODE:
            return UNDATED, [each.name("rows") for _, each in wanting if not self._is_out(each, met)]
        names = [each.name("rows") for _, each in wanting]
        for at, each in wanting:
            names += [each.name(part) for part in self._parts(each, self.fates.fate(code, calendar, at), met)]
        return self.fates.cases[code][0], names

    def _is_out(self, measure: Measure, met: int) -> bool:
        """Whether rows that met these conditions are left out by what stands in their column of dates."""
        out = measure.indicator.exclude
        return any(self.meets(out[at].where, met) for at in told_in_date(measure.indicator))

    def _parts(self, measure: Measure, fate: Fate, met: int) -> list[str]:
        for at, exclusion in enumerate(measure.indicator.exclude):
            if self.meets(exclusion.where, met):
                return [f"n{FIRST_REASON + at}"]
        if not isinstance(measure, WithinMeasure):
            return [f"n{JUDGED}"]
        if fate.excluded:
            return [f"n{FIRST_REASON + len(measure.indicator.exclude) + (1 if fate.excluded == EARLY else 0)}"]
        if fate.pending:
            return [f"n{PENDING}"]
        parts = [f"sum_met{at}" for at, each in enumerate(fate.met) if each]
        return [f"n{JUDGED}", *parts, *(["sum_stopped"] if fate.stopped else [])]

    def _names(self, measure: Measure) -> list[str]:
        codes = [JUDGED, PENDING, *(FIRST_REASON + at for at in range(len(reasons_of(measure))))]
        parts = [f"n{code}" for code in codes] + [f"sum_{part}" for part in summed_of(measure)]
        return [measure.name(part) for part in [*parts, "rows"]]


def reasons_of(measure: Measure) -> list[str]:
    """Why rows may be excluded, in the order in which they are tried."""
    reasons = [exclusion.reason for exclusion in measure.indicator.exclude]
    return reasons + ([UNREADABLE, STOP_BEFORE_START] if isinstance(measure, WithinMeasure) else [])


def summed_of(measure: Measure) -> list[str]:
    """What is summed over judged rows."""
    met = [f"met{at}" for at in range(len(delays_of(measure.indicator)))]
    return [*met, "stopped"] if isinstance(measure, WithinMeasure) else []


def written(where: Mapping[str, Any] | None) -> str:
    """A condition as text, to know it again."""
    return json.dumps(where or {}, sort_keys=True, default=repr)


def _slots(added: Mapping[Key, Sequence[str]]) -> tuple[dict[str, int], dict[Key, list[int]]]:
    """Sums to which the same keys are added are one: the slot of each name, and the slots of each key."""
    keys_of: dict[str, list[Key]] = {}
    for key, names in added.items():
        for name in names:
            keys_of.setdefault(name, []).append(key)
    numbers: dict[tuple[Key, ...], int] = {}
    slots = {name: numbers.setdefault(tuple(keys), len(numbers)) for name, keys in keys_of.items()}
    return slots, {key: sorted({slots[name] for name in names}) for key, names in added.items()}
