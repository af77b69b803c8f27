"""The class of a commitment on a day: a person's decision holds; without one, what the evidence suggests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from charter.domain.charter_file.models import CharterHead, Commitment
from charter.domain.classification import Suggestion, suggest_class
from charter.domain.decisions import Decided
from charter.domain.headline import minimum_status
from charter.domain.monthly import MinimumView
from charter.domain.terms import CommitmentClass, Status
from charter.services.proofs import Proofs
from charter.services.views import words


@dataclass(frozen=True)
class Classed:
    """The class that holds, the suggestion beside it, the decision if there is one, and the evidence of that day."""

    class_: CommitmentClass
    suggestion: Suggestion
    decision: Decided | None
    evidence: dict[str, Any]


def classify(commitment: Commitment, head: CharterHead, on: date, known: Proofs) -> Classed:
    """What was known on that day; later evidence and decisions do not reach back."""
    evidence = known.evidence(commitment, head.choices, on)
    suggestion = suggest_class(evidence, on=on, choices=head.choices)
    decision = known.decision(commitment.key, on)
    class_ = decision.class_ if decision is not None and decision.class_ is not None else suggestion.class_
    return Classed(class_, suggestion, decision, evidence)


def minimum_of(
    commitment: Commitment, classed: Classed, place: str, status: Status, statuses: Mapping[str, str]
) -> MinimumView | None:
    """The part that the law in force owes, where the charter tells it: its words and how it stands.

    `status` is the commitment's, `statuses` those of its indicators. Where the whole stands in the floor already and
    nothing measures the minimum apart, the whole speaks for it.
    """
    law = commitment.evidence.law
    is_part = any(w["code"] == "law-part-is-floor" for w in classed.suggestion.warnings)
    if law is None or law.minimum is None or not is_part:
        return None
    of_minimum = statuses.get(law.minimum_indicator or "")
    measured = Status(of_minimum) if of_minimum is not None else None
    if measured is None and place in ("floor", "both"):
        return None
    return {
        "text": words(law.minimum),
        "surplus": words(law.surplus) if law.surplus else None,
        "indicator": law.minimum_indicator,
        "status": minimum_status(status, measured).value,
        "reference": law.reference,
    }
