"""Rows as the database keeps them, from one engine into another, or into lines of a file and back.

Every table, those that others point at first; JSON as its text, so that no engine writes it anew.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    Engine,
    LargeBinary,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    type_coerce,
)
from sqlalchemy.types import TypeEngine

from charter.domain.vocabulary.errors import Conflict
from charter.models import know_all_rows
from charter.models.base import Base
from charter.models.records import AuditEntry, ChainHead

BATCH = 1000
SEQUENCE = text("SELECT pg_get_serial_sequence(:name, 'id')")
Row = tuple[Any, ...]


def every_table() -> Sequence[Table]:
    """Every table, those that others point at first."""
    know_all_rows()
    found: Sequence[Table] = Base.metadata.sorted_tables
    return found


@contextmanager
def frozen(engine: Engine) -> Iterator[Connection]:
    """The database as of one instant, read only."""
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection = connection.execution_options(**options)
        yield connection
        connection.rollback()


def head_of(connection: Connection) -> tuple[str, int]:
    """The last hash of the audit log, and how many entries there are."""
    last = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    return connection.execute(last).scalar() or "", connection.execute(select(ChainHead.entries)).scalar() or 0


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type below ours: what the database keeps."""
    return getattr(kind, "impl_instance", kind)


def read(connection: Connection, table: Table) -> Iterator[Row]:
    """The rows of a table as they are kept, JSON as its text."""
    told = [
        cast(one, Text) if isinstance(one.type, JSON) else type_coerce(one, _plain(one.type)) for one in table.columns
    ]
    query = select(*told).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    for row in connection.execute(query):
        yield tuple(row)


def fill(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Write rows as they were read; how many."""
    names = [one.name for one in table.columns]
    values = {one.name: _bound(one.name, one.type, connection.dialect.name) for one in table.columns}
    statement, count, left = insert(table).values(values), 0, iter(rows)
    while batch := list(islice(left, BATCH)):
        connection.execute(statement, [{f"v_{n}": v for n, v in zip(names, row, strict=True)} for row in batch])
        count += len(batch)
    return count


def _bound(name: str, kind: TypeEngine[Any], engine: str) -> Any:
    """A value's place in an insert. SQLite keeps JSON as the text that it is given; PostgreSQL is told its kind."""
    if isinstance(kind, JSON):
        given = bindparam(f"v_{name}", type_=Text)
        return type_coerce(given, Text) if engine == "sqlite" else cast(given, JSON)
    return bindparam(f"v_{name}", type_=_plain(kind))


def set_sequences(connection: Connection) -> None:
    """PostgreSQL gives new numbers from a sequence: it goes on after the last row."""
    if connection.dialect.name != "postgresql":
        return
    for table in every_table():
        if "id" in table.columns:
            place = connection.execute(
                text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
            ).scalar()
            last = connection.execute(select(func.max(table.c.id))).scalar()
            if place and last:
                connection.execute(text("SELECT setval(:place, :last)"), {"place": place, "last": last})


def refuse_filled(connection: Connection) -> None:
    for table in every_table():
        if connection.execute(select(1).select_from(table).limit(1)).scalar():
            raise Conflict(
                "The database that is to be filled holds rows already (%(table)s): give an empty one.", table=table.name
            )


def write_lines(path: Path, table: Table, rows: Iterable[Row]) -> dict[str, Any]:
    """A table as lines; how many rows, and the hash of the file."""
    count = 0
    with gzip.open(open_private(path), "wt", encoding="utf-8", compresslevel=5) as file:
        file.write(json.dumps([one.name for one in table.columns]) + "\n")
        for row in rows:
            file.write(json.dumps([_told(value) for value in row], ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return {"rows": count, "sha256": hash_of(path)}


def _told(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def read_lines(path: Path, table: Table) -> Iterator[Row]:
    """The rows of a file, in the order of the table's columns. Raises Conflict for one that is of another table."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        names = json.loads(next(file))
        if set(names) != {one.name for one in table.columns}:
            raise damaged_backup(path.name)
        kinds = [(names.index(one.name), _heard(one.type)) for one in table.columns]
        for line in file:
            values = json.loads(line)
            yield tuple(None if values[at] is None else hear(values[at]) for at, hear in kinds)


def _heard(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    """How a value of that type is read back."""
    plain = _plain(kind)
    if isinstance(plain, DateTime):
        return datetime.fromisoformat
    if isinstance(plain, Date):
        return date.fromisoformat
    return base64.b64decode if isinstance(plain, LargeBinary) else lambda value: value


def damaged_backup(name: str) -> Conflict:
    return Conflict("The backup is damaged: %(name)s is not what was written. Take another one.", name=name)


def open_private(path: Path) -> Path:
    """The path of a file that its owner alone may read: backups hold secrets."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    return path


def hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
