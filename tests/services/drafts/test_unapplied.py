"""A charter that is not in force, on its data: measured, its columns and units seen, its figures beside the plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import Measurement, Run
from charter.services.checks.dry_run import measure_dry
from charter.services.drafts.unapplied import as_version, figures_beside, last_figures, measure_unapplied
from charter.services.records.access import Access
from charter.sources.cells.context import definition_hash
from tests.services.world import ANSWER, HEAD, TEXT, apply, charter_of, data
from tests.services.world import NOW as NOVEMBER

NOW = NOVEMBER


def measure(text: str, indicator: str, period: str, folder: Path | None = None) -> dict[str, object]:
    version = as_version(charter_of(text), str(folder or data()))
    return measure_unapplied(COMMAND_LINE, NOW, version, indicator=indicator, period=period, access=Access())


def test_a_charter_file_is_measured_as_it_would_be_in_force(charted: Flask) -> None:
    for indicator, period in (("answered", "2026-10"), ("billed", "2026-Q3")):
        dry = measure_dry(COMMAND_LINE, NOW, indicator=indicator, period=period, access=Access())
        assert measure(TEXT, indicator, period) == dry


def test_it_is_measured_by_its_own_words_and_nothing_is_stored(empty: Flask) -> None:
    found = measure(TEXT.replace("within: 5 days", "within: 9 days"), "answered", "2026-10")
    assert (found["numerator"], found["denominator"]) == (62, 62)
    assert db.session.query(Run).count() == db.session.query(Measurement).count() == 0


def test_what_reads_no_rows_says_so(empty: Flask) -> None:
    text = HEAD.replace("commitments:", "  hand: {kind: manual}\ncommitments:") + ANSWER
    text += "      - {key: typed, title: Saisi, source: hand, kind: share}\n"
    text += "      - {key: both, title: Les deux, kind: composite, of: [{indicator: answered, weight: 1}]}\n"
    for key in ("typed", "both"):
        with pytest.raises(Invalid, match="figures"):
            measure(text, key, "2026-10")


def test_the_newest_figure_stands_beside_that_of_the_charter_in_force(charted: Flask) -> None:
    version = as_version(charter_of(TEXT.replace("within: 5 days", "within: 9 days")), str(data()))
    found = figures_beside(COMMAND_LINE, NOW, version, Access())
    told = {now.indicator.key: (now.plain, before and before.plain) for now, before in found}
    now, before = told["answered"]
    assert before is not None
    assert (now["period"], now["numerator"], now["denominator"]) == ("2026-10", 62, 62)
    assert (before["period"], before["numerator"], before["denominator"]) == ("2026-10", 41, 62)
    assert (now["target"], now["unknown"], now["undated"]) == (0.8, {"lorient": 2}, 1)


def test_a_draft_that_begins_inside_a_period_judges_cases_that_start_from_then_on(empty: Flask, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text(
        "case_id,start,stop\n" + "".join(f"{at},2026-10-{at:02},2026-10-{at + 4:02}\n" for at in (1, 5, 10, 20, 25))
    )
    text = (
        HEAD
        + """
  - key: a
    title: A
    promise: {fr: "Réponse sous 5 jours à chaque client."}
    owner: Direction
    indicators:
      - {key: a, title: A, source: cases, kind: share-within, within: 5 days, judged_by: start,
         start: start, stop: stop}
"""
    )
    later = text.replace("valid_from: 2026-07-01", "valid_from: 2026-10-15").replace("within: 5 days", "within: 3 days")
    alone = measure(later, "a", "2026-10", tmp_path)
    assert (alone["numerator"], alone["denominator"]) == (0, 5)
    apply(text, tmp_path)
    drafted = measure(later, "a", "2026-10", tmp_path)
    assert (drafted["numerator"], drafted["denominator"]) == (3, 5)
    apply(later, tmp_path)
    assert measure_dry(COMMAND_LINE, NOW, indicator="a", period="2026-10", access=Access()) == drafted


def test_what_says_how_cells_are_read_is_part_of_the_definition() -> None:
    def hash_of(said: str) -> str:
        charter = charter_of(
            TEXT.replace("cases: {kind: csv, path: cases.csv", f"cases: {{kind: csv, path: cases.csv{said}")
        )
        return definition_hash(as_version(charter, "").indicators["answered"][1], charter)

    texts = ["", ', missing: ["?"]', ", missing: []", ", durations: m:s", ', date_from: {file_name: "%Y-%m"}']
    assert len({hash_of(each) for each in texts}) == len(texts)
    assert hash_of(", header_row: 1") == hash_of("")


def test_a_first_charter_has_nothing_beside_it(empty: Flask) -> None:
    found = figures_beside(COMMAND_LINE, NOW, as_version(charter_of(), str(data())), Access())
    assert [before for _, before in found] == [None, None]


def test_a_figure_that_cannot_be_had_says_why(empty: Flask, tmp_path: Path) -> None:
    figures = last_figures(COMMAND_LINE, NOW, as_version(charter_of(), str(tmp_path)), Access())
    assert all("no such file" in str(one.error) for one in figures)
