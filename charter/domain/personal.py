"""What in a text looks like it tells who somebody is: an e-mail address, a telephone number, a name, a long number.

A hint before sending, never a proof: the writer sees the text with these parts masked, and decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MASK = "[…]"

_LETTER = "A-ZÀ-ÖØ-Þ"
_NAME = rf"[{_LETTER}][\w’'-]+"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail", re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.[^\W\d_]{2,}")),
    ("account", re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){3,7}(?:[ \u00a0]?[A-Z0-9]{1,4})?\b")),
    (
        "phone",
        re.compile(r"(?<![\w+])(?:\+\d{1,3}|00\d{1,3}|0)(?:[ .\u00a0\u202f/-]?(?:\(\d\)|\d)){8,11}(?!\d)"),
    ),
    ("number", re.compile(r"(?<![\w,.])\d(?:[ \u00a0]?\d){7,}(?![\w]|[,.]\d)")),
    (
        "name",
        re.compile(rf"\b(?:M\.|MM\.|Mme|Mlle|Madame|Monsieur|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.?) (?:{_NAME} ?-?){{1,3}}"),
    ),
)
"""By what it looks like; the first that fits takes its place in the text."""


@dataclass(frozen=True)
class Found:
    """A part of a text that looks personal: what like, and where."""

    what: str
    start: int
    end: int


def find_personal(text: str) -> list[Found]:
    """The parts of a text that look like an e-mail address, an account, a telephone number, a long number or a name
    after its title, in the order of the text; no two overlap."""
    found: list[Found] = []
    for one in _matches(text):
        if all(one.end <= other.start or other.end <= one.start for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def _matches(text: str) -> Iterator[Found]:
    for what, pattern in PATTERNS:
        for match in pattern.finditer(text):
            kept = match[0].rstrip()
            yield Found(what, match.start(), match.start() + len(kept))


def masked(text: str) -> str:
    """The text with those parts replaced by a mask."""
    parts, place = [], 0
    for one in find_personal(text):
        parts += [text[place : one.start], MASK]
        place = one.end
    return "".join(parts) + text[place:]
