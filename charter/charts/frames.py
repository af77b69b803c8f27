"""The geometry of sparkline and bullet: every place is computed here, templates only print.

The geometry of a dumbbell: what staff think beside what is measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charter.charts.scales import Scale, from_zero, line, runs, steps, window
from charter.domain.overview.model import IndicatorView


@dataclass(frozen=True)
class Sparkline:
    """Thirteen periods in the space of a word."""

    width: float
    height: float
    lines: list[str]
    lone: list[tuple[float, float]]
    target: str
    last: tuple[float, float] | None


def sparkline_frame(view: IndicatorView, width: float = 120.0, height: float = 28.0) -> Sparkline:
    """Points of an indicator's series; points with no neighbour are drawn as dots, gaps stay gaps."""
    values = [point["value"] for point in view["series"]]
    targets = [point["target"] for point in view["series"]]
    xs = spread_out(len(values), 3.0, width - 6.0)
    scale = Scale(*window(view["kind"], [*values, *targets]), height - 4.0, 4.0)
    spots = [(x, scale.at(v)) if v is not None else None for x, v in zip(xs, values, strict=True)]
    found = runs(values)
    lines = [line([spot for i in run if (spot := spots[i])]) for run in found if len(run) > 1]
    lone = [spot for run in found if len(run) == 1 and run[0] != len(values) - 1 and (spot := spots[run[0]])]
    return Sparkline(width, height, lines, lone, steps(targets, xs, scale), spots[-1] if spots else None)


def spread_out(count: int, left: float, right: float) -> list[float]:
    if count < 2:
        return [right] * count
    return [round(left + i * (right - left) / (count - 1), 2) for i in range(count)]


@dataclass(frozen=True)
class Bullet:
    """A value beside what is required of it."""

    width: float
    height: float
    bar: tuple[float, float] | None
    target: float | None
    zone: tuple[float, float] | None
    whisker: tuple[float, float] | None


def bullet_frame(view: IndicatorView, width: float = 140.0, height: float = 20.0) -> Bullet:
    """The bar starts at zero, wherever the axis does; the unacceptable side is left or right by direction."""
    whisker = view["interval"]
    figures = [view["value"], view["target"], view["unacceptable"], *(whisker or [])]
    scale = Scale(*from_zero(view["kind"], figures), 2.0, width - 2.0)
    zero = scale.at(0.0)
    bar = None if view["value"] is None else ordered(zero, scale.at(view["value"]))
    threshold = view["unacceptable"]
    edge = scale.end if view["direction"] == "lower" else scale.start
    zone = None if threshold is None else ordered(edge, scale.at(threshold))
    return Bullet(
        width,
        height,
        bar,
        None if view["target"] is None else scale.at(view["target"]),
        zone if zone and zone[1] > 0 else None,
        None if whisker is None or view["value"] is None else (scale.at(whisker[0]), scale.at(whisker[1])),
    )


def ordered(a: float, b: float) -> tuple[float, float]:
    """Left edge and width."""
    return (round(min(a, b), 2), round(abs(a - b), 2))


@dataclass(frozen=True)
class Dumbbell:
    """What staff think beside what is measured, on a line from none to all customers."""

    width: float
    height: float
    estimate: float
    measured: float | None


def dumbbell_frame(share: float, measured: float | None, width: float = 220.0, height: float = 24.0) -> Dumbbell:
    """Places of the two on a scale from 0 to 100 customers of 100."""
    scale = Scale(0.0, 1.0, 8.0, width - 8.0)
    return Dumbbell(width, height, scale.at(share), None if measured is None else scale.at(measured))


@dataclass(frozen=True)
class StageBar:
    """One link of a chain: where its row is, where what ran begins and how long it is, and what stood after it."""

    y: float
    ran: tuple[float, float]
    stood: tuple[float, float]


def stage_bars(links: Sequence[Mapping[str, Any]], width: float, row: float) -> list[StageBar]:
    """Each link begins where the one before it ended: together they make the whole width."""
    whole = sum(each["ran"] + each["stood"] for each in links) or 1.0
    found, at = [], 0.0
    for place, each in enumerate(links):
        ran, stood = (round(width * each[name] / whole, 2) for name in ("ran", "stood"))
        found.append(StageBar(place * row, (round(at, 2), ran), (round(at + ran, 2), stood)))
        at += ran + stood
    return found
