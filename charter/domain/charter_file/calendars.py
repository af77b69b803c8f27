"""Calendars of the charter file: own weeks with opening hours, closed and opened days; which one holds for whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator

from charter.domain.charter_file.values import Day, Key, Strict, _day, refuse, shown
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.working_days import MIDNIGHT, Opening, Week, WorkingDays

if TYPE_CHECKING:
    from charter.domain.charter_file.charter import Charter, CharterHead

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COUNTRY_PATTERN = r"^[A-Z]{2}(-[A-Za-z0-9]+)?$"
HOURS_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
DAYS_PATTERN = rf"^({'|'.join(WEEKDAYS)})(-({'|'.join(WEEKDAYS)}))?$"

CalendarName = Key
"""One of the charter's own calendars, or a country or a part of one (`FR`, `FR-57`)."""


def _hours(value: Any) -> str:
    written = re.sub(r"\s*[-–]\s*", "-", value) if isinstance(value, str) else ""
    if not re.fullmatch(HOURS_PATTERN, written):
        said = Sentence("%(value)s is not a time from opening to closing", value=shown(value))
        raise refuse(said, Sentence('write both times of day, like "09:00-12:30"; midnight at the end is 24:00'))
    opening = opening_of(written)
    if opening.until <= opening.first:
        said = Sentence("%(value)s closes before it opens", value=shown(value))
        remedy = Sentence(
            'exchange the two times; a night is written on both of its days: "22:00-24:00", "00:00-06:00"'
        )
        raise refuse(said, remedy)
    return written


Hours = Annotated[str, BeforeValidator(_hours), WithJsonSchema({"type": "string", "pattern": HOURS_PATTERN})]
"""From opening to closing, `09:00-12:30`."""


def _apart(hours: list[str]) -> list[str]:
    ordered = sorted(hours, key=opening_of)
    for one, other in pairwise(ordered):
        if opening_of(one).until > opening_of(other).first:
            said = Sentence("the hours %(one)s and %(other)s overlap", one=one, other=other)
            raise refuse(said, Sentence("write them as one, or correct one of them"))
    return hours


HoursOfDay = Annotated[list[Hours], AfterValidator(_apart)]
DayKey = Annotated[str, BeforeValidator(lambda value: _day(value).isoformat())]


class OwnCalendar(Strict):
    """A calendar of the organisation: hours of the week, closed and opened days, whose holidays it keeps."""

    country: Annotated[str, Field(pattern=COUNTRY_PATTERN)] | None = None
    open_: dict[str, HoursOfDay] | None = Field(default=None, alias="open")
    closed_days: list[Day] = []
    open_days: dict[DayKey, HoursOfDay] = {}

    @field_validator("open_")
    @classmethod
    def _each_day_once(cls, value: dict[str, list[str]] | None) -> dict[str, list[str]] | None:
        said_by: dict[int, str] = {}
        for days in value or {}:
            for day in days_named(days):
                if day in said_by:
                    said = Sentence("%(one)s and %(other)s speak of the same day", one=said_by[day], other=days)
                    raise refuse(said, Sentence("write each day of the week once"))
                said_by[day] = days
        return value

    @property
    def week(self) -> Week | None:
        """What is open from Monday to Sunday; None where only whole days are told apart."""
        if self.open_ is None:
            return None
        found: list[tuple[Opening, ...]] = [()] * 7
        for days, hours in self.open_.items():
            for day in days_named(days):
                found[day] = _openings(hours)
        return tuple(found)

    @property
    def opens(self) -> bool:
        """Whether anything is ever open."""
        return self.open_ is None or any(self.open_.values()) or any(self.open_days.values())


def opening_of(written: str) -> Opening:
    """The opening that hours like `09:00-12:30` say."""
    first, _, until = written.partition("-")
    return Opening(_minutes(first), _minutes(until))


def _minutes(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return min(int(hours) * 60 + int(minutes), MIDNIGHT)


def _openings(hours: list[str]) -> tuple[Opening, ...]:
    return tuple(sorted(map(opening_of, hours)))


def days_named(days: str) -> list[int]:
    """The days of the week (0 is Monday) of `sat` or `mon-fri`, also round the end of the week: `sun-thu`."""
    if not re.fullmatch(DAYS_PATTERN, days):
        said = Sentence("%(value)s is no day of the week", value=shown(days))
        raise refuse(said, Sentence("write mon, tue, wed, thu, fri, sat or sun, or from one to another: mon-fri"))
    first, _, last = days.partition("-")
    begin = WEEKDAYS.index(first)
    end = WEEKDAYS.index(last or first)
    return [at % 7 for at in range(begin, end + 1 if end >= begin else end + 8)]


def country_of(name: str, head: CharterHead, own: Mapping[str, OwnCalendar]) -> str:
    """The country of a calendar: its own, else that of the charter's calendar; '' where none is said."""
    if name not in own:
        return name
    written = own[name].country
    if written is not None:
        return written
    return country_of(head.calendar, head, own) if name != head.calendar else ""


def calendar_named(name: str, charter: Charter) -> WorkingDays:
    """The working days and hours of one of the charter's own calendars, or of a country.

    The organisation's closed days are closed in all of them. Raises Invalid for a country that is not known.
    """
    head, own = charter.charter, charter.calendars
    closed = frozenset(head.closed_days)
    if name not in own:
        return WorkingDays(name, closed)
    said = own[name]
    opened = tuple((_day(day), _openings(hours)) for day, hours in sorted(said.open_days.items()))
    country = country_of(name, head, own)
    return WorkingDays(country, closed | frozenset(said.closed_days), said.week, opened, name)


class CalendarTold(TypedDict):
    """A calendar as pages and reports tell it: hours from Monday to Sunday in minutes, and the units that keep it.

    `units` are empty for the charter's own.
    """

    country: str
    week: list[list[list[int]]]
    units: list[str]


def week_told(calendar: WorkingDays, on: date) -> list[list[list[int]]]:
    """What is open from Monday to Sunday, as plain values: minutes from midnight."""
    return [[[each.first, each.until] for each in day] for day in calendar.usual_week(on.year)]


def calendars_told(charter: Charter, on: date) -> list[CalendarTold]:
    """The charter's calendar first, then those that some units keep instead, as they are on a day."""
    units = charter.units if isinstance(charter.units, list) else []
    names = [charter.charter.calendar, *dict.fromkeys(unit.calendar for unit in units if unit.calendar)]
    found: list[CalendarTold] = []
    for at, name in enumerate(dict.fromkeys(names)):
        calendar = calendar_named(name, charter)
        week = week_told(calendar, on)
        kept = [unit.name for unit in units if unit.calendar == name] if at else []
        found.append({"country": calendar.code, "week": week, "units": kept})
    return found


def calendars_of(charter: Charter) -> list[WorkingDays]:
    """The charter's calendar first, then each other calendar of its units."""
    units = charter.units if isinstance(charter.units, list) else []
    names = dict.fromkeys([charter.charter.calendar, *(unit.calendar for unit in units if unit.calendar)])
    return [calendar_named(name, charter) for name in names]
