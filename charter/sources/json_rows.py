"""A JSON list of objects becomes a table of text columns, every value as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyarrow as pa

from charter.domain.errors import Sentence, SourceError
from charter.sources.text_files import checked_header, named

MOST_COLUMNS = 500
_BATCH = 20_000


def load(connection: Any, table: str, key: str, body: bytes, path: str | None) -> list[str]:
    """A table of text columns of the list of objects at a dotted path; returns its columns. Raises SourceError."""
    rows = _rows(key, body, path)
    given = list(dict.fromkeys(name for row in rows for name in row))
    names = checked_header(given, Sentence("of the source “%(source)s”", source=key))
    if len(names) > MOST_COLUMNS:
        raise SourceError(
            "The source “%(source)s” gives objects of %(count)s names: keep at most %(most)s.",
            source=key,
            count=len(names),
            most=MOST_COLUMNS,
        )
    made = ", ".join(f"{named(name)} VARCHAR" for name in names)
    connection.execute(f"CREATE TABLE {named(table)} ({made})")
    schema = pa.schema([(name, pa.string()) for name in names])
    each = iter(rows)
    while batch := list(islice(each, _BATCH)):
        arrays = [pa.array([_text(row.get(name)) for row in batch], pa.string()) for name in given]
        connection.register("http_rows", pa.table(arrays, schema=schema))
        connection.execute(f"INSERT INTO {named(table)} BY NAME SELECT * FROM http_rows")
        connection.unregister("http_rows")
    return names


def _rows(key: str, body: bytes, path: str | None) -> list[dict[str, Any]]:
    try:
        found = json.loads(body, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            "The source “%(source)s” does not answer JSON (%(reason)s).", source=key, reason=str(error)[:100]
        ) from error
    for name in _steps(path):
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
    if not any(found):
        raise SourceError(
            "The source “%(source)s” answers an empty list: what its columns are cannot be known.", source=key
        )
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


def _steps(path: str | None) -> Iterator[str]:
    yield from path.split(".") if path else ()


def _text(value: Any) -> str | None:
    """A value as text: nothing stays nothing, true and false are words, what is nested stays JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
