"""Asking a source: a query's answer as plain rows, or one sentence why there is none.

What was answered of a source that has not changed since is kept, and not asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.context import Wanted
from charter.sources.cells.known import Known

# Steps of a query stay apart: merged into one another they would repeat their expressions a thousandfold.
ibis.options.sql.fuse_selects = False


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

    rows: list[dict[str, Any]] = ask() if known is None else known.of(statement, ask)
    return rows


def rows_of(query: Any, source: str) -> list[tuple[Any, ...]]:
    """The rows of a long answer, in the order of its columns. Raises SourceError like `answer`."""
    return _rows(query, _statement(query, source), source)


def _statement(query: Any, source: str) -> str:
    """The query in the words of its engine."""
    return str(_asked(lambda: query.get_backend().compile(query), source))


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


def keep(query: Any, name: str, source: str) -> Any:
    """The answer as a table of our own engine, gone when it is closed. Raises SourceError like `answer`."""
    return _asked(lambda: query.get_backend().create_table(name, query, temp=True), source)


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
