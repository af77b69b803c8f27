"""Asking a source: a query's answer as plain rows, or one sentence why there is none.

What was answered of a source that has not changed since is kept, and not asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

import ibis

from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.context import Wanted
from charter.sources.cells.known import Known

# Steps of a query stay apart: merged into one another they would repeat their expressions a thousandfold.
ibis.options.sql.fuse_selects = False


STATEMENTS = 256
"""So many queries are remembered with their words."""
_KEPT = "promesse_kept_"
_OF_ITS_OWN = ("temp", "main")
"""Where tables stand that are gone with the connection."""

_NO_END = 2**62

LONGEST_IN_PARALLEL = 20_000
"""Characters of a query: PostgreSQL writes its plan out for parallel workers, and that of a longer one may not fit."""


@dataclass(frozen=True)
class Rows:
    """The rows of an open source: all of them as a table, where it can be read by parts what a pass needs, what is
    known of them, and the names of all columns where not every one was loaded."""

    whole: Callable[[], Any]
    part: Callable[[Wanted], Any] | None = None
    known: Known | None = None
    names: Sequence[str] = ()


def answer(query: Any, source: str, known: Known | None = None) -> list[dict[str, Any]]:
    """The rows of the answer by name. Raises SourceError when the source's engine refuses or breaks off.

    `known`: what was answered before, of a source that is still what it was; asked once for each text of a query.
    """
    names, statement = query.columns, _statement(query, source)

    def ask() -> list[dict[str, Any]]:
        return [dict(zip(names, row, strict=True)) for row in _rows(query, statement, source)]

    # Of a table that is kept for a while the text tells a name, and not what it holds.
    rows: list[dict[str, Any]] = ask() if known is None or _KEPT in statement else known.of(statement, ask)
    return rows


def rows_of(query: Any, source: str) -> list[tuple[Any, ...]]:
    """The rows of a long answer, in the order of its columns. Raises SourceError like `answer`."""
    return _rows(query, _statement(query, source), source)


def _statement(query: Any, source: str) -> str:
    """The query in the words of its engine."""
    backend = query.get_backend()
    # To find the words of our own engine takes longer than to answer most queries, and many are asked again.
    return str(_asked(lambda: _words(query.op()) if backend.name == "duckdb" else backend.compile(query), source))


@lru_cache(maxsize=STATEMENTS)
def _words(asked: Any) -> str:
    query = asked.to_expr()
    return str(query.get_backend().compile(query))


def _rows(query: Any, statement: str, source: str) -> list[tuple[Any, ...]]:
    """The answer to a query whose words are known: to find them takes longer than to answer many a query."""
    backend = query.get_backend()
    if backend.name == "postgres" and len(statement) < LONGEST_IN_PARALLEL:
        # Ibis declares a cursor, for which PostgreSQL plans no work in parallel; answers are short.
        rows: list[tuple[Any, ...]] = _asked(lambda: _fetched(backend, statement), source)
        return rows
    told = _asked(lambda: _table_of(query, statement), source)
    return list(zip(*(column.to_pylist() for column in told.columns), strict=True))


def _table_of(query: Any, statement: str) -> Any:
    backend = query.get_backend()
    if backend.name != "duckdb":
        return query.to_pyarrow()
    return backend.con.sql(statement).to_arrow_table().cast(query.schema().to_pyarrow())


def keep(query: Any, source: str) -> Any:
    """The answer as a table of our own engine, until `drop` or its end. Raises SourceError like `answer`."""

    def made() -> Any:
        engine = query.get_backend()
        name = new_name(engine)
        for statement in _making(query.op(), name):
            engine.con.execute(statement)
        return engine.table(name, database=_OF_ITS_OWN)

    return _asked(made, source)


@lru_cache(maxsize=STATEMENTS)
def _making(asked: Any, name: str) -> tuple[str, str]:
    """What makes a table of these columns, and what fills it with the answer."""
    query, place = asked.to_expr(), ".".join([*_OF_ITS_OWN, name])
    dialect = query.get_backend().dialect
    columns = ", ".join(each.sql(dialect) for each in query.schema().to_sqlglot_column_defs(dialect))
    return f"CREATE TEMPORARY TABLE {place} ({columns})", f"INSERT INTO {place} {_words(asked)}"


def as_a_step(table: Any) -> Any:
    """The table as what PostgreSQL works out before what follows. Merged into the next step, each would repeat what it
    reads: a few steps take gigabytes and half a minute of its server before the first row."""
    return table.limit(_NO_END) if table.get_backend().name == "postgres" else table


def new_name(engine: Any) -> str:
    """A name for a table that stands in our own engine for a while. The first that is free: what is asked of a source
    then has the words that it had the last time."""
    taken = vars(engine).setdefault("promesse_names", set())
    name = next(name for name in map(f"{_KEPT}{{}}".format, count(1)) if name not in taken)
    taken.add(name)
    return name


def drop(table: Any) -> None:
    """Forget a table that was kept."""
    engine, name = table.get_backend(), table.op().name
    engine.drop_table(name, force=True)
    engine.promesse_names.discard(name)


def _fetched(backend: Any, statement: str) -> list[tuple[Any, ...]]:
    with backend._safe_raw_sql(statement) as cursor:
        return list(cursor.fetchall())


def _asked(ask: Callable[[], Any], source: str) -> Any:
    try:
        return ask()
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:300]
        raise SourceError(
            "The source “%(source)s” could not be counted: %(reason)s", source=source, reason=reason
        ) from error
