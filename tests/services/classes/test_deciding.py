"""Deciding a class on its page: from a month on, kept for ever, given back, looked at again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.classes import ClassDecision
from charter.models.records import AuditEntry, Snapshot
from charter.services.classes.deciding import decide_class, months_to_choose
from charter.services.desk.classes_page import page
from charter.services.month.overview import overview
from charter.services.reports.snapshots import freeze_month
from tests.services.world import NOW

ANA = Actor("Ana", Role.DIRECTOR)


DECEMBER = datetime(2026, 12, 9, 9, tzinfo=UTC)


def class_in(key: str, period: str, now: datetime = NOW) -> str:
    return next(one["class"] for one in overview(COMMAND_LINE, now, period=period)["commitments"] if one["key"] == key)


def decide(decided: str = "trust", because: str = "Said so", **given: str) -> None:
    decide_class(ANA, NOW, commitment=given.pop("commitment", "care"), decided=decided, because=because, **given)


def test_a_decision_holds_from_this_month_and_past_months_keep_their_class(world: Flask) -> None:
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    sealed = db.session.execute(select(Snapshot.document)).scalar_one()
    decide()
    assert class_in("care", "2026-10") == "undetermined"
    assert class_in("care", "2026-11", DECEMBER) == "trust"
    assert db.session.execute(select(Snapshot.document)).scalar_one() == sealed
    entry = db.session.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).scalar_one()
    assert (entry.action, entry.subject, entry.actor) == ("class:decide", "care", "Ana")
    assert entry.after == {"class": "trust", "from": "2026-11-01", "because": "Said so", "suggested": "undetermined"}


def test_the_newest_decision_holds_and_all_are_kept(charted: Flask) -> None:
    decide("both")
    decide("confidence", "Second thoughts", month="2026-12")
    row = page(ANA, NOW, commitment="care")["chosen"]
    assert (row["class"], row["decision"]["because"], row["decision"]["is_override"]) == ("both", "Said so", True)
    assert [(one["class"], one["valid_from"]) for one in row["decisions"]] == [
        ("confidence", "2026-12-01"),
        ("both", "2026-11-01"),
    ]
    assert page(ANA, DECEMBER, commitment="care")["chosen"]["class"] == "confidence"


def test_a_commitment_is_given_back_to_its_evidence(charted: Flask) -> None:
    decide("evidence", "It was too early", commitment="bill")
    row = page(ANA, NOW, commitment="bill")["chosen"]
    assert (row["class"], row["decision"]) == ("undetermined", None)
    assert [one["class"] for one in row["decisions"]] == [None, "trust"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"decided": "best"}, "decided"),
        ({"because": "  "}, "because"),
        ({"because": "x" * 2001}, "because"),
        ({"month": "2026-10"}, "month"),
        ({"month": "2027-12"}, "month"),
        ({"month": "soon"}, "month"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_changes_nothing(
    charted: Flask, given: dict[str, str], field: str
) -> None:
    before = db.session.execute(select(ClassDecision.id)).all()
    with pytest.raises(Invalid) as refused:
        decide(**given)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert db.session.execute(select(ClassDecision.id)).all() == before


def test_the_same_decision_again_writes_nothing(charted: Flask) -> None:
    decide()
    with pytest.raises(Conflict, match="decided so already"):
        decide()
    with pytest.raises(Conflict, match="its evidence speaks already"):
        decide("evidence", commitment="answer")
    with pytest.raises(NotFound):
        decide(commitment="nothing")


@pytest.mark.parametrize(
    "actor",
    [
        Actor("c", Role.CONTRIBUTOR),
        Actor("d", Role.AUDITOR),
        Actor("a", Role.ADMIN),
        Actor("b", Role.MANAGER, ("west",)),
    ],
)
def test_only_a_director_or_manager_of_the_whole_decides(charted: Flask, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        decide_class(actor, NOW, commitment="care", decided="trust", because="x")


def test_months_to_choose_are_this_one_and_the_next() -> None:
    assert months_to_choose(date(2026, 11, 10)) == ["2026-11", "2026-12", "2027-01", "2027-02"]


def test_a_decision_is_to_be_looked_at_again(charted: Flask) -> None:
    review = page(ANA, NOW, commitment="bill")["chosen"]["review"]
    assert review == {"on": "2028-06-01", "why": "decision", "state": "later"}
    assert page(ANA, NOW, commitment="answer")["chosen"]["review"] is None
