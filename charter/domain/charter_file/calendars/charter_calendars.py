"""Calendars as the charter file writes them: own weeks with opening hours, closed and opened days."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator

from charter.domain.charter_file.values import Day, Key, Strict, _day, refuse, shown
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.working_days import MIDNIGHT, Opening, Week, WorkingDays

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
    closed_days: list[Day] = Field(default=[])
    open_days: dict[DayKey, HoursOfDay] = Field(default={})

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
                found[day] = openings_of(hours)
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


def openings_of(hours: list[str]) -> tuple[Opening, ...]:
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


def plain_week(week: Week) -> list[list[list[int]]]:
    """The openings from Monday to Sunday, as plain values: minutes from midnight."""
    return [[[each.first, each.until] for each in day] for day in week]


def week_told(calendar: WorkingDays, on: date) -> list[list[list[int]]]:
    """What is open from Monday to Sunday, as plain values: minutes from midnight."""
    return plain_week(calendar.usual_week(on.year))
