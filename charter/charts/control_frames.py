"""The geometry of a control chart: every place is computed here, templates only print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from charter.charts.frames import ordered, spread_out
from charter.charts.labels import Tick, period_ticks
from charter.charts.scales import Scale, apart, bounds_of, line, runs, steps, ticks, window
from charter.domain.overview.model import Point
from charter.domain.vocabulary.periods import parse_period


@dataclass(frozen=True)
class Mark:
    """A value with a place on the upright axis: a tick, or a label at the right end."""

    value: float
    y: float
    what: str = ""
    text_y: float = 0.0


@dataclass(frozen=True)
class Cause:
    """A point of special cause: H when it lies high, L when it lies low."""

    x: float
    y: float
    letter: str
    period: str
    text_x: float
    text_y: float


NARROW = 480
"""Under so many pixels, what is written beside the lines is their figure alone."""


@dataclass(frozen=True)
class ControlFrame:
    """A control chart laid out."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    lines: list[str]
    points: list[tuple[float, float, str]]
    levels: dict[str, str]
    zone: tuple[float, float] | None
    y_ticks: list[Mark]
    x_ticks: list[Tick]
    ends: list[Mark]
    causes: list[Cause]
    breaks: list[tuple[float, str]]
    rebases: list[tuple[float, str]]
    flags: list[tuple[float, str]]
    effects: list[EffectDots]

    @property
    def is_narrow(self) -> bool:
        return self.width < NARROW


@dataclass(frozen=True)
class EffectDots:
    """What an action changed: the means before and after in the middle of their periods, a line across these, and what
    the change may be, laid upright from the mean before."""

    before: tuple[float, float]
    after: tuple[float, float]
    across: tuple[tuple[float, float], tuple[float, float]]
    whisker: tuple[float, float]


class Marks(NamedTuple):
    """What people did, as {"period", "label"}: limits computed anew, actions done; and what these changed."""

    rebases: Sequence[Mapping[str, str]] = ()
    flags: Sequence[Mapping[str, str]] = ()
    effects: Sequence[Mapping[str, Any]] = ()


def control_frame(
    series: Sequence[Point],
    reading: Mapping[str, Any] | None,
    *,
    kind: str,
    direction: str,
    unacceptable: float | None,
    breaks: Sequence[Mapping[str, str]],
    marks: Marks = Marks(),  # noqa: B008  an empty tuple of tuples
    size: tuple[float, float],
    language: str,
    is_paper: bool = False,
) -> ControlFrame:
    """Lay out a series with its target and, when the reading is drawable, its mean, limits and special causes."""
    left, top, right, bottom = 58.0, 12.0, size[0] - (54.0 if size[0] < NARROW else 104.0), size[1] - 36.0
    values, read = [point["value"] for point in series], _aligned(series, reading)
    levels = _levels(series, read, kind)
    low, high = _window(kind, [*values, *chain.from_iterable(levels.values())], marks.effects, unacceptable)
    scale, xs = Scale(low, high, bottom, top), spread_out(len(series), left + 8, right - 8)
    spots = [(x, scale.at(v)) if v is not None else None for x, v in zip(xs, values, strict=True)]
    return ControlFrame(
        width=size[0],
        height=size[1],
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        lines=[line([spot for i in run if (spot := spots[i])]) for run in runs(values) if len(run) > 1],
        points=[(spot[0], spot[1], point["status"]) for spot, point in zip(spots, series, strict=True) if spot],
        levels=_drawn_levels(levels, xs, scale, reading),
        zone=_zone(unacceptable, direction, scale),
        y_ticks=[Mark(value, scale.at(value)) for value in _ticks(low, high, 1 if is_paper else 3)],
        x_ticks=period_ticks([point["period"] for point in series], xs, language, 5 if size[0] < NARROW else 13),
        ends=_ends(levels if is_paper else levels | {"newest": values[-1:]}, scale, (top, bottom)),
        causes=_causes(series, read, spots, (top, bottom)),
        breaks=_break_lines(series, xs, breaks),
        rebases=_break_lines(series, xs, marks.rebases),
        flags=_flags(series, xs, marks.flags),
        effects=[dots for one in marks.effects if (dots := _effect_dots(series, xs, scale, one))],
    )


def _window(
    kind: str, shown: list[float | None], effects: Sequence[Mapping[str, Any]], unacceptable: float | None
) -> tuple[float, float]:
    shown += chain.from_iterable(map(_change, effects))
    return window(kind, [*shown, unacceptable] if _is_near(unacceptable, shown) else shown, room=0.14)


def _ticks(low: float, high: float, fewest: int) -> list[float]:
    """On paper a chart stays as it was first drawn; elsewhere it has three at least."""
    found: list[float] = []
    for wanted in (4, 6, 8):
        found = ticks(low, high, wanted)
        if len(found) >= fewest:
            break
    return found


def _change(effect: Mapping[str, Any]) -> tuple[float, float]:
    """Between what the figure lies after an action, from the mean before; with the season taken out, from what it would
    have been then."""
    base = effect["after"]["value"] - effect["difference"]
    return base + effect["interval"][0], base + effect["interval"][1]


def _effect_dots(
    series: Sequence[Point], xs: Sequence[float], scale: Scale, effect: Mapping[str, Any]
) -> EffectDots | None:
    """None where a side lies outside the series."""
    sides = [_places(series, xs, effect[side]["periods"]) for side in ("before", "after")]
    if not all(sides):
        return None
    (old, new), low, high = sides, *map(scale.at, _change(effect))
    middles = [round((side[0] + side[-1]) / 2, 2) for side in sides]
    before, after = (scale.at(effect[side]["value"]) for side in ("before", "after"))
    return EffectDots((middles[0], before), (middles[1], after), ((old[0], old[-1]), (new[0], new[-1])), (low, high))


def _places(series: Sequence[Point], xs: Sequence[float], periods: Sequence[str]) -> list[float]:
    """Where the points lie that belong to some periods, or to quarters made of them."""
    spans = [parse_period(period) for period in periods]
    starts = [parse_period(point["period"]).start for point in series]
    return [x for x, start in zip(xs, starts, strict=True) if any(span.contains(start) for span in spans)]


def _drawn_levels(
    levels: Mapping[str, Sequence[float | None]],
    xs: Sequence[float],
    scale: Scale,
    reading: Mapping[str, Any] | None,
) -> dict[str, str]:
    follows = _follows(reading)
    return {name: steps(one, xs, scale, is_joined=name == "target" or follows) for name, one in levels.items()}


def _follows(reading: Mapping[str, Any] | None) -> bool:
    """Whether mean or limits differ from point to point: then each line is one, in steps."""
    return bool(reading) and (reading.get("kind", "plain") != "plain" or bool(reading.get("is_seasonal")))  # type: ignore[union-attr]


def _levels(
    series: Sequence[Point], read: Sequence[Mapping[str, Any] | None], kind: str
) -> dict[str, list[float | None]]:
    """What is drawn across: the target of each point, mean and limits."""
    drawn = {name: _column(read, name, kind) for name in ("mean", "upper", "lower")}
    return {"target": [point["target"] for point in series]} | drawn


def _aligned(series: Sequence[Point], reading: Mapping[str, Any] | None) -> list[Mapping[str, Any] | None]:
    """The reading's points beside those of the series: by period where they name it, else counted from the end."""
    if not reading or not reading.get("drawable"):
        return [None] * len(series)
    points = list(reading.get("points") or [])
    if points and "period" in points[0]:
        named = {point["period"]: point for point in points}
        return [named.get(point["period"]) for point in series]
    if len(points) < len(series) and len(points) == sum(point["value"] is not None for point in series):
        rest = iter(points)
        return [next(rest) if point["value"] is not None else None for point in series]
    return [None] * (len(series) - len(points)) + points[-len(series) :]


def _column(read: Sequence[Mapping[str, Any] | None], name: str, kind: str) -> list[float | None]:
    """Mean or limits, limits clipped to what the kind can reach."""
    least, greatest = bounds_of(kind)
    found: list[float | None] = []
    for point in read:
        value = None if point is None else point.get(name)
        if value is not None and least is not None:
            value = max(value, least)
        if value is not None and greatest is not None:
            value = min(value, greatest)
        found.append(value)
    return found


def _is_near(threshold: float | None, shown: Sequence[float | None]) -> bool:
    """The threshold belongs on the axis unless it would squeeze the line into less than half of the height."""
    known = [value for value in shown if value is not None]
    if threshold is None or not known:
        return False
    spread = (max(known) - min(known)) or abs(max(known)) * 0.1
    return max(max(known) - threshold, threshold - min(known)) <= 2 * spread


def _zone(threshold: float | None, direction: str, scale: Scale) -> tuple[float, float] | None:
    """Top and height of the unacceptable side, if any of it is on the axis."""
    if threshold is None:
        return None
    edge = scale.at(scale.high if direction == "lower" else scale.low)
    top, tall = ordered(edge, scale.at(threshold))
    return (top, tall) if tall > 0 else None


def _ends(levels: Mapping[str, Sequence[float | None]], scale: Scale, edges: tuple[float, float]) -> list[Mark]:
    """What is labelled at the right end: target, mean, limits, newest value, as far as they are known, pushed apart."""
    last = {name: [value for value in level if value is not None][-1:] for name, level in levels.items()}
    marks = [Mark(value, scale.at(value), name) for name, values in last.items() for value in values]
    places = apart([mark.y for mark in marks], 12.0, edges[0] + 4, edges[1] - 2)
    return [Mark(mark.value, mark.y, mark.what, y + 3.5) for mark, y in zip(marks, places, strict=True)]


def _causes(
    series: Sequence[Point],
    read: Sequence[Mapping[str, Any] | None],
    spots: Sequence[tuple[float, float] | None],
    edges: tuple[float, float],
) -> list[Cause]:
    found = []
    for point, seen, spot in zip(series, read, spots, strict=True):
        kind = str(seen.get("type") or "").replace("_", "-") if seen else ""
        if not seen or spot is None or not kind or kind.startswith(("common", "none")):
            continue
        letter = "H" if _lies_high(point["value"], seen) else "L"
        found.append(Cause(*spot, letter, point["period"], *_beside(spot, letter, edges)))
    return found


def _lies_high(value: float | None, seen: Mapping[str, Any]) -> bool:
    """A trend is high when it rises; any other special cause by its side of the mean."""
    label, mean = str(seen.get("label") or ""), seen.get("mean")
    if "creasing" in label:
        return "Increasing" in label
    return mean is None or (value or 0.0) >= mean


def _beside(spot: tuple[float, float], letter: str, edges: tuple[float, float]) -> tuple[float, float]:
    """Where the letter stands: H above its point, L beneath it, left of it where there is no room."""
    x, y = spot
    wanted = y - 9 if letter == "H" else y + 17
    is_inside = edges[0] - 4 <= wanted - 8 and wanted <= edges[1] - 2
    return (x, round(wanted, 2)) if is_inside else (round(x - 12, 2), round(y + 4, 2))


def _break_lines(
    series: Sequence[Point], xs: Sequence[float], breaks: Sequence[Mapping[str, str]]
) -> list[tuple[float, str]]:
    """A changed definition: an upright line half-way before the first period it holds for."""
    half = (xs[1] - xs[0]) / 2 if len(xs) > 1 else 0.0
    places = {point["period"]: x for point, x in zip(series, xs, strict=True)}
    return [(round(places[b["period"]] - half, 2), b.get("label", "")) for b in breaks if b["period"] in places]


def _flags(series: Sequence[Point], xs: Sequence[float], flags: Sequence[Mapping[str, str]]) -> list[tuple[float, str]]:
    """Small flags at the foot, one for each period: the numbers of the actions that were done in it."""
    places = {point["period"]: x for point, x in zip(series, xs, strict=True)}
    standing: dict[str, list[str]] = {}
    for flag in flags:
        if flag["period"] in places:
            standing.setdefault(flag["period"], []).append(flag["label"])
    return [(places[period], ", ".join(labels)) for period, labels in standing.items()]
