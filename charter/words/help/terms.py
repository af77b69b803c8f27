"""The terms that pages explain where they stand: each section of the page of terms, its first sentence the tip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from charter.words.help.pages import FOLDERS, TERMS, help_pages

_SECTION = re.compile(
    r"^## (?P<name>.+?) \{#(?P<key>[a-z]+)(?: data-words=\"(?P<more>[^\"]*)\")?\}\n(?P<said>.+)$", re.M
)


@dataclass(frozen=True)
class Term:
    """A word of the vocabulary: by which words it stands on pages, and the sentence that tells what it is."""

    key: str
    name: str
    words: tuple[str, ...]
    sentence: str


@lru_cache(maxsize=len(FOLDERS))
def terms(language: str) -> Mapping[str, Term]:
    """The vocabulary in that language, by key: each section of the page of terms."""
    page = help_pages(language).get(TERMS)
    return {one["key"]: _term(one) for one in _SECTION.finditer(page.text if page else "")}


def _term(one: re.Match[str]) -> Term:
    names = [name.strip() for name in re.split(r"[,()]", one["name"])] + (one["more"] or "").split("/")
    words = sorted({name.strip() for name in names if name.strip()}, key=lambda word: (-len(word), word))
    return Term(one["key"], one["name"], tuple(words), one["said"].replace("*", "").strip())


def find_term(text: str, key: str, language: str) -> re.Match[str] | None:
    """Where a term stands first in a text, by any of its words; whole words, outside of tags."""
    term = terms(language).get(key)
    if term is None:
        return None
    return re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, term.words))})(?!\w)(?![^<>]*>)", text, re.IGNORECASE)
