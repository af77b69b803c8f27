"""One commitment: units, channels, runs, in few statements."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters.versions import history
from charter.services.checks.running import run_due
from charter.services.desk.commitment_page import commitment_page
from charter.services.desk.desk import desk
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.services.records.transactions import transaction
from charter.services.schedule.due import make_due
from tests.services.databases import statements
from tests.services.world import CARE, HEAD, NOW, TEXT, apply, data, many


def test_the_commitment_page_has_units_channels_and_runs(world: Flask) -> None:
    found = commitment_page(COMMAND_LINE, NOW, "answer")
    detail = found["details"]["answered"]
    assert [(row["unit"], row["depth"], row["numerator"]) for row in detail["breakdown"]] == [
        ("west", 1, 22),
        ("vannes", 2, 10),
        ("brest", 2, 12),
        ("south", 1, 18),
        ("nice", 2, 18),
    ]
    assert {row["channel"]: (row["numerator"], row["denominator"]) for row in detail["channels"]} == {
        "phone": (21, 31),
        "letter": (20, 31),
    }
    assert [run["period"] for run in found["runs"]] == ["2026-10", "2026-09", "2026-08", "2026-07"]
    assert found["runs"][0]["unknown_units"] == {"lorient": 2}
    region = commitment_page(COMMAND_LINE, NOW, "answer", unit="west")["details"]["answered"]
    assert [row["unit"] for row in region["breakdown"]] == ["vannes", "brest"]
    assert {row["channel"]: row["denominator"] for row in region["channels"]} == {"phone": 20, "letter": 20}


@pytest.fixture(params=[1, 60])
def sized(request: pytest.FixtureRequest, empty: Flask, data_folder: Path) -> int:
    """A charter of one or of sixty commitments, its checks due."""
    apply(many(request.param), data())
    make_due(history(), NOW)
    with transaction():
        db.session.execute(update(DueCheck).values(state="done", done_at=NOW))
    overview(COMMAND_LINE, NOW)  # the charter's document is parsed once in a process
    db.session.remove()
    return int(request.param)


def test_the_commitment_page_asks_at_most_twelve_times(world: Flask) -> None:
    overview(COMMAND_LINE, NOW)
    db.session.remove()
    with statements() as sent:
        commitment_page(COMMAND_LINE, NOW, "answer")
    assert len(sent) <= 12


def test_the_commitment_page_asks_as_often_among_sixty(sized: int) -> None:
    with statements() as sent:
        commitment_page(COMMAND_LINE, NOW, "bill-0")
    assert len(sent) <= 12


def test_a_commitment_without_indicators_has_its_page_and_its_desk(world: Flask) -> None:
    page = commitment_page(COMMAND_LINE, NOW, "care")
    assert (page["commitment"]["status"], page["details"], page["corrections"]) == ("no-data", {}, [])
    apply(HEAD.replace("2026-07-01", "2026-10-01") + CARE)
    assert [one["reason"] for one in desk(COMMAND_LINE, NOW)["overview"]["commitments"]] == ["without-evidence"]


SOLD = """
      - {key: sold, title: {fr: Offres vendues, en: Offers sold}, proves: context, source: bills,
         kind: count, date: opened, unit: agency, check: {due: 0 days, at: "06:00", lapses_after: 60 days}}
"""


def test_a_volume_beside_the_promise_has_a_figure_and_no_status(empty: Flask, data_folder: Path) -> None:
    apply(TEXT.replace(CARE, SOLD + CARE), data())
    run_due(COMMAND_LINE, NOW, Access())
    found = commitment_page(COMMAND_LINE, NOW, "bill")
    billed, sold = found["commitment"]["indicators"]
    assert "proves" not in billed
    assert (sold["proves"], sold["mandatory"], sold["value"]) == ("context", False, 62.0)
    assert (sold["status"], sold["reason"]) == ("not-applicable", "no-target")
    assert (sold["signal"], sold["assurance"]) == (None, None)
    assert found["commitment"]["status"] == billed["status"]
    assert found["reflexes"] == []


def test_a_commitment_by_means_alone_says_so_and_earns_nothing(empty: Flask, data_folder: Path) -> None:
    apply(TEXT.replace("- key: billed", "- key: billed\n        proves: means"), data())
    run_due(COMMAND_LINE, NOW, Access())
    found = overview(COMMAND_LINE, NOW)
    by_key = {view["key"]: view for view in found["commitments"]}
    assert by_key["bill"]["by_means"] is True
    assert "by_means" not in by_key["answer"]
    assert by_key["bill"]["status"] == "kept"
    assert found["headline"]["trust"] == {"earned": 0, "of": 1, "credited": 0, "suspended": 0, "by_means": ["bill"]}
