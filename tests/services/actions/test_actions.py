"""Actions against a miss: planned, changed, closed, with days that can be."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.services.actions.actions import (
    change_action,
    close_action,
    find_action,
    reopen_action,
)
from charter.services.actions.view import action_page, actions
from charter.services.verification.verify import verify
from tests.services.actions.test_view import CARL, DAN, MIA, plan
from tests.services.world import NOW


def audited(action: str) -> list[AuditEntry]:
    return list(db.session.execute(select(AuditEntry).where(AuditEntry.action == action)).scalars())


def test_the_life_of_an_action(world: Flask) -> None:
    number = plan(CARL, unit="vannes")
    assert action_page(CARL, NOW, number)["state"] == "open"
    late = datetime(2026, 12, 2, 9, tzinfo=UTC)
    assert action_page(DAN, late, number)["state"] == "late"
    change_action(CARL, late, number=number, owner="Direction", due_on=date(2026, 12, 20), reason="Le local manque.")
    assert (find_action(number).owner, find_action(number).due_on) == ("Direction", date(2026, 12, 20))
    close_action(CARL, late, number=number, text="Guichet rouvert.")
    found = action_page(CARL, late, number)
    assert (found["state"], found["done_on"], found["effect"]["verdict"]) == ("done", "2026-12-02", "too-early")
    with pytest.raises(Conflict, match="was closed already, on 2026-12-02"):
        close_action(CARL, late, number=number)
    with pytest.raises(Conflict, match="is closed: reopen it before you change it"):
        change_action(CARL, late, number=number, owner="X", reason="a")
    with pytest.raises(Invalid, match="reopened with a reason"):
        reopen_action(CARL, late, number=number, reason=" ")
    reopen_action(CARL, late, number=number, reason="Il a refermé.")
    assert [step["kind"] for step in action_page(CARL, late, number)["steps"]] == ["change", "close", "reopen"]
    with pytest.raises(Conflict, match="nothing to reopen"):
        reopen_action(CARL, late, number=number, reason="Encore.")
    assert [len(audited(f"action:{verb}")) for verb in ("plan", "change", "close", "reopen")] == [1, 1, 1, 1]
    assert verify(COMMAND_LINE)["ok"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"what": ""}, "what"),
        ({"expected": " "}, "expected"),
        ({"owner": "\n"}, "owner"),
        ({"owner": "x" * 201}, "owner"),
        ({"due_on": date(2026, 11, 9)}, "due_on"),
        ({"due_on": date(2226, 1, 1)}, "due_on"),
        ({"indicator": "billed"}, "indicator"),
        ({"period": "2027-01"}, "period"),
    ],
)
def test_a_plan_that_says_too_little_is_refused(world: Flask, given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(**given)
    assert refused.value.field == field
    assert actions(MIA, NOW)["rows"] == []


def test_days_of_closing_lie_between_plan_and_today(world: Flask) -> None:
    number = plan()
    for day, said in ((date(2026, 11, 11), "still to come"), (date(2026, 11, 9), "was not planned yet")):
        with pytest.raises(Invalid, match=said):
            close_action(MIA, NOW, number=number, done_on=day)
    assert close_action(MIA, NOW, number=number, done_on=date(2026, 11, 10)).done_on == date(2026, 11, 10)
