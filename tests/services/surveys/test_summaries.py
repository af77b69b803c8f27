"""What a counted survey says by promise, and what it hides of few."""

from __future__ import annotations

from flask import Flask

from charter.services.surveys import results_view
from charter.services.surveys.summaries import masked_marks
from charter.services.surveys.waves import close_wave
from tests.services.surveys.test_waves import MIA, opened, send
from tests.services.world import NOW


def test_a_promise_that_few_answered_is_hidden_after_the_end_too(charted: Flask) -> None:
    number, tokens = opened()
    for place, token in enumerate(tokens[:9]):
        send(token, given={"care": (2, 5), "bill": (1, 5) if place < 4 else (None, None)})
    close_wave(MIA, NOW, number)
    care, bill = results_view.wave(MIA, NOW, number)["pairs"]
    assert (care["n"], bill) == (9, {"commitment": "bill", "is_hidden": True})


def test_means_of_fewer_than_five_people_are_hidden() -> None:
    alone = {"low": 2.0, "middle": 5.0, "high": 9.0}
    line = {"attribute": "care", "n_low": 4, "n_high": 5, "alone": alone}
    (shown,) = masked_marks({"n": 13, "attributes": [line]})["attributes"]
    assert shown["alone"] == {"low": None, "middle": None, "high": 9.0}
