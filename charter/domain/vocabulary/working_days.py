"""Working days: a country's week less its public holidays, or an own week with opening hours; closed and opened days.

A day is worked when anything is open on it.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from importlib.abc import SourceLoader
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any

from charter.domain.vocabulary.errors import Invalid

_SPARED = ("holidays.calendars", "holidays.countries", "holidays.groups")
"""Packages of the holidays library that load all that they hold when one thing is asked of them."""

# Bas-Rhin and Haut-Rhin keep the same local law; the library knows them as Alsace.
_SAME_AS = {"FR-67": "FR-6AE", "FR-68": "FR-6AE"}


@cache
def _library() -> Any:
    """The holidays library, without the countries and calendars that nobody asks for: its packages would load all 250
    countries, and the moons of Tibet, for one: 25 MB in every process and a fifth of a second."""
    if "holidays" not in sys.modules:
        for name in _SPARED:
            _load_sparingly(name)
    import holidays  # noqa: PLC0415 heavy

    return holidays


def _load_sparingly(name: str) -> None:
    """Have a package load each of its modules when something of it is asked for, not all of them at once."""
    library = find_spec(name.partition(".")[0])
    found = PathFinder.find_spec(name, library.submodule_search_locations if library else None)
    source = found.loader.get_source(name) if found and isinstance(found.loader, SourceLoader) else None
    if found is None or source is None:
        return  # It is laid out otherwise: then it is loaded as it is.
    imports = [line for line in ast.parse(source).body if isinstance(line, ast.ImportFrom) and line.module]
    homes = {one.name: str(line.module) for line in imports for one in line.names}
    package = module_from_spec(found)

    def ask(wanted: str) -> Any:
        if wanted not in homes:
            raise AttributeError(wanted)
        return getattr(import_module(homes[wanted]), wanted)

    vars(package)["__getattr__"] = ask
    sys.modules[name] = package


def is_known_calendar(code: str) -> bool:
    """Whether public holidays are known for a country (`FR`) or a subdivision of it (`FR-57`, `US-NY`)."""
    country, _, subdivision = _SAME_AS.get(code, code).partition("-")
    parts = _parts_of(country)
    return parts is not None and (not subdivision or subdivision in parts)


@cache
def _parts_of(country: str) -> frozenset[str] | None:
    """The subdivisions of a country; None of one that is not known."""
    if country not in _library().registry.EntityLoader.get_country_codes():
        return None
    return frozenset(_library().country_holidays(country).subdivisions)


FEW_WEEKS = 26
"""A day that is free in more weeks of a year than these belongs to the weekend."""

MOST_YEARS = 400
"""So many years are looked through for a day that is worked."""

MIDNIGHT = 24 * 60
"""The end of a day, in minutes from its beginning."""


@dataclass(frozen=True, order=True)
class Opening:
    """From one time of day up to another, in minutes from midnight; the second is at most `MIDNIGHT`."""

    first: int
    until: int


WHOLE_DAY = (Opening(0, MIDNIGHT),)
Week = tuple[tuple[Opening, ...], ...]
"""What is open from Monday to Sunday."""


@dataclass(frozen=True)
class CountryYear:
    """What a country does in one year: its public holidays by day, and the days of its weekend that are not worked."""

    holidays: dict[date, str]
    free: frozenset[date]


@cache
def country_year(code: str, year: int) -> CountryYear:
    """The holidays and the weekend of a country or a part of it, as the holidays library has them.

    Days of a weekend that a country works in exchange for another day are not free. Raises Invalid for a country that
    is not known.
    """
    if not is_known_calendar(code):
        raise Invalid(
            "The calendar “%(calendar)s” is not known: write a country like FR, or a part of one like FR-57 or US-NY.",
            "calendar",
            calendar=code,
        )
    country, _, subdivision = _SAME_AS.get(code, code).partition("-")
    told = _library().country_holidays(country, subdiv=subdivision or None, years=year)
    days = _days(date(year, 1, 1), date(year, 12, 31))
    free = frozenset(day for day in days if told.is_weekend(day) and day not in told.weekend_workdays)
    return CountryYear({day: str(name) for day, name in told.items()}, free)


@cache
def holiday_names(code: str, year: int) -> dict[date, dict[str, str]]:
    """The public holidays of a year by their names in English and French, as far as the library knows them."""
    country, _, subdivision = _SAME_AS.get(code, code).partition("-")
    names: dict[date, dict[str, str]] = {}
    for language, tag in (("en", "en_US"), ("fr", "fr")):
        told = _library().country_holidays(country, subdiv=subdivision or None, years=year, language=tag)
        for day, name in told.items():
            names.setdefault(day, {})[language] = str(name)
    return names


@dataclass(frozen=True)
class WorkingDays:
    """The days and hours of a calendar: the country's week, or an own one, less holidays and closed days.

    `week` gives what is open from Monday to Sunday; without it whole days outside the country's weekend. `open_days`
    are opened whatever they are; then `closed_days` and the public holidays of `code` are closed. `name` is that of the
    charter file, where the calendar is written there. A country that is not known is refused as a charter is read, and
    here once a day is asked for (Invalid): the library of holidays is not loaded before.
    """

    code: str
    closed_days: frozenset[date] = frozenset()
    week: Week | None = None
    open_days: tuple[tuple[date, tuple[Opening, ...]], ...] = ()
    name: str = ""
    _years: dict[int, list[date]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _opened: dict[date, tuple[Opening, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._opened.update(self.open_days)

    def openings(self, day: date) -> tuple[Opening, ...]:
        """What is open on that day, in order; nothing where it is closed."""
        if day in self._opened:
            return self._opened[day]
        country = country_year(self.code, day.year)
        if day in self.closed_days or day in country.holidays:
            return ()
        if self.week is not None:
            return self.week[day.weekday()]
        return () if day in country.free else WHOLE_DAY

    @property
    def has_hours(self) -> bool:
        """Whether the calendar says hours; else whole days are open."""
        return self.week is not None

    @property
    def in_whole_days(self) -> WorkingDays:
        """The same days, open from midnight to midnight."""
        week = self.week and tuple(WHOLE_DAY if hours else () for hours in self.week)
        return replace(
            self, week=week, open_days=tuple((day, WHOLE_DAY if hours else ()) for day, hours in self.open_days)
        )

    def usual_week(self, year: int) -> Week:
        """What is open from Monday to Sunday where no holiday and no single day says otherwise."""
        if self.week is not None:
            return self.week
        free = [day.weekday() for day in country_year(self.code, year).free]
        return tuple(() if free.count(at) > FEW_WEEKS else WHOLE_DAY for at in range(7))

    def is_working(self, day: date) -> bool:
        """Whether people work on that day: anything is open."""
        return bool(self.openings(day))

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after the day; the day itself for 0, whether or not it is worked."""
        if count < 0:
            raise ValueError("working days are counted forwards")
        year, left, last = day.year, count, day.year + MOST_YEARS
        while left:
            if year > last:
                raise Invalid("The calendar “%(calendar)s” never opens.", "calendar", calendar=self.name or self.code)
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


def latest_after(calendars: Sequence[WorkingDays], day: date, count: int) -> date:
    """The latest `count`-th working day after the day over all the calendars."""
    return max(calendar.add(day, count) for calendar in calendars)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]
