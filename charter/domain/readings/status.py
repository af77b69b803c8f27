"""Whether a promise is kept: what may be said of an indicator for one period, and of its commitment.

Nothing is green by default: no data, too few cases and a survey that cannot tell are statuses of their own.
Rules: contract.md "Status of an indicator". Where several rules hold at once, in this order: no target in force
(nothing is required, so nothing can be missing), no data, too few cases, then the value or its interval.

The level that is required on a given day: targets have dates of validity and seasons.

A period is read with the target in force on its first day; an old month keeps the target of that month.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict

from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.values import UnitsOfKind
from charter.domain.readings.seasons import in_season
from charter.domain.statistics.intervals import (
    CENSUS_LEVEL,
    SAMPLE_LEVEL,
    Interval,
    clopper_pearson,
    nps_interval,
    poisson_rate,
    wilson,
)
from charter.domain.statistics.samples import mean_of_sample
from charter.domain.vocabulary.counts import Counts, value_of
from charter.domain.vocabulary.terms import Basis, Direction, Kind, Reason, Status


def target_in_force(targets: Sequence[Target], on: date, unit: Unit | None = None) -> Target | None:
    """What is required of a unit on a day; None when nothing is.

    Of the targets that have begun and whose season holds the day, the most specific for the unit (its key, or `whole`
    for the root; its kind; unmarked); of these the one with the latest `from`; of two with the same, the later in the
    file. Without a unit only those that hold for all.
    """
    found, best = None, (0, date.min)
    for target in targets:
        rank = (specificity(target, unit), target.from_)
        if rank[0] and target.from_ <= on and in_season(target, on) and rank >= best:
            found, best = target, rank
    return found


def specificity(target: Target, unit: Unit | None) -> int:
    """How closely a target names a unit: 3 by its key, or the root as the whole; 2 by its kind; 1 all units; 0 not."""
    held = target.units
    if held is None:
        return 1
    if unit is None:
        return 0
    if isinstance(held, UnitsOfKind):
        return 2 if held.kind == unit.kind else 0
    return 3 if (unit.parent is None if held == "whole" else unit.key in held) else 0


def why_nothing_is_required(targets: Sequence[Target], on: date, unit: Unit | None = None) -> Reason:
    """Why a unit has no target: others have a level and it has none of its own, out of season, or there is none."""
    begun = [target for target in targets if target.from_ <= on]
    if any(in_season(target, on) for target in begun if not specificity(target, unit)):
        return Reason.NO_OWN_LEVEL
    return Reason.OUT_OF_SEASON if any(specificity(target, unit) for target in begun) else Reason.NO_TARGET


LEVELS = ("target", "tolerance", "unacceptable", "exceeds")


class LevelFacts(TypedDict):
    """What a figure is read against, in plain numbers."""

    direction: str
    target: float | None
    tolerance: float | None
    unacceptable: float | None
    exceeds: float | None


class DoubtView(TypedDict):
    """What is doubted of a figure (domain/readings/doubts.py). `share`: of its cases; `low`, `high`: its value at worst
    and at best; `changes`: whether its verdict could turn."""

    code: str
    count: float
    share: float | None
    low: float | None
    high: float | None
    changes: bool
    on: NotRequired[str]  # the last or first day with a row
    until: NotRequired[str]  # the day with rows after a hole
    units: NotRequired[dict[str, float]]  # cases by unit
    names: NotRequired[dict[str, str]]  # of those units that the charter knows
    without: NotRequired[float]  # the value without the cases of those units
    median: NotRequired[float]  # cases of a usual period


def level_facts(indicator: Indicator, on: date, unit: Unit | None = None) -> LevelFacts:
    """What a figure of a unit is read against on a day, in plain numbers: direction and levels, None without."""
    target = target_in_force(indicator.targets, on, unit)
    return {
        "direction": indicator.direction.value,
        "target": _float(None if target is None else target.target),
        "tolerance": _float(None if target is None else target.tolerance),
        "unacceptable": _float(None if target is None else target.unacceptable),
        "exceeds": _float(None if target is None else target.exceeds),
    }


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


@dataclass(frozen=True)
class Levels:
    """The levels of a target turned so that higher is always better (values are negated when lower is)."""

    sign: int
    kept: Decimal
    near: Decimal
    unacceptable: Decimal | None
    exceeds: Decimal | None


def levels_of(target: Target, direction: Direction) -> Levels:
    """The bounds a value is compared with: kept from `target`, near from `target - tolerance`, and so on, mirrored."""
    sign = 1 if direction is Direction.HIGHER else -1
    kept = sign * target.target
    return Levels(
        sign=sign,
        kept=kept,
        near=kept - target.tolerance,
        unacceptable=None if target.unacceptable is None else sign * target.unacceptable,
        exceeds=None if target.exceeds is None else sign * target.exceeds,
    )


WORST_FIRST = (
    Status.UNACCEPTABLE,
    Status.MISSED,
    Status.NO_DATA,
    Status.UNPROVEN,
    Status.NEAR,
    Status.KEPT,
    Status.NOT_APPLICABLE,
)


@dataclass(frozen=True)
class Reading:
    """What may be said of an indicator for one period."""

    status: Status
    reason: Reason | None = None
    value: Decimal | None = None
    interval: Interval | None = None
    interval_level: float | None = None


def evaluate_status(
    kind: Kind,
    direction: Direction,
    basis: Basis,
    counts: Counts | None,
    target: Target | None,
    minimum: int,
    *,
    without: Reason = Reason.NO_TARGET,
    missing: Reason | None = None,
    value: Decimal | None = None,
    worth: Counts | None = None,
    equal: float | None = None,
    per: int = 1,
) -> Reading:
    """The status of an indicator for one period.

    `without` says why nothing is required where `target` is None. `counts` is None, or `missing` says why, when the
    figure cannot be had (check due, late, failed, lapsed, source too short). `value` overrides the one that the counts
    give (rate per volume, weighted answers); `worth` are the equal answers that are as sure as weighted ones, on which
    their interval rests, and `equal` how many these are worth, held against the minimum; a rate is `per` so many of its
    volume. Equality with a bound is exact: 0.95 meets 0.95, in Decimal.
    """
    known = Counts() if counts is None or missing is not None else counts
    absent = missing or _why_no_data(kind, known, minimum, value)
    figure = None if absent is not None else (value if value is not None else value_of(kind, known))
    interval = None if figure is None else interval_of(kind, basis, worth or _cases_of(kind, known), per)
    level = SAMPLE_LEVEL if basis is Basis.SAMPLE else CENSUS_LEVEL
    measured = Reading(Status.UNPROVEN, None, figure, interval, None if interval is None else level)
    if target is None:
        return replace(measured, status=Status.NOT_APPLICABLE, reason=without)
    if figure is None:
        return Reading(Status.NO_DATA, absent)
    if kind.has_minimum and (known.denominator if equal is None else equal) < minimum:
        return replace(measured, reason=Reason.TOO_FEW)
    levels = levels_of(target, direction)
    if basis is Basis.SAMPLE:
        silent = Reason.NO_INTERVAL if known.denominator > 1 else Reason.TOO_FEW
        return _judge_sample(levels, measured, figure, silent)
    return replace(measured, status=_verdict(levels, figure))


def _why_no_data(kind: Kind, counts: Counts, minimum: int, value: Decimal | None) -> Reason | None:
    if is_not_recording(kind, counts, minimum):
        return Reason.NOT_RECORDING
    return Reason.NO_ROWS if value is None and value_of(kind, counts) is None else None


def is_not_recording(kind: Kind, counts: Counts, minimum: int) -> bool:
    """At least `minimum` judged cases and no stop date on any: the unit does not record, it is not slow."""
    recorded = counts.stopped or counts.numerator
    return kind is Kind.SHARE_WITHIN and counts.denominator >= minimum and not recorded


_OF_CASES = (Kind.SHARE, Kind.SHARE_WITHIN, Kind.YES_NO, Kind.EFFORT)
"""Shares of independent cases. Minutes up of minutes in all are not: one failure takes many of them together."""


def _cases_of(kind: Kind, counts: Counts) -> Counts:
    """None for a share whose counts have decimals: half a minute is an amount, not a case."""
    is_whole = counts.numerator % 1 == 0 and counts.denominator % 1 == 0
    return counts if is_whole or kind not in _OF_CASES else Counts()


def has_interval(kind: Kind) -> bool:
    """Kinds that have an interval of a sample: shares of cases, means, percentiles, scores, rates, composites."""
    return kind in (*_OF_CASES, Kind.MEAN, Kind.NPS, Kind.RATE) or not kind.adds_up


def interval_of(kind: Kind, basis: Basis, counts: Counts, per: int = 1) -> Interval | None:
    """95 % Wilson of a share of cases in a census. Of a sample 90 %: Clopper-Pearson of a share, Student of a mean, as
    skew as its answers are (`mean_of_sample`), adjusted Wald of a net promoter score, Poisson of a rate; of a
    percentile and a composite as it was counted (methods.md C3). Else None, also where all answers are alike: they say
    nothing of how far others lie.
    """
    n = counts.denominator
    if n <= 0 or not has_interval(kind):
        return None
    if kind in _OF_CASES:
        if not 0 <= counts.numerator <= n:
            return None
        exact = clopper_pearson(counts.numerator, n, SAMPLE_LEVEL) if basis is Basis.SAMPLE else None
        return exact or wilson(counts.numerator, n, CENSUS_LEVEL)
    if basis is Basis.CENSUS:
        return None
    if not kind.adds_up:
        return None if counts.low is None or counts.high is None else (float(counts.low), float(counts.high))
    if kind is Kind.MEAN:
        return mean_of_sample(n, counts.total, counts.squares, counts.cubes)
    if kind is Kind.RATE:
        low, high = poisson_rate(counts.numerator, n, SAMPLE_LEVEL)
        return (low * per, high * per)
    if counts.passives < 0:
        return None
    return nps_interval(counts.promoters, counts.passives, counts.detractors, SAMPLE_LEVEL)


def against(levels: Levels, measured: Reading, basis: Basis) -> Reading:
    """A figure that was read before, read against other levels; what has no figure keeps what it says."""
    if measured.value is None:
        return measured
    if basis is Basis.SAMPLE:
        return _judge_sample(levels, replace(measured, status=Status.UNPROVEN), measured.value, Reason.NO_INTERVAL)
    return replace(measured, status=_verdict(levels, measured.value), reason=None)


def _verdict(levels: Levels, figure: Decimal) -> Status:
    """The four levels, in the contract's order: the tolerance band reads near even where a charter, against
    the linter's advice, sets its unacceptable threshold inside the band."""
    value = levels.sign * figure
    if value >= levels.kept:
        return Status.KEPT
    if value >= levels.near:
        return Status.NEAR
    if levels.unacceptable is not None and value < levels.unacceptable:
        return Status.UNACCEPTABLE
    return Status.MISSED


def _judge_sample(levels: Levels, measured: Reading, figure: Decimal, silent: Reason) -> Reading:
    """Wholly on the good side: kept. Wholly on the bad side: by its value. Else not proven either way.

    A sample without an interval proves nothing: no kind is judged as if it were exact.
    """
    ends = _turned(levels, measured)
    if ends is None:
        return replace(measured, reason=silent)
    worst, best = ends
    status = _verdict(levels, figure)
    is_settled = worst >= levels.kept if status is Status.KEPT else best < levels.kept
    return replace(measured, status=status) if is_settled else replace(measured, reason=Reason.INTERVAL_STRADDLES)


def _turned(levels: Levels, reading: Reading) -> tuple[Decimal, Decimal] | None:
    """The worst and the best end of the interval, turned so that higher is better."""
    if reading.interval is None:
        return None
    worst, best = sorted(levels.sign * Decimal(repr(end)) for end in reading.interval)
    return worst, best


def is_exceeded(direction: Direction, basis: Basis, reading: Reading, target: Target | None) -> bool:
    """Kept, and at or beyond the target's `exceeds`: of a sample the whole interval, of a census the value.

    Without a measured threshold nothing is exceeded: at the promised level the promise is owed.
    """
    if target is None or reading.status is not Status.KEPT or reading.value is None:
        return False
    levels = levels_of(target, direction)
    ends = _turned(levels, reading) if basis is Basis.SAMPLE else None
    value = levels.sign * reading.value if ends is None else ends[0]
    return levels.exceeds is not None and value >= levels.exceeds


def worst_status(statuses: Iterable[Status]) -> Status:
    """The weakest link; not-applicable ones are left out, and nothing left is not-applicable."""
    return min(statuses, key=WORST_FIRST.index, default=Status.NOT_APPLICABLE)


def commitment_status(indicators: Iterable[tuple[bool, Status]]) -> Status:
    """The worst of the mandatory indicators, given as (mandatory, status); no mandatory indicator is no-data."""
    mandatory = [status for is_mandatory, status in indicators if is_mandatory]
    return worst_status(mandatory) if mandatory else Status.NO_DATA


def is_without_evidence(indicators: Iterable[tuple[bool, Status]]) -> bool:
    """A commitment without a mandatory indicator is not a commitment: say so (reason `without-evidence`)."""
    return not any(is_mandatory for is_mandatory, _ in indicators)
