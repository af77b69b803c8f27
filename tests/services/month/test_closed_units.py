"""Units that were closed, or not open yet: nothing is asked of them, on every face and in what is sealed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import is_valid_in
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert
from charter.models.base import db
from charter.services.checks.running import run_due
from charter.services.desk.commitment_page import commitment_page
from charter.services.desk.matrix import matrix
from charter.services.month.overview import overview
from charter.services.people.reach import set_reach
from charter.services.records.access import Access
from charter.services.reports.parts import figures_in
from charter.services.reports.snapshots import freeze_month
from charter.services.verification.verify import verify
from tests.services.people.test_accounts import open_account
from tests.services.world import NOW, TEXT, apply, write_cases

ALL = {"vannes": (20, 20, 20)}
CLOSED = "  - {key: closed, name: Agence fermée, parent: south, kind: agency, valid_until: 2026-09-30}\n"
OPENED = "  - {key: opened, name: Agence nouvelle, parent: south, kind: agency, valid_from: 2026-10-15}\n"
DATED = TEXT.replace("sources:\n", CLOSED + OPENED + "sources:\n", 1)


@pytest.fixture
def dated(empty: Flask, tmp_path: Path) -> Flask:
    write_cases(tmp_path, dict.fromkeys(("2026-07", "2026-08", "2026-09", "2026-10"), ALL))
    apply(DATED, tmp_path)
    run_due(COMMAND_LINE, NOW, Access())
    return empty


def reasons(unit: str, period: str) -> set[tuple[str, str | None]]:
    """How the promises stand that something measures."""
    found = overview(COMMAND_LINE, NOW, unit=unit, period=period)["commitments"]
    return {(one["status"], one["reason"]) for one in found if one["reason"] != "without-evidence"}


def test_nothing_is_asked_of_a_unit_that_did_not_exist(dated: Flask) -> None:
    assert reasons("closed", "2026-10") == reasons("opened", "2026-09") == {("not-applicable", "not-open")}
    for unit, period in (("closed", "2026-09"), ("opened", "2026-10")):
        assert {status for status, _ in reasons(unit, period)} == {"no-data"}


def test_it_reads_alike_in_the_matrix_in_the_list_below_and_in_what_is_sealed(dated: Flask) -> None:
    rows = {row["unit"]: row["cells"] for row in matrix(COMMAND_LINE, NOW)["rows"]}
    assert {cell["status"] for cell in rows["closed"] if cell["reason"] != "without-evidence"} == {"not-applicable"}
    (detail, *_) = commitment_page(COMMAND_LINE, NOW, "answer", unit="south")["details"].values()
    below = {row["unit"]: row for row in detail["breakdown"]}
    assert (below["closed"]["status"], below["closed"]["reason"]) == ("not-applicable", "not-open")
    sealed = figures_in(freeze_month(COMMAND_LINE, NOW, period="2026-10").document)
    views = sealed.unit("closed")["overview"]["commitments"]
    assert {one["status"] for one in views if one["reason"] != "without-evidence"} == {"not-applicable"}
    assert verify(COMMAND_LINE)["breaks"] == []


def test_cases_that_still_come_in_for_a_closed_unit_are_no_verdict_on_it(empty: Flask, tmp_path: Path) -> None:
    """They are its customers' all the same: those above it count them, as they did."""
    late = ALL | {"closed": (4, 4, 4)}
    write_cases(tmp_path, dict.fromkeys(("2026-07", "2026-08", "2026-09", "2026-10"), late))
    apply(DATED, tmp_path)
    run_due(COMMAND_LINE, NOW, Access())
    assert ("not-applicable", "closed-with-cases") in reasons("closed", "2026-10")
    assert {status for status, _ in reasons("closed", "2026-10")} == {"not-applicable"}
    assert "closed-with-cases" not in {reason for _, reason in reasons("closed", "2026-09")}
    rows = {row["unit"]: row["cells"] for row in matrix(COMMAND_LINE, NOW)["rows"]}
    assert {cell["status"] for cell in rows["closed"] if cell["reason"] != "without-evidence"} == {"not-applicable"}
    (detail, *_) = commitment_page(COMMAND_LINE, NOW, "answer", unit="south")["details"].values()
    below = {row["unit"]: row for row in detail["breakdown"]}
    assert (below["closed"]["status"], below["closed"]["reason"]) == ("not-applicable", "closed-with-cases")
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    assert verify(COMMAND_LINE)["breaks"] == []


def test_the_first_figure_after_a_month_without_one_is_no_change(empty: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path, dict.fromkeys(("2026-07", "2026-08", "2026-10"), ALL))
    apply(DATED, tmp_path)
    run_due(COMMAND_LINE, NOW, Access())
    rows = {row["unit"]: row["cells"] for row in matrix(COMMAND_LINE, NOW)["rows"]}
    assert "no-data" in {cell["before"] for cell in rows["vannes"]}
    assert not any(cell["moved"] for cell in rows["vannes"])


@pytest.mark.parametrize(
    ("first", "last", "is_open"),
    [(None, None, True), ("2026-10-31", None, True), ("2026-11-01", None, False), (None, "2026-10-01", True),
     (None, "2026-09-30", False), ("2026-10-10", "2026-10-12", True)],
)  # fmt: skip
def test_a_unit_exists_in_a_period_with_any_of_its_days(first: str | None, last: str | None, is_open: bool) -> None:
    unit = Unit.model_validate({"key": "a", "name": "A", "kind": "agency", "valid_from": first, "valid_until": last})
    october = parse_period("2026-10")
    assert is_valid_in(unit, october.start, october.end) is is_open


def test_no_alert_is_opened_for_a_closed_unit_and_that_of_before_is_closed(empty: Flask, tmp_path: Path) -> None:
    """Two units miss their level in July to October; one is closed since the end of August."""
    missed = ALL | {"closed": (40, 10, 40), "brest": (40, 10, 40)}
    apply(DATED.replace("valid_until: 2026-09-30", "valid_until: 2026-08-31"), tmp_path)
    made = open_account("Ana", Role.CONTRIBUTOR, ("closed", "brest"))
    set_reach(COMMAND_LINE, datetime(2026, 7, 1, tzinfo=UTC), made, answers_for=("Service clients",))
    months = ("2026-07", "2026-08", "2026-09", "2026-10")
    write_cases(tmp_path, dict.fromkeys(months, missed))
    for month in (8, 9, 10, 11):
        run_due(COMMAND_LINE, datetime(2026, month, 10, 9, tzinfo=UTC), Access())
        query = select(Alert.unit_key, Alert.state).where(Alert.subject == "answered").order_by(Alert.id)
        alerts = {(unit, state) for unit, state in db.session.execute(query) if unit in ("closed", "brest")}
        state = "open" if month < 10 else "closed"
        assert alerts == {("brest", "open"), ("closed", state)}, month
