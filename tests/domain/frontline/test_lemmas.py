"""Words as a dictionary has them, in French and English; which are names."""

from __future__ import annotations

import pytest

from charter.domain.frontline.lemmas import language_of, lemma_of, names_in, sentences_of


@pytest.mark.parametrize(
    ("written", "language", "lemma"),
    [("factures", "fr", "facture"), ("rappelé", "fr", "rappeler"), ("étaient", "fr", "être"), ("bills", "en", "bill"),
     ("children", "en", "child"), ("général", "fr", "général")],
)  # fmt: skip
def test_a_word_is_the_one_of_the_dictionary(written: str, language: str, lemma: str) -> None:
    assert lemma_of(written, language) == lemma


def test_lemmas_keep_apart_what_stems_would_join() -> None:
    assert lemma_of("universel", "fr") != lemma_of("université", "fr")


@pytest.mark.parametrize(
    ("text", "language"),
    [("Ma facture n’est pas juste et je n’ai pas de réponse", "fr"), ("My bill is wrong and nobody called me", "en"),
     ("compteur", "fr")],
)  # fmt: skip
def test_the_language_is_told_by_its_small_words(text: str, language: str) -> None:
    assert language_of(text) == language


def test_sentences_end_at_stops_commas_and_masks_and_elisions_are_cut() -> None:
    found = [
        [word.written for word in words] for words in sentences_of("L’appli plante. Rappelez-moi, […] jamais", "fr")
    ]
    assert found == [["appli", "plante"], ["Rappelez"], ["jamais"]]


def names(*texts: str, charter: frozenset[str] = frozenset()) -> frozenset[str]:
    told = [(language_of(text), list(sentences_of(text, language_of(text)))) for text in texts]
    return names_in(told, charter)


def test_names_are_told_by_how_everybody_writes_them() -> None:
    assert names("Hier Julien a oublié", "avec Julien au téléphone") == {"julien"}
    assert names("Julien n’a pas rappelé", "Julien a raccroché") == {"julien"}, "never small, and in no dictionary"
    assert names("Facture fausse", "Ma facture est fausse", "la Facture") == frozenset()
    assert names("Le compteur Linky est en panne", charter=frozenset({"linky"})) == frozenset()
    assert names("LE COMPTEUR EST EN PANNE ET JE SUIS EN COLERE") == frozenset(), "capitals alone tell nothing"
    assert names("Le SAV ne répond pas") == frozenset(), "letters of a service"
