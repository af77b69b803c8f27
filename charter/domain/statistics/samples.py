"""Intervals of samples whose counts alone are not enough: skewed means, percentiles, composites (methods.md C3).

What they need is counted with the figure: the sum of cubes, the values at two more ranks, the intervals of the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import cbrt, sqrt

from charter.domain.statistics.intervals import SAMPLE_LEVEL, Interval, chance_of_at_least, mean_t, t_quantile
from charter.domain.vocabulary.counts import Number

MANY_ANSWERS = 60
SKEWED = 1.0
"""With fewer answers, or a skewness beyond it, Student's interval of a mean misses more on one side than it says."""

_LITTLE = 1e-3
_LARGEST_RATIO = 1_000
"""Of a mean to its deviation: beyond it a sum of cubes has lost the digits that tell how skewed the answers are."""


def mean_of_sample(n: Number, total: Number, squares: Number, cubes: Number | None) -> Interval | None:
    """The 90 % interval of a mean; None below two answers, and where all are alike.

    Student's where there are 60 answers of a skewness within 1, or the skewness is not known (counted before it was
    kept); else Hall's, which is right on each side.
    """
    plain = mean_t(n, total, squares, SAMPLE_LEVEL)
    if plain is None or plain[0] == plain[1]:
        return None
    skewness = skewness_of(n, total, squares, cubes)
    if skewness is None or (n >= MANY_ANSWERS and abs(skewness) <= SKEWED):
        return plain
    return _hall(float(n), plain, skewness)


def skewness_of(n: Number, total: Number, squares: Number, cubes: Number | None) -> float | None:
    """The skewness of values from their sums, its bias put right (G1); None where the sums do not tell."""
    if cubes is None or n < 3:
        return None
    size, mean = Fraction(n), Fraction(total) / Fraction(n)
    variance = Fraction(squares) / size - mean * mean
    if variance <= 0 or mean * mean > _LARGEST_RATIO**2 * variance:
        return None
    # No sample is more skewed than one in which all but one are alike: such sums are of no answers.
    third = Fraction(cubes) / size - 3 * mean * Fraction(squares) / size + 2 * mean**3
    of, found = float(n), float(third) / sqrt(variance) ** 3
    return found * sqrt(of * (of - 1)) / (of - 2) if abs(found) <= (of - 2) / sqrt(of - 1) + _LITTLE else None


def _hall(n: float, plain: Interval, skewness: float) -> Interval:
    """Student's t made symmetrical by a cubic of the skewness, and back again (Hall 1992, JRSS B 54).

    On each side as exact as the bias-corrected bootstrap, and nearer to its level with few answers, since its
    quantiles are Student's: docs/methods.md shows both.
    """
    quantile = t_quantile((1 + SAMPLE_LEVEL) / 2, n - 1)
    mean, error = (plain[0] + plain[1]) / 2, (plain[1] - plain[0]) / 2 / quantile
    bend, shift = skewness / (3 * sqrt(n)), skewness / (6 * sqrt(n))

    def back(ordinate: float) -> float:
        if abs(bend) < 1e-9:
            return ordinate - shift
        return (cbrt(1 + 3 * bend * (ordinate - shift)) - 1) / bend

    return (mean - error * back(quantile), mean - error * back(-quantile))


def ranks_around(n: int, share: float, level: float = SAMPLE_LEVEL) -> tuple[int, int] | None:
    """The ranks, from 1, whose values the percentile lies between, with half of the rest on each side at most.

    None where so few values bound it on one side only. Of `n` values those below it are binomial: the value at rank r
    lies above it with the chance of fewer than r. No law of the values is assumed (David and Nagaraja 2003, Order
    Statistics, 7.1).
    """
    tail = (1 - level) / 2
    low = _last(n, lambda rank: 1 - chance_of_at_least(rank, n, share) <= tail)
    high = n + 1 - _last(n, lambda rank: chance_of_at_least(n + 1 - rank, n, share) <= tail)
    return (low, high) if low and high <= n else None


def _last(n: int, holds: Callable[[int], bool]) -> int:
    """The greatest rank up to which it holds; 0 where it does not for the first."""
    low, high = 0, n
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


@dataclass(frozen=True)
class SurePart:
    """A part of a composite: its weight, its value, its interval if it is a sample that has one, and its source."""

    weight: Decimal
    value: float
    interval: Interval | None
    is_sample: bool
    source: str | None


def composite_interval(parts: Iterable[SurePart]) -> Interval | None:
    """The interval of a weighted mean from those of its parts; None where a part of a sample has none.

    Each side by itself, from the distance of the value to its bound (Zou and Donner 2008, Statistics in Medicine 27:
    the delta method with variances taken back from intervals). Parts of one source are asked of the same people, and
    how they go together is not kept: their distances are added, which holds whatever it is. Those of different sources
    are independent: their squares are. A part that counts every case is as it is; one without a source, made of parts,
    may go together with any.
    """
    known = list(parts)
    if any(part.is_sample and part.interval is None for part in known):
        return None
    weights = float(sum(part.weight for part in known))
    value = sum(float(part.weight) * part.value for part in known) / weights
    below, above = dict[str | None, float](), dict[str | None, float]()
    is_apart = all(part.source is not None for part in known)
    for part in known:
        low, high = part.interval if part.is_sample and part.interval else (part.value, part.value)
        share, source = float(part.weight) / weights, part.source if is_apart else None
        below[source] = below.get(source, 0.0) + share * (part.value - low)
        above[source] = above.get(source, 0.0) + share * (high - part.value)
    return (value - _together(below.values()), value + _together(above.values()))


def _together(distances: Iterable[float]) -> float:
    return sqrt(sum(one * one for one in distances))
