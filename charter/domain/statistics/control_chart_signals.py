"""Special causes among the points of one group: outside the limits, trends, two in three, runs on one side.

Mean and limits of one group of points, by the moving range from each point to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from charter.domain.vocabulary.errors import Invalid

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


RUN = 7
COMMON = "Common Cause"


def outside(values: Sequence[Value], limits: Limits) -> list[bool | None]:
    """Strictly beyond a limit; None where either is unknown."""
    low, high = limits.lower, limits.upper
    if low is None or high is None:
        return [None] * len(values)
    return [None if value is None else value > high or value < low for value in values]


def close(values: Sequence[Value], limits: Limits) -> list[bool | None]:
    """Inside the limits, but strictly in their outer third; None where either is unknown."""
    low, high = limits.near_lower, limits.near_upper
    if low is None or high is None:
        return [None] * len(values)
    return [
        None if value is None else not is_out and (value < low or value > high)
        for value, is_out in zip(values, outside(values, limits), strict=True)
    ]


def sides(values: Sequence[Value], mean: Value) -> list[int | None]:
    """+1 above the mean, -1 below, 0 on it."""
    return [None if value is None or mean is None else sign(value - mean) for value in values]


def sign(value: float) -> int:
    return (value > 0) - (value < 0)


def in_shift(side: Sequence[int | None]) -> list[bool]:
    """Every point of seven in a row on one side of the mean; a point on the mean breaks the run."""
    return _covered(len(side), RUN, [_all_one_sign(side[start : start + RUN]) for start in range(len(side) - RUN + 1)])


def in_trend(values: Sequence[Value]) -> list[bool]:
    """Every point of seven strictly rising, or strictly falling."""
    steps = _steps(values)
    found = [_all_one_sign(steps[start : start + RUN - 1]) for start in range(len(values) - RUN + 1)]
    return _covered(len(values), RUN, found)


def trend_signs(values: Sequence[Value], trend: Sequence[bool]) -> list[int]:
    """Of each point of a trend the sign of its next step if that step is in a trend too, else of the step before."""
    steps = _steps(values)
    signs = []
    for at, is_in in enumerate(trend):
        step = at if at + 1 < len(trend) and trend[at + 1] else at - 1
        signs.append((steps[step] or 0) if is_in else 0)
    return signs


def two_in_three(near: Sequence[bool | None], side: Sequence[int | None]) -> list[bool]:
    """The close points of three in a row on one side of the mean, two or more of them close to a limit."""
    windows = range(len(near) - 2)
    found = [_all_one_sign(side[at : at + 3]) and near[at : at + 3].count(True) >= 2 for at in windows]
    return [is_in and bool(is_near) for is_in, is_near in zip(_covered(len(near), 3, found), near, strict=True)]


def _steps(values: Sequence[Value]) -> list[int | None]:
    return [None if before is None or after is None else sign(after - before) for before, after in pairwise(values)]


def _all_one_sign(signs: Sequence[int | None]) -> bool:
    return signs[0] in (1, -1) and all(other == signs[0] for other in signs)


def _covered(length: int, width: int, found: Sequence[bool]) -> list[bool]:
    """Whether each point lies in any window that was found."""
    return [any(found[max(0, at - width + 1) : at + 1]) for at in range(length)]


def labels(values: Sequence[Value], limits: Limits) -> list[str]:
    """The label of each point, in this order: outside the limits, trend, two in three, seven on one side, common."""
    side = sides(values, limits.mean)
    trend = in_trend(values)
    rising = trend_signs(values, trend)
    pairs = two_in_three(close(values, limits), side)
    shift = in_shift(side)
    out = outside(values, limits)
    return [_label(bool(out[i]), rising[i], (pairs[i], shift[i]), side[i] or 0) for i in range(len(values))]


def last_label(values: Sequence[Value], limits: Limits) -> str:
    """The label of the last point alone: no rule looks further back than seven points."""
    run = values[-RUN:]
    side = sides(run, limits.mean)
    if outside(run[-1:], limits)[0]:
        return _label(True, 0, (False, False), side[-1] or 0)
    is_run = len(run) == RUN
    rising = (_steps(run[-2:])[0] or 0) if is_run and _all_one_sign(_steps(run)) else 0
    near = close(run[-3:], limits) if len(run) > 2 and _all_one_sign(side[-3:]) else [False]
    pair = bool(near[-1]) and near.count(True) >= 2
    return _label(False, rising, (pair, is_run and _all_one_sign(side)), side[-1] or 0)


def _label(is_out: bool, rising: int, runs: tuple[bool, bool], side: int) -> str:
    is_pair, is_shift = runs
    if is_out:
        return "Above UCL" if side > 0 else "Below LCL"
    if rising:
        return "7 Point Trend (Increasing)" if rising > 0 else "7 Point Trend (Decreasing)"
    if is_pair:
        return "2 in 3 Above CL" if side > 0 else "2 in 3 Below CL"
    if is_shift:
        return "7 Points Above CL" if side > 0 else "7 Points Below CL"
    return COMMON
