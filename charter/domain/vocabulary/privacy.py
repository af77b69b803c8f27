"""What in a text looks like it tells who somebody is: an e-mail address, a telephone number, a name, a long number.

A hint before sending, never a proof: the writer sees the text with these parts masked, and decides.

What of a row is shown to people who only want to see whether a definition counts what it should: nothing personal.

Shown are the columns that the definition reads, no other. The number of a case keeps its last two signs; a column whose
name speaks of a person, and a value that looks like a way to reach one, are masked whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MASK = "•••"
LONGEST = 60

_PERSONAL = re.compile(
    r"(^|[^a-z])("
    r"e-?mails?|courriel|mail|phone|telephone|tel|mobile|portable|fax|"
    r"(first|last|sur|family|full)_?names?|names?|nom|noms|prenoms?|"
    r"address|adresse|street|rue|iban|bic|card|carte|ssn|nir|birth\w*|naissance|dob|"
    r"customer_?name|nom_?client|login|user(name)?|agent|advisor|conseiller\w*|operator|operateur"
    r")([^a-z]|$)"
)
_REACHES = re.compile(r"\S+@\S+\.\S+|\+?\d(?:[ .-]?\d){8,14}|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,8}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?.*")


def is_personal(column: str) -> bool:
    """Whether a column's name speaks of a person: a name, an address, a number to reach them by."""
    plain = unicodedata.normalize("NFKD", column).encode("ascii", "ignore").decode().lower()
    return _PERSONAL.search(plain) is not None


def masked(column: str, value: str | None, *, names_a_case: bool = False) -> str:
    """The value as it may be shown; empty for a missing one.

    >>> masked("id", "C-20491", names_a_case=True)
    '•••91'
    >>> masked("e-mail", "x@example.org")
    '•••'
    """
    if value is None or not value.strip():
        return ""
    if names_a_case:
        return f"{MASK}{value.strip()[-2:]}" if len(value.strip()) > 3 else MASK
    if is_personal(column) or (not _DATE.fullmatch(value) and _REACHES.search(value)):
        return MASK
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"


GAP = "[…]"

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


def without_personal(text: str) -> str:
    """The text with those parts replaced by a mask."""
    parts, place = [], 0
    for one in find_personal(text):
        parts += [text[place : one.start], GAP]
        place = one.end
    return "".join(parts) + text[place:]
