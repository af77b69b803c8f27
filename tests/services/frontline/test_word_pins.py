"""Expressions pinned to promises: by those who read the texts and act; taken off by a later row."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.models.frontline import WordPin
from charter.services.charters.versions import history
from charter.services.desk.commitment_page import commitment_page
from charter.services.frontline.word_pins import pin, pinned, pinned_to, unpin
from charter.services.frontline.word_reading import read_words
from tests.services.frontline.test_observations import count, entries
from tests.services.frontline.words_world import ANA, BORIS, CARL, DAN, KEY, READING, SHOWN, with_letters
from tests.services.verification.test_verify import broken
from tests.services.world import NOW

AT = {"of": "letters", "expression": KEY, "commitment": "bill", "unit": "company"}
OCTOBER = "2026-10"


def prepared(folder: Path) -> None:
    with_letters(folder)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period=OCTOBER)


def test_an_expression_is_pinned_and_taken_off_and_both_are_logged(empty: Flask, tmp_path: Path) -> None:
    prepared(tmp_path)
    pin(ANA, NOW, period=OCTOBER, **AT)
    assert [(one.written, one.by) for one in pinned("bill", ["company"])] == [(SHOWN, "Ana")]
    assert pinned("answer") == pinned(units=["nice"]) == []
    with pytest.raises(Conflict, match="pinned to this promise already"):
        pin(ANA, NOW, period=OCTOBER, **AT)
    unpin(ANA, NOW, **AT)
    assert pinned() == []
    assert count(WordPin) == 2
    with pytest.raises(Conflict, match="not pinned to this promise any more"):
        unpin(ANA, NOW, **AT)
    pin(ANA, NOW, period=OCTOBER, **AT)
    assert len(pinned()) == 1
    assert [one.action for one in entries("words:%")] == ["words:read", "words:pin", "words:unpin", "words:pin"]
    assert broken() == ""


@pytest.mark.parametrize("actor", [DAN, CARL, BORIS])
def test_who_may_not_read_or_act_or_not_there_pins_nothing(empty: Flask, tmp_path: Path, actor: Actor) -> None:
    prepared(tmp_path)
    with pytest.raises(NotAllowed):
        pin(actor, NOW, period=OCTOBER, **AT)
    assert count(WordPin) == 0


def test_what_is_not_there_is_refused(empty: Flask, tmp_path: Path) -> None:
    prepared(tmp_path)
    with pytest.raises(NotFound):
        pin(ANA, NOW, period=OCTOBER, **AT | {"commitment": "none"})
    wrongs = ({"of": "mails"}, {"expression": "fr kerbrat"}, {"expression": ""}, {"unit": "nice"})
    for wrong in wrongs:
        with pytest.raises(Invalid, match="not on the page any more"):
            pin(ANA, NOW, period=OCTOBER, **AT | wrong)
    with pytest.raises(Invalid, match="not on the page any more"):
        pin(ANA, NOW, period="2026-08", **AT)
    assert count(WordPin) == 0


def test_the_page_of_a_promise_tells_this_month_s_count_of_what_is_pinned(empty: Flask, tmp_path: Path) -> None:
    prepared(tmp_path)
    pin(
        ANA, NOW + timedelta(hours=1), of="letters", expression=KEY, commitment="bill", unit="company", period="2026-10"
    )
    (before,) = commitment_page(ANA, NOW, "bill", period="2026-09")["pinned"]
    assert (before["now"], before["is_few"]) == (None, False), "not read yet is not few"
    (line,) = commitment_page(ANA, NOW, "bill")["pinned"]
    assert (line["written"], line["now"], line["may_read"], line["may_unpin"]) == (SHOWN, 15, True, True)
    (of_nice,) = commitment_page(ANA, NOW, "bill", unit="nice")["pinned"]
    assert (of_nice["now"], of_nice["is_few"]) == (None, False), "it was not counted there yet"
    read_words(COMMAND_LINE, NOW + timedelta(hours=2), READING, key="letters", period=OCTOBER)
    (of_nice,) = commitment_page(ANA, NOW, "bill", unit="nice")["pinned"]
    assert (of_nice["now"], of_nice["is_few"]) == (None, True), "fewer than five are not told"
    (of_carl,) = pinned_to(CARL, history().current, parse_period(OCTOBER), "vannes", "bill")
    assert (of_carl["may_read"], of_carl["may_unpin"]) == (False, False)
    read_words(COMMAND_LINE, NOW + timedelta(hours=2), READING, key="letters", period="2026-09")
    (september,) = commitment_page(ANA, NOW, "bill", period="2026-09")["pinned"]
    assert (september["now"], september["is_few"]) == (None, True)
