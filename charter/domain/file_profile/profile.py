"""The profile of a file: what it holds, what it may be for, and what a person should know before promising on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from charter.domain.file_profile.columns import Column
from charter.domain.file_profile.file_dates import DayTold
from charter.domain.file_profile.guesses import Guesses, Orders, taken
from charter.domain.file_profile.presets import Preset
from charter.domain.file_profile.totals import Total, is_called_total
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import period_at
from charter.domain.vocabulary.terms import ColumnRole, PeriodKind


@dataclass(frozen=True)
class Layout:
    """How the file lies there. `header_line` names the columns; `repeated` rows say the names again and are left out;
    `renamed` names stood twice; `filled` cells, by column, took the value of a merged one above; `unreckoned` ones are
    formulas without a result; `path` leads to the rows of a JSON file; `sheet` is looked at of the `sheets`; `seen`
    rows were looked at where there are more; lines of cells stand `above` the names.
    """

    kind: str
    header_line: int = 1
    repeated: int = 0
    renamed: tuple[str, ...] = ()
    filled: Mapping[str, int] = field(default_factory=dict)
    unreckoned: Mapping[str, int] = field(default_factory=dict)
    path: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    seen: int | None = None
    above: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Repeats:
    """Rows that name a case again: how many, and how many of them are equal in every column to one before."""

    column: str
    rows: int
    equal: int


@dataclass(frozen=True)
class Profile:
    """What was seen. `days` are the rows by the day of the column `dated`; `undated` rows have none.

    `units` are the values of the column that is taken for the unit. `told`: where the file itself tells the day of all
    its rows, in one that has no column of dates. `today` is the day on which it was looked at.
    """

    layout: Layout
    rows: int
    columns: tuple[Column, ...]
    guesses: Guesses = field(default_factory=dict)
    orders: Orders = field(default_factory=dict)
    dated: str | None = None
    days: Mapping[date, int] = field(default_factory=dict)
    undated: int = 0
    repeats: Repeats | None = None
    totals: tuple[Total, ...] = ()
    units: tuple[str, ...] = ()
    told: DayTold | None = None
    today: date | None = None
    preset: Preset | None = None
    """The kind of file that it is, where it is a known one."""

    def taken(self, role: ColumnRole) -> str | None:
        """The column that is taken for a role, if one is."""
        return taken(self.guesses, role)

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(one for one in self.columns if one.name == name)

    @property
    def first(self) -> date | None:
        return min(self.days, default=None)

    @property
    def last(self) -> date | None:
        return max(self.days, default=None)

    @property
    def newest(self) -> date | None:
        """The last day that is not to come: a date written wrongly does not make a file newer."""
        return max((day for day in self.days if self.today is None or day <= self.today), default=self.last)

    @property
    def ahead(self) -> int:
        """The rows dated after the day on which they were looked at."""
        return sum(rows for day, rows in self.days.items() if self.today is not None and day > self.today)

    @property
    def months(self) -> dict[str, int]:
        """The rows of each month that has some, oldest first."""
        found: dict[str, int] = {}
        for day in sorted(self.days):
            key = period_at(PeriodKind.MONTH, day).key
            found[key] = found.get(key, 0) + self.days[day]
        return found


def total_at_the_foot(profile: Profile) -> dict[str, str]:
    """The column of dates with the word that stands in it, like "Total", where a row below the others adds them up."""
    column = profile.column(profile.dated) if profile.dated else None
    return {column.name: column.odd} if column is not None and column.odd and is_called_total(column.odd) else {}


def plain_profile(profile: Profile, warnings: list[Sentence]) -> dict[str, Any]:
    """The profile as plain values: what `look --json` prints."""
    return {
        "kind": profile.layout.kind,
        "rows": profile.rows,
        "header_row": profile.layout.header_line,
        "sheet": profile.layout.sheet or None,
        "columns": [_plain_column(one) for one in profile.columns],
        "preset": profile.preset.name if profile.preset else None,
        "guesses": {role.value: profile.taken(role) for role in ColumnRole},
        "candidates": {
            role.value: [{"column": one.column, "because": str(one.because)} for one in profile.guesses.get(role, ())]
            for role in ColumnRole
        },
        "dated_by": profile.dated,
        "months": profile.months,
        "first": profile.first and profile.first.isoformat(),
        "last": profile.last and profile.last.isoformat(),
        "undated": profile.undated,
        "repeated": profile.repeats.rows if profile.repeats else 0,
        "totals": [{"column": one.column, "value": one.value} for one in profile.totals],
        "warnings": [str(one) for one in warnings],
    }


def _plain_column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "kind": column.kind.value,
        "missing": column.missing,
        "unreadable": column.unreadable,
        "distinct": column.distinct,
        "examples": column.examples,
    }
