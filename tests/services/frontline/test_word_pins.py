"""Expressions pinned to promises: by those who read the texts and act; taken off by a later row."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import Actor
from charter.models.frontline import WordPin
from charter.services.frontline.word_pins import pin, pinned, unpin
from tests.services.frontline.test_observations import count, entries
from tests.services.frontline.words_world import ANA, BORIS, CARL, DAN, KEY, SHOWN, with_letters
from tests.services.verification.test_verify import broken
from tests.services.world import NOW

AT = {"words": "letters", "expression": KEY, "commitment": "bill", "unit": "company"}


def test_an_expression_is_pinned_and_taken_off_and_both_are_logged(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    pin(ANA, NOW, written=SHOWN, **AT)
    assert [(one.written, one.by) for one in pinned("bill", ["company"])] == [(SHOWN, "Ana")]
    assert pinned("answer") == pinned(units=["nice"]) == []
    with pytest.raises(Conflict, match="pinned to this promise already"):
        pin(ANA, NOW, written=SHOWN, **AT)
    unpin(ANA, NOW, **AT)
    assert pinned() == []
    assert count(WordPin) == 2
    with pytest.raises(Conflict, match="not pinned to this promise any more"):
        unpin(ANA, NOW, **AT)
    pin(ANA, NOW, written=SHOWN, **AT)
    assert len(pinned()) == 1
    assert [one.action for one in entries("words:%")] == ["words:pin", "words:unpin", "words:pin"]
    assert broken() == ""


@pytest.mark.parametrize("actor", [DAN, CARL, BORIS])
def test_who_may_not_read_or_act_or_not_there_pins_nothing(empty: Flask, tmp_path: Path, actor: Actor) -> None:
    with_letters(tmp_path)
    with pytest.raises(NotAllowed):
        pin(actor, NOW, written=SHOWN, **AT)
    assert count(WordPin) == 0


def test_what_is_not_there_is_refused(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    with pytest.raises(NotFound):
        pin(ANA, NOW, written=SHOWN, **AT | {"commitment": "none"})
    for wrong in ({"words": "mails"}, {"expression": "de wort"}, {"expression": "fr "}):
        with pytest.raises(Invalid, match="not on the page any more"):
            pin(ANA, NOW, written=SHOWN, **AT | wrong)
    assert count(WordPin) == 0
