"""One measured period, judged for every unit of the tree: status, weakest unit, coverage, who does not record.

Surveys weighted to the population: each unit speaks for its customers, not for the answers it happened to get.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

from charter.domain.charter_file.indicators import Indicator, IndicatorBase, Rate, Target
from charter.domain.charter_file.unit_tree import RolledUp, UnitTree
from charter.domain.readings.status import Reading, evaluate_status, is_exceeded
from charter.domain.readings.values import StepReading, deciding, figure_of, judge_steps, kind_of, rounded, steps_of
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.terms import Basis, Direction, Kind, Reason

WEIGHTED_KINDS = (Kind.SHARE, Kind.SHARE_WITHIN, Kind.MEAN, Kind.NPS)
_FIELDS = ("numerator", "total", "squares", "promoters", "detractors")


@dataclass(frozen=True)
class Weighted:
    """What weighted answers are worth: counts of `n` equal answers that give the same value, and that value."""

    counts: Counts
    value: Decimal
    n: float


@dataclass(frozen=True)
class _Worth:
    """Per answer, the mean of each count; and how many equal answers they are worth."""

    per_answer: tuple[Fraction, ...]
    n: Fraction


def weigh(tree: UnitTree, indicator: IndicatorBase, counts: Mapping[str, Counts]) -> dict[str, Weighted]:
    """By unit, the weighted figure of a sample, for units above others that have a weight and answers.

    The mean over the units below, each with its weight; its interval rests on Kish's effective number of answers,
    (sum w)^2 / sum w^2 over answers, where an answer of a unit weighs the unit's weight / its answers (methods.md
    A8). A unit without answers says nothing and leaves its weight to the others; answers of no weighted unit weigh
    nothing. `counts` are those rolled up along the tree.
    """
    if indicator.basis is not Basis.SAMPLE or kind_of(indicator) not in WEIGHTED_KINDS or steps_of(indicator):
        return {}
    worths = {key: _worth(tree, key, counts) for key in tree.by_key if any(_strata(tree, key))}
    return {key: _weighted(kind_of(indicator), worth) for key, worth in worths.items() if worth is not None}


def _strata(tree: UnitTree, key: str) -> Iterator[tuple[str, Fraction]]:
    """The nearest units below that have a weight."""
    for child in tree.children(key):
        if child.weight is not None:
            yield child.key, Fraction(child.weight)
        else:
            yield from _strata(tree, child.key)


def _worth(tree: UnitTree, key: str, counts: Mapping[str, Counts]) -> _Worth | None:
    strata = list(_strata(tree, key))
    if not strata:
        return _plain(counts[key])
    parts = [(weight, worth) for unit, weight in strata if weight and (worth := _worth(tree, unit, counts))]
    if not parts:
        return None
    total = sum((weight for weight, _ in parts), Fraction(0))
    means = tuple(
        sum((weight * worth.per_answer[at] for weight, worth in parts), Fraction(0)) / total
        for at in range(len(_FIELDS))
    )
    return _Worth(means, total * total / sum((weight * weight / worth.n for weight, worth in parts), Fraction(0)))


def _plain(counts: Counts) -> _Worth | None:
    n = Fraction(counts.denominator)
    return _Worth(tuple(Fraction(getattr(counts, name)) / n for name in _FIELDS), n) if n else None


def _weighted(kind: Kind, worth: _Worth) -> Weighted:
    share, mean, _, promoters, detractors = worth.per_answer
    value = {Kind.SHARE: share, Kind.SHARE_WITHIN: share, Kind.MEAN: mean}.get(kind, (promoters - detractors) * 100)
    equal: dict[str, Decimal] = {
        name: _decimal(each * worth.n) for name, each in zip(_FIELDS, worth.per_answer, strict=True)
    }
    counts = Counts(denominator=_decimal(worth.n), **equal)  # type: ignore[arg-type]  # promoters may be fractions
    return Weighted(counts, _decimal(value), float(worth.n))


def _decimal(value: Fraction) -> Decimal:
    return rounded(Decimal(value.numerator) / Decimal(value.denominator))


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


Judged = dict[tuple[object, ...], "_Judged"]
"""What counts came to by one indicator and standard: the same counts come to the same again."""


def judge_units(
    tree: UnitTree, indicator: Indicator, standard: Standard, rolled: RolledUp, known: Judged | None = None
) -> Sequence[UnitReading]:
    """A reading for every unit of the tree, in its order.

    A unit with at least `minimum` judged cases and no stop on any of them is *not recording*: it has no data,
    its cases stay in the counts of those above, who name it (contract, "Status of an indicator"). So it is with a
    unit whose cases have no volume to be read against. `known` remembers what counts came to, for whoever judges many
    periods by one standard.
    """
    weighted = weigh(tree, indicator, rolled.counts)
    found = {
        key: _judge(indicator, standard, one, weighted.get(key))
        if known is None or weighted
        else _judge_once(indicator, standard, one, known)
        for key, one in rolled.counts.items()
    }
    silent = {key for key, one in found.items() if _is_silent(one.reading, rolled.counts[key])}
    return [_surround(tree, indicator, standard, (unit.key, found, rolled.counts, silent)) for unit, _ in tree.walk()]


def _judge_once(indicator: Indicator, standard: Standard, counts: Counts, known: Judged) -> _Judged:
    key = (*_numbers(counts), *counts.steps.items())
    if key not in known:
        known[key] = _judge(indicator, standard, counts, None)
    return known[key]


_numbers = attrgetter(*(field.name for field in fields(Counts) if field.name not in ("excluded", "steps")))


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
        per=indicator.per if isinstance(indicator, Rate) else 1,
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
