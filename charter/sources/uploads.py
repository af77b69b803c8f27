"""Files that people send: their bytes as a header and rows of text, whatever the encoding, separator or spreadsheet."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from charter.domain.errors import Invalid, SourceError
from charter.domain.figure_rows import Row
from charter.sources import spreadsheets, text_files

MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_ROWS_SEEN = 10 * MOST_ROWS
"""Empty rows of a spreadsheet cost time too."""
LARGEST_UNPACKED = 50 * 1024 * 1024
_PACKED = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_GZIP = b"\x1f\x8b"


def rows_of_file(content: bytes, name: str, *, most: int = MOST_ROWS) -> tuple[list[str], list[Row]]:
    """The names of the columns and at most so many rows with their lines; formulas stay as they are written.

    Raises Invalid in one sentence: empty, no header, a column twice, no spreadsheet, too many rows, a bomb.
    """
    if content.startswith(_GZIP):
        content = _unzipped(content, name)
    if content.startswith(_OLD_EXCEL):
        raise Invalid(f"The file {name} is in the old Excel format: save it as .xlsx or CSV.", "file")
    try:
        with _on_disk(content, ".xlsx" if content.startswith(_PACKED) else ".csv") as path:
            names, rows = _spreadsheet(path, most) if path.suffix == ".xlsx" else _text(path, most)
    except SourceError as error:
        raise Invalid(str(error).replace(path.name, name), "file") from error
    return names, rows


def _unzipped(content: bytes, name: str) -> bytes:
    """What a file of gzip holds, as far as is allowed."""
    reader = zlib.decompressobj(wbits=31)
    try:
        whole = reader.decompress(content, LARGEST_UNPACKED + 1)
    except zlib.error as error:
        raise Invalid(f"The file {name} is damaged: it cannot be unpacked. Send it as CSV.", "file") from error
    if len(whole) > LARGEST_UNPACKED:
        most = LARGEST_UNPACKED // 1024**2
        raise Invalid(f"The file {name} unpacks to more than {most} MB: send it in parts.", "file")
    if not reader.eof:
        raise Invalid(f"The file {name} is damaged: it cannot be unpacked. Send it as CSV.", "file")
    return whole


@contextmanager
def _on_disk(content: bytes, suffix: str) -> Iterator[Path]:
    with NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def _text(path: Path, most: int) -> tuple[list[str], list[Row]]:
    with text_files.as_utf8(path, None) as readable:
        file = text_files.look_at_header(readable, path.name, None)
        with readable.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, delimiter=file.separator)
            try:
                next(lines)
                return file.names, list(_numbered(path, file.names, ((lines.line_num, cells) for cells in lines), most))
            except csv.Error as error:
                at = lines.line_num
                raise SourceError(f"The file {path.name}, line {at}: it is not a line of CSV ({error}).") from error


def _spreadsheet(path: Path, most: int) -> tuple[list[str], list[Row]]:
    rows = spreadsheets.rows_of(path, None, as_written=True, largest=LARGEST_UNPACKED, most=MOST_ROWS_SEEN)
    try:
        header = spreadsheets.header_of(next(rows, ()), path.name)
        cells = ((at, [spreadsheets.written(cell) or "" for cell in row]) for at, row in enumerate(rows, 2))
        return header, list(_numbered(path, header, cells, most))
    except SourceError:
        raise
    except Exception as error:  # whatever a damaged sheet makes its reader stumble over
        raise SourceError(f"The file {path.name} is damaged: open it, and save it again as .xlsx.") from error


def _numbered(path: Path, names: list[str], rows: Iterator[tuple[int, list[str]]], most: int) -> Iterator[Row]:
    if len(names) > MOST_COLUMNS:
        raise SourceError(f"The file {path.name} has {len(names)} columns: keep at most {MOST_COLUMNS}.")
    taken = 0
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        taken += 1
        if taken > most:
            raise SourceError(f"The file {path.name} has more than {most} rows: send it in parts.")
        if any(cell.strip() for cell in cells[len(names) :]):
            raise SourceError(
                f"The file {path.name}, line {line}: {len(cells)} values where the header has {len(names)} columns: "
                "mend the line."
            )
        yield line, dict(zip(names, cells, strict=False))
