"""Whether an action worked: the figures before it beside those after it, with their cases and their interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from typing import NotRequired, TypedDict

from charter.domain.overview.model import Words
from charter.domain.readings.status import LevelFacts
from charter.domain.statistics.control_chart_signals import limits_of
from charter.domain.statistics.intervals import CENSUS_LEVEL, Interval, wilson
from charter.domain.vocabulary.terms import Direction, EffectVerdict, Kind, PeriodKind

LIKENED = {PeriodKind.DAY: 91, PeriodKind.WEEK: 13, PeriodKind.MONTH: 3, PeriodKind.QUARTER: 2, PeriodKind.YEAR: 1}
"""So many periods are added up on either side: about a quarter of a year, so that one odd month decides nothing."""

LONG = 12
FEWEST = 6
"""Where a figure has no interval of its own, the ordinary variation of 6 to 12 periods before stands for it."""


@dataclass(frozen=True)
class PeriodFigure:
    """One measured period: value, its cases, its interval where it has one, by which definition."""

    period: str
    value: float
    cases: float | None
    interval: Interval | None
    definition: str | None


@dataclass(frozen=True)
class Side:
    """One side of the comparison: the periods added up, their value, cases and interval."""

    periods: tuple[str, ...]
    value: float | None = None
    cases: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True)
class Effect:
    """What is said of an action. `reason`: why nothing can be told (no-figure-before, too-few, other-definition)."""

    verdict: EffectVerdict
    before: Side
    after: Side
    difference: float | None = None
    interval: Interval | None = None
    reason: str | None = None


class SideLine(TypedDict):
    """One side of a comparison, as plain values."""

    periods: tuple[str, ...]
    value: float | None
    cases: float | None
    interval: Interval | None


class EffectLine(TypedDict):
    """Whether a closed action worked: before and after, as the words of an effect need them."""

    verdict: str
    before: SideLine
    after: SideLine
    difference: float | None
    interval: Interval | None
    reason: str | None
    kind: str
    against: NotRequired[LevelFacts]  # not in what was kept before
    title: Words


def compare(
    kind: Kind,
    direction: Direction,
    sides: tuple[Sequence[PeriodFigure], Sequence[PeriodFigure]],
    *,
    length: PeriodKind,
    minimum: int,
) -> Effect:
    """Better or worse only where the 95 % interval of the difference leaves out zero; no better where it holds it.

    `sides`: the measured periods up to the miss, and those that began after the closing, both oldest first. Shares are
    added up (Newcombe 1998, from two Wilson intervals); means and scores by their own intervals, joined by the same
    method; any other kind is held against the ordinary variation of the periods before (mean ± 2.66 moving ranges).
    Too early to tell before the first period after it, and below the minimum of cases.
    """
    before, after = sides
    count = LIKENED[length]
    old, new = _side(kind, before[-count:]), _side(kind, after[:count])
    if not after:
        return Effect(EffectVerdict.TOO_EARLY, old, new)
    if not before:
        return Effect(EffectVerdict.CANNOT_TELL, old, new, reason="no-figure-before")
    if len({one.definition for one in (*before[-count:], *after[:count]) if one.definition is not None}) > 1:
        return Effect(EffectVerdict.CANNOT_TELL, old, new, reason="other-definition")
    if kind.has_minimum and new.cases is not None and new.cases < minimum:
        return Effect(EffectVerdict.TOO_EARLY, old, new, reason="too-few")
    if old.interval is None or new.interval is None:
        return _by_variation(direction, before, old, new)
    return _by_intervals(direction, old, new)


def _side(kind: Kind, figures: Sequence[PeriodFigure]) -> Side:
    """The periods as one: values weighted by their cases; without cases, their plain mean."""
    periods = tuple(one.period for one in figures)
    if not figures:
        return Side(periods)
    cases = [one.cases for one in figures if one.cases is not None]
    n = sum(cases)
    if len(cases) < len(figures) or n <= 0:
        return Side(periods, sum(one.value for one in figures) / len(figures), n or None)
    value = sum(one.value * (one.cases or 0.0) for one in figures) / n
    if kind.is_share:
        return Side(periods, value, n, wilson(min(max(value, 0.0), 1.0) * n, n, CENSUS_LEVEL))
    return Side(periods, value, n, _joined(figures, value, n))


def _joined(figures: Sequence[PeriodFigure], value: float, n: float) -> Interval | None:
    """The interval of a weighted mean of independent periods, from theirs."""
    parts = [(one.cases or 0.0, one.interval) for one in figures]
    if any(interval is None for _, interval in parts):
        return None
    half = sqrt(sum((cases * (high - low) / 2) ** 2 for cases, (low, high) in _known(parts))) / n
    return (value - half, value + half)


def _known(parts: Sequence[tuple[float, Interval | None]]) -> list[tuple[float, Interval]]:
    return [(cases, interval) for cases, interval in parts if interval is not None]


def _by_intervals(direction: Direction, old: Side, new: Side) -> Effect:
    assert old.interval is not None
    assert new.interval is not None
    assert old.value is not None
    assert new.value is not None
    difference = new.value - old.value
    low = difference - hypot(new.value - new.interval[0], old.interval[1] - old.value)
    high = difference + hypot(new.interval[1] - new.value, old.value - old.interval[0])
    return Effect(_verdict(direction, low, high), old, new, difference, (low, high))


def _by_variation(direction: Direction, before: Sequence[PeriodFigure], old: Side, new: Side) -> Effect:
    """The new value against what the old process ordinarily brings."""
    limits = limits_of([one.value for one in before[-LONG:]], collapse=False)
    if len(before) < FEWEST or limits.lower is None or limits.upper is None or new.value is None or old.value is None:
        return Effect(EffectVerdict.CANNOT_TELL, old, new, reason="too-few")
    low, high = new.value - limits.upper, new.value - limits.lower
    return Effect(_verdict(direction, low, high), old, new, new.value - old.value, (low, high))


def _verdict(direction: Direction, low: float, high: float) -> EffectVerdict:
    if low <= 0 <= high:
        return EffectVerdict.NO_BETTER
    return EffectVerdict.BETTER if (low > 0) == (direction is Direction.HIGHER) else EffectVerdict.WORSE
