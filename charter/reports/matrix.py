"""The part of a report in which units stand beside promises: a shape a cell, in the order of the tree."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from charter.domain.readings.status import commitment_status
from charter.domain.vocabulary.terms import Reason, Status

Json = Mapping[str, Any]

MOST_ROWS = 74
"""So many units fit one page; of more, the deepest levels are left to the attached figures."""
LEAST_UNITS = 12
"""Of few promises, the grid is worth its room from so many units on."""


FEW_ACROSS = 11
"""Up to so many promises two columns of units fit beside each other."""


class Cell(NamedTuple):
    """How a promise stands in a unit; `is_few`: too few cases to judge."""

    status: str
    is_few: bool


class Standing(NamedTuple):
    """How an indicator stands in a unit."""

    is_mandatory: bool
    status: Status
    reason: str | None


class Row(NamedTuple):
    """A unit, as deep as it stands beneath that of the report."""

    name: str
    depth: int
    cells: list[Cell]


class Grid(NamedTuple):
    """The rows, the numbers of the promises across, and how many units beneath are no rows here."""

    rows: list[Row]
    numbers: list[int]
    more: int

    @property
    def halves(self) -> list[list[Row]]:
        """Side by side where promises are few and units many: half a page is enough."""
        if len(self.numbers) > FEW_ACROSS or len(self.rows) < 2 * LEAST_UNITS:
            return [self.rows]
        half = (len(self.rows) + 1) // 2
        return [self.rows[:half], self.rows[half:]]


def grid_of(snapshot: Json, *, is_short: bool, apart: Collection[str] = ()) -> Grid | None:
    """The grid of a unit with others beneath; None of a site, and where few units have few promises. `apart`: the keys
    of promises that are told elsewhere."""
    unit = snapshot["overview"]["unit"]
    walked = list(_walk(snapshot["units"], unit, 0))
    beneath = len(walked) - 1
    if beneath < 2 or not (is_short or beneath >= LEAST_UNITS):
        return None
    deepest = max((d for _, d in walked if sum(depth <= d for _, depth in walked) <= MOST_ROWS), default=1)
    shown = [(key, depth) for key, depth in walked if depth <= deepest][:MOST_ROWS]
    views = [view for view in snapshot["overview"]["commitments"] if view["key"] not in apart]
    known = {view["key"]: _cells(view, snapshot) for view in views}
    none = Cell(Status.NO_DATA.value, is_few=False)
    rows = [
        Row(
            snapshot["units"][key]["name"],
            depth,
            [_own(view) if key == unit else known[view["key"]].get(key, none) for view in views],
        )
        for key, depth in shown
    ]
    return Grid(rows, [view["number"] for view in views], len(walked) - len(shown))


def _walk(units: Json, key: str, depth: int) -> Iterator[tuple[str, int]]:
    """Parents first, each with those right beneath it, in the order of the charter."""
    yield key, depth
    for one, facts in units.items():
        if facts.get("parent") == key:
            yield from _walk(units, one, depth + 1)


def _own(view: Json) -> Cell:
    return Cell(view["status"], view["reason"] == Reason.TOO_FEW)


def _cells(view: Json, snapshot: Json) -> dict[str, Cell]:
    """How each unit beneath stands: the worst of what is mandatory there, as anywhere."""
    found: dict[str, list[Standing]] = {}
    for indicator in view["indicators"]:
        for row in snapshot["details"][view["key"]]["indicators"][indicator["key"]]["breakdown"]:
            standing = Standing(indicator["mandatory"], Status(row["status"]), row["reason"])
            found.setdefault(row["unit"], []).append(standing)
    return {unit: _cell(told) for unit, told in found.items()}


def _cell(told: list[Standing]) -> Cell:
    status = commitment_status((one.is_mandatory, one.status) for one in told)
    worst = [one for one in told if one.is_mandatory and one.status == status]
    return Cell(status.value, any(one.reason == Reason.TOO_FEW for one in worst))
