"""Tables of the company's own databases, read where they are; the address comes from the environment, never shown."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import ibis
import pyarrow as pa

from charter.domain.charter_file.sources import DATABASES, DatabaseSource, database_not_supported, scheme_of
from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.context import Wanted
from charter.sources.cells.moments import near_days
from charter.sources.readers.spreadsheets import written
from charter.sources.readers.text_files import named, quoted

_BATCH = 50_000
_MARGIN = timedelta(days=3)
_DAY = re.compile(r"[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_LIKE_A_DAY = "[1-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*"
_START, _FIRST, _LAST = 10, "\x00", "\U0010ffff"
"""So many characters write a day; the character before and the one after every other."""
_MOST_ODD, _MOST_STEPS = 100, 20_000
LONGEST_STATEMENT = 1500
"""Seconds: shorter than a claim is held (LEASE_SECONDS)."""
_SERVERS = ("postgres", "postgresql", "spark", "trino")
_ABOUT_TABLES = "SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = ?"


@dataclass(frozen=True)
class Table:
    """A table of a database: as an Ibis table; or, read by parts, what gives all of it and what a pass needs."""

    whole: Any
    close: Callable[[], None] = lambda: None  # closed with the embedded engine
    part: Callable[[Wanted], Any] | None = None
    names: Sequence[str] = ()


def open_database(
    key: str,
    source: DatabaseSource,
    environ: Mapping[str, str],
    local: Callable[[], Any],
    columns: Collection[str] | None,
) -> Table:
    """The table, and what closes it. `local` begins the embedded engine, for SQLite and DuckDB files alone.

    Raises SourceError when the address is not set, or nothing answers there.
    """
    setting = source.url.removeprefix("env:")
    if not (address := environ.get(setting, "")):
        raise SourceError(
            "The source “%(source)s” reads its address from the setting %(setting)s, which is not set.",
            source=key,
            setting=setting,
        )
    scheme = scheme_of(address)
    try:
        if scheme == "sqlite":
            found = SqliteTable(key, source.table.rpartition(".")[2], file_in(address), local(), columns)
            return Table(found.whole, found.close, found.part, found.names)
        if scheme == "duckdb":
            return Table(_duckdb(source.table, file_in(address), local()))
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


def _server(table: str, scheme: str, address: str) -> Table:
    if scheme in ("postgres", "postgresql"):
        # Read-only: nothing can be created in the source, even by mistake.
        connection = ibis.connect(_with_limits(re.sub(r"^[^:]+://", "postgres://", address)))
    elif scheme == "spark":
        connection = _spark(address)
    else:
        connection = ibis.connect(address)
    *place, name = table.split(".")
    where = None if not place else place[0] if len(place) == 1 else tuple(place)
    return Table(connection.table(name, database=where), connection.disconnect)


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


def _duckdb(table: str, path: Path, local: Any) -> Any:
    local.raw_sql(f"ATTACH {quoted(str(path))} AS attached (READ_ONLY)")
    *place, name = table.split(".")
    return local.table(name, database=("attached", place[-1] if place else "main"))


class SqliteTable:
    """A table of SQLite, which holds any type in any column: it is read as text, like a file, and only what is needed.

    Rows are left where they are whose date begins like a day of another time; by an index where the date has one.
    """

    def __init__(self, key: str, name: str, path: Path, local: Any, columns: Collection[str] | None) -> None:
        self.key, self.name, self.local, self.columns, self.made = key, name, local, columns, 0
        self.connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        if self.connection.execute(_ABOUT_TABLES, [name]).fetchone() is None:
            self.close()
            raise SourceError(
                "The source “%(source)s” has no table “%(table)s”: check the name.", source=key, table=name
            )
        about = self.connection.execute(f"SELECT * FROM {named(name)} LIMIT 0").description
        self.names = [column[0] for column in about]

    def close(self) -> None:
        """Lets go of the file."""
        self.connection.close()

    def whole(self) -> Any:
        """All its rows."""
        return self._loaded(self.columns, "", ())

    def part(self, wanted: Wanted) -> Any:
        """The rows that may belong to the periods, those without a readable date, and the newest up to now."""
        dates = [name for name in wanted.dates if name in self.names]
        found = [] if wanted.whole or len(dates) < len(wanted.dates) else [self._test(name, wanted) for name in dates]
        tests = [test for test in found if test is not None]
        if not tests or len(tests) < len(found):
            return self._loaded(wanted.names, "", ())
        test = " OR ".join(test for test, _ in tests)
        return self._loaded(wanted.names, f" WHERE {test}", [each for _, values in tests for each in values])

    def select(self, chosen: Sequence[str], test: str) -> str:
        """The statement that reads columns of the rows that pass a test."""
        return f"SELECT {', '.join(map(named, chosen))} FROM {named(self.name)}{test}"

    def _loaded(self, columns: Collection[str] | None, test: str, values: Sequence[Any]) -> Any:
        """Rows as a table of text in the embedded engine."""
        chosen = [name for name in self.names if columns is None or name in columns] or self.names[:1]
        self.made += 1
        table = f"sqlite_rows_{self.made}"
        self.local.raw_sql(f"CREATE TABLE {table} ({', '.join(f'{named(name)} VARCHAR' for name in chosen)})")
        cursor = self.connection.execute(self.select(chosen, test), values)
        while batch := cursor.fetchmany(_BATCH):
            texts = [pa.array(map(_text, cells), pa.string()) for cells in zip(*batch, strict=True)]
            self.local.con.register("batch", pa.table(texts, names=chosen))
            self.local.raw_sql(f"INSERT INTO {table} SELECT * FROM batch")
            self.local.con.unregister("batch")
        return self.local.table(table)

    # --- which rows a pass needs ---

    def _test(self, date_column: str, wanted: Wanted) -> tuple[str, list[Any]] | None:
        """The test of rows that are needed, with its values; None where nothing is saved by one."""
        column, spans = named(date_column), [near_days(wanted.first, wanted.last)]
        newest = self._one(f"SELECT max({column}) FROM {named(self.name)} WHERE {column} < ?", wanted.now - _MARGIN)
        if isinstance(newest, str) and _DAY.match(newest):
            spans.append((date.fromisoformat(newest[:10]) - _MARGIN, wanted.now + _MARGIN))
        oldest = self._one(f"SELECT min({column}) FROM {named(self.name)} WHERE {column} >= ?", "1000")
        if isinstance(oldest, str) and _DAY.match(oldest):
            spans.append((day := date.fromisoformat(oldest[:10]), day + timedelta(days=1)))
        inside = " OR ".join(f"({column} >= ? AND {column} < ?)" for _ in spans)
        bounds = [day.isoformat() for span in spans for day in span]
        if not self._has_index(date_column):
            return f"({inside} OR {column} IS NULL OR NOT {column} GLOB '{_LIKE_A_DAY}')", bounds
        odd = self._odd_starts(column)
        if odd is None:
            return None
        strange = "".join(f" OR ({column} >= ? AND {column} < ?)" for _ in odd)
        # Numbers come before all text, bytes after it.
        test = f"({inside} OR {column} IS NULL OR {column} < '' OR {column} >= x''{strange})"
        return test, bounds + [bound for bounds_of_odd in odd for bound in bounds_of_odd]

    def _has_index(self, column: str) -> bool:
        """Whether an index begins with the column, and holds every row in the order of bytes."""
        found = self.connection.execute(
            "SELECT 1 FROM pragma_index_list(?) AS list JOIN pragma_index_xinfo(list.name) AS each "
            "WHERE list.partial = 0 AND each.seqno = 0 AND each.name = ? AND each.coll = 'BINARY'",
            [self.name, column],
        )
        return found.fetchone() is not None

    def _odd_starts(self, column: str) -> list[tuple[str, str]] | None:
        """How text begins in the column that does not begin with a day; None where there is too much of it.

        Found by stepping through an index from each start to the next, not row by row.
        """
        odd, at, steps = list[tuple[str, str]](), "", 0
        following = f"SELECT min({column}) FROM {named(self.name)} WHERE {column} >= ?"
        while isinstance(found := self._one(following, at), str):
            # A short value is the start of many others: only it itself is passed.
            start, steps = found[:_START], steps + 1
            at = start + (_LAST if len(start) == _START else _FIRST)
            if not _DAY.match(start):
                odd.append((start, at))
            if len(odd) > _MOST_ODD or steps > _MOST_STEPS:
                return None
        return odd

    def _one(self, statement: str, value: str | date) -> Any:
        return self.connection.execute(statement, [str(value)]).fetchone()[0]


def _text(cell: Any) -> str | None:
    return cell if cell is None or type(cell) is str else written(cell)


def file_in(address: str) -> Path:
    """`sqlite:////absolute/file.db` or `sqlite:///relative/file.db`."""
    return Path(address.partition("://")[2].partition("?")[0].removeprefix("/"))
