"""What staff live beside what customers live: one question to staff, and units as dots.

The idea (symmetry of attentions): a company cannot ask its staff to treat customers better than it treats them. So one
short question of the charter's own is put to staff, without a name, and its answers stand beside what customers of the
same units say. A unit is shown from five answers on; units are never put in an order, and nobody is ever named.
"""

from __future__ import annotations

import hashlib
from typing import NotRequired, TypedDict

from charter.domain.charter_file.kinds.scales import wording_of
from charter.domain.charter_file.values import Text
from charter.domain.overview.model import Words
from charter.domain.vocabulary.errors import Invalid

LEVELS = (0, 25, 50, 75, 100)
"""From not at all to wholly: five answers, as so many of 100."""
QUESTION = "question"
"""Under which name the question to staff stands among the figures of what staff live."""


def question_key(question: Text) -> str:
    """Under which key its answers are kept: another wording is another question, whose answers never mix. No
    commitment has a colon in its key."""
    return f"staff:{hashlib.sha256(wording_of(question).encode()).hexdigest()[:16]}"


def read_level(text: str) -> int:
    """One of the five answers, as a form sends it. Raises Invalid."""
    plain = text.strip()
    if plain not in map(str, LEVELS):
        raise Invalid("Choose one of the five answers.", "answer")
    return int(plain)


class Side(TypedDict):
    """One figure that units are laid out by: the question to staff, or an indicator; `share`s of units are 0..1."""

    key: str
    title: Words
    number: NotRequired[int]


class Dot(TypedDict):
    """A unit with both figures, or with what is known; None: too few answers, or no figure."""

    unit: str
    unit_name: str
    staff: float | None
    customers: float | None
