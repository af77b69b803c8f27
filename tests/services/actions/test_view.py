"""Comments, actions and charts set anew: who may, what is written, what is shown, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Invalid, NotAllowed
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Role
from charter.services.actions.actions import (
    Planned,
    close_action,
    plan_action,
)
from charter.services.actions.comments import explain_miss
from charter.services.actions.view import action_page, actions
from charter.services.desk.commitment_page import commitment_page
from charter.services.desk.desk import desk
from tests.services.world import NOW

CARL = Actor("Carl", Role.CONTRIBUTOR, ("vannes",))


MIA = Actor("Mia", Role.MANAGER)


DAN = Actor("Dan", Role.AUDITOR)


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
