"""What the page of a survey prints while it is open: few answers are only counted."""

from __future__ import annotations

from flask import Flask

from charter.services.surveys import results_view
from tests.services.surveys.test_waves import MIA, opened, send
from tests.services.world import NOW


def test_few_answers_are_only_counted_while_it_is_open(charted: Flask) -> None:
    number, tokens = opened()
    for token in tokens[:4]:
        send(token)
    assert {row["is_hidden"] for row in results_view.wave(MIA, NOW, number)["pairs"]} == {True}
    send(tokens[4])
    assert {row["is_hidden"] for row in results_view.wave(MIA, NOW, number)["pairs"]} == {False}
