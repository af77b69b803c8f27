"""Which figure stands for a month: the newest whose check is done, an older one with its label, or none and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.overview.changes import not_measured_in
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters.versions import history
from charter.services.checks.calendar import calendar
from charter.services.checks.running import run_due
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.services.schedule.due import make_due
from tests.services.month.test_overview import at, set_state, view
from tests.services.world import NOW, TEXT, apply


def test_an_older_figure_stands_with_its_label_while_the_newer_is_not_due(charted: Flask) -> None:
    now = at("2026-11-05T09:00+01:00")
    run_due(COMMAND_LINE, now, Access())
    found = overview(COMMAND_LINE, now)
    answered, billed = view(found, "answered"), view(found, "billed")
    assert (answered["period"], answered["judged_from"], answered["status"]) == ("2026-09", "2026-11-06", "kept")
    assert (billed["period"], billed["judged_from"]) == ("2026-10", None)
    assert found["checks"] == {"due": 1, "done": 1, "late": 0, "failed": 0, "lapsed": 0, "waived": 0}


@pytest.mark.parametrize(
    ("state", "now", "reason"),
    [
        (CheckState.DUE, "2026-11-10T09:00+00:00", "check-late"),
        (CheckState.RUNNING, "2026-11-10T09:00+00:00", "check-late"),
        (CheckState.FAILED, "2026-11-10T09:00+00:00", "check-failed"),
        (CheckState.FAILED, "2027-01-05T05:00+00:00", "check-lapsed"),
        (CheckState.WAIVED, "2026-11-10T09:00+00:00", "check-waived"),
    ],
)
def test_a_newer_check_that_went_wrong_is_no_data_never_an_older_figure(
    world: Flask, state: CheckState, now: str, reason: str
) -> None:
    set_state("answered", "2026-10", state)
    found = overview(COMMAND_LINE, at(now), period="2026-10")
    answered = view(found, "answered")
    assert (answered["period"], answered["status"], answered["reason"]) == ("2026-10", "no-data", reason)
    assert (answered["value"], answered["numerator"], answered["judged_from"], answered["known_at"]) == (None,) * 4
    assert (found["commitments"][0]["status"], found["commitments"][0]["reason"]) == ("no-data", reason)
    assert found["headline"]["floor"]["state"] == "unproven"
    assert [(one["key"], one["reason"]) for one in not_measured_in(found)] == [("answer", reason)]
    # A gap is drawn as a gap.
    assert [point["value"] for point in answered["series"]] == [0.9, 37 / 60, 0.9, None]
    assert answered["series"][-1]["period"] == "2026-10"


@pytest.mark.parametrize(
    ("now", "period", "status", "reason"),
    [
        ("2026-11-06T06:30+01:00", "2026-10", "no-data", "check-due"),
        ("2026-11-07T06:00+01:00", "2026-10", "no-data", "check-late"),
        ("2027-01-05T06:00+01:00", "2026-10", "no-data", "check-lapsed"),
    ],
)
def test_a_check_is_late_by_its_dates_also_when_no_clock_has_noted_it(
    empty: Flask, now: str, period: str, status: str, reason: str
) -> None:
    apply(TEXT.replace("2026-07-01", "2026-10-01"))
    assert db.session.execute(select(DueCheck)).first() is None
    answered = view(overview(COMMAND_LINE, at(now), period="2026-10"), "answered")
    assert (answered["period"], answered["status"], answered["reason"]) == (period, status, reason)


def test_a_silent_clock_does_not_leave_an_old_figure_green(charted: Flask) -> None:
    run_due(COMMAND_LINE, at("2026-10-10T09:00+02:00"), Access())
    answered = view(overview(COMMAND_LINE, NOW), "answered")
    assert (answered["period"], answered["status"], answered["reason"]) == ("2026-10", "no-data", "check-late")


def test_a_check_that_is_running_leaves_the_older_figure_until_it_is_late(charted: Flask) -> None:
    run_due(COMMAND_LINE, at("2026-11-05T09:00+01:00"), Access())
    make_due(history(), at("2026-11-06T06:00+01:00"))
    set_state("answered", "2026-10", CheckState.RUNNING)
    running = view(overview(COMMAND_LINE, at("2026-11-06T06:01+01:00")), "answered")
    assert (running["period"], running["status"], running["judged_from"]) == ("2026-09", "kept", "2026-11-06")
    late = view(overview(COMMAND_LINE, at("2026-11-07T06:00+01:00")), "answered")
    assert (late["period"], late["status"], late["reason"]) == ("2026-10", "no-data", "check-late")


def test_now_in_the_past_knows_nothing_of_what_came_later(world: Flask) -> None:
    # Everything was measured on 10 November: a week before, nothing had been.
    found = overview(COMMAND_LINE, NOW - timedelta(days=7), period="2026-09")
    assert {one["reason"] for each in found["commitments"] for one in each["indicators"]} == {"check-late"}
    assert found["checks"]["done"] == 0
    assert found["known_at"] is None
    assert {row["run"] for row in calendar(COMMAND_LINE, NOW - timedelta(days=7), period="2026-09")["rows"]} == {None}
