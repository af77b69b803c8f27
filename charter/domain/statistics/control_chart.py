"""The published method "plot the dots", as it stands: limits, labels, variation and assurance of a series.

Source: NHS England, Making Data Count, as its reference implementation computes it (methods.md A9); expected values
in tests/golden/spc_cases.json. When a chart must not be drawn is decided in chart_reading.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from charter.domain.statistics.control_chart_signals import (
    COMMON,
    Limits,
    Value,
    close,
    labels,
    limits_of,
    outside,
    sides,
)

Better = Literal["increase", "decrease", "neutral"]


@dataclass(frozen=True)
class Dots:
    """One entry per point in each list; None is "not a number"."""

    limits: list[Limits]
    outside: list[bool | None]
    close: list[bool | None]
    side: list[int | None]
    group: list[int]
    label: list[str]
    type: list[str]
    is_short: list[bool]
    variation: str
    assurance: str | None


def plot_the_dots(
    periods: Sequence[str],
    values: Sequence[Value],
    *,
    better: Better,
    target: float | None = None,
    rebase: Collection[str] = (),
    fix_after: int | None = None,
    screen: bool = True,
    collapse: bool = True,
) -> Dots:
    """Limits and signals of a series in the order of its periods; everything restarts at each `rebase` period.

    Variation is the type of the last point; assurance compares the target with the limits of the last point.
    `collapse`: see `limits_of`. Raises Invalid when `fix_after` is below 12, ValueError for an empty series.
    """
    if not periods:
        raise ValueError("a chart needs at least one point")
    dots = Dots([], [], [], [], [], [], [], [], "", None)
    for number, (start, end) in _groups(periods, rebase):
        group = values[start:end]
        limits = limits_of(group, fix_after=fix_after, screen=screen, collapse=collapse)
        found = labels(group, limits)
        dots.limits.extend([limits] * len(group))
        dots.outside.extend(outside(group, limits))
        dots.close.extend(close(group, limits))
        dots.side.extend(sides(group, limits.mean))
        dots.group.extend([number] * len(group))
        dots.label.extend(found)
        dots.type.extend(point_type(label, better) for label in found)
        dots.is_short.extend([len(group) < 13] * len(group))
    assured = assurance(dots.limits[-1], better, target)
    return Dots(**{**vars(dots), "variation": dots.type[-1], "assurance": assured})


def _groups(periods: Sequence[str], rebase: Collection[str]) -> list[tuple[int, tuple[int, int]]]:
    """(number, (first, past the last)) of each group; a rebase on the first period makes its number 1."""
    starts = [at for at, period in enumerate(periods) if at == 0 or period in rebase]
    first = 1 if periods[0] in rebase else 0
    return [
        (number, (start, end))
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(periods)], strict=True), first)
    ]


def point_type(label: str, better: Better) -> str:
    """Improvement or concern by the direction that is better; high or low where neither is."""
    if label == COMMON:
        return "common_cause"
    is_high = "Above" in label or "Increasing" in label
    if better == "neutral":
        return f"special_cause_neutral_{'high' if is_high else 'low'}"
    return f"special_cause_{'improvement' if is_high == (better == 'increase') else 'concern'}"


def assurance(limits: Limits, better: Better, target: float | None) -> str | None:
    """Whether the process, left as it is, will always meet the target, never, or now and then (`inconsistent`).

    Strictly beyond a limit; None without a target or where neither direction is better.
    """
    if target is None or better == "neutral":
        return None
    low, high = limits.lower, limits.upper
    if high is not None and target > high:
        return "consistent_fail" if better == "increase" else "consistent_pass"
    if low is not None and target < low:
        return "consistent_pass" if better == "increase" else "consistent_fail"
    return "inconsistent"
