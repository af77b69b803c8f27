"""The classes as every face prints them: one commitment's place on the map, its evidence, its decision, its term.

What stands around the classes: components of trust, expectations of customers, drift, the choices in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NotRequired, TypedDict

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.classes.classification import Decided, review_of
from charter.domain.evidence.votes import ages_of
from charter.domain.overview.headline import place_of
from charter.domain.overview.model import Words, words
from charter.domain.surveys.kano import KanoCounts, answers_to_settle, better, worse
from charter.domain.surveys.privacy import LEAST_SHOWN
from charter.domain.surveys.waves import SurveyEvidence, speaking
from charter.domain.vocabulary.terms import Party
from charter.services.classes.coverage import (
    Choice,
    Coverage,
    DriftRow,
    GridCoverage,
    Origin,
    choices_of,
    coverage,
    drift_rows,
    grids_of,
    origin,
)
from charter.services.classes.current import Asked, Classed, Rung, classify, ladder
from charter.services.classes.known_evidence import KnownEvidence

SOON = 60
"""So many days before its term a class is said to expire soon."""


DecisionFacts = TypedDict(
    "DecisionFacts",
    {
        "class": str | None,  # None: given back to the evidence
        "valid_from": str,
        "decided_on": str,
        "by": str,
        "because": str,
        "origin": str,
        "suggested": str | None,
        "is_override": bool,
        "disagreements": list[Mapping[str, Any]],
    },
)
"""A decision on a class in plain types."""


class ReviewFacts(TypedDict):
    """By when and why a class is to be looked at again; `state` is past, soon or later."""

    on: str
    why: str
    state: str


class MapPoint(TypedDict):
    """Where a survey puts a commitment on the map, with its intervals."""

    x: float
    x_interval: list[float]
    y: float
    y_interval: list[float]
    n: int
    date: str
    wave: str
    more: NotRequired[dict[str, int | None]]  # Kano: answers that would settle each question


class EffectPoint(MapPoint):
    """The same in points of the overall mark, with the least effect that matters."""

    delta: float


class LawView(TypedDict):
    """What the law owes, and the words of the part that it owes."""

    owed: str
    reference: str | None
    date: str | None
    until: str | None
    scope: str | None
    minimum_indicator: str | None
    minimum: Words | None
    surplus: Words | None


ClassRow = TypedDict(
    "ClassRow",
    {
        "number": int,
        "key": str,
        "title": Words,
        "class": str,
        "place": str,
        "suggested": str,
        "strength": str,
        "floor": str | None,
        "earns": str | None,
        "lean": str | None,
        "because": list[dict[str, Any]],
        "warnings": list[dict[str, Any]],
        "decision": DecisionFacts | None,
        "components": list[str],
        "serves": NotRequired[dict[str, list[str]]],
        "promisee": NotRequired[str],  # where it is not made to customers, who say nothing of its class
        "review": ReviewFacts | None,
        "point": MapPoint | None,
        "effect": EffectPoint | None,
        "law": LawView | None,
        "ladder": list[Rung],
    },
)
"""The class of one commitment: its place on the map, its evidence, its decision, its term."""


class Classes(TypedDict):
    """All classes on a day, and what stands around them."""

    on: str
    commitments: list[ClassRow]
    coverage: list[Coverage]
    grids: NotRequired[list[GridCoverage]]  # where the charter has some of its own
    origin: Origin
    drifts: list[DriftRow]
    choices: list[Choice]


def classes_of(charter: Charter, on: date, known: KnownEvidence, statuses: Mapping[str, str] | None = None) -> Classes:
    """All classes on a day: commitments, components, expectations, drift, what expires, the choices in force.

    `statuses` are those of the commitments in the month shown; components then say how many are kept.
    """
    asked = Asked(charter.charter, on, known)
    rows = [_row(number, one, asked) for number, one in enumerate(charter.commitments, 1)]
    found: Classes = {
        "on": on.isoformat(),
        "commitments": rows,
        "coverage": coverage(rows, statuses or {}),
        "origin": origin(charter),
        "drifts": drift_rows(charter, asked),
        "choices": choices_of(asked.choices),
    }
    if charter.grids:
        found["grids"] = grids_of(charter, rows, statuses or {})
    return found


def _row(number: int, commitment: Commitment, asked: Asked) -> ClassRow:
    classed = classify(commitment, asked.head, asked.on, asked.known)
    suggestion, surveys = classed.suggestion, asked.known.surveys.on(commitment.key, asked.on)
    found: ClassRow = {
        "number": number,
        "key": commitment.key,
        "title": words(commitment.title),
        "class": classed.class_.value,
        "place": place_of(classed.class_, asked.choices),
        "suggested": suggestion.class_.value,
        "strength": suggestion.strength.value,
        "floor": suggestion.floor,
        "earns": suggestion.earns,
        "lean": suggestion.lean,
        "because": suggestion.because,
        "warnings": suggestion.warnings,
        "decision": decision_facts(classed.decision),
        "components": [component.value for component in commitment.components],
        "review": _review(classed, asked),
        "point": _point(surveys, asked),
        "effect": _effect(surveys, asked),
        "law": _law(commitment),
        "ladder": ladder(commitment, classed, asked),
    }
    if commitment.serves:
        found["serves"] = commitment.serves
    if commitment.promisee is not Party.CUSTOMER:
        found["promisee"] = commitment.promisee.value
    return found


def decision_facts(decision: Decided | None) -> DecisionFacts | None:
    """A decision in plain types; None where nobody decided."""
    if decision is None:
        return None
    return {
        "class": decision.class_.value if decision.class_ else None,
        "valid_from": decision.valid_from.isoformat(),
        "decided_on": decision.on.isoformat(),
        "by": decision.by,
        "because": decision.because,
        "origin": decision.origin,
        "suggested": decision.suggested,
        "is_override": decision.is_override,
        "disagreements": list(decision.disagreements),
    }


def _review(classed: Classed, asked: Asked) -> ReviewFacts | None:
    found = review_of(
        classed.decision,
        ages_of(classed.evidence, asked.choices),
        classed.suggestion.deciding,
        asked.on,
        is_decaying=classed.suggestion.is_decaying,
        choices=asked.choices,
    )
    if found is None:
        return None
    days = (found.on - asked.on).days
    return {
        "on": found.on.isoformat(),
        "why": found.why,
        "state": "past" if days < 0 else "soon" if days <= SOON else "later",
    }


def _point(surveys: SurveyEvidence, asked: Asked) -> MapPoint | None:
    """Where a Kano survey puts it: shares of customers, each with its 95 % interval; None where none was asked."""
    if (wave := speaking(surveys.kano, asked.choices, asked.on).wave) is None:
        return None
    destroys, earns = worse(wave.counts), better(wave.counts)
    if destroys is None or earns is None or wave.people < LEAST_SHOWN:
        return None
    low, high = destroys[1]
    return {
        "x": -destroys[0],
        "x_interval": [-high, -low],
        "y": earns[0],
        "y_interval": list(earns[1]),
        "n": wave.people,
        "date": wave.asked_on.isoformat(),
        "wave": wave.name,
        "more": _more(wave.counts, float(asked.choices.majority)),
    }


def _more(counts: KanoCounts, cut: float) -> dict[str, int | None]:
    """By question, how many more answers in the same proportion would settle it; 0 where it is settled."""
    parts = {"floor": counts.o + counts.m, "earns": counts.a + counts.o}
    return {question: answers_to_settle(part, counts.n, cut) for question, part in parts.items()}


def _effect(surveys: SurveyEvidence, asked: Asked) -> EffectPoint | None:
    """Where a survey of marks puts it: penalty and reward in points of the overall mark, with their intervals."""
    wave = speaking(surveys.penalty_reward, asked.choices, asked.on).wave
    if wave is None or not wave.result.get("penalty_interval") or not wave.result.get("reward_interval"):
        return None
    found = wave.result
    return {
        "x": found["penalty"],
        "x_interval": list(found["penalty_interval"]),
        "y": found["reward"],
        "y_interval": list(found["reward_interval"]),
        "n": min(found["n_low"], found["n_high"]),
        "delta": found["delta"],
        "date": wave.asked_on.isoformat(),
        "wave": wave.name,
    }


def _law(commitment: Commitment) -> LawView | None:
    law = commitment.evidence.law
    if law is None:
        return None
    return {
        "owed": law.owed,
        "reference": law.reference,
        "date": law.date,
        "until": law.until,
        "scope": law.scope,
        "minimum_indicator": law.minimum_indicator,
        "minimum": words(law.minimum) if law.minimum else None,
        "surplus": words(law.surplus) if law.surplus else None,
    }
