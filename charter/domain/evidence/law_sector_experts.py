"""A round of experts: at least two people asked the same question, blind to each other until both have answered.

Expert judgement: the weakest evidence, dated, and never against customers (methods.md A5).

Normative evidence: what the law owes, and what most comparable companies promise.

What is owed or promised by most cannot distinguish: floor yes, earns no (methods.md A4).

The register of the sector: what comparable companies publicly promise, entry by entry, with source and date.

Nothing is overwritten: of one company the newest entry that was known on a day counts on that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.charter_file.values import Delay
from charter.domain.evidence.votes import DEFAULTS, Answer, Vote, is_expired, note, outcome, silent
from charter.domain.statistics.intervals import wilson
from charter.domain.vocabulary.terms import Strength

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


LEVEL = 0.95


def law_vote(owed: str, *, reference: str | None = None, is_split: bool = False) -> Vote:
    """The law owes the whole commitment: decisive. Part of it: nothing is decided of the rest; split the commitment
    into the legal minimum, which is floor, and the surplus, which the other evidence judges."""
    if owed == "full":
        because = note("law-full", reference=reference)
        return Vote("law", "law", "yes", "no", Strength.CERTAIN, (because,))
    code = "law-part-is-floor" if is_split else "law-part-split"
    return silent("law", "law", *([note(code, reference=reference)] if owed == "part" else []))


def sector_vote(promised_by: int, compared: int, *, dated: date | None = None, choices: Choices = OURS) -> Vote:
    """k of n comparable companies publicly promise the same or better: the norm when Wilson's 95 % lower bound
    reaches one half. Fewer than 5 compared: not used (the charter's choices). Rarity is a hint and proves no value."""
    figures = {"k": promised_by, "n": compared, "date": None if dated is None else dated.isoformat()}
    if compared < choices.sector_minimum:
        return silent("sector", "sector", note("sector-too-few", **figures, minimum=choices.sector_minimum))
    low, high = wilson(promised_by, compared, LEVEL)
    if low >= float(choices.sector_norm):
        return Vote("sector", "sector", "yes", "no", Strength.WEAK, (note("sector-norm", **figures),))
    return silent(
        "sector", "sector", note("sector-rare" if high <= float(choices.sector_rare) else "sector-open", **figures)
    )


@dataclass(frozen=True)
class SectorMark:
    """What one company promised on a day (`seen_on`), known to us since `known_on`; None: no longer compared."""

    company: str
    promised: bool | None
    source: str
    seen_on: date
    known_on: date
    by: str | None = None

    @property
    def name(self) -> str:
        """The company as it is told apart: without regard to capitals and spaces."""
        return " ".join(self.company.casefold().split())


def standing_on(entries: Iterable[SectorMark], on: date | None) -> list[SectorMark]:
    """The newest entry of each company that was known on that day, by name; those taken out are left out.

    Of two entries of the same day the one recorded later counts (the later in `entries`).
    """
    known = [entry for entry in entries if on is None or (entry.known_on <= on and entry.seen_on <= on)]
    newest = {entry.name: entry for entry in sorted(known, key=lambda entry: entry.seen_on)}
    return sorted((entry for entry in newest.values() if entry.promised is not None), key=lambda entry: entry.name)


def count_register(entries: Iterable[SectorMark], on: date | None, valid: Delay) -> dict[str, Any] | None:
    """k of n as `analyse class` takes it, with the day of the oldest entry that counts; None without any entry.

    Entries that have expired on that day are left out and counted as `gone`; when all have, they are given as they
    stand, so that they read as expired.
    """
    standing = standing_on(entries, on)
    current = [entry for entry in standing if not is_expired(entry.seen_on, on, valid)]
    counted = current or standing
    if not counted:
        return None
    return {
        "k": sum(entry.promised is True for entry in counted),
        "n": len(counted),
        "date": (min if current else max)(entry.seen_on for entry in counted),
        "gone": len(standing) - len(counted),
    }


MINIMUM = 2
RoundState = Literal["open", "told", "void"]
"""Asked and waited for; answered and told to everybody; closed with fewer than two answers, which nobody reads."""


@dataclass(frozen=True)
class Answered:
    """What one expert answered: floor and earns are yes, no or unknown."""

    floor: str
    earns: str
    because: str
    on: date


@dataclass(frozen=True)
class Seat:
    """One expert asked; by account or by invitation."""

    id: int
    name: str
    answered: Answered | None
    is_account: bool = False


@dataclass(frozen=True)
class Round:
    """One question to several experts, open through `closes_on`."""

    id: int
    opened_on: date
    closes_on: date
    note: str | None
    seats: Sequence[Seat]

    @property
    def told_on(self) -> date | None:
        """The day from which answers are read: when all have answered, else the day after it closed if at least two
        have; never with fewer."""
        days = [seat.answered.on for seat in self.seats if seat.answered]
        if len(days) < MINIMUM:
            return None
        return max(days) if len(days) == len(self.seats) else self.closes_on + timedelta(days=1)

    def state_on(self, day: date) -> RoundState:
        """Where the round stands on that day."""
        told = self.told_on
        if told is not None and told <= day:
            return "told"
        return "open" if day <= self.closes_on else "void"


def opinions_on(rounds: Iterable[Round], written: Iterable[dict[str, Any]], on: date) -> list[dict[str, Any]]:
    """The newest opinion of each expert that may be read on that day, those of the charter file included."""
    given = [*written]
    for one in rounds:
        if one.state_on(on) == "told":
            given += [
                {"name": seat.name, "floor": a.floor, "earns": a.earns, "because": a.because, "date": a.on.isoformat()}
                for seat in one.seats
                if (a := seat.answered) is not None
            ]
    known = sorted((one for one in given if one["date"] <= on.isoformat()), key=lambda one: str(one["date"]))
    newest = {" ".join(str(one["name"]).casefold().split()): one for one in known}
    return list(newest.values())
