"""The units beneath a figure as they were asked for: found by their name, and in one of four orders.

None of them is a rank: by status, then by size; as in the tree; by name; by how far a figure moved, whichever way. A
unit of too few cases has not moved: nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charter.domain.overview.model import IndicatorView
from charter.domain.vocabulary.terms import Reason, Status
from charter.services.desk.units import UnitFigure
from charter.web.frame.listing import folded, is_match

ORDERS = ("status", "tree", "name", "change")

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


@dataclass(frozen=True)
class Arranged:
    """Which units are looked at: those next below, or all that are found by a part of their name."""

    order: str
    find: str
    near: list[UnitFigure]
    all: list[UnitFigure]

    @property
    def is_asked(self) -> bool:
        return bool(self.find) or self.order != ORDERS[0]


def arranged(rows: Sequence[UnitFigure], asked: Mapping[str, str]) -> Arranged:
    """Rows of a tree (parents first, with `depth`) as `order` and `find` ask; an unknown order is the first."""
    order, find = asked.get("order", ""), asked.get("find", "").strip()
    order = order if order in ORDERS else ORDERS[0]
    top = min((row["depth"] for row in rows), default=0)
    found = [row for row in rows if folded(find) in folded(row["name"]) or is_match(find, row["name"])]
    if find:
        found = [row | {"depth": top} for row in found]
    ordered = in_order(found, order)
    return Arranged(order, find, [row for row in ordered if row["depth"] == top], ordered)


def in_order(rows: Sequence[UnitFigure], order: str) -> list[UnitFigure]:
    """Siblings in an order; a parent keeps its children under it."""
    keys: dict[str, Callable[[UnitFigure], Any]] = {
        "status": _urgency,
        "name": lambda row: folded(row["name"]),
        "change": lambda row: -abs(row.get("change") or 0.0),
    }
    return _sorted(rows, keys[order]) if order in keys else list(rows)


def with_changes(rows: Sequence[UnitFigure], view: IndicatorView) -> list[UnitFigure]:
    """Each with `change`: its value less that of the period before, where both are known, tell something, and are the
    same measure."""
    is_other = bool(view["series"] and view["series"][-1].get("break"))
    return [row | {"change": None if is_other else _change(row)} for row in rows]


def _change(row: UnitFigure) -> float | None:
    values = [point["value"] for point in row.get("series", [])[-2:]]
    if row["reason"] == Reason.TOO_FEW or len(values) < 2 or None in values or row["value"] is None:
        return None
    before, now = values
    return None if before is None or now is None else now - before


def _sorted(rows: Sequence[UnitFigure], key: Callable[[UnitFigure], Any]) -> list[UnitFigure]:
    if not rows:
        return []
    top = min(row["depth"] for row in rows)
    families = sorted(_families(rows, top), key=lambda family: key(family[0]))
    return [row for family in families for row in (family[0], *_sorted(family[1:], key))]


def _families(rows: Sequence[UnitFigure], top: int) -> Iterator[list[UnitFigure]]:
    family: list[UnitFigure] = []
    for row in rows:
        if row["depth"] == top and family:
            yield family
            family = []
        family.append(row)
    if family:
        yield family


def _urgency(row: UnitFigure) -> tuple[int, float]:
    """A unit that had no case at all is not amiss: it comes last."""
    is_idle = row["status"] == Status.NO_DATA and row["reason"] in (Reason.NO_ROWS, Reason.FEW_WRITTEN)
    severity = len(SEVERITY) if is_idle else SEVERITY.index(Status(row["status"]))
    return severity, -(row["denominator"] or 0)
