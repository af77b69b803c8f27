"""The evidence of one commitment as a ladder, from law to experts: what each source answers, and which one decided.

The class of a commitment on a day: a person's decision holds; without one, what the evidence suggests.

Where each commitment stands today: in the floor, in trust, in both, or apart. Alerts come in this order.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NotRequired, TypedDict
from zoneinfo import ZoneInfo

from charter.domain.charter_file.charter import CharterHead, Choices, Commitment
from charter.domain.classes.classification import Decided, Suggestion, suggest_class
from charter.domain.classes.evidence import votes_of
from charter.domain.evidence.law_sector_experts import standing_on
from charter.domain.evidence.votes import LEVELS, Aged, Vote, ages_of, is_expired, validity
from charter.domain.overview.headline import minimum_status, place_of
from charter.domain.overview.model import PLACES, MinimumView, words
from charter.domain.vocabulary.terms import CommitmentClass, Status
from charter.services.charters.versions import Version
from charter.services.classes.known_evidence import KnownEvidence, known_evidence


@dataclass(frozen=True)
class Classed:
    """The class that holds, the suggestion beside it, the decision if there is one, and the evidence of that day."""

    class_: CommitmentClass
    suggestion: Suggestion
    decision: Decided | None
    evidence: dict[str, Any]


def classify(commitment: Commitment, head: CharterHead, on: date, known: KnownEvidence) -> Classed:
    """What was known on that day; later evidence and decisions do not reach back. It is reckoned once for all pages
    as long as nothing more is known."""
    if known.mark is None:
        return _classify(commitment, head, on, known)
    kept, place = _classes(known.mark), (id(commitment), on)
    found = kept.get(place)
    if found is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        # The commitment is kept with it: no other object can have its number.
        found = kept[place] = (commitment, _classify(commitment, head, on, known))
    return found[1]


MOST_KEPT = 4000


@lru_cache(maxsize=2)
def _classes(_mark: Hashable) -> dict[tuple[int, date], tuple[Commitment, Classed]]:
    return {}


def _classify(commitment: Commitment, head: CharterHead, on: date, known: KnownEvidence) -> Classed:
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


@dataclass(frozen=True)
class Asked:
    """On which day the classes are read, by which choices, with all that is known."""

    head: CharterHead
    on: date
    known: KnownEvidence

    @property
    def choices(self) -> Choices:
        return self.head.choices


class Source(TypedDict):
    """What one source answers to the two questions, which of them it decided, and until when it holds."""

    source: str
    floor: str | None
    earns: str | None
    strength: str
    decides: list[str]
    because: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    dated: str | None
    expires_on: str | None
    is_expired: bool


class Company(TypedDict):
    """A company of the register: what it promises, where that stands, when it was read and by whom."""

    company: str
    promised: bool | None
    source: str
    seen_on: str
    by: str | None
    is_expired: bool


class OpenRound(TypedDict):
    """A round that is not told: who was asked and how many have answered, never what."""

    state: str
    opened_on: str
    closes_on: str
    asked: list[str]
    answered: int


class Rung(TypedDict):
    """One level of evidence: its sources; of the sector its companies, of experts what they said and open rounds."""

    level: str
    sources: list[Source]
    companies: NotRequired[list[Company]]
    experts: NotRequired[list[dict[str, Any]]]
    rounds: NotRequired[list[OpenRound]]


def ladder(commitment: Commitment, classed: Classed, asked: Asked) -> list[Rung]:
    """The four levels from law to experts: what each source answers, which question it decided, until when it holds."""
    votes = votes_of(classed.evidence, on=asked.on, choices=asked.choices)
    ages = ages_of(classed.evidence, asked.choices)
    rungs = {
        level: Rung(
            level=level,
            sources=[_source(vote, classed, ages.get(vote.source), asked) for vote in votes if vote.level == level],
        )
        for level in LEVELS
    }
    rungs["sector"]["companies"] = _companies(commitment, asked)
    rungs["experts"]["experts"] = classed.evidence.get("experts", [])
    rungs["experts"]["rounds"] = _rounds(commitment, asked)
    return list(rungs.values())


def _source(vote: Vote, classed: Classed, aged: Aged | None, asked: Asked) -> Source:
    suggestion = classed.suggestion
    by = {"floor": suggestion.floor_by, "earns": suggestion.earns_by}
    return {
        "source": vote.source,
        "floor": vote.floor,
        "earns": vote.earns,
        "strength": vote.strength.value,
        "decides": [question for question, sources in by.items() if vote.source in sources],
        "because": [dict(one) for one in vote.because],
        "warnings": [dict(one) for one in vote.warnings],
        "dated": aged.dated.isoformat() if aged else None,
        "expires_on": aged.expires_on.isoformat() if aged else None,
        "is_expired": aged is not None and asked.on > aged.expires_on,
    }


def _companies(commitment: Commitment, asked: Asked) -> list[Company]:
    """The register on that day, by name, with source and date."""
    valid = validity("sector", asked.choices)
    return [
        {
            "company": one.company,
            "promised": one.promised,
            "source": one.source,
            "seen_on": one.seen_on.isoformat(),
            "by": one.by,
            "is_expired": is_expired(one.seen_on, asked.on, valid),
        }
        for one in standing_on(asked.known.register(commitment), asked.on)
    ]


def _rounds(commitment: Commitment, asked: Asked) -> list[OpenRound]:
    return [
        {
            "state": one.state_on(asked.on),
            "opened_on": one.opened_on.isoformat(),
            "closes_on": one.closes_on.isoformat(),
            "asked": [seat.name for seat in one.seats],
            "answered": sum(seat.answered is not None for seat in one.seats),
        }
        for one in asked.known.rounds.get(commitment.key, ())
        if one.state_on(asked.on) != "told" and one.opened_on <= asked.on
    ]


def places_today(version: Version, now: datetime) -> dict[str, str]:
    """The place of each commitment by its class of today."""
    head, known = version.charter.charter, known_evidence()
    today = now.astimezone(ZoneInfo(head.timezone)).date()
    return {
        one.key: place_of(classify(one, head, today, known).class_, head.choices) for one in version.charter.commitments
    }


def turn_of(place: str | None) -> int:
    """The floor first, what stands apart last, and after it what belongs to no commitment."""
    return PLACES.index(place) if place in PLACES else len(PLACES)


def placed(commitment: str | None, places: Mapping[str, str]) -> str | None:
    """The place of a commitment; None for what belongs to none."""
    return places.get(commitment) if commitment else None
