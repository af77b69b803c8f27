"""Asking a source: a query's answer as plain rows, or one sentence why there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from charter.domain.vocabulary.errors import SourceError

# Steps of a query stay apart: merged into one another they would repeat their expressions a thousandfold.
ibis.options.sql.fuse_selects = False


def answer(query: Any, source: str) -> list[dict[str, Any]]:
    """The rows of the answer by name. Raises SourceError when the source's engine refuses or breaks off."""
    rows: list[dict[str, Any]] = _told(query, source).to_pylist()
    return rows


def rows_of(query: Any, source: str) -> list[tuple[Any, ...]]:
    """The rows of a long answer, in the order of its columns. Raises SourceError like `answer`."""
    return list(zip(*(column.to_pylist() for column in _told(query, source).columns), strict=True))


def keep(query: Any, name: str, source: str) -> Any:
    """The answer as a table of our own engine, gone when it is closed. Raises SourceError like `answer`."""
    return _asked(lambda: query.get_backend().create_table(name, query, temp=True), source)


def _told(query: Any, source: str) -> Any:
    return _asked(query.to_pyarrow, source)


def _asked(ask: Callable[[], Any], source: str) -> Any:
    try:
        return ask()
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:300]
        raise SourceError(
            "The source “%(source)s” could not be counted: %(reason)s", source=source, reason=reason
        ) from error
