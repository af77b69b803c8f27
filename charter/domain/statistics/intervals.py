"""How sure a figure is: the interval of a share, a mean or a net promoter score, from its counts alone.

A sample is judged by its 90 % interval; a census is shown with a 95 % one, which speaks of the process, not of
what happened. Sources of the formulas: methods.md A8 (Wilson 1927, Newcombe 1998, Brown, Cai & DasGupta 2001).

Quantiles of the t, beta and gamma distributions, to nine digits, with the standard library alone.

Statuses are computed where nothing heavy may be loaded; an interval must not cost an import of seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

_TINY = 1e-300
_STEPS = 100_000
_NEARLY_NORMAL = 2000


def normal_quantile(probability: float) -> float:
    """The value below which this share of a standard normal lies."""
    return NormalDist().inv_cdf(probability)


def two_sided_z(level: float) -> float:
    """The normal quantile of a two-sided interval: 1.96 at level 0.95. Raises ValueError unless 0 < level < 1."""
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval lies between 0 and 1, not {level}")
    return normal_quantile((1 + level) / 2)


def beta_share(x: float, a: float, b: float) -> float:
    """The share of a Beta(a, b) below x: the regularised incomplete beta function, by its continued fraction."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _continued_fraction(x, a, b) / a
    return 1 - front * _continued_fraction(1 - x, b, a) / b


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Lentz's way through the continued fraction of the incomplete beta function."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value


def chance_of_at_least(count: float, of: float, share: float) -> float:
    """The chance that at least `count` of `of` cases fall where each falls with the chance `share` (binomial)."""
    if count <= 0:
        return 1.0
    return 0.0 if count > of else beta_share(share, count, of - count + 1)


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


@lru_cache(maxsize=4096)
def t_quantile(probability: float, degrees: float) -> float:
    """The value below which this share of a Student t lies; `probability` above one half."""
    if degrees > _NEARLY_NORMAL:
        return _fisher_expansion(normal_quantile(probability), degrees)
    tail = 2 * (1 - probability)
    x = _crossing(lambda y: beta_share(y, degrees / 2, 0.5) - tail, 0.0, 1.0)
    return sqrt(degrees * (1 - x) / x)


def _fisher_expansion(z: float, degrees: float) -> float:
    """Fisher's series about the normal quantile: where degrees are many, the beta function loses digits."""
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3


def _crossing(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses zero, by halving until the floats are neighbours."""
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return middle
        if rising(middle) < 0:
            low = middle
        else:
            high = middle


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


@lru_cache(maxsize=8192)
def clopper_pearson(successes: Number, n: Number, level: float = CENSUS_LEVEL) -> Interval:
    """The exact interval of a share, 0..1; wider than Wilson's. Raises as `wilson` does."""
    x, size = _counts(successes, n)
    tail = (1 - level) / 2
    low = 0.0 if x == 0 else _beta_quantile(tail, x, size - x + 1)
    high = 1.0 if x == size else _beta_quantile(1 - tail, x + 1, size - x)
    return (low, high)


def _beta_quantile(probability: float, a: float, b: float) -> float:
    """The value below which this share of a Beta(a, b) lies."""
    return _crossing(lambda x: beta_share(x, a, b) - probability, 0.0, 1.0)


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


def poisson_rate(events: Number, volume: Number, level: float = SAMPLE_LEVEL) -> Interval:
    """The exact interval of events per volume: half of the chi² quantiles with 2x and 2x + 2 degrees (Garwood 1936).

    Raises ValueError when the volume is not positive or the events are negative.
    """
    if volume <= 0 or events < 0:
        raise ValueError(f"{events} events of a volume of {volume} are no rate")
    x, tail = float(events), (1 - level) / 2
    low = 0.0 if x == 0 else gamma_quantile(tail, x)
    return (low / float(volume), gamma_quantile(1 - tail, x + 1) / float(volume))


def gamma_quantile(probability: float, shape: float) -> float:
    """The value below which this share of a gamma law of that shape (scale 1) lies."""
    most = shape + 10 * sqrt(shape) + 50
    return _crossing(lambda x: gamma_share(x, shape) - probability, 0.0, most)


def gamma_share(x: float, shape: float) -> float:
    """The share of a gamma law of that shape below x: the regularised lower incomplete gamma function."""
    if x <= 0:
        return 0.0
    front = exp(shape * log(x) - x - lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        for step in range(1, _STEPS):
            term *= x / (shape + step)
            total += term
            if term < total * 1e-17:
                break
        return front * total
    return 1 - front * _upper_fraction(x, shape)


def _upper_fraction(x: float, shape: float) -> float:
    """Lentz's way through the continued fraction of the upper incomplete gamma function."""
    b = x + 1 - shape
    c, d = 1 / _TINY, 1 / b
    value = d
    for step in range(1, _STEPS):
        factor, b = -step * (step - shape), b + 2
        d = 1 / _not_zero(factor * d + b)
        c = _not_zero(b + factor / c)
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value


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
