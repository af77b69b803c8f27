"""The overview of a month: which figure stands for it, why there is none, what changed, at what price it is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from charter.domain.overview.model import IndicatorView, Overview, changes_in, not_measured_in
from charter.domain.vocabulary.errors import Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, VISITOR
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters.versions import history
from charter.services.checks.calendar import calendar
from charter.services.checks.running import run_due
from charter.services.desk.desk import desk
from charter.services.frontline.intranet import intranet
from charter.services.month.overview import check_counts, checks_of, overview
from charter.services.records.access import Access
from charter.services.records.transactions import transaction
from charter.services.schedule.due import make_due
from tests.services.world import ANSWER, BILL, CARE, HEAD, NOW, TEXT, apply, data


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def view(found: Overview, key: str) -> IndicatorView:
    return next(one for each in found["commitments"] for one in each["indicators"] if one["key"] == key)


def set_state(indicator: str, period: str, state: CheckState) -> None:
    of_period = (DueCheck.indicator_key == indicator) & (DueCheck.period_key == period)
    with transaction():
        db.session.execute(update(DueCheck).where(of_period).values(state=state, done_at=None))


def test_the_headline_of_a_measured_month(world: Flask) -> None:
    found = overview(COMMAND_LINE, NOW)
    assert (found["period"], found["unit"], found["version"]) == ("2026-10", "company", 1)
    # Answer missed, bill kept, care without evidence: the floor is broken, what trust was earned is suspended.
    assert found["headline"] == {
        "kept": 1,
        "of": 3,
        "floor": {"state": "broken", "kept": 0, "of": 2, "broken_by": ["answer"], "near": []},
        "trust": {"earned": 1, "of": 1, "credited": 0, "suspended": 1},
    }
    assert found["previous"] == {
        "kept": 2,
        "of": 3,
        "floor": {"state": "unproven", "kept": 1, "of": 2, "broken_by": [], "near": []},
        "trust": {"earned": 1, "of": 1, "credited": 0, "suspended": 1},
    }
    assert [(one["key"], one["class"], one["status"], one["reason"]) for one in found["commitments"]] == [
        ("answer", "confidence", "missed", None),
        ("bill", "trust", "kept", None),
        ("care", "undetermined", "no-data", "without-evidence"),
    ]
    assert [(one["key"], one["from"], one["to"]) for one in changes_in(found)] == [("answer", "kept", "missed")]
    assert not_measured_in(found) == []


def test_a_floor_that_holds_credits_trust(empty: Flask) -> None:
    apply(HEAD + ANSWER + BILL)
    run_due(COMMAND_LINE, NOW, Access())
    found = overview(COMMAND_LINE, NOW, period="2026-09")
    assert found["headline"] == {
        "kept": 2,
        "of": 2,
        "floor": {"state": "held", "kept": 1, "of": 1, "broken_by": [], "near": []},
        "trust": {"earned": 1, "of": 1, "credited": 1, "suspended": 0},
    }
    assert found["previous"] is not None
    assert found["previous"]["floor"]["state"] == "broken"
    assert [(one["from"], one["to"]) for one in changes_in(found)] == [("missed", "kept")]


def test_the_first_month_has_no_month_before(world: Flask) -> None:
    found = overview(COMMAND_LINE, NOW, period="2026-07")
    assert found["previous"] is None
    assert [one["previous_status"] for one in found["commitments"]] == [None, None, None]
    assert changes_in(found) == []
    assert view(found, "billed")["previous"] is None


def test_the_figures_of_a_month_and_of_the_one_before(world: Flask) -> None:
    found = view(overview(COMMAND_LINE, NOW), "billed")
    assert (found["value"], found["numerator"], found["denominator"]) == (60 / 62, 60, 62)
    assert (found["previous"], found["previous_status"], found["touched"]) == (0.95, "kept", 2)
    assert (found["target"], found["tolerance"], found["unacceptable"], found["exceeds"]) == (0.9, 0.02, 0.5, 0.95)
    assert found["exceeded"] is True
    assert [(point["period"], point["value"]) for point in found["series"]] == [
        ("2026-07", 58 / 60),
        ("2026-08", 56 / 60),
        ("2026-09", 0.95),
        ("2026-10", 60 / 62),
    ]


def test_each_unit_reads_its_own_figures(world: Flask) -> None:
    found = overview(COMMAND_LINE, NOW, unit="west")
    answered = view(found, "answered")
    assert (found["unit_name"], answered["numerator"], answered["denominator"]) == ("Région Ouest", 22, 40)
    assert (answered["weakest_unit"], answered["coverage"]) == ("vannes", 1.0)
    assert overview(COMMAND_LINE, NOW, unit="nice")["headline"]["floor"]["state"] == "unproven"


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


def test_the_period_may_be_of_any_length(world: Flask) -> None:
    quarter = overview(COMMAND_LINE, NOW, period="2026-Q3")
    assert (quarter["period"], view(quarter, "billed")["period"]) == ("2026-Q3", "2026-09")
    assert quarter["checks"]["due"] == 6
    week = overview(COMMAND_LINE, NOW, period="2026-W45")
    assert (view(week, "billed")["period"], week["checks"]["due"]) == ("2026-10", 0)


def test_check_counts_tell_where_each_stands(world: Flask) -> None:
    month = parse_period("2026-10")
    assert check_counts(checks_of(month, NOW)) == {
        "due": 2,
        "done": 2,
        "late": 0,
        "failed": 0,
        "lapsed": 0,
        "waived": 0,
    }
    set_state("answered", "2026-10", CheckState.FAILED)
    assert check_counts(checks_of(month, NOW))["failed"] == 1
    assert check_counts(checks_of(month, at("2027-03-01T00:00+00:00")))["lapsed"] == 1
    set_state("answered", "2026-10", CheckState.DUE)
    assert check_counts(checks_of(month, NOW))["late"] == 1
    set_state("billed", "2026-10", CheckState.WAIVED)
    assert check_counts(checks_of(month, NOW)) == {
        "due": 2,
        "done": 0,
        "late": 1,
        "failed": 0,
        "lapsed": 0,
        "waived": 1,
    }
    assert check_counts(checks_of(month, at("2026-11-01T00:00+00:00")))["due"] == 0


def test_what_cannot_be_asked_is_refused(world: Flask) -> None:
    with pytest.raises(NotFound, match="no unit paris"):
        overview(COMMAND_LINE, NOW, unit="paris")
    with pytest.raises(Invalid, match="is not a period"):
        overview(COMMAND_LINE, NOW, period="October")
    with pytest.raises(NotAllowed):
        overview(ANONYMOUS, NOW)
    assert overview(VISITOR, NOW)["period"] == "2026-10"


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the database is sent within the block."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def many(number: int) -> str:
    """The small charter with that many commitments about bills."""
    one = BILL.replace("key: bill\n", "key: bill-{0}\n").replace("key: billed", "key: billed-{0}")
    return HEAD + "".join(one.replace("{0}", str(turn)) for turn in range(number)) + CARE


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


def test_pages_ask_the_database_as_often_for_one_commitment_as_for_sixty(sized: int) -> None:
    with statements() as sent:
        found = desk(COMMAND_LINE, NOW)
    assert len(found["overview"]["commitments"]) == sized + 1
    # The newest of the records, the month's checks, checks, readings, what staff observed and estimated.
    assert len(sent) == 5
    db.session.remove()
    with statements() as sent:
        intranet(VISITOR, NOW, unit="nice")
    assert len(sent) <= 12
    db.session.remove()
    with statements() as sent:
        calendar(COMMAND_LINE, NOW)
    assert len(sent) == 3
