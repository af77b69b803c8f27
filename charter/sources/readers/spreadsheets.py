"""Spreadsheets (xlsx): the first row names the columns, every cell is read as text in ISO writing."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.sentences import in_quotes
from charter.sources.readers.place import FILE_PLACE, LINE_PLACE
from charter.sources.readers.text_files import checked_header, named

LARGEST = 200 * 1024 * 1024
MOST_ROWS = 1_048_576
"""As many as a sheet can have, empty ones too: a damaged or hostile file may hold millions more in few bytes."""
MOST_CELLS = 20_000_000
_BATCH = 20_000


def load(
    connection: Any,
    table: str,
    path: Path,
    sheet: str | None,
    columns: Collection[str] | None,
    place: int | None = None,
) -> list[str]:
    """Adds the sheet's rows to a table of text columns, made on first use; returns the header. Raises SourceError."""
    rows = rows_of(path, sheet)
    header = header_of(next(rows, ()), path.name)
    fill(connection, table, header, rows, columns, place)
    return header


def fill(
    connection: Any,
    table: str,
    header: list[str],
    rows: Iterator[tuple[Any, ...]],
    columns: Collection[str] | None,
    place: int | None = None,
) -> None:
    """Adds the rows below a header to a table of text columns, made on first use; empty rows are left out.

    `place` among other files, where it is given, is kept beside each row, and the number of the row.
    """
    import pyarrow as pa  # noqa: PLC0415 heavy; a file that a person sends is read without it

    chosen = [at for at, name in enumerate(header) if columns is None or name in columns] or [0]
    schema = pa.schema([(header[at], pa.string()) for at in chosen])
    made = ", ".join(f"{named(header[at])} VARCHAR" for at in chosen)
    if place is not None:
        made += f", {FILE_PLACE} INTEGER, {LINE_PLACE} BIGINT"
    connection.execute(f"CREATE TABLE IF NOT EXISTS {named(table)} ({made})")
    more, above = "", 0
    filled = (row for row in rows if any(cell is not None for cell in row))
    while batch := list(islice(filled, _BATCH)):
        arrays = [pa.array([_cell(row, at) for row in batch], pa.string()) for at in chosen]
        connection.register("spreadsheet_rows", pa.table(arrays, schema=schema))
        if place is not None:
            more = f", {place} AS {FILE_PLACE}, {above} + row_number() OVER () AS {LINE_PLACE}"
        connection.execute(f"INSERT INTO {named(table)} BY NAME SELECT *{more} FROM spreadsheet_rows")
        above += len(batch)
        connection.unregister("spreadsheet_rows")


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
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def _cell(row: tuple[Any, ...], at: int) -> str | None:
    return written(row[at]) if at < len(row) else None


def header_of(cells: tuple[Any, ...], shown: str) -> list[str]:
    """The names of the columns. Raises SourceError when there are none, or one stands twice."""
    names = [written(cell) or "" for cell in cells]
    while names and not names[-1].strip():
        names.pop()
    if not names:
        raise SourceError("The file %(file)s is empty: its first row needs the names of the columns.", file=shown)
    return checked_header(names, shown)


def rows_of(
    path: Path, sheet: str | None, *, as_written: bool = False, largest: int = LARGEST, most: int = MOST_ROWS
) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet, its header first, `most` of them at most, empty ones counted.

    `as_written`: a formula is its text, not what it last came to.
    """
    refuse_bombs(path, largest)
    from openpyxl import load_workbook  # noqa: PLC0415 heavy

    with warnings.catch_warnings(), path.open("rb") as stream:
        # Styles and validations that the reader does not know say nothing about the cells.
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(stream, read_only=True, data_only=not as_written)
        except Exception as error:
            raise _unreadable(path) from error
        try:
            if sheet is not None and sheet not in book.sheetnames:
                raise SourceError(
                    "The file %(file)s has no sheet “%(sheet)s”: it has %(sheets)s.",
                    file=path.name,
                    sheet=sheet,
                    sheets=in_quotes(book.sheetnames),
                )
            page = book[sheet] if sheet is not None else book.worksheets[0]
            page.reset_dimensions()
            yield from _counted(path, page.iter_rows(values_only=True), most)
        except SourceError:
            raise
        except Exception as error:  # whatever a damaged sheet makes its reader stumble over
            raise damaged(path) from error
        finally:
            book.close()


def _counted(path: Path, rows: Iterator[tuple[Any, ...]], most: int) -> Iterator[tuple[Any, ...]]:
    """The rows, as long as they are not too many: what is empty costs time too."""
    cells = 0
    for at, row in enumerate(rows, start=1):
        cells += len(row)
        if at > most or cells > MOST_CELLS:
            raise SourceError(
                "The file %(file)s has more than %(count)s rows, empty ones counted: delete those below the last, or "
                "save it as CSV.",
                file=path.name,
                count=most if at > most else at,
            )
        yield row


def refuse_bombs(path: Path, largest: int = LARGEST) -> None:
    """Raises SourceError for a file that unpacks to more than is allowed, or is no spreadsheet."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise _unreadable(path) from error
    if size > largest:
        raise SourceError(
            "The file %(file)s unpacks to %(size)s MB, more than the %(most)s MB allowed: save it as CSV.",
            file=path.name,
            size=size // 1024**2,
            most=largest // 1024**2,
        )


def _unreadable(path: Path) -> SourceError:
    return SourceError("The file %(file)s cannot be read as a spreadsheet: save it as .xlsx.", file=path.name)


def damaged(path: Path) -> SourceError:
    """The refusal of a spreadsheet whose cells its reader stumbles over."""
    return SourceError("The file %(file)s is damaged: open it, and save it again as .xlsx.", file=path.name)
