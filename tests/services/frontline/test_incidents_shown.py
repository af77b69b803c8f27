"""What is told of incivility on the desk and in the sealed month: by touchpoint, beside its promises, never a few."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.checks.running import run_due
from charter.services.desk.desk import desk
from charter.services.records.access import Access
from charter.services.reports.editions import sealed_figures
from charter.services.reports.snapshots import freeze_month
from tests.services.frontline.incident_world import LOGGED, month_of_incidents, note
from tests.services.verification.test_verify import broken
from tests.services.world import NOW, apply

ANA = Actor("Ana", Role.DIRECTOR)


@pytest.fixture
def log(empty: Flask) -> Flask:
    apply(LOGGED)
    return empty


def test_without_a_log_nothing_is_told(charted: Flask) -> None:
    assert desk(ANA, NOW)["incidents"] is None


def test_the_desk_tells_incidents_beside_the_promises_of_the_touchpoint(log: Flask) -> None:
    month_of_incidents()
    told = desk(ANA, NOW)["incidents"]
    assert told is not None
    assert told["hidden_below"] == 5
    lines = [(one["touchpoint"], one["count"], [view["key"] for view in one["promises"]]) for one in told["lines"]]
    assert lines == [("phone", 10, ["answer"]), ("counter", 6, ["stand-by"])]
    for unit, counts in (("nice", [None, 6]), ("west", [None, None]), ("vannes", [None, None])):
        below = desk(ANA, NOW, unit=unit)["incidents"]
        assert below is not None
        assert [one["count"] for one in below["lines"]] == counts


def test_a_rise_is_told_by_the_rule_for_rare_events_alone(log: Flask) -> None:
    for at in range(14):
        note(f"r{at}", date(2026, 10, 1 + at))
    quiet = desk(ANA, NOW)["incidents"]
    assert quiet is not None
    assert not any(one["rises"] for one in quiet["lines"]), "nothing is known of the months before"
    for month in (7, 8):
        day = date(2026, month, 15)
        note(f"m{month}", day, now=datetime(2026, month + 1, 1, 9, tzinfo=UTC))
    told = desk(ANA, NOW)["incidents"]
    assert told is not None
    assert [(one["touchpoint"], one["rises"]) for one in told["lines"] if one["count"]] == [("phone", True)]


def test_the_sealed_month_keeps_no_small_count(log: Flask) -> None:
    month_of_incidents()
    run_due(COMMAND_LINE, NOW, Access())
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    sealed = sealed_figures("2026-10")
    assert sealed is not None
    for unit in sealed[1].units():
        part = sealed[1].unit(unit)["frontline"]["incidents"]
        assert all(one["count"] is None or one["count"] >= 5 for one in part["lines"])
    assert sealed[1].unit("company")["frontline"]["incidents"]["lines"][0] == {
        "touchpoint": "phone", "count": 10, "rises": False,
    }  # fmt: skip
    assert broken() == ""
