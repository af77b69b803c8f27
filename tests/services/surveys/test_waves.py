"""Questionnaires and files of answers: one link, one answer; nothing of a person; counted and sealed at the close."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from charter.domain.surveys.questionnaire import Filled, WavePlan, read_form
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.models.surveys import SurveyInvitation, SurveyResponse, SurveyUpload, SurveyWave
from charter.services.classes.known_evidence import heard
from charter.services.desk import classes_page
from charter.services.people.rate_limit import TooMany
from charter.services.surveys import results_view
from charter.services.surveys.answers import answer, issue_links, questionnaire
from charter.services.surveys.imports import import_answers
from charter.services.surveys.uploads import Asked, discard_answers, preview_answers, send_answers
from charter.services.surveys.waves import analyse_wave, close_due_waves, close_wave, open_wave, withdraw_wave
from charter.services.verification.verify import verify
from charter.words.refusals import refusal_sentence
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
    assert (asked.state, asked.languages, asked.commitments) == ("open", ("fr", "en"), ("care", "bill"))
    assert asked.words["en"]["promises"]["care"]["promise"] == "We care."
    for token in tokens[:35]:
        send(token)
    assert heard().on("care", NOW.date()).kano == (), "nothing is classed while it is open"
    live = results_view.wave(COMMAND_LINE, NOW, number)
    assert (live["answers"], live["links"], live["state"]) == (35, {"made": 40, "used": 35}, "open")
    care, bill = live["pairs"]
    assert (care["counts"]["M"], care["class"], bill["n"], bill["half_answered"]) == (35, None, 0, 35)
    close_wave(COMMAND_LINE, NOW, number)
    (wave,) = heard().on("care", NOW.date()).kano
    assert wave.counts.m == 35
    rows = classes_page.page(COMMAND_LINE, NOW)["commitments"]
    assert next(row for row in rows if row["key"] == "care")["suggested"] == "confidence"
    assert actions()[-3:] == ["survey:open", "survey:links", "survey:close"]


def test_one_link_one_answer(charted: Flask) -> None:
    _, tokens = opened()
    send(tokens[0])
    assert questionnaire(tokens[0], NOW, sender="s").state == "used"
    with pytest.raises(Conflict, match="one link, one answer"):
        send(tokens[0])
    assert db.session.query(SurveyResponse).count() == 1


def test_nothing_of_a_person_is_kept(charted: Flask) -> None:
    _, tokens = opened()
    send(tokens[3])
    columns = {column.key for column in inspect(SurveyResponse).columns}
    assert columns == {"id", "wave_id", "answered_on", "language", "answers", "overall"}
    row = db.session.query(SurveyResponse).one()
    assert (row.answered_on, row.language, row.answers) == (
        date(2026, 11, 10),
        "en",
        {"care": [2, 5], "bill": [1, None]},
    )
    kept = {column.key for column in inspect(SurveyInvitation).columns}
    assert kept == {"id", "wave_id", "sha256", "is_used"}
    hashes = db.session.execute(select(SurveyInvitation.sha256).order_by(SurveyInvitation.id)).scalars().all()
    assert list(hashes) == sorted(hashes), "the place of a row tells nothing of its place in the list of links"
    assert not any(token in str(hashes) for token in tokens)
    assert "answer" not in " ".join(actions()), "an audit entry would keep the second at which somebody answered"


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


def test_an_empty_answer_keeps_the_link(charted: Flask) -> None:
    _, tokens = opened()
    with pytest.raises(Invalid, match="Nothing is answered"):
        send(tokens[0], given={"care": (None, None)})
    send(tokens[0])


def test_links_are_shown_once_and_new_ones_replace_those_not_used(charted: Flask) -> None:
    number, tokens = opened(invitations=3)
    send(tokens[0])
    with pytest.raises(Conflict, match="shown once"):
        issue_links(COMMAND_LINE, NOW, number)
    fresh = issue_links(COMMAND_LINE, NOW, number, again=True)
    assert len(fresh) == 2
    with pytest.raises(NotFound):
        questionnaire(tokens[1], NOW, sender="s")
    assert questionnaire(tokens[0], NOW, sender="s").state == "used"


def test_a_search_for_links_is_slowed_down(charted: Flask) -> None:
    _, tokens = opened()
    for n in range(30):
        with pytest.raises(NotFound):
            questionnaire(f"guess{n}", NOW, sender="searcher")
    with pytest.raises(TooMany):
        questionnaire("guess", NOW, sender="searcher")
    assert questionnaire(tokens[0], NOW, sender="searcher").state == "open", "whoever has a link is not slowed down"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"segment": "a\x00"}, "segment"),
        ({"commitments": ()}, "commitments"),
        ({"languages": ()}, "languages"),
        ({"languages": ("de",)}, "languages"),
        ({"invitations": 0}, "invitations"),
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


def test_few_answers_are_only_counted_while_it_is_open(charted: Flask) -> None:
    number, tokens = opened()
    for token in tokens[:4]:
        send(token)
    assert {row["is_hidden"] for row in results_view.wave(MIA, NOW, number)["pairs"]} == {True}
    send(tokens[4])
    assert {row["is_hidden"] for row in results_view.wave(MIA, NOW, number)["pairs"]} == {False}


def test_forms_are_read_by_promise_and_question() -> None:
    filled = read_form({"care.functional": "1", "care.dysfunctional": "5", "bill.functional": "2"}, ["care", "bill"])
    assert (filled.whole, filled.half, filled.is_empty) == (1, ["bill"], False)
    with pytest.raises(Invalid, match="not one of the five"):
        read_form({"care.functional": "6"}, ["care"])


# Files of answers.

ASKED = Asked("kano", "Spring", date(2026, 6, 30))
FILE = (
    "Répondant;Attribut;Fonctionnel;Dysfonctionnel\n"
    + "".join(f"r{n};care;2;5\nr{n};Une facture juste;1;3\n" for n in range(40))
    + "r1;care;2;5\nr99;care;7;1\nr98;care;;5\nr97;Autre chose;1;1\n"
)


def sent(text: str = FILE, asked: Asked = ASKED, encoding: str = "cp1252") -> int:
    return send_answers(MIA, NOW, text.encode(encoding), "réponses.csv", asked)


def test_a_french_file_is_previewed_mapped_and_kept(charted: Flask) -> None:
    number = sent()
    seen = preview_answers(MIA, NOW, number)
    assert (seen.rows, [(one.line, str(one.error)) for one in seen.refused]) == (
        84,
        [
            (82, "The same respondent answered on care in line 4: one person counts once."),
            (83, "functional: “7” is not an answer; write 1 (like) to 5 (dislike), or nothing."),
        ],
    )
    assert seen.attributes == {"care": "care", "Une facture juste": "bill", "Autre chose": ""}
    assert seen.unknown == ["Autre chose"]
    with pytest.raises(Invalid, match="“Autre chose”: say which one"):
        import_answers(MIA, NOW, number, mapping={})
    with pytest.raises(Invalid, match="2 rows are refused"):
        import_answers(MIA, NOW, number, mapping={"Autre chose": "-"})
    assert db.session.query(SurveyWave).count() == 0
    (wave,) = import_answers(MIA, NOW, number, mapping={"Autre chose": "-"}, leave_refused=True)
    care, bill = (heard().on(key, NOW.date()).kano[0] for key in ("care", "bill"))
    assert (care.counts.m, care.half_answered, bill.counts.a, care.asked_on) == (40, 1, 40, date(2026, 6, 30))
    assert results_view.wave(MIA, NOW, wave)["counts"]["refused"] == 2
    assert actions()[-1] == "survey:import"
    with pytest.raises(Conflict, match="applied"):
        import_answers(MIA, NOW, number, mapping={}, leave_refused=True)


def test_who_answered_is_gone_before_the_file_is_kept(charted: Flask) -> None:
    number = sent()
    content = db.session.get(SurveyUpload, number).content  # type: ignore[union-attr]
    assert b"r97" not in content
    import_answers(MIA, NOW, number, mapping={"Autre chose": "-"}, leave_refused=True)
    assert db.session.get(SurveyUpload, number).content == b""  # type: ignore[union-attr]


def test_refused_rows_are_kept_as_sentences_that_any_language_may_say(charted: Flask) -> None:
    (wave,) = import_answers(MIA, NOW, sent(), mapping={"Autre chose": "-"}, leave_refused=True)
    kept = db.session.get_one(SurveyWave, wave).counts["lines"]
    assert [line["line"] for line in kept] == [82, 83]
    assert json.loads(json.dumps(kept)) == kept
    shown = results_view.wave(MIA, NOW, wave)["counts"]["lines"]
    assert str(shown[1]["why"]) == "functional: “7” is not an answer; write 1 (like) to 5 (dislike), or nothing."
    assert "n’est pas une réponse" in refusal_sentence(shown[1]["why"], "fr")


def test_waves_segments_and_words_of_a_file_make_surveys_of_their_own(charted: Flask) -> None:
    text = "attribute,functional,dysfunctional,wave,wording,date\n" + "".join(
        f"care,2,5,{wave},{words},{day}\n" for wave, words, day in
        (("W1", "like", "2026-01-05"), ("W1", "like", "2026-01-09"), ("W2", "enjoy", "2026-06-01"))
    )  # fmt: skip
    made = import_answers(MIA, NOW, sent(text), mapping={})
    first, second = (db.session.get(SurveyWave, number) for number in made)
    assert first is not None
    assert second is not None
    assert (first.name, first.wording, first.asked_on) == ("Spring · W1", "like", date(2026, 1, 9))
    assert (second.name, second.wording, second.asked_on) == ("Spring · W2", "enjoy", date(2026, 6, 1))
    mixed = "attribute,functional,dysfunctional,wording\ncare,2,5,like\ncare,2,5,enjoy\n"
    with pytest.raises(Invalid, match="in several ways"):
        import_answers(MIA, NOW, sent(mixed, Asked("kano", "Mixed", date(2026, 6, 30))), mapping={})


def test_a_file_is_its_senders_and_waits_two_hours(charted: Flask) -> None:
    number = sent()
    with pytest.raises(NotFound):
        preview_answers(Actor("Max", Role.MANAGER), NOW, number)
    assert preview_answers(MIA, NOW + timedelta(hours=2), number).is_open is False
    discard_answers(MIA, NOW, number)
    with pytest.raises(Conflict):
        discard_answers(MIA, NOW, number)


@pytest.mark.parametrize(
    ("text", "asked", "message"),
    [
        ("attribute;functional;dysfunctional\n", ASKED, "no row with answers"),
        ("a;b\n1;2\n", ASKED, "no column attribute"),
        (FILE, Asked("kano", " ", date(2026, 6, 30)), "needs a name"),
        (FILE, Asked("kano", "x", date(2026, 12, 1)), "has not come yet"),
        ("", ASKED, "is empty"),
    ],
)
def test_files_that_do_not_do_are_refused(charted: Flask, text: str, asked: Asked, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        sent(text, asked)


def marks_file(levels: int = 10, people: int = 240) -> str:
    lines = ["respondent;care;bill;Parking;overall"]
    for n in range(people):
        care, bill, parking = 1 + n % 5, 1 + (n // 5) % 5, 1 + (n // 25) % 5
        overall = 5 - 3 * (care <= 2) + 2 * (bill >= 4) + (n % 3) * 0.1
        lines.append(f"r{n};{care};{bill};{parking};{overall if levels > 2 else int(overall > 4)}".replace(".", ","))
    return "\n".join(lines) + "\n"


def test_marks_are_kept_then_analysed_and_vote(charted: Flask) -> None:
    asked = Asked("marks", "Marks", date(2026, 10, 31), draws=200)
    number = sent(marks_file(), asked)
    seen = preview_answers(MIA, NOW, number)
    assert (seen.unknown, seen.people) == (["Parking"], 240)
    (wave,) = import_answers(MIA, NOW, number, mapping={"Parking": "+"})
    assert results_view.wave(MIA, NOW, wave)["state"] == "waiting"
    assert heard().on("care", NOW.date()).penalty_reward == ()
    told: list[tuple[int, int]] = []
    found = analyse_wave(MIA, NOW, wave, progress=lambda done, of: told.append((done, of)))
    assert {line["attribute"]: line["class"] for line in found["attributes"]} == {
        "care": "basic", "bill": "excitement", "Parking": "neutral",
    }  # fmt: skip
    assert told == [(200, 200)]
    (marks,) = heard().on("care", NOW.date()).penalty_reward
    assert [len(marks.spread[name]) for name in ("penalty", "reward")] == [100, 100]
    assert marks.spread["penalty"][2] == pytest.approx(marks.result["penalty_interval"][0], rel=1e-5)
    assert results_view.wave(MIA, NOW, wave)["state"] == "counted"
    rows = {row["key"]: row for row in classes_page.page(COMMAND_LINE, NOW)["commitments"]}
    assert (rows["care"]["suggested"], rows["care"]["strength"]) == ("confidence", "moderate")
    assert rows["bill"]["suggested"] == "trust"
    assert actions()[-2:] == ["survey:import", "survey:analyse"]


def test_a_yes_or_no_overall_mark_is_refused_at_import(charted: Flask) -> None:
    number = sent(marks_file(levels=2), Asked("marks", "Marks", date(2026, 10, 31)))
    with pytest.raises(Invalid, match="only 2 different values"):
        import_answers(MIA, NOW, number, mapping={"Parking": "-"})
    assert db.session.query(SurveyWave).count() == 0


def test_verify_finds_an_answer_that_was_slipped_in(charted: Flask) -> None:
    number, tokens = opened()
    send(tokens[0])
    close_wave(MIA, NOW, number)
    assert verify(COMMAND_LINE)["ok"] is True
    row = SurveyResponse(wave_id=number, answered_on=NOW.date(), language="fr", answers={"care": [1, 3]}, overall=None)
    db.session.add(row)
    db.session.commit()
    found = str(verify(COMMAND_LINE)["broken"])
    assert found == f"The answers of survey {number} are not those that were counted on 2026-11-10."
