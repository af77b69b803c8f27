"""From counts to a value: as people read it, in steps, with what was left out, and what no source can rightly count.

A rate is per so many of its volume. In steps, each tier stands against its own share, the ceiling on the tail, and one
step decides. What leaving cases out does to a share: between what bounds it would lie if they had been counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Any

from charter.domain.charter_file.indicators import IndicatorBase, PlainShare, Rate, ShareWithin, Target
from charter.domain.charter_file.values import Delay
from charter.domain.readings.status import WORST_FIRST, Reading, evaluate_status
from charter.domain.vocabulary.counts import Cell, Counts, Number, value_of
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Direction, Kind, Status

SHARES = ("share-within", "share", "yes-no", "effort")


def bounds_with_left_out(view: Mapping[str, Any]) -> tuple[float, float] | None:
    """The share with every excluded case failed, and with every one met; None where the counts do not tell.

    An excluded case is not followed to its end, so that nothing nearer is known. A weighted share and a promise in
    steps are not one count of cases.
    """
    numerator, denominator = view["numerator"], view["denominator"]
    excluded = sum(view["excluded"].values())
    if view["kind"] not in SHARES or not excluded or numerator is None or not denominator:
        return None
    if view.get("effective_n") or view.get("tiers") or view["value"] is None:
        return None
    seen = denominator + excluded
    return numerator / seen, (numerator + excluded) / seen


class StepKind(StrEnum):
    """The promised delay itself, one tier of it, or the tail."""

    WITHIN = "within"
    TIER = "tier"
    CEILING = "ceiling"


@dataclass(frozen=True)
class Step:
    """One delay that is judged. `required`: the share within it; of a ceiling what may lie beyond leaves the rest."""

    kind: StepKind
    delay: Delay
    required: Decimal | None


@dataclass(frozen=True)
class StepReading:
    """What one step's figure says. `value` is the share within its delay, of a ceiling too."""

    step: Step
    numerator: Number
    denominator: Number
    reading: Reading


def steps_of(indicator: IndicatorBase) -> list[Step]:
    """The steps of an indicator with tiers or a ceiling, in the file's order; none for the others."""
    if not isinstance(indicator, ShareWithin) or not indicator.in_steps:
        return []
    steps = [Step(StepKind.TIER, tier.within, tier.target) for tier in indicator.tiers]
    if indicator.within is not None:
        steps = [Step(StepKind.WITHIN, indicator.within, None)]
    if indicator.ceiling is not None:
        steps.append(Step(StepKind.CEILING, indicator.ceiling.beyond, 1 - indicator.ceiling.at_most))
    return steps


def judge_steps(indicator: IndicatorBase, counts: Counts, main: Reading) -> list[StepReading]:
    """Each step judged: a tier is kept from its target on, a ceiling while at most its share lies beyond the delay.

    `main` is the reading against the indicator's own targets: that of the promised delay. Of a sample the interval
    decides, as for every share.
    """
    return list(_judged(indicator, counts, main))


def _judged(indicator: IndicatorBase, counts: Counts, main: Reading) -> Iterator[StepReading]:
    for at, step in enumerate(steps_of(indicator)):
        met = counts.numerator if at == 0 else counts.steps.get(str(step.delay))
        if step.required is None:
            yield StepReading(step, counts.numerator, counts.denominator, main)
            continue
        known = None if met is None else replace(counts, numerator=met)
        target = Target.model_validate({"from": date.min, "target": step.required})
        reading = evaluate_status(
            Kind.SHARE_WITHIN, Direction.HIGHER, indicator.basis, known, target=target, minimum=indicator.minimum
        )
        yield StepReading(step, met or 0, counts.denominator, reading)


def deciding(readings: Sequence[Reading]) -> int:
    """The place of the worst reading, the first of equals; one that requires nothing decides only when all do."""
    return min(range(len(readings)), key=lambda at: _rank(readings[at].status))


def _rank(status: Status) -> int:
    return WORST_FIRST.index(status)


_STEP = Decimal(1).scaleb(-12)


def figure_of(indicator: IndicatorBase, counts: Counts) -> Decimal | None:
    """The value by the indicator's kind (`value_of`); of a rate: numerator x per / volume, None without a volume."""
    if isinstance(indicator, Rate):
        if counts.denominator <= 0:
            return None
        return Decimal(counts.numerator) * indicator.per / Decimal(counts.denominator)
    return value_of(kind_of(indicator), counts)


def reckoned_as(indicator: IndicatorBase) -> Kind:
    """The kind by which chance is reckoned with: a share of amounts (minutes, euros) is none of independent cases, for
    one failure takes many of them together (methods.md C3). It is reckoned as time up of all time. Easy answers are
    reckoned as what they are: a share of answers."""
    is_of_amounts = isinstance(indicator, PlainShare) and indicator.in_ is not None
    kind = Kind.AVAILABILITY if is_of_amounts else kind_of(indicator)
    return Kind.SHARE if kind is Kind.EFFORT else kind


def kind_of(indicator: IndicatorBase) -> Kind:
    """The indicator's kind."""
    return Kind(getattr(indicator, "kind", Kind.COUNT))


def weighted_mean(parts: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """The weighted mean of (weight, value), to twelve decimals; None when a value is missing.

    A composite leaves no part out: the mean of the others would be another indicator.
    """
    total, weights = Decimal(0), Decimal(0)
    for weight, value in parts:
        if value is None:
            return None
        total += weight * value
        weights += weight
    return rounded(total / weights) if weights else None


def rounded(value: Decimal) -> Decimal:
    """To twelve decimals, so that thirds and binary fractions meet a level that they equal."""
    return value.quantize(_STEP, ROUND_HALF_EVEN)


LONGEST_NAME = 500
"""Letters of the name of a unit, a channel or a segment, as it stands in a source."""

_NAMED = (Sentence("a unit"), Sentence("a channel"), Sentence("a segment"))


def refuse_impossible(indicator: IndicatorBase, kind: Kind, cells: Iterable[Cell]) -> None:
    """Go on only with cells that can be. Raises SourceError with the first that cannot."""
    for cell in cells:
        for what, name in zip(_NAMED, (cell.unit, cell.channel, cell.segment), strict=True):
            if len(name) > LONGEST_NAME:
                raise SourceError(
                    "The source “%(source)s” names %(what)s of %(letters)s characters that begins with "
                    "“%(start)s”: at most %(most)s are taken, fix the row.",
                    source=indicator.source,
                    what=what,
                    letters=len(name),
                    start=name[:20],
                    most=LONGEST_NAME,
                )
        counts = cell.counts
        if kind.is_share and counts.numerator > counts.denominator:
            raise SourceError(
                "The source “%(source)s” says %(numerator)s of %(denominator)s for %(unit)s in %(period)s: the "
                "numerator is above the denominator, fix the row.",
                source=indicator.source,
                numerator=counts.numerator,
                denominator=counts.denominator,
                unit=cell.unit or Sentence("no unit"),
                period=parse_period(cell.period),
            )
