"""How often a level was missed, and whether a model may say how often it is likely to be (methods.md C2).

The count comes first: it is what happened. The model speaks of a process that goes on as it is; where it contradicts
the count, where the seasons return, or while something out of the ordinary is open, there is no such process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, comb, floor
from statistics import NormalDist
from typing import Any

from charter.domain.statistics.chart_reading import Bounds, ChartReading
from charter.domain.statistics.seasons import Timed, has_season
from charter.domain.vocabulary.terms import Direction, Kind

LATELY = 12
DISPERSION = 1.128
_TAIL = 0.05


@dataclass(frozen=True)
class Misses:
    """Of the last `of` periods with a figure, measured alike and held to one level, `count` fell short of it.

    `likely_of_12`: in about how many periods of twelve the process would, where the model may say so; else None.
    """

    count: int
    of: int
    likely_of_12: float | None


def misses_of(
    alike: Sequence[Timed], target: float, direction: Direction, chart: ChartReading | None, bounds: Bounds | None
) -> Misses:
    """Of the periods measured alike and held to the target, oldest first: how many of the last 12 fell short of it."""
    short = [_is_short(one.value, target, direction) for one in alike]
    lately = short[-LATELY:]
    return Misses(sum(lately), len(lately), _likely(alike, short, target, direction, chart, bounds))


def _is_short(value: float, target: float, direction: Direction) -> bool:
    return value < target if direction is Direction.HIGHER else value > target


def _likely(
    alike: Sequence[Timed],
    short: Sequence[bool],
    target: float,
    direction: Direction,
    chart: ChartReading | None,
    bounds: Bounds | None,
) -> float | None:
    """What the model says, where each of its assumptions can be looked at and holds."""
    if chart is None or not chart.drawable or chart.mean is None or not chart.moving_range:
        return None
    # Of a count or a rate zero is a bound too: no figure lies below it.
    at_bound = target in (bounds or (0.0,))
    if chart.variation != "common" or at_bound or has_season(alike):
        return None
    share = short_share(target, chart.mean, chart.moving_range, direction)
    if not _is_plausible(sum(short), len(short), share):
        return None
    # Beside a broken promise nobody is told that it is likely to miss "about 0" times.
    return None if short[-1:] == [True] and 12 * share < 0.5 else 12 * share


def short_share(target: float, mean: float, mean_moving_range: float, direction: Direction) -> float:
    """The share of periods in which a normal process falls short: Φ((target - mean) 1.128 / mean moving range).

    Mirrored when lower is better; without any variation all or nothing.
    """
    short_by = (target - mean) * (1 if direction is Direction.HIGHER else -1)
    if mean_moving_range <= 0:
        return 1.0 if short_by > 0 else 0.0
    return NormalDist().cdf(short_by * DISPERSION / mean_moving_range)


def _is_plausible(count: int, of: int, share: float) -> bool:
    """Whether so many of so many lie within the binomial 90 % range of the share."""
    chances = [comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(of + 1)]
    return sum(chances[: count + 1]) >= _TAIL and sum(chances[count:]) >= _TAIL


SHORT_OF_IT = ("missed", "unacceptable", "near")


def still_missing(view: Mapping[str, Any]) -> int | None:
    """How many cases fewer that are not kept (or events fewer, or more of what is counted) would have reached the level
    in this period, from its counts; None where it is reached, where nothing is counted case by case, or of a sample.

    Exact: 9 of 10 at 95 % lack one case, since 10 of 10 is the least that reaches it.
    """
    target, n, x = view["target"], view["denominator"], view["numerator"]
    if view["status"] not in SHORT_OF_IT or view["basis"] != "census" or None in (target, n, x) or not n:
        return None
    level, size, events = Decimal(str(target)), Decimal(str(n)), Decimal(str(x))
    is_higher = view["direction"] == Direction.HIGHER
    if view["kind"] in (Kind.SHARE, Kind.SHARE_WITHIN, Kind.EFFORT) and "amounts" not in view:
        needed = ceil(level * size) if is_higher else floor(level * size)
    elif view["kind"] == Kind.COUNT:
        needed = ceil(level) if is_higher else floor(level)
    elif view["kind"] == Kind.RATE and not is_higher:
        needed = floor(level * size / Decimal(view.get("per") or 1))
    else:
        return None
    lacking = needed - events if is_higher else events - needed
    return ceil(lacking) if lacking > 0 else None
