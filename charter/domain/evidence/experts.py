"""Expert judgement: the weakest evidence, dated, and never against customers (methods.md A5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from charter.domain.charter_file.values import Delay
from charter.domain.evidence.expiry import DEFAULTS, is_expired
from charter.domain.evidence.votes import Answer, Vote, note, outcome, silent
from charter.domain.terms import Strength

MINIMUM_EXPERTS = 2
AGREEMENT = Fraction(2, 3)


@dataclass(frozen=True)
class Opinion:
    """One expert's answers, given separately; None is unknown."""

    floor: Answer | None
    earns: Answer | None
    dated: date | None = None


def experts_vote(opinions: Sequence[Opinion], *, on: date | None = None, valid: Delay = DEFAULTS["experts"]) -> Vote:
    """At least two people whose opinions have not expired on that day; an answer holds if two thirds of them give it.

    An expert who does not know counts among those asked.
    """
    if not opinions:
        return silent("experts", "experts")
    current = [opinion for opinion in opinions if not is_expired(opinion.dated, on, valid)]
    gone = len(opinions) - len(current)
    warnings = [note("experts-expired", count=gone)] if gone else []
    if len(current) < MINIMUM_EXPERTS:
        return silent("experts", "experts", *warnings, note("experts-too-few", n=len(current)))
    floor = _agreed([opinion.floor for opinion in current])
    earns = _agreed([opinion.earns for opinion in current])
    if floor is None and earns is None:
        return silent("experts", "experts", *warnings, note("experts-disagree", n=len(current)))
    because = note(f"experts-{outcome(floor, earns)}", n=len(current))
    return Vote("experts", "experts", floor, earns, Strength.WEAK, (because,), tuple(warnings))


def _agreed(answers: Sequence[Answer | None]) -> Answer | None:
    asked = len(answers)
    agreed: tuple[Answer, ...] = ("yes", "no")
    return next((answer for answer in agreed if Fraction(answers.count(answer), asked) >= AGREEMENT), None)
