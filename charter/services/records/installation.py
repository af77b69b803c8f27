"""What an installation is made of: the release of Promesse, the schema of its database, the engine that keeps it.

Whether this release can work on that database, as one sentence before anything is begun.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypedDict

from sqlalchemy import Connection, String, column, event, inspect, select, table, text
from sqlalchemy.orm import Session, SessionTransaction

from charter import VERSION
from charter.domain.vocabulary.errors import Conflict
from charter.models.base import db
from charter.models.records import ChainHead
from charter.services.records.transactions import damaged, older
from config import PROJECT

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
NO_SCHEMA = "none"
"""The database holds no tables of ours yet."""


class Installation(TypedDict):
    """`schema`: the newest migration that the database has been through."""

    release: str
    schema: str
    engine: str


def installation() -> Installation:
    """What runs here, and on what. Makes no table: an empty database has the schema `none`."""
    connection = db.session.connection()
    return {"release": VERSION, "schema": _schema(connection), "engine": _engine(connection)}


def _schema(connection: Connection) -> str:
    """As the migrations write it down."""
    if not inspect(connection).has_table("alembic_version"):
        return NO_SCHEMA
    heads = table("alembic_version", column("version_num", String))
    found = connection.execute(select(heads.c.version_num)).scalars()
    return " ".join(sorted(found)) or NO_SCHEMA


def _engine(connection: Connection) -> str:
    dialect = connection.dialect
    numbers = dialect.server_version_info or ()
    return " ".join([ENGINES.get(dialect.name, dialect.name), ".".join(map(str, numbers))]).strip()


HEADS = "audit-heads"
"""The file in the installation's own folder that keeps heads of the log outside the database."""


def require_fit_database(home: Path | None, *, thoroughly: bool = False) -> None:
    """Raises Conflict for a database that is damaged, emptied, older or newer than this release; a new one is empty.

    `thoroughly`: SQLite reads its whole file and compares the pages with each other, a second for some 300 MB.
    """
    with db.engine.connect() as connection:
        _require_fit(connection, home)
        if thoroughly and connection.dialect.name == "sqlite":
            told = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
            if told != "ok":
                raise damaged(told)


@contextmanager
def on_fit_database(home: Path | None) -> Iterator[None]:
    """Within the block, the first word with the database asks whether it fits; work that needs none asks nothing."""
    asked: list[Connection] = []

    def ask(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
        if not asked:
            asked.append(connection)
            _require_fit(connection, home)

    event.listen(Session, "after_begin", ask)
    try:
        yield
    finally:
        event.remove(Session, "after_begin", ask)


def _require_fit(connection: Connection, home: Path | None) -> None:
    if not inspect(connection).get_table_names():
        _refuse_emptied(home)
        return
    found = _schema(connection)
    if found != known_schema():
        raise older() if found in (NO_SCHEMA, *_schemas()) else _newer(found)
    if connection.execute(select(ChainHead.entries)).scalar() in (None, 0):
        _refuse_emptied(home)


def _refuse_emptied(home: Path | None) -> None:
    """Raises Conflict where heads were kept of an audit log that the database does not hold any more."""
    kept = None if home is None else home / HEADS
    if kept is not None and kept.exists() and kept.stat().st_size:
        raise Conflict(
            "The database is empty, but %(file)s keeps heads of an audit log that was in it: it was emptied, or "
            "DATABASE_URL names another one. Restore it from a backup; to begin again, move that file away.",
            file=str(kept),
        )


def _newer(found: str) -> Conflict:
    return Conflict(
        "The database was written by a newer Promesse: its schema is %(found)s, and release %(release)s knows those up "
        "to %(known)s. Install the release that wrote it.",
        found=found,
        release=VERSION,
        known=known_schema(),
    )


def known_schema() -> str:
    """The newest migration that this release knows."""
    return _schemas()[-1]


@cache
def _schemas() -> tuple[str, ...]:
    """The numbers of the migrations, in their order; read from their names, so that no command loads them."""
    return tuple(sorted(file.name[:4] for file in (PROJECT / "migrations/versions").glob("[0-9]*.py")))
