"""JSON lists of objects as a table of text columns, every value as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.sources.readers.text_files import checked_header, named

Row = dict[str, Any]
MOST_COLUMNS = 500
_BATCH = 20_000
_DEEPEST = 3


def load(connection: Any, table: str, key: str, body: bytes, path: str | None) -> list[str]:
    """A table of text columns of the list of objects at a dotted path; returns its columns. Raises SourceError."""
    return load_pages(connection, table, key, [rows_in(key, parsed(key, body), path)])


def load_pages(connection: Any, table: str, key: str, pages: Iterable[Sequence[Row]]) -> list[str]:
    """One table of the rows of all pages; a name that comes later makes its column then. Raises SourceError."""
    given: list[str] = []
    names: list[str] = []
    for page in pages:
        rows = _with_parts(page, given)
        new = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in given]
        if new:
            given = [*given, *new]
            wider = _names(key, given)
            _make_columns(connection, table, wider, len(names))
            names = wider
        if given:
            _insert(connection, table, rows, given, names)
    if not names:
        raise SourceError(
            "The source “%(source)s” answers an empty list: what its columns are cannot be known.", source=key
        )
    return names


def _with_parts(rows: Sequence[Row], given: Sequence[str]) -> Sequence[Row]:
    """The rows with what their objects hold beside these, as `office.name`; without, where that makes too many."""
    found = [{**row, **{name: one for name, one in _parts(row, "") if name not in row}} for row in rows]
    names = {*given, *(name for row in found for name in row)}
    return found if len(names) <= MOST_COLUMNS else rows


def _parts(value: Row, before: str, deep: int = _DEEPEST) -> Iterator[tuple[str, Any]]:
    """What the objects within one hold, by dotted names; lists are left as they are."""
    for name, one in value.items():
        if isinstance(one, dict) and deep:
            yield from _parts(one, f"{before}{name}.", deep - 1)
        elif before:
            yield f"{before}{name}", one


def _names(key: str, given: list[str]) -> list[str]:
    names = checked_header(given, Sentence("of the source “%(source)s”", source=key))
    if len(names) > MOST_COLUMNS:
        raise SourceError(
            "The source “%(source)s” gives objects of %(count)s names: keep at most %(most)s.",
            source=key,
            count=len(names),
            most=MOST_COLUMNS,
        )
    return names


def _make_columns(connection: Any, table: str, names: list[str], made: int) -> None:
    if not made:
        columns = ", ".join(f"{named(name)} VARCHAR" for name in names)
        connection.execute(f"CREATE TABLE {named(table)} ({columns})")
        return
    for name in names[made:]:
        connection.execute(f"ALTER TABLE {named(table)} ADD COLUMN {named(name)} VARCHAR")


def _insert(connection: Any, table: str, rows: Sequence[Row], given: list[str], names: list[str]) -> None:
    schema = pa.schema([(name, pa.string()) for name in names])
    each = iter(rows)
    while batch := list(islice(each, _BATCH)):
        arrays = [pa.array([_text(row.get(name)) for row in batch], pa.string()) for name in given]
        connection.register("http_rows", pa.table(arrays, schema=schema))
        connection.execute(f"INSERT INTO {named(table)} BY NAME SELECT * FROM http_rows")
        connection.unregister("http_rows")


def parsed(key: str, body: bytes) -> Any:
    """JSON, each number as the text that was written; of one object a line the list of them. Raises SourceError."""
    try:
        return _json(body)
    except (ValueError, RecursionError) as error:
        if (rows := _of_lines(body)) is not None:
            return rows
        raise SourceError(
            "The source “%(source)s” does not answer JSON (%(reason)s).", source=key, reason=str(error)[:100]
        ) from error


def _json(text: bytes) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _of_lines(body: bytes) -> list[Row] | None:
    """The objects of JSON lines, two at least; None where one of the lines is none: nothing is read by half."""
    try:
        rows = [_json(line) for line in body.split(b"\n") if line.strip()]
    except (ValueError, RecursionError):
        return None
    return rows if len(rows) > 1 and all(isinstance(row, dict) for row in rows) else None


def rows_in(key: str, whole: Any, path: str | None) -> list[Row]:
    """The list of objects at a dotted path; it may be empty. Raises SourceError."""
    found = whole
    for name in path.split(".") if path else ():
        if not isinstance(found, dict) or name not in found:
            raise SourceError(
                "The source “%(source)s” answers no list at “%(path)s”: there is no “%(name)s”. Correct rows:.",
                source=key,
                path=path,
                name=name,
            )
        found = found[name]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise _no_objects(key, path)
    return found


def _no_objects(key: str, path: str | None) -> SourceError:
    if not path:
        return SourceError(
            "The source “%(source)s” answers no list of objects: say where it is with rows:.", source=key
        )
    return SourceError(
        "The source “%(source)s” answers no list of objects at “%(path)s”: say where it is with rows:.",
        source=key,
        path=path,
    )


def _text(value: Any) -> str | None:
    """A value as text: nothing stays nothing, true and false are words, what is nested stays JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
