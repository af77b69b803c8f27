"""Titles that tell indicators apart in a list: sixty promises may each have one called "Answered in time"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from charter.domain.charter_file.charter import Commitment
from charter.domain.overview.model import Words, words

NUMBERED = {"fr": "n°\u00a0{}", "en": "no. {}"}


def titles_apart(commitments: Sequence[Commitment]) -> dict[str, Words]:
    """By indicator its title, with the number of its promise before it where an indicator of another bears the same."""
    held = [(number, one) for number, owner in enumerate(commitments, 1) for one in owner.indicators]
    titles = {one.key: words(one.title) for _, one in held}
    borne = {language: Counter(title[language] for title in titles.values()) for language in NUMBERED}
    for number, one in held:
        for language, form in NUMBERED.items():
            said = titles[one.key][language]
            if borne[language][said] > 1:
                titles[one.key][language] = f"{form.format(number)} · {said}"
    return titles
