"""The months that are made, and the dates of the example charter moved to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

HOW_MANY = 14
CHARTER_STARTS = date(2025, 1, 1)
"""`valid_from` of examples/energie/charter.yaml: the month that is moved to the first month made."""

_ISO = re.compile(r"\b(20\d\d)-(0[1-9]|1[0-2])(-(?:0[1-9]|[12]\d|3[01]))?\b")
_CLOSED_DAYS = re.compile(r"^(\s*closed_days: ).*$", re.MULTILINE)


@dataclass(frozen=True)
class Month:
    """One month and its place among those made; the last one is 13."""

    position: int
    first: date

    @property
    def days(self) -> np.ndarray:
        start = np.datetime64(self.first, "M")
        return np.arange(start.astype("datetime64[D]"), (start + 1).astype("datetime64[D]"))

    @property
    def code(self) -> str:
        return self.first.strftime("%y%m")


def month_of(text: str) -> date:
    """`2026-10` as its first day."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
    if found is None:
        raise ValueError(f"{text!r} is not a month: write it like 2026-10.")
    return date(int(found[1]), int(found[2]), 1)


def last_complete_month(today: date) -> date:
    """The first day of the month before this one."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def months_until(last: date) -> list[Month]:
    """Fourteen months that end with this one."""
    return [Month(place, moved(last, place - HOW_MANY + 1)) for place in range(HOW_MANY)]


def moved(day: date, by: int) -> date:
    """The same day so many months later, or the end of that month where it is shorter."""
    months = day.year * 12 + day.month - 1 + by
    first = date(months // 12, months % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), _end_of(first))


def _end_of(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def distance(first: date) -> int:
    """Months from the charter as written to the charter as made."""
    return (first.year - CHARTER_STARTS.year) * 12 + first.month - CHARTER_STARTS.month


def closed_days(months: list[Month]) -> list[date]:
    """The supplier closes on 26 December, and until the end of the delays that the last month starts."""
    years = range(months[0].first.year, months[-1].first.year + 2)
    return [date(year, 12, 26) for year in years]


def move_dates(text: str, by: int, closed: list[date]) -> str:
    """The file with every ISO date or month moved by whole months; closed days are written anew."""

    def later(found: re.Match[str]) -> str:
        day = moved(date(int(found[1]), int(found[2]), int((found[3] or "-01")[1:])), by)
        return day.isoformat() if found[3] else day.strftime("%Y-%m")

    return _CLOSED_DAYS.sub(lambda found: f"{found[1]}[{', '.join(map(str, closed))}]", _ISO.sub(later, text))
