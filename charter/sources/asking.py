"""Asking a source: a query's answer as plain rows, or one sentence why there is none."""

from __future__ import annotations

from typing import Any

import ibis

from charter.domain.errors import SourceError

# Steps of a query stay apart: merged into one another they would repeat their expressions a thousandfold.
ibis.options.sql.fuse_selects = False


def answer(query: Any, source: str) -> list[dict[str, Any]]:
    """The rows of the answer. Raises SourceError when the source's engine refuses or breaks off."""
    try:
        rows: list[dict[str, Any]] = query.to_pyarrow().to_pylist()
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:300]
        raise SourceError(f"The source “{source}” could not be counted: {reason}") from error
    return rows
