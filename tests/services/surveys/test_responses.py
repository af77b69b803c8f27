"""What is stored of a wave: its hash knows each answer, and analysing again keeps the day from which it is known."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from charter.domain.surveys.privacy import Kept
from charter.services.surveys.privacy import put
from charter.services.surveys.responses import NO_ANSWERS, answers_of, answers_sha256, result_of
from charter.services.surveys.waves import close_wave
from tests.services.surveys.test_waves import MIA, opened
from tests.services.world import NOW


def test_a_hash_vouches_for_all_answers_of_a_wave(charted: Flask) -> None:
    number, _ = opened()
    assert answers_sha256(number) == NO_ANSWERS
    for place in range(6):
        put(number, Kept(NOW.date(), "fr", {"care": [1 + place % 5, 2]}), f"{place}" * 64)
    close_wave(MIA, NOW + timedelta(days=1), number)
    found = result_of(number)
    assert found is not None
    assert (found.answers_sha256, len(answers_of(number))) == (answers_sha256(number), 6)
    assert answers_of(number) == sorted(answers_of(number), key=str), "in the order of what they say"
