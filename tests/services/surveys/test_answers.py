"""Links of a questionnaire: one answer each, nothing of a person kept, searches slowed down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import inspect

from charter.domain.surveys.privacy import Kept
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.surveys import SurveyInvitation, SurveyResponse
from charter.services.classes.known_evidence import heard
from charter.services.people.rate_limit import TooMany
from charter.services.surveys import results_view
from charter.services.surveys.answers import hash_of, issue_links, questionnaire, unused_among
from charter.services.surveys.privacy import people_in, put
from charter.services.surveys.waves import close_wave, open_survey_of, prefer_wave
from tests.services.surveys.test_waves import actions, opened, send
from tests.services.world import NOW


def test_one_link_one_answer(charted: Flask) -> None:
    number, tokens = opened()
    send(tokens[0])
    assert questionnaire(tokens[0], NOW, sender="s").state == "used"
    with pytest.raises(Conflict, match="one link, one answer"):
        send(tokens[0])
    assert people_in(number) == 1


def test_nothing_of_a_person_is_kept(charted: Flask) -> None:
    number, tokens = opened()
    for token in tokens[:6]:
        send(token)
    assert db.session.query(SurveyResponse).count() == 0, "while it is open, no row holds an answer"
    close_wave(COMMAND_LINE, NOW, number)
    columns = {column.key for column in inspect(SurveyResponse).columns}
    assert columns == {"id", "wave_id", "answered_on", "language", "answers", "overall"}
    rows = db.session.query(SurveyResponse).all()
    assert {(row.answered_on, row.language) for row in rows} == {(date(2026, 11, 10), "en")}
    assert [row.answers for row in rows] == [{"care": [2, 5], "bill": [1, None]}] * 6
    kept = {column.key for column in inspect(SurveyInvitation).columns}
    assert kept == {"id", "wave_id", "sha256", "is_used", "hold"}
    links = db.session.query(SurveyInvitation).order_by(SurveyInvitation.id).all()
    hashes = [link.sha256 for link in links]
    assert hashes == sorted(hashes), "the place of a row tells nothing of its place in the list of links"
    assert {(link.is_used, link.hold) for link in links} == {(True, None)}, "which were answered is forgotten"
    assert not any(token in str(hashes) for token in tokens)
    assert "answer" not in " ".join(actions()), "an audit entry would keep the second at which somebody answered"


@pytest.mark.parametrize("has_arrived", [True, False])
def test_a_link_that_something_stopped_in_between_is_never_answered_twice(charted: Flask, has_arrived: bool) -> None:
    number, tokens = opened()
    row = db.session.query(SurveyInvitation).filter_by(sha256=hash_of(tokens[0])).one()
    row.hold = "0" * 64
    db.session.commit()
    given = Kept(NOW.date(), "fr", {"care": [1, 1]})
    if has_arrived:
        put(number, given, "0" * 64)
        assert questionnaire(tokens[0], NOW, sender="s").state == "used"
        with pytest.raises(Conflict, match="one link, one answer"):
            send(tokens[0])
    else:
        assert questionnaire(tokens[0], NOW, sender="s").state == "open", "the link works once more"
        send(tokens[0])
        with pytest.raises(Conflict, match="one link, one answer"):
            put(number, given, "0" * 64)  # what had been given up arrives late
    assert people_in(number) == 1
    again = db.session.query(SurveyInvitation).filter_by(sha256=hash_of(tokens[0])).one()
    assert (again.is_used, again.hold) == (True, None)


def test_an_empty_answer_keeps_the_link(charted: Flask) -> None:
    _, tokens = opened()
    with pytest.raises(Invalid, match="Nothing is answered"):
        send(tokens[0], given={"care": (None, None)})
    send(tokens[0])


def test_links_are_shown_once_and_new_ones_replace_those_not_used(charted: Flask) -> None:
    number, tokens = opened(invitations=5)
    send(tokens[0])
    with pytest.raises(Conflict, match="shown once"):
        issue_links(COMMAND_LINE, NOW, number)
    fresh = issue_links(COMMAND_LINE, NOW, number, again=True)
    assert len(fresh) == 4
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


def test_an_open_link_is_counted_apart_and_speaks_only_by_a_decision(charted: Flask) -> None:
    number, _ = opened(has_open_link=True)
    apart = open_survey_of(number)
    (token,) = issue_links(COMMAND_LINE, NOW, apart)
    assert questionnaire(token, NOW, sender="s").is_open_link
    for _ in range(40):
        send(token, given={"care": (2, 5), "bill": (1, 3)})
    assert (people_in(number), people_in(apart)) == (0, 40)
    for one in (number, apart):
        close_wave(COMMAND_LINE, NOW, one)
    assert [wave.people for wave in heard().kano["care"]] == [0], "of the open link nothing speaks"
    prefer_wave(COMMAND_LINE, NOW + timedelta(days=2), apart, reason="Nobody else was asked.")
    (_, wave) = heard().kano["care"]
    assert (wave.people, wave.known_on) == (40, date(2026, 11, 12))
    more = open_survey_of(opened(name="More", has_open_link=True)[0])
    (token,) = issue_links(COMMAND_LINE, NOW, more)
    for _ in range(20):
        send(token)
    with pytest.raises(TooMany):
        send(token)


def test_a_reminder_names_links_nobody_used_and_never_fewer_than_five(charted: Flask) -> None:
    number, tokens = opened()
    for token in tokens[:4]:
        send(token)
    with pytest.raises(Conflict, match="the list would say who answered"):
        unused_among(COMMAND_LINE, NOW, number, tokens)
    send(tokens[4])
    assert unused_among(COMMAND_LINE, NOW, number, [*tokens, "guessed"]) == frozenset(tokens[5:])
    with pytest.raises(Conflict, match="the list would say who answered"):
        unused_among(COMMAND_LINE, NOW, number, tokens[:9])
    assert actions()[-1] == "survey:remind"


def test_early_answers_stand_beside_late_ones(charted: Flask) -> None:
    number, tokens = opened(invitations=80)
    for at, token in enumerate(tokens):
        send(token, NOW + timedelta(days=at // 20), given={"care": (2, 5) if at < 40 else (1, 3)})
    close_wave(COMMAND_LINE, NOW + timedelta(days=9), number)
    (table,) = results_view.wave(COMMAND_LINE, NOW + timedelta(days=9), number)["beside"]
    assert table["kind"] == "half"
    assert [(one["group"], one["n"], one["unhappy"], one["differs"]) for one in table["lines"]["care"]] == [
        ("early", 40, 100, True), ("late", 40, 0, True),
    ]  # fmt: skip
