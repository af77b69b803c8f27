"""Files that people send: their bytes as a header and rows of text, whatever the encoding, separator or spreadsheet;
the text of a charter file as a charter.

What is packed, or more than a page's worth, is read by a process of its own, within limits of seconds and memory: pages
go on answering meanwhile.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.findings import CharterFileError, finding_of, finding_plain
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import canonical, from_canonical
from charter.domain.figures.file_rows import Row
from charter.domain.vocabulary.errors import Invalid, Sentence, SourceError
from charter.domain.vocabulary.sentences import restored, stored
from charter.sources import apart
from charter.sources.apart import LONG, Patience, TooMuch
from charter.sources.readers import spreadsheets, text_files
from charter.sources.readers.spreadsheet_rows import Seen, damaged, rows_of

MOST_ROWS = 10_000
MOST_COLUMNS = 100
WIDEST = 1000
"""Columns of a survey tool's export: one for each question, some with the same words."""
MOST_ROWS_SEEN = 10 * MOST_ROWS
"""Empty rows of a spreadsheet cost time too."""
LARGEST_UNPACKED = 50 * 1024 * 1024
LARGEST_AT_HAND = 64 * 1024
"""Text up to this size is read where it is sent to, in less time than a page takes; anything else apart."""
LARGEST_CHARTER_AT_HAND = 16 * 1024
"""YAML takes ten times as long."""
_PACKED = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_GZIP = b"\x1f\x8b"


def rows_of_file(
    content: bytes, name: str, *, most: int = MOST_ROWS, is_wide: bool = False, patience: Patience = LONG
) -> tuple[list[str], list[Row]]:
    """The names of the columns and at most so many rows with their lines; formulas stay as they are written.

    `is_wide`: an export of a survey tool, with up to a thousand columns; names that stand twice get a number.

    Raises Invalid in one sentence: empty, no header, a column twice, no spreadsheet, too many rows, a bomb; TooMuch
    where somebody waits and it takes longer than that.
    """
    if _is_at_hand(content):
        return read_here(content, name, most, is_wide=is_wide)
    found = read_apart(content, {"do": "rows", "name": name, "most": most, "is_wide": is_wide}, patience)
    names: list[str] = found["names"]
    return names, [(line, dict(zip(names, cells, strict=False))) for line, cells in found["rows"]]


def charter_of(text: str, patience: Patience = LONG) -> Charter:
    """The charter that the text of a charter file says. Raises CharterFileError with every error, Invalid and TooMuch
    as `rows_of_file`."""
    if len(text) <= LARGEST_CHARTER_AT_HAND:
        return read_charter(text).charter
    found = read_apart(text.encode(errors="replace"), {"do": "charter", "name": "charter.yaml"}, patience)
    if "findings" in found:
        raise CharterFileError(finding_of(one) for one in found["findings"])
    return from_canonical(found["document"])


def _is_at_hand(content: bytes) -> bool:
    """Whether it is read where it is sent to."""
    return len(content) <= LARGEST_AT_HAND and not content.startswith((_GZIP, _PACKED))


def read_apart(
    content: bytes, what: Mapping[str, Any], patience: Patience, module: str = "charter.sources.readers.uploaded_files"
) -> dict[str, Any]:
    """The answer of a process of its own, which is ended when it takes too long or too much memory."""
    try:
        found = apart.answer_of(module, what, patience, content)
    except TooMuch as error:
        if patience.is_waited_for:
            raise
        raise _too_much(what) from error
    if "refused" in found:
        raise Invalid(restored(found["refused"]), found.get("field", "file"))
    return found


def _too_much(what: Mapping[str, Any]) -> Invalid:
    if what["do"] == "charter":
        return Invalid(
            "The text of the charter takes too long or too much memory to be read: write less of it, and look for "
            "lists that were pasted twice.",
            "text",
        )
    return Invalid(
        "The file %(file)s takes too long or too much memory to be read: save what is filled as CSV, or send it in "
        "parts.",
        "file",
        file=what["name"],
    )


def answer_apart(asked: dict[str, Any], file: BinaryIO) -> dict[str, Any]:
    """What the process of its own answers: names and rows, or a charter; or a sentence."""
    content = file.read()
    try:
        if asked["do"] == "charter":
            return _charter_here(content.decode())
        names, rows = read_here(content, asked["name"], asked["most"], is_wide=asked["is_wide"])
    except Invalid as error:
        return {"refused": stored(error.sentence), "field": error.field}
    return {"names": names, "rows": [(line, list(row.values())) for line, row in rows]}


def _charter_here(text: str) -> dict[str, Any]:
    try:
        return {"document": canonical(read_charter(text).charter)}
    except CharterFileError as error:
        return {"findings": [finding_plain(one) for one in error.findings]}


def read_here(content: bytes, name: str, most: int, *, is_wide: bool = False) -> tuple[list[str], list[Row]]:
    """The names of the columns and the rows, read by this process. Raises Invalid."""
    if content.startswith(_GZIP):
        content = _unzipped(content, name)
    if content.startswith(_OLD_EXCEL):
        raise Invalid("The file %(file)s is in the old Excel format: save it as .xlsx or CSV.", "file", file=name)
    try:
        with _on_disk(content, ".xlsx" if content.startswith(_PACKED) else ".csv") as path:
            names, rows = (_spreadsheet if path.suffix == ".xlsx" else _text)(path, most, is_wide)
    except SourceError as error:
        said = _renamed(error.sentence, path.name, name)
        raise Invalid(said, "file") from error
    return names, rows


def _renamed(value: Any, temporary: str, name: str) -> Any:
    """A sentence about the copy on disk, as one about the file that was sent."""
    if isinstance(value, Sentence):
        said = value.template
        return Sentence(said, **{key: _renamed(one, temporary, name) for key, one in value.values.items()})
    return value.replace(temporary, name) if isinstance(value, str) else value


def _unzipped(content: bytes, name: str) -> bytes:
    """What a file of gzip holds, as far as is allowed."""
    reader = zlib.decompressobj(wbits=31)
    try:
        whole = reader.decompress(content, LARGEST_UNPACKED + 1)
    except zlib.error as error:
        raise _not_unpacked(name) from error
    if len(whole) > LARGEST_UNPACKED:
        raise Invalid(
            "The file %(file)s unpacks to more than %(most)s MB: send it in parts.",
            "file",
            file=name,
            most=LARGEST_UNPACKED // 1024**2,
        )
    if not reader.eof:
        raise _not_unpacked(name)
    return whole


def _not_unpacked(name: str) -> Invalid:
    return Invalid("The file %(file)s is damaged: it cannot be unzipped. Send it as CSV.", "file", file=name)


@contextmanager
def _on_disk(content: bytes, suffix: str) -> Iterator[Path]:
    with NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def _text(path: Path, most: int, is_wide: bool) -> tuple[list[str], list[Row]]:
    with text_files.as_utf8(path, None) as readable:
        lines_there = _lines_of(readable)
        file = text_files.look_at_header(readable, path.name, None)
        names = file.names if is_wide else text_files.checked_header(file.given, path.name)
        with readable.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, delimiter=file.separator)
            try:
                next(lines)
                numbered = ((lines.line_num, cells) for cells in lines)
                return names, list(_numbered(path, names, _told(numbered, lambda: lines_there), most, is_wide))
            except csv.Error as error:
                raise SourceError(
                    "%(where)s: it is not a line of CSV (%(reason)s).",
                    where=text_files.place_in(path.name, lines.line_num),
                    reason=str(error),
                ) from error


def _spreadsheet(path: Path, most: int, is_wide: bool) -> tuple[list[str], list[Row]]:
    seen = Seen()
    rows = rows_of(path, None, as_written=True, largest=LARGEST_UNPACKED, most=MOST_ROWS_SEEN, seen=seen)
    try:
        first = next(rows, ())
        header = spreadsheets.distinct_header(first) if is_wide else spreadsheets.header_of(first, path.name)
        cells = ((at, [spreadsheets.written(cell) or "" for cell in row]) for at, row in enumerate(rows, 2))
        return header, list(_numbered(path, header, _told(cells, lambda: seen.last), most, is_wide))
    except SourceError:
        raise
    except Exception as error:  # whatever a damaged sheet makes its reader stumble over
        raise damaged(path) from error


def _lines_of(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(part.count(b"\n") for part in iter(lambda: stream.read(1 << 20), b""))


def _told(rows: Iterable[tuple[int, list[str]]], total: Callable[[], int]) -> Iterator[tuple[int, list[str]]]:
    """The rows, while it is told how many were seen."""
    for at, row in enumerate(rows):
        if not at % 500:
            apart.tell(at, total())
        yield row


def _numbered(
    path: Path, names: list[str], rows: Iterator[tuple[int, list[str]]], most: int, is_wide: bool
) -> Iterator[Row]:
    widest = WIDEST if is_wide else MOST_COLUMNS
    if len(names) > widest:
        raise SourceError(
            "The file %(file)s has %(count)s columns: keep at most %(most)s.",
            file=path.name,
            count=len(names),
            most=widest,
        )
    taken = 0
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        taken += 1
        if taken > most:
            raise SourceError(
                "The file %(file)s has more than %(most)s rows: send it in parts.", file=path.name, most=most
            )
        if any(cell.strip() for cell in cells[len(names) :]):
            raise text_files.too_wide(text_files.place_in(path.name, line), len(cells), len(names))
        yield line, dict(zip(names, cells, strict=False))


if __name__ == "__main__":
    apart.answering(answer_apart)
