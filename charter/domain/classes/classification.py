"""Which class the evidence suggests for a commitment, how firmly, and why; a person decides.

Two questions, never one: does its absence destroy (floor), does its presence earn? For each question the highest
level that speaks decides: law, then customers, sector, experts. Two surveys of customers that disagree on a question
are a conflict: that question is open, the other keeps its answer. A lower level that disagrees is written beside.
Source: methods.md E and C8.

A class decided by a person: dated, with a reason, and looked at again in time. What was decided before is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.classes.evidence import votes_of
from charter.domain.evidence.votes import LEVELS, Aged, Answer, Note, Vote, expires_on, note
from charter.domain.vocabulary.terms import CommitmentClass, Strength

FIRMEST_FIRST = (Strength.CERTAIN, Strength.STRONG, Strength.MODERATE, Strength.WEAK)


@dataclass(frozen=True)
class Suggestion:
    """The suggested class. `because` and `warnings` are notes: a code with its figures (words in words/classes.py)."""

    class_: CommitmentClass
    strength: Strength
    floor: Answer | None
    earns: Answer | None
    lean: str | None
    because: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    floor_by: tuple[str, ...] = ()
    earns_by: tuple[str, ...] = ()

    @property
    def deciding(self) -> tuple[str, ...]:
        """The sources that settled at least one of the two questions."""
        return tuple(dict.fromkeys(self.floor_by + self.earns_by))

    @property
    def is_decaying(self) -> bool:
        """Customers still see a plus in what the sector makes a norm."""
        return any(warning["code"] == "decay-announced" for warning in self.warnings)

    def as_json(self) -> dict[str, Any]:
        """The shape of the contract's `analyse class`."""
        return {
            "class": self.class_.value,
            "strength": self.strength.value,
            "floor": self.floor,
            "earns": self.earns,
            "lean": self.lean,
            "because": self.because,
            "warnings": self.warnings,
        }


@dataclass(frozen=True)
class Settled:
    """One question answered by one level; no answer when nobody speaks."""

    answer: Answer | None = None
    strength: Strength = Strength.NONE
    by: tuple[Vote, ...] = ()
    is_conflict: bool = False


def suggest_class(evidence: Mapping[str, Any], *, on: date | None = None, choices: Choices | None = None) -> Suggestion:
    """The class that the evidence suggests on that day; expired evidence is set aside (never, without `on`).

    `evidence` is the input of the contract's `analyse class`; each part may also carry a `date`. Raises Invalid.
    """
    return decide(votes_of(evidence, on=on, choices=choices), choices or OURS)


def decide(votes: Sequence[Vote], choices: Choices = OURS) -> Suggestion:
    """The class of the two questions, each answered by the highest level that speaks on it."""
    floor = _settle([(vote, vote.floor) for vote in votes])
    earns = _settle([(vote, vote.earns) for vote in votes])
    if floor.is_conflict != earns.is_conflict:
        floor, earns = _contested("floor", floor, votes), _contested("earns", earns, votes)
    warnings = [warning for vote in votes for warning in vote.warnings]
    class_ = class_of(floor.answer, earns.answer)
    opposed = [name for name, one in (("floor", floor), ("earns", earns)) if one.is_conflict]
    because = [*_reasons(_once(floor.by + earns.by) or _heard(votes)), *_conflict(opposed)]
    if not opposed or class_ is not CommitmentClass.UNDETERMINED:
        because += _conclusion(class_, choices)
        warnings += _disagreements(votes, floor, earns)
    return _suggestion(class_, _strength(class_, floor, earns), (floor, earns), (because, warnings))


def _contested(question: str, settled: Settled, votes: Sequence[Vote]) -> Settled:
    """Where customers contradict themselves on the other question, a yes of theirs against which the second survey
    leans is contested too; any other answer stands."""
    leaning = tuple(vote for vote in votes if question in vote.leans)
    if settled.answer != "yes" or not leaning or any(vote.level != "customers" for vote in settled.by):
        return settled
    return Settled(by=settled.by + leaning, is_conflict=True)


def _conflict(opposed: Sequence[str]) -> list[Note]:
    """On which question customers contradict themselves; the other one keeps its answer."""
    if not opposed:
        return []
    return [note("customers-conflict" if len(opposed) > 1 else f"customers-conflict-{opposed[0]}")]


def class_of(floor: Answer | None, earns: Answer | None) -> CommitmentClass:
    """The table of the two answers; a floor that is not known is undetermined, whatever it may earn."""
    if floor is None or (floor == "no" and earns is None):
        return CommitmentClass.UNDETERMINED
    if floor == "yes":
        return CommitmentClass.BOTH if earns == "yes" else CommitmentClass.CONFIDENCE
    return CommitmentClass.TRUST if earns == "yes" else CommitmentClass.NEITHER


def _settle(answers: Sequence[tuple[Vote, Answer | None]]) -> Settled:
    for level in LEVELS:
        speaking = [(vote, answer) for vote, answer in answers if vote.level == level and answer is not None]
        if not speaking:
            continue
        by = tuple(vote for vote, _ in speaking)
        if len({answer for _, answer in speaking}) > 1:
            return Settled(by=by, is_conflict=True)
        strength = Strength.STRONG if level == "customers" and len(speaking) > 1 else by[0].strength
        return Settled(speaking[0][1], strength, by)
    return Settled()


def _strength(class_: CommitmentClass, floor: Settled, earns: Settled) -> Strength:
    """The weaker of the two answers; of a floor whose other answer is open, its own; undetermined has none, or a
    conflict."""
    if class_ is CommitmentClass.UNDETERMINED:
        return Strength.CONFLICT if floor.is_conflict or earns.is_conflict else Strength.NONE
    given = [settled.strength for settled in (floor, earns) if settled.answer is not None]
    return max(given, key=FIRMEST_FIRST.index)


def _reasons(votes: Iterable[Vote]) -> list[Note]:
    return [reason for vote in votes for reason in vote.because]


def _heard(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """Sources that were usable and settled nothing: their figures still say why it is open."""
    return tuple(vote for vote in votes if vote.because)


def _once(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    return tuple({vote.source: vote for vote in votes}.values())


def _conclusion(class_: CommitmentClass, choices: Choices) -> list[Note]:
    codes = {
        CommitmentClass.UNDETERMINED: "held-as-floor" if choices.undetermined == "floor" else "held-apart",
        CommitmentClass.BOTH: "only-excess-earns",
        CommitmentClass.NEITHER: "why-promise",
    }
    return [note(codes[class_])] if class_ in codes else []


def _disagreements(votes: Sequence[Vote], floor: Settled, earns: Settled) -> list[Note]:
    """Lower levels that answer otherwise; customers who see a plus where the sector makes it a norm: decay."""
    found: list[Note] = []
    for vote in votes:
        other_floor = vote.floor if vote.floor and floor.answer and vote.floor != floor.answer else None
        other_earns = vote.earns if vote.earns and earns.answer and vote.earns != earns.answer else None
        by_customers = any(decider.level == "customers" for decider in earns.by)
        if vote.level == "sector" and other_earns == "no" and by_customers:
            found.append({**vote.because[0], "code": "decay-announced"})
        elif other_floor or other_earns:
            found.append(note("disagrees", source=vote.source, floor=other_floor, earns=other_earns))
    return found


def _suggestion(
    class_: CommitmentClass,
    strength: Strength,
    answers: tuple[Settled, Settled],
    notes: tuple[Iterable[Note], Iterable[Note]],
) -> Suggestion:
    floor, earns = answers
    is_leaning = class_ is CommitmentClass.UNDETERMINED and floor.answer is None and earns.answer == "yes"
    because, warnings = ([dict(one) for one in group] for group in notes)
    by = [tuple(vote.source for vote in settled.by) for settled in answers]
    lean = "trust" if is_leaning else None
    return Suggestion(class_, strength, floor.answer, earns.answer, lean, because, warnings, by[0], by[1])


Notes = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Decided:
    """One decision; `class_` None gives the commitment back to its evidence. `origin` is page or file."""

    class_: CommitmentClass | None
    valid_from: date
    because: str
    by: str
    on: date
    origin: str
    suggested: str | None = None
    strength: str | None = None
    disagreements: Notes = ()

    @property
    def is_override(self) -> bool:
        """It says otherwise than the evidence did at that moment."""
        return self.class_ is not None and self.suggested is not None and self.class_.value != self.suggested


def newest_on(decisions: Iterable[Decided], day: date) -> Decided | None:
    """The decision that holds on a day: the latest day it holds from; of the same day, the one recorded later.

    Decisions of pages and of charter files are one history. A past day reads what held then.
    """
    begun = [one for one in decisions if one.valid_from <= day]
    return max(enumerate(begun), key=lambda pair: (pair[1].valid_from, pair[0]))[1] if begun else None


@dataclass(frozen=True)
class Review:
    """By when a class is to be looked at again, and why: the source that expires, `decision`, or `decay`."""

    on: date
    why: str


def review_of(
    decided: Decided | None,
    aged: Mapping[str, Aged],
    deciding: Iterable[str],
    day: date,
    *,
    is_decaying: bool,
    choices: Choices,
) -> Review | None:
    """The earliest of: a deciding source expires (or has, since the decision), the decision's own term, its decay.

    None where nothing of it has a term: owed by law, or without any dated evidence.
    """
    since = decided.on if decided else date.min
    names = {*deciding, *(name for name, one in aged.items() if since <= one.expires_on < day)}
    found = [Review(aged[name].expires_on, name) for name in names if name in aged]
    if decided is not None:
        found.append(Review(expires_on(decided.on, choices.decision_expiry), "decision"))
    if is_decaying and "sector" in aged:
        start = max(since, aged["sector"].dated)
        found.append(Review(expires_on(start, choices.decay_review), "decay"))
    return min(found, key=lambda review: (review.on, review.why), default=None)
