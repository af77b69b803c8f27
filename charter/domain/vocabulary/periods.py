"""Periods: the days, weeks, months, quarters and years that figures belong to, by local dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache, total_ordering

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.terms import PeriodKind

_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
_DAYS = {PeriodKind.DAY: 1, PeriodKind.WEEK: 7}


_first_month: ContextVar[Callable[[], int] | None] = ContextVar("first_month", default=None)


def first_month() -> int:
    """The month in which years and quarters of the charter at hand begin; January where none is."""
    asked = _first_month.get()
    return 1 if asked is None else asked()


def ask_first_month(asked: Callable[[], int]) -> None:
    """From now on, in this thread of work, years begin in the month that is asked for whenever one is told."""
    _first_month.set(asked)


@contextmanager
def years_from(month: int) -> Iterator[None]:
    """Within the block years begin in that month: for a charter that is not the one in force."""
    token = _first_month.set(lambda: month)
    try:
        yield
    finally:
        _first_month.reset(token)


YEARS = range(1900, 2201)
"""The years of which anything can be told; beyond them somebody has mistyped."""


@total_ordering
@dataclass(frozen=True)
class Period:
    """One period of the calendar: its kind and its first day. Ordered by first day, then by last day."""

    kind: PeriodKind
    start: date

    def __post_init__(self) -> None:
        if self.start != _first_day(self.kind, self.start):
            raise ValueError(f"{self.start} is not the first day of a {self.kind}")

    def __lt__(self, other: Period) -> bool:
        return (self.start, self.end) < (other.start, other.end)

    @cached_property
    def key(self) -> str:
        """As it is written: `2026`, `2026-Q4`, `2026-10`, `2026-W41` (ISO week), `2026-10-05`.

        A year, and the year of a quarter, is named by the calendar year it begins in.
        """
        return _KEYS[self.kind](self.start)

    @cached_property
    def end(self) -> date:
        """The last day."""
        return self.next().start - timedelta(days=1)

    def next(self) -> Period:
        """The period that follows."""
        return Period(self.kind, _step(self.kind, self.start, 1))

    def previous(self) -> Period:
        """The period before."""
        return Period(self.kind, _step(self.kind, self.start, -1))

    def contains(self, day: date) -> bool:
        """Whether the local date lies in the period."""
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True)
class Stretch(Period):
    """Some days of a period, from `start` to `last`; it has the key of the whole."""

    last: date

    def __post_init__(self) -> None:
        if not self.start <= self.last <= period_at(self.kind, self.start).end:
            raise ValueError(f"{self.start} to {self.last} are not days of one {self.kind}")

    @cached_property
    def key(self) -> str:
        """That of the whole period."""
        return period_at(self.kind, self.start).key

    @cached_property
    def end(self) -> date:
        """The last day."""
        return self.last


@lru_cache(maxsize=2048)
def periods_back(newest: Period, count: int) -> tuple[Period, ...]:
    """So many periods that follow one another, the newest first; fewer at the beginning of the calendar."""
    found = [newest]
    while len(found) < count and found[-1].start.year > 1:
        found.append(found[-1].previous())
    return tuple(found[:count])


def period_at(kind: PeriodKind, day: date) -> Period:
    """The period of that kind that holds the day."""
    return Period(kind, _first_day(kind, day))


def parse_period(text: str) -> Period:
    """The period written as `2026`, `2026-Q4`, `2026-10`, `2026-W41` or `2026-10-05`; raises Invalid."""
    written = text.strip()
    return _parsed(written, first_month() if written[4:6] in ("", "-Q") else 1)


@lru_cache(maxsize=4096)
def _parsed(text: str, begins: int) -> Period:
    """`begins`: the month in which years begin just now, where that matters: what was read before is read so again."""
    for pattern, read in _FORMS:
        if found := pattern.fullmatch(text):
            if int(found[1]) not in (0, *YEARS):
                raise Invalid("“%(text)s” is out of range: periods lie in the years 1900 to 2200.", "period", text=text)
            try:
                return read(*(int(part) for part in found.groups()))
            except ValueError:
                break
    raise Invalid(
        "“%(text)s” is not a period: write a year 2026, a quarter 2026-Q4, a month 2026-10, "
        "a week 2026-W41 or a day 2026-10-05.",
        "period",
        text=text,
    )


def first_from(kind: PeriodKind, day: date) -> Period:
    """The first period that begins on the day or after it."""
    period = period_at(kind, day)
    return period if period.start == day else period.next()


def periods_of(kind: PeriodKind, first: date, until: date) -> list[Period]:
    """Whole periods of the kind that start on or after `first` and have ended on or before `until`, oldest first."""
    period, found = first_from(kind, first), []
    while period.end <= until:
        found.append(period)
        period = period.next()
    return found


def year_before(period: Period) -> Period | None:
    """The same period of the year before: the same month, quarter, week number or date; None where it had none.
    Week 53 and 29 February have none in most years."""
    start = period.start
    try:
        if period.kind is PeriodKind.DAY:
            return Period(period.kind, start.replace(year=start.year - 1))
        if period.kind is PeriodKind.WEEK:
            year, week, _ = start.isocalendar()
            return Period(period.kind, date.fromisocalendar(year - 1, week, 1))
    except ValueError:
        return None
    return Period(period.kind, add_months(start, -12))


def parts_of(whole: Period, kind: PeriodKind) -> list[Period]:
    """The periods of a kind whose counts add up to a larger one: a year of a monthly indicator adds its months.
    A week belongs where its Thursday lies (the ISO rule for years), so that no week is lost or counted twice."""
    found = []
    part = period_at(kind, whole.start)
    while part.start <= whole.end:
        home = part.start + timedelta(days=3) if kind is PeriodKind.WEEK else part.start
        if whole.contains(home):
            found.append(part)
        part = part.next()
    return found


def add_months(day: date, count: int) -> date:
    """The same day of the month that many months later (or earlier), clamped to the end of the month."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def _first_day(kind: PeriodKind, day: date) -> date:
    if kind is PeriodKind.DAY:
        return day
    if kind is PeriodKind.WEEK:
        return day - timedelta(days=day.weekday())
    return add_months(day.replace(day=1), -((day.month - _begins(kind)) % _MONTHS[kind]))


def _begins(kind: PeriodKind) -> int:
    """The month in which one of the periods of a year begins."""
    return 1 if kind is PeriodKind.MONTH else first_month()


def _step(kind: PeriodKind, start: date, count: int) -> date:
    if kind in _DAYS:
        return start + timedelta(days=_DAYS[kind] * count)
    return add_months(start, _MONTHS[kind] * count)


def _year_of(start: date) -> int:
    """The calendar year in which the year that holds a day begins."""
    return start.year - (start.month < first_month())


def _year(year: int) -> Period:
    return Period(PeriodKind.YEAR, date(year, first_month(), 1))


def _quarter(year: int, quarter: int) -> Period:
    return Period(PeriodKind.QUARTER, add_months(date(year, first_month(), 1), 3 * (quarter - 1)))


def _week_key(start: date) -> str:
    year, week, _ = start.isocalendar()
    return f"{year:04d}-W{week:02d}"


_KEYS: dict[PeriodKind, Callable[[date], str]] = {
    PeriodKind.DAY: date.isoformat,
    PeriodKind.WEEK: _week_key,
    PeriodKind.MONTH: lambda start: f"{start.year:04d}-{start.month:02d}",
    PeriodKind.QUARTER: lambda start: f"{_year_of(start):04d}-Q{(start.month - first_month()) % 12 // 3 + 1}",
    PeriodKind.YEAR: lambda start: f"{start.year:04d}",
}

_FORMS: list[tuple[re.Pattern[str], Callable[..., Period]]] = [
    (re.compile(r"(\d{4})", re.ASCII), _year),
    (re.compile(r"(\d{4})-Q([1-4])", re.ASCII), _quarter),
    (re.compile(r"(\d{4})-(\d\d)", re.ASCII), lambda year, month: Period(PeriodKind.MONTH, date(year, month, 1))),
    (
        re.compile(r"(\d{4})-W(\d\d)", re.ASCII),
        lambda year, week: Period(PeriodKind.WEEK, date.fromisocalendar(year, week, 1)),
    ),
    (
        re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII),
        lambda year, month, day: Period(PeriodKind.DAY, date(year, month, day)),
    ),
]
