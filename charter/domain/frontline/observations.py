"""What staff write without an account: why a promise could not be kept, a customer's words, thanks to a team.

A text is tied to a unit and a promise, never to a person. It is read by somebody before anybody else sees it, and it
may be erased on request; what stays is that it was there, when, and its hash.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NotRequired, TypedDict

from charter.domain.frontline.estimates import PromiseEstimate
from charter.domain.overview.model import Words
from charter.domain.vocabulary.errors import Conflict, Invalid

LONGEST_OBSERVATION = 2000
LONGEST_THANKS = 500
LONGEST_ANSWER = 1000
LONGEST_WHY = 500
"""What a customer may write in a survey, on all its promises together."""
LONGEST_INCIDENT = 500


class ObservationKind(StrEnum):
    """What is told: an obstacle met by staff, the words of a customer, thanks to a team; why customers answered as they
    did, in their own words, in a survey; or that a customer was uncivil to a colleague."""

    OBSTACLE = "obstacle"
    CUSTOMER = "customer"
    THANKS = "thanks"
    WHY = "why"
    INCIDENT = "incident"

    @property
    def longest(self) -> int:
        """The most characters that such a text may have."""
        longest = {ObservationKind.THANKS: LONGEST_THANKS, ObservationKind.WHY: LONGEST_WHY}
        longest |= {ObservationKind.INCIDENT: LONGEST_INCIDENT}
        return longest.get(self, LONGEST_OBSERVATION)


OF_STAFF = (ObservationKind.OBSTACLE, ObservationKind.CUSTOMER, ObservationKind.THANKS)
"""What staff tell: only that is counted, sealed and printed."""


class Step(StrEnum):
    """What a reader of the unit does with it."""

    ACCEPT = "accept"
    SET_ASIDE = "set-aside"
    ANSWER = "answer"
    SUPPORT = "support"


class ObservationState(StrEnum):
    """Where it stands: nobody has read it yet, it is shown, or it is not."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    SET_ASIDE = "set-aside"


class SetAsideReason(StrEnum):
    """Why a text is not shown; the reason is told, the text is not."""

    PERSON = "person"
    OTHER_SUBJECT = "other-subject"
    TWICE = "twice"
    UNCLEAR = "unclear"


_AFTER = {
    Step.ACCEPT: ObservationState.ACCEPTED,
    Step.SET_ASIDE: ObservationState.SET_ASIDE,
    Step.SUPPORT: ObservationState.ACCEPTED,
}


def state_after(steps: Iterable[Step]) -> ObservationState:
    """The last decision holds; an answer decides nothing; without a decision it waits."""
    decisions = [_AFTER[step] for step in steps if step in _AFTER]
    return decisions[-1] if decisions else ObservationState.WAITING


def require_step(state: ObservationState, step: Step) -> None:
    """A step that changes something: only what is shown is answered, and no decision is taken twice; a support may be
    told again, and the last that was told holds.

    Raises Conflict with what to do instead.
    """
    if step is Step.ANSWER and state is not ObservationState.ACCEPTED:
        raise Conflict("Accept this observation first: only what is shown can be answered.")
    if _AFTER.get(step) is state and step is not Step.SUPPORT:
        raise Conflict("Somebody has decided this already: look at the page again.")


def subject_of(number: int) -> str:
    """Under which name the audit log and the text know an observation."""
    return f"observation {number}"


def answer_of(moderation: int) -> str:
    """Under which name the text of an answer is kept."""
    return f"answer {moderation}"


def facts_of(row: Any) -> dict[str, str | None]:
    """What the audit log says of an observation: everything but its text.

    Of an incident the hash of its words alone: who reads the log must not count those of a site. Its row is vouched
    for by the digest that every entry keeps.
    """
    if row.kind == ObservationKind.INCIDENT:
        return {"sha256": row.text_sha256}
    return {
        "kind": row.kind,
        "unit": row.unit_key,
        "commitment": row.commitment_key,
        "month": row.month,
        "sha256": row.text_sha256,
    }


def clean_text(text: str, most: int, field: str) -> str:
    """The text without white space at its ends and without control characters, which no screen shows.

    Any language and writing direction is taken as it is. `most` counts characters (code points).
    Raises Invalid for an empty text, and for one longer than `most`: nothing is ever cut off.
    """
    kept = "".join(sign for sign in text.replace("\r\n", "\n") if sign in "\n\t" or not _is_unseen(sign)).strip()
    if not kept:
        raise Invalid("Write what happened: this text is empty.", field)
    if len(kept) > most:
        raise Invalid("This text has %(count)s characters; write at most %(most)s.", field, count=len(kept), most=most)
    return kept


def _is_unseen(sign: str) -> bool:
    """Control characters and halves of characters; marks of writing direction stay."""
    return unicodedata.category(sign) in ("Cc", "Cs")


class Signal(TypedDict):
    """Where more was told of a promise than before, though its figure is kept."""

    number: int
    key: str
    title: Words
    unit: str
    unit_name: str
    count: int
    earlier: int
    months: int
    chance: float
    window: NotRequired[int]  # months that `count` are days of; months sealed before hold reports of one month


class TeamView(TypedDict):
    """What staff tell of a month, for pages and report."""

    signals: list[Signal]
    estimates: list[PromiseEstimate]


class PrintedLine(TypedDict):
    """Words that a reader chose for the report."""

    kind: str
    number: int | None
    title: Words | None
    unit_name: str
    text: str | None
    answer: str | None


class RisingWords(TypedDict):
    """Of one origin of free texts, the expressions that rise, as they are written."""

    key: str
    name: Words
    written: list[str]


class MonthPart(TeamView):
    """What the sealed month of a unit holds of what staff told, and what rises in free texts, where something does."""

    written: NotRequired[list[RisingWords]]

    told: dict[str, int]
    words: list[PrintedLine]
    thanks: list[PrintedLine]
    incidents: NotRequired[dict[str, Any]]
