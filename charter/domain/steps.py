"""Promises in steps: each tier against its own share, the ceiling on the tail, and the step that decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from charter.domain.charter_file.indicators import IndicatorBase, ShareWithin, Target
from charter.domain.charter_file.values import Delay
from charter.domain.measures import Counts, Number
from charter.domain.status import WORST_FIRST, Reading, evaluate_status
from charter.domain.terms import Direction, Kind, Status


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
    if not isinstance(indicator, ShareWithin) or not (indicator.tiers or indicator.ceiling):
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
