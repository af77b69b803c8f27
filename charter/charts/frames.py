"""The geometry of sparkline and bullet: every place is computed here, templates only print.

The geometry of a dumbbell: what staff think beside what is measured. That of a funnel: units by their cases. That of a
scatter: units by two figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from charter.charts.scales import Scale, from_zero, line, runs, steps, ticks, window
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


def sparkline_frame(
    view: IndicatorView, width: float = 120.0, height: float = 28.0, within: tuple[float, float] | None = None
) -> Sparkline:
    """Points of an indicator's series; points with no neighbour are drawn as dots, gaps stay gaps.

    `within`: the axis, where several are read beside one another.
    """
    values = [point["value"] for point in view["series"]]
    targets = [point["target"] for point in view["series"]]
    xs = spread_out(len(values), 3.0, width - 6.0)
    scale = Scale(*(within or window(view["kind"], [*values, *targets])), height - 4.0, 4.0)
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
class Ball:
    """A unit of the funnel; `side` is high or low where it stands out, and then its name stands beside it."""

    x: float
    y: float
    side: str | None
    name: str


@dataclass(frozen=True)
class FunnelFrame:
    """Units by their cases and value, the value of the whole, and the limits as curves."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    centre: float
    low: str
    high: str
    balls: list[Ball]
    x_ticks: list[tuple[float, float]]
    y_ticks: list[tuple[float, float]]


def funnel_frame(funnel: Mapping[str, Any], kind: str, size: tuple[float, float]) -> FunnelFrame:
    """Cases across, on a scale of tenfold steps where they differ by more than ten; value up."""
    (width, height), left, top = size, 58.0, 12.0
    right, bottom = width - 96.0, height - 30.0
    points, curve = funnel["points"], funnel["curve"]
    shown = [point["value"] for point in points] + [one[end] for one in curve for end in ("low", "high")]
    low, high = window(kind, shown, room=0.05)
    up = Scale(low, high, bottom, top)
    sizes = [point["cases"] for point in points]
    is_wide = max(sizes) > 10 * min(sizes)
    at = log10 if is_wide else float
    across = Scale(at(min(sizes)), at(max(sizes)), left + 8, right - 8)
    marks = [10.0**n for n in range(ceil(log10(min(sizes))), floor(log10(max(sizes))) + 1)]
    marks = marks if is_wide and marks else [one for one in ticks(min(sizes), max(sizes)) if one <= max(sizes)]
    edges = {end: line([(across.at(at(one["cases"])), up.at(one[end])) for one in curve]) for end in ("low", "high")}
    return FunnelFrame(
        width,
        height,
        left,
        right,
        bottom,
        up.at(funnel["centre"]),
        edges["low"],
        edges["high"],
        [Ball(across.at(at(one["cases"])), up.at(one["value"]), one["side"], one["name"]) for one in points],
        [(across.at(at(value)), value) for value in marks],
        [(up.at(value), value) for value in ticks(low, high)],
    )


@dataclass(frozen=True)
class EffectFrame:
    """Before and after of an action on one line, and between what values the after lies by its interval."""

    width: float
    height: float
    before: float
    after: float
    whisker: tuple[float, float] | None
    target: float | None


def effect_frame(told: Mapping[str, Any], width: float = 220.0, height: float = 24.0) -> EffectFrame | None:
    """Places of both means; the interval of the change is laid from the mean before. None where a side has no value."""
    before, after = told["before"]["value"], told["after"]["value"]
    if before is None or after is None:
        return None
    ends = [] if told["interval"] is None else [before + end for end in told["interval"]]
    target = (told.get("against") or {}).get("target")
    scale = Scale(*window(told["kind"], [before, after, target, *ends]), 8.0, width - 8.0)
    places = [scale.at(end) for end in ends]
    whisker = (places[0], places[1]) if places else None
    at_target = None if target is None else scale.at(target)
    return EffectFrame(width, height, scale.at(before), scale.at(after), whisker, at_target)


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


@dataclass(frozen=True)
class ScatterFrame:
    """Units by two shares: no name, no order."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    dots: list[tuple[float, float]]
    x_ticks: list[tuple[float, float]]
    y_ticks: list[tuple[float, float]]


def scatter_frame(pairs: Sequence[tuple[float, float]], size: tuple[float, float]) -> ScatterFrame:
    """What staff live across, what customers live up; each axis shows where its units lie."""
    (width, height), left, top = size, 48.0, 26.0
    right, bottom = width - 14.0, height - 40.0
    (x_low, x_high), (y_low, y_high) = (window("share", [pair[side] for pair in pairs]) for side in (0, 1))
    across, up = Scale(x_low, x_high, left, right), Scale(y_low, y_high, bottom, top)
    return ScatterFrame(
        width,
        height,
        left,
        right,
        top,
        bottom,
        [(across.at(x), up.at(y)) for x, y in pairs],
        [(across.at(value), value) for value in ticks(x_low, x_high)],
        [(up.at(value), value) for value in ticks(y_low, y_high)],
    )
