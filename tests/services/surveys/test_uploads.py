"""A file of answers: read, looked at, its sender forgotten, refused where it does not do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.surveys import SurveyUpload
from charter.services.surveys.columns import Asked
from charter.services.surveys.imports import import_answers
from charter.services.surveys.uploads import discard_answers, preview_answers, send_answers
from tests.services.surveys.test_waves import ASKED, MIA
from tests.services.world import NOW

FILE = (
    "Répondant;Attribut;Fonctionnel;Dysfonctionnel\n"
    + "".join(f"r{n};care;2;5\nr{n};Une facture juste;1;3\n" for n in range(40))
    + "r1;care;2;5\nr99;care;7;1\nr98;care;;5\nr97;Autre chose;1;1\n"
)


def sent(text: str = FILE, asked: Asked = ASKED, encoding: str = "cp1252") -> int:
    return send_answers(MIA, NOW, text.encode(encoding), "réponses.csv", asked)


def test_who_answered_is_gone_before_the_file_is_kept(charted: Flask) -> None:
    number = sent()
    content = db.session.get(SurveyUpload, number).content  # type: ignore[union-attr]
    assert b"r97" not in content
    import_answers(MIA, NOW, number, mapping={"Autre chose": "-"}, leave_refused=True)
    assert db.session.get(SurveyUpload, number).content == b""  # type: ignore[union-attr]


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
