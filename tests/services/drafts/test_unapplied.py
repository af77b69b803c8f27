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
from tests.services.world import ANSWER, HEAD, TEXT, charter_of, data
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


def test_a_first_charter_has_nothing_beside_it(empty: Flask) -> None:
    found = figures_beside(COMMAND_LINE, NOW, as_version(charter_of(), str(data())), Access())
    assert [before for _, before in found] == [None, None]


def test_a_figure_that_cannot_be_had_says_why(empty: Flask, tmp_path: Path) -> None:
    figures = last_figures(COMMAND_LINE, NOW, as_version(charter_of(), str(tmp_path)), Access())
    assert all("no such file" in str(one.error) for one in figures)
