"""Sixty promises, few cases: what is read first stands open, the rest is one line that opens, nothing is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.long_world import PROMISES, make_long_world
from tests.web.world import sign_in

TAG = re.compile(r"(<details\b[^>]*>|</details>)")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_long_world(Path(tmp_path_factory.mktemp("long")))


@pytest.fixture(scope="module")
def ana(app: Flask) -> FlaskClient:
    return sign_in(app.test_client(), "ana")


def rows_of(html: str, pattern: str) -> tuple[list[str], list[str]]:
    """What a pattern finds open at once, and folded under a line with others."""
    parts: tuple[list[str], list[str]] = ([], [])
    stack: list[bool] = []
    for piece in TAG.split(html):
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
        ("/embed?unit=aubin", r"<li><span>(\d+)\. "),
    ],
)
def test_what_is_below_its_level_stands_open_and_every_promise_is_there_once(
    app: Flask, address: str, pattern: str
) -> None:
    page = app.test_client().get(f"{address}&lang=fr").text
    shown, folded = rows_of(page, pattern)
    assert len(set(shown) | set(folded)) == len(shown) + len(folded) == PROMISES
    assert 0 < len(shown) <= 24, shown
    assert all((int(name.lstrip("p")) - (0 if name.startswith("p") else 1)) % 3 == 0 for name in shown), shown
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
    assert page.count('scope="row"') == 50
    for name in ("From whom to whom", "Touchpoint", "Components of trust"):
        assert name not in page, name


def test_indicators_of_one_title_are_told_apart_by_their_promise(ana: FlaskClient) -> None:
    for language, form in (("fr", "n°\u00a0{} · Juste d’emblée"), ("en", "no. {} · Right at once")):
        page = ana.get(f"/checks?lang={language}").text
        names = re.findall(r'scope="row"><a[^>]*>([^<]+)</a>', page)
        assert len(set(names)) == len(names) == 50
        assert form.format(1) in names
        assert f"{form.format(60)}</option>" in page
