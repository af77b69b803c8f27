"""The evidence of one commitment as a ladder, from law to experts: what each source answers, and which one decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NotRequired, TypedDict

from charter.domain.charter_file.choices import Choices
from charter.domain.charter_file.models import CharterHead, Commitment
from charter.domain.evidence.expiry import Aged, ages_of, is_expired, validity
from charter.domain.evidence.given import votes_of
from charter.domain.evidence.register import standing_on
from charter.domain.evidence.votes import LEVELS, Vote
from charter.services.classification import Classed
from charter.services.proofs import Proofs


@dataclass(frozen=True)
class Asked:
    """On which day the classes are read, by which choices, with all that is known."""

    head: CharterHead
    on: date
    known: Proofs

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
