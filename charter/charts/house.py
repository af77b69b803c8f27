"""The house of a charter on paper: a course of stones for the floor, gables of trust that stand on it.

One stone per floor commitment (confidence, undetermined, both), one gable per trust commitment; `both` is a stone of
the top row with its own roof. Rows are balanced like masonry, so that it works from 1 to 60 commitments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from charter.charts.scales import Spot, hatch, line
from charter.domain.overview.model import CommitmentView, IndicatorView, Overview, main_indicator, place_in
from charter.domain.vocabulary.terms import CommitmentClass

STONE_HEIGHT, GAP, CELL, SMALL_CELL = 46.0, 5.0, 82.0, 64.0
BODY, ROOF = 46.0, 22.0
BROKEN = ("missed", "unacceptable")
OPEN = ("unproven", "no-data")


@dataclass(frozen=True)
class Stone:
    """One floor commitment."""

    commitment: CommitmentView
    indicator: IndicatorView | None
    x: float
    y: float
    width: float
    look: str
    height: float = STONE_HEIGHT


@dataclass(frozen=True)
class Gable:
    """One trust commitment, or the roof of a stone that is both. `hatching` is empty unless earned and suspended."""

    commitment: CommitmentView
    indicator: IndicatorView | None
    x: float
    y: float
    width: float
    outline: str
    hatching: str
    look: str
    is_roof: bool


@dataclass(frozen=True)
class HousePlan:
    """Where everything stands; the ground line is at `ground`, captions go above `top` and below the ground."""

    width: float
    ground: float
    stones: list[Stone]
    gables: list[Gable]
    is_suspended: bool


def class_of(commitment: CommitmentView) -> CommitmentClass:
    """The class of a commitment."""
    return CommitmentClass(commitment["class"])


def house_plan(overview: Overview, most: int | None = None) -> HousePlan:
    """Lay the stones and gables of this month. Commitments that stand apart are not drawn.

    `most`: so many side by side at most, for a narrow place; the house grows in height instead.
    """
    both = [view for view in overview["commitments"] if place_in(view) == "both"]
    plain = [view for view in overview["commitments"] if place_in(view) == "floor"]
    trust = [view for view in overview["commitments"] if place_in(view) == "trust"]
    line = overview["headline"]["trust"]
    suspended = overview["headline"]["floor"]["state"] != "held" and not line["credited"]
    columns = _columns(max(len(plain) + len(both), len(trust)))
    if most is not None:
        columns = min(columns, most)
    width = max(columns, 5) * CELL if most is None else most * SMALL_CELL
    stones = _stones([*plain, *both], columns, width)
    gables = _roofs(stones, suspended) + _trust(trust, stones, columns, width, suspended)
    top = min([0.0, *(stone.y for stone in stones), *(gable.y for gable in gables)])
    return HousePlan(
        width, -top, [_down(stone, -top) for stone in stones], [_lowered(g, -top) for g in gables], suspended
    )


def _columns(count: int) -> int:
    """How many stand side by side: up to 6 in one row, then rows of up to 10."""
    if count <= 6:
        return max(count, 1)
    rows = 2 if count <= 14 else 3 if count <= 27 else ceil(count / 10)
    return ceil(count / rows)


def _rows(views: Sequence[CommitmentView], columns: int) -> list[list[CommitmentView]]:
    """Balanced rows, the first at the bottom."""
    if not views:
        return []
    count = ceil(len(views) / columns)
    edges = [round(i * len(views) / count) for i in range(count + 1)]
    return [list(views[a:b]) for a, b in pairwise(edges)]


def _stones(views: Sequence[CommitmentView], columns: int, width: float) -> list[Stone]:
    placed = []
    for level, row in enumerate(_rows(views, columns)):
        each = min((width - GAP * (len(row) - 1)) / len(row), 2.0 * CELL)
        left = (width - each * len(row) - GAP * (len(row) - 1)) / 2
        y = -(level + 1) * STONE_HEIGHT - level * GAP - 3
        placed += [
            Stone(view, main_indicator(view), round(left + i * (each + GAP), 2), y, round(each, 2), _stone_look(view))
            for i, view in enumerate(row)
        ]
    return placed


def _stone_look(view: CommitmentView) -> str:
    if view["status"] in BROKEN:
        return "h-broken"
    return "h-open" if view["status"] in OPEN else "h-sound"


def _roofs(stones: Sequence[Stone], suspended: bool) -> list[Gable]:
    """A roof on each stone that is both: earned only beyond its own threshold."""
    found = []
    for stone in stones:
        if class_of(stone.commitment) is not CommitmentClass.BOTH:
            continue
        x, y, wide = stone.x, stone.y - 2, stone.width
        corners = [(x, y), (x + wide / 2, y - ROOF), (x + wide, y)]
        found.append(_gable(stone.commitment, (x, y - ROOF, wide), corners, suspended, is_roof=True))
    return found


def _trust(
    views: Sequence[CommitmentView], stones: Sequence[Stone], columns: int, width: float, suspended: bool
) -> list[Gable]:
    """Gables over the top row, left of the roofs where there is room, else in rows above everything."""
    roofs = [stone for stone in stones if class_of(stone.commitment) is CommitmentClass.BOTH]
    top = min([0.0, *(stone.y for stone in stones)])
    base = top - GAP if stones else -3.0
    span = min([width + GAP, *(stone.x for stone in roofs if stone.y == top)]) - GAP
    rows = _rows(views, columns)
    if roofs and (len(rows) > 1 or span < len(views) * (CELL * 0.6)):
        span, base = width, top - ROOF - 2 * GAP
    placed = []
    for level, row in enumerate(rows):
        each = min((span - GAP * 2 * (len(row) - 1)) / len(row), 1.3 * CELL)
        left = (span - each * len(row) - GAP * 2 * (len(row) - 1)) / 2
        bottom = base - level * (BODY + ROOF + GAP)
        for i, view in enumerate(row):
            x = round(left + i * (each + GAP * 2), 2)
            corners = [
                (x, bottom),
                (x, bottom - BODY),
                (x + each / 2, bottom - BODY - ROOF),
                (x + each, bottom - BODY),
                (x + each, bottom),
            ]
            placed.append(_gable(view, (x, bottom - BODY - ROOF, each), corners, suspended, is_roof=False))
    return placed


def _gable(
    view: CommitmentView, box: tuple[float, float, float], corners: list[Spot], suspended: bool, *, is_roof: bool
) -> Gable:
    earned = view["exceeded"] if is_roof else view["status"] == "kept"
    look = "h-suspended" if suspended else "h-earned" if earned else "h-waiting"
    outline = line(corners) + "Z"
    hatching = hatch(corners) if suspended and earned else ""
    return Gable(
        view, main_indicator(view), round(box[0], 2), box[1], round(box[2], 2), outline, hatching, look, is_roof
    )


def _down(stone: Stone, by: float) -> Stone:
    return Stone(stone.commitment, stone.indicator, stone.x, round(stone.y + by, 2), stone.width, stone.look)


def _lowered(gable: Gable, by: float) -> Gable:
    """Paths are kept where they were drawn; the template moves them by the same distance."""
    return Gable(
        gable.commitment,
        gable.indicator,
        gable.x,
        round(gable.y + by, 2),
        gable.width,
        gable.outline,
        gable.hatching,
        gable.look,
        gable.is_roof,
    )
