"""CSV files: separator, encoding and header are found; every column is read as text, so that `01` stays `01`."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from charter.domain.file_profile.headers import distinct_names, without_blank_end
from charter.domain.vocabulary.errors import Sentence, SourceError

SEPARATORS = ",;\t|"
_CHUNK = 1 << 20
_HEAD = 1 << 18
_FIRST = 256
LARGE = 256 << 20
"""Bytes of text up to which rows are held in memory."""
_LONGEST_LINES = 2 << 20, 16 << 20
"""The engine holds as many bytes several times over: a line is longer in few files, and in none that memory must be
spared for. What is refused with the first is read anew with the second."""
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass(frozen=True)
class TextFile:
    """One CSV file: what it is called for people, its columns as they are `given` and named, and how to read it.

    `skip` lines of values stand `above` the names, cut as these are.
    """

    path: Path
    shown: str
    names: list[str]
    separator: str
    given: Sequence[str] = ()
    above: Sequence[Sequence[str]] = ()

    @property
    def skip(self) -> int:
        """How many rows stand above the names."""
        return len(self.above)


@contextmanager
def as_utf8(path: Path, encoding: str | None) -> Iterator[Path]:
    """The file itself when it is UTF-8, else a copy transcoded from `encoding` (cp1252 unless one is written)."""
    wanted = encoding or _encoding_of(path)
    if wanted == "utf-8":
        yield path
        return
    with NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv") as copy:
        try:
            with _opened(path) as stream, io.TextIOWrapper(stream, encoding=wanted, newline="") as text:
                while chunk := text.read(_CHUNK):
                    copy.write(chunk)
        except LookupError as error:
            raise SourceError(
                "The file %(file)s: “%(encoding)s” is not an encoding: write utf-8 or cp1252.",
                file=path.name,
                encoding=wanted,
            ) from error
        except UnicodeError as error:
            raise SourceError(
                "The file %(file)s is neither UTF-8 nor %(encoding)s: save it as UTF-8, or write its encoding.",
                file=path.name,
                encoding=wanted,
            ) from error
        copy.flush()
        yield Path(copy.name)


def look_at_header(path: Path, shown: str, separator: str | None, line: int = 1) -> TextFile:
    """Reads the names of a UTF-8 file, in that line. Raises SourceError when the file is empty, or no names are there.

    Names that stand twice get a number each.
    """
    head = head_of(path, shown)
    found = separator or separator_of(from_line(head, line))
    above = above_line(head, found, line, shown)
    given = next(csv.reader(io.StringIO(from_line(head, line), newline=""), delimiter=found), [])
    names = without_blank_end(given) if line > 1 else given
    if not names:
        raise no_line(shown, line)
    return TextFile(path, shown, refuse_values(distinct_names(given), shown), found, given, above)


def from_line(head: str, line: int) -> str:
    """The text from a line on; the first is 1."""
    text = io.StringIO(head, newline="")
    for _ in range(line - 1):
        text.readline()
    return text.read()


def above_line(head: str, separator: str, line: int, shown: str) -> list[list[str]]:
    """The rows above a line. Raises SourceError where none begins there: a quoted value may reach over lines."""
    if line == 1:
        return []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    rows = []
    try:
        while reader.line_num < line - 1:
            rows.append(next(reader))
    except (StopIteration, csv.Error):
        raise no_line(shown, line) from None
    if reader.line_num != line - 1:
        raise no_line(shown, line)
    return rows


def no_line(shown: str, line: int) -> SourceError:
    """The refusal of a line of names that is not there."""
    return SourceError(
        "The file %(file)s has no names of columns in line %(line)s: correct header_row in the source.",
        file=shown,
        line=line,
    )


def head_of(path: Path, shown: str) -> str:
    """How a UTF-8 file begins. Raises SourceError when it is empty."""
    with _opened(path) as stream:
        head = stream.read(_HEAD).decode("utf-8-sig", errors="replace")
    if not head.strip():
        raise _empty(shown)
    return head


def start_of(path: Path, encoding: str | None) -> str:
    """How a file begins, in its encoding, or in the likeliest by its beginning; no more of it is read."""
    with _opened(path) as stream:
        start = stream.read(_HEAD)
    found = encoding or next((each for mark, each in _MARKS.items() if start.startswith(mark)), "utf-8")
    try:
        text = codecs.getincrementaldecoder(found)("strict").decode(start)
    except (LookupError, UnicodeError):
        text = start.decode("cp1252", errors="replace")
    if not text.strip():
        raise _empty(path.name)
    return text


def _empty(shown: str) -> SourceError:
    return SourceError("The file %(file)s is empty: it needs a first line with the names of the columns.", file=shown)


def refuse_values(names: list[str], shown: str | Sentence) -> list[str]:
    """The names. Raises SourceError when they look like values."""
    dates, numbers = ([name for name in names if form.fullmatch(name)] for form in (_DATE, _NUMBER))
    if dates or 2 * len(numbers) > len(names):
        raise SourceError(
            "The file %(file)s has no header: its first line holds the value “%(value)s” where the name of a column "
            "should be.",
            file=shown,
            value=(dates or numbers)[0],
        )
    return names


def checked_header(names: Sequence[str], shown: str | Sentence) -> list[str]:
    """Names of columns, trimmed. Raises SourceError when they look like values, or one stands twice."""
    trimmed = refuse_values([name.strip() or f"column {at}" for at, name in enumerate(names, start=1)], shown)
    seen: set[str] = set()
    for name in trimmed:
        if name.lower() in seen:
            raise SourceError(
                "The file %(file)s has two columns named “%(column)s”: rename one of them.", file=shown, column=name
            )
        seen.add(name.lower())
    return trimmed


def load(
    connection: Any, table: str, file: TextFile, columns: Collection[str] | None, more: Mapping[str, str] | None = None
) -> None:
    """Adds the file's rows to a table of text columns, made on first use; `more` are columns of one value for all rows.

    Raises SourceError naming file and line.
    """
    import duckdb  # noqa: PLC0415 heavy; a file that a person sends is read without it

    chosen = [name for name in file.names if columns is None or name in columns] or file.names[:1]
    said_of_all = [f"{quoted(value)} AS {named(name)}" for name, value in (more or {}).items()]
    listed = ", ".join([*(named(name) for name in chosen), *said_of_all])
    tried = _longest_lines(file)
    for longest in tried:
        read = f"SELECT {listed} FROM read_csv({quoted(str(file.path))}, {_options(file, longest)})"
        try:
            connection.execute(f"CREATE TABLE IF NOT EXISTS {named(table)} AS {read} LIMIT 0")
            connection.execute(f"INSERT INTO {named(table)} BY NAME {read}")
            return
        except duckdb.Error as error:
            if longest == tried[-1]:
                raise _told(file, str(error)) from error


def _longest_lines(file: TextFile) -> tuple[int, ...]:
    """How long lines may be, to be tried in this order. Raises SourceError where the last one is longer than any.

    The engine says so of every line but the last: where that is longer than what it holds at once, it leaves it out
    without a word. What is packed cannot be looked at from its end.
    """
    size, is_packed = file.path.stat().st_size, file.path.suffix.lower() == ".gz"
    tried = _LONGEST_LINES[:1] if size > LARGE else _LONGEST_LINES[1:] if is_packed else _LONGEST_LINES
    if is_packed:
        return tried
    with file.path.open("rb") as stream:
        stream.seek(max(0, size - tried[-1] - len("\r\n")))
        last = len(stream.read().rstrip(b"\r\n").rpartition(b"\n")[2])
    fitting = tuple(longest for longest in tried if last < longest)
    if not fitting:
        raise SourceError(
            "The file %(file)s: its last line is longer than %(most)s MB: fix the line.",
            file=file.shown,
            most=tried[-1] >> 20,
        )
    return fitting


def _options(file: TextFile, longest: int) -> str:
    options = {
        "header": "true", "auto_detect": "false", "strict_mode": "true", "null_padding": "false",
        "ignore_errors": "false", "max_line_size": str(longest),
        "delim": quoted(file.separator), "quote": quoted('"'), "escape": quoted('"'),
        "columns": "{" + ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in file.names) + "}",
    }  # fmt: skip
    if file.skip:
        options["skip"] = str(file.skip)
    if file.path.suffix.lower() == ".gz":
        options["compression"] = "'gzip'"
    return ", ".join(f"{name} = {value}" for name, value in options.items())


def quoted(text: str) -> str:
    """A string in SQL."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _told(file: TextFile, message: str) -> SourceError:
    line = re.search(r"Line: (\d+)", message)
    where = place_in(file.shown, line[1]) if line else Sentence("The file %(file)s", file=file.shown)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if counts:
        return too_wide(where, counts[2], counts[1])
    if "invalid state" in message:
        return SourceError(
            "%(where)s: its lines do not all end in the same way, or a quote is misplaced: save it again as CSV.",
            where=where,
        )
    if "quote" in message.lower():
        return SourceError("%(where)s: a quoted value is not closed properly: fix the line.", where=where)
    first = message.strip().split("\n")[0][:200]
    return SourceError("%(where)s cannot be read: %(reason)s", where=where, reason=first)


def place_in(shown: str, line: int | str) -> Sentence:
    """Where in a file something is wrong, as its sentence begins."""
    return Sentence("The file %(file)s, line %(line)s", file=shown, line=line)


def too_wide(where: Sentence, cells: int | str, columns: int | str) -> SourceError:
    """The refusal of a line with more values than the header has names."""
    return SourceError(
        "%(where)s: %(cells)s values where the header has %(columns)s columns: fix the line.",
        where=where,
        cells=cells,
        columns=columns,
    )


def separator_of(head: str) -> str:
    """The separator that splits the first line most; quoted parts do not count."""
    first = re.sub(r'"[^"]*"', "", head).lstrip("\r\n").splitlines()[:1]
    counts = {each: first[0].count(each) if first else 0 for each in SEPARATORS}
    return max(SEPARATORS, key=lambda each: counts[each])


def _encoding_of(path: Path) -> str:
    with _opened(path) as stream:
        start = stream.read(_FIRST)
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding
    for first, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        if len(start) > 1 and 2 * start[first::2].count(0) > len(start[first::2]):
            return encoding  # without its mark: every other byte of plain letters is none
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with _opened(path) as stream:
            while chunk := stream.read(_CHUNK):
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            yield stream  # type: ignore[misc]
    except (OSError, EOFError) as error:
        raise SourceError(
            "The file %(file)s cannot be opened: %(reason)s.", file=path.name, reason=str(error)
        ) from error
