"""One measured period, judged for every unit of the tree: status, weakest unit, coverage, who does not record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.measures import Counts
from charter.domain.status import Reading, evaluate_status, is_exceeded
from charter.domain.steps import StepReading, deciding, judge_steps
from charter.domain.terms import Direction, Kind, Reason
from charter.domain.units import RolledUp, UnitTree
from charter.domain.valuing import figure_of
from charter.domain.weighting import Weighted, weigh


@dataclass(frozen=True)
class UnitReading:
    """What one unit's figure says for one period.

    `steps` are the readings of tiers and ceiling; `shown` is the place of the one whose value stands for all, None
    where the indicator's own level decides. `effective_n`: the equal answers that weighted ones are worth.
    """

    unit: str
    reading: Reading
    counts: Counts
    exceeded: bool | None
    weakest_unit: str | None
    coverage: float | None
    not_recording: tuple[str, ...]
    steps: tuple[StepReading, ...] = ()
    shown: int | None = None
    effective_n: float | None = None


@dataclass(frozen=True)
class _Judged:
    """One unit by itself: the reading against the indicator's own level, its steps, and the one that decides."""

    main: Reading
    reading: Reading
    margin: Decimal | None
    steps: tuple[StepReading, ...] = ()
    shown: int | None = None
    effective_n: float | None = None


@dataclass(frozen=True)
class Standard:
    """What the period is judged by: the target in force on its first day, or why there is none."""

    target: Target | None
    in_season: bool
    on: date
    source_reaches_past: bool


def judge_units(tree: UnitTree, indicator: Indicator, standard: Standard, rolled: RolledUp) -> Sequence[UnitReading]:
    """A reading for every unit of the tree, in its order.

    A unit with at least `minimum` judged cases and no stop on any of them is *not recording*: it has no data,
    its cases stay in the counts of those above, who name it (contract, "Status of an indicator"). So it is with a
    unit whose cases have no volume to be read against.
    """
    weighted = weigh(tree, indicator, rolled.counts)
    found = {key: _judge(indicator, standard, one, weighted.get(key)) for key, one in rolled.counts.items()}
    silent = {key for key, one in found.items() if _is_silent(one.reading, rolled.counts[key])}
    return [_surround(tree, indicator, standard, (unit.key, found, rolled.counts, silent)) for unit, _ in tree.walk()]


def _is_silent(reading: Reading, counts: Counts) -> bool:
    without_volume = reading.reason is Reason.NO_VOLUME and counts.numerator > 0
    return reading.reason is Reason.NOT_RECORDING or without_volume


def _judge(indicator: Indicator, standard: Standard, counts: Counts, weighted: Weighted | None) -> _Judged:
    main = _read(indicator, standard, counts, weighted)
    steps = tuple(judge_steps(indicator, counts, main))
    effective = weighted.n if weighted is not None else None
    # What has a level of its own decides beside the indicator's target; the worst of them is the status.
    own = [at for at, one in enumerate(steps) if one.step.required is not None]
    worst = deciding([main, *(steps[at].reading for at in own)])
    if worst == 0:
        return _Judged(main, main, _margin(indicator, main.value), steps, effective_n=effective)
    shown = own[worst - 1]
    reading, required = steps[shown].reading, steps[shown].step.required
    margin = None if reading.value is None or required is None else reading.value - required
    return _Judged(main, reading, margin, steps, shown)


def _margin(indicator: Indicator, value: Decimal | None) -> Decimal | None:
    """What puts units in order from worst to best, of the same level."""
    return value if value is None or indicator.direction is Direction.HIGHER else -value


def _read(indicator: Indicator, standard: Standard, counts: Counts, weighted: Weighted | None) -> Reading:
    reading = evaluate_status(
        indicator.kind,
        indicator.direction,
        indicator.basis,
        counts,
        target=standard.target,
        minimum=indicator.minimum,
        in_season=standard.in_season,
        missing=_missing(indicator, standard, counts),
        value=figure_of(indicator, counts) if weighted is None else weighted.value,
        worth=None if weighted is None else weighted.counts,
    )
    if indicator.kind is Kind.COMPOSITE and reading.reason is Reason.NO_ROWS:
        return replace(reading, reason=Reason.PART_MISSING)
    return reading


def _missing(indicator: Indicator, standard: Standard, counts: Counts) -> Reason | None:
    """Nothing counted is a value only where the source was read past the period's end; a rate needs its volume."""
    if indicator.kind is Kind.RATE and counts.denominator <= 0:
        return Reason.NO_VOLUME
    cases = counts.numerator if indicator.kind is Kind.RATE else counts.denominator
    is_empty = indicator.kind in (Kind.COUNT, Kind.MONEY, Kind.RATE) and cases == 0
    return Reason.SOURCE_SHORT if is_empty and not standard.source_reaches_past else None


def _surround(
    tree: UnitTree,
    indicator: Indicator,
    standard: Standard,
    found: tuple[str, Mapping[str, _Judged], Mapping[str, Counts], set[str]],
) -> UnitReading:
    key, judged, counts, silent = found
    leaves = tree.leaves(key, standard.on)
    below = [leaf for leaf in leaves if leaf != key]
    measured = sum(1 for leaf in leaves if counts[leaf].denominator > 0)
    own = judged[key]
    return UnitReading(
        unit=key,
        reading=own.reading,
        counts=counts[key],
        exceeded=_exceeded(indicator, own.main, standard.target),
        weakest_unit=_weakest(indicator, ((leaf, judged[leaf], counts[leaf]) for leaf in below)),
        coverage=measured / len(leaves) if leaves else None,
        not_recording=tuple(leaf for leaf in below if leaf in silent),
        steps=own.steps,
        shown=own.shown,
        effective_n=own.effective_n,
    )


def _exceeded(indicator: Indicator, reading: Reading, target: Target | None) -> bool | None:
    """None where no threshold of excess is in force."""
    if target is None or target.exceeds is None:
        return None
    return is_exceeded(indicator.direction, indicator.basis, reading, target)


def _weakest(indicator: Indicator, leaves: Iterable[tuple[str, _Judged, Counts]]) -> str | None:
    """The leaf with the worst value among those with at least the minimum number of cases."""
    judged: list[tuple[Decimal, str]] = [
        (one.margin, key)
        for key, one, counts in leaves
        if one.margin is not None and (not indicator.kind.has_minimum or counts.denominator >= indicator.minimum)
    ]
    return min(judged)[1] if judged else None
