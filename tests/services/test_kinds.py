"""Promises in steps, rates, percentiles, composites, money and weighted surveys, from rows to what people read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Measurement, counts_of
from charter.services.checks.dry_run import measure_dry
from charter.services.checks.running import Tally, run_due
from charter.services.checks.source_changes import recheck
from charter.services.desk.commitment_page import commitment_page
from charter.services.figures.write import Figure, enter_figure
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.services.verification.verify import verify
from tests.services.kinds_world import HEAD, INDICATORS, NOW, text, write_all
from tests.services.world import apply


@pytest.fixture
def kinds(empty: Flask, tmp_path: Path) -> Iterator[Flask]:
    """All kinds in force since October 2026, with their rows; nothing measured."""
    write_all(tmp_path)
    apply(text(), tmp_path, datetime(2026, 10, 1, tzinfo=UTC))
    return empty


def views(period: str = "2026-10", unit: str | None = None, now: datetime = NOW) -> dict[str, Any]:
    found = overview(COMMAND_LINE, now, period=period, unit=unit)
    return {one["key"]: one for each in found["commitments"] for one in each["indicators"]}


def test_promise_in_steps_shows_its_worst_step(kinds: Flask) -> None:
    run_due(COMMAND_LINE, NOW, Access())
    tiers = views()["tiers"]
    # Of 22: 10 within 10 days (45 %), 16 within 20 (73 %), 17 within 30, so 5 beyond (23 %).
    assert (tiers["status"], tiers["step"], tiers["value"], tiers["target"]) == ("missed", "10 days", 10 / 22, 0.5)
    assert (tiers["numerator"], tiers["denominator"], tiers["touched"]) == (10, 22, 12)
    assert tiers["tiers"] == [
        {"within": "10 days", "target": 0.5, "numerator": 10, "denominator": 22, "value": 10 / 22, "status": "missed"},
        {"within": "20 days", "target": 0.85, "numerator": 16, "denominator": 22, "value": 16 / 22, "status": "missed"},
    ]
    assert tiers["ceiling"] == {
        "beyond": "30 days", "at_most": 0.1, "share": pytest.approx(5 / 22), "status": "missed",
    }  # fmt: skip
    at_a = views(unit="a")["tiers"]
    assert (at_a["step"], at_a["value"], at_a["numerator"], at_a["target"]) == ("20 days", 0.8, 16, 0.85)
    assert [one["status"] for one in at_a["tiers"]] == ["kept", "missed"]
    assert at_a["series"][0]["value"] == 0.5
    assert verify(COMMAND_LINE)["ok"]


def test_rate_is_per_its_volume_and_a_unit_without_one_has_no_data(kinds: Flask) -> None:
    run_due(COMMAND_LINE, NOW, Access())
    rate = views()["rate"]
    assert (rate["numerator"], rate["denominator"], rate["value"]) == (22, 800_000, 2.75)
    assert (rate["status"], rate["per"], rate["not_recording"]) == ("kept", 100_000, ["b"])
    assert views(unit="a")["rate"]["value"] == 2.5
    alone = views(unit="b")["rate"]
    assert (alone["status"], alone["reason"], alone["value"]) == ("no-data", "no-volume", None)


def test_percentile_is_that_of_all_cases_at_each_level(kinds: Flask) -> None:
    run_due(COMMAND_LINE, NOW, Access())
    slow = views()["slow"]
    assert (slow["value"], slow["numerator"], slow["denominator"], slow["pending"]) == (15, None, 21, 1)
    assert (slow["status"], views(unit="a")["slow"]["value"], views(unit="b")["slow"]["value"]) == ("missed", 10, 25)
    page = commitment_page(COMMAND_LINE, NOW, "all", period="2026-10")
    assert [row["value"] for row in page["details"]["slow"]["breakdown"]] == [10, 25]
    assert (page["details"]["slow"]["channels"], page["details"]["slow"]["channels_absent"]) == ([], True)


def test_sample_is_weighted_by_unit(kinds: Flask) -> None:
    run_due(COMMAND_LINE, NOW, Access())
    pleased = views()["pleased"]
    # 80 % of a, who are nine in ten customers, and 40 % of b.
    assert (pleased["value"], pleased["numerator"], pleased["denominator"]) == (0.76, 120, 200)
    assert pleased["effective_n"] == pytest.approx(10000**2 / (9000**2 / 100 + 1000**2 / 100))
    assert pleased["status"] == "kept"
    assert "effective_n" not in views(unit="a")["pleased"]


def test_composite_is_made_anew_at_each_level_after_its_parts(kinds: Flask) -> None:
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=13, done=13, failed=0, late=2)
    index = views()["index"]
    # pleased 0.76, easy 0.9 x 0.5 + 0.1 x 0.9 = 0.54.
    assert (index["value"], index["numerator"], index["denominator"]) == (0.705, None, None)
    # Made of a sample's figures it is one itself: 0.705 is no proof of 0.7.
    assert (index["status"], views(unit="a")["index"]["value"]) == ("unproven", 0.725)
    assert measure_dry(COMMAND_LINE, NOW, indicator="index", period="2026-10", access=Access())["value"] == 0.705


def test_composite_waits_for_its_parts_and_follows_their_corrections(kinds: Flask, tmp_path: Path) -> None:
    rows = (tmp_path / "survey.csv").read_text(encoding="utf-8")
    (tmp_path / "survey.csv").unlink()
    run_due(COMMAND_LINE, NOW, Access())
    assert (views()["index"]["status"], views()["index"]["reason"]) == ("no-data", "check-late")
    (tmp_path / "survey.csv").write_text(rows, encoding="utf-8")
    run_due(COMMAND_LINE, NOW, Access(), retry_now=True)
    assert views()["index"]["value"] == 0.705
    check = db.session.execute(select(DueCheck).filter_by(indicator_key="index", period_key="2026-10")).scalar_one()
    assert check.state == "done"
    apply(text(pleased=INDICATORS["pleased"].replace("pleased: 1", "easy: 1")), tmp_path, NOW)
    run_due(COMMAND_LINE, NOW, Access())
    assert views()["index"]["value"] == 0.54
    assert verify(COMMAND_LINE)["ok"]


def test_money_and_yes_no_by_hand(kinds: Flask) -> None:
    run_due(COMMAND_LINE, NOW, Access())
    enter_figure(COMMAND_LINE, NOW, Figure("published", "2026-10", None, {"numerator": 1, "denominator": 1}))
    found = views()
    assert (found["paid"]["value"], found["paid"]["denominator"], found["paid"]["status"]) == (
        5550,
        2,
        "not-applicable",
    )
    assert (found["published"]["value"], found["published"]["status"]) == (1, "kept")


def test_what_is_stored_of_steps_and_values(kinds: Flask) -> None:
    run_due(COMMAND_LINE, NOW, Access())
    stored = {
        (row.indicator_key, row.unit_key, row.channel): counts_of(row)
        for row in db.session.execute(select(Measurement).where(Measurement.period_key == "2026-10")).scalars()
    }
    assert stored["tiers", "a", ""].steps == {"10 days": 10, "20 days": 16, "30 days": 16}
    assert stored["slow", "company", ""].value == 15
    assert stored["rate", "a", ""].denominator == 800_000


def test_dry_measures_of_each_kind(kinds: Flask) -> None:
    def dry(key: str, period: str = "2026-10") -> dict[str, Any]:
        return measure_dry(COMMAND_LINE, NOW, indicator=key, period=period, access=Access())

    assert [one["value"] for one in dry("tiers")["tiers"]] == [10 / 22, 16 / 22]
    assert {one["unit"]: one["value"] for one in dry("slow", "2026-Q4")["units"]} == {"a": 10, "b": 25, "company": 15}
    assert {name: dry("rate")[name] for name in ("value", "numerator", "volume")} == {
        "value": 2.75, "numerator": 22, "volume": 800_000,
    }  # fmt: skip


def test_changed_definition_shows_as_a_break(empty: Flask, tmp_path: Path) -> None:
    write_all(tmp_path)
    rows = (tmp_path / "survey.csv").read_text(encoding="utf-8").splitlines()
    more = [row.replace("2026-10", month) for month in ("2026-08", "2026-09", "2026-11") for row in rows[1:]]
    (tmp_path / "survey.csv").write_text("\n".join([*rows, *more]), encoding="utf-8")
    old = HEAD.replace("valid_from: 2026-10-01", "valid_from: 2026-08-01")
    apply(text(keys=["pleased"], head=old), tmp_path, datetime(2026, 8, 1, tzinfo=UTC))
    run_due(COMMAND_LINE, datetime(2026, 11, 10, tzinfo=UTC), Access())
    changed = INDICATORS["pleased"].replace("pleased: 1", "easy: 1").replace("target: 0.6", "target: 0.5")
    apply(text(keys=["pleased"], head=HEAD, pleased=changed), tmp_path, NOW)
    run_due(COMMAND_LINE, NOW, Access())
    series = views("2026-11")["pleased"]["series"]
    assert [point["value"] for point in series] == [0.76, 0.76, 0.54, 0.54]
    assert [point.get("break") for point in series] == [None, None, True, None]
    detail = commitment_page(COMMAND_LINE, NOW, "all", period="2026-11")["details"]["pleased"]
    assert [point["group"] for point in detail["chart"]["points"]] == [0, 0, 1, 1]


def test_changed_past_of_rates_and_percentiles_is_told_at_every_level(kinds: Flask, tmp_path: Path) -> None:
    run_due(COMMAND_LINE, NOW, Access())
    assert recheck(COMMAND_LINE, NOW, Access(), period="2026-10") == []
    cases = tmp_path / "cases.csv"
    cases.write_text(cases.read_text(encoding="utf-8") + "2026-10-02,2026-10-12,b,web\n", encoding="utf-8")
    told = {one["indicator"]: one for one in recheck(COMMAND_LINE, NOW, Access(), period="2026-10")}
    assert {key: (one["before"]["value"], one["after"]["value"]) for key, one in told.items()} == {
        "tiers": (10 / 22, 11 / 23),
        "rate": (2.75, 2.875),
        "slow": (15, 12.5),
    }
    assert [cell["cell"] for cell in told["slow"]["cells"]] == ["b", "company"]


def test_closed_days_of_another_year_break_no_curve(empty: Flask, tmp_path: Path) -> None:
    write_all(tmp_path)
    tiers = INDICATORS["tiers"].replace("10 days", "10 working days")
    apply(text(keys=["tiers"], tiers=tiers), tmp_path, datetime(2026, 10, 1, tzinfo=UTC))
    run_due(COMMAND_LINE, NOW, Access())
    assert views()["tiers"]["numerator"] == 10
    later = HEAD.replace("calendar: FR\n", "calendar: FR\n  closed_days: [2027-01-04]\n")
    apply(text(keys=["tiers"], head=later, tiers=tiers), tmp_path, NOW)
    assert run_due(COMMAND_LINE, NOW, Access()).done == 0
    now_closed = HEAD.replace("calendar: FR\n", "calendar: FR\n  closed_days: [2026-10-06]\n")
    apply(text(keys=["tiers"], head=now_closed, tiers=tiers), tmp_path, NOW)
    assert run_due(COMMAND_LINE, NOW, Access()).done == 1


def test_another_calendar_of_a_unit_breaks_its_curve_and_no_other(empty: Flask, tmp_path: Path) -> None:
    write_all(tmp_path, "2026-09")
    september = (tmp_path / "cases.csv").read_text(encoding="utf-8")
    write_all(tmp_path)
    october = (tmp_path / "cases.csv").read_text(encoding="utf-8").partition("\n")[2]
    (tmp_path / "cases.csv").write_text(september + october, encoding="utf-8")
    tiers = INDICATORS["tiers"].replace("10 days", "10 working days")
    first = HEAD.replace("valid_from: 2026-10-01", "valid_from: 2026-09-01")
    apply(text(keys=["tiers"], head=first, tiers=tiers), tmp_path, datetime(2026, 9, 1, tzinfo=UTC))
    own = HEAD.replace("kind: agency, weight: 1000", "kind: agency, weight: 1000, calendar: FR-57")
    own = own.replace(
        "units:\n", "units:\n  - {key: c, name: Agence C, parent: company, kind: agency, calendar: FR-57}\n"
    )
    apply(text(keys=["tiers"], head=own, tiers=tiers), tmp_path, NOW)
    run_due(COMMAND_LINE, NOW, Access())
    broken = {
        unit: [point.get("break") for point in views(unit=unit)["tiers"]["series"]] for unit in ("company", "a", "b")
    }
    assert broken == {"company": [None, None], "a": [None, None], "b": [None, True]}
