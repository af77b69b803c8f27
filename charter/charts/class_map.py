"""The map of classes: x, its absence destroys; y, its presence earns; each commitment a mark with both intervals.

Marks stand where they were measured, however close; their numbers stand beside them, moved apart so that sixty can be
read, each tied to its mark by a line. A commitment that no survey measured stands in a strip beneath, at no point.

Where the numbers of a map stand: near their marks, covering neither a mark nor one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import ceil, cos, floor, hypot, pi, sin
from typing import Any

from charter.charts.scales import ticks

HIGH, LETTER, PAD = 24.0, 6.6, 9.0
RINGS = (17.0, 25.0, 34.0, 45.0, 58.0, 73.0, 90.0, 110.0, 133.0, 160.0, 190.0)
TURNS = 16
CLEAR = 6.0
"""A number keeps this far from every mark."""
CROWD = 14
"""More marks than this share a map of shares that shows where they are, not all from 0 to 100 %."""

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
    wide = tuple(badge_width(row, scale) for row in rows)
    return list(_placed(wide, tuple(spots), plot, scale))


@lru_cache(maxsize=16)
def _placed(
    wide: tuple[float, ...], spots: tuple[tuple[float, float], ...], plot: Box, scale: float
) -> tuple[Box, ...]:
    """Kept: a map is looked at many times between two surveys."""
    crowd = [sum(hypot(x - a, y - b) < 60 for a, b in spots) for x, y in spots]
    found: dict[int, Box] = {}
    for i in sorted(range(len(spots)), key=lambda i: (-crowd[i], i)):
        taken = [*found.values()]
        boxes = _places(spots[i], wide[i], plot, scale)
        free = (box for box in boxes if not any(_is_near(box, spot, scale) for spot in spots) and _is_free(box, taken))
        found[i] = next(free, None) or _least_covering(_places(spots[i], wide[i], plot, scale), taken, spots, scale)
    return tuple(found[i] for i in range(len(spots)))


def _is_free(box: Box, taken: Sequence[Box]) -> bool:
    return not any(_overlap(box, other) for other in taken)


def _least_covering(
    boxes: Iterable[Box], taken: Sequence[Box], spots: Sequence[tuple[float, float]], scale: float
) -> Box:
    def covered(box: Box) -> float:
        return sum(_overlap(box, other) for other in taken) + 40 * sum(_is_near(box, spot, scale) for spot in spots)

    return min(boxes, key=covered)


def _places(spot: tuple[float, float], wide: float, plot: Box, scale: float) -> Iterator[Box]:
    """Where a number may stand: around its point, and, of a great crowd, wherever on the plot, nearest first."""
    yield from _around(spot, wide, plot, scale)
    step, high = HIGH * scale + 2, HIGH * scale
    across = [plot[0] + wide / 2 + 1 + i * step for i in range(int((plot[2] - plot[0] - wide - 2) // step) + 1)]
    down = [plot[1] + high / 2 + 1 + i * step for i in range(int((plot[3] - plot[1] - high - 2) // step) + 1)]
    for x, y in sorted(product(across, down), key=lambda at: hypot(at[0] - spot[0], at[1] - spot[1])):
        yield _box(x, y, wide, high)


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


LEFT, RIGHT, TOP, BOTTOM = 46.0, 10.0, 10.0, 44.0


@dataclass(frozen=True)
class Mark:
    """One commitment: its point and intervals, and where its number stands."""

    row: Row
    x: float
    y: float
    whisker: str
    badge: Box
    leader: str


@dataclass(frozen=True)
class Place:
    """One commitment of the strip beneath the map."""

    row: Row
    badge: Box


@dataclass(frozen=True)
class MapFrame:
    """Where everything stands; `cuts` are the lines that part the classes, one per axis."""

    width: float
    height: float
    plot: Box
    x_ticks: list[tuple[float, float]]
    y_ticks: list[tuple[float, float]]
    cuts: tuple[float | None, float | None]
    marks: list[Mark]
    strip_top: float
    strip: list[Place] = field(default_factory=list)
    scale: float = 1.0


def class_map_frame(
    measured: Sequence[Row],
    unmeasured: Sequence[Row],
    *,
    point: str,
    cut: float | None,
    size: tuple[float, float],
    scale: float = 1.0,
) -> MapFrame:
    """Rows with a `point` (or `effect`) on the plane, the others in the strip. Shares run from 0 to 1, those of a crowd
    over what it needs; effects from their lowest end to their highest; `cut`: where a class changes, on both axes."""
    width, height = size
    plot = (LEFT, TOP, width - RIGHT, height - BOTTOM)
    points = [row[point] for row in measured]
    wide, tall = (_shares(points, name, cut) if point == "point" else _range(points) for name in ("x", "y"))
    across, down = _scale(*wide, plot[0], plot[2]), _scale(*tall, plot[3], plot[1])
    spots = [(across(row[point]["x"]), down(row[point]["y"])) for row in measured]
    badges = place_numbers(measured, spots, plot, scale)
    marks = [
        Mark(row, *spot, _whisker(row[point], spot, (across, down)), badge, _leader(spot, badge))
        for row, spot, badge in zip(measured, spots, badges, strict=True)
    ]
    strip_top = height + 22 if unmeasured else height
    strip = _strip(unmeasured, strip_top, width, scale) if unmeasured else []
    bottom = max((place.badge[3] for place in strip), default=height) + (4 if strip else 0)
    return MapFrame(
        width=width,
        height=round(bottom, 2),
        plot=plot,
        x_ticks=[(round(across(value), 2), value) for value in _round_values(*wide)],
        y_ticks=[(round(down(value), 2), value) for value in _round_values(*tall)],
        cuts=(None, None) if cut is None else (round(across(cut), 2), round(down(cut), 2)),
        marks=marks,
        strip_top=strip_top,
        strip=strip,
        scale=scale,
    )


def _range(points: Sequence[Row]) -> tuple[float, float]:
    """From the lowest end of an interval (0 at most) to the highest, never empty."""
    ends = [end for point in points for name in ("x_interval", "y_interval") for end in point[name]]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    return (low, high) if high > low else (low, low + 1.0)


def _shares(points: Sequence[Row], name: str, cut: float | None) -> tuple[float, float]:
    """From 0 to 1; of a crowd from a tenth that is below all intervals, and well below the cut, to one above both."""
    if len(points) <= CROWD:
        return (0.0, 1.0)
    ends = [end for point in points for end in point[f"{name}_interval"]]
    ends += [] if cut is None else [cut - 0.1, cut + 0.1]
    return (max(0.0, floor(10 * min(ends)) / 10), min(1.0, ceil(10 * max(ends)) / 10))


def _round_values(low: float, high: float) -> list[float]:
    return [value for value in ticks(low, high, 5) if low <= value <= high]


def _scale(low: float, high: float, start: float, end: float) -> Any:
    return lambda value: round(start + (value - low) / (high - low) * (end - start), 2)


def _whisker(point: Row, spot: tuple[float, float], scales: tuple[Any, Any]) -> str:
    across, down = scales
    (left, right), (low, high) = point["x_interval"], point["y_interval"]
    return f"M{across(left)} {spot[1]}H{across(right)}M{spot[0]} {down(low)}V{down(high)}"


def _leader(spot: tuple[float, float], badge: Box) -> str:
    """From the mark to the nearest edge of its number."""
    x, y = (min(max(spot[i], badge[i]), badge[i + 2]) for i in (0, 1))
    return f"M{spot[0]} {spot[1]}L{round(x, 2)} {round(y, 2)}"


def _strip(rows: Sequence[Row], top: float, width: float, scale: float) -> list[Place]:
    """Numbers side by side, as many rows as they need."""
    places, x, y, high = [], 0.0, top, HIGH * scale
    for row in rows:
        wide = badge_width(row, scale) + 14 * scale
        if x + wide > width:
            x, y = 0.0, y + high + 4
        places.append(Place(row, (round(x, 2), y, round(x + wide, 2), y + high)))
        x += wide + 4
    return places
