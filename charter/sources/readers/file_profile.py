"""Looking at a table before anything is promised on it: its columns, its days, its cases, the totals among its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import ibis

from charter.domain.file_profile.columns import Column, judge_column
from charter.domain.file_profile.file_dates import day_told
from charter.domain.file_profile.guesses import MOST_UNITS, Guesses, Order, Orders, guess_roles, taken
from charter.domain.file_profile.presets import Preset, guessed_by, named, preset_of, read_preset
from charter.domain.file_profile.profile import Layout, Profile, Repeats
from charter.domain.file_profile.totals import Total, totals_in
from charter.domain.vocabulary.terms import ColumnKind, ColumnRole
from charter.sources.cells.amounts import Digits
from charter.sources.cells.column_counts import Seen, count_columns
from charter.sources.cells.columns import Reader
from charter.sources.cells.context import Writing
from charter.sources.cells.local_time import BASE, LocalTime
from charter.sources.cells.moments import Written
from charter.sources.cells.queries import answer
from config import PROJECT

PRESETS = PROJECT / "examples/presets"
MOST_DATES, MOST_NUMBERS, MOST_TOTALLED = 6, 12, 8
_FIRST_CLOCK = date(2000, 1, 1)
_DAYS_WRITTEN = range((date.min - BASE).days, (date.max - BASE).days)
"""Day numbers that Python can write as a date."""


def profile_of(
    table: Any, layout: Layout, shown: str, zone: str, today: date, writing: Writing | None = None
) -> Profile:
    """What a table of a file or of a source holds. Local days are those of the zone. Raises SourceError."""
    reader = Reader(table, shown, LocalTime(zone, _FIRST_CLOCK, today), writing=writing or Writing())
    rows, seen = count_columns(reader)
    columns = tuple(judge_column(one.counted, rows) for one in seen)
    if not rows:
        return Profile(layout, rows, columns, today=today)
    try:
        look = _Look(reader, columns, rows)
        look.prepare(seen)
        found = replace(look.profile(layout), today=today)
        return found if found.dated else replace(found, told=day_told(shown, layout.above))
    finally:
        reader.let_go()


@lru_cache(maxsize=1)
def presets() -> tuple[Preset, ...]:
    """The kinds of files that are known, by the names of their files."""
    return tuple(read_preset(one.read_text(encoding="utf-8")) for one in sorted(PRESETS.glob("*.toml")))


class _Look:
    """The questions that follow once it is known what the columns are."""

    def __init__(self, reader: Reader, columns: Sequence[Column], rows: int) -> None:
        self.reader, self.columns, self.rows = reader, tuple(columns), rows
        by_read = sorted(self.columns, key=lambda one: -one.read(rows))
        self.dates = [one.name for one in by_read if one.kind.is_moment and one.read(rows)][:MOST_DATES]
        self.numbers = [one.name for one in columns if one.kind is ColumnKind.NUMBER][:MOST_NUMBERS]

    def prepare(self, seen: Sequence[Seen]) -> None:
        """Has text read as dates and numbers once, as it is best read; words for nothing are nothing."""
        self.reader.stand_ins |= {one.name for one in self.columns if one.taken_as_missing}
        for one in seen:
            timed = bool(one.counted.timed)
            self.reader.written[one.counted.name] = Written(timed, timed, timed, one.dates, otherwise=True)
            self.reader.digits[one.counted.name] = Digits(exact=False, style=one.numbers)
        self.reader.prepare(self.dates, self.numbers)

    def profile(self, layout: Layout) -> Profile:
        orders = self._orders()
        names = [one.name for one in self.columns]
        guesses: Guesses = guess_roles(self.columns, self.rows, orders)
        preset = preset_of(presets(), names)
        if preset is not None and named(names, preset.roles.get(ColumnRole.START, ())) not in self.dates:
            preset = None  # named like one of its kind, but its instants are written as no dates
        if preset is not None:
            guesses = guessed_by(preset, names, guesses)
        dated = taken(guesses, ColumnRole.START) or next(iter(self.dates), None)
        days, undated = self._days(dated) if dated else ({}, 0)
        repeats = self._repeats(guesses)
        totals = tuple(total for name in self._totalled(guesses) for total in self._totals(name, dated))
        units = self._values(taken(guesses, ColumnRole.UNIT))
        found = Profile(layout, self.rows, self.columns, guesses, orders, dated, days, undated, repeats, totals, units)
        return replace(found, preset=preset)

    def _orders(self) -> Orders:
        """How the dates of each pair of columns follow one another."""
        pairs = [(one, other) for one in self.dates for other in self.dates if one != other]
        asked: dict[str, Any] = {}
        for at, (one, other) in enumerate(pairs):
            first, second = self.reader.moment(one).utc, self.reader.moment(other).utc
            asked[f"before_{at}"] = (first < second).sum()
            asked[f"same_{at}"] = (first == second).sum()
        if not asked:
            return {}
        told = answer(self.reader.table.aggregate(**asked), self.reader.source)[0]
        counts = {pair: (int(told[f"before_{at}"] or 0), int(told[f"same_{at}"] or 0)) for at, pair in enumerate(pairs)}
        return {pair: Order(before, same, counts[pair[::-1]][0]) for pair, (before, same) in counts.items()}

    def _days(self, dated: str) -> tuple[dict[date, int], int]:
        """The rows of each local day of a column, and those that have none."""
        days = self.reader.table.select(day=self.reader.moment(dated).day)
        told = answer(days.group_by("day").aggregate(rows=days.count()), self.reader.source)
        found = {
            BASE + timedelta(days=int(row["day"])): int(row["rows"]) for row in told if row["day"] in _DAYS_WRITTEN
        }
        return found, self.rows - sum(found.values())

    def _repeats(self, guesses: Guesses) -> Repeats | None:
        """The rows that name a case again; in how many every column is as in another."""
        name = taken(guesses, ColumnRole.CASE)
        if name is None:
            return None
        column = next(one for one in self.columns if one.name == name)
        again = column.read(self.rows) - column.distinct
        if not again:
            return Repeats(name, 0, 0)
        alike = self.reader.given.distinct()
        different = int(answer(alike.aggregate(rows=alike.count()), self.reader.source)[0]["rows"])
        return Repeats(name, again, self.rows - different)

    def _values(self, name: str | None) -> tuple[str, ...]:
        """The values of a column, in order."""
        if name is None:
            return ()
        texts = self.reader.table.select(value=self.reader.text(name))
        told = answer(texts.filter(texts["value"].notnull()).distinct().limit(MOST_UNITS), self.reader.source)
        return tuple(sorted(row["value"] for row in told))

    def _totalled(self, guesses: Guesses) -> list[str]:
        """The columns whose values may be totals of the others; where no number can tell, the likeliest unit alone."""
        units = [one.column for one in guesses.get(ColumnRole.UNIT, ())]
        words = [
            one.name
            for one in self.columns
            if one.kind is ColumnKind.TEXT and 2 < one.distinct + bool(one.missing) <= MOST_UNITS
        ]
        likely = list(dict.fromkeys([*(name for name in units if name in words), *words]))
        return likely[: MOST_TOTALLED if self.numbers else 1]

    def _totals(self, name: str, dated: str | None) -> list[Total]:
        """The values of a column whose numbers are the sums of the others', month by month where there are dates."""
        table, reader = self.reader.table, self.reader
        said: dict[str, Any] = {"value": reader.text(name).fill_null("")}
        said["month"] = _month(reader.moment(dated).day) if dated else ibis.literal(0)
        said |= {f"n{at}": reader.amount(number).scaled for at, number in enumerate(self.numbers)}
        rows = table.select(**said)
        summed = {f"n{at}": rows[f"n{at}"].sum() for at in range(len(self.numbers))}
        told = answer(rows.group_by(["month", "value"]).aggregate(rows=rows.count(), **summed), reader.source)
        sums: dict[str, dict[str, list[float]]] = {}
        for row in told:
            numbers = [float(row[each] or 0) for each in summed]
            sums.setdefault(str(row["month"]), {})[row["value"]] = numbers
        return totals_in(name, sums)


def _month(day: Any) -> Any:
    """A number of the month of a day number."""
    moment = ibis.literal(BASE) + day.cast("int32").as_interval("D")
    return moment.year() * 12 + moment.month()
