"""What an expert is asked, and who may be asked, as pages print it."""

from __future__ import annotations

from typing import TypedDict

from charter.domain.overview.model import Words


class OwnAnswer(TypedDict):
    """What an expert answered."""

    floor: str
    earns: str
    because: str


class SeatForm(TypedDict):
    """The commitment, the two questions, and the own answer once it is given."""

    seat: int
    expert: str
    title: Words
    promise: Words
    organisation: str
    is_example: bool
    note: str | None
    closes_on: str
    is_closed: bool
    own: OwnAnswer | None


class Question(TypedDict):
    """An open question to an account."""

    seat: int
    title: Words
    closes_on: str


class Askable(TypedDict):
    """An account that may be asked."""

    id: int
    name: str
    role: str
