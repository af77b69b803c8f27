"""Quantiles of the t and beta distributions, to nine digits, with the standard library alone.

Statuses are computed where nothing heavy may be loaded; an interval must not cost an import of seconds.
"""

from __future__ import annotations

from collections.abc import Callable
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


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The value below which this share of a Beta(a, b) lies."""
    return _crossing(lambda x: beta_share(x, a, b) - probability, 0.0, 1.0)


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
