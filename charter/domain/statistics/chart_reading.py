"""A chart that may be shown to a director: drawn only where its limits mean something, with its gaps as gaps.

The published method collapses near a ceiling and on constant series (methods.md A9, "Where the reference fails");
there the reading says why no chart is drawn, and the status rests on the counts.

What a control chart says at its last point alone: enough for a page that shows no chart, and cheap to keep.

It holds whatever level is required and whichever direction is better, so that neither makes it stale.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from charter.domain.statistics.control_chart import Better, Dots, assurance, plot_the_dots
from charter.domain.statistics.control_chart_signals import (
    COMMON,
    RUN,
    Limits,
    Value,
    labels,
    limits_of,
    moving_ranges,
)
from charter.domain.vocabulary.counts import Counts, Number
from charter.domain.vocabulary.terms import Direction, Kind

CHART_PERIODS = 36
"""How many periods a chart reads: with more, limits would speak of another time."""
MINIMUM_POINTS = 12
MINIMUM_MOVES = 3
Bounds = tuple[float, float]
Given = tuple[str, Number | float | None]
ASSURED = {"consistent_pass": "will-keep", "consistent_fail": "will-miss", "inconsistent": "hit-or-miss"}


@dataclass(frozen=True)
class ChartPoint:
    """One period: `lower` and `upper` are clipped to what can happen, the raw limits stand beside."""

    period: str
    value: Value
    mean: Value
    lower: Value
    upper: Value
    raw_lower: Value
    raw_upper: Value
    label: str
    type: str
    group: int


@dataclass(frozen=True)
class ChartReading:
    """What the chart says. `reason`, where it is not drawable: too-short, constant or too-regular.

    variation: improvement-high, improvement-low, concern-high, concern-low, common, or none (nothing to say).
    assurance: will-keep, will-miss, hit-or-miss, or None. mean and moving_range are those of the last group.
    """

    drawable: bool
    reason: str | None
    points: tuple[ChartPoint, ...]
    variation: str
    assurance: str | None
    mean: Value = None
    moving_range: Value = None


def read_chart(
    points: Sequence[Given],
    *,
    direction: Direction,
    target: Number | float | None = None,
    bounds: Bounds | None = None,
    rebase: Collection[str] = (),
    fix_after: int | None = None,
    screen: bool = True,
) -> ChartReading:
    """The chart of (period, value) in the order of time; a period without a figure is given as None, never left out.

    A missing value breaks runs and moving ranges; limits are common to the group. `target` is the one in force at
    the last point. `rebase`: the first periods of groups that a person, or a changed definition, set apart.
    Whether it may be drawn, and what it says, is judged on the last group; groups too short for limits show none.
    """
    if not points:
        return ChartReading(False, "too-short", (), "none", None)
    periods = [period for period, _ in points]
    values = [None if value is None else float(value) for _, value in points]
    better: Better = "increase" if direction is Direction.HIGHER else "decrease"
    level = None if target is None else float(target)
    dots = plot_the_dots(
        periods, values, better=better, target=level, rebase=rebase, fix_after=fix_after, screen=screen, collapse=False
    )
    reasons = {number: why_not_drawable(_of_group(values, dots, number)) for number in set(dots.group)}
    shown = tuple(_point(at, periods[at], values[at], dots, reasons, bounds) for at in range(len(periods)))
    reason = reasons[dots.group[-1]]
    if reason is not None:
        return ChartReading(False, reason, shown, "none", None)
    limits = dots.limits[-1]
    variation = _variation(dots, better) if values[-1] is not None else "none"
    assured = None if dots.assurance is None else ASSURED[dots.assurance]
    return ChartReading(True, None, shown, variation, assured, limits.mean, limits.moving_range)


def why_not_drawable(values: Sequence[Value]) -> str | None:
    """too-short below 12 measured points, constant, too-regular below 3 moving ranges that are not zero; else None."""
    measured = [value for value in values if value is not None]
    if len(measured) < MINIMUM_POINTS:
        return "too-short"
    if len(set(measured)) == 1:
        return "constant"
    return "too-regular" if sum(move > 0 for move in moving_ranges(values)) < MINIMUM_MOVES else None


def _of_group(values: Sequence[Value], dots: Dots, number: int) -> list[Value]:
    return [value for value, group in zip(values, dots.group, strict=True) if group == number]


def _point(
    at: int, period: str, value: Value, dots: Dots, reasons: dict[int, str | None], bounds: Bounds | None
) -> ChartPoint:
    group, limits = dots.group[at], dots.limits[at]
    if reasons[group] is not None:
        return ChartPoint(period, value, None, None, None, None, None, COMMON, "common_cause", group)
    low, high = _clipped(limits.lower, bounds), _clipped(limits.upper, bounds)
    raw = (limits.lower, limits.upper)
    return ChartPoint(period, value, limits.mean, low, high, *raw, dots.label[at], dots.type[at], group)


def _clipped(limit: Value, bounds: Bounds | None) -> Value:
    return limit if limit is None or bounds is None else min(max(limit, bounds[0]), bounds[1])


def _variation(dots: Dots, better: Better) -> str:
    kind = dots.type[-1].removeprefix("special_cause_")
    if kind == "common_cause":
        return "common"
    is_high = (kind == "improvement") == (better == "increase")
    return f"{kind}-{'high' if is_high else 'low'}"


def bounds_of(kind: Kind) -> Bounds | None:
    """Between what values a figure of this kind can lie: shares 0..1, net promoter scores -100..100; else None."""
    if kind.is_share:
        return (0.0, 1.0)
    return (-100.0, 100.0) if kind is Kind.NPS else None


def touched(counts: Counts, direction: Direction) -> Number:
    """Customers touched by a breach: the failures, denominator - numerator, or the numerator when lower is better."""
    if direction is Direction.LOWER:
        return counts.numerator
    left: int | Decimal = counts.denominator - counts.numerator
    return left


HIGH, LOW, USUAL, SILENT, UNDRAWN = "high", "low", "common", "silent", "undrawn"


@dataclass(frozen=True)
class ChartEnd:
    """`says`: high or low (a special cause), common, silent (the last period has no figure), undrawn (no chart).

    `lower` and `upper` are the natural limits, not clipped; None where no chart may be drawn.
    """

    says: str
    lower: Value = None
    upper: Value = None


def chart_end(values: Sequence[Value]) -> ChartEnd:
    """The end of the chart of one group of values, in the order of time; None where nothing was measured.

    The same as `read_chart` says of its last point: a signal there rests on the last seven points at most.
    """
    if why_not_drawable(values) is not None:
        return ChartEnd(UNDRAWN)
    limits = limits_of(values, collapse=False)
    if values[-1] is None:
        return ChartEnd(SILENT, limits.lower, limits.upper)
    label = labels(values[-RUN:], limits)[-1]
    says = USUAL if label == COMMON else HIGH if "Above" in label or "Increasing" in label else LOW
    return ChartEnd(says, limits.lower, limits.upper)


def variation_of(end: ChartEnd, direction: Direction) -> str | None:
    """The variation, as `read_chart` names it; None where no chart may be drawn."""
    if end.says == UNDRAWN:
        return None
    if end.says in (USUAL, SILENT):
        return "common" if end.says == USUAL else "none"
    is_better = (end.says == HIGH) == (direction is Direction.HIGHER)
    return f"{'improvement' if is_better else 'concern'}-{end.says}"


def assurance_of(end: ChartEnd, direction: Direction, target: float | None) -> str | None:
    """Whether the process, left as it is, will keep the level; None without a chart or a level."""
    if end.says == UNDRAWN:
        return None
    limits = Limits(None, None, end.lower, end.upper, None, None)
    found = assurance(limits, "increase" if direction is Direction.HIGHER else "decrease", target)
    return None if found is None else ASSURED[found]
