"""The charter as norm: what the sector makes too, what customers expect as normal, which year each promise moved.

What could be the next trust: expectations of the survey that no commitment answers, by how many their presence would
please.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.classes.evidence import votes_of
from charter.domain.evidence.votes import Vote
from charter.domain.overview.model import Words, words
from charter.domain.surveys.kano import better
from charter.domain.surveys.privacy import LEAST_SHOWN
from charter.domain.surveys.waves import speaking
from charter.services.charters.versions import History
from charter.services.classes.current import classify
from charter.services.classes.known_evidence import KnownEvidence

CUSTOMERS = ("kano", "penalty-reward")


class Stood(TypedDict):
    """A class, and the year by whose end (or by today) it held first."""

    year: int
    class_: str


class NormRow(TypedDict):
    """A commitment: whether the sector makes it, whether customers expect it as normal (None: not said), and the
    classes it has stood in, oldest first."""

    number: int
    title: Words
    sector_makes: bool | None
    is_expected: bool | None
    stood: list[Stood]


class NextTrust(TypedDict):
    """An expectation that no commitment answers: the share of customers whom its presence would please, with its
    interval and how many answered; None where no survey asked. `earns`: whether the whole interval is above the cut."""

    key: str
    text: Words
    better: float | None
    interval: list[float] | None
    n: int | None
    asked_on: str | None
    earns: bool


class Norm(TypedDict):
    """`sector`, `customers`: of how many promises it is said, and of how many it is so."""

    since: str
    commitments: list[NormRow]
    sector: dict[str, int]
    customers: dict[str, int]
    next_trust: list[NextTrust]


def norm_of(found: History, on: date, known: KnownEvidence) -> Norm:
    """The charter as norm on a day, from the first version on: at the end of each year, and on that day."""
    version, first = found.on(on), found.first.valid_from
    days = [min(first, on), *(date(year, 12, 31) for year in range(first.year, on.year)), on]
    rows = [_row(number, one, found, days, known) for number, one in enumerate(version.charter.commitments, 1)]
    return {
        "since": days[0].isoformat(),
        "commitments": rows,
        "sector": _counted([row["sector_makes"] for row in rows]),
        "customers": _counted([row["is_expected"] for row in rows]),
        "next_trust": next_trust(version.charter, on, known),
    }


def _counted(said: Sequence[bool | None]) -> dict[str, int]:
    return {"yes": sum(one is True for one in said), "of": sum(one is not None for one in said)}


def _row(number: int, commitment: Commitment, found: History, days: Sequence[date], known: KnownEvidence) -> NormRow:
    head = found.on(days[-1]).charter.charter
    votes = votes_of(known.evidence(commitment, head.choices, days[-1]), on=days[-1], choices=head.choices)
    return {
        "number": number,
        "title": words(commitment.title),
        "sector_makes": _said([one for one in votes if one.source == "sector"]),
        "is_expected": _said([one for one in votes if one.source in CUSTOMERS]),
        "stood": _stood(commitment.key, found, days, known),
    }


def _said(votes: Sequence[Vote]) -> bool | None:
    """Whether its absence destroys, where a source says so and none of the same kind says otherwise."""
    answers = {one.floor for one in votes if one.floor is not None}
    return None if len(answers) != 1 else answers == {"yes"}


def _stood(key: str, found: History, days: Sequence[date], known: KnownEvidence) -> list[Stood]:
    stood: list[Stood] = []
    for day in days:
        charter = found.on(day).charter
        held = next((one for one in charter.commitments if one.key == key), None)
        if held is None:
            continue
        class_ = classify(held, charter.charter, day, known).class_.value
        if not stood or stood[-1]["class_"] != class_:
            stood.append({"year": day.year, "class_": class_})
    return stood


def next_trust(charter: Charter, on: date, known: KnownEvidence) -> list[NextTrust]:
    """Expectations that no commitment answers: those that would please most customers first, those that no survey
    asked about last, by their rank."""
    answered = {key for one in charter.commitments for key in one.answers}
    choices = charter.charter.choices
    found: list[NextTrust] = []
    for one in sorted(charter.charter.origin.expectations, key=lambda one: (one.rank is None, one.rank or 0)):
        if one.key in answered:
            continue
        wave = speaking(known.surveys.on(one.key, on).kano, choices, on).wave
        is_silent = wave is None or wave.unusable(choices) or wave.people < LEAST_SHOWN
        pleased = None if wave is None or is_silent else better(wave.counts)
        found.append(
            {
                "key": one.key,
                "text": words(one.text),
                "better": pleased[0] if pleased else None,
                "interval": list(pleased[1]) if pleased else None,
                "n": wave.people if wave is not None and pleased else None,
                "asked_on": wave.asked_on.isoformat() if wave is not None and pleased else None,
                "earns": pleased is not None and pleased[1][0] > float(choices.majority),
            }
        )
    return sorted(found, key=lambda one: -1.0 if one["better"] is None else one["better"], reverse=True)
