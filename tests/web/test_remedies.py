"""Explaining a miss and running actions in pages: forms, refusals beside their field, hostile words as text."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.world import make_world, sign_in, token_of

EVIL = "<script>alert(1)</script> {{ 7*7 }} <img src=x onerror=alert(1)> שלום مرحبا 🙂"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A world of this module's own, which its tests change."""
    return make_world(Path(tmp_path_factory.mktemp("remedies")))


def post(client: FlaskClient, address: str, **form: str) -> tuple[int, str]:
    """The answer's code and text, redirections followed."""
    answer = client.post(
        address, data={"csrf_token": token_of(client.get(address).text), **form}, follow_redirects=True
    )
    return answer.status_code, answer.text


@pytest.fixture
def mia(own: Flask) -> FlaskClient:
    return sign_in(own.test_client(), "mia")


def test_a_miss_is_explained_and_the_older_words_stay(mia: FlaskClient) -> None:
    where = "/commitments/bill/comment?period=2026-10&lang=en"
    code, page = post(mia, where, text=EVIL)
    assert code == 200
    assert "The comment is saved." in page
    assert escape(EVIL, quote=False) in page
    assert "<img src=x" not in page
    assert "1 earlier comment" in page
    assert "Un relevé sur quatre était estimé." in page
    assert EVIL[:8] not in mia.get("/desk?period=2026-10").text


def test_an_empty_comment_is_refused_beside_its_field(mia: FlaskClient) -> None:
    code, page = post(mia, "/commitments/bill/comment?period=2026-10&lang=fr", text=" ")
    assert code == 400
    assert 'id="text-error">Écrivez ce qui s’est passé\u00a0: un commentaire le dit avec vos mots.' in page
    code, page = post(mia, "/commitments/bill/comment?lang=en", text="é" * 20_001)
    assert (code, "This text has 20001 characters: at most 20000 are saved." in page) == (400, True)
    assert "é" * 20_001 in page
    assert post(mia, "/commitments/answer/comment?lang=en", text="é" * 20_000)[0] == 200


def test_an_action_is_planned_changed_closed_and_reopened(mia: FlaskClient) -> None:
    plan = "/commitments/bill/action?unit=west&period=2026-10&lang=en"
    asked = {"what": EVIL, "expected": EVIL, "owner": EVIL[:150], "due_on": "2026-12-15"}
    for name, said in (("what", "Write what will be done."), ("due_on", "Choose a day")):
        code, page = post(mia, plan, **(asked | {name: ""}))
        assert (code, said in page) == (400, True)
        assert escape(EVIL, quote=False) in page or name == "what"
    code, page = post(mia, plan, **asked)
    assert (code, "The action is planned." in page) == (200, True)
    assert page.count("<script>alert") == 0
    code, page = post(mia, plan, what="", owner="", due_on="", expected="?" * 9)
    assert re.findall(r'<li><a href="#(\w+)"', page) == ["what", "owner", "due_on"], "all at once, in their order"
    assert (code, "?" * 9 in page) == (400, True), "what was typed is still there"
    number = "/actions/3"
    assert escape(EVIL[:100], quote=False) in mia.get("/actions?lang=en").text
    assert post(mia, number, do="change", owner="Ouest", due_on="2026-12-20", reason="Plus de temps")[0] == 200
    assert post(mia, number, do="change", owner="Ouest", due_on="2026-12-20", reason="Encore")[0] == 400
    code, page = post(
        mia, number, do="close", done_on="2026-11-06", rebase="1", rebase_period="2026-13", rebase_reason="a"
    )
    assert (code, "2026-13" in page) == (400, True)
    code, page = post(mia, number, do="close", done_on="mardi")
    assert (code, "mardi is not a day" in page or "mardi n" in page) == (400, True)
    code, page = post(
        mia, number, do="close", done_on="2026-11-06", rebase="1", rebase_period="2026-10", rebase_reason=EVIL
    )
    assert (code, "Too early to tell" in page) == (200, True)
    chart = mia.get("/commitments/bill?unit=west&lang=en").text
    assert "Mean and limits are recalculated from October" in chart
    assert "c-rebase" in chart
    code, page = post(mia, number, do="reopen", reason="")
    assert (code, "reopened with a reason" in page) == (400, True)
    assert post(mia, number, do="reopen", reason="Pas fini")[0] == 200
    assert post(mia, number, do="burn")[0] == 400


def test_limits_are_set_anew_and_lifted_by_page(mia: FlaskClient) -> None:
    where = "/commitments/answer/limits?lang=en"
    lift = {"indicator": "answered", "rebase_period": "2026-09", "do": "lift"}
    assert post(mia, where, **lift, rebase_reason="")[0] == 400
    code, page = post(mia, where, **lift, rebase_reason="L'outil est parti.")
    assert (code, "recalculated from September" in page) == (200, False)
    code, page = post(mia, where, indicator="answered", rebase_period="2026-08", rebase_reason="Un autre outil")
    assert (code, "recalculated from August" in page) == (200, True)


def test_each_does_what_is_theirs(own: Flask) -> None:
    carl = sign_in(own.test_client(), "carl")
    assert post(carl, "/commitments/bill/comment?lang=en", text="Chez nous, rien.")[0] == 200
    token = token_of(carl.get("/commitments/bill/comment").text)
    given = {"csrf_token": token, "text": "a", "do": "close", "what": "a"}
    assert carl.post("/commitments/bill/comment?unit=nice", data=given).status_code == 403
    assert carl.post("/actions/1", data=given).status_code == 403
    dan = sign_in(own.test_client(), "dan")
    given["csrf_token"] = token_of(dan.get("/account").text)
    assert dan.post("/commitments/bill/comment", data=given).status_code == 403
    assert dan.post("/commitments/bill/limits", data=given).status_code == 403
    assert dan.post("/actions/1", data=given).status_code == 403
    assert "Close it" not in dan.get("/actions/1?lang=en").text


def test_forms_without_their_token_are_refused(own: Flask) -> None:
    carl = sign_in(own.test_client(), "carl")
    assert carl.post("/commitments/bill/comment", data={"text": "a"}).status_code == 400


def test_the_desk_says_who_acts(mia: FlaskClient) -> None:
    page = mia.get("/desk?period=2026-10&lang=en").text
    assert "Facturation, <a" in page
    assert "late since 31" in page
