"""The rows of a sheet of a workbook, read once from top to bottom: merged cells filled down, empty ends left unread."""

from __future__ import annotations

import re
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.sentences import in_quotes

LARGEST = 200 * 1024 * 1024
MOST_ROWS = 1_048_576
"""As many as a sheet can have, empty ones too: a damaged or hostile file may hold millions more in few bytes."""
MOST_CELLS = 20_000_000
LONGEST = 600.0
"""Seconds that the rows of a sheet may take."""
MOST_MERGED = 100_000
_CHUNK = 1 << 20
_ROOT = re.compile(rb"<(?:([A-Za-z0-9_]+):)?worksheet[\s>]")
_NUMBER = re.compile(rb'\sr="([0-9]+)"')

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Merged:
    """A block of merged cells: its first column (0 is A), its first and its last row."""

    column: int
    top: int
    bottom: int


@dataclass
class Seen:
    """What was done to the rows while they were read: cells filled down from merged ones, by column; `unreckoned`
    formulas that have no result, by column.

    `last` is the last row that says something; 0 while that is not known.
    """

    filled: Counter[int] = field(default_factory=Counter)
    unreckoned: Counter[int] = field(default_factory=Counter)
    last: int = 0


@dataclass(frozen=True)
class _Extent:
    """The last row that holds a value (None: not known), the merged blocks of more than one row, and the formulas
    without a result, by column."""

    last: int | None
    merged: list[Merged]
    unreckoned: Counter[int]


def rows_of(
    path: Path,
    sheet: str | None,
    *,
    as_written: bool = False,
    largest: int = LARGEST,
    most: int = MOST_ROWS,
    seen: Seen | None = None,
) -> Iterator[Row]:
    """The rows of a sheet from the first on, `most` of them at most, empty ones counted up to the last that says
    something; the value of merged cells stands in each row that they cover, in their first column.

    `as_written`: a formula is its text, not what it last came to. Raises SourceError.
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
            page = _page(book, sheet, path)
            page.reset_dimensions()
            extent = _extent_of(book, page)
            if extent.last != 0:
                seen = seen or Seen()
                seen.last = extent.last or 0
                seen.unreckoned.update(extent.unreckoned)
                rows = page.iter_rows(values_only=True, max_row=extent.last)
                yield from _filled_down(_counted(path, rows, most), extent.merged, seen)
        except SourceError:
            raise
        except Exception as error:  # whatever a damaged sheet makes its reader stumble over
            raise damaged(path) from error
        finally:
            book.close()


def _page(book: Any, sheet: str | None, path: Path) -> Any:
    if sheet is None:
        return book.worksheets[0]
    if sheet not in book.sheetnames:
        raise SourceError(
            "The file %(file)s has no sheet “%(sheet)s”: it has %(sheets)s.",
            file=path.name,
            sheet=sheet,
            sheets=in_quotes(book.sheetnames),
        )
    return book[sheet]


def _extent_of(book: Any, page: Any) -> _Extent:
    """How far the sheet reaches, from its bytes alone: rows that say nothing are many times dearer to read."""
    with book._archive.open(page._worksheet_path) as stream:
        start = stream.read(_CHUNK)
        root = _ROOT.search(start)
        prefix = root[1] + b":" if root and root[1] else b""
        row, values = b"<" + prefix + b"row", [b"<" + prefix + name for name in (b"v>", b"v ", b"is>", b"f>", b"f ")]
        merge = re.compile(b"<" + prefix + rb'mergeCell\s[^>]*?ref="([A-Z]+)([0-9]+):[A-Z]+([0-9]+)"')
        last: int | None = 0
        merged: list[Merged] = []
        formulas = _Formulas(prefix)
        current, part = b"", start
        while part:
            # Cut after a whole tag, so that none is looked for in halves.
            if cut := part.rfind(b">") + 1:
                whole, rest = part[:cut], part[cut:]
                place = max(whole.rfind(one) for one in values)
                at = whole.rfind(row, 0, max(place, 0))
                if place >= 0:
                    last = _row_number(whole[at : at + 200] if at >= 0 else current)
                if (at := whole.rfind(row)) >= 0:
                    current = whole[at : at + 200]
                formulas.look_at(whole)
                merged += [_merged(one) for one in merge.finditer(whole) if len(merged) < MOST_MERGED]
            else:
                rest = part
            more = stream.read(_CHUNK)
            part = rest + more if more else b""
    return _Extent(last, [one for one in merged if one.bottom > one.top], formulas.found)


class _Formulas:
    """The formulas without a result, by column, in the text of a sheet that comes in parts."""

    def __init__(self, prefix: bytes) -> None:
        self.found, self._left = Counter[int](), b""
        self._cell, self._end, self._any = b"<" + prefix + b"c ", b"</" + prefix + b"c>", b"<" + prefix + b"f"
        value = b"(?:<%bv ?/>|<%bv></%bv>)?" % (prefix, prefix, prefix)
        formula = b"<%bf(?:[^>]*/>|[^>]*>[^<]*</%bf>)" % (prefix, prefix)
        self._form = re.compile(b'<%bc [^>]*?r="([A-Z]+)[0-9]+"[^>]*>' % prefix + formula + value + self._end)

    def look_at(self, part: bytes) -> None:
        """The next part, which ends behind a tag."""
        text = self._left + part
        at = text.rfind(self._cell)
        self._left = text[at:] if at >= 0 and self._end not in text[at:] else b""
        if self._any in text:
            self.found.update(_column(one[1]) for one in self._form.finditer(text))


def _row_number(tag: bytes) -> int | None:
    found = _NUMBER.search(tag.partition(b">")[0])
    return int(found[1]) if found else None


def _merged(found: re.Match[bytes]) -> Merged:
    return Merged(_column(found[1]), int(found[2]), int(found[3]))


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def _filled_down(rows: Iterator[Row], merged: list[Merged], seen: Seen) -> Iterator[Row]:
    """The rows, with the value of each merged block in all of its rows."""
    begins: dict[int, list[Merged]] = {}
    for one in merged:
        begins.setdefault(one.top, []).append(one)
    held: dict[Merged, Any] = {}
    for at, row in enumerate(rows, start=1):
        held = {one: value for one, value in held.items() if one.bottom >= at}
        cells = list(row) if held else None
        for one, value in held.items():
            if cells is not None and value is not None:
                cells += [None] * (one.column + 1 - len(cells))
                if cells[one.column] is None:
                    cells[one.column] = value
                    seen.filled[one.column] += 1
        for one in begins.get(at, ()):
            held[one] = row[one.column] if one.column < len(row) else None
        yield row if cells is None else tuple(cells)


def _counted(path: Path, rows: Iterator[Row], most: int) -> Iterator[Row]:
    """The rows, as long as they are not too many and not too slow: what is empty costs time too."""
    cells, until = 0, time.monotonic() + LONGEST
    for at, row in enumerate(rows, start=1):
        cells += len(row)
        if at > most or cells > MOST_CELLS:
            raise SourceError(
                "The file %(file)s has more than %(count)s rows, empty ones counted: delete those below the last, or "
                "save it as CSV.",
                file=path.name,
                count=most if at > most else at,
            )
        if not at % 1000 and time.monotonic() > until:
            raise SourceError(
                "The file %(file)s takes longer than %(seconds)s seconds to read: save it as CSV.",
                file=path.name,
                seconds=round(LONGEST),
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
