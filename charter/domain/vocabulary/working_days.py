"""Working days: Monday to Friday, less public holidays and the organisation's own closed days."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from charter.domain.vocabulary.errors import Invalid

# Bas-Rhin and Haut-Rhin keep the same local law; the library knows them as Alsace.
_SAME_AS = {"FR-67": "FR-6AE", "FR-68": "FR-6AE"}


def is_known_calendar(code: str) -> bool:
    """Whether public holidays are known for a country (`FR`) or a subdivision of it (`FR-57`, `US-NY`)."""
    from holidays import list_supported_countries  # noqa: PLC0415 heavy

    country, _, subdivision = _SAME_AS.get(code, code).partition("-")
    supported = list_supported_countries()
    return country in supported and (not subdivision or subdivision in supported[country])


@cache
def _holidays(code: str, year: int) -> frozenset[date]:
    from holidays import country_holidays  # noqa: PLC0415 heavy

    country, _, subdivision = _SAME_AS.get(code, code).partition("-")
    return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))


@dataclass(frozen=True)
class WorkingDays:
    """The working days of a calendar: Mon–Fri, not a public holiday of `code`, not one of `closed_days`.

    Raises Invalid for a calendar that is not known.
    """

    code: str
    closed_days: frozenset[date] = frozenset()
    _years: dict[int, list[date]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not is_known_calendar(self.code):
            raise Invalid(
                "The calendar “%(calendar)s” is not known: write a country like FR, or a part of one "
                "like FR-57 or US-NY.",
                "calendar",
                calendar=self.code,
            )

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        return day.weekday() < 5 and day not in self.closed_days and day not in _holidays(self.code, day.year)

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after the day; the day itself for 0, whether or not it is worked."""
        if count < 0:
            raise ValueError("working days are counted forwards")
        year, left = day.year, count
        while left:
            worked = self._worked(year)
            at = bisect_right(worked, day) + left - 1
            if at < len(worked):
                return worked[at]
            left -= len(worked) - bisect_right(worked, day)
            year += 1
            day = date(year - 1, 12, 31)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first`, up to and including `last` (less than 0 never: first <= last)."""
        return self._index(last) - self._index(first)

    def offsets(self, first: date, last: date, count: int) -> list[int]:
        """For each start day from `first` to `last`: how many days later its `count`-th working day falls."""
        return [(self.add(day, count) - day).days for day in _days(first, last)]

    def running_count(self, first: date, last: date) -> list[int]:
        """For each day from `first` to `last`: the working days from `first` (itself included) up to that day."""
        total, counted = 0, []
        for day in _days(first, last):
            total += self.is_working(day)
            counted.append(total)
        return counted

    def _worked(self, year: int) -> list[date]:
        if year not in self._years:
            days = _days(date(year, 1, 1), date(year, 12, 31))
            self._years[year] = [day for day in days if self.is_working(day)]
        return self._years[year]

    def _index(self, day: date) -> int:
        """Working days since the start of 1970 up to the day."""
        return sum(len(self._worked(year)) for year in range(1970, day.year)) + bisect_right(
            self._worked(day.year), day
        )


def calendars_in_use(
    code: str, closed_days: Collection[date], unit_codes: Iterable[str | None] = ()
) -> list[WorkingDays]:
    """The charter's calendar first, then each other calendar of its units; all share the closed days."""
    closed = frozenset(closed_days)
    codes = dict.fromkeys([code, *(unit for unit in unit_codes if unit)])
    return [WorkingDays(each, closed) for each in codes]


def latest_after(calendars: Sequence[WorkingDays], day: date, count: int) -> date:
    """The latest `count`-th working day after the day over all the calendars."""
    return max(calendar.add(day, count) for calendar in calendars)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
