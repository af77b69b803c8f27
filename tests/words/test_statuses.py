"""Every code of the vocabulary has its words in both languages, in good French typography."""

from __future__ import annotations

import re
from enum import StrEnum

import pytest

from charter.domain.vocabulary import terms
from charter.words import statuses
from charter.words.formats import french, listed, quoted, text_in

COMPLETE: list[tuple[type[StrEnum], statuses.Pairs]] = [
    (terms.Status, statuses.STATUSES),
    (terms.CommitmentClass, statuses.CLASSES),
    (terms.CommitmentClass, statuses.CLASS_NAMES),
    (terms.Reason, statuses.REASONS),
    (terms.CheckState, statuses.CHECK_STATES),
    (terms.Strength, statuses.STRENGTHS),
    (terms.Component, statuses.COMPONENTS),
    (terms.Party, statuses.PARTIES),
    (terms.Nature, statuses.NATURES),
    (terms.Basis, statuses.BASES),
    (terms.FloorState, statuses.FLOOR_STATES),
    (terms.Role, statuses.ROLES),
]


@pytest.mark.parametrize(("codes", "pairs"), COMPLETE)
def test_every_code_has_words(codes, pairs):
    assert {str(code) for code in codes} == {str(code) for code in pairs}
    for code in codes:
        for language in ("fr", "en"):
            assert statuses.word(pairs, code, language).strip()


@pytest.mark.parametrize(("codes", "pairs"), COMPLETE)
def test_french_words_have_french_typography(codes, pairs):
    for code in codes:
        assert not re.search(r"[ \u00a0][;?!%»]|« | :|'", statuses.word(pairs, code, "fr"))


def test_status_words_are_those_of_the_law_of_the_look():
    assert [statuses.status_word(code, "fr") for code in terms.Status] == [
        "Tenu", "Presque tenu", "Non tenu", "Inacceptable", "Non établi", "Sans donnée", "Sans objet",
    ]  # fmt: skip


def test_an_unknown_code_is_printed_not_hidden():
    assert statuses.exclusion_word("Demande annulée", "fr") == "Demande annulée"
    assert statuses.status_word(None, "fr") == ""


def test_french_puts_the_spaces_that_do_not_break():
    assert french("Tenu ? « Oui » ; 80 % : l'accord !") == (
        "Tenu\u202f? «\u202fOui\u202f»\u202f; 80\u202f%\u00a0: l’accord\u202f!"
    )
    assert french("à 10:30, https://exemple.fr") == "à 10:30, https://exemple.fr"


def test_text_is_chosen_by_language_then_by_what_there_is():
    assert text_in({"fr": "oui", "en": "yes"}, "en") == "yes"
    assert text_in({"fr": "Vraiment ?", "en": None}, "en") == "Vraiment\u202f?"
    assert text_in({"en": "yes?"}, "fr") == "yes?"
    assert text_in(None, "fr") == ""


def test_lists_and_quotes():
    assert listed(["a", "b", "c"], "fr") == "a, b et c"
    assert listed(["a"], "en") == "a"
    assert quoted("a", "fr") == "«\u202fa\u202f»"
