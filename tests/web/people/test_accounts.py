"""Accounts on pages: opened, changed, closed; a password that changes signs the old sessions out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.world import PASSWORD, sign_in


def token(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]*)"', page)
    assert found
    return {"csrf_token": found[1]}


def test_an_account_is_opened_used_changed_and_closed(app: Flask, as_person: Callable[[str], FlaskClient]) -> None:
    adam = as_person("adam")
    wanted = {"name": "Zoé", "email": "zoe@example.org", "password": PASSWORD, "role": "contributor", "units": "nice"}
    said = token(adam.get("/accounts/new").text)
    refused = adam.post("/accounts/new", data=said | wanted | {"password": "short"})
    assert (refused.status_code, 'id="password-error"' in refused.text, 'value="Zoé"' in refused.text) == (
        400,
        True,
        True,
    )
    assert adam.post("/accounts/new", data=said | wanted).location == "/accounts"
    zoe = sign_in(app.test_client(), "zoe")
    assert zoe.get("/desk?unit=nice").status_code == 200
    assert "Nice" in re.findall(r"<h1>([^<]*)", zoe.get("/").text)[0], "her own site opens first"
    assert zoe.get("/desk?unit=vannes").status_code == 403
    own = {"old": PASSWORD, "password": "my own and only one"}
    other = sign_in(app.test_client(), "zoe")
    changed = zoe.post("/account/password", data=token(zoe.get("/account/password").text) | own)
    assert changed.location == "/account"
    assert zoe.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    number = re.search(r'/accounts/(\d+)">Zoé', adam.get("/accounts").text)
    assert number
    closed = {"name": "Zoé", "role": "contributor", "units": "nice"}
    assert adam.post(f"/accounts/{number[1]}/rights", data=said | closed).status_code == 303
    assert zoe.get("/account").status_code == 302


def test_every_fault_of_a_new_account_is_told_at_once(as_person: Callable[[str], FlaskClient]) -> None:
    client = as_person("adam")
    wrong = {"name": " ", "email": "nowhere", "password": "short", "role": "auditor"}
    page = client.post("/accounts/new", data=token(client.get("/account").text) | wrong)
    assert page.status_code == 400
    assert re.findall(r'<li><a href="#(\w+)"', page.text) == ["name", "email", "password"]
    assert re.findall(r'id="(\w+)-error"', page.text) == ["name", "email", "password"]


@pytest.mark.parametrize("name", ["ana", "mia", "boris", "dan", "clara"])
def test_nobody_else_touches_accounts(as_person: Callable[[str], FlaskClient], name: str) -> None:
    client = as_person(name)
    said = token(client.get("/account").text)
    for address in ("/accounts/new", "/accounts/1/rights", "/accounts/1/password"):
        assert client.post(address, data=said | {"password": PASSWORD, "role": "admin"}).status_code == 403


def test_without_a_mail_server_the_link_is_shown_once_and_opens_the_account(
    app: Flask, as_person: Callable[[str], FlaskClient]
) -> None:
    adam = as_person("adam")
    wanted = {"name": "Lea", "email": "lea@example.org", "password": "", "role": "contributor", "units": "nice"}
    shown = adam.post("/accounts/new", data=token(adam.get("/accounts/new").text) | wanted)
    assert shown.status_code == 200
    found = re.search(r'value="[^"]*(/invitation/[^"]+)"', shown.text)
    assert found
    lea = app.test_client()
    page = lea.get(found[1])
    assert ("Lea" in page.text, page.headers["Cache-Control"]) == (True, "no-store")
    short = lea.post(found[1], data=token(page.text) | {"password": "short"})
    assert (short.status_code, 'id="password-error"' in short.text) == (400, True)
    chosen = lea.post(found[1], data=token(page.text) | {"password": "my own and only one"})
    assert chosen.status_code == 302 or chosen.status_code == 303
    assert lea.get("/desk?unit=nice").status_code == 200
    used = app.test_client().get(f"{found[1]}?lang=en")
    assert (used.status_code, "<h1>This link has run out</h1>" in used.text) == (404, True), "it holds once"
    assert 'href="/sign-in"' in used.text, "whoever has chosen a password goes on from there"
