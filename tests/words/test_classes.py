"""Sentences on a class: every code has one in both languages, with its figures and its typography."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from charter.domain.classes import classification
from charter.domain.evidence.votes import outcome
from charter.words.classes import SENTENCES, sentence

THIN, NBSP = "\u202f", "\u00a0"
FIGURES: dict[str, Any] = {
    "k": 7, "n": 8, "annoyed": 62, "pleased": 21, "penalty": 1.25, "reward": -0.1, "share": 12, "count": 3,
    "levels": 2, "attribute": "bill", "first": "2025", "second": "2026", "one": "like", "other": "enjoy",
    "correlation": 0.6, "n_low": 12, "n_high": 80, "source": "kano", "floor": "no", "earns": "yes",
    "annoyed_without": 60, "pleased_without": 20, "wave": "2026", "more": 300,
}  # fmt: skip
OUTCOMES = {outcome(floor, earns) for floor, earns in product(("yes", "no", None), repeat=2)}


@pytest.mark.parametrize(
    ("note", "english", "french"),
    [
        ({"code": "law-full"}, "Owed by law.", "Dû par la loi."),
        (
            {"code": "sector-norm", "k": 7, "n": 8},
            "7 of 8 companies compared promise it: it is the norm.",
            f"7 entreprises sur 8 comparées le promettent{NBSP}: c’est la norme.",
        ),
        (
            {"code": "kano-floor", "annoyed": 62, "pleased": 21, "n": 300},
            "Out of 100 customers, 62 would be unhappy without it, 21 glad to have it: floor.",
            f"Sur 100 clients, 62 seraient mécontents sans lui, 21 contents de l’avoir{NBSP}: socle.",
        ),
        (
            {"code": "held-as-floor"},
            "We do not know yet: held as a floor, ask 100 customers.",
            f"Nous ne savons pas encore{NBSP}: tenu pour le socle{THIN}; interrogez 100 clients.",
        ),
        ({"code": "why-promise"}, "Why promise it?", f"Pourquoi le promettre{THIN}?"),
        (
            {"code": "penalty-reward-earns", "penalty": 0.02, "reward": 1.27},
            "Low marks: 0.0 points overall; high marks: +1.3: trust.",
            "Notes basses\u00a0: 0,0 point sur la note globale\u202f; notes hautes\u00a0: +1,3\u00a0: "
            "confiance différenciante.",
        ),
        (
            {"code": "experts-floor", "n": 3},
            "3 experts think that it is owed and earns no trust.",
            "3 experts estiment que c’est dû et que le tenir ne fait rien gagner.",
        ),
        (
            {"code": "disagrees", "source": "kano", "floor": "no", "earns": "yes"},
            "The Kano survey says otherwise: missing it does not destroy confidence and keeping it earns trust.",
            f"L’enquête Kano dit autre chose{NBSP}: y manquer ne fait pas perdre la confiance "
            "et le tenir renforce la confiance.",
        ),
    ],
)
def test_a_sentence_can_be_said_aloud(note: dict[str, Any], english: str, french: str) -> None:
    assert sentence([note], "en") == english
    assert sentence([note], "fr") == french


def test_a_sentence_says_its_reference_and_its_date() -> None:
    law = {"code": "law-full", "reference": "art. L224-11"}
    assert sentence([law], "en") == "Owed by law (art. L224-11)."
    norm = {"code": "sector-norm", "k": 7, "n": 8, "date": "2026-01-10"}
    assert sentence([norm], "en") == "7 of 8 companies compared promise it: it is the norm (10\u00a0January\u00a02026)."
    assert sentence([norm], "fr").endswith("c’est la norme (10\u00a0janvier\u00a02026).")


def test_notes_follow_one_another() -> None:
    notes = [{"code": "law-full"}, {"code": "why-promise"}]
    assert sentence(notes, "en") == "Owed by law. Why promise it?"
    assert sentence([], "en") == ""


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "code",
    [*SENTENCES, *(f"{start}-{end}" for start in ("kano", "penalty-reward") for end in sorted(OUTCOMES))]
    + [f"experts-{end}" for end in sorted(OUTCOMES - {"open"})],
)
def test_every_code_has_a_sentence_in_both_languages(code: str, language: str) -> None:
    said = sentence([{"code": code, **FIGURES}], language)
    assert said.endswith((".", "?"))
    assert not re.search(r"[{}]", said)
    assert not re.search(r" [;?!%:]", said) or language == "en"


def test_every_code_that_the_rules_give_has_a_sentence() -> None:
    domain = Path(classification.__file__).parents[1]
    sources = [path for room in ("classes", "evidence", "surveys") for path in (domain / room).glob("*.py")]
    given = {code for path in sources for code in re.findall(r'note\(\s*"([a-z-]+)"', path.read_text())}
    assert given - {"expired"} <= set(SENTENCES)
    assert {"law-full", "kano-too-few", "customers-conflict"} <= given


def test_a_suggestion_speaks_in_both_languages() -> None:
    evidence = {
        "kano": {"A": 66, "O": 22, "M": 3, "I": 9, "date": "2025-05-01"},
        "sector": {"k": 9, "n": 10, "date": "2026-01-10"},
    }
    found = classification.suggest_class(evidence, on=date(2026, 6, 1))
    assert sentence(found.because, "en") == (
        "Out of 100 customers, 25 would be unhappy without it, 88 glad to have it: trust (1\u00a0May\u00a02025)."
    )
    assert sentence(found.warnings, "en") == (
        "Customers still see a plus, but 9 of 10 companies compared promise it: "
        "it is becoming the norm (10\u00a0January\u00a02026)."
    )


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        sentence([{"code": "karma"}], "en")
