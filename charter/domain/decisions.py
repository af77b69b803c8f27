"""A class decided by a person: dated, with a reason, and looked at again in time. What was decided before is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from charter.domain.charter_file.choices import Choices
from charter.domain.evidence.expiry import Aged, expires_on
from charter.domain.terms import CommitmentClass

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
