"""How likely a difference is by chance alone: the few laws that comparing two waves needs, without a library."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import erfc, exp, pi, sqrt

from charter.domain.surveys.kano import KanoCounts


def two_sided(difference: float, se: float) -> float:
    """The two-sided p of a difference by the normal law; 1 where nothing differs, 0 where nothing varies."""
    if se == 0:
        return 1.0 if difference == 0 else 0.0
    return erfc(abs(difference / se) / sqrt(2))


def of_draws(before: Sequence[float], after: Sequence[float]) -> float:
    """The two-sided p that two effects differ, from the difference of their draws, each with each (methods.md A6).

    Both are in rising order. Never below twice the share of one pair: so many draws tell no less.
    """
    pairs = len(before) * len(after)
    below = sum(len(before) - bisect_left(before, one) for one in after)
    above = sum(bisect_right(before, one) for one in after)
    return min(1.0, 2 * max(1, min(below, above)) / pairs)


def chi_square(before: KanoCounts, after: KanoCounts) -> tuple[float | None, float | None]:
    """p of the chi-squared test on A, O, M, I and Cramér's V; None where one category alone was answered."""
    rows = [[c.a, c.o, c.m, c.i] for c in (before, after)]
    columns = [column for column in zip(*rows, strict=True) if sum(column)]
    totals, n = [sum(row) for row in rows], sum(map(sum, rows))
    if len(columns) < 2 or min(totals) == 0:
        return None, None
    chi = sum(
        (count - total * sum(column) / n) ** 2 / (total * sum(column) / n)
        for column in columns
        for count, total in zip(column, totals, strict=True)
    )
    return _chi_tail(chi, len(columns) - 1), sqrt(chi / n)


def _chi_tail(chi: float, df: int) -> float:
    """The upper tail of the chi-squared law with 1, 2 or 3 degrees of freedom."""
    if df == 2:
        return exp(-chi / 2)
    tail = erfc(sqrt(chi / 2))
    return tail if df == 1 else tail + sqrt(2 * chi / pi) * exp(-chi / 2)


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's adjustment: the probabilities of several tests made at once, in their order."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted, highest = [0.0] * len(ps), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, ps[i] * (len(ps) - rank)))
        adjusted[i] = highest
    return adjusted
