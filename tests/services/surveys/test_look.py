"""A large file of answers: how it looks is kept with it, and said again in long work by places on the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.surveys import SurveyUpload
from charter.services.surveys import look
from charter.services.surveys.columns import Asked
from charter.services.surveys.imports import import_answers
from charter.services.surveys.uploads import MOST_AT_HAND, preview_answers, send_answers
from charter.sources.apart import AT_HAND, TooMuch
from tests.services.surveys.test_uploads import FILE, sent
from tests.services.surveys.test_waves import ASKED, MIA
from tests.services.world import NOW

WIDE = "Horodateur,Q1,Q2,Q3,Poids\n" + "".join(
    f"2026-05-04,{'Plutôt bien' if n % 2 else 1},{5 if n % 3 else 99},3,2\n" for n in range(40)
)


def wide() -> int:
    return send_answers(MIA, NOW, WIDE.encode(), "google.csv", Asked("kano", "Told", ASKED.asked_on))


def looked(number: int) -> look.Seen:
    look.keep_look(MIA, NOW, number)
    return look.see_answers(MIA, NOW, number)


def test_what_takes_long_is_not_understood_while_somebody_waits(charted: Flask) -> None:
    lines = "care;2;5;;\n" * (MOST_AT_HAND // 5 + 1)
    text = f"attribute;functional;dysfunctional;a;b\n{lines}"
    with pytest.raises(TooMuch):
        send_answers(MIA, NOW, text.encode(), "long.csv", ASKED, patience=AT_HAND)
    assert db.session.query(SurveyUpload).count() == 0


@pytest.mark.parametrize("is_wide", [False, True])
def test_what_is_kept_is_what_would_be_worked_out(charted: Flask, is_wide: bool) -> None:
    number = wide() if is_wide else sent()
    before = look.see_answers(MIA, NOW, number)
    kept = looked(number)
    assert (before.is_long, kept.is_long) == (False, True)
    assert kept.digest == before.digest
    assert kept.look is not None
    assert before.look is not None
    assert (kept.look.columns, kept.look.words, kept.look.waves) == (
        before.look.columns, before.look.words, before.look.waves,
    )  # fmt: skip
    assert [str(one.error) for one in kept.look.refused] == [str(one.error) for one in before.look.refused]
    assert str(kept.look.error) == str(before.look.error)


def test_columns_and_words_are_told_by_their_places(charted: Flask) -> None:
    number = wide()
    seen = looked(number)
    assert seen.look is not None
    places = {one.label: str(at) for at, one in enumerate(seen.look.columns, 1)}
    parts = {places["Q1"]: "kept:bill", places["Q2"]: "not-kept:bill", "99": "kept:care"}
    said = {"look": seen.digest, "parts": parts, "levels": {}, "dates": ""}
    look.tell_and_look(MIA, NOW, number, said)
    with pytest.raises(Conflict, match="looked at again since"):
        look.tell_and_look(MIA, NOW, number, said)
    again = look.see_answers(MIA, NOW, number)
    assert again.look is not None
    words = {one.text: str(at) for at, one in enumerate(again.look.words, 1)}
    assert set(words) == {"Plutôt bien", "99"}
    levels = {words["Plutôt bien"]: "2", words["99"]: ""}
    look.tell_and_look(MIA, NOW, number, {"look": again.digest, "parts": {}, "levels": levels, "dates": ""})
    (wave,) = look.see_answers(MIA, NOW, number).look.waves  # type: ignore[union-attr]
    assert wave.people == 40


def test_names_that_do_not_do_are_told_without_them(charted: Flask) -> None:
    number = sent()
    seen = look.see_answers(MIA, NOW, number, ["care", "care", "-"])
    assert seen.refusal is not None
    assert "Two names of the file stand for care" in str(seen.refusal)
    seen = look.see_answers(MIA, NOW, number, ["care", "bill", "-"])
    assert (seen.refusal, list(seen.look.attributes.values())) == (  # type: ignore[union-attr]
        None, ["care", "bill", "-"],
    )  # fmt: skip
    look.tell_and_look(MIA, NOW, number, {"stand_for": ["care", "bill", "-"]})
    kept = look.see_answers(MIA, NOW, number)
    assert kept.look is not None
    assert list(kept.look.attributes.values()) == ["care", "bill", "-"]
    with pytest.raises(Invalid, match="Two names"):
        look.tell_and_look(MIA, NOW, number, {"stand_for": ["care", "care", "-"]})


def test_what_is_kept_is_its_senders_holds_no_name_and_goes_with_the_file(charted: Flask) -> None:
    number = sent()
    looked(number)
    assert b"r97" not in db.session.get_one(SurveyUpload, number).content
    with pytest.raises(NotFound):
        look.see_answers(Actor("Max", Role.MANAGER), NOW, number)
    later = NOW + timedelta(hours=2)
    assert look.see_answers(MIA, later, number).look is None
    for ask in (lambda: look.keep_look(MIA, later, number), lambda: look.tell_and_look(MIA, later, number, {})):
        with pytest.raises(Conflict, match="left too long"):
            ask()
    rows = preview_answers(MIA, NOW, number).rows
    assert rows == FILE.count("\n") - 1
    import_answers(MIA, NOW, number, mapping={"Autre chose": "-"}, leave_refused=True)
    assert db.session.get_one(SurveyUpload, number).content == b""
