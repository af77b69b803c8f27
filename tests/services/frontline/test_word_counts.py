"""What a reading counted, for the desk, the report and the page of a promise."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.charters.versions import history
from charter.services.desk.desk import desk
from charter.services.frontline.word_counts import rising_short
from charter.services.frontline.word_reading import read_words
from charter.services.reports.parts import edition_of, figures_in
from charter.services.reports.snapshots import find_snapshot, freeze_month
from tests.services.frontline.words_world import ANA, CARL, READING, SHOWN, with_letters, write_letters
from tests.services.world import NOW

OCTOBER = parse_period("2026-10")


def test_the_desk_has_one_line_for_those_who_may_read(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    assert desk(ANA, NOW)["written"] == []
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    assert [(one["key"], one["written"]) for one in desk(ANA, NOW)["written"]] == [("letters", [SHOWN])]
    assert desk(CARL, NOW, unit="vannes")["written"] == []
    assert set(rising_short(history().current, OCTOBER, ["company", "nice", "vannes"])) == {"company", "vannes"}


def test_a_sealed_month_keeps_what_rose_when_it_was_sealed(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    sealed = find_snapshot("2026-10")
    assert sealed is not None
    written = edition_of(figures_in(sealed.document), sealed.sha256, None)["frontline"]["written"]
    assert [(one["name"]["en"], one["written"]) for one in written] == [("Letters", [SHOWN])]
    write_letters(tmp_path, rises=False)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-10")
    assert rising_short(history().current, OCTOBER, ["company"]) == {}
    again = edition_of(figures_in(sealed.document), sealed.sha256, None)["frontline"]["written"]
    assert again == written, "a sealed month never changes"
    assert "written" not in edition_of(figures_in(sealed.document), sealed.sha256, "nice")["frontline"]
