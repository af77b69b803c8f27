"""A round of experts: asked, answered alone, told together."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.classes import ExpertOpinion
from charter.models.records import AuditEntry
from charter.services.classes.experts import answer, ask_experts, people_to_ask, questions_to, seat_form
from charter.services.people.accounts import create_account
from tests.services.classes.test_register import MIA, row
from tests.services.world import NOW

LATER = datetime(2026, 12, 20, 9, tzinfo=UTC)


SAID = {"floor": "yes", "earns": "no", "because": "It is owed"}


def person(name: str) -> Actor:
    given = {"email": f"{name}@example.org", "name": name.capitalize(), "password": "correct horse battery"}
    return Actor(
        name.capitalize(), Role.FRONTLINE, user_id=create_account(COMMAND_LINE, NOW, role=Role.FRONTLINE, **given)
    )


def test_experts_see_their_own_form_only_until_all_have_answered(charted: Flask) -> None:
    ida, jon = person("ida"), person("jon")
    (invited,) = ask_experts(
        MIA,
        NOW,
        commitment="care",
        people=[ida.user_id, jon.user_id],
        names=["Kim"],
        closes_on="2026-12-01",
        note="Why?",
    )  # type: ignore[list-item]
    (asked,) = questions_to(ida, NOW)
    assert asked["title"]["en"] == "Some care"
    form = seat_form(ida, NOW, seat=asked["seat"])
    assert (form["expert"], form["own"], form["note"]) == ("Ida", None, "Why?")
    with pytest.raises(NotAllowed, match="put to somebody else"):
        seat_form(jon, NOW, seat=asked["seat"])
    answer(ida, NOW, seat=asked["seat"], given=SAID)
    answer(ANONYMOUS, NOW, secret=invited.secret, given=SAID | {"earns": "unknown"})
    assert questions_to(ida, NOW) == []
    rung = row()["ladder"][3]
    assert (rung["experts"], rung["sources"]) == ([], [])
    assert rung["rounds"] == [
        {
            "state": "open",
            "opened_on": "2026-11-10",
            "closes_on": "2026-12-01",
            "asked": ["Ida", "Jon", "Kim"],
            "answered": 2,
        }
    ]
    log = json.dumps([[one.subject, one.after] for one in db.session.execute(select(AuditEntry)).scalars()])
    assert "It is owed" not in log
    answer(jon, NOW, seat=questions_to(jon, NOW)[0]["seat"], given=SAID | {"floor": "no", "because": "Nobody asks"})
    rung = row()["ladder"][3]
    assert [(one["name"], one["floor"]) for one in rung["experts"]] == [("Ida", "yes"), ("Jon", "no"), ("Kim", "yes")]
    assert (rung["sources"][0]["floor"], rung["sources"][0]["earns"], rung["rounds"]) == ("yes", "no", [])
    assert row()["class"] == "confidence"


def test_a_round_with_one_answer_missing_is_told_when_it_has_closed(charted: Flask) -> None:
    invited = ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea", "Max"], closes_on="2026-12-01")
    for one in invited[:2]:
        answer(ANONYMOUS, NOW, secret=one.secret, given=SAID)
    assert row()["ladder"][3]["experts"] == []
    assert [one["name"] for one in row(now=LATER)["ladder"][3]["experts"]] == ["Kim", "Lea"]
    with pytest.raises(Conflict, match="closed on 2026-12-01"):
        answer(ANONYMOUS, LATER, secret=invited[2].secret, given=SAID)


def test_a_lone_answer_is_never_told(charted: Flask) -> None:
    invited = ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    answer(ANONYMOUS, NOW, secret=invited[0].secret, given=SAID)
    rung = row(now=LATER)["ladder"][3]
    assert (rung["experts"], rung["rounds"][0]["state"]) == ([], "void")


def test_an_invitation_answers_once_and_its_secret_is_not_kept(charted: Flask) -> None:
    invited = ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    answer(ANONYMOUS, NOW, secret=invited[0].secret, given=SAID)
    with pytest.raises(Conflict, match="answers once"):
        answer(ANONYMOUS, NOW, secret=invited[0].secret, given=SAID)
    with pytest.raises(NotFound):
        answer(ANONYMOUS, NOW, secret="guessed", given=SAID)
    with pytest.raises(NotAllowed):
        answer(ANONYMOUS, NOW, seat=2, given=SAID)
    assert len(db.session.execute(select(ExpertOpinion.id)).all()) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"names": ["Kim"]}, "people"),
        ({"names": ["Kim", "kim "]}, "names"),
        ({"names": [str(n) for n in range(13)]}, "names"),
        ({"names": ["Kim", "x" * 201]}, "name"),
        ({"people": [99], "names": ["Kim"]}, "people"),
        ({"closes_on": "2026-11-09"}, "closes_on"),
        ({"closes_on": "never"}, "closes_on"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_a_round_that_cannot_be_opened_is_refused(charted: Flask, given: dict[str, Any], field: str) -> None:
    whole: dict[str, Any] = {"names": ["Kim", "Lea"], "closes_on": "2026-12-01"} | given
    with pytest.raises(Invalid) as refused:
        ask_experts(MIA, NOW, commitment="care", **whole)
    assert refused.value.field == field


def test_one_round_at_a_time(charted: Flask) -> None:
    ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    with pytest.raises(Conflict, match="is open"):
        ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    ask_experts(MIA, LATER, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-31")
    with pytest.raises(NotAllowed):
        people_to_ask(Actor("d", Role.AUDITOR))


@pytest.mark.parametrize("given", [{"floor": ""}, {"earns": "perhaps"}, {"because": " "}])
def test_an_opinion_needs_both_answers_and_a_reason(charted: Flask, given: dict[str, str]) -> None:
    invited = ask_experts(MIA, NOW, commitment="care", names=["Kim", "Lea"], closes_on="2026-12-01")
    with pytest.raises(Invalid):
        answer(ANONYMOUS, NOW, secret=invited[0].secret, given=SAID | given)
