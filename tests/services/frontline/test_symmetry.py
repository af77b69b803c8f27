"""The question to staff and the dots: nobody is made out, nothing is ranked, nothing is concluded of few."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.frontline.symmetry import question_key
from charter.domain.statistics.symmetry import Verdict
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, VISITOR, Actor
from charter.models.base import db
from charter.models.frontline import Estimate
from charter.models.records import AuditEntry
from charter.services.charters.versions import history
from charter.services.checks.running import run_due
from charter.services.frontline.estimates import AnsweredAlready, Sender
from charter.services.frontline.symmetry import SymmetryPage, give_level, level_page, symmetry_page
from charter.services.records.access import Access
from charter.services.verification.verify import verify
from tests.services.effort_world import NOW, START, charter, write_answers
from tests.services.world import apply

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")
IN_OCTOBER = datetime.fromisoformat("2026-10-20T09:00:00+00:00")

STAFF = """
  - key: meetings
    title: {fr: Un point par semaine, en: A meeting each week}
    promise: {fr: Chaque équipe a son point., en: Each team has its meeting.}
    owner: Direction
    promisee: staff
    indicators:
      - {key: held, title: {fr: Points tenus, en: Meetings held}, source: survey, kind: share, date: day,
         success: {mark: [6, 7]}, unit: agency, minimum: 5, targets: [{from: 2026-01-01, target: 0.5}],
         check: {due: 0 days, at: "06:00"}}
"""


def keyed(text: str) -> str:
    return hashlib.sha256(f"key|{text}".encode()).hexdigest()


def by(browser: str) -> Sender:
    return Sender(browser, keyed(browser), keyed)


def give(
    answer: int | str = 75, unit: str = "a", browser: str = "b1", now: datetime = IN_OCTOBER, actor: Actor = VISITOR
) -> str:
    return give_level(actor, now, unit=unit, answer=str(answer), by=by(browser))


@pytest.fixture
def asked(empty: Flask, tmp_path: Path) -> Flask:
    write_answers(tmp_path)
    apply(charter() + STAFF, tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    return empty


def page(**chosen: str) -> SymmetryPage:
    return symmetry_page(COMMAND_LINE, NOW, period="2026-10", **chosen)  # type: ignore[arg-type]


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
    assert [one["staff"] for one in page()["dots"]] == [0.9, None]


def test_few_answers_of_several_months_are_never_added_up_to_five(asked: Flask) -> None:
    for now in (IN_OCTOBER, IN_OCTOBER + timedelta(days=31)):
        for number in range(3):
            give(100, browser=f"b{number}", now=now)
    found = symmetry_page(COMMAND_LINE, NOW + timedelta(days=31), period="2026-11")
    assert [one["staff"] for one in found["dots"]] == [None, None]


def test_another_wording_is_another_question(asked: Flask, tmp_path: Path) -> None:
    for number in range(5):
        give(100, browser=f"b{number}")
    other = (charter() + STAFF).replace("Do I have what it takes?", "Can I do my work?")
    apply(other, tmp_path, START)
    assert [one["staff"] for one in page()["dots"]] == [None, None]
    assert verify(COMMAND_LINE)["ok"], "what was answered before stays"


def test_units_stand_in_the_order_of_the_tree_beside_what_customers_say(asked: Flask) -> None:
    for unit in ("b", "a"):
        for number in range(5):
            give(25 if unit == "a" else 100, unit=unit, browser=f"b{number}")
    found = page()
    assert [one["key"] for one in found["promises"]] == ["meetings"]
    assert ([one["key"] for one in found["staff"]], [one["key"] for one in found["customers"]]) == (
        ["question", "held"],
        ["ces"],
    )
    # At B six answered, fewer than the thirty that the indicator asks for.
    assert found["dots"] == [
        {"unit": "a", "unit_name": "Agence A", "staff": 0.25, "customers": 0.75},
        {"unit": "b", "unit_name": "Agence B", "staff": 1.0, "customers": None},
    ]
    assert (found["together"].verdict, found["together"].units, found["looks"]) == (Verdict.TOO_FEW, 1, 2)
    held = page(staff="held")["dots"]
    assert [one["staff"] for one in held] == [28 / 41, 0.5]
    with pytest.raises(Invalid):
        page(staff="ces")
    with pytest.raises(NotAllowed):
        symmetry_page(VISITOR, NOW, period="2026-10")


def test_units_that_go_together_are_told_with_their_number(light: Flask, tmp_path: Path) -> None:
    units = [f"u{number:02}" for number in range(14)]
    lines = "".join(f"  - {{key: {unit}, name: {unit}, parent: company, kind: agency}}\n" for unit in units)
    write_answers(tmp_path, {unit: {7: 20 + place, 1: 30 - place} for place, unit in enumerate(units)})
    apply(charter().replace("sources:\n", f"{lines}sources:\n"), tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    for place, unit in enumerate(units):
        for number in range(5):
            give((0, 25, 50, 75, 100)[place // 3], unit=unit, browser=f"b{number}")
    found = page()
    assert (found["together"].verdict, found["together"].units) == (Verdict.TOGETHER, 14)
    assert [one["unit"] for one in found["dots"]] == ["a", "b", *units]
