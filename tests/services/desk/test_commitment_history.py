"""The history of a commitment: who, when, from what to what, and why, of everything that bears on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.actions.comments import explain_miss
from charter.services.desk.commitment_history import chronicle
from charter.services.figures.write import correct_figure
from tests.services.world import NOW, TEXT, apply

LATER = NOW + timedelta(hours=1)
BORIS = Actor("Boris", Role.MANAGER, ("west", "brest", "vannes"))


def correct(unit: str) -> None:
    numbers = {"numerator": 4, "denominator": 10}
    correct_figure(COMMAND_LINE, NOW, Figure("answered", "2026-10", unit, numbers, reason="Letters", channel="phone"))


def test_a_changed_target_says_who_from_what_to_what_and_since_when(world: Flask) -> None:
    apply(TEXT.replace("target: 0.80, tolerance: 0.05", "target: 0.95, tolerance: 0.05"), now=LATER)
    found = chronicle(COMMAND_LINE, LATER, "answer")["lines"]
    assert [(line["what"], line["by"]) for line in found] == [
        ("charter:change", "command line"),
        ("charter:first", "command line"),
    ]
    (change,) = found[0]["changes"]
    assert (change.key, change.before, change.after, change.since) == ("answered", 0.8, 0.95, "2026-01-01")
    # Another commitment's history knows nothing of it.
    assert [line["what"] for line in chronicle(COMMAND_LINE, LATER, "bill")["lines"]] == ["charter:first"]


def test_corrections_and_comments_stand_with_their_before_and_reason(world: Flask) -> None:
    correct("vannes")
    for text in ("Trois absents.", "Quatre absents."):
        explain_miss(COMMAND_LINE, NOW, commitment="answer", period="2026-10", text=text)
    lines = {line["what"]: line for line in chronicle(COMMAND_LINE, LATER, "answer")["lines"]}
    place = {"indicator": "answered", "period": "2026-10", "unit": "vannes", "channel": "phone", "segment": ""}
    assert lines["figure:correct"]["place"] == place
    assert lines["figure:correct"]["before"]["denominator"] == 10
    assert (lines["figure:correct"]["after"]["numerator"], lines["figure:correct"]["why"]) == (4, "Letters")
    words = [line for line in chronicle(COMMAND_LINE, LATER, "answer")["lines"] if line["what"] == "comment:write"]
    assert sorted((line["before"]["text"] or "", line["after"]["text"]) for line in words) == [
        ("", "Trois absents."),
        ("Trois absents.", "Quatre absents."),
    ]


def test_a_history_is_that_of_the_units_in_reach(world: Flask) -> None:
    correct("nice")
    assert "figure:correct" not in [line["what"] for line in chronicle(BORIS, LATER, "answer", unit="west")["lines"]]
    with pytest.raises(NotAllowed):
        chronicle(BORIS, LATER, "answer", unit="nice")
    with pytest.raises(NotFound):
        chronicle(COMMAND_LINE, LATER, "absent")
