"""The class of a commitment: what its evidence suggests, and what a person decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from charter.domain.charter_file.models import CharterHead, Commitment
from charter.domain.classification import Suggestion, suggest_class
from charter.domain.terms import CommitmentClass


@dataclass(frozen=True)
class Classed:
    """The class that holds, the suggestion beside it, and who decided."""

    class_: CommitmentClass
    suggestion: Suggestion
    decided_by: str | None


def classify(commitment: Commitment, head: CharterHead, on: date) -> Classed:
    """A person's decision holds; without one, what the evidence known on that day suggests."""
    suggestion = suggest_class(evidence_of(commitment), on=on, choices=head.choices)
    decision = commitment.class_
    if decision is None:
        return Classed(suggestion.class_, suggestion, None)
    return Classed(decision.decided, suggestion, decision.by)


def evidence_of(commitment: Commitment) -> dict[str, Any]:
    """The evidence in the words of `analyse class`."""
    found = commitment.evidence
    evidence: dict[str, Any] = {}
    if found.law is not None:
        evidence["law"] = found.law.owed
    if found.sector is not None:
        evidence["sector"] = {"k": found.sector.promised_by, "n": found.sector.compared, "date": found.sector.date}
    if found.experts:
        evidence["experts"] = [
            {"floor": e.floor, "earns": e.earns, "date": e.date.isoformat(), "name": e.name} for e in found.experts
        ]
    return evidence
