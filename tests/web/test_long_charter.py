"""Sixty promises, few cases: what is read first stands open, the rest is one line that opens, nothing is left out."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.long_world import PROMISES, make_long_world
from tests.web.world import sign_in, token_of

TAG = re.compile(r"(<details\b[^>]*>|</details>)")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_long_world(Path(tmp_path_factory.mktemp("long")))


@pytest.fixture(scope="module")
def ana(app: Flask) -> FlaskClient:
    return sign_in(app.test_client(), "ana")


def rows_of(page: str, pattern: str) -> tuple[list[str], list[str]]:
    """What a pattern finds open at once, and folded under a line with others."""
    parts: tuple[list[str], list[str]] = ([], [])
    stack: list[bool] = []
    for piece in TAG.split(page):
        if piece.startswith("<details"):
            stack.append('class="fold' in piece)
        elif piece == "</details>":
            stack.pop()
        parts[any(stack)].append(piece)
    shown, folded = (re.findall(pattern, "".join(part)) for part in parts)
    return shown, folded


@pytest.mark.parametrize(
    ("address", "pattern"),
    [
        ("/?unit=aubin", r'id="title-(p\d\d)"'),
        ("/poster?unit=aubin", r'id="title-(p\d\d)"'),
        ("/embed?unit=aubin", r'id="title-(p\d\d)"'),
    ],
)
def test_what_is_below_its_level_stands_open_and_every_promise_is_there_once(
    app: Flask, address: str, pattern: str
) -> None:
    page = app.test_client().get(f"{address}&lang=fr").text
    shown, folded = rows_of(page, pattern)
    assert len(set(shown) | set(folded)) == len(shown) + len(folded) == PROMISES
    assert 0 < len(shown) <= 24, shown
    assert all(int(name.removeprefix("p")) % 3 == 0 for name in shown), shown
    stones = re.findall(r'<a href="#title-(p\d\d)" aria-label="[^"]+"', page)
    assert set(stones) == set(shown) | set(folded), "each stone leads to its promise on the same page"
    for said in ("dont on ne peut pas le dire", "tenus"):
        assert said in "".join(re.findall(r"<summary>.*?</summary>", page, re.S)), said
    in_english = app.test_client().get(f"{address}&lang=en").text
    assert "of which it cannot be said" in in_english


def test_the_classes_of_a_long_charter_begin_with_those_that_call_for_somebody(ana: FlaskClient) -> None:
    page = ana.get("/classification?lang=fr").text
    pattern = r'<th role="rowheader" scope="row"><a href="/classification\?commitment=(p\d\d)'
    shown, folded = rows_of(page, pattern)
    assert (len(shown), len(shown) + len(folded)) == (8, PROMISES)
    assert "52 autres à revoir" in page
    assert "La carte est vide" in page
    assert '<svg class="chart map' not in page
    grouped, none = rows_of(ana.get("/classification?lang=fr&by=class").text, pattern)
    assert (len(grouped), none) == (50, [])
    searched, none = rows_of(ana.get("/classification?lang=fr&q=60").text, pattern)
    assert (searched, none) == (["p59"], [])


def test_a_column_of_a_long_list_that_says_one_thing_is_left_out(ana: FlaskClient) -> None:
    page = ana.get("/commitments?lang=en").text
    assert page.count('scope="row"') == PROMISES
    for name in ("From whom to whom", "Touchpoint", "Components of trust"):
        assert name not in page, name


def test_the_promises_of_a_long_charter_begin_with_those_that_call_for_somebody(ana: FlaskClient) -> None:
    pattern = r'<a href="/commitments/(p\d\d)\?'
    page = ana.get("/commitments?lang=fr").text
    shown, folded = rows_of(page, pattern)
    assert (len(shown), len(set(shown) | set(folded))) == (8, PROMISES)
    assert all(int(name.removeprefix("p")) % 3 == 0 for name in shown), "those that are missed"
    assert "20 tenus, comme le mois précédent" in page
    for asked, count in (("by=status", 50), ("page=2", 10), ("q=Service 0 sujet 18", 1)):
        found, none = rows_of(ana.get(f"/commitments?lang=fr&{asked}").text, pattern)
        assert (len(found), none) == (count, []), asked
    assert "q=Service&amp;page=2" in ana.get("/commitments?lang=fr&q=Service").text


def test_many_alerts_are_a_few_and_a_line_that_opens(ana: FlaskClient) -> None:
    page = ana.get("/alerts?lang=fr").text
    shown, folded = rows_of(page, r'<li id="alert-(\d+)"')
    assert (len(shown), len(folded)) == (8, 12)
    assert "12 alertes de plus" in page
    assert 'class="group-name"' not in page, "an alert names its promise: one alone needs no heading"
    assert page.count("n°\u00a055</span>") == 1
    grouped = ana.get("/alerts?lang=fr&by=owner").text
    assert re.findall(r'class="group-name"><span>([^<]+)<', grouped)


def test_many_alerts_are_answered_together_and_taken_back(app: Flask) -> None:
    mia = sign_in(app.test_client(), "ana")
    token = token_of(mia.get("/alerts?lang=fr").text)

    def send(**form: str) -> TestResponse:
        return mia.post("/alerts/answers", data=form | {"csrf_token": token})

    odd = send(all="19", do="acknowledge")
    assert odd.status_code == 400
    assert "rien n’a reçu de réponse" in odd.text, "there are twenty: nobody answers what they have not seen"
    some = send(all="1", q="Answered within 5", do="pause", until="2026-11-30")
    assert some.status_code == 400
    done = send(all="20", do="acknowledge", place="", state="open")
    assert (done.status_code, done.location) == (303, "/alerts?state=open")
    page = mia.get("/alerts?lang=fr").text
    assert "20 alertes" in page
    (together,) = re.findall(r'href="(/alerts\?state=acknowledged&amp;acted_at=[^"]+)"', page)
    page = mia.get(html.unescape(together)).text
    assert 'name="all" value="20" checked' in page
    acted_at = re.findall(r'name="acted_at" value="([^"]+)"', page)[0]
    back = send(all="20", do="rearm", state="acknowledged", acted_at=html.unescape(acted_at))
    assert back.status_code == 303
    assert "20 alertes sont rouvertes" in mia.get(back.location).text
    assert "20 alertes sont ouvertes" in mia.get("/alerts?lang=fr").text


def test_indicators_of_one_title_are_told_apart_by_their_promise(ana: FlaskClient) -> None:
    for language, form in (("fr", "n°\u00a0{} · Juste d’emblée"), ("en", "no. {} · Right at once")):
        page = ana.get(f"/checks?lang={language}").text
        names = re.findall(r'scope="row"><a[^>]*>([^<]+)</a>', page)
        assert len(set(names)) == len(names) == 50
        assert form.format(1) in names
        assert f"{form.format(60)}</option>" in page
