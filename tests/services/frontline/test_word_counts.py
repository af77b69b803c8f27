"""What a reading counted, for the desk, the report and the page of a promise."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.charters.versions import history
from charter.services.desk.commitment_page import commitment_page
from charter.services.desk.desk import desk
from charter.services.frontline.word_counts import pinned_to, rising_short
from charter.services.frontline.word_pins import pin
from charter.services.frontline.word_reading import read_words
from charter.services.reports.snapshots import find_snapshot, freeze_month
from charter.services.reports.view import month_page
from tests.services.frontline.words_world import ANA, CARL, KEY, READING, SHOWN, with_letters
from tests.services.world import NOW

OCTOBER = parse_period("2026-10")


def test_the_desk_has_one_line_for_those_who_may_read(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    assert desk(ANA, NOW)["written"] == []
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    assert [(one["key"], one["written"]) for one in desk(ANA, NOW)["written"]] == [("letters", [SHOWN])]
    assert desk(CARL, NOW, unit="vannes")["written"] == []
    assert set(rising_short(history().current, OCTOBER, ["company", "nice", "vannes"])) == {"company", "vannes"}


def test_the_page_of_a_promise_tells_this_month_s_count_of_what_is_pinned(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    pin(ANA, NOW, words="letters", expression=KEY, written=SHOWN, commitment="bill", unit="company")
    (before,) = commitment_page(ANA, NOW, "bill")["pinned"]
    assert (before["now"], before["is_few"]) == (None, False), "not read yet is not few"
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    (line,) = commitment_page(ANA, NOW, "bill")["pinned"]
    assert (line["written"], line["now"], line["may_read"], line["may_unpin"]) == (SHOWN, 15, True, True)
    (of_nice,) = commitment_page(ANA, NOW, "bill", unit="nice")["pinned"]
    assert (of_nice["now"], of_nice["is_few"]) == (None, True), "fewer than five are not told"
    (of_carl,) = pinned_to(CARL, history().current, OCTOBER, "vannes", "bill")
    assert (of_carl["may_read"], of_carl["may_unpin"]) == (False, False)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-09")
    (september,) = commitment_page(ANA, NOW, "bill", period="2026-09")["pinned"]
    assert (september["now"], september["is_few"]) == (None, True)


def test_a_sealed_month_keeps_what_rose_when_it_was_sealed(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    sealed = find_snapshot("2026-10")
    assert sealed is not None
    assert month_page(COMMAND_LINE, NOW, "2026-10")
