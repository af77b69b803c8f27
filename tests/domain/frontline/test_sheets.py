"""The sheet of a promise for a team meeting: nothing is made up where nothing is known."""

from __future__ import annotations

from typing import Any

import pytest

from charter.domain.frontline.sheets import bravo_on, question_on, team_sheets
from charter.domain.vocabulary.terms import Status
from tests.services.world import TEXT, charter_of

ORIGIN = "  origin:\n    expectations:\n      - {key: quick, text: {fr: Une réponse rapide, en: A quick answer}}\n"


def view(key: str, number: int, status: str = "kept", **more: Any) -> dict[str, Any]:
    plain = {"reason": None, "previous_status": "kept", "exceeded": False}
    return plain | {"key": key, "number": number, "status": status} | more


def line(number: int | None, text: str, kind: str = "customer") -> dict[str, Any]:
    return {"number": number, "text": text, "kind": kind, "unit_name": "Vannes", "answer": None, "title": None}


def snapshot(**told: Any) -> dict[str, Any]:
    views = [view("answer", 1, "missed"), view("bill", 2), view("gone", 3)]
    return {"overview": {"commitments": views}, "frontline": told or None}


def test_each_promise_has_a_sheet_with_its_own_words_and_thanks() -> None:
    told = {
        "words": [line(2, "La facture est claire."), line(2, "Une autre.")],
        "thanks": [line(None, "Merci !"), line(2, "Bravo !")],
    }
    first, second, third = team_sheets(snapshot(**told), charter_of())
    assert (first.story, second.story, third.story) == (None, told["words"][0], None)
    assert [one["text"] for one in first.thanks] == ["Merci !"]
    assert [one["text"] for one in second.thanks] == ["Bravo !"]
    assert third.thanks == []


def test_why_customers_want_it_is_what_the_charter_says_and_nothing_else() -> None:
    owner = "    owner: Service clients\n"
    text = TEXT.replace(owner, f"{owner}    answers: [quick]\n")
    first, second, third = team_sheets(snapshot(), charter_of(text.replace("units:", f"{ORIGIN}units:", 1)))
    assert [one["en"] for one in first.why.expectations] == ["A quick answer"]
    assert first.why.law == "Code"
    assert (second.why.expectations, second.why.law) == ([], None)
    assert (list(third.why.expectations), third.why.law) == ([], None), "a promise that the charter does not hold"


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_question(status: Status) -> None:
    assert question_on(view("one", 1, status.value)) in {"near", "missed", "kept", "concerns", "unseen"}


def test_the_question_asks_what_the_figure_does_not_say() -> None:
    assert question_on(view("one", 1, "unproven", reason="too-few")) == "few"
    assert question_on(view("one", 1, "unproven", reason="interval-straddles")) == "unseen"
    assert question_on(view("one", 1, exceeded=True)) == "more"
    assert question_on(view("one", 1, by_means=True, exceeded=True)) == "means"


@pytest.mark.parametrize(
    ("status", "before", "exceeded", "said"),
    [
        ("kept", "missed", True, "again"),
        ("kept", "kept", True, "more"),
        ("kept", "unproven", False, None),
        ("kept", None, False, None),
        ("near", "missed", False, None),
        ("missed", "missed", True, None),
    ],
)
def test_a_bravo_is_for_what_was_not_kept_before_or_more_than_kept(
    status: str, before: str | None, exceeded: bool, said: str | None
) -> None:
    assert bravo_on(view("one", 1, status, previous_status=before, exceeded=exceeded)) == said
