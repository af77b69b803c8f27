"""Sign-in by the house's own sign-on: believed from named proxies alone, given what the rules give, ended with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.sign_on import Given, read_rules, rights_given
from charter.domain.vocabulary.terms import Role
from charter.factory import create_app
from charter.models.base import db
from charter.models.people import Contact, Person
from charter.models.records import AuditEntry
from charter.services.people import accounts
from charter.services.verification.verify import verify
from config import PROJECT, Settings, SettingsError
from tests.web.world import NOW, PASSWORD, make_settings, make_world, sign_in, token_of

RULES = """
[headers]
email = "X-Remote-Email"
name = "X-Remote-Name"
groups = "X-Remote-Groups"
site = "X-Remote-Site"
[[rules]]
groups = "directors"
role = "director"
[[rules]]
groups = ["site-managers", "deputies"]
role = "contributor"
units_from = "site"
[[rules]]
groups = "owners"
role = "manager"
units = ["west"]
owner = "Service bill"
"""
PROXY = {"REMOTE_ADDR": "10.9.8.7"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    own = {"SIGN_ON_HEADER": "X-Remote-User", "SIGN_ON_PROXIES": "10.9.8.0/24", "SIGN_ON_RULES": RULES}
    own |= {"SIGN_ON_SIGN_OUT": "/oauth2/sign_out"}
    return make_world(Path(tmp_path_factory.mktemp("house")), sign_on=own, proxies=1)


def come(client: FlaskClient, who: str, groups: str = "", address: str = "/sign-in", **more: Any) -> TestResponse:
    headers = {"X-Remote-User": who, "X-Remote-Email": f"{who}@example.org", "X-Remote-Name": who.title()}
    headers |= {"X-Remote-Groups": groups} | more.pop("headers", {})
    # A visitor behind the proxy: what it says of them is not where the connection comes from.
    headers |= {"X-Forwarded-For": "203.0.113.9"}
    return client.get(address, headers=headers, environ_overrides=more.pop("environ", PROXY))


def person(app: Flask, who: str) -> Person | None:
    with app.app_context():
        db.session.expire_all()
        return db.session.execute(select(Person).where(Person.email == f"{who}@example.org")).scalar_one_or_none()


def test_the_first_sign_in_makes_the_account_that_the_rules_give(house: Flask) -> None:
    client = house.test_client()
    asked = come(client, "nora", "staff, directors", "/commitments/bill?unit=west")
    answer = come(client, "nora", "staff, directors", asked.headers["Location"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/commitments/bill?unit=west")
    assert come(client, "nora", "staff, directors", "/desk").status_code == 200
    made = person(house, "nora")
    assert made is not None
    assert (made.role, made.units, made.name) == ("director", [], "Nora")
    with house.app_context():
        entry = db.session.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).scalar_one()
        assert (entry.actor, entry.subject) == ("single sign-on", "nora@example.org")


@pytest.mark.parametrize("environ", [{"REMOTE_ADDR": "10.9.9.7"}, {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": ""}])
def test_nobody_else_is_believed(house: Flask, environ: dict[str, str]) -> None:
    client = house.test_client()
    forged = {"X-Forwarded-For": "10.9.8.7"}
    assert come(client, "mallory", "directors", environ=environ, headers=forged).status_code == 200
    assert come(client, "mallory", "directors", "/desk", environ=environ).status_code == 302
    assert person(house, "mallory") is None


def test_rights_go_with_the_claims_and_the_session_with_them(house: Flask) -> None:
    client = house.test_client()
    site = {"X-Remote-Site": "vannes"}
    come(client, "omar", "site-managers", headers=site)
    assert come(client, "omar", "site-managers", "/desk?unit=vannes", headers=site).status_code == 200
    assert come(client, "omar", "site-managers", "/desk?unit=nice", headers=site).status_code == 403
    moved = {"X-Remote-Site": "nice"}
    assert come(client, "omar", "site-managers", "/desk", headers=moved).status_code == 302
    assert come(client, "omar", "site-managers", headers=moved).status_code == 303
    found = person(house, "omar")
    assert found is not None
    assert found.units == ["nice"]
    # Nothing is given any more: the next request is a visitor's, the account is closed, and opens again with a group.
    assert come(client, "omar", "staff", "/desk").status_code == 302
    refused = come(client, "omar", "staff")
    assert refused.status_code == 403
    assert "omar@example.org" in refused.text
    closed = person(house, "omar")
    assert closed is not None
    assert not closed.is_active
    assert come(client, "omar", "directors").status_code == 303
    again = person(house, "omar")
    assert again is not None
    assert (again.role, again.units, again.is_active) == ("director", [], True)
    with house.app_context():
        assert verify(COMMAND_LINE)["breaks"] == []


def test_a_missing_header_ends_the_session(house: Flask) -> None:
    client = house.test_client()
    come(client, "rita", "directors")
    assert client.get("/desk", environ_overrides=PROXY).status_code == 302
    assert come(client, "rita", "directors", "/desk").status_code == 302


def test_units_that_are_not_there_never_give_the_whole(house: Flask) -> None:
    for site in ({}, {"X-Remote-Site": "nowhere"}):
        assert come(house.test_client(), "sam", "site-managers", headers=site).status_code == 403
    assert person(house, "sam") is None


def test_the_owner_that_the_rules_give_is_answered_for(house: Flask) -> None:
    come(house.test_client(), "ugo", "owners")
    found = person(house, "ugo")
    assert found is not None
    with house.app_context():
        contact = db.session.get(Contact, found.id)
        assert (found.role, found.units) == ("manager", ["west"])
        assert contact is not None
        assert contact.answers_for == ["Service bill"]


def test_what_was_opened_or_closed_by_hand_stays_so(house: Flask) -> None:
    assert come(house.test_client(), "clara", "directors").status_code == 303
    clara = person(house, "clara")
    assert clara is not None
    assert clara.role == "frontline"
    come(house.test_client(), "vera", "directors")
    vera = person(house, "vera")
    assert vera is not None
    with house.app_context():
        accounts.change_account(COMMAND_LINE, NOW, vera.id, name="Vera", role=Role.DIRECTOR, units=(), is_active=False)
    assert come(house.test_client(), "vera", "directors").status_code == 403


def test_no_password_opens_such_an_account(house: Flask) -> None:
    come(house.test_client(), "wim", "directors")
    client = house.test_client()
    for password in ("sign-on", "sign-on:left", PASSWORD):
        token = token_of(client.get("/sign-in").text)
        form = {"email": "wim@example.org", "password": password, "csrf_token": token}
        assert client.post("/sign-in", data=form).status_code == 400


def test_signing_out_goes_on_to_the_house(house: Flask) -> None:
    client = house.test_client()
    come(client, "xena", "directors")
    token = token_of(come(client, "xena", "directors", "/account").text)
    headers = {"X-Remote-User": "xena", "X-Remote-Email": "xena@example.org", "X-Remote-Name": "Xena"}
    headers |= {"X-Remote-Groups": "directors"}
    answer = client.post("/sign-out", data={"csrf_token": token}, headers=headers, environ_overrides=PROXY)
    assert answer.headers["Location"] == "/oauth2/sign_out"
    assert come(client, "xena", "directors", "/desk").status_code == 302


def test_passwords_can_be_turned_off(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(house.extensions["settings"], password_sign_in=False)
    client = house.test_client()
    token = token_of(client.get("/sign-in").text)
    monkeypatch.setitem(house.extensions, "settings", own)
    assert 'name="password"' not in client.get("/sign-in").text
    form = {"email": "ana@example.org", "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=form).status_code == 403
    monkeypatch.undo()
    assert sign_in(house.test_client(), "ana").get("/desk").status_code == 200


@pytest.mark.parametrize(
    "text",
    ["", "[[rules]]\n", "[[rules]]\nrole = 'king'", "[[rules]]\nrole = 'founder'", "a = 1\n[[rules]]\nrole='admin'",
     "[[rules]]\nrole='admin'\nunits=[1]",
     "[headers]\na=1\n[[rules]]\nrole='admin'", "[[rules]]\nrole='manager'\nunits=['a']\nunits_from='b'", "role ="],
)  # fmt: skip
def test_rules_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_rules(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[rules]]\nprovider = 'crop'\nrole = 'admin'",
         "Rule 1 of the single sign-on names the provider crop; there is: none."),
        ("[headers]\nsite = 'X-Site'\n[[rules]]\nrole = 'admin'\n[[rules]]\ngroup = 'a'\nrole = 'manager'",
         "Rule 2 of the single sign-on asks for group, which no header below [headers] holds."),
        ("[[rules]]\nrole = 'manager'\nunits_from = 'site'",
         "Rule 1 of the single sign-on asks for site, which no header below [headers] holds."),
    ],
)  # fmt: skip
def test_a_rule_that_can_never_fit_is_told(text: str, told: str) -> None:
    """It would let nobody in, and say nothing."""
    with pytest.raises(Invalid) as refusal:
        read_rules(text)
    assert str(refusal.value) == told


def test_rules_that_are_none_stop_the_start(tmp_path: Path) -> None:
    own = {"SIGN_ON_HEADER": "X-Remote-User", "SIGN_ON_PROXIES": "::1", "SIGN_ON_RULES": "[[rules]]\nrole = 'king'"}
    with pytest.raises(SettingsError, match=r"SIGN_ON_RULES: Rule 1 of the single sign-on"):
        create_app(make_settings(tmp_path, sign_on=own))


def test_the_first_rule_that_fits_decides() -> None:
    rules = read_rules((PROJECT / "deploy/sign-on.toml").read_text(encoding="utf-8"))
    assert rights_given(rules, {"groups": ["executive-committee", "site-managers"]}) == Given(Role.DIRECTOR)
    assert rights_given(rules, {"groups": ["site-managers"], "site": ["lyon"]}) == Given(Role.CONTRIBUTOR, ("lyon",))
    assert rights_given(rules, {"groups": ["site-managers"]}) is None
    assert rights_given(rules, {}) == Given(Role.FRONTLINE)


@pytest.mark.parametrize("alone", [{"SIGN_ON_PROXIES": "10.0.0.1"}, {"SIGN_ON_SIGN_OUT": "/out"}])
def test_what_only_a_header_needs_is_not_set_without_it(tmp_path: Path, alone: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=rf"^{next(iter(alone))} is given without SIGN_ON_HEADER: give both\.$"):
        create_app(Settings.from_environment({"VAR_FOLDER": str(tmp_path), **alone}))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SIGN_ON_HEADER": "X-Remote-User"}, "give all three"),
        ({"PASSWORD_SIGN_IN": "off"}, "leaves no way in"),
        ({"SIGN_ON_PROXIES": "10.0.0.1/8", "SIGN_ON_RULES": "/dev/null"}, "addresses or networks"),
        ({"SIGN_ON_PROXIES": "10.0.0.1", "SIGN_ON_RULES": "/no/such/file"}, "cannot be read"),
        ({"SIGN_ON_PROXIES": "::1", "SIGN_ON_RULES": "/dev/null", "SIGN_ON_SIGN_OUT": "//x"}, "a path of this host"),
        # gunicorn passes on no header with a blank or a _: nobody could sign in.
        ({"SIGN_ON_HEADER": "X Remote User"}, "the name of a header"),
        ({"SIGN_ON_HEADER": "X_Remote_User"}, "the name of a header"),
    ],
)
def test_a_sign_on_is_whole_or_none(tmp_path: Path, given: dict[str, str], said: str) -> None:
    header = {} if "PASSWORD_SIGN_IN" in given else {"SIGN_ON_HEADER": "X-Remote-User"}
    with pytest.raises(SettingsError, match=said):
        create_app(Settings.from_environment({"VAR_FOLDER": str(tmp_path), **header, **given}))
