"""Whether a figure follows the seasons: each period held against the same one a year earlier (methods.md C1, C4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from charter.domain.vocabulary.periods import Period, year_before
from charter.domain.vocabulary.terms import PeriodKind

SEASONED = (PeriodKind.MONTH, PeriodKind.QUARTER)
FEWEST_PERIODS, FEWEST_PAIRS, SEASONAL = 23, 11, 0.6
YEAR = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4}
YEARS = 3
"""So many whole years must be known before a chart takes its season out."""


@dataclass(frozen=True)
class Timed:
    """A value and its period."""

    period: Period
    value: float


@dataclass(frozen=True)
class YearApart:
    """A value, and that of the same period a year earlier."""

    then: float
    now: float


def years_apart(points: Sequence[Timed], by_key: Mapping[str, float]) -> list[YearApart]:
    """The points whose same period a year earlier is among the values by period, with it."""
    earlier = [(year_before(one.period), one.value) for one in points]
    return [YearApart(by_key[then.key], now) for then, now in earlier if then is not None and then.key in by_key]


def has_season(points: Sequence[Timed]) -> bool:
    """Whether months or quarters return to what they were a year before: at least 23 of them, 11 pairs, r above 0.6."""
    if len(points) < FEWEST_PERIODS or points[0].period.kind not in SEASONED:
        return False
    pairs = years_apart(points, {one.period.key: one.value for one in points})
    return len(pairs) >= FEWEST_PAIRS and _correlation(pairs) > SEASONAL


def returns_every_year(values: Sequence[float | None], year: int) -> bool:
    """The same of neighbours in time, where the season is to be taken out: every period of three years known."""
    if year == 0 or len(values) < YEARS * year or None in values:
        return False
    now: list[float] = [value for value in values if value is not None]
    return _correlation([YearApart(*pair) for pair in zip(now, now[year:], strict=False)]) > SEASONAL


def usual_of_year(values: Sequence[float | None], year: int) -> list[float]:
    """By how much each period usually lies above the level of its time: the mean over the years of its distance from
    the centred mean of a year; at both ends that mean is the nearest that is known. The distances of a year sum to 0.
    """
    known = [value or 0.0 for value in values]
    half = year // 2
    level = [
        (fsum(known[at - half : at + half + 1]) - (known[at - half] + known[at + half]) / 2) / year
        for at in range(half, len(known) - half)
    ]
    apart = [value - level[min(max(at - half, 0), len(level) - 1)] for at, value in enumerate(known)]
    usual = [fsum(apart[place::year]) / len(apart[place::year]) for place in range(year)]
    mean = fsum(usual) / year
    return [usual[at % year] - mean for at in range(len(known))]


def _correlation(pairs: Sequence[YearApart]) -> float:
    """Pearson's; 0 where one side does not vary."""
    then, now = [pair.then for pair in pairs], [pair.now for pair in pairs]
    at_then, at_now = fsum(then) / len(then), fsum(now) / len(now)
    together = fsum((pair.then - at_then) * (pair.now - at_now) for pair in pairs)
    apart = fsum((one - at_then) ** 2 for one in then) * fsum((one - at_now) ** 2 for one in now)
    return together / sqrt(apart) if apart > 0 else 0.0
