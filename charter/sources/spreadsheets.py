"""Spreadsheets (xlsx): the first row names the columns, every cell is read as text in ISO writing."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Collection, Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from charter.domain.errors import SourceError
from charter.domain.sentences import in_quotes
from charter.sources.text_files import checked_header, named

LARGEST = 200 * 1024 * 1024
_BATCH = 20_000


def load(connection: Any, table: str, path: Path, sheet: str | None, columns: Collection[str] | None) -> list[str]:
    """Adds the sheet's rows to a table of text columns, made on first use; returns the header. Raises SourceError."""
    import pyarrow as pa  # noqa: PLC0415 heavy; a file that a person sends is read without it

    rows = rows_of(path, sheet)
    header = header_of(next(rows, ()), path.name)
    chosen = [at for at, name in enumerate(header) if columns is None or name in columns] or [0]
    schema = pa.schema([(header[at], pa.string()) for at in chosen])
    made = ", ".join(f"{named(header[at])} VARCHAR" for at in chosen)
    connection.execute(f"CREATE TABLE IF NOT EXISTS {named(table)} ({made})")
    filled = (row for row in rows if any(cell is not None for cell in row))
    while batch := list(islice(filled, _BATCH)):
        arrays = [pa.array([_cell(row, at) for row in batch], pa.string()) for at in chosen]
        connection.register("spreadsheet_rows", pa.table(arrays, schema=schema))
        connection.execute(f"INSERT INTO {named(table)} BY NAME SELECT * FROM spreadsheet_rows")
        connection.unregister("spreadsheet_rows")
    return header


def written(value: Any) -> str | None:
    """A cell as text: dates and instants in ISO, whole numbers without `.0`, missing as None."""
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
    path: Path, sheet: str | None, *, as_written: bool = False, largest: int = LARGEST
) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet, its header first. `as_written`: a formula is its text, not what it last came to."""
    _refuse_bombs(path, largest)
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
            yield from page.iter_rows(values_only=True)
        except SourceError:
            raise
        except Exception as error:  # whatever a damaged sheet makes its reader stumble over
            raise damaged(path) from error
        finally:
            book.close()


def _refuse_bombs(path: Path, largest: int) -> None:
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
