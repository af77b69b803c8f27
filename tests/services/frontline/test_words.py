"""The page of free texts: by unit, in context; each expression leads to its texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.frontline.word_pins import pin
from charter.services.frontline.word_reading import read_words
from charter.services.frontline.words import expression_page, words_page
from tests.services.frontline.words_world import ANA, BORIS, CARL, DAN, KEY, READING, SHOWN, with_letters
from tests.services.world import NOW


def test_a_rise_is_told_with_its_counts_and_the_words_around_it(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    before = words_page(ANA, NOW, period="2026-10")["free"]
    assert [(one["key"], one["read_at"], one["rising"], one["drawn"]) for one in before] == [
        ("letters", None, [], []),
        ("team", None, [], []),
    ]
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    found = words_page(ANA, NOW, period="2026-10")["free"][0]
    (line,) = found["rising"]
    assert (line["shown"], line["now"], line["count"], line["earlier"]) == (SHOWN, 15, 15, 0)
    assert line["of"] == found["month"]
    assert [one["written"] for one in line["passages"]] == [SHOWN] * 3
    assert len(found["drawn"]) == 5
    assert not found["is_erased"]


def test_an_expression_leads_to_its_texts(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    page = expression_page(DAN, NOW, key="letters", expression=KEY, period="2026-10")
    assert len(page["texts"]) == 15
    assert all(SHOWN in one["text"] and one["passage"] and one["passage"]["written"] == SHOWN for one in page["texts"])
    with pytest.raises(NotFound, match="not on the page any more"):
        expression_page(DAN, NOW, key="letters", expression="fr facture", period="2026-10")


def test_texts_are_read_within_the_own_units(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    assert words_page(BORIS, NOW, period="2026-10")["unit"] == "west"
    assert words_page(BORIS, NOW, period="2026-10", unit="vannes")["free"][0]["rising"]
    with pytest.raises(NotAllowed):
        words_page(BORIS, NOW, period="2026-10", unit="company")
    with pytest.raises(NotAllowed):
        expression_page(BORIS, NOW, key="letters", expression=KEY, period="2026-10", unit="nice")
    with pytest.raises(NotAllowed):
        words_page(CARL, NOW, period="2026-10", unit="vannes")


def test_what_is_pinned_is_told_beside_it(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    pin(ANA, NOW, of="letters", expression=KEY, commitment="bill", unit="company", period="2026-10")
    (line,) = words_page(DAN, NOW, period="2026-10")["free"][0]["rising"]
    assert [(one["number"], one["key"], one["by"]) for one in line["pinned"]] == [(2, "bill", "Ana")]
    (of_west,) = words_page(BORIS, NOW, period="2026-10")["free"][0]["rising"]
    assert of_west["pinned"] == [], "a pin is of a unit"
