"""Answers of a file kept as surveys: pairs counted, marks analysed, refused rows kept as sentences."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask

from charter.domain.surveys.marks import Coding
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Job
from charter.models.surveys import SurveyUpload, SurveyWave
from charter.services.classes.known_evidence import heard
from charter.services.desk import classes_page
from charter.services.jobs.queue import ask
from charter.services.records.access import Access
from charter.services.surveys import results_view
from charter.services.surveys.columns import Asked
from charter.services.surveys.imports import import_answers
from charter.services.surveys.privacy import clean_lines
from charter.services.surveys.responses import analyse_wave
from charter.services.surveys.uploads import preview_answers, send_answers
from charter.services.verification.verify import verify
from charter.services.work.worker import run_jobs
from charter.words.refusals import refusal_sentence
from tests.services.classes.test_norm import LONG
from tests.services.jobs.test_queue import make_person
from tests.services.surveys.test_uploads import FILE, sent
from tests.services.surveys.test_waves import ASKED, MIA, actions
from tests.services.world import NOW, apply

NO_ANSWER = (
    "functional: no answer that is known; write 1 (like) to 5 (dislike), or nothing. "
    "Name codes that mean “no answer”, like 99, when you send the file."
)


def test_a_french_file_is_previewed_mapped_and_kept(charted: Flask) -> None:
    number = sent()
    seen = preview_answers(MIA, NOW, number)
    assert (seen.rows, [(one.line, str(one.error)) for one in seen.refused]) == (
        84,
        [
            (82, "The same respondent answered this in line 4: one person counts once."),
            (83, NO_ANSWER),
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


def test_refused_rows_are_kept_as_sentences_that_any_language_may_say(charted: Flask) -> None:
    (wave,) = import_answers(MIA, NOW, sent(), mapping={"Autre chose": "-"}, leave_refused=True)
    kept = db.session.get_one(SurveyWave, wave).counts["lines"]
    assert [line["line"] for line in kept] == [82, 83]
    assert json.loads(json.dumps(kept)) == kept
    shown = results_view.wave(MIA, NOW, wave)["counts"]["lines"]
    assert str(shown[1]["why"]) == NO_ANSWER
    assert "aucune réponse connue" in refusal_sentence(shown[1]["why"], "fr")
    assert verify(COMMAND_LINE)["ok"] is True
    assert clean_lines(MIA, NOW, wave) == 2
    assert "lines" not in results_view.wave(MIA, NOW, wave)["counts"]
    assert (actions()[-1], verify(COMMAND_LINE)["ok"]) == ("survey:clean", True)
    with pytest.raises(Conflict, match="Nothing is stored"):
        clean_lines(MIA, NOW, wave)


def test_addresses_in_a_column_are_stored_nowhere_and_lose_no_marks(charted: Flask) -> None:
    lines = [f"p{n}@example.org,{1 + n % 5},{1 + n // 5 % 5},{n % 11}" for n in range(200)]
    text = "\n".join(["E-mail,care,bill,overall", *lines])
    number = sent(text, Asked("marks", "Marks", date(2026, 10, 31), coding=Coding(scale=(0, 10)), draws=100))
    assert b"@" not in db.session.get_one(SurveyUpload, number).content
    seen = preview_answers(MIA, NOW, number)
    assert (seen.people, seen.ignored, seen.refused) == (200, ["E-mail"], [])
    (wave,) = import_answers(MIA, NOW, number, mapping={})
    row = db.session.get_one(SurveyWave, wave)
    assert "@" not in f"{row.counts}{row.choices}"
    assert row.choices["scale"] == [0, 10]
    assert analyse_wave(MIA, NOW, wave)["delta"] == pytest.approx(0.2), "2 % of the scale that was declared"


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
    with pytest.raises(Invalid, match="Different values of the overall mark: 2"):
        import_answers(MIA, NOW, number, mapping={"Parking": "-"})
    assert db.session.query(SurveyWave).count() == 0


def test_a_large_file_is_kept_as_long_work_without_the_names_it_holds(charted: Flask) -> None:
    mia = make_person("mia", Role.MANAGER)
    number = send_answers(mia, NOW, FILE.encode(), "answers.csv", ASKED)
    arguments = {"upload": number, "stand_for": ["", "", "-"], "leave_refused": True}
    job = ask(mia, NOW, kind="import-survey", arguments=arguments)
    assert run_jobs(COMMAND_LINE, lambda: NOW, Access()) == 1
    found = db.session.get_one(Job, job)
    assert (found.state, found.result) == ("done", {"rows": 84, "surveys": 1})
    assert "Autre" not in str(found.arguments)
    assert db.session.query(SurveyWave).count() == 1


def test_a_file_of_pairs_may_ask_about_an_expectation_that_no_promise_answers(empty: Flask) -> None:
    apply(LONG)
    text = "Répondant;Attribut;Fonctionnel;Dysfonctionnel\n" + "".join(
        f"r{n};green;1;3\nr{n};care;2;5\n" for n in range(40)
    )
    number = sent(text)
    assert preview_answers(MIA, NOW, number).attributes == {"green": "green", "care": "care"}
    (wave,) = import_answers(MIA, NOW, number, mapping={})
    found = results_view.wave(MIA, NOW, wave)
    assert found["commitments"] == 2
    assert found["titles"]["green"]["en"] == "Green"
    page = classes_page.page(COMMAND_LINE, NOW)
    first = page["norm"]["next_trust"][0]
    assert (first["key"], first["better"], first["n"], first["earns"]) == ("green", 1.0, 40, True)
    # It votes on no commitment, and what was kept can be counted again.
    assert [row["point"] is not None for row in page["commitments"]] == [False, False, True]
    assert verify(COMMAND_LINE)["ok"] is True
