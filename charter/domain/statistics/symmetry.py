"""Whether two figures of the same units go together, or whether nothing may be concluded.

Spearman's rank correlation, judged by permutation (Good 2005, Permutation, Parametric and Bootstrap Tests): how often
would units dealt out anew at random lie together at least as much? A page that offers several pairs to look at would
find one by chance sooner or later: the error that is taken is shared among all of them (Bonferroni).

Each unit counts as one, independent of the others; nothing is said of why, nor of any single unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from hashlib import shake_128
from math import fsum, sqrt
from operator import mul
from typing import NamedTuple

FEWEST_UNITS = 10
"""Fewer units conclude nothing."""
ERROR = 0.05
"""How often, in all pairs that may be looked at, something is concluded where nothing is."""
DRAWS = 9999
KEY = 6
"""Bytes of a key: two alike are too rare to matter."""


class Verdict(StrEnum):
    """What may be said of two figures of the same units."""

    TOGETHER = "together"
    AGAINST = "against"
    NOTHING = "nothing"
    TOO_FEW = "too-few"


class Together(NamedTuple):
    """What may be said, of how many units, with which rank correlation (None where it has none), and the share of
    draws at random that lie together as much."""

    verdict: Verdict
    units: int
    correlation: float | None
    chance: float | None


def go_together(pairs: Sequence[tuple[float, float]], looks: int = 1) -> Together:
    """Whether both figures of units go together, or against each other; `looks`: pairs that may be looked at, between
    which the error is shared. The draws are always the same: a page that is looked at again says the same.
    """
    units = len(pairs)
    if units < FEWEST_UNITS:
        return Together(Verdict.TOO_FEW, units, None, None)
    one, other = (_centred(_ranks([pair[side] for pair in pairs])) for side in (0, 1))
    length = sqrt(fsum(map(mul, one, one)) * fsum(map(mul, other, other)))
    if not length:
        return Together(Verdict.NOTHING, units, None, None)
    seen = fsum(map(mul, one, other))
    chance = _chance(one, other, abs(seen))
    is_told = chance <= ERROR / max(looks, 1)
    verdict = Verdict.NOTHING if not is_told else Verdict.TOGETHER if seen > 0 else Verdict.AGAINST
    return Together(verdict, units, seen / length, chance)


def _chance(one: Sequence[float], other: Sequence[float], seen: float) -> float:
    """Two-sided, the pairs as they are counted among the draws: it is never 0."""
    as_much, least = 1, seen - 1e-9
    for draw in range(DRAWS):
        dealt = map(other.__getitem__, _order(draw, len(other)))
        as_much += abs(sum(map(mul, one, dealt))) >= least
    return as_much / (DRAWS + 1)


def _order(draw: int, units: int) -> list[int]:
    """The units in an order as good as at random, always the same for a draw: no clock and no luck in it."""
    keys = shake_128(draw.to_bytes(4, "big")).digest(KEY * units)
    return sorted(range(units), key=lambda place: keys[KEY * place : KEY * (place + 1)])


def _ranks(values: Sequence[float]) -> list[float]:
    """From 1; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, start = [0.0] * len(values), 0
    for end in range(1, len(order) + 1):
        if end == len(order) or values[order[end]] != values[order[start]]:
            for place in order[start:end]:
                ranks[place] = (start + 1 + end) / 2
            start = end
    return ranks


def _centred(ranks: Sequence[float]) -> list[float]:
    mean = fsum(ranks) / len(ranks)
    return [rank - mean for rank in ranks]
