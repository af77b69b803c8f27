"""Spreadsheets (xlsx): a row names the columns, every cell is read as text in ISO writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from charter.domain.file_profile.headers import distinct_names, without_blank_end
from charter.domain.vocabulary.errors import SourceError
from charter.sources.readers.spreadsheet_rows import Row, Seen, rows_of
from charter.sources.readers.text_files import checked_header, named, no_line, quoted, refuse_values

_BATCH = 20_000
_DAY = r"\d{4}-\d\d-\d\d"
# A time beyond a day is told as an instant of these years, counted from here.
_BEGINNING, _FIRST_YEARS = datetime(1899, 12, 31), 1900  # noqa: DTZ001 as the workbook counts


@dataclass(frozen=True)
class Names:
    """The names of a sheet's columns as they are `given` and called, and the rows above them as text."""

    given: list[str]
    names: list[str]
    above: list[list[str]]


@dataclass
class Sheet:
    """A sheet that is open: its names, and the rows below them. `seen` tells what was done to these."""

    head: Names
    rows: Iterator[Row]
    seen: Seen = field(default_factory=Seen)

    def add_to(self, filled: Counter[str], unreckoned: Counter[str]) -> None:
        """Its cells filled down, and its formulas without a result, added to those of other files by name of column;
        what stands beside the named columns is not read."""
        names = self.head.names
        for told, cells in ((filled, self.seen.filled), (unreckoned, self.seen.unreckoned)):
            told.update({names[at]: count for at, count in cells.items() if at < len(names)})


def opened(path: Path, sheet: str | None, line: int = 1) -> Sheet:
    """A sheet whose names stand in that row; those that stand twice get a number each. Raises SourceError."""
    seen = Seen()
    rows = rows_of(path, sheet, seen=seen)
    above = [_texts(row) for row in islice(rows, line - 1)]
    given = without_blank_end(_texts(next(rows, ())))
    if not given and line == 1:
        header_of((), path.name)
    if not given:
        raise no_line(path.name, line)
    seen.filled.clear()
    return Sheet(Names(given, refuse_values(distinct_names(given), path.name), above), rows, seen)


def _texts(row: Row) -> list[str]:
    return [written(cell) or "" for cell in row]


def load(
    connection: Any, table: str, sheet: Sheet, columns: Collection[str] | None, more: Mapping[str, str] | None = None
) -> None:
    """Adds the rows of a sheet to a table of text columns, made on first use; empty rows are left out.

    `more` are columns of one value for all rows. Where a column holds hours, its midnights are written with theirs.
    """
    import pyarrow as pa  # noqa: PLC0415 heavy; a file that a person sends is read without it

    header, constant = sheet.head.names, more or {}
    chosen = [at for at, name in enumerate(header) if columns is None or name in columns] or [0]
    names = [header[at] for at in chosen]
    made = ", ".join(f"{named(name)} VARCHAR" for name in [*names, *constant])
    connection.execute(f"CREATE TABLE IF NOT EXISTS {named(table)} ({made})")
    listed = ", ".join(["*", *(f"{quoted(value)} AS {named(name)}" for name, value in constant.items())])
    forms, filled = _Forms(), (row for row in sheet.rows if any(cell is not None for cell in row))
    while batch := list(islice(filled, _BATCH)):
        arrays = [pa.array(forms.written(at, [_cell(row, at) for row in batch]), pa.string()) for at in chosen]
        connection.register("spreadsheet_rows", pa.table(arrays, names=names))
        connection.execute(f"INSERT INTO {named(table)} BY NAME SELECT {listed} FROM spreadsheet_rows")
        connection.unregister("spreadsheet_rows")
    for at in forms.late & set(chosen):
        cell = named(header[at])
        late = f"regexp_full_match({cell}, {quoted(_DAY)})"
        connection.execute(f"UPDATE {named(table)} SET {cell} = {cell} || ' 00:00:00' WHERE {late}")


@dataclass
class _Forms:
    """How the cells of each column are written: `hours` are columns of instants; `late` those found so only after rows
    of theirs were written as days."""

    hours: set[int] = field(default_factory=set)
    clocks: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)

    def written(self, at: int, cells: Sequence[Any]) -> list[str | None]:
        instants = [cell for cell in cells if isinstance(cell, datetime)]
        if any(isinstance(cell, time | timedelta) for cell in cells):
            self.clocks.add(at)
        if at not in self.hours and any(cell.time() != time(0) for cell in instants):
            self.hours.add(at)
            self.late |= {at} & self.days
        self.days |= {at} if instants else set()
        return [self._cell(at, cell) for cell in cells]

    def _cell(self, at: int, cell: Any) -> str | None:
        if isinstance(cell, datetime):
            if at in self.clocks and cell.year <= _FIRST_YEARS:
                return written(cell - _BEGINNING)
            if at in self.hours:
                return cell.isoformat(sep=" ")
        return written(cell)


def written(value: Any) -> str | None:
    """A cell as text: dates and instants in ISO, durations as 25:00:00, whole numbers without `.0`, missing as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value)


def _duration(value: timedelta) -> str:
    whole = abs(value)
    minutes, seconds = divmod(whole.days * 86_400 + whole.seconds, 60)
    fraction = f".{whole.microseconds:06}".rstrip("0") if whole.microseconds else ""
    return f"{'-' if value < timedelta(0) else ''}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{fraction}"


def _cell(row: Row, at: int) -> Any:
    return row[at] if at < len(row) else None


def cell_of(rows: Sequence[Sequence[str]], name: str) -> str:
    """What stands in a cell like A2 of the first rows; nothing where there is none."""
    letters = name.rstrip("0123456789")
    row, column = int(name.removeprefix(letters)) - 1, 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return rows[row][column - 1].strip() if row < len(rows) and column <= len(rows[row]) else ""


def header_of(cells: Row, shown: str) -> list[str]:
    """The names of the columns. Raises SourceError when there are none, or one stands twice."""
    names = without_blank_end(_texts(cells))
    if not names:
        raise SourceError("The file %(file)s is empty: its first row needs the names of the columns.", file=shown)
    return checked_header(names, shown)


def distinct_header(cells: Row) -> list[str]:
    """The names of the columns of a survey tool's export; those that stand twice get a number, blank ones a place."""
    return distinct_names(without_blank_end(_texts(cells)))
