"""What the report picks out of a snapshot: exceptions, where they come from, delivered beside perceived, coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from charter.domain.overview.model import in_place, place_in
from charter.domain.statistics.units import Funnel, FunnelView, Part, funnel_view
from charter.domain.vocabulary.terms import Kind, Status

Json = Mapping[str, Any]

EXCEPTIONS = ("unacceptable", "missed", "no-data", "unproven", "near")
"""The statuses that get words of their own, worst first."""

MOST_UNITS = 12
BELOW = 3
"""So many rows of a breakdown are printed, of which so many from below the first level."""


class Rows(NamedTuple):
    """Rows of a breakdown that are printed, how many are not, and the depth of the first level."""

    shown: list[Json]
    more: int
    level: int


def exceptions(snapshot: Json) -> list[Json]:
    """The commitments that are not plainly kept: the floor first, then trust, then what stands apart; within, worst
    first, then by number. Not-applicable ones are no exception."""
    found = [view for view in snapshot["overview"]["commitments"] if view["status"] in EXCEPTIONS]
    return in_place(sorted(found, key=lambda view: (EXCEPTIONS.index(view["status"]), view["number"])))


MANY, MANY_OF_A_PART = 14, 8
"""Of more commitments than these, a report tells the worst in full, the others in lines, and those kept in words: that
of a part of the company is never longer than that of the whole."""
IN_FULL = {"whole": 6, "area": 2, "site": 1}
LISTED = 12
"""So many rows of a table beside the commitments are printed by a report that is short."""


class Telling(NamedTuple):
    """How a report tells its commitments, by `scope` (whole, area, site) and how many there are.

    `in_full` with chart, origin and words; `lines` of the table, of a short report worst first; `others`: misses of
    which only the words are told; `kept` by name and figure alone; `aside` by number alone: what does not apply to this
    unit is neither kept nor missed by it. What is not printed stands in the attached figures.
    """

    scope: str
    is_short: bool
    in_full: list[Json]
    lines: list[Json]
    others: list[Json]
    kept: list[Json]
    aside: list[Json]


def telling(snapshot: Json) -> Telling:
    """Everything in full where there are few commitments; of many the worst, the fewer the smaller the scope."""
    views, found, scope = in_place(snapshot["overview"]["commitments"]), exceptions(snapshot), _scope(snapshot)
    if len(views) <= (MANY if scope == "whole" else MANY_OF_A_PART):
        return Telling(scope, False, found, views, [], [], [])
    missed = [view for view in found if view["status"] in ("unacceptable", "missed")]
    in_full = [*missed, *(view for view in found if view not in missed)][: IN_FULL[scope]]
    kept = [view for view in views if view["status"] == "kept"]
    lines = sorted(found, key=lambda view: EXCEPTIONS.index(view["status"]))
    aside = [view for view in snapshot["overview"]["commitments"] if view["status"] == "not-applicable"]
    return Telling(scope, True, in_full, lines, [view for view in missed if view not in in_full], kept, aside)


def _scope(snapshot: Json) -> str:
    unit, units = snapshot["overview"]["unit"], snapshot["units"]
    if units.get(unit, {}).get("parent") is None:
        return "whole"
    return "area" if any(one.get("parent") == unit for one in units.values()) else "site"


def perceived(snapshot: Json) -> list[dict[str, Any]]:
    """The commitments with a perceived indicator: what is delivered beside what customers say."""
    rows = []
    for view in snapshot["overview"]["commitments"]:
        sides = {
            side: [i for i in view["indicators"] if i["nature"] == side and i.get("proves") != "context"]
            for side in ("delivered", "perceived")
        }
        if sides["perceived"]:
            rows.append({"commitment": view, **sides})
    return rows


def payments(snapshot: Json) -> list[dict[str, Any]]:
    """What was paid to customers, by commitment: figures that stand apart from every status."""
    commitments = snapshot["overview"]["commitments"]
    return [{"number": c["number"], "view": i} for c in commitments for i in c["indicators"] if i["kind"] == "money"]


def grid_marks(snapshot: Json) -> list[Json]:
    """The commitments as grids show them: number, place and status."""
    views = snapshot["overview"]["commitments"]
    return [{"number": view["number"], "place": place_in(view), "status": view["status"]} for view in views]


def owed(snapshot: Json) -> list[Json]:
    """The commitments that owe for their misses."""
    return [view for view in snapshot["overview"]["commitments"] if view.get("compensation")]


def origin_rows(breakdown: Sequence[Json]) -> Rows:
    """Where a figure comes from: the first level below, then the worst units beneath; by status, then size.

    Nothing is shown where no unit has a figure.
    """
    if all(row["value"] is None for row in breakdown):
        return Rows([], 0, 0)
    first = min(row.get("depth", 1) for row in breakdown)
    level = sorted((row for row in breakdown if row.get("depth", 1) == first), key=_weight)[:MOST_UNITS]
    failing = [row for row in breakdown if row.get("depth", 1) > first and row["status"] in ("missed", "unacceptable")]
    shown = [*level, *sorted(failing, key=_weight)[: min(BELOW, MOST_UNITS - len(level))]]
    return Rows(shown, len(breakdown) - len(shown), first)


def funnel_beneath(detail: Json, view: Json, snapshot: Json) -> FunnelView | None:
    """The funnel that was sealed with a month, drawn of the units that it lists; None where it has none."""
    sealed, units = detail.get("funnel"), snapshot["units"]
    if not sealed:
        return None
    above, is_rate = {unit["parent"] for unit in units.values()}, view["kind"] == Kind.RATE
    rows = [row for row in detail["breakdown"] if row["denominator"] and row["status"] != Status.NO_DATA]
    leaves = [row for row in rows if row["unit"] not in above and row["numerator"] is not None]
    if not leaves:
        return None
    parts = [Part(row["unit"], float(row["numerator"]), float(row["denominator"])) for row in leaves]
    funnel = Funnel(sealed["centre"], sealed["sigma"], is_rate, sealed["outside"])
    return funnel_view(funnel, parts, {row["unit"]: row["name"] for row in leaves}, view.get("per") or 1)


class Weight(NamedTuple):
    """What puts units in order: without a figure last, then by status, size and name."""

    is_silent: bool
    status: int
    size: float
    name: str


def _weight(row: Json) -> Weight:
    """Units without a figure last: they explain nothing of where a figure comes from."""
    order = EXCEPTIONS.index(row["status"]) if row["status"] in EXCEPTIONS else len(EXCEPTIONS)
    return Weight(row["value"] is None, order, -(row["denominator"] or 0.0), row["name"])


def least_coverage(snapshot: Json) -> float | None:
    """The coverage of the least covered indicator; None where nothing was measured."""
    views = [indicator for view in snapshot["overview"]["commitments"] for indicator in view["indicators"]]
    return min((view["coverage"] for view in views if view["coverage"] is not None), default=None)


def trust_is_credited_anyway(snapshot: Json) -> bool:
    """Whether this charter chose to credit trust while its floor does not hold."""
    return bool(_chosen(snapshot, "trust_without_floor", "suspended") == "credited")


def majority(snapshot: Json) -> float:
    """The share of customers at which the lines of the map stand."""
    return float(_chosen(snapshot, "majority", 0.5))


def _chosen(snapshot: Json, name: str, ours: Any) -> Any:
    chosen = {one["name"]: one["value"] for one in snapshot.get("classes", {}).get("choices", [])}
    return chosen.get(name, ours)


def unit_names(keys: Sequence[str], snapshot: Json) -> list[str]:
    """Units by the names of their snapshot; a key without a name is printed as it is."""
    return [snapshot["units"].get(key, {}).get("name", key) for key in keys]


MOST_COMMENTS = 12
"""So many comments of units beneath are printed with a commitment, after that of the report's own unit."""


def comments_on(snapshot: Json, commitment: str) -> list[Json]:
    """The comments on a commitment: of the report's own unit first, then of those beneath, by name."""
    unit = snapshot["overview"]["unit"]
    said = [one for one in (snapshot.get("edition") or {}).get("comments", ()) if one["commitment"] == commitment]
    own = [one for one in said if one["unit"] == unit]
    below = sorted((one for one in said if one["unit"] != unit), key=lambda one: (one["unit_name"], one["number"]))
    return own + below[:MOST_COMMENTS]


def actions_on(snapshot: Json, commitment: str) -> list[Json]:
    """The actions on a commitment, late ones first."""
    done = (snapshot.get("edition") or {}).get("actions", ())
    return [one for one in done if one["commitment"] == commitment]
