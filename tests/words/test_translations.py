"""The French of the pages: its typography, and that no sentence lost a place on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

FAULTS = {
    "a plain space before a sign": re.compile(r"[ \u00a0](?=[;?!»]|%%|%(?!\())"),
    "no space before a sign": re.compile(r"(?<=[\w)])[;?!](?!\w)"),
    "a plain space inside quotation marks": re.compile(r"«[ \u00a0]|« "),
    "a plain or narrow space before a colon": re.compile(r"[ \u202f]:(?:\s|$)"),
    "no space before a colon": re.compile(r"(?<=[\w)]):(?=\s|$)"),
    "a straight apostrophe": re.compile(r"\w'\w"),
    "straight quotation marks": re.compile(r'"'),
    "two sentences without a space between": re.compile(r"[.?!…][A-ZÀÉÊÎÔ]|[a-zé][A-ZÀÉ][a-zé]"),
    "three dots": re.compile(r"\.\.\."),
}


CODE = re.compile(r"""(?<![\w-])[a-z_]+:(?=\s)|%\(field\)s:(?=\s)|"[^"]*"|\{[^}]*\}""")
"""What is written in the charter file itself: `dates: day-first`, `"06:00"`, `{column: value}`."""


def faults(text: str, english: str = "") -> list[str]:
    for code in CODE.findall(text):
        # It is written alike in every language, but for the words in braces.
        text = text.replace(code, "") if code in english or code[0] == "{" else text
    return [what for what, pattern in FAULTS.items() if pattern.search(text)]


def english_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else " ".join(message.id)


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.fixture(scope="module")
def french(project: Path) -> Catalog:
    with (project / "charter/translations/fr/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="fr")


def test_french_keeps_the_rules_of_print(french: Catalog) -> None:
    found = {
        text: wrong
        for message in french
        if message.id
        for text in strings(message)
        if (wrong := faults(text, english_of(message)))
    }
    found.pop("language:fr", None)  # a code, not a sentence
    assert found == {}


def test_nothing_is_left_doubtful(french: Catalog) -> None:
    assert [message.id for message in french if message.fuzzy and message.id] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Tenu ?", "a plain space before a sign"),
        ("90 %%", "a plain space before a sign"),
        ("Tenu?", "no space before a sign"),
        ("« Oui\u202f»", "a plain space inside quotation marks"),
        ("Mois : 3", "a plain or narrow space before a colon"),
        ("Mois: 3", "no space before a colon"),
        ("l'an", "a straight apostrophe"),
    ],
)
def test_a_planted_fault_is_found(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def test_good_french_is_left_alone() -> None:
    good = "L’accord\u00a0: «\u202foui\u202f»\u202f; de %(first)s à %(last)s, 90\u202f%%, 10:30\u202f?"
    assert faults(good) == []


ELIDED = re.compile(r"\b(?:[Dd]e|[Qq]ue|[Ll]e|[Jj]usque) %\((?:period|month)\)s|\b[Dd]e %\(first\)s à %\(last\)s")
"""What would be printed as “de octobre”, “le avril”."""


def test_no_month_is_joined_by_a_word_that_loses_its_vowel(french: Catalog) -> None:
    """Avril, août and octobre begin with a vowel: a month stands behind “en”, “pour”, “entre” or in brackets."""
    assert [text for message in french for text in strings(message) if ELIDED.search(text)] == []
    assert ELIDED.search("De %(first)s à %(last)s\u00a0: aucun chiffre.")
