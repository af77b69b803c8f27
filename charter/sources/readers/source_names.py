"""The names of a source's columns, from as little of it as tells them: a first line, a footer, a catalogue."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from enum import StrEnum
from functools import partial
from pathlib import Path

from charter.domain.charter_file.evidence import INCIDENT_COLUMNS
from charter.domain.charter_file.sources import (
    PERIOD,
    CsvSource,
    DatabaseSource,
    FileSource,
    HttpJsonSource,
    IncidentsSource,
    JsonSource,
    ParquetSource,
    Source,
    XlsxSource,
)
from charter.domain.file_profile.headers import distinct_names
from charter.domain.vocabulary.errors import SourceError
from charter.sources.readers import spreadsheets, text_files
from charter.sources.readers.place import Place, read_of

LARGEST_BOOK = 2 << 20
"""A workbook is unpacked before its first row is known; on a page only small ones are."""


class Reach(StrEnum):
    """How far the names are looked for: in text and small workbooks, as a page may; in files and databases too; and at
    addresses of the web."""

    PAGE = "page"
    HERE = "here"
    ANYWHERE = "anywhere"


def names_of(key: str, source: Source, place: Place, reach: Reach) -> list[str] | None:
    """The names of the columns; None where the source has none, or lies out of reach.

    Raises SourceError where it cannot be opened.
    """
    match source:
        case IncidentsSource():
            return list(INCIDENT_COLUMNS)
        case CsvSource():
            path = read_of(key, source, place)[0]
            return _of_text(path, source)
        case XlsxSource():
            path = read_of(key, source, place)[0]
            if reach is Reach.PAGE and path.stat().st_size > LARGEST_BOOK:
                return None
            return _with_day(source, spreadsheets.opened(path, source.sheet, source.header_row).head.names)
        case ParquetSource() | JsonSource() | DatabaseSource() if reach is not Reach.PAGE:
            return _of_engine(key, source, place)
        case HttpJsonSource() if reach is Reach.ANYWHERE:
            return _of_engine(key, source, place)
    return None


def _of_text(path: Path, source: CsvSource) -> list[str]:
    head = text_files.from_line(text_files.start_of(path, source.encoding), source.header_row)
    separator = source.separator or text_files.separator_of(head)
    try:
        given = next(csv.reader(io.StringIO(head, newline=""), delimiter=separator), [])
    except csv.Error as error:
        raise SourceError(
            "The file %(file)s, line %(line)s: it is not a line of CSV (%(reason)s).",
            file=path.name,
            line=source.header_row,
            reason=str(error),
        ) from error
    if not any(name.strip() for name in given):
        raise text_files.no_line(path.name, source.header_row)
    return _with_day(source, text_files.refuse_values(distinct_names(given), path.name))


def _with_day(source: FileSource, names: Sequence[str]) -> list[str]:
    """The names, and that of the day which each file tells of all its rows."""
    return [*names, PERIOD] if source.date_from is not None and PERIOD not in names else list(names)


def _of_engine(key: str, source: Source, place: Place) -> list[str]:
    from charter.sources.readers.connect import open_source, own_engine  # noqa: PLC0415 heavy
    from charter.sources.readers.files import parquet_table  # noqa: PLC0415 heavy

    if isinstance(source, DatabaseSource):
        return _of_database(key, source, place)
    if not isinstance(source, ParquetSource):
        with open_source(key, source, place) as opened:
            return list(opened.table.columns)
    path = read_of(key, source, place)[0]
    with ExitStack() as closing_all:
        try:
            return _with_day(source, parquet_table(own_engine(place, closing_all), [path]).columns)
        except Exception as error:  # whatever a damaged file makes its reader stumble over
            raise SourceError("The file %(file)s is damaged: it cannot be read as Parquet.", file=path.name) from error


def _of_database(key: str, source: DatabaseSource, place: Place) -> list[str]:
    from charter.sources.readers.connect import own_engine  # noqa: PLC0415 heavy
    from charter.sources.readers.databases import file_in, open_database  # noqa: PLC0415 heavy

    address = place.environ.get(source.url.removeprefix("env:"), "")
    if address.startswith("sqlite"):
        return _of_sqlite(key, source, file_in(address))
    with ExitStack() as closing_all:
        found = open_database(key, source, place.environ, partial(own_engine, place, closing_all), None)
        closing_all.callback(found.close)
        return list(found.whole.columns)


def _of_sqlite(key: str, source: DatabaseSource, path: Path) -> list[str]:
    """SQLite's own catalogue: to be counted its rows are copied, to be named they need not."""
    table = source.table.rpartition(".")[2]
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT name FROM pragma_table_info(?)", [table]).fetchall()
    except sqlite3.Error as error:
        raise SourceError(
            "The source “%(source)s” could not be opened: check that its database is there.", source=key
        ) from error
    if not found:
        raise SourceError("The source “%(source)s” has no table “%(table)s”: check the name.", source=key, table=table)
    return [name for (name,) in found]
