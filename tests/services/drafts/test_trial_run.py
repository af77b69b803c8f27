"""Trying an indicator of the draft: the counts of a dry run, ten rows, nothing personal, nothing stored."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import Measurement, Run
from charter.services.checks.dry_run import measure_dry
from charter.services.drafts.applying import apply_charter
from charter.services.drafts.drafts import start_draft
from charter.services.drafts.trial_run import try_draft
from charter.services.records.access import Access
from tests.web.world import make_empty_app

NOW = datetime(2026, 11, 6, 9, 0, tzinfo=UTC)
CHARTER = """\
charter:
  {key: small, organisation: Petite, title: Promesses, timezone: Europe/Paris, calendar: FR, valid_from: 2026-07-01}
units: [{key: company, name: Petite, kind: company}, {key: nice, name: Nice, parent: company, kind: agency}]
sources: {cases: {kind: csv, path: cases.csv}, hand: {kind: manual}}
commitments:
  - key: answer
    title: Une réponse
    promise: Une réponse sous 10 jours.
    owner: Service
    indicators:
      - key: answered
        title: Répondues
        source: cases
        kind: share-within
        start: received
        stop: answered
        within: 10 days
        distinct: id
        unit: agency
        channel: email
        exclude: [{where: {type: spam}, reason: indésirable}]
        targets: [{from: 2026-07-01, target: 0.8}]
      - {key: stars, title: Note, source: cases, kind: mean, date: received, value: stars, unit: agency}
      - {key: typed, title: Saisi, source: hand, kind: share, unit: agency}
      - {key: both, title: Les deux, kind: composite, of: [{indicator: answered, weight: 1}]}
"""
ROWS = [
    ("C-1001", "2026-10-01", "2026-10-03", "nice", "letter", "5", "ann@example.org"),
    ("C-1002", "2026-10-02", "2026-10-22", "nice", "letter", "1", "bob@example.org"),
    ("C-1003", "2026-10-03", "", "nice", "letter", "2", "06 12 34 56 78"),
    ("C-1004", "2026-10-30", "", "nice", "letter", "", "x"),
    ("C-1005", "2026-10-05", "2026-10-06", "nice", "spam", "3", ""),
    ("C-1006", "2026-10-06", "2026-10-01", "lyon", "letter", "4", "y"),
]


@pytest.fixture
def draft(tmp_path: Path) -> Flask:
    with (tmp_path / "cases.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "received", "answered", "agency", "type", "stars", "email"])
        rows.writerows(ROWS)
    app = make_empty_app(tmp_path)
    with app.app_context():
        apply_charter(COMMAND_LINE, NOW, charter=read_charter(CHARTER).charter, folder=str(tmp_path))
        start_draft(COMMAND_LINE, NOW)
    return app


def test_it_counts_what_a_dry_run_counts_and_stores_nothing(draft: Flask) -> None:
    with draft.app_context():
        found = try_draft(COMMAND_LINE, NOW, indicator="answered", period="2026-10", access=Access())
        dry = measure_dry(COMMAND_LINE, NOW, indicator="answered", period="2026-10", access=Access())
        same = ("value", "numerator", "denominator", "pending", "excluded", "rows_read")
        assert {name: found[name] for name in same} == {name: dry[name] for name in same}
        assert (found["numerator"], found["denominator"], found["pending"]) == (1, 3, 1)
        assert found["excluded"] == {"indésirable": 1, "stop before start": 1}
        assert found["unknown"] == ["lyon"]
        assert db.session.query(Run).count() == db.session.query(Measurement).count() == 0


def test_rows_of_every_fate_are_shown_and_nothing_personal(draft: Flask) -> None:
    with draft.app_context():
        found = try_draft(COMMAND_LINE, NOW, indicator="answered", period="2026-10", access=Access())
    fates = sorted((one["fate"], one["reason"], one["value"]) for one in found["examples"] if one["fate"] == "judged")
    assert fates == [("judged", None, 0.0), ("judged", None, 0.0), ("judged", None, 1.0)]
    others = {(one["fate"], one["reason"]) for one in found["examples"] if one["fate"] != "judged"}
    assert others == {("pending", None), ("excluded", "indésirable"), ("excluded", "stop before start")}
    shown = {name: value for one in found["examples"] for name, value in one["columns"].items()}
    assert list(shown) == ["id", "received", "answered", "type", "agency", "email"]
    said = str(found)
    assert not [row for row in ROWS if row[0] in said or (row[6] and len(row[6]) > 1 and row[6] in said)]
    assert "•••01" in said
    assert "stars" not in said


def test_a_mean_shows_the_value_of_each_row(draft: Flask) -> None:
    with draft.app_context():
        found = try_draft(COMMAND_LINE, NOW, indicator="stars", period="2026-10", access=Access())
    assert sorted(one["value"] for one in found["examples"] if one["fate"] == "judged") == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert found["value"] == 3.0


@pytest.mark.parametrize("key", ["typed", "both"])
def test_what_reads_no_rows_says_so(draft: Flask, key: str) -> None:
    with draft.app_context(), pytest.raises(Invalid, match="figures"):
        try_draft(COMMAND_LINE, NOW, indicator=key, period="2026-10", access=Access())
