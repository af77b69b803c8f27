"""Where the numbers of a map stand: near their marks, covering neither a mark nor one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, hypot, pi, sin
from typing import Any

HIGH, LETTER, PAD = 24.0, 6.6, 9.0
RINGS = (17.0, 25.0, 34.0, 45.0, 58.0, 73.0, 90.0, 110.0, 133.0, 160.0, 190.0)
TURNS = 16
CLEAR = 6.0
"""A number keeps this far from every mark."""

Row = Mapping[str, Any]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def badge_width(row: Row, scale: float = 1.0) -> float:
    """A number, a space and the letter of the class."""
    return scale * max(HIGH, (len(str(row["number"])) + 2) * LETTER + PAD)


def place_numbers(
    rows: Sequence[Row], spots: Sequence[tuple[float, float]], plot: Box, scale: float = 1.0
) -> list[Box]:
    """A place for each number: the nearest that covers no mark and no other number; the most crowded marks choose
    first, and where nothing is free the place that covers least is taken."""
    crowd = [sum(hypot(x - a, y - b) < 60 for a, b in spots) for x, y in spots]
    found: dict[int, Box] = {}
    for i in sorted(range(len(rows)), key=lambda i: (-crowd[i], rows[i]["number"])):
        taken = [*found.values()]
        best: tuple[float, Box] | None = None
        for box in _around(spots[i], badge_width(rows[i], scale), plot, scale):
            covered = sum(_overlap(box, other) for other in taken) + 40 * sum(
                _is_near(box, spot, scale) for spot in spots
            )
            if best is None or covered < best[0]:
                best = (covered, box)
            if covered == 0:
                break
        assert best is not None
        found[i] = best[1]
    return [found[i] for i in range(len(rows))]


def _around(spot: tuple[float, float], wide: float, plot: Box, scale: float) -> list[Box]:
    """Places around a point, nearest first, all within the plot."""
    boxes, high = [], HIGH * scale
    for ring in (scale * ring for ring in RINGS):
        for turn in range(TURNS):
            angle = 2 * pi * turn / TURNS - pi / 4
            x = spot[0] + cos(angle) * (ring + wide / 2 - 10 * scale)
            y = spot[1] + sin(angle) * ring
            x = min(max(x, plot[0] + wide / 2 + 1), plot[2] - wide / 2 - 1)
            y = min(max(y, plot[1] + high / 2 + 1), plot[3] - high / 2 - 1)
            boxes.append(_box(x, y, wide, high))
    return boxes


def _box(x: float, y: float, wide: float, high: float) -> Box:
    return (round(x - wide / 2, 2), round(y - high / 2, 2), round(x + wide / 2, 2), round(y + high / 2, 2))


def _overlap(one: Box, other: Box) -> float:
    """The area that two boxes share, a hair between them counted."""
    wide = min(one[2], other[2]) - max(one[0], other[0]) + 1
    high = min(one[3], other[3]) - max(one[1], other[1]) + 1
    return wide * high if wide > 0 and high > 0 else 0.0


def _is_near(box: Box, spot: tuple[float, float], scale: float) -> bool:
    (x, y), clear = spot, CLEAR * scale
    return box[0] - clear < x < box[2] + clear and box[1] - clear < y < box[3] + clear
