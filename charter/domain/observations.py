"""What staff write without an account: why a promise could not be kept, a customer's words, thanks to a team.

A text is tied to a unit and a promise, never to a person. It is read by somebody before anybody else sees it, and it
may be erased on request; what stays is that it was there, when, and its hash.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from charter.domain.errors import Conflict, Invalid

LONGEST_OBSERVATION = 2000
LONGEST_THANKS = 500
LONGEST_ANSWER = 1000


class ObservationKind(StrEnum):
    """What is told: an obstacle met by staff, the words of a customer, or thanks to a team."""

    OBSTACLE = "obstacle"
    CUSTOMER = "customer"
    THANKS = "thanks"

    @property
    def longest(self) -> int:
        """The most characters that such a text may have."""
        return LONGEST_THANKS if self is ObservationKind.THANKS else LONGEST_OBSERVATION


class Step(StrEnum):
    """What a reader of the unit does with it."""

    ACCEPT = "accept"
    SET_ASIDE = "set-aside"
    ANSWER = "answer"


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


_AFTER = {Step.ACCEPT: ObservationState.ACCEPTED, Step.SET_ASIDE: ObservationState.SET_ASIDE}


def state_after(steps: Iterable[Step]) -> ObservationState:
    """The last decision holds; an answer decides nothing; without a decision it waits."""
    decisions = [_AFTER[step] for step in steps if step in _AFTER]
    return decisions[-1] if decisions else ObservationState.WAITING


def require_step(state: ObservationState, step: Step) -> None:
    """A step that changes something: only what is shown is answered, and no decision is taken twice.

    Raises Conflict with what to do instead.
    """
    if step is Step.ANSWER and state is not ObservationState.ACCEPTED:
        raise Conflict("Accept this observation first: only what is shown can be answered.")
    if _AFTER.get(step) is state:
        raise Conflict("Somebody has decided this already: look at the page again.")


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
