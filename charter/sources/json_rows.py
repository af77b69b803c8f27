"""A JSON list of objects becomes a table of text columns, every value as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyarrow as pa

from charter.domain.errors import SourceError
from charter.sources.text_files import checked_header, named

MOST_COLUMNS = 500
_BATCH = 20_000


def load(connection: Any, table: str, key: str, body: bytes, path: str | None) -> list[str]:
    """A table of text columns of the list of objects at a dotted path; returns its columns. Raises SourceError."""
    rows = _rows(key, body, path)
    given = list(dict.fromkeys(name for row in rows for name in row))
    names = checked_header(given, f"of the source “{key}”")
    if len(names) > MOST_COLUMNS:
        raise SourceError(f"The source “{key}” gives objects of {len(names)} names: keep at most {MOST_COLUMNS}.")
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
        raise SourceError(f"The source “{key}” does not answer JSON ({str(error)[:100]}).") from error
    for name in _steps(path):
        if not isinstance(found, dict) or name not in found:
            raise SourceError(f"The source “{key}” answers no list at “{path}”: there is no “{name}”. Correct rows:.")
        found = found[name]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        at = f" at “{path}”" if path else ""
        raise SourceError(f"The source “{key}” answers no list of objects{at}: say where it is with rows:.")
    if not any(found):
        raise SourceError(f"The source “{key}” answers an empty list: what its columns are cannot be known.")
    return found


def _steps(path: str | None) -> Iterator[str]:
    yield from path.split(".") if path else ()


def _text(value: Any) -> str | None:
    """A value as text: nothing stays nothing, true and false are words, what is nested stays JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
