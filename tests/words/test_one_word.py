"""How the product speaks, in both languages, on pages and in help: one word for one thing, today's words, noun titles.

The rules are those by which its sentences were reviewed: one act has one word (11, 12, 13), no archaic English (16),
titles are nouns (10), nothing that means something else to a French manager (1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from charter.words.help.pages import FOLDERS, help_pages

ENGLISH = {
    r"\banew\b": "again",
    r"\bbeneath\b": "below",
    r"\bmend(s|ed)?\b": "fix",
    r"\bwhoever\b": "your administrator, the charter manager",
    r"\bhas its term\b": "expires",
    r"\bis at it\b": "is on it",
    r"\balarm clock\b": "scheduler",
    r"(?<![:_])\bseal(s|ed|ing)?\b(?!_)": "freeze",
    r"\bwaiv(e|es|ed|ing)\b": "skip",
    r"\bjudged?\b(?!_by)": "assess",
    r"\bcustomers? (was|were )?touched\b": "cases that missed",
    r"\bits (absence|presence)\b": "missing it, keeping it",
    r"\bfloor is broken\b": "the floor does not hold",
    r"\bstands? (where|twice)\b": "is written, appears",
    r"\bsigns? that does not print\b": "character",
    r"%\((most|letters)\)s (letters|signs)": "characters",
    r"\b(hold|keep)s the accounts\b": "administrator",
    r"\bkeeps the server\b": "server administrator",
    r"\bnear\b(?! (it|to|the))": "nearly kept",
    r"^Classification": "Classes",
    r"\bopen an account\b": "create an account",
}
FRENCH = {
    r"\bscell": "figer",
    r"\bdispens": "annuler",
    r"\bjug(é|ée|és|ées|er)\b": "évaluer",
    r"\bgardée?s?\b": "enregistrer, conserver",
    r"\bréveil\b": "planificateur",
    r"\bclassement\b": "classes",
    r"\bcourrier": "courriel, messagerie",
    r"\bbureau\b": "tableau de bord",
    r"\bdrapeau": "fanion",
    r"(?<!en)codage\b": "encodage",
    r"\bclients? (est |sont )?touchés?\b": "cas non conformes",
    r"\bs(on absence|a présence) (détrui|rapport)": "y manquer fait perdre la confiance, le tenir la renforce",
    r"\bsocle est rompu\b": "le socle ne tient pas",
    r"\bengagements? manqués?\b": "non tenu",
    r"\babîmée?s?\b": "endommagé",
    r"tien(t|nent) les comptes": "administrateur",
    r"tient le serveur": "administrateur du serveur",
    r"ouvrir un compte": "créer un compte",
    r"\bdate due\b": "échéance",
    r"\btrop jeunes?\b": "trop récent",
    r"\barrière-guichet\b": "back-office",
    r"%\((most|letters)\)s (lettres|signes)": "caractères",
    r"\bpersonnel (pense|dit)\b": "les équipes",
}
WHOSE = re.compile(r"\b(I|me|my|we|us|our|you|your|staff|customers?)\b", re.IGNORECASE)
OURS = re.compile(r"\b(nous|notre|nos|vous|votre|vos|je|me|moi|les clients|les équipes|le personnel)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def french(project: Path) -> Catalog:
    with (project / "charter/translations/fr/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="fr")


def both(catalogue: Catalog, language: str) -> Iterator[str]:
    """All that is said in a language: its half of the catalogue, and its pages of help."""
    for message in catalogue:
        said = message.id if language == "en" else message.string
        yield from filter(None, said if isinstance(said, tuple | list) else (said,))
    for page in help_pages(language).values():
        yield page.title
        yield from page.text.splitlines()


NAMES = re.compile(r"%\((?!most|letters)\w+\)s|\{#[^}]*\}")
"""Names of values, and of places in a page: nobody reads them."""


def in_another_word(text: str, words: dict[str, str]) -> list[str]:
    read = NAMES.sub("%s", text)
    return [f"{text} → {said}" for pattern, said in words.items() if re.search(pattern, read, re.IGNORECASE)]


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("fr", FRENCH)])
def test_one_thing_has_one_word(french: Catalog, language: str, words: dict[str, str]) -> None:
    said = list(both(french, language))
    assert len(said) > 2000 + len(FOLDERS)
    assert [line for text in said for line in in_another_word(text, words)] == []


def is_clause(text: str) -> bool:
    """A title that is half a sentence about a thing: "What is measured". One that says whose is a title of theirs, and
    a question or a whole sentence is none."""
    is_title = not re.search(r"[.?…]|: \{", text)
    if re.match(r"What(ever)? \w", text):
        return is_title and not WHOSE.search(text)
    if re.match(r"Ce (qui|qu’|que|dont)\b", text):
        return is_title and not OURS.search(text)
    return False


def test_titles_are_nouns(french: Catalog) -> None:
    assert [text for language in FOLDERS for text in both(french, language) if is_clause(text)] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Write it anew", ENGLISH),
        ("tell whoever keeps the server", ENGLISH),
        ("5 customers touched", ENGLISH),
        ("%(field)s: at most %(most)s letters", ENGLISH),
        ("Le mois est scellé", FRENCH),
        ("Demandez à qui tient les comptes", FRENCH),
        ("Rien n’est gardé", FRENCH),
    ],
)
def test_another_word_is_found(text: str, words: dict[str, str]) -> None:
    assert in_another_word(text, words) != []


def test_a_half_sentence_as_a_title_is_found() -> None:
    assert is_clause("What is measured")
    assert is_clause("Ce qui ressort")
    assert not is_clause("What we promise")
    assert not is_clause("What do you promise?")
    assert not is_clause("Indicators")
