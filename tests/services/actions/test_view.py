"""Comments, actions and charts set anew: who may, what is written, what is shown, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.actions import Comment
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.services.actions.actions import (
    Planned,
    change_action,
    close_action,
    close_and_rebase,
    find_action,
    plan_action,
    reopen_action,
)
from charter.services.actions.comments import comments_of, explain_miss, versions_of
from charter.services.actions.view import action_page, actions
from charter.services.desk.commitment_page import commitment_page
from charter.services.desk.desk import desk
from charter.services.month.overview import overview
from charter.services.readings.chart_resets import lift_rebase, rebase_chart
from charter.services.verification.verify import verify
from tests.services.world import NOW

CARL = Actor("Carl", Role.CONTRIBUTOR, ("vannes",))
MIA = Actor("Mia", Role.MANAGER)
DAN = Actor("Dan", Role.AUDITOR)
CLARA = Actor("Clara", Role.FRONTLINE, ("vannes",))
EVIL = "<script>alert(1)</script> {{ 7*7 }} שלום مرحبا 🙂\n=1+1"


def explain(actor: Actor = MIA, text: str = "Deux guichets fermés.", unit: str | None = None) -> int:
    return explain_miss(actor, NOW, commitment="answer", period="2026-10", unit=unit, text=text)


def plan(actor: Actor = MIA, **given: object) -> int:
    asked = {
        "commitment": "answer",
        "period": "2026-10",
        "what": "Rouvrir un guichet",
        "expected": "80 % en décembre",
        "owner": "Service clients",
        "due_on": date(2026, 12, 1),
    } | given
    return plan_action(actor, NOW, Planned(**asked))  # type: ignore[arg-type]


def audited(action: str) -> list[AuditEntry]:
    return list(db.session.execute(select(AuditEntry).where(AuditEntry.action == action)).scalars())


def test_a_new_comment_is_shown_and_the_older_one_kept(world: Flask) -> None:
    first, second = explain(text=EVIL), explain(text="Trois guichets fermés.")
    assert explain(text="Trois guichets fermés.") == second
    (shown,) = comments_of("2026-10", ["company"])
    assert (shown.id, shown.text, shown.written_by) == (second, "Trois guichets fermés.", "Mia")
    versions = versions_of("answer", "2026-10", ["company"])["company"]
    assert [one.text for one in versions] == ["Trois guichets fermés.", EVIL]
    assert [(one.subject, (one.before or {}).get("comment")) for one in audited("comment:write")] == [
        (f"comment {first}", None),
        (f"comment {second}", first),
    ]
    assert verify(COMMAND_LINE)["ok"]


@pytest.mark.parametrize(
    ("actor", "unit", "error"),
    [(CARL, "brest", NotAllowed), (CARL, None, NotAllowed), (DAN, None, NotAllowed), (CLARA, "vannes", NotAllowed)],
)
def test_nobody_explains_what_is_not_theirs(
    world: Flask, actor: Actor, unit: str | None, error: type[CharterError]
) -> None:
    with pytest.raises(error):
        explain(actor, unit=unit)
    with pytest.raises(error):
        plan(actor, unit=unit)
    assert db.session.execute(select(Comment)).first() is None


@pytest.mark.parametrize(
    ("given", "field"),
    [({"text": " "}, "text"), ({"text": "x" * 20_001}, "text")],
)
def test_a_comment_that_says_nothing_or_too_much_is_refused(world: Flask, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        explain(**given)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert explain(text="x" * 20_000) == 1


def test_a_month_to_come_or_no_month_has_no_comment(world: Flask) -> None:
    for period, said in (("2026-12", "has not begun yet"), ("2026-Q4", "is not a month")):
        with pytest.raises(Invalid, match=said):
            explain_miss(MIA, NOW, commitment="answer", period=period, text="a")
    with pytest.raises(NotFound, match="no commitment absent"):
        explain_miss(MIA, NOW, commitment="absent", period="2026-10", text="a")


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


def test_lists_are_those_of_the_persons_units(world: Flask) -> None:
    own, other, whole = plan(CARL, unit="vannes"), plan(unit="nice", owner="Carl"), plan(due_on=date(2026, 11, 20))
    later = NOW + timedelta(days=12)
    close_action(MIA, later, number=other)

    def numbers(actor: Actor, show: str, **given: str) -> list[int]:
        return [row["number"] for row in actions(actor, later, show=show, **given)["rows"]]

    assert numbers(MIA, "all") == [whole, own, other]
    assert (numbers(MIA, "open"), numbers(MIA, "late"), numbers(MIA, "done")) == ([whole, own], [whole], [other])
    assert numbers(Actor("Carl", Role.CONTRIBUTOR, ("vannes",)), "all", unit="vannes") == [own]
    assert numbers(MIA, "mine") == [whole, other]
    assert numbers(MIA, "all", owner="Carl") == [other]
    assert numbers(MIA, "all", unit="west") == [own]
    assert actions(MIA, later)["counts"] == {"open": 1, "late": 1, "done": 1, "all": 3}
    with pytest.raises(NotAllowed):
        actions(CARL, later, unit="nice")
    with pytest.raises(NotAllowed):
        action_page(CARL, later, other)
    with pytest.raises(Invalid, match="There is no list all of them"):
        actions(MIA, later, show="all of them")


def test_an_effect_is_told_from_the_figures_that_followed(world: Flask) -> None:
    """Planned and closed in July for a miss of July: August to October came after."""
    july = datetime(2026, 7, 31, 9, tzinfo=UTC)
    number = plan_action(
        MIA,
        july,
        Planned("bill", "2026-07", "Relire", "95 %", "Facturation", date(2026, 8, 31)),
    )
    close_action(MIA, july, number=number)
    effect = action_page(MIA, NOW, number)["effect"]
    assert effect["after"]["periods"] == ("2026-08", "2026-09", "2026-10")
    # July led to it, and the charter is not older: nothing says how the figure moves by itself.
    assert effect["before"]["periods"] == ()
    assert (effect["verdict"], effect["reason"], effect["kind"]) == ("too-early", "few-before", "share")


def test_who_acts_is_told_on_the_desk_and_the_commitment(world: Flask) -> None:
    (row,) = desk(MIA, NOW, period="2026-10")["acting"]
    assert (row["key"], row["comment"], row["actions"]) == ("answer", None, [])
    explain()
    number, below = plan(), plan(unit="vannes")
    (row,) = desk(MIA, NOW, period="2026-10")["acting"]
    assert row["comment"]["by"] == "Mia"
    assert [one["number"] for one in row["actions"]] == [number, below]
    assert [one["number"] for one in desk(MIA, NOW, unit="vannes", period="2026-10")["acting"][0]["actions"]] == [below]
    explain(CARL, "Chez nous, un guichet.", "vannes")
    remedy = commitment_page(MIA, NOW, "answer", period="2026-10")["remedy"]
    assert (remedy["is_asked"], remedy["comment"]["text"]) == (True, "Deux guichets fermés.")
    assert [(one["unit_name"], one["text"]) for one in remedy["below"]] == [
        ("Agence de Vannes", "Chez nous, un guichet.")
    ]
    rights = commitment_page(DAN, NOW, "answer", period="2026-10")["remedy"]
    assert (rights["may_explain"], rights["may_plan"], rights["may_rebase"]) == (False, False, False)


def groups(unit: str | None = None) -> list[int]:
    chart = commitment_page(MIA, NOW, "answer", period="2026-10", unit=unit)["details"]["answered"]["chart"]
    return [point["group"] for point in chart["points"]]


def test_a_chart_set_anew_is_read_in_two_groups_until_it_is_lifted(world: Flask) -> None:
    assert groups() == [0, 0, 0, 0]
    rebase_chart(MIA, NOW, indicator="answered", period="2026-09", reason="Un nouveau guichet.")
    assert groups() == [0, 0, 1, 1]
    assert groups("vannes") == [0, 0, 0, 0]
    detail = commitment_page(MIA, NOW, "answer", period="2026-10")["details"]["answered"]
    assert [point.get("rebased") for point in detail["series"]] == [None, None, "Un nouveau guichet.", None]
    assert detail["rebases"][0]["by"] == "Mia"
    series = overview(COMMAND_LINE, NOW, period="2026-10")["commitments"][0]["indicators"][0]["series"]
    assert series[2]["rebased"] == "Un nouveau guichet."
    with pytest.raises(Conflict, match="is set anew already from 2026-09"):
        rebase_chart(MIA, NOW, indicator="answered", period="2026-09", reason="Encore.")
    lift_rebase(MIA, NOW, indicator="answered", period="2026-09", reason="Rien n'avait changé.")
    assert groups() == [0, 0, 0, 0]
    with pytest.raises(Conflict, match="is not set anew from 2026-09"):
        lift_rebase(MIA, NOW, indicator="answered", period="2026-09", reason="Encore.")
    assert [len(audited(verb)) for verb in ("chart:rebase", "chart:lift")] == [1, 1]
    assert verify(COMMAND_LINE)["ok"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"reason": ""}, Invalid),
        ({"period": "2026-Q3"}, Invalid),
        ({"period": "2027-01"}, Invalid),
        ({"indicator": "absent"}, NotFound),
        ({"unit": "nowhere"}, NotFound),
    ],
)
def test_a_chart_is_not_set_anew_by_mistake(world: Flask, given: dict[str, str], error: type[CharterError]) -> None:
    with pytest.raises(error):
        rebase_chart(MIA, NOW, **({"indicator": "answered", "period": "2026-09", "reason": "a"} | given))
    with pytest.raises(NotAllowed):
        rebase_chart(CARL, NOW, indicator="answered", period="2026-09", reason="a", unit="nice")


def test_closing_and_setting_anew_are_both_or_neither(world: Flask) -> None:
    number = plan()
    with pytest.raises(Invalid, match="set anew with a reason"):
        close_and_rebase(MIA, NOW, number=number, rebase=("2026-10", " "))
    assert find_action(number).done_on is None
    close_and_rebase(MIA, NOW, number=number, rebase=("2026-10", "Un guichet de plus."))
    assert find_action(number).done_on == date(2026, 11, 10)
    assert groups() == [0, 0, 0, 1]
