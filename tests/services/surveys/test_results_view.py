"""What the page of a survey prints while it is open: few answers are only counted."""

from __future__ import annotations

from flask import Flask

from charter.services.surveys import results_view
from charter.services.surveys.waves import close_wave
from tests.services.surveys.test_waves import MIA, opened, send
from tests.services.world import NOW


def test_nothing_is_shown_while_it_is_open_and_then_what_five_have_answered(charted: Flask) -> None:
    number, tokens = opened()
    for token in tokens[:4]:
        send(token)
    found = results_view.wave(MIA, NOW, number)
    assert (found["answers"], {row["is_hidden"] for row in found["pairs"]}) == (4, {True})
    send(tokens[4])
    assert {row["is_hidden"] for row in results_view.wave(MIA, NOW, number)["pairs"]} == {True}
    close_wave(MIA, NOW, number)
    assert {row["is_hidden"] for row in results_view.wave(MIA, NOW, number)["pairs"]} == {False}
    assert results_view.waves(MIA, NOW)[0]["answers"] == 5
