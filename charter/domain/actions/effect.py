"""Whether an action worked: the periods before it beside those after it, against how the figure moves by itself.

Rule and error rates: methods.md C1, docs/methods.md. The interval of pooled counts is not used: it knows nothing of the
variation from month to month, and calls every second month of a stable series an effect.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby, pairwise
from math import fsum, sqrt
from typing import NotRequired, TypedDict

from charter.domain.overview.model import Words
from charter.domain.readings.status import LevelFacts
from charter.domain.statistics.intervals import CENSUS_LEVEL, Interval, t_quantile
from charter.domain.statistics.seasons import Timed, has_season, years_apart
from charter.domain.vocabulary.periods import parse_period, period_at
from charter.domain.vocabulary.terms import Direction, EffectVerdict, PeriodKind

MOST_BEFORE, FEWEST_BEFORE = 36, 8
MOST_AFTER, FEWEST_AFTER = 6, 3
FEWEST_FOR_MEMORY = 12
"""From so many periods before on, the memory of the series (its autocorrelation at lag 1) is estimated."""

USUAL_MEMORY, USUAL_WORTH = 0.4, 4
"""What is believed of the memory before the series has spoken, and how many periods that belief is worth. Without it
(methods.md C1 as it stands) short and restless series say "better" too often: 7 of 55 placebo months of the national
train series, 3 with it; the simulated error rates stay, a shift of one standard deviation is found 1 % less often."""

MOST_MEMORY = 0.9
FEW_CASES = 30
"""Where every month has fewer cases, months are joined to quarters first."""

MONTHS_JOINED = 3


class EffectReason(StrEnum):
    """Why it is too early to tell whether an action worked."""

    FEW_AFTER = "few-after"
    FEW_BEFORE = "few-before"
    OTHER_DEFINITION = "other-definition"
    NO_VARIATION = "no-variation"


class EffectMethod(StrEnum):
    """How the interval of an effect was computed (methods.md C1)."""

    PLAIN = "plain"
    WITH_MEMORY = "with-memory"
    SEASON = "season"


@dataclass(frozen=True)
class PeriodFigure:
    """One measured period: its key, value, cases (None where none are counted), by which definition."""

    period: str
    value: float
    cases: float | None = None
    definition: str | None = None


@dataclass(frozen=True)
class Side:
    """One side of the comparison: its periods, and the mean of their values."""

    periods: tuple[str, ...]
    value: float | None = None


@dataclass(frozen=True)
class Effect:
    """What is said of an action. `reason`: why nothing can be told yet; `method`: how the interval was computed.

    `difference` and `interval` (95 %) are those of the means; with the season taken out, those of the distances from
    the same period a year before, so that they need not be the distance of the two means. `wanted`: the periods that
    are needed on the side that is short of them.
    """

    verdict: EffectVerdict
    before: Side
    after: Side
    difference: float | None = None
    interval: Interval | None = None
    method: EffectMethod | None = None
    reason: EffectReason | None = None
    wanted: int | None = None


class SideLine(TypedDict):
    """One side of a comparison, as plain values; months of the first release also keep `cases` and `interval`."""

    periods: tuple[str, ...]
    value: float | None
    cases: NotRequired[float | None]
    interval: NotRequired[Interval | None]


class EffectLine(TypedDict):
    """Whether a closed action worked: before and after, as the words of an effect need them.

    Months of the first release have neither `method` nor `wanted`.
    """

    verdict: str
    before: SideLine
    after: SideLine
    difference: float | None
    interval: Interval | None
    method: NotRequired[str | None]
    reason: str | None
    wanted: NotRequired[int | None]
    kind: str
    against: NotRequired[LevelFacts]  # not in what was kept before
    title: Words


@dataclass(frozen=True)
class Around:
    """An action in time: its first and last day, and the periods whose figures led to it (chosen for being bad)."""

    begun: date
    done: date
    triggered: Collection[str] = ()


def judge_effect(
    figures: Sequence[PeriodFigure], direction: Direction, around: Around, *, is_share: bool = False
) -> Effect:
    """Better or worse only where the 95 % interval of the change leaves out zero.

    Before: up to 36 periods that ended before the action began, by the definition that holds after it, without those
    that triggered it; fewer than 8 are too few. After: the first 3 to 6 periods that began after it was done. The
    variance is that of the periods before, with their memory; with two years before and a clear season, each period is
    held against the same one a year earlier. Shares of fewer than 30 cases in every month are joined to quarters.
    """
    known = sorted(figures, key=lambda one: parse_period(one.period).start)
    after = [one for one in known if parse_period(one.period).start > around.done]
    now = next((one.definition for one in after), None)
    after = [one for one in after if one.definition == now]
    past = [one for one in known if parse_period(one.period).end < around.begun and one.period not in around.triggered]
    before = past if not after else [one for one in past if one.definition == now]
    points = (_points(before), _points(after))
    if is_share and _has_few_cases([*before, *after]):
        points = (_quarters(before, around), _quarters(after, around))
    old, new = points[0][-MOST_BEFORE:], points[1][:MOST_AFTER]
    short = _too_early(old, new, is_redefined=len(before) < len(past))
    return short or _judged(old, new, direction)


def _points(figures: Sequence[PeriodFigure]) -> list[Timed]:
    return [Timed(parse_period(one.period), one.value) for one in figures]


def _has_few_cases(figures: Sequence[PeriodFigure]) -> bool:
    months = all(parse_period(one.period).kind is PeriodKind.MONTH for one in figures)
    return months and all(one.cases is not None and 0 < one.cases < FEW_CASES for one in figures)


def _quarters(figures: Sequence[PeriodFigure], around: Around) -> list[Timed]:
    """Whole quarters on one side of the action: their cases added up."""
    joined = []
    for quarter, months in groupby(figures, lambda one: period_at(PeriodKind.QUARTER, parse_period(one.period).start)):
        parts = list(months)
        if len(parts) == MONTHS_JOINED and not quarter.start <= around.done <= quarter.end:
            cases = fsum(one.cases or 0.0 for one in parts)
            joined.append(Timed(quarter, fsum(one.value * (one.cases or 0.0) for one in parts) / cases))
    return joined


def _too_early(old: Sequence[Timed], new: Sequence[Timed], *, is_redefined: bool) -> Effect | None:
    """Why nothing can be told yet, if so."""
    sides = (_side(old), _side(new))
    if len(new) < FEWEST_AFTER:
        return Effect(EffectVerdict.TOO_EARLY, *sides, reason=EffectReason.FEW_AFTER, wanted=FEWEST_AFTER)
    if len(old) < FEWEST_BEFORE:
        reason = EffectReason.OTHER_DEFINITION if is_redefined else EffectReason.FEW_BEFORE
        return Effect(EffectVerdict.TOO_EARLY, *sides, reason=reason, wanted=FEWEST_BEFORE)
    return None


def _side(points: Sequence[Timed]) -> Side:
    return Side(tuple(one.period.key for one in points), _mean([one.value for one in points]) if points else None)


def _judged(old: Sequence[Timed], new: Sequence[Timed], direction: Direction) -> Effect:
    sides = (_side(old), _side(new))
    compared = _by_season(old, new) or _as_they_are(old, new)
    if len(compared.after) < FEWEST_AFTER:
        return Effect(EffectVerdict.TOO_EARLY, *sides, reason=EffectReason.FEW_AFTER, wanted=FEWEST_AFTER)
    before, after = compared.before, compared.after
    variance = _variance(before)
    if variance <= (_ALIKE * max(abs(value) for value in (*before, *after, 1.0))) ** 2:
        return Effect(EffectVerdict.TOO_EARLY, *sides, reason=EffectReason.NO_VARIATION)
    difference = _mean(after) - _mean(before)
    spread = _mean_variance(len(after), compared.memory) + _mean_variance(len(before), compared.memory)
    half = t_quantile((1 + CENSUS_LEVEL) / 2, len(before) - 1) * sqrt(variance * spread)
    interval = (difference - half, difference + half)
    return Effect(_verdict(direction, interval), *sides, difference, interval, compared.method)


_ALIKE = 1e-9
"""Values that differ by less, in proportion, are alike: how the figure moves by itself is then not known."""


@dataclass(frozen=True)
class _Compared:
    """The values of both sides as they are compared, and the memory of those before."""

    before: Sequence[float]
    after: Sequence[float]
    memory: float
    method: EffectMethod


def _as_they_are(old: Sequence[Timed], new: Sequence[Timed]) -> _Compared:
    memory = _memory(old)
    method = EffectMethod.WITH_MEMORY if memory else EffectMethod.PLAIN
    return _Compared([one.value for one in old], [one.value for one in new], memory, method)


def _by_season(old: Sequence[Timed], new: Sequence[Timed]) -> _Compared | None:
    """Each period held against the same one a year earlier, where two years show that the seasons return."""
    if not has_season(old):
        return None
    by_key = {one.period.key: one.value for one in old}
    before, after = ([pair.now - pair.then for pair in years_apart(side, by_key)] for side in (old, new))
    return _Compared(before, after, 0.0, EffectMethod.SEASON)


def _memory(points: Sequence[Timed]) -> float:
    """The autocorrelation of neighbours in time, within 0…0.9: the bias of short series put right by (1 + 3r)/n, then
    averaged with what is usual; below 12 periods only what is usual."""
    n = len(points)
    mean = _mean([one.value for one in points])
    squares = fsum((one.value - mean) ** 2 for one in points)
    if n < FEWEST_FOR_MEMORY or squares <= 0:
        return USUAL_MEMORY
    neighbours = (pair for pair in pairwise(points) if pair[0].period.next() == pair[1].period)
    r = fsum((one.value - mean) * (other.value - mean) for one, other in neighbours) / squares
    weighed = (n * (r + (1 + 3 * r) / n) + USUAL_WORTH * USUAL_MEMORY) / (n + USUAL_WORTH)
    return min(max(weighed, 0.0), MOST_MEMORY)


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _variance(values: Sequence[float]) -> float:
    """The sample variance."""
    mean = _mean(values)
    return fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _mean_variance(count: int, memory: float) -> float:
    """The variance of a mean of `count` neighbours with this memory, in units of that of one value."""
    return (1 + 2 * fsum((1 - lag / count) * memory**lag for lag in range(1, count))) / count


def _verdict(direction: Direction, interval: Interval) -> EffectVerdict:
    low, high = interval
    if low <= 0 <= high:
        return EffectVerdict.NO_BETTER
    return EffectVerdict.BETTER if (low > 0) == (direction is Direction.HIGHER) else EffectVerdict.WORSE
