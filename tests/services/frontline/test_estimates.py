"""One question a month: an answer counts once, shows nobody, and a result needs five; on both engines."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.domain.frontline.estimates import Answers
from charter.domain.vocabulary.errors import Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, VISITOR, Actor
from charter.models.base import db
from charter.models.frontline import Estimate
from charter.models.records import AuditEntry
from charter.services.charters.versions import history
from charter.services.frontline.estimates import AnsweredAlready, answers_in, give_estimate, has_answered
from charter.services.people.rate_limit import FROM_ONE_ADDRESS, TooMany
from tests.services.verification.test_verify import broken, rewrite
from tests.services.world import NOW


def keyed(text: str) -> str:
    return hashlib.sha256(f"key|{text}".encode()).hexdigest()


def give(answer: str = "80", *, actor: Actor = VISITOR, browser: str = "b1", now: object = NOW, **given: str) -> str:
    place = {"unit": "vannes", "commitment": "answer", "sender": "s1"} | given
    return give_estimate(actor, now, answer=answer, browser=browser, keyed=keyed, **place)  # type: ignore[arg-type]


def number_of_rows() -> int:
    return int(db.session.execute(select(func.count(Estimate.id))).scalar_one())


def test_an_answer_counts_once_per_browser_unit_promise_and_month(charted: Flask) -> None:
    assert give() == "2026-11"
    assert has_answered(NOW, unit="vannes", commitment="answer", browser="b1", keyed=keyed)
    with pytest.raises(AnsweredAlready):
        give("10")
    give(browser="b2")
    give(unit="nice")
    give(commitment="bill")
    assert give(now=NOW + timedelta(days=30)) == "2026-12"
    assert number_of_rows() == 5


def test_two_answers_of_one_browser_cannot_be_put_together(charted: Flask) -> None:
    give()
    give(commitment="bill")
    hashes = db.session.execute(select(Estimate.browser_hash)).scalars().all()
    assert len({*hashes}) == 2
    entries = list(db.session.execute(select(AuditEntry).where(AuditEntry.action == "estimate:give")).scalars())
    assert [set(entry.after or {}) for entry in entries] == [{"unit", "commitment", "month", "sha256"}] * 2
    assert {entry.actor for entry in entries} == {"staff, no name asked"}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"answer": "101"}, Invalid),
        ({"commitment": "gone"}, Invalid),
        ({"unit": "nowhere"}, NotFound),
        ({"actor": ANONYMOUS}, NotAllowed),
    ],
)
def test_what_cannot_be_taken_changes_nothing(charted: Flask, given: dict[str, str], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        give(**given)  # type: ignore[arg-type]
    assert number_of_rows() == 0


def test_an_address_has_its_fill_within_an_hour(charted: Flask) -> None:
    for n in range(FROM_ONE_ADDRESS["estimate"]):
        give(browser=f"b{n}")
    with pytest.raises(TooMany):
        give(browser="more")


def test_answers_are_pooled_along_the_tree(charted: Flask) -> None:
    for n, (unit, answer) in enumerate(
        [("vannes", "80"), ("vannes", "90"), ("brest", "70"), ("nice", "10"), ("west", "60")]
    ):
        give(answer, browser=f"b{n}", unit=unit)
    found = answers_in(history().current, "2026-11")
    assert found["vannes", "answer"] == Answers(2, 170)
    assert found["west", "answer"] == Answers(4, 300)
    assert found["company", "answer"] == Answers(5, 310)
    assert (found["west", "answer"].share, found["company", "answer"].share) == (None, 0.62)
    assert answers_in(history().current, "2026-10") == {}
    assert set(answers_in(history().current, "2026-11", ["west"])) == {("west", "answer")}


def test_a_changed_or_lost_answer_is_missed(charted: Flask, engine: str) -> None:
    give()
    assert broken() == ""
    rewrite(engine, "estimates", "UPDATE estimates SET answer = 100")
    assert broken() == "The estimate 1 is not what was recorded."
    rewrite(engine, "estimates", "DELETE FROM estimates")
    assert broken() == "The estimate 1 is not there any more."
