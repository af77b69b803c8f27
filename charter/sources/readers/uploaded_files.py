"""Files that people send: their bytes as a header and rows of text, whatever the encoding, separator or spreadsheet;
the text of a charter file as a charter.

What is packed, or more than a page's worth, is read by a process of its own, within limits of seconds and memory, one
at a time: pages go on answering meanwhile.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import BoundedSemaphore
from typing import Any, BinaryIO

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.findings import CharterFileError, Finding, Severity
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import canonical, from_canonical
from charter.domain.figures.file_rows import Row
from charter.domain.vocabulary.errors import Busy, Invalid, Sentence, SourceError
from charter.domain.vocabulary.sentences import restored, stored
from charter.sources.readers import spreadsheets, text_files
from charter.sources.readers.spreadsheet_rows import damaged, rows_of

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
SECONDS = 20
"""Of the processor. A busy machine may take three times as long by the clock."""
WAITED = 3
MEMORY = 1024**3
_ONE_AT_A_TIME = BoundedSemaphore(1)
_HOUSE = Path(__file__).resolve().parents[3]
_PACKED = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_GZIP = b"\x1f\x8b"


def rows_of_file(
    content: bytes, name: str, *, most: int = MOST_ROWS, is_wide: bool = False
) -> tuple[list[str], list[Row]]:
    """The names of the columns and at most so many rows with their lines; formulas stay as they are written.

    `is_wide`: an export of a survey tool, with up to a thousand columns; names that stand twice get a number.

    Raises Invalid in one sentence: empty, no header, a column twice, no spreadsheet, too many rows, a bomb; and Busy
    while another file is read.
    """
    is_packed = content.startswith((_GZIP, _PACKED))
    if not is_packed and len(content) <= LARGEST_AT_HAND:
        return read_here(content, name, most, is_wide=is_wide)
    found = _read_apart(content, {"name": name, "most": most, "is_wide": is_wide})
    names: list[str] = found["names"]
    return names, [(line, dict(zip(names, cells, strict=False))) for line, cells in found["rows"]]


def charter_of(text: str) -> Charter:
    """The charter that the text of a charter file says. Raises CharterFileError with every error, Invalid and Busy as
    `rows_of_file`."""
    if len(text) <= LARGEST_CHARTER_AT_HAND:
        return read_charter(text).charter
    found = _read_apart(text.encode(errors="replace"), {"name": "charter.yaml", "most": 0, "is_charter": True})
    if "findings" in found:
        raise CharterFileError(_finding(one) for one in found["findings"])
    return from_canonical(found["document"])


def _read_apart(content: bytes, what: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a process of its own, which is ended when it takes too long or too much memory."""
    if not _ONE_AT_A_TIME.acquire(timeout=1.0):
        raise Busy("Another file is being read just now: send %(file)s again in a few seconds.", file=what["name"])
    command = [sys.executable, "-m", "charter.sources.readers.uploaded_files"]
    asked = json.dumps(what).encode() + b"\n" + content
    longest = WAITED * SECONDS
    try:
        done = subprocess.run(command, input=asked, capture_output=True, timeout=longest, cwd=_HOUSE, check=False)
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise _too_much(what) from error
    finally:
        _ONE_AT_A_TIME.release()
    if "refused" in found:
        raise Invalid(restored(found["refused"]), "file")
    return found


def _too_much(what: Mapping[str, Any]) -> Invalid:
    if what.get("is_charter"):
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


def answer_apart(asked: BinaryIO) -> dict[str, Any]:
    """What the process of its own answers: names and rows, or a sentence. The first line asks, the rest is the file."""
    wanted = json.loads(asked.readline())
    if wanted.get("is_charter"):
        return _charter_here(asked.read().decode())
    try:
        names, rows = read_here(asked.read(), wanted["name"], wanted["most"], is_wide=wanted["is_wide"])
    except Invalid as error:
        return {"refused": stored(error.sentence)}
    return {"names": names, "rows": [(line, list(row.values())) for line, row in rows]}


def _charter_here(text: str) -> dict[str, Any]:
    try:
        return {"document": canonical(read_charter(text).charter)}
    except CharterFileError as error:
        said = [vars(one) | {"message": stored(one.message), "remedy": stored(one.remedy)} for one in error.findings]
        return {"findings": said}


def _finding(told: Mapping[str, Any]) -> Finding:
    said = {name: restored(told[name]) for name in ("message", "remedy")}
    return Finding(**{**told, **said, "severity": Severity(told["severity"])})


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
    return Invalid("The file %(file)s is damaged: it cannot be unpacked. Send it as CSV.", "file", file=name)


@contextmanager
def _on_disk(content: bytes, suffix: str) -> Iterator[Path]:
    with NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def _text(path: Path, most: int, is_wide: bool) -> tuple[list[str], list[Row]]:
    with text_files.as_utf8(path, None) as readable:
        file = text_files.look_at_header(readable, path.name, None)
        names = file.names if is_wide else text_files.checked_header(file.given, path.name)
        with readable.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, delimiter=file.separator)
            try:
                next(lines)
                return names, list(_numbered(path, names, ((lines.line_num, cells) for cells in lines), most, is_wide))
            except csv.Error as error:
                raise SourceError(
                    "%(where)s: it is not a line of CSV (%(reason)s).",
                    where=text_files.place_in(path.name, lines.line_num),
                    reason=str(error),
                ) from error


def _spreadsheet(path: Path, most: int, is_wide: bool) -> tuple[list[str], list[Row]]:
    rows = rows_of(path, None, as_written=True, largest=LARGEST_UNPACKED, most=MOST_ROWS_SEEN)
    try:
        first = next(rows, ())
        header = spreadsheets.distinct_header(first) if is_wide else spreadsheets.header_of(first, path.name)
        cells = ((at, [spreadsheets.written(cell) or "" for cell in row]) for at, row in enumerate(rows, 2))
        return header, list(_numbered(path, header, cells, most, is_wide))
    except SourceError:
        raise
    except Exception as error:  # whatever a damaged sheet makes its reader stumble over
        raise damaged(path) from error


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
    os.nice(10)  # pages come first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.write(json.dumps(answer_apart(sys.stdin.buffer)))
