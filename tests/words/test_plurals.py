"""A plural says its number: a French one that forgot it said “one month” of twenty-four to customers."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

FRENCH = Path(__file__).parents[2] / "charter/translations/fr/LC_MESSAGES/messages.po"


def values_in(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


def test_the_french_plural_names_every_value_that_the_english_one_names() -> None:
    with FRENCH.open("rb") as file:
        plurals = [one for one in read_po(file) if one.id and one.pluralizable]
    assert len(plurals) > 50
    assert [one.id[1] for one in plurals if values_in(one.id[1]) - values_in(one.string[-1])] == []
