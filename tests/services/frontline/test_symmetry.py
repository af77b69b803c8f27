"""The question to staff and the dots: nobody is made out, nothing is ranked, nothing is concluded of few."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.frontline.symmetry import question_key
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, VISITOR
from charter.models.base import db
from charter.models.frontline import Estimate
from charter.models.records import AuditEntry
from charter.services.charters.versions import history
from charter.services.checks.running import run_due
from charter.services.frontline.estimates import AnsweredAlready
from charter.services.frontline.symmetry import level_page
from charter.services.records.access import Access
from charter.services.verification.verify import verify
from tests.services.effort_world import IN_OCTOBER, NOW, STAFF, START, by, charter, give, write_answers
from tests.services.world import apply

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


@pytest.fixture
def asked(empty: Flask, tmp_path: Path) -> Flask:
    write_answers(tmp_path)
    apply(charter() + STAFF, tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    return empty


def test_an_answer_counts_once_and_is_kept_as_an_estimate(asked: Flask) -> None:
    assert give() == "2026-10"
    with pytest.raises(AnsweredAlready):
        give(0)
    give(unit="b")
    rows = db.session.execute(select(Estimate)).scalars().all()
    question = history().current.charter.charter.staff_question
    assert question is not None
    assert {row.commitment_key for row in rows} == {question_key(question)}
    entries = list(db.session.execute(select(AuditEntry).where(AuditEntry.action == "estimate:give")).scalars())
    assert [set(entry.after or {}) for entry in entries] == [{"unit", "commitment", "month", "sha256"}] * 2
    assert {entry.actor for entry in entries} == {"staff, no name asked"}
    assert verify(COMMAND_LINE)["ok"]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"answer": 80}, Invalid),
        ({"answer": "all"}, Invalid),
        ({"unit": "nowhere"}, NotFound),
        ({"actor": ANONYMOUS}, NotAllowed),
    ],
)
def test_what_cannot_be_taken_changes_nothing(asked: Flask, given: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        give(**given)  # type: ignore[arg-type]
    assert db.session.execute(select(Estimate)).first() is None


def test_nothing_is_asked_without_a_question(light: Flask, tmp_path: Path) -> None:
    write_answers(tmp_path)
    apply(
        charter().replace("  staff_question: {fr: Ai-je ce qu’il faut ?, en: Do I have what it takes?}\n", ""),
        tmp_path,
        START,
    )
    with pytest.raises(Conflict):
        give()
    assert level_page(VISITOR, IN_OCTOBER, unit="a", by=by("b1"))["question"] is None


def test_a_result_shows_from_five_answers_on(asked: Flask) -> None:
    for number in range(4):
        give(100, browser=f"b{number}")
    shown = level_page(VISITOR, IN_OCTOBER, unit="a", by=by("b0"))
    assert (shown["is_answered"], shown["count"], shown["share"]) == (True, 4, None)
    assert level_page(VISITOR, IN_OCTOBER, unit="a", by=by("other"))["is_answered"] is False
    give(50, browser="b4")
    assert level_page(VISITOR, IN_OCTOBER, unit="a", by=by("b0"))["share"] == 0.9
