"""The overview of a month: which figure stands for it, why there is none, what changed, at what price it is read."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import update

from charter.domain.overview.changes import changes_in, not_measured_in
from charter.domain.overview.model import IndicatorView, Overview
from charter.domain.vocabulary.errors import Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, VISITOR
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.checks.running import run_due
from charter.services.month.overview import check_counts, checks_of, overview
from charter.services.records.access import Access
from charter.services.records.transactions import transaction
from tests.services.world import ANSWER, BILL, HEAD, NOW, apply


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
