"""What is said around a class: reviews, drift, choices and refusals, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from charter.domain.charter_file.charter import Choices
from charter.words import class_terms
from charter.words.class_terms import choice_value, choice_word, drift_sentence, review_sentence

NBSP = "\u00a0"
SERVICES = Path(class_terms.__file__).parents[1] / "services"


@pytest.mark.parametrize("state", ["past", "soon", "later"])
@pytest.mark.parametrize("why", ["decision", "decay", "kano", "penalty-reward", "sector", "experts"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_review_has_a_sentence(why: str, state: str, language: str) -> None:
    said = review_sentence({"on": "2027-05-05", "why": why, "state": state}, language).replace(NBSP, " ")
    assert ("5 mai 2027" if language == "fr" else "5 May 2027") in said
    assert said.endswith(".")
    assert ("depuis" in said or "was due" in said) is (state == "past")


def test_drift_is_told_with_its_figures() -> None:
    drift = {"question": "balance", "refused": None, "change": -0.7, "p": 0.00001, "is_drift": True}
    assert drift_sentence(drift, "en") == "It drifts towards the floor (−0.70, p < 0.001)."
    assert drift_sentence(drift | {"is_drift": False, "p": 0.38}, "fr") == (
        "Aucune dérive n’est établie (−0,70, p = 0,380)."
    )
    assert "other words" in drift_sentence(drift | {"refused": "wording"}, "en")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_choice_has_its_words(language: str) -> None:
    words = [choice_word(name, language) for name in Choices.model_fields]
    assert len(set(words)) == len(words)
    assert choice_value("24 months", language) == ("24 mois" if language == "fr" else "24 months")
    assert choice_value(30, language) == "30"
    assert choice_value("apart", language) == ("à part" if language == "fr" else "apart")
