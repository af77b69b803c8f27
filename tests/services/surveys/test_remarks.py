"""What customers write in a survey: apart from their answers, for those who read, and erased with the answers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.frontline.observations import subject_of
from charter.domain.surveys.privacy import Remark
from charter.domain.surveys.questionnaire import Filled
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.frontline import ErasableText, Observation
from charter.models.records import AuditEntry
from charter.models.surveys import SurveyBox, SurveyWave
from charter.services.charters.versions import history
from charter.services.frontline.moderation import accept, answer, observations
from charter.services.frontline.observations import observations_told
from charter.services.surveys.answers import answer as send_form
from charter.services.surveys.answers import questionnaire
from charter.services.surveys.privacy import erase_answers, erase_due_answers
from charter.services.surveys.remarks import asks_why, erase_remarks, keep_remarks, numbers_of, remarks_of
from charter.services.surveys.waves import close_wave
from charter.services.verification.verify import verify
from tests.services.surveys.test_privacy import BY_CHANCE, ORDERS, PEOPLE, marks, rows
from tests.services.surveys.test_waves import MIA, opened
from tests.services.world import NOW

WORDS = [
    "Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett",
    "Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango",
]  # fmt: skip


def write(token: str, place: int, whys: dict[str, str], care: tuple[int, int] = (2, 5)) -> None:
    filled = Filled({"care": care, "bill": (None, None)}, whys)
    send_form(token, NOW + timedelta(minutes=place), filled, language="fr", sender="s")


def texts() -> dict[str, str]:
    return {row.subject: row.text for row in db.session.execute(select(ErasableText)).scalars()}


def written(number: int) -> list[str]:
    """What the survey's customers wrote, as it is stored."""
    found = texts()
    return [found[subject_of(one)] for one in numbers_of(number)]


def test_no_order_time_or_transaction_joins_words_with_answers_or_links(charted: Flask, engine: str) -> None:
    number, tokens = opened(asks_why=True)
    pairs = [(1 + place * 7 % PEOPLE % 5, 1 + place * 7 % PEOPLE // 5) for place in range(PEOPLE)]
    for place, word in enumerate(WORDS):
        write(tokens[place], place, {"care": word}, pairs[place])
    assert texts() == {}, "nothing is written while it is open"
    close_wave(MIA, NOW, number)
    assert sorted(written(number)) == WORDS
    for by in ORDERS[engine]:
        stored = [str(row[0]) for row in rows("erasable_texts", "text", by)]
        said = [row[0] for row in rows("survey_responses", "answers", by)]
        given = [tuple((json.loads(one) if isinstance(one, str) else one)["care"]) for one in said]  # type: ignore[index]
        for guess in (given, given[::-1]):
            right = sum(pairs[WORDS.index(word)] == pair for word, pair in zip(stored, guess, strict=True))
            assert right < BY_CHANCE, f"put in order by {by}, {right} answers are found by their words"
        assert sum(map(str.__eq__, stored, WORDS)) < BY_CHANCE, "neither in the order in which they came"
    assert not marks(engine, "erasable_texts") & marks(engine, "survey_boxes")
    told = {(row.sent_at, row.language, row.month) for row in db.session.execute(select(Observation)).scalars()}
    assert told == {(NOW, "fr", "2026-11")}, "one instant for all, that of the closing"
    assert verify(COMMAND_LINE)["ok"]


def test_a_box_does_not_tell_whether_anybody_wrote(charted: Flask) -> None:
    sizes = []
    for name, words in (("silent", ""), ("short", "Oui."), ("long", "\U0001f600" * 250)):
        number, tokens = opened(name=name, asks_why=True)
        for place in range(6):
            write(tokens[place], place, {"care": words, "bill": words} if words else {})
        boxes = db.session.execute(select(SurveyBox.content).where(SurveyBox.wave_id == number)).scalars()
        sizes.append([len(content) for content in boxes])
    assert sizes[0] == sizes[1] == sizes[2]
    assert sizes[0][0] > 6 * 2000


def test_words_of_one_person_on_two_promises_are_not_together(charted: Flask) -> None:
    number, tokens = opened(asks_why=True)
    for place in range(6):
        filled = Filled({"care": (2, 5), "bill": (2, 5)}, {"care": f"soin {place}", "bill": f"facture {place}"})
        send_form(tokens[place], NOW, filled, language="fr", sender="s")
    close_wave(MIA, NOW, number)
    found = written(number)
    places = [[one[-1] for one in found if one.startswith(word)] for word in ("soin", "facture")]
    assert sorted(places[0]) == sorted(places[1]) == list("012345")
    assert places[0] != places[1]


def test_what_looks_personal_never_arrives(charted: Flask) -> None:
    number, tokens = opened(asks_why=True)
    for place in range(5):
        write(tokens[place], place, {"care": f"Mme Martin, 06 12 34 56 78, m{place}@example.org : trop long."})
    close_wave(MIA, NOW, number)
    assert set(written(number)) == {"[…], […], […] : trop long."}


@pytest.mark.parametrize("people", [4, 5])
def test_words_on_a_promise_of_few_people_are_not_kept(charted: Flask, people: int) -> None:
    number, tokens = opened(asks_why=True)
    for place in range(people):
        write(tokens[place], place, {"care": "Pour le soin.", "bill": "Pour la facture."})
    close_wave(MIA, NOW, number)
    assert written(number) == (["Pour le soin."] * 5 if people == 5 else []), "nobody answered on the bill"


def test_words_are_shown_once_somebody_has_read_them_and_never_printed(charted: Flask) -> None:
    number, tokens = opened(asks_why=True)
    for place in range(5):
        write(tokens[place], place, {"care": f"Raison {place}."})
    close_wave(MIA, NOW, number)
    page = observations(MIA)
    assert (page["waiting"], page["index"][0]["kind"]) == (5, "why")
    first = page["index"][0]["number"]
    with pytest.raises(Conflict, match="not printed"):
        accept(MIA, NOW, first, is_printed=True)
    tree = history().current.tree
    assert observations_told(tree, ["2026-11"], unit=tree.root.key) == [], "what staff tell is another thing"
    accept(MIA, NOW, first)


def test_words_and_the_answers_to_them_are_erased_with_the_months(charted: Flask) -> None:
    number, tokens = opened(asks_why=True, months_kept=1)
    for place in range(5):
        write(tokens[place], place, {"care": f"Raison {place}."})
    close_wave(MIA, NOW, number)
    first = numbers_of(number)[0]
    accept(MIA, NOW, first)
    answer(MIA, NOW, first, text="Nous y travaillons.")
    assert erase_due_answers(COMMAND_LINE, NOW + timedelta(days=10)) == []
    assert len(texts()) == 6
    assert erase_due_answers(COMMAND_LINE, NOW + timedelta(days=100)) == ["Autumn"]
    assert texts() == {}
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "text:erase")).scalar_one()
    assert len((entry.after or {})["texts"]) == 6
    assert verify(COMMAND_LINE)["ok"]


def test_words_go_with_answers_that_are_deleted_before_their_time(charted: Flask) -> None:
    number, tokens = opened(asks_why=True)
    for place in range(5):
        write(tokens[place], place, {"care": "Raison."})
    close_wave(MIA, NOW, number)
    assert erase_answers(MIA, NOW, number, reason="asked for") == 5
    assert texts() == {}
    assert verify(COMMAND_LINE)["ok"]


def test_a_survey_that_does_not_ask_why_keeps_no_words(charted: Flask) -> None:
    number, tokens = opened()
    assert not questionnaire(tokens[0], NOW, sender="s").asks_why
    for place in range(5):
        write(tokens[place], place, {"care": "Raison."})
    close_wave(MIA, NOW, number)
    wave = db.session.get_one(SurveyWave, number)
    assert (asks_why(wave), remarks_of(wave, Filled({}, {"care": "x"}), "fr")) == (False, ())
    assert (numbers_of(number), keep_remarks(NOW, wave, []), texts()) == ([], 0, {})
    assert erase_remarks(MIA, NOW, wave, because="none") == 0


def test_only_promises_that_were_asked_about_have_words(charted: Flask) -> None:
    number, _ = opened(asks_why=True)
    wave = db.session.get_one(SurveyWave, number)
    filled = Filled({}, {"care": "Oui.", "parking": "Non."})
    assert remarks_of(wave, filled, "fr") == (Remark("Oui.", "care", "fr"),)
