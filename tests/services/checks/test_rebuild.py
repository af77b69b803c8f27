"""A month is read with the definition and the target of that month, also when a new version comes afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from charter.domain.overview.model import IndicatorView
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Run
from charter.services.checks.calendar import calendar
from charter.services.checks.running import Tally, run_due
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.services.schedule.clock_health import health
from charter.services.verification.verify import verify
from tests.services.checks.test_running import BROKEN
from tests.services.world import BILL, CARE, HEAD, NOW, TEXT, apply

LATER = NOW + timedelta(hours=1)


def view(period: str, key: str, now: datetime = LATER) -> IndicatorView:
    found = overview(COMMAND_LINE, now, period=period)
    return next(one for each in found["commitments"] for one in each["indicators"] if one["key"] == key)


def test_an_old_month_keeps_its_target_when_a_new_version_asks_more(world: Flask) -> None:
    apply(
        TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01")
        .replace("target: 0.90", "target: 0.97")
        .replace("0.95}", "1}")
    )
    september, october = view("2026-09", "billed"), view("2026-10", "billed")
    assert (september["target"], september["status"], september["value"]) == (0.9, "kept", 0.95)
    assert (october["target"], october["status"], october["value"]) == (0.97, "near", 60 / 62)
    assert [point["target"] for point in october["series"]] == [0.9, 0.9, 0.9, 0.97]


def test_a_target_with_its_own_date_changes_only_what_comes_after(world: Flask) -> None:
    dated = "targets: [{from: 2026-01-01, target: 0.90, tolerance: 0.02, unacceptable: 0.50, exceeds: 0.95}"
    assert dated in TEXT
    apply(TEXT.replace(dated, dated + ", {from: 2026-10-01, target: 0.98}"))
    assert [view(f"2026-{month:02}", "billed")["status"] for month in (7, 8, 9, 10)] == [
        "kept",
        "kept",
        "kept",
        "missed",
    ]
    assert [point["target"] for point in view("2026-10", "billed")["series"]] == [0.9, 0.9, 0.9, 0.98]


def test_a_target_mended_on_the_same_day_judges_what_was_measured_without_measuring_again(world: Flask) -> None:
    apply(TEXT.replace("target: 0.80, tolerance: 0.05", "target: 0.95, tolerance: 0.05"))
    found = view("2026-09", "answered")
    assert (found["target"], found["value"], found["status"]) == (0.95, 0.9, "near")
    assert run_due(COMMAND_LINE, LATER, Access()) == Tally()
    assert db.session.execute(select(DueCheck.state).distinct()).scalars().all() == ["done"]


def test_another_definition_is_measured_again_and_the_first_measurements_stay(world: Flask) -> None:
    apply(TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01").replace("within: 5 days", "within: 9 days"))
    waiting = view("2026-10", "answered", now=LATER)
    assert (waiting["status"], waiting["value"]) == ("kept", 0.9)
    assert (waiting["period"], waiting["judged_from"]) == ("2026-09", "2026-11-10")
    done = datetime.fromisoformat("2026-11-10T10:00+00:00")
    assert run_due(COMMAND_LINE, done, Access()) == Tally(due=1, done=1)
    found = view("2026-10", "answered", now=done)
    # Within nine days everything that was answered at all is in time.
    assert (found["period"], found["numerator"], found["denominator"]) == ("2026-10", 62, 62)
    assert view("2026-09", "answered", now=done)["numerator"] == 54
    query = select(Run.version_id).where(Run.indicator_key == "answered", Run.period_key == "2026-10").order_by(Run.id)
    assert db.session.execute(query).scalars().all() == [1, 2]
    assert verify(COMMAND_LINE)["ok"]


def test_a_check_that_the_charter_no_longer_holds_is_not_waited_for(empty: Flask) -> None:
    apply(BROKEN)
    run_due(COMMAND_LINE, NOW, Access())
    assert health(NOW)["status"] == "degraded"
    head, _, rest = TEXT.partition("  - key: bill\n")
    apply(head + rest[rest.index("  - key: care") :])
    assert health(NOW)["status"] == "ok"
    assert {row["indicator"] for row in calendar(COMMAND_LINE, NOW)["rows"]} == {"answered"}


def test_deadlines_follow_the_plan_of_the_version_that_holds(empty: Flask) -> None:
    apply(BROKEN)
    run_due(COMMAND_LINE, NOW, Access())
    patient = BROKEN.partition("  - key: bill\n")
    apply(patient[0] + patient[1] + patient[2].replace("lapses_after: 60 days", "lapses_after: 600 days"))
    query = select(DueCheck).where(DueCheck.indicator_key == "billed", DueCheck.period_key == "2026-07")
    check = db.session.execute(query).scalar_one()
    assert (check.state, (check.lapsed_at.date() - check.due_at.date()).days) == ("failed", 600)
    assert [row["state"] for row in calendar(COMMAND_LINE, NOW, period="2026-07")["rows"]] == ["failed", "done"]


def test_the_month_before_is_read_with_the_charter_of_that_month(world: Flask) -> None:
    new = "  - key: walk\n" + CARE.replace("  - key: care\n", "").lstrip("\n")
    apply(HEAD.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01") + BILL + new)
    found = overview(COMMAND_LINE, LATER, period="2026-10")
    # September had answer, bill and care; October has bill and walk.
    assert found["previous"] is not None
    assert (found["previous"]["kept"], found["previous"]["of"]) == (2, 3)
    assert {one["key"]: one["previous_status"] for one in found["commitments"]} == {"bill": "kept", "walk": None}
    assert found["headline"]["of"] == 2


def test_an_older_figure_that_stands_for_the_month_keeps_its_own_target(charted: Flask) -> None:
    apply(TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01").replace("target: 0.80", "target: 0.95"))
    now = datetime.fromisoformat("2026-11-05T09:00+00:00")
    run_due(COMMAND_LINE, now, Access())
    found = view("2026-10", "answered", now=now)
    assert (found["period"], found["judged_from"]) == ("2026-09", "2026-11-06")
    assert (found["value"], found["target"], found["status"]) == (0.9, 0.8, "kept")
