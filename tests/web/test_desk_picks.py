"""Picking on the desk: month, unit and filters are an address; the unit is remembered, also without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from charter.models.base import db
from charter.models.records import AuditEntry
from tests.web.world import make_world, sign_in, token_of


@pytest.fixture(scope="module")
def picking(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A world of its own: what is picked here is remembered here."""
    return make_world(Path(tmp_path_factory.mktemp("picking")))


@pytest.fixture
def signed_in(picking: Flask) -> Callable[[str], FlaskClient]:
    return lambda name: sign_in(picking.test_client(), name)


def pick(client: FlaskClient, **form: str) -> tuple[int, str]:
    token = token_of(client.get("/desk").text)
    answer = client.post("/desk", data={"csrf_token": token, **form})
    return answer.status_code, answer.headers.get("Location", "")


def titles(page: str) -> list[str]:
    return re.findall(r'scope="row">\s*<a href="/commitments/([a-z]+)', page)


def test_what_is_picked_becomes_an_address(signed_in: Callable[[str], FlaskClient]) -> None:
    ana = signed_in("ana")
    assert pick(ana, period="2026-09", unit="company", status="", owner="Service bill") == (
        303,
        "/desk?period=2026-09&unit=company&owner=Service+bill",
    )
    assert ana.post("/desk", data={"unit": "company"}).status_code == 400


def test_the_unit_is_remembered_on_any_browser_until_another_is_picked(
    picking: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    pick(signed_in("mia"), unit="west")
    again = signed_in("mia")
    assert '<option value="west" selected>' in again.get("/desk").text
    assert "Région Ouest" in again.get("/commitments").text
    # An address that names a unit shows that one, and changes nothing.
    assert '<option value="company" selected>' in again.get("/desk?unit=company").text
    assert '<option value="west" selected>' in again.get("/desk").text
    pick(again, unit="west")
    with picking.app_context():
        said = select(AuditEntry.before, AuditEntry.after).where(AuditEntry.action == "account:unit")
        told = [tuple(row) for row in db.session.execute(said.where(AuditEntry.actor == "Mia"))]
    assert told == [({"unit": None}, {"unit": "west"})]


def test_a_unit_out_of_reach_is_neither_picked_nor_remembered(signed_in: Callable[[str], FlaskClient]) -> None:
    boris = signed_in("boris")
    assert pick(boris, unit="nice")[0] == 403
    assert pick(signed_in("ana"), unit="atlantis")[0] == 404
    assert '<option value="west" selected>' in boris.get("/desk").text


def test_filters_narrow_the_table_together_and_leave_the_verdict(signed_in: Callable[[str], FlaskClient]) -> None:
    ana = signed_in("ana")
    whole = ana.get("/desk?unit=company&lang=en").text
    assert len(titles(whole)) == 5
    broken = ana.get("/desk?unit=company&lang=en&status=missed").text
    assert titles(broken) == ["bill"]
    assert "1 of 5 commitments shown; the verdict above is of all." in broken
    assert "2 kept, 1 missed, 1 too few cases to say, 1 without figures." in broken
    assert titles(ana.get("/desk?unit=company&status=missed&class=confidence&owner=Service+bill").text) == ["bill"]
    none = ana.get("/desk?unit=company&lang=en&status=missed&class=trust").text
    assert titles(none) == []
    assert "No commitment matches: choose fewer filters." in none


def test_a_filter_that_nobody_offers_is_shown_as_text(signed_in: Callable[[str], FlaskClient]) -> None:
    page = signed_in("ana").get("/desk?unit=company&lang=en&owner=<script>alert(1)</script>")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


def test_the_chain_names_its_weakest_link(signed_in: Callable[[str], FlaskClient]) -> None:
    page = signed_in("ana").get("/desk?unit=company&lang=en").text
    assert "The weakest link: bill (missed)." in page
    assert "Nothing is promised here: back office." in page
    assert re.search(r'class="link gap">.*?Back office', page, re.DOTALL)
