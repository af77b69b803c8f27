"""The spaces and signs of printed French, and how words in two languages are chosen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

THIN = "\u202f"
"""Narrow no-break space: before ; ? ! %, inside guillemets, between thousands."""

NBSP = "\u00a0"
"""No-break space: before a colon, between a number and its unit."""

MINUS = "\u2212"

_BEFORE_SIGN = re.compile(r"[ \u00a0](?=[;?!%»])")
_AFTER_GUILLEMET = re.compile(r"(?<=«)[ \u00a0]")
_BEFORE_COLON = re.compile(r"[ \u202f](?=:(?:\s|$))")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def french(text: str) -> str:
    """The same words with the no-break spaces and the apostrophe of French; nothing is added where no space stood."""
    text = _BEFORE_SIGN.sub(THIN, text)
    text = _AFTER_GUILLEMET.sub(THIN, text)
    text = _BEFORE_COLON.sub(NBSP, text)
    return _APOSTROPHE.sub("\u2019", text)


def quoted(text: str, language: str) -> str:
    """The text between the quotation marks of the language."""
    return f"«{THIN}{text}{THIN}»" if language == "fr" else f"\u201c{text}\u201d"


def text_in(words: Mapping[str, str | None] | str | None, language: str) -> str:
    """The words in that language, else in the other; a plain string stands for both."""
    if not words:
        return ""
    if isinstance(words, str):
        return words
    other = "en" if language == "fr" else "fr"
    chosen = words.get(language)
    if chosen:
        return french(chosen) if language == "fr" else chosen
    spare = words.get(other) or ""
    return french(spare) if other == "fr" else spare


def listed(parts: Sequence[str], language: str) -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {'et' if language == 'fr' else 'and'} {parts[-1]}"
