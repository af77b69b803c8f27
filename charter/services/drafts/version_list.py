"""The versions of the charter as people read them: which holds since when, who applied it, why, what it changed."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import select

from charter.domain.charter_file.charter import CalendarTold, Charter, calendars_of, calendars_told
from charter.domain.charter_file.plan import Plan, plan_change
from charter.domain.charter_file.text.canonical import from_canonical
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import Actor, may_somewhere, require
from charter.domain.vocabulary.terms import Permission
from charter.domain.vocabulary.working_days import WorkingDays, holiday_names
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.services.charters.versions import history, history_or_none

UTC = "UTC"


@dataclass(frozen=True)
class Applied:
    """One version, read, with the one applied before it and what changed between the two."""

    row: CharterVersion
    charter: Charter
    before: Charter | None
    plan: Plan


def versions(actor: Actor) -> Sequence[CharterVersion]:
    """Every version, newest first; no document is read."""
    _may_read(actor)
    columns = (
        CharterVersion.number,
        CharterVersion.key,
        CharterVersion.valid_from,
        CharterVersion.applied_at,
        CharterVersion.applied_by,
        CharterVersion.reason,
        CharterVersion.content_hash,
    )
    found = db.session.execute(select(*columns).order_by(CharterVersion.number.desc()))
    return cast("Sequence[CharterVersion]", found.all())


@dataclass(frozen=True)
class Special:
    """A day that is not as the day of the week says: a public holiday by its names, closed, or opened for some hours.

    `hours` are pairs of minutes from midnight.
    """

    day: date
    holiday: Mapping[str, str]
    hours: Sequence[tuple[int, int]] = ()

    @property
    def is_open(self) -> bool:
        return bool(self.hours)


@dataclass(frozen=True)
class CalendarYear:
    """A calendar over one year: its days by month, each with whether anything is open, and its odd days.

    `told` is as the definition of an indicator tells it; `months` hold weeks from Monday on, None outside the month.
    """

    told: CalendarTold
    months: Sequence[Sequence[Sequence[tuple[date, bool] | None]]]
    special: Sequence[Special]


def calendar_years(actor: Actor, year: int) -> list[CalendarYear]:
    """The calendars of the charter in force, its own first, over a year. Raises NotFound before the first charter."""
    _may_read(actor)
    charter = history().current.charter
    first = date(year, 1, 1)
    pairs = zip(calendars_of(charter), calendars_told(charter, first), strict=True)
    return [CalendarYear(told, _months(calendar, year), _special(calendar, year)) for calendar, told in pairs]


def _months(calendar: WorkingDays, year: int) -> list[list[list[tuple[date, bool] | None]]]:
    whole = [Calendar().monthdatescalendar(year, month) for month in range(1, 13)]
    return [
        [[(day, calendar.is_working(day)) if day.month == month else None for day in week] for week in weeks]
        for month, weeks in enumerate(whole, 1)
    ]


def _special(calendar: WorkingDays, year: int) -> list[Special]:
    holidays = holiday_names(calendar.code, year)
    opened = {day: [(each.first, each.until) for each in hours] for day, hours in calendar.open_days}
    days = {*holidays, *calendar.closed_days, *opened}
    return [Special(day, holidays.get(day, {}), opened.get(day, ())) for day in sorted(days) if day.year == year]


def version(actor: Actor, number: int) -> Applied:
    """One version with what it changed. Raises NotFound."""
    _may_read(actor)
    query = select(CharterVersion).where(CharterVersion.number.in_((number - 1, number)))
    rows = {row.number: row for row in db.session.execute(query).scalars()}
    if number not in rows:
        raise NotFound("The charter has no version %(number)s.", number=number)
    charter = from_canonical(rows[number].document)
    before = from_canonical(rows[number - 1].document) if number - 1 in rows else None
    return Applied(rows[number], charter, before, plan_change(before, charter))


def _may_read(actor: Actor) -> None:
    if not may_somewhere(actor, Permission.READ_DESK):
        require(actor, Permission.READ_DESK)


def timezone() -> str:
    """The zone in which instants are written; UTC before the first charter."""
    found = history_or_none()
    return found.current.charter.charter.timezone if found else UTC
