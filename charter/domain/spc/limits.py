"""Mean and limits of one group of points, by the moving range from each point to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from charter.domain.errors import Invalid

LIMIT = 2.66
NEAR_LIMIT = 2 * (2.66 / 3)
SCREEN = 3.267

Value = float | None


@dataclass(frozen=True)
class Limits:
    """None stands for what cannot be computed: no value, or no moving range left."""

    mean: Value
    moving_range: Value
    lower: Value
    upper: Value
    near_lower: Value
    near_upper: Value


def limits_of(
    values: Sequence[Value], *, fix_after: int | None = None, screen: bool = True, collapse: bool = True
) -> Limits:
    """Mean ± 2.66 times the mean moving range of the first `fix_after` values (of all when None).

    Moving ranges of 3.267 times their mean or more are set aside, once; their values stay in the mean.
    A missing value takes its two moving ranges with it. Near a ceiling that can leave only zeros: limits then
    collapse onto the mean, as published, unless `collapse` is False: then nothing is set aside there (ours).
    Source: Wheeler; NHS England, Making Data Count.
    Raises Invalid when `fix_after` is below 12.
    """
    if fix_after is not None and fix_after < 12:
        raise Invalid("the limits are fixed on 12 points or more, not on %(points)s", "fix_after", points=fix_after)
    base = values[:fix_after]
    mean = mean_of([value for value in base if value is not None])
    moves = moving_ranges(base)
    moving_range = mean_of(moves)
    if screen and moving_range is not None:
        kept = [move for move in moves if move < SCREEN * moving_range]
        moving_range = mean_of(kept) if collapse or any(kept) or not any(moves) else moving_range
    if mean is None or moving_range is None:
        return Limits(mean, None, None, None, None, None)
    far, near = LIMIT * moving_range, NEAR_LIMIT * moving_range
    return Limits(mean, moving_range, mean - far, mean + far, mean - near, mean + near)


def moving_ranges(values: Sequence[Value]) -> list[float]:
    """The distances between neighbours; a missing value has no neighbour."""
    return [abs(after - before) for before, after in pairwise(values) if before is not None and after is not None]


def mean_of(values: Sequence[float]) -> Value:
    return fsum(values) / len(values) if values else None
