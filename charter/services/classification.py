"""The class of each commitment: what its evidence suggests, what a person decided, and what the charter leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from charter.domain.charter_file.models import CharterHead, Commitment
from charter.domain.classification import Suggestion, suggest_class
from charter.domain.evidence.heard import NOTHING_HEARD, SurveyEvidence, as_evidence
from charter.domain.permissions import Actor, require
from charter.domain.terms import CommitmentClass, Component, Permission
from charter.services.charters import history
from charter.services.evidence import Heard, heard
from charter.services.views import words


@dataclass(frozen=True)
class Classed:
    """The class that holds, the suggestion beside it, and who decided."""

    class_: CommitmentClass
    suggestion: Suggestion
    decided_by: str | None


def classify(commitment: Commitment, head: CharterHead, on: date, surveys: Heard) -> Classed:
    """A person's decision holds; without one, what the evidence known on that day suggests."""
    evidence = evidence_of(commitment, surveys.on(commitment.key, on))
    suggestion = suggest_class(evidence, on=on, choices=head.choices)
    decision = commitment.class_
    if decision is None:
        return Classed(suggestion.class_, suggestion, None)
    return Classed(decision.decided, suggestion, decision.by)


def evidence_of(commitment: Commitment, surveys: SurveyEvidence = NOTHING_HEARD) -> dict[str, Any]:
    """The evidence of the charter and of surveys, in the words of `analyse class`."""
    found = commitment.evidence
    evidence: dict[str, Any] = as_evidence(surveys)
    if found.law is not None:
        evidence["law"] = found.law.owed
    if found.sector is not None:
        evidence["sector"] = {"k": found.sector.promised_by, "n": found.sector.compared, "date": found.sector.date}
    if found.experts:
        evidence["experts"] = [
            {"floor": e.floor, "earns": e.earns, "date": e.date.isoformat(), "name": e.name} for e in found.experts
        ]
    return evidence


def page(actor: Actor, now: datetime) -> dict[str, Any]:
    """Each commitment's class with its evidence; the components of trust; expectations without an answer."""
    require(actor, Permission.READ_DESK, actor.home)
    charter = history().current.charter
    today = now.astimezone(ZoneInfo(charter.charter.timezone)).date()
    commitments = charter.commitments
    surveys = heard()
    known = {expectation.key for expectation in charter.charter.origin.expectations}
    return {
        "commitments": [
            _row(number, one, charter.charter, (today, surveys)) for number, one in enumerate(commitments, 1)
        ],
        "components": [
            {"component": part.value, "numbers": _numbers(commitments, lambda c, part=part: part in c.components)}
            for part in Component
        ],
        "expectations": [
            {
                "key": expectation.key,
                "text": words(expectation.text),
                "rank": expectation.rank,
                "numbers": _numbers(commitments, lambda c, key=expectation.key: key in c.answers),
            }
            for expectation in charter.charter.origin.expectations
        ],
        "orphans": _numbers(commitments, lambda c: not known.intersection(c.answers)) if known else [],
    }


def _numbers(commitments: Sequence[Commitment], holds: Any) -> list[int]:
    return [number for number, commitment in enumerate(commitments, 1) if holds(commitment)]


def _row(number: int, commitment: Commitment, head: CharterHead, known: tuple[date, Heard]) -> dict[str, Any]:
    classed = classify(commitment, head, *known)
    decision = commitment.class_
    return {
        "number": number,
        "key": commitment.key,
        "title": words(commitment.title),
        "class": classed.class_.value,
        "suggested": classed.suggestion.class_.value,
        "strength": classed.suggestion.strength.value,
        "because": classed.suggestion.because,
        "warnings": classed.suggestion.warnings,
        "evidence": _proofs(commitment),
        "decision": decision.model_dump(mode="json") if decision else None,
        "components": [component.value for component in commitment.components],
    }


def _proofs(commitment: Commitment) -> list[dict[str, Any]]:
    """The evidence from law to experts, one row a piece."""
    found = commitment.evidence
    law = [{"kind": "law"} | found.law.model_dump(mode="json")] if found.law else []
    sector = [{"kind": "sector"} | found.sector.model_dump(mode="json")] if found.sector else []
    return [*law, *sector, *({"kind": "experts"} | expert.model_dump(mode="json") for expert in found.experts)]
