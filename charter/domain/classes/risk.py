"""What stands at risk: missed promises weighed by the customers who would mind; what matters beside how it is kept.

A promise that no survey of customers asked about has no weight: it is named, never guessed. Only counted cases weigh,
never those of a sample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from charter.domain.overview.model import CaseWords, CommitmentView, Words, main_indicator
from charter.domain.vocabulary.terms import CommitmentClass, Status

MISSED = (Status.MISSED, Status.UNACCEPTABLE)


class RiskLine(TypedDict):
    """A missed promise: cases that missed, the share of customers who would mind (with its interval, how many answered
    and until when), and the product of the two; what is not known is None."""

    key: str
    title: Words
    period: str
    missed: float | None
    mind: float | None
    mind_interval: list[float] | None
    n: int | None
    asked_on: str | None
    weight: int | None
    weight_interval: list[int] | None
    case: NotRequired[CaseWords]


def at_risk(views: Sequence[CommitmentView], points: Mapping[str, Mapping[str, Any] | None]) -> list[RiskLine]:
    """Every missed promise, the heaviest first; those without a weight come last, in the charter's order.

    `points`: by commitment where a survey of pairs puts it: `x`, the share whom its absence would annoy, 0..1.
    """
    lines = [_risk(view, points.get(view["key"])) for view in views if view["status"] in MISSED]
    return sorted(lines, key=lambda line: -1 if line["weight"] is None else line["weight"], reverse=True)


def _risk(view: CommitmentView, point: Mapping[str, Any] | None) -> RiskLine:
    indicator = main_indicator(view)
    missed = None if indicator is None else indicator["touched"]
    line: RiskLine = {
        "key": view["key"],
        "title": view["title"],
        "period": "" if indicator is None else indicator["period"],
        "missed": missed,
        "mind": None if point is None else point["x"],
        "mind_interval": None if point is None else list(point["x_interval"]),
        "n": None if point is None else point["n"],
        "asked_on": None if point is None else point["date"],
        "weight": None,
        "weight_interval": None,
    }
    if indicator is not None and "case" in indicator:
        line["case"] = indicator["case"]
    if missed is not None and point is not None:
        line["weight"] = round(missed * point["x"])
        line["weight_interval"] = [round(missed * end) for end in point["x_interval"]]
    return line


MATTERS: Mapping[str, str] = {
    CommitmentClass.CONFIDENCE: "destroys",
    CommitmentClass.BOTH: "destroys",
    CommitmentClass.TRUST: "earns",
    CommitmentClass.NEITHER: "neither",
    CommitmentClass.UNDETERMINED: "unknown",
}
KEPT: Mapping[str, str] = {
    Status.UNACCEPTABLE: "not-kept",
    Status.MISSED: "not-kept",
    Status.NEAR: "not-kept",
    Status.KEPT: "kept",
    Status.UNPROVEN: "not-known",
    Status.NO_DATA: "not-known",
}
COLUMNS = ("not-kept", "not-known", "kept")


class Placed(TypedDict):
    """A promise on the map of priorities: its class and status, with the share who would mind where it is known."""

    key: str
    title: Words
    status: str
    mind: float | None


class PriorityRow(TypedDict):
    """What matters alike, by how it is kept; a column without a promise is empty."""

    matters: str
    cells: dict[str, list[Placed]]


def priorities(
    views: Sequence[CommitmentView], classes: Mapping[str, str], points: Mapping[str, Mapping[str, Any] | None]
) -> list[PriorityRow]:
    """The promises by what matters (their class) and how they are kept; in each place those that most would mind first.

    What is out of season, or has no class any more, is left out. `classes`: by commitment the class that holds.
    """
    found: dict[str, dict[str, list[Placed]]] = {}
    for view in views:
        kept, class_ = KEPT.get(view["status"]), classes.get(view["key"])
        # Of an earlier version of the charter, and promised no more.
        if kept is None or class_ is None:
            continue
        point = points.get(view["key"])
        mind = None if point is None else point["x"]
        row = found.setdefault(MATTERS[class_], {name: [] for name in COLUMNS})
        row[kept].append(Placed(key=view["key"], title=view["title"], status=view["status"], mind=mind))
    for cells in found.values():
        for placed in cells.values():
            placed.sort(key=lambda one: -1.0 if one["mind"] is None else one["mind"], reverse=True)
    order = dict.fromkeys(MATTERS.values())
    return [PriorityRow(matters=name, cells=found[name]) for name in order if name in found]
