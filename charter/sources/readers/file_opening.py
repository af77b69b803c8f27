"""A file as somebody hands it over: what it is, where its rows stand and which line names them are found in itself."""

from __future__ import annotations

import csv
import gzip
import io
import json
import threading
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from charter.domain.charter_file.sources import CsvSource, JsonSource, XlsxSource
from charter.domain.file_profile.headers import LINES_LOOKED_AT, header_line
from charter.domain.file_profile.profile import Layout
from charter.domain.vocabulary.errors import SourceError
from charter.sources.readers import spreadsheets, text_files
from charter.sources.readers.connect import Place, own_engine
from charter.sources.readers.files import load_files, parquet_table
from charter.sources.readers.spreadsheet_rows import refuse_bombs, rows_of

_CHUNK = 1 << 20
_MOST_SHEETS_TRIED = 40
_LEAST_ALIKE = 0.8
_DEEPEST = 3
Lines = list[list[str]]


@dataclass(frozen=True)
class Limits:
    """What a look may cost: bytes of a file once unpacked, rows of a table elsewhere, seconds."""

    unpacked: int = 4 << 30
    json: int = 200 << 20
    rows: int = 2_000_000
    columns: int = 1_000
    seconds: float = 600.0


@dataclass(frozen=True)
class OpenFile:
    """The rows of a file as a table, and how they lie there."""

    table: Any
    layout: Layout


@contextmanager
def opened_file(path: Path, place: Place, limits: Limits, sheet: str | None = None) -> Iterator[OpenFile]:
    """Opens a file by what it is, whatever it is called; closed at the end of the block.

    Raises SourceError in one sentence: no file, not of a kind that is read, too large, damaged, too slow.
    """
    kind = kind_of(path)
    with ExitStack() as closing:
        engine = own_engine(place, closing)
        closing.enter_context(_within(limits.seconds, engine, path.name))
        yield _OPENING[kind](engine, path, limits, sheet)


_OF_JSON = (b"[{", b'{"')
_OF_PAGES = (b"<html", b"<!doctype html", b"<table")


def kind_of(path: Path) -> str:
    """csv, xlsx, parquet or json, told by the first bytes. Raises SourceError for what cannot be read."""
    if not path.is_file():
        raise SourceError("There is no file %(file)s: correct the path.", file=str(path))
    with path.open("rb") as stream:
        start = stream.read(512)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError("The file %(file)s is in the old Excel format: save it as .xlsx or CSV.", file=path.name)
    if start.startswith(b"\x1f\x8b") and path.suffix.lower() != ".gz":
        raise SourceError("The file %(file)s is packed by gzip: name it with .gz at its end.", file=path.name)
    said = _bare(start)
    if path.suffix.lower() == ".json" or said.startswith(_OF_JSON):
        return "json"
    if said.lower().startswith(_OF_PAGES):
        raise SourceError(
            "The file %(file)s is a page of the web (HTML), whatever its name says: open it in a spreadsheet and save "
            "it as .xlsx or CSV.",
            file=path.name,
        )
    if start.startswith(b"\x1f\x8b") and _bare(_unpacked_start(path)).startswith(_OF_JSON):
        raise SourceError("The file %(file)s is JSON packed by gzip: unpack it, and send the JSON.", file=path.name)
    return "csv"


def _bare(start: bytes) -> bytes:
    return start.lstrip(b"\xef\xbb\xbf \t\r\n")


def _unpacked_start(path: Path) -> bytes:
    """The first bytes of what is packed; none of what is damaged, which is told when it is read."""
    try:
        with gzip.open(path) as stream:
            return stream.read(512)
    except (OSError, EOFError, zlib.error):
        return b""


_AGAIN = 0.05
"""Seconds."""


@contextmanager
def _within(seconds: float, engine: Any, shown: str) -> Iterator[None]:
    """Breaks off what the engine does when the time is over."""
    over, done = threading.Event(), threading.Event()

    def stop() -> None:
        """Again and again: between two queries there is nothing to break off."""
        wait = seconds
        while not done.wait(wait):
            over.set()
            engine.con.interrupt()
            wait = _AGAIN

    alarm = threading.Thread(target=stop, daemon=True)
    alarm.start()
    try:
        yield
    except SourceError as error:
        if not over.is_set():
            raise
        raise SourceError(
            "The file %(file)s takes longer than %(seconds)s seconds to look at: look at a part of it.",
            file=shown,
            seconds=f"{seconds:g}",
        ) from error
    finally:
        done.set()
        alarm.join()


# --- CSV --------------------------------------------------------------------------------------------------------


def _csv(engine: Any, path: Path, limits: Limits, _sheet: str | None) -> OpenFile:
    _refuse_size(path, limits.unpacked)
    separator, lines, ends = _lines_of(text_files.start_of(path, None))
    at = header_line(lines)
    _refuse_width(path, lines[at - 1], limits)
    line = ends[at - 2] + 1 if at > 1 else 1
    source = CsvSource(kind="csv", path=path.name, separator=separator, header_row=line)
    found = load_files(engine, path.name, source, [path])
    return OpenFile(found.table, found.layout)


def _refuse_size(path: Path, most: int) -> None:
    """A packed file says little of what it holds: it is unpacked once, up to the limit."""
    size = path.stat().st_size
    if path.suffix.lower() == ".gz":
        try:
            with gzip.open(path) as stream:
                size = 0
                while size <= most and (chunk := stream.read(_CHUNK)):
                    size += len(chunk)
        except (OSError, EOFError) as error:
            raise SourceError(
                "The file %(file)s is damaged: it cannot be unzipped. Fetch or pack it again.", file=path.name
            ) from error
    if size > most:
        raise SourceError(
            "The file %(file)s is larger than the %(most)s MB that are looked at: look at a part of it.",
            file=path.name,
            most=most >> 20,
        )


def _refuse_width(path: Path, names: Sequence[str], limits: Limits) -> None:
    if len(names) > limits.columns:
        raise SourceError(
            "The file %(file)s has %(count)s columns: keep at most %(most)s.",
            file=path.name,
            count=len(names),
            most=limits.columns,
        )


class FirstLines(NamedTuple):
    """The separator, the first lines cut by it, and the line of the text on which each of them ends."""

    separator: str
    lines: Lines
    ends: list[int]


def _lines_of(head: str) -> FirstLines:
    """The first lines, cut by the separator that makes them most alike."""
    usual = text_files.separator_of(head)
    found = {each: _cut(head, each) for each in (usual, *text_files.SEPARATORS)}
    alike = {each: _alike(lines) for each, (lines, _) in found.items()}
    best = usual if alike[usual][0] >= _LEAST_ALIKE else max(alike, key=lambda each: alike[each])
    return FirstLines(best, *found[best])


def _alike(lines: Lines) -> tuple[float, int]:
    """How many of the lines have the usual number of cells, and that number; lines of one cell are alike to nothing."""
    widths = Counter(len(cells) for cells in lines if cells)
    wide, count = max(widths.items(), key=lambda one: one[1], default=(1, 0))
    return (count / widths.total() if wide > 1 else 0.0, wide)


def _cut(head: str, separator: str) -> tuple[Lines, list[int]]:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    lines, ends = [], []
    try:
        for cells in islice(reader, LINES_LOOKED_AT):
            lines.append(cells)
            ends.append(reader.line_num)
    except csv.Error:
        pass  # a cell without an end: what stands before it is enough, and loading tells its line
    return lines or [[]], ends or [0]


# --- XLSX -------------------------------------------------------------------------------------------------------


def _xlsx(engine: Any, path: Path, limits: Limits, sheet: str | None) -> OpenFile:
    sheets, shown = _sheets_of(path)
    chosen = sheet if sheet is not None else _first_with_rows(path, shown or sheets)
    lines = _first_lines(path, chosen)
    at = header_line(lines)
    _refuse_width(path, lines[at - 1] if lines else (), limits)
    source = XlsxSource(kind="xlsx", path=path.name, sheet=chosen, header_row=at)
    found = load_files(engine, path.name, source, [path])
    table, layout = found.table, found.layout
    return OpenFile(table, replace(layout, sheet=chosen, sheets=tuple(sheets)))


class Sheets(NamedTuple):
    """The names of the sheets of a workbook, and of those that its reader is shown."""

    all: list[str]
    shown: list[str]


def _sheets_of(path: Path) -> Sheets:
    refuse_bombs(path)
    from openpyxl import load_workbook  # noqa: PLC0415 heavy

    with warnings.catch_warnings(), path.open("rb") as stream:
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(stream, read_only=True)
        except Exception as error:
            raise SourceError(
                "The file %(file)s cannot be read as a spreadsheet: save it as .xlsx.", file=path.name
            ) from error
        names = [page.title for page in book.worksheets]
        shown = [page.title for page in book.worksheets if page.sheet_state == "visible"]
        book.close()
    return Sheets(names, shown)


def _first_with_rows(path: Path, sheets: Sequence[str]) -> str:
    """The first sheet that has two lines of two cells: others hold a title, or nothing."""
    for name in sheets[:_MOST_SHEETS_TRIED]:
        wide = [cells for cells in _first_lines(path, name) if sum(1 for cell in cells if cell.strip()) > 1]
        if len(wide) > 1:
            return name
    return sheets[0]


def _first_lines(path: Path, sheet: str) -> Lines:
    rows = islice(rows_of(path, sheet), LINES_LOOKED_AT)
    return [[spreadsheets.written(cell) or "" for cell in row] for row in rows]


# --- Parquet, JSON ----------------------------------------------------------------------------------------------


def _parquet(engine: Any, path: Path, limits: Limits, _sheet: str | None) -> OpenFile:
    try:
        table = parquet_table(engine, [path])
    except Exception as error:  # whatever a damaged file makes its reader stumble over
        raise SourceError("The file %(file)s is damaged: it cannot be read as Parquet.", file=path.name) from error
    _refuse_width(path, table.columns, limits)
    return OpenFile(table, Layout("parquet"))


def _json(engine: Any, path: Path, limits: Limits, _sheet: str | None) -> OpenFile:
    _refuse_size(path, limits.json)
    at = _path_of_rows(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    source = JsonSource(kind="json", path=path.name, rows=at or None)
    found = load_files(engine, path.name, source, [path])
    table, layout = found.table, found.layout
    return OpenFile(table, replace(layout, path=at))


def _path_of_rows(body: bytes) -> str:
    """Where the longest list of objects stands; '' where the whole is one, or none is found."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = list(_lists_in(whole, (), _DEEPEST))
    return ".".join(max(found, key=lambda one: one[1])[0]) if found else ""


def _lists_in(value: Any, path: tuple[str, ...], deep: int) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        yield path, len(value)
    elif isinstance(value, dict) and deep:
        for name, one in value.items():
            yield from _lists_in(one, (*path, name), deep - 1)


_OPENING: dict[str, Callable[[Any, Path, Limits, str | None], OpenFile]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "json": _json,
}
