"""A code that a sentence carries is printed by its word, in both languages."""

from __future__ import annotations

from enum import StrEnum

import pytest

from charter.domain.vocabulary import terms
from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import ANONYMOUS, Actor, require, require_gift
from charter.domain.vocabulary.terms import Kind, PeriodKind, Permission, Role
from charter.words.codes import CODES, code_word
from charter.words.refusals import refusal_sentence

VOCABULARY = [kind for kind in vars(terms).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
VOCABULARY.remove(StrEnum)
ASK = "Demandez à l’administrateur de Promesse."


@pytest.mark.parametrize("kind", VOCABULARY)
def test_every_code_of_the_vocabulary_has_its_word(kind: type[StrEnum]) -> None:
    assert {str(code) for code in CODES[kind]} == {code.value for code in kind}
    assert all(code_word(code, language).strip() for code in kind for language in ("fr", "en"))


def test_codes_are_read_as_words() -> None:
    assert code_word(PeriodKind.MONTH, "fr") == "mois"
    assert code_word(Kind.SHARE_WITHIN, "fr") == "taux de respect du délai"
    assert code_word(Kind.SHARE_WITHIN, "en") == "share within a time limit"


@pytest.mark.parametrize(
    ("actor", "right", "unit", "english", "french"),
    [
        (Actor("Clara", Role.FRONTLINE, ("vannes",)), Permission.READ_DESK, "nice",
         "Clara may not read the desk on the unit nice. Ask your Promesse administrator.",
         f"Clara ne peut pas lire le tableau de bord pour l’entité nice. {ASK}"),
        (ANONYMOUS, Permission.ENTER_FIGURE, None,
         "A visitor without an account may not enter figures on the whole organisation."
         " Ask your Promesse administrator.",
         f"Une personne sans compte ne peut pas saisir les chiffres pour toute l’organisation. {ASK}"),
    ],
)  # fmt: skip
def test_a_right_that_is_missing_is_said_in_both_languages(
    actor: Actor, right: Permission, unit: str | None, english: str, french: str
) -> None:
    with pytest.raises(NotAllowed) as refused:
        require(actor, right, unit)
    assert str(refused.value) == refusal_sentence(refused.value, "en") == english
    assert refusal_sentence(refused.value, "fr") == french


def test_a_role_is_named_in_the_reader_s_language() -> None:
    with pytest.raises(NotAllowed) as refused:
        require_gift(Actor("Mia", Role.MANAGER), Role.ADMIN)
    assert str(refused.value) == "The role admin is given and taken by an administrator only."
    assert refusal_sentence(refused.value, "fr") == (
        "Le rôle «\u202fadministrateur\u202f» se donne et se retire par un administrateur seulement."
    )
