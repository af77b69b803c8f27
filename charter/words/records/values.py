"""What is stored, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping

from charter.words.formats import NONE, text_in


def spelled(value: object, language: str) -> str:
    """A stored value in full, without the signs of its storage: words in the reader's language, lists with semicolons.

    >>> spelled({"title": {"en": "A bill", "fr": "Une facture"}, "units": ["west", "south"]}, "en")
    'title: A bill; units: west, south'
    """
    if isinstance(value, Mapping):
        if value and set(value) <= {"fr", "en"}:
            return text_in(value, language)
        said = "; ".join(f"{name}: {spelled(one, language)}" for name, one in value.items())
    elif isinstance(value, list | tuple):
        between = "; " if any(isinstance(one, Mapping) for one in value) else ", "
        said = between.join(spelled(one, language) for one in value)
    else:
        said = "" if value is None else str(value)
    return said or NONE
