"""How sure a figure is: the interval of a share, a mean or a net promoter score, from its counts alone.

A sample is judged by its 90 % interval; a census is shown with a 95 % one, which speaks of the process, not of
what happened. Sources of the formulas: methods.md A8 (Wilson 1927, Newcombe 1998, Brown, Cai & DasGupta 2001).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import sqrt

from charter.domain.distributions import beta_quantile, t_quantile, two_sided_z

Number = int | float | Decimal
Interval = tuple[float, float]

SAMPLE_LEVEL = 0.90
CENSUS_LEVEL = 0.95


def wilson(successes: Number, n: Number, level: float = SAMPLE_LEVEL) -> Interval:
    """Wilson's score interval of a share, 0..1. Counts may be fractions (weighted answers).

    Raises ValueError when n is not positive, or the successes are not between 0 and n.
    """
    x, size = _counts(successes, n)
    z = two_sided_z(level)
    share = x / size
    centre = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z * sqrt(share * (1 - share) / size + z * z / (4 * size * size)) / (1 + z * z / size)
    return (0.0 if x == 0 else max(0.0, centre - half), 1.0 if x == size else min(1.0, centre + half))


def clopper_pearson(successes: Number, n: Number, level: float = CENSUS_LEVEL) -> Interval:
    """The exact interval of a share, 0..1; wider than Wilson's. Raises as `wilson` does."""
    x, size = _counts(successes, n)
    tail = (1 - level) / 2
    low = 0.0 if x == 0 else beta_quantile(tail, x, size - x + 1)
    high = 1.0 if x == size else beta_quantile(1 - tail, x + 1, size - x)
    return (low, high)


def jeffreys(successes: Number, n: Number, level: float = CENSUS_LEVEL) -> Interval:
    """Jeffreys' interval of a share, with Brown, Cai & DasGupta's rule at both ends. Raises as `wilson` does."""
    x, size = _counts(successes, n)
    tail = (1 - level) / 2
    low = 0.0 if x == 0 else beta_quantile(tail, x + 0.5, size - x + 0.5)
    high = 1.0 if x == size else beta_quantile(1 - tail, x + 0.5, size - x + 0.5)
    return (low, high)


def _counts(successes: Number, n: Number) -> tuple[float, float]:
    if n <= 0:
        raise ValueError(f"an interval needs at least one case, not {n}")
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n} cases is not a share")
    return float(successes), float(n)


def mean_t(n: Number, total: Number, squares: Number, level: float = SAMPLE_LEVEL) -> Interval | None:
    """Student's interval of a mean from n, the sum and the sum of squares; None below two cases.

    The variance is taken exactly before any rounding: sums of squares of large values cancel.
    """
    if n < 2:
        return None
    size, sum_, sum_of_squares = Fraction(n), Fraction(total), Fraction(squares)
    variance = max(Fraction(0), (sum_of_squares - sum_ * sum_ / size) / (size - 1))
    mean = float(sum_ / size)
    half = t_quantile((1 + level) / 2, float(n) - 1) * sqrt(variance / size)
    return (mean - half, mean + half)


def nps_interval(promoters: Number, passives: Number, detractors: Number, level: float = SAMPLE_LEVEL) -> Interval:
    """Adjusted Wald interval of a net promoter score, -100..100: three answers added, ¾ to each end.

    Raises ValueError without any answer. Source: Rocks 2016, The American Statistician, as methods.md A8 quotes it.
    """
    answers = float(promoters) + float(passives) + float(detractors)
    if answers <= 0 or min(promoters, passives, detractors) < 0:
        raise ValueError("a net promoter score needs at least one answer and no negative count")
    n = answers + 3
    for_, against = (float(promoters) + 0.75) / n, (float(detractors) + 0.75) / n
    score = for_ - against
    half = two_sided_z(level) * sqrt((for_ + against - score * score) / n)
    return (max(-100.0, 100 * (score - half)), min(100.0, 100 * (score + half)))


def kish_effective_n(weights: Iterable[float]) -> float:
    """How many equal answers the weighted ones are worth: (Σw)² / Σw². Zero without weights."""
    given = [float(weight) for weight in weights]
    squares = sum(weight * weight for weight in given)
    return sum(given) ** 2 / squares if squares else 0.0


def finite_population_n(n: Number, population: Number) -> float:
    """How many answers n are worth when drawn from a small population: n(N-1)/(N-n); infinite when all answered."""
    return float(n) * (float(population) - 1) / (float(population) - float(n)) if n < population else float("inf")
