"""Tables of the company's own databases, read where they are; the address comes from the environment, never shown."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import ibis
import pyarrow as pa

from charter.domain.charter_file.sources import DATABASES, DatabaseSource, database_not_supported, scheme_of
from charter.domain.vocabulary.errors import SourceError
from charter.sources.readers.spreadsheets import written
from charter.sources.readers.text_files import named, quoted

_BATCH = 50_000
LONGEST_STATEMENT = 1500
"""Seconds: shorter than a claim is held (LEASE_SECONDS)."""
_SERVERS = ("postgres", "postgresql", "spark", "trino")
_ABOUT_TABLES = "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ?"


def open_database(
    key: str, source: DatabaseSource, environ: Mapping[str, str], local: Any, columns: Collection[str] | None
) -> tuple[Any, Callable[[], None]]:
    """The table as an Ibis table, and what closes it. `local` is the embedded engine, for SQLite and DuckDB files.

    Raises SourceError when the address is not set, or nothing answers there.
    """
    setting = source.url.removeprefix("env:")
    address = environ.get(setting, "")
    if not address:
        raise SourceError(
            "The source “%(source)s” reads its address from the setting %(setting)s, which is not set.",
            source=key,
            setting=setting,
        )
    scheme = scheme_of(address)
    try:
        if scheme == "sqlite":
            return _sqlite(key, source.table, file_in(address), local, columns), _nothing
        if scheme == "duckdb":
            return _duckdb(source.table, file_in(address), local)
        if scheme not in _SERVERS:
            raise _not_supported(key, setting, database_not_supported(address))
        return _server(source.table, scheme, address)
    except SourceError:
        raise
    except Exception as error:
        # The reason may repeat the address, with its password: only its kind is told.
        raise SourceError(
            "The source “%(source)s” could not open the table “%(table)s” at the address in %(setting)s (%(reason)s): "
            "check that the database answers and that the table is there.",
            source=key,
            table=source.table,
            setting=setting,
            reason=type(error).__name__,
        ) from error


def _not_supported(key: str, setting: str, name: str | None) -> SourceError:
    """Only a name that is known is repeated: an address without `://` is a password, as likely as not."""
    if name is None:
        return SourceError(
            "The source “%(source)s” finds no address of a database in %(setting)s: supported are %(databases)s, as in "
            "postgresql://user:password@host/name.",
            source=key,
            setting=setting,
            databases=DATABASES,
        )
    return SourceError(
        "The source “%(source)s” reads %(database)s, which is not supported; supported are %(databases)s. Have its "
        "rows exported as CSV, XLSX or Parquet.",
        source=key,
        database=name,
        databases=DATABASES,
    )


def _server(table: str, scheme: str, address: str) -> tuple[Any, Callable[[], None]]:
    if scheme in ("postgres", "postgresql"):
        # Read-only: nothing can be created in the source, even by mistake.
        connection = ibis.connect(_with_limits(re.sub(r"^[^:]+://", "postgres://", address)))
    elif scheme == "spark":
        connection = _spark(address)
    else:
        connection = ibis.connect(address)
    *place, name = table.split(".")
    where = None if not place else place[0] if len(place) == 1 else tuple(place)
    return connection.table(name, database=where), connection.disconnect


def _with_limits(address: str) -> str:
    """The address of PostgreSQL, read-only; a server that answers no more is left, a statement ends at last."""
    options = f"-c%20default_transaction_read_only%3Don%20-c%20statement_timeout%3D{LONGEST_STATEMENT * 1000}"
    limits = {"options": options, "connect_timeout": "30", "tcp_user_timeout": "60000", "keepalives_idle": "30"}
    written = dict(parse_qsl(address.partition("?")[2]))
    added = "&".join(f"{name}={value}" for name, value in limits.items() if name not in written)
    return f"{address}{'&' if written else '' if address.endswith('?') else '?'}{added}"


def _spark(address: str) -> Any:
    """A session on a cluster of Spark; what follows `?` in the address are its settings."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 heavy

    master, _, written_settings = address.partition("?")
    settings: dict[str, Any] = {"spark.app.name": "Promesse", "spark.ui.enabled": "false"}
    settings |= parse_qsl(written_settings)
    return ibis.pyspark.connect(SparkSession.builder.master(master).config(map=settings).getOrCreate())


def _duckdb(table: str, path: Path, local: Any) -> tuple[Any, Callable[[], None]]:
    local.raw_sql(f"ATTACH {quoted(str(path))} AS attached (READ_ONLY)")
    *place, name = table.split(".")
    return local.table(name, database=("attached", place[-1] if place else "main")), _nothing


def _sqlite(key: str, table: str, path: Path, local: Any, columns: Collection[str] | None) -> Any:
    """SQLite holds any type in any column: it is read as text, like a file."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        name = table.rpartition(".")[2]
        if connection.execute(_ABOUT_TABLES, [name]).fetchone() is None:
            raise SourceError(
                "The source “%(source)s” has no table “%(table)s”: check the name.", source=key, table=name
            )
        cursor = connection.execute(f"SELECT * FROM {named(name)}")
        names = [column[0] for column in cursor.description]
        chosen = [at for at, each in enumerate(names) if columns is None or each in columns] or [0]
        made = ", ".join(f"{named(names[at])} VARCHAR" for at in chosen)
        local.raw_sql(f"CREATE TABLE sqlite_rows ({made})")
        while batch := list(islice(cursor, _BATCH)):
            texts = [pa.array([written(row[at]) for row in batch], pa.string()) for at in chosen]
            local.con.register("batch", pa.table(texts, names=[names[at] for at in chosen]))
            local.raw_sql("INSERT INTO sqlite_rows SELECT * FROM batch")
            local.con.unregister("batch")
    return local.table("sqlite_rows")


def file_in(address: str) -> Path:
    """`sqlite:////absolute/file.db` or `sqlite:///relative/file.db`."""
    return Path(address.partition("://")[2].partition("?")[0].removeprefix("/"))


def _nothing() -> None:
    """Closed with the embedded engine."""
