"""A large file of answers is looked at by a process of its own, and says what a small one says."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.models.base import db
from charter.models.surveys import SurveyUpload
from charter.services.surveys import look
from charter.services.surveys.look import is_large, look_at_answers, names_of
from charter.services.surveys.uploads import LEFT_OUT, discard_answers, preview_answers
from tests.services.surveys.test_uploads import MIA, sent
from tests.services.world import NOW


def test_a_large_file_says_what_a_small_one_says(charted: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number = sent()
    assert (is_large(MIA, number), names_of(MIA, number)) == (False, ["care", "Une facture juste", "Autre chose"])
    monkeypatch.setattr(look, "AT_ONCE", 10)
    for mapping in ({}, {"Autre chose": "bill", "Une facture juste": LEFT_OUT}):
        here = preview_answers(MIA, NOW, number, mapping)
        apart = look_at_answers(MIA, NOW, number, mapping)
        for name in ("rows", "ignored", "has_respondents", "attributes", "people", "missing", "refused_count"):
            assert getattr(apart, name) == getattr(here, name), name
        told = [(one.name, one.asked_on, len(one.people), one.whole, one.wordings) for one in apart.groups]
        assert told == [(one.name, one.asked_on, len(one.people), one.whole, one.wordings) for one in here.groups]
        assert [one.line for one in apart.refused] == [one.line for one in here.refused]


def test_what_a_file_calls_promises_goes_with_it(charted: Flask) -> None:
    number = sent()
    discard_answers(MIA, NOW, number)
    assert "attributes" not in db.session.get_one(SurveyUpload, number).choices
