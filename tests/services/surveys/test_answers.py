"""Links of a questionnaire: one answer each, nothing of a person kept, searches slowed down."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.surveys import SurveyInvitation, SurveyResponse
from charter.services.people.rate_limit import TooMany
from charter.services.surveys.answers import issue_links, questionnaire
from tests.services.surveys.test_waves import actions, opened, send
from tests.services.world import NOW


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
