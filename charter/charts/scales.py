"""From figures to places on the paper: scales, ticks, lines with gaps, hatching. Pure arithmetic, no words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

Spot = tuple[float, float]

SHARES = ("share-within", "share", "availability", "yes-no", "effort")
"""Kinds whose value lies in 0..1."""


def number(value: float) -> str:
    """A coordinate as short text: two decimals at most, never `-0`."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True)
class Scale:
    """A straight line from figures (low, high) to paper (start, end); figures outside are held at the edge."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a figure on paper."""
        held = min(max(value, self.low), self.high)
        if self.high == self.low:
            return round((self.start + self.end) / 2, 2)
        return round(self.start + (held - self.low) / (self.high - self.low) * (self.end - self.start), 2)


def bounds_of(kind: str) -> tuple[float | None, float | None]:
    """The least and the greatest figure that a kind can have; None where there is no bound."""
    if kind in SHARES:
        return 0.0, 1.0
    if kind == "nps":
        return -100.0, 100.0
    return (0.0, None) if kind in ("count", "rate") else (None, None)


def window(kind: str, figures: Iterable[float | None], *, room: float = 0.12) -> tuple[float, float]:
    """The part of the axis that shows these figures, with room on both sides, inside the bounds of the kind.

    Where no figure is negative, the axis is not either.
    """
    known = [float(figure) for figure in figures if figure is not None]
    least, greatest = bounds_of(kind)
    if least is None and all(figure >= 0 for figure in known):
        least = 0.0
    if not known:
        return (least if least is not None else 0.0, greatest if greatest is not None else 1.0)
    low, high = min(known), max(known)
    spread = (high - low) or abs(high) * 0.1 or (0.1 if kind in SHARES else 1.0)
    low, high = low - spread * room, high + spread * room
    return (low if least is None else max(low, least), high if greatest is None else min(high, greatest))


def from_zero(kind: str, figures: Iterable[float | None]) -> tuple[float, float]:
    """The axis of a bar, which must start at zero: 0..1 for shares, -100..100 for NPS, else up to a round figure."""
    least, greatest = bounds_of(kind)
    if greatest is not None:
        return (least or 0.0, greatest)
    known = [float(figure) for figure in figures if figure is not None]
    top, bottom = max([0.0, *known]), min([0.0, *known])
    return (-_rounded_up(-bottom) if bottom < 0 else 0.0, _rounded_up(top * 1.1) if top > 0 else 1.0)


def _rounded_up(value: float) -> float:
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= value * (1 - 1e-9))


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """About `wanted` round figures between low and high: steps of 1, 2 or 5 and their tens."""
    if not high > low:
        return [low]
    raw = (high - low) / max(wanted, 1)
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def runs(values: Sequence[float | None]) -> list[list[int]]:
    """The indices of the values that are there, cut where one is missing: a gap is a gap."""
    found: list[list[int]] = []
    for index, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][-1] == index - 1:
            found[-1].append(index)
        else:
            found.append([index])
    return found


def line(spots: Sequence[Spot]) -> str:
    """An SVG path through these spots."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in spots)


def steps(values: Sequence[float | None], xs: Sequence[float], scale: Scale, *, is_joined: bool = True) -> str:
    """An SVG path, level around each x; half-way to a changed value it steps there, or is cut if not joined."""
    parts = []
    half = (xs[1] - xs[0]) / 2 if len(xs) > 1 else 6.0
    for run in _levels(values, is_joined=is_joined):
        spots: list[Spot] = []
        for index, value in run:
            left = xs[index] - (half if index > 0 else 0.0)
            right = xs[index] + (half if index < len(xs) - 1 else 0.0)
            spots += [(left, scale.at(value)), (right, scale.at(value))]
        parts.append(line(_corners(spots)))
    return "".join(parts)


def _levels(values: Sequence[float | None], *, is_joined: bool) -> list[list[tuple[int, float]]]:
    """Runs of (index, value), cut at gaps and, if not joined, where the value changes."""
    found: list[list[tuple[int, float]]] = []
    for index, value in enumerate(values):
        if value is None:
            continue
        last = found[-1][-1] if found else None
        if last is not None and last[0] == index - 1 and (is_joined or last[1] == value):
            found[-1].append((index, value))
        else:
            found.append([(index, value)])
    return found


def _corners(spots: Sequence[Spot]) -> list[Spot]:
    """Spots without those that lie between two others on the same level."""
    last = len(spots) - 1
    return [spot for i, spot in enumerate(spots) if i in (0, last) or not spots[i - 1][1] == spot[1] == spots[i + 1][1]]


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Labels pushed apart so that no two are nearer than `gap`, kept in their order and between low and high."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    floor_ = low
    for i in order:
        moved[i] = max(places[i], floor_)
        floor_ = moved[i] + gap
    ceiling = high
    for i in reversed(order):
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - gap
    return [round(place, 2) for place in moved]


def hatch(corners: Sequence[Spot], gap: float = 7.0) -> str:
    """Lines at 45 degrees inside a convex polygon, as one SVG path (no pattern, so no id that could clash)."""
    sums = [x + y for x, y in corners]
    place, parts = ceil(min(sums) / gap) * gap, []
    while place < max(sums):
        cut = _cut(corners, place)
        if len(cut) == 2 and cut[0] != cut[1]:
            parts.append(line(cut))
        place += gap
    return "".join(parts)


def _cut(corners: Sequence[Spot], total: float) -> list[Spot]:
    """Where the line x + y = total crosses the outline."""
    found: list[Spot] = []
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        a, b = ax + ay - total, bx + by - total
        if (a < 0) != (b < 0):
            share = a / (a - b)
            found.append((round(ax + share * (bx - ax), 2), round(ay + share * (by - ay), 2)))
    return sorted(found)


def wrap(text: str, width: float, size: float) -> list[str]:
    """Words broken into lines that fit `width` at this letter size (a letter is taken as 0.54 of the size)."""
    most, lines = max(int(width / (size * 0.54)), 8), [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip(" ")
        if len(joined) <= most or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines
