"""A chart that may be shown to a director: drawn only where its limits mean something, with its gaps as gaps.

The published method collapses near a ceiling and on constant series (methods.md A9, "Where the reference fails");
there the reading says why no chart is drawn, and the status rests on the counts. What a chart says at its last point
alone is enough for a page that shows none, and holds whatever level is required and whichever direction is better.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from charter.domain.statistics.chart_kinds import ChartKind, Measured, Plotted, Rare, plot, rare_events
from charter.domain.statistics.control_chart import Better, assurance, point_type
from charter.domain.statistics.control_chart_signals import COMMON, Limits, Value, labels, last_label, moving_ranges
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
    """What the chart says. `reason`, where it is not drawable: too-short, constant, too-regular or rare.

    variation: improvement-high, improvement-low, concern-high, concern-low, common, or none (nothing to say).
    assurance: will-keep, will-miss, hit-or-miss, or None. mean and moving_range are those of the last group, where its
    chart is the published one. `is_seasonal`: each point is held against what is usual for its month.
    """

    drawable: bool
    reason: str | None
    points: tuple[ChartPoint, ...]
    variation: str
    assurance: str | None
    mean: Value = None
    moving_range: Value = None
    kind: ChartKind = ChartKind.PLAIN
    is_seasonal: bool = False
    rare: Rare | None = None

    @property
    def speaks(self) -> bool:
        """Whether it says anything of its last point: a chart does, and so do rare events without one."""
        return self.drawable or self.rare is not None


UNKNOWN = Measured()


def read_chart(
    points: Sequence[Given],
    *,
    direction: Direction,
    target: Number | float | None = None,
    bounds: Bounds | None = None,
    rebase: Collection[str] = (),
    measured: Measured = UNKNOWN,
) -> ChartReading:
    """The chart of (period, value) in the order of time; a period without a figure is given as None, never left out.

    A missing value breaks runs and moving ranges; limits are common to the group, as its kind of chart has them.
    `target` is the one in force at the last point. `rebase`: the first periods of groups that a person, or a changed
    definition, set apart. Whether it may be drawn, and what it says, is judged on the last group; groups too short for
    limits show none.
    """
    if not points:
        return ChartReading(False, "too-short", (), "none", None)
    values = [None if value is None else float(value) for _, value in points]
    starts = [at for at, (period, _) in enumerate(points) if at == 0 or period in rebase]
    shown: list[ChartPoint] = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(points)], strict=True)):
        group = _Group(number, values[start:end], replace(measured, cases=measured.cases[start:end]))
        shown += group.points([period for period, _ in points[start:end]], direction, bounds)
    if group.reason is not None:
        return _undrawn(group, shown, direction)
    end_ = group.end
    assured = assurance_of(end_, direction, None if target is None else float(target))
    found = ChartReading(True, None, tuple(shown), str(variation_of(end_, direction)), assured)
    drawn = group.plot
    if drawn.kind is ChartKind.PLAIN and not drawn.is_seasonal:
        return replace(found, mean=drawn.limits.mean, moving_range=drawn.limits.moving_range)
    return replace(found, kind=drawn.kind, is_seasonal=drawn.is_seasonal)


def _undrawn(group: _Group, shown: Sequence[ChartPoint], direction: Direction) -> ChartReading:
    """Without a chart; of rare events the chance of the last period still speaks."""
    found = ChartReading(False, group.reason, tuple(shown), "none", None)
    if group.reason != ChartKind.RARE:
        return found
    said = str(variation_of(group.end, direction))
    return replace(found, variation=said, kind=ChartKind.RARE, rare=group.rare)


@dataclass(frozen=True)
class _Group:
    """Values between two resets of a chart, in the order of time."""

    number: int
    values: Sequence[Value]
    measured: Measured

    @cached_property
    def reason(self) -> str | None:
        """Why no limits are drawn; None where they are."""
        found = why_not_drawable(self.values)
        return ChartKind.RARE if found in (None, "too-regular") and self.rare is not None else found

    @cached_property
    def rare(self) -> Rare | None:
        return rare_events(self.values, self.measured)

    @cached_property
    def plot(self) -> Plotted:
        return plot(self.values, self.measured)

    @property
    def end(self) -> ChartEnd:
        return chart_end(self.values, self.measured)

    def points(self, periods: Sequence[str], direction: Direction, bounds: Bounds | None) -> list[ChartPoint]:
        """Each period with its limits and what it is; without limits where none are drawn."""
        if self.reason is not None:
            nothing = (None,) * 5
            pairs = zip(periods, self.values, strict=True)
            return [ChartPoint(period, one, *nothing, COMMON, "common_cause", self.number) for period, one in pairs]
        better: Better = "increase" if direction is Direction.HIGHER else "decrease"
        found = labels(self.plot.values, self.plot.limits)
        return [self._point(at, period, found[at], better, bounds) for at, period in enumerate(periods)]

    def _point(self, at: int, period: str, label: str, better: Better, bounds: Bounds | None) -> ChartPoint:
        drawn, limits = self.plot, self.plot.limits
        mean, low, high = (drawn.at(at, one) for one in (limits.mean, limits.lower, limits.upper))
        clipped = (_clipped(low, bounds), _clipped(high, bounds))
        is_what = point_type(label, better)
        return ChartPoint(period, self.values[at], mean, *clipped, low, high, label, is_what, self.number)


def why_not_drawable(values: Sequence[Value]) -> str | None:
    """too-short below 12 measured points, constant, too-regular below 3 moving ranges that are not zero; else None."""
    measured = [value for value in values if value is not None]
    if len(measured) < MINIMUM_POINTS:
        return "too-short"
    if len(set(measured)) == 1:
        return "constant"
    return "too-regular" if sum(move > 0 for move in moving_ranges(values)) < MINIMUM_MOVES else None


def _clipped(limit: Value, bounds: Bounds | None) -> Value:
    return limit if limit is None or bounds is None else min(max(limit, bounds[0]), bounds[1])


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
    `lower` and `upper` are the natural limits, not clipped; None where no chart may be drawn."""

    says: str
    lower: Value = None
    upper: Value = None


def chart_end(values: Sequence[Value], measured: Measured = UNKNOWN) -> ChartEnd:
    """The end of the chart of one group of values, in the order of time; None where nothing was measured.

    The same as `read_chart` says of its last point: a signal there rests on the last seven points at most. With a
    season the limits are the widest of a year: whether a level holds is asked of its whole year. Of rare events, which
    have no limits: whether chance brings so many.
    """
    reason = why_not_drawable(values)
    if reason in (None, "too-regular"):
        rare = rare_events(values, measured)
        if rare is not None:
            return ChartEnd(_rarely(rare)) if values[-1] is not None else ChartEnd(SILENT)
    if reason is not None:
        return ChartEnd(UNDRAWN)
    drawn = plot(values, measured)
    last = range(len(values))[-(measured.year if drawn.is_seasonal else 1) :]
    low = min((one for at in last if (one := drawn.at(at, drawn.limits.lower)) is not None), default=None)
    high = max((one for at in last if (one := drawn.at(at, drawn.limits.upper)) is not None), default=None)
    if values[-1] is None:
        return ChartEnd(SILENT, low, high)
    label = last_label(drawn.values, drawn.limits)
    says = USUAL if label == COMMON else HIGH if "Above" in label or "Increasing" in label else LOW
    return ChartEnd(says, low, high)


def _rarely(rare: Rare) -> str:
    if not rare.is_unusual:
        return USUAL
    return LOW if rare.is_missing else HIGH


def variation_of(end: ChartEnd, direction: Direction) -> str | None:
    """The variation, as `read_chart` names it; None where no chart may be drawn."""
    if end.says == UNDRAWN:
        return None
    if end.says in (USUAL, SILENT):
        return "common" if end.says == USUAL else "none"
    is_better = (end.says == HIGH) == (direction is Direction.HIGHER)
    return f"{'improvement' if is_better else 'concern'}-{end.says}"


def neutral(reading: ChartReading) -> ChartReading:
    """The same chart of a volume, of which neither more nor less is better."""
    said = reading.variation.replace("improvement-", "neither-").replace("concern-", "neither-")
    return replace(reading, variation=said, assurance=None)


def assurance_of(end: ChartEnd, direction: Direction, target: float | None) -> str | None:
    """Whether the process, left as it is, will keep the level; None without a chart or a level."""
    if end.lower is None or end.upper is None:
        return None
    limits = Limits(None, None, end.lower, end.upper, None, None)
    found = assurance(limits, "increase" if direction is Direction.HIGHER else "decrease", target)
    return None if found is None else ASSURED[found]
