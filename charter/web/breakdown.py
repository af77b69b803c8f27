"""The order of a breakdown by unit: under each parent, the worst status first, then the greatest number of cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from charter.domain.terms import Reason, Status

Row = dict[str, Any]

SEVERITY = (
    Status.UNACCEPTABLE,
    Status.MISSED,
    Status.NO_DATA,
    Status.NEAR,
    Status.KEPT,
    Status.UNPROVEN,
    Status.NOT_APPLICABLE,
)
"""What calls for somebody first; what proves nothing, last."""


def worst_first(rows: Sequence[Row]) -> list[Row]:
    """The rows of a tree (parents first, with `depth`), siblings sorted; a parent keeps its children under it."""
    if not rows:
        return []
    top = min(row["depth"] for row in rows)
    families = sorted(_families(rows, top), key=lambda family: _urgency(family[0]))
    return [row for family in families for row in (family[0], *worst_first(family[1:]))]


def _families(rows: Sequence[Row], top: int) -> Iterator[list[Row]]:
    family: list[Row] = []
    for row in rows:
        if row["depth"] == top and family:
            yield family
            family = []
        family.append(row)
    if family:
        yield family


def _urgency(row: Row) -> tuple[int, float]:
    """A unit that had no case at all is not amiss: it comes last."""
    is_idle = row["status"] == Status.NO_DATA and row["reason"] == Reason.NO_ROWS
    severity = len(SEVERITY) if is_idle else SEVERITY.index(Status(row["status"]))
    return severity, -(row["denominator"] or 0)
