"""What an installation is made of: the release of Promesse, the schema of its database, the engine that keeps it."""

from __future__ import annotations

from typing import TypedDict

from sqlalchemy import Connection, String, column, inspect, select, table

from charter import VERSION
from charter.models.base import db

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
