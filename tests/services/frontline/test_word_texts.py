"""Where free texts come from: rows of a source, masked; words of the charter are no names."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from charter.domain.vocabulary.periods import parse_period
from charter.services.charters.versions import history
from charter.services.frontline.word_texts import left_out_of, texts_until, told_words, words_named, words_of
from tests.services.frontline.words_world import READING, with_letters
from tests.services.world import NOW


def test_the_rows_of_a_source_come_masked_with_their_month_and_unit(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    version = history().current
    words = words_named(version, "letters")
    texts = list(texts_until(version, words, parse_period("2026-09"), NOW, READING))
    assert {one.month for one in texts} == {"2026-07", "2026-08", "2026-09"}
    assert {one.unit for one in texts} == {"vannes", "nice"}
    assert len(texts) == 180
    assert not any("Kerbrat" in one.words or "06 12" in one.words for one in texts)


def test_words_of_the_charter_are_known_and_those_left_out_are_not(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    version = history().current
    assert {"vannes", "petite", "facture", "répondons"} <= words_of(version)
    assert left_out_of(words_named(version, "letters")) == {"gertrude"}


def test_what_was_told_is_shown_masked_too() -> None:
    assert told_words("M. Durand attend au 06 12 34 56 78") == "[…] attend au […]"
