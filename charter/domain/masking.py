"""What of a row is shown to people who only want to see whether a definition counts what it should: nothing personal.

Shown are the columns that the definition reads, no other. The number of a case keeps its last two signs; a column whose
name speaks of a person, and a value that looks like a way to reach one, are masked whole.
"""

from __future__ import annotations

import re
import unicodedata

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
