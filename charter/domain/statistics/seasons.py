"""Whether a figure follows the seasons: each period held against the same one a year earlier (methods.md C1, C4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import fsum, sqrt
from operator import mul, sub

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
    then, now = [pair.then for pair in pairs], [pair.now for pair in pairs]
    return len(pairs) >= FEWEST_PAIRS and _correlation(then, now) > SEASONAL


def returns_every_year(values: Sequence[float | None], year: int) -> bool:
    """The same of neighbours in time, where the season is to be taken out: every period of three years known."""
    if year == 0 or len(values) < YEARS * year or None in values:
        return False
    known: list[float] = [value for value in values if value is not None]
    return _correlation(known[:-year], known[year:]) > SEASONAL


def usual_of_year(values: Sequence[float | None], year: int) -> list[float]:
    """By how much each period usually lies above the level of its time: the mean over the years of its distance from
    the centred mean of a year; at both ends that mean is the nearest that is known. The distances of a year sum to 0.
    """
    known = [value or 0.0 for value in values]
    half, upto = year // 2, list(accumulate(known, initial=0.0))
    inner = zip(upto, upto[year + 1 :], known, known[year:], strict=False)
    level = [(end - start - (first + last) / 2) / year for start, end, first, last in inner]
    levels = level[:1] * half + level + level[-1:] * half
    apart = list(map(sub, known, levels))
    usual = [fsum(every) / len(every) for every in (apart[place::year] for place in range(year))]
    mean = fsum(usual) / year
    return ([one - mean for one in usual] * (len(known) // year + 1))[: len(known)]


def _correlation(then: Sequence[float], now: Sequence[float]) -> float:
    """Pearson's; 0 where one side does not vary."""
    at_then, at_now = fsum(then) / len(then), fsum(now) / len(now)
    old, new = [one - at_then for one in then], [one - at_now for one in now]
    together = fsum(map(mul, old, new))
    apart = fsum(map(mul, old, old)) * fsum(map(mul, new, new))
    return together / sqrt(apart) if apart > 0 else 0.0
