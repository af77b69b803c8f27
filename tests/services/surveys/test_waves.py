"""Questionnaires and files of answers: one link, one answer; nothing of a person; counted and sealed at the close."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from charter.domain.surveys.questionnaire import Filled, WavePlan, read_form
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.models.surveys import SurveyResponse, SurveyWave
from charter.services.classes.known_evidence import heard
from charter.services.desk import classes_page
from charter.services.surveys import results_view
from charter.services.surveys.answers import answer, issue_links, questionnaire
from charter.services.surveys.columns import Asked
from charter.services.surveys.privacy import clean_lines, erase_answers, erase_due_answers
from charter.services.surveys.responses import analyse_wave
from charter.services.surveys.uploads import discard_answers, preview_answers, send_answers
from charter.services.surveys.waves import (
    close_due_waves,
    close_wave,
    open_wave,
    prefer_wave,
    withdraw_wave,
)
from charter.services.verification.verify import verify
from tests.services.world import NOW

PLAN = WavePlan("Autumn", ("care", "bill"), ("fr", "en"), date(2026, 11, 20), 40)


MIA = Actor("Mia", Role.MANAGER)


FLOOR = {"care": (2, 5), "bill": (1, None)}


def opened(**changed: Any) -> tuple[int, list[str]]:
    number = open_wave(COMMAND_LINE, NOW, WavePlan(**{**PLAN.__dict__, **changed}))
    return number, list(issue_links(COMMAND_LINE, NOW, number))


def send(token: str, now: datetime = NOW, given: Any = FLOOR, language: str = "en") -> None:
    answer(token, now, Filled(given), language=language, sender="s")


def actions() -> list[str]:
    return list(db.session.execute(select(AuditEntry.action).order_by(AuditEntry.id)).scalars())


def test_a_questionnaire_from_its_links_to_the_class(charted: Flask) -> None:
    number, tokens = opened()
    assert len(set(tokens)) == 40
    asked = questionnaire(tokens[0], NOW, sender="s")
    assert (asked.state, asked.languages, sorted(asked.commitments)) == ("open", ("fr", "en"), ["bill", "care"])
    assert asked.words["en"]["promises"]["care"]["promise"] == "We care."
    for token in tokens[:35]:
        send(token)
    assert heard().on("care", NOW.date()).kano == (), "nothing is classed while it is open"
    live = results_view.wave(COMMAND_LINE, NOW, number)
    assert (live["answers"], live["links"], live["state"]) == (35, {"made": 40, "used": 35}, "open")
    assert live["pairs"] == [{"commitment": key, "is_hidden": True} for key in ("care", "bill")]
    close_wave(COMMAND_LINE, NOW, number)
    found = results_view.wave(COMMAND_LINE, NOW, number)
    care, bill = found["pairs"]
    assert (care["counts"]["M"], care["class"], bill["n"], bill["half_answered"]) == (35, "confidence", 0, 35)
    assert (found["answers"], found["links"]) == (35, {"made": 40, "used": 35})
    (wave,) = heard().on("care", NOW.date()).kano
    assert wave.counts.m == 35
    rows = classes_page.page(COMMAND_LINE, NOW)["commitments"]
    assert next(row for row in rows if row["key"] == "care")["suggested"] == "confidence"
    assert actions()[-3:] == ["survey:open", "survey:links", "survey:close"]


def test_answers_after_the_last_day_are_refused_and_the_clock_closes(charted: Flask) -> None:
    number, tokens = opened(closes_on=date(2026, 11, 12))
    send(tokens[0], NOW + timedelta(days=2))
    after = NOW + timedelta(days=3)
    assert questionnaire(tokens[1], after, sender="s").state == "closed"
    with pytest.raises(Conflict, match="closed"):
        send(tokens[1], after)
    assert close_due_waves(COMMAND_LINE, NOW) == []
    assert close_due_waves(COMMAND_LINE, after) == ["Autumn"]
    assert close_due_waves(COMMAND_LINE, after) == []
    with pytest.raises(Conflict):
        close_wave(COMMAND_LINE, after, number)
    with pytest.raises(Conflict, match="closed"):
        issue_links(COMMAND_LINE, after, number)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"segment": "a\x00"}, "segment"),
        ({"commitments": ()}, "commitments"),
        ({"languages": ()}, "languages"),
        ({"languages": ("de",)}, "languages"),
        ({"invitations": 4}, "invitations"),
        ({"months_kept": 0}, "months_kept"),
        ({"purpose": {"fr": "x" * 700}}, "purpose"),
        ({"invitations": 20_001}, "invitations"),
        ({"closes_on": date(2026, 11, 9)}, "closes_on"),
        ({"closes_on": date(2028, 1, 1)}, "closes_on"),
        ({"table": "other"}, "table"),
    ],
)
def test_a_plan_that_cannot_be_asked_is_refused(charted: Flask, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        opened(**changed)
    assert refused.value.field == field
    assert db.session.query(SurveyWave).count() == 0


def test_a_name_is_taken_once_and_a_promise_must_be_known(charted: Flask) -> None:
    opened()
    with pytest.raises(Conflict, match="called Autumn already"):
        opened()
    with pytest.raises(NotFound):
        opened(name="Other", commitments=("absent",))


def verbs(actor: Actor) -> list[Callable[[], object]]:
    return [
        lambda: open_wave(actor, NOW, PLAN),
        lambda: issue_links(actor, NOW, 1),
        lambda: close_wave(actor, NOW, 1),
        lambda: withdraw_wave(actor, NOW, 1, reason="x"),
        lambda: erase_answers(actor, NOW, 1, reason="x"),
        lambda: prefer_wave(actor, NOW, 1, reason="x"),
        lambda: clean_lines(actor, NOW, 1),
        lambda: send_answers(actor, NOW, b"x", "x.csv", ASKED),
        lambda: preview_answers(actor, NOW, 1),
        lambda: discard_answers(actor, NOW, 1),
        lambda: analyse_wave(actor, NOW, 1),
    ]


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.CONTRIBUTOR, Role.FRONTLINE, Role.AUDITOR, Role.ADMIN])
def test_managers_of_the_whole_run_surveys(charted: Flask, role: Role) -> None:
    for actor in (Actor("x", role), Actor("b", Role.MANAGER, ("west",))):
        for verb in verbs(actor):
            with pytest.raises(NotAllowed):
                verb()
    allowed = role in (Role.DIRECTOR, Role.AUDITOR)
    if allowed:
        assert results_view.waves(Actor("x", role), NOW) == []
    else:
        with pytest.raises(NotAllowed):
            results_view.waves(Actor("x", role), NOW)


def test_a_withdrawn_survey_is_silent_from_that_day_with_its_reason(charted: Flask) -> None:
    number, tokens = opened()
    send(tokens[0])
    with pytest.raises(Conflict, match="still open"):
        withdraw_wave(MIA, NOW, number, reason="asked the wrong people")
    close_wave(MIA, NOW, number)
    with pytest.raises(Invalid):
        withdraw_wave(MIA, NOW, number, reason=" ")
    withdraw_wave(MIA, NOW, number, reason="asked the wrong people")
    assert heard().on("care", NOW.date()).kano == ()
    assert results_view.wave(MIA, NOW, number)["withdrawn"] == {
        "by": "Mia", "on": "2026-11-10", "reason": "asked the wrong people",
    }  # fmt: skip
    with pytest.raises(Conflict, match="already"):
        withdraw_wave(MIA, NOW, number, reason="again")


def test_forms_are_read_by_promise_and_question() -> None:
    filled = read_form({"care.functional": "1", "care.dysfunctional": "5", "bill.functional": "2"}, ["care", "bill"])
    assert (filled.whole, filled.half, filled.is_empty) == (1, ["bill"], False)
    with pytest.raises(Invalid, match="not one of the five"):
        read_form({"care.functional": "6"}, ["care"])


ASKED = Asked("kano", "Spring", date(2026, 6, 30))


def test_verify_finds_an_answer_that_was_slipped_in(charted: Flask) -> None:
    number, tokens = opened()
    for token in tokens[:5]:
        send(token)
    close_wave(MIA, NOW, number)
    assert verify(COMMAND_LINE)["ok"] is True
    slip_in(number)
    found = str(verify(COMMAND_LINE)["broken"])
    assert found == f"The answers of survey {number} are not those that were counted on 2026-11-10."


def slip_in(number: int) -> None:
    row = SurveyResponse(wave_id=number, answered_on=NOW.date(), language="fr", answers={"care": [1, 3]}, overall=None)
    db.session.add(row)
    db.session.commit()


def test_answers_are_deleted_after_their_time_and_what_they_came_to_stays(charted: Flask) -> None:
    number, tokens = opened(months_kept=1)
    for token in tokens[:30]:
        send(token)
    with pytest.raises(Conflict, match="still open"):
        erase_answers(MIA, NOW, number, reason="asked")
    with pytest.raises(DBAPIError, match="only ever appended"):
        db.session.execute(text("DELETE FROM survey_waves"))
    db.session.rollback()
    close_wave(MIA, NOW, number)
    with pytest.raises(DBAPIError, match="only ever appended"):
        db.session.execute(text("DELETE FROM survey_responses"))
    db.session.rollback()
    before = results_view.wave(MIA, NOW, number)
    assert before["kept_until"] == "2026-12-20"
    assert erase_due_answers(MIA, NOW + timedelta(days=40)) == []
    assert erase_due_answers(MIA, NOW + timedelta(days=41)) == ["Autumn"]
    assert erase_due_answers(MIA, NOW + timedelta(days=42)) == []
    assert db.session.query(SurveyResponse).count() == 0
    after = results_view.wave(MIA, NOW, number)
    assert (after["pairs"], after["answers"], after["links"]) == (before["pairs"], 30, before["links"])
    assert heard().on("care", NOW.date()).kano[0].counts.m == 30
    assert actions()[-1] == "survey:erase"
    assert verify(COMMAND_LINE)["ok"] is True
    with pytest.raises(Conflict, match="deleted already"):
        erase_answers(MIA, NOW, number, reason="again")
    slip_in(number)
    assert "are not those that were counted" in str(verify(COMMAND_LINE)["broken"])


def test_fewer_than_five_answers_are_counted_and_not_kept(charted: Flask) -> None:
    number, tokens = opened()
    for token in tokens[:4]:
        send(token)
    close_wave(MIA, NOW, number)
    assert db.session.query(SurveyResponse).count() == 0
    found = results_view.wave(MIA, NOW, number)
    assert (found["answers"], found["is_kept"], found["links"]["used"]) == (4, False, 4)
    assert all(row["is_hidden"] for row in found["pairs"])
    assert verify(COMMAND_LINE)["ok"] is True
