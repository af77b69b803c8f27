"""Sign-in by an OpenID provider: a real one on this machine, which tells who somebody is and when they are out."""

from __future__ import annotations

import base64
import hashlib
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask
import oidc_provider_mock
import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwk, jwt
from oidc_provider_mock._server import _threaded_server
from sqlalchemy import select
from werkzeug.test import TestResponse

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.providers import Provider, email_of, flat_claims
from charter.domain.vocabulary.sign_on import read_rules
from charter.domain.vocabulary.terms import Role
from charter.factory import create_app
from charter.models.base import db
from charter.models.people import Contact, KnownAs, Person, SignedIn
from charter.services.people import accounts
from charter.services.verification.verify import verify
from config import PROJECT, SettingsError
from tests.web.world import NOW, PASSWORD, make_settings, make_world, token_of

# The provider is made on an older form of its own library.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")

RULES = """
[[providers]]
key = "corp"
name = {{en = "Example Corp", fr = "Exemple SA"}}
issuer = "{issuer}"
client = "promesse"
secret = "env:CORP_SECRET"
trusts_email = false
again_after = 30
[[providers]]
key = "partner"
name = "Partner"
issuer = "http://127.0.0.1:9"
client = "promesse"
[[rules]]
provider = "corp"
"realm.roles" = "directors"
role = "director"
[[rules]]
groups = ["site-managers"]
role = "contributor"
units_from = "site"
[[rules]]
groups = "owners"
role = "manager"
units = ["west"]
owner = "Service bill"
"""


@dataclass
class House:
    """Promesse, the provider beside it, and what the provider was asked."""

    app: Flask
    provider: Flask
    issuer: str
    asked: list[dict[str, str]] = field(default_factory=list)

    def knows(self, who: str, **claims: Any) -> None:
        told = {"email": f"{who}@example.org", "email_verified": True, "name": who.title(), **claims}
        requests.put(f"{self.issuer}/users/{who}", json=told, timeout=5).raise_for_status()

    def go(self, client: FlaskClient, address: str = "/sign-in/corp") -> str:
        """The way to the provider."""
        answer = client.get(address)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def agree(self, there: str, who: str, **more: str) -> str:
        """What the provider answers when somebody has shown there who they are: the way back, as path and query."""
        form = {"sub": who, **more}
        answer = requests.post(there, data=form, allow_redirects=False, timeout=5)
        return answer.headers["Location"].removeprefix("http://127.0.0.1:8000")

    def come(self, client: FlaskClient, who: str, address: str = "/sign-in/corp") -> TestResponse:
        return client.get(self.agree(self.go(client, address), who))

    def person(self, who: str) -> Person:
        with self.app.app_context():
            db.session.expire_all()
            return db.session.execute(select(Person).where(Person.email == f"{who}@example.org")).scalar_one()

    def told(self, client: FlaskClient, **claims: Any) -> TestResponse:
        """The provider tells that somebody is out, signed with its own key."""
        with self.provider.test_request_context("/"):
            self.provider.preprocess_request()
            key = flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True)
        at = int(time.time())
        whole = {"iss": self.issuer, "aud": "promesse", "iat": at, "exp": at + 60, "jti": "1"}
        whole["events"] = {"http://schemas.openid.net/event/backchannel-logout": {}}
        whole = {name: value for name, value in (whole | claims).items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": key.get("kid", "")}, whole, jwk.RSAKey.import_key(key))
        return client.post("/sign-in/corp/ended", data={"logout_token": token})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    asked: list[dict[str, str]] = []
    provider = oidc_provider_mock.app(require_nonce=True)
    provider.before_request(lambda: asked.append({"path": flask.request.path, **flask.request.form.to_dict()}))
    with _threaded_server(provider, host="127.0.0.1") as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        own = {"SIGN_ON_RULES": RULES.format(issuer=issuer)}
        app = make_world(
            Path(tmp_path_factory.mktemp("house")), sign_on=own, environment={"CORP_SECRET": "hush"}, has_source=False
        )
        yield House(app, provider, issuer, asked)


def test_who_comes_by_a_provider_has_the_account_that_the_rules_give(house: House) -> None:
    house.knows("nora", realm={"roles": ["staff", "directors"]})
    client = house.app.test_client()
    page = client.get("/sign-in?next=/commitments/bill?unit%3Dwest", headers={"Accept-Language": "fr"}).text
    assert "Exemple SA" in page
    there = house.go(client, "/sign-in/corp?next=/commitments/bill?unit%3Dwest")
    question = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(there).query))
    assert question["redirect_uri"] == "http://127.0.0.1:8000/sign-in/corp/back"
    assert {"openid", "email"} <= set(question["scope"].split())
    answer = client.get(house.agree(there, "nora"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/commitments/bill?unit=west")
    # PKCE: the code is taken with what only this browser's trip knows, and what was shown before was its hash.
    verifier = next(one["code_verifier"] for one in reversed(house.asked) if one["path"] == "/oauth2/token")
    shown = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert (question["code_challenge"], question["code_challenge_method"]) == (shown, "S256")
    assert client.get("/desk").status_code == 200
    made = house.person("nora")
    assert (made.role, made.units, made.name) == ("director", [], "Nora")
    with house.app.app_context():
        assert verify(COMMAND_LINE)["breaks"] == []


def test_an_answer_to_no_question_of_this_browser_lets_nobody_in(house: House) -> None:
    house.knows("mallory", realm={"roles": ["directors"]})
    answer = house.agree(house.go(house.app.test_client()), "mallory")
    for client, address in (
        (house.app.test_client(), answer),
        (house.app.test_client(), "/sign-in/corp/back?code=x&state=y"),
    ):
        assert client.get(address).status_code == 400
        assert client.get("/desk").status_code == 302
    # The same answer twice: its trip is over.
    client = house.app.test_client()
    answer = house.agree(house.go(client), "mallory")
    assert client.get(answer).status_code == 303
    assert client.get(answer).status_code == 400
    # Another provider's name on the answer (RFC 9207), a code that nobody gave, and somebody who said no.
    for change, code in (("&iss=http://elsewhere.example", 403), ("x", 403)):
        client = house.app.test_client()
        answer = house.agree(house.go(client), "mallory")
        forged = answer + change if change[0] == "&" else answer.replace("code=", f"code={change}")
        refused = client.get(forged)
        assert (refused.status_code, client.get("/desk").status_code) == (code, 302)
        assert "does not prove" in refused.text or "ne prouve pas" in refused.text
    client = house.app.test_client()
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(house.go(client)).query))["state"]
    assert client.get(f"/sign-in/corp/back?error=access_denied&state={state}").status_code == 403


def test_rights_go_with_the_claims(house: House) -> None:
    client = house.app.test_client()
    house.knows("omar", groups=["site-managers"], site="vannes")
    house.come(client, "omar")
    assert client.get("/desk?unit=vannes").status_code == 200
    assert client.get("/desk?unit=nice").status_code == 403
    # After half an hour the provider is asked again, unseen; what it says by then holds, and here it is nothing.
    house.knows("omar", groups=["staff"])
    house.app.config["CLOCK"] = lambda: NOW + timedelta(minutes=31)
    try:
        first = client.get("/desk?unit=vannes")
        assert (first.status_code, first.headers["Location"].partition("?")[0]) == (302, "/sign-in/corp")
        there = house.go(client, first.headers["Location"])
        assert "prompt=none" in there
        # This provider keeps nobody signed in, and so answers nothing without a question: it is asked with one.
        refused = client.get(house.agree(there.replace("prompt=none", "prompt=login"), "omar"))
        assert (refused.status_code, "omar@example.org" in refused.text) == (403, True)
        assert client.get("/desk").status_code == 302
        assert not house.person("omar").is_active
    finally:
        house.app.config["CLOCK"] = lambda: NOW
    house.knows("omar", groups=["owners"])
    assert house.come(client, "omar").status_code == 303
    again = house.person("omar")
    assert (again.role, again.units, again.is_active) == ("manager", ["west"], True)
    with house.app.app_context():
        contact = db.session.get(Contact, again.id)
        assert contact is not None
        assert contact.answers_for == ["Service bill"]
    for site in ({}, {"site": "nowhere"}):
        house.knows("sam", groups=["site-managers"], **site)
        assert house.come(house.app.test_client(), "sam").status_code == 403


def test_a_session_that_nobody_takes_back_to_the_provider_ends(house: House) -> None:
    client = house.app.test_client()
    house.knows("pia", realm={"roles": ["directors"]})
    house.come(client, "pia")
    by_program = {"Accept": "application/json"}
    try:
        house.app.config["CLOCK"] = lambda: NOW + timedelta(minutes=45)
        assert client.get("/api/v1/status", headers=by_program).status_code == 200
        house.app.config["CLOCK"] = lambda: NOW + timedelta(minutes=61)
        assert client.get("/api/v1/status", headers=by_program).status_code == 401
        # Nobody is signed in at the provider any more, and it says so without a question.
        house.app.config["CLOCK"] = lambda: NOW
        house.come(client, "pia")
        house.app.config["CLOCK"] = lambda: NOW + timedelta(minutes=31)
        there = house.go(client, house.go(client, "/desk"))
        state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(there).query))["state"]
        ended = client.get(f"/sign-in/corp/back?error=login_required&state={state}")
        assert ended.headers["Location"] == "/sign-in?next=/desk"
        assert client.get("/account").status_code == 302
    finally:
        house.app.config["CLOCK"] = lambda: NOW


def test_an_address_is_nobodys_proof(house: House) -> None:
    """Only a verified address stands for an account, and one that is given to somebody else does not give theirs."""
    house.knows("quentin", email_verified=False, realm={"roles": ["directors"]})
    assert house.come(house.app.test_client(), "quentin").status_code == 403
    house.knows("rosa", realm={"roles": ["directors"]})
    house.come(house.app.test_client(), "rosa")
    house.knows("rosa-the-second", email="rosa@example.org", realm={"roles": ["directors"]})
    assert house.come(house.app.test_client(), "rosa-the-second").status_code == 403
    number = house.person("rosa").id
    adam = house.app.test_client()
    house_token = token_of(adam.get("/sign-in").text)
    adam.post("/sign-in", data={"email": "adam@example.org", "password": PASSWORD, "csrf_token": house_token})
    page = adam.get(f"/accounts/{number}").text
    assert house.issuer in page
    adam.post(f"/accounts/{number}/identities", data={"csrf_token": token_of(page)})
    assert house.come(house.app.test_client(), "rosa-the-second").status_code == 303
    # Who keeps their name there and gets another address keeps their account.
    house.knows("rosa-the-second", email="rosa.b@example.org", realm={"roles": ["directors"]})
    assert house.come(house.app.test_client(), "rosa-the-second").status_code == 303
    assert house.person("rosa.b").id == number
    # An account that was opened by hand keeps the rights that were given by hand.
    house.knows("clara", realm={"roles": ["directors"]})
    assert house.come(house.app.test_client(), "clara").status_code == 303
    assert house.person("clara").role == "frontline"
    with house.app.app_context():
        assert verify(COMMAND_LINE)["breaks"] == []


def test_signing_out_goes_on_to_the_provider(house: House) -> None:
    client = house.app.test_client()
    house.knows("tom", realm={"roles": ["directors"]})
    house.come(client, "tom")
    out = client.post("/sign-out", data={"csrf_token": token_of(client.get("/account").text)})
    onward = out.text.partition("0; url=")[2].partition('"')[0].replace("&amp;", "&")
    assert onward.startswith(f"{house.issuer}/oauth2/end_session?")
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(onward).query))
    assert (asked["client_id"], asked["post_logout_redirect_uri"]) == ("promesse", "http://127.0.0.1:8000/sign-in")
    assert asked["id_token_hint"].count(".") == 2
    assert requests.get(onward, timeout=5).status_code == 200
    assert client.get("/account").status_code == 302
    with house.app.app_context():
        kept = db.session.execute(select(SignedIn.id_token).where(SignedIn.ended_at.is_not(None))).scalars()
        assert set(kept) == {None}


def test_the_provider_ends_sessions(house: House) -> None:
    client, other = house.app.test_client(), house.app.test_client()
    house.knows("uma", realm={"roles": ["directors"]})
    house.knows("vic", realm={"roles": ["directors"]})
    house.come(client, "uma")
    house.come(other, "vic")
    odd: list[dict[str, Any]] = [
        {"sub": "uma", "events": {}}, {"sub": "uma", "nonce": "n"}, {"sub": "uma", "aud": "other"}, {},
        {"sub": "uma", "iss": "http://elsewhere.example"}, {"sub": "uma", "exp": int(time.time()) - 3600},
        {"sub": "uma", "jti": None},
    ]  # fmt: skip
    assert [house.told(client, **claims).status_code for claims in odd] == [400] * len(odd)
    assert client.post("/sign-in/corp/ended", data={"logout_token": "a.b.c"}).status_code == 400
    assert client.get("/desk").status_code == 200
    assert house.told(client, sub="uma").status_code == 200
    assert (client.get("/desk").status_code, other.get("/desk").status_code) == (302, 200)
    with house.app.app_context():
        row = db.session.execute(select(SignedIn).order_by(SignedIn.id.desc()).limit(1)).scalar_one()
        row.sid = "place-7"
        db.session.commit()
    assert house.told(client, sid="place-7").status_code == 200
    assert other.get("/desk").status_code == 302


def test_an_administrator_ends_them_for_good(house: House) -> None:
    client = house.app.test_client()
    house.knows("wim", realm={"roles": ["directors"]})
    house.come(client, "wim")
    with house.app.app_context():
        wim = house.person("wim")
        closed = {"name": "Wim", "role": Role.DIRECTOR, "units": (), "is_active": False}
        accounts.change_account(COMMAND_LINE, NOW, wim.id, **closed)  # type: ignore[arg-type]
        assert db.session.execute(select(KnownAs).where(KnownAs.person_id == wim.id)).scalar_one().subject == "wim"
    assert client.get("/desk").status_code == 302
    assert house.come(client, "wim").status_code == 403


def test_a_provider_that_does_not_answer_is_told(house: House) -> None:
    client = house.app.test_client()
    answer = client.get("/sign-in/partner?next=/desk")
    assert (answer.status_code, "Partner" in answer.text) == (503, True)
    assert 'href="/sign-in/corp?next=/desk"' in answer.text
    assert client.post("/sign-in/partner/ended", data={"logout_token": "a.b.c"}).status_code == 503


@pytest.mark.parametrize(
    "change",
    [
        'issuer = "http://login.example.org"', 'secret = "hush"', "again_after = 1", "again_after = true", "odd = 1",
        'key = "A b"', "name = {}", 'scopes = ["a b"]', 'trusts_email = "yes"', "client = 1",
    ],
)  # fmt: skip
def test_a_provider_that_cannot_be_taken_stops_the_start(tmp_path: Path, change: str) -> None:
    name = change.partition(" ")[0]
    given = {"key": '"corp"', "name": '"Corp"', "issuer": '"https://login.example.org"', "client": '"promesse"'}
    given[name] = change.partition(" = ")[2]
    text = "[[providers]]\n" + "\n".join(f"{one} = {value}" for one, value in given.items())
    with pytest.raises(SettingsError, match="Provider 1 of the single sign-on"):
        create_app(make_settings(tmp_path, sign_on={"SIGN_ON_RULES": f"{text}\n[[rules]]\nrole = 'frontline'"}))


def test_what_is_set_is_whole_or_stops_the_start(tmp_path: Path) -> None:
    text = RULES.format(issuer="https://login.example.org")
    with pytest.raises(SettingsError, match="CORP_SECRET, which is not set"):
        create_app(make_settings(tmp_path, sign_on={"SIGN_ON_RULES": text}))
    with pytest.raises(SettingsError, match=r"names no \[\[providers\]\]"):
        create_app(make_settings(tmp_path, sign_on={"SIGN_ON_RULES": "[[rules]]\nrole = 'admin'"}))
    with pytest.raises(Invalid, match="the key or the issuer of another"):
        read_rules(text.replace('"partner"', '"corp"'))
    sample = read_rules((PROJECT / "deploy/sign-on.toml").read_text(encoding="utf-8"))
    assert sample.providers == ()


def test_claims_are_read_wherever_they_stand() -> None:
    told = {"email": "a@example.org", "realm_access": {"roles": ["x", 2]}, "vip": False, "odd": [{"a": 1}], "no": None}
    assert flat_claims(told) == {"email": ("a@example.org",), "realm_access.roles": ("x", "2"), "vip": ("false",)}
    whole = Provider("a", {"": "A"}, "https://a.example", "c", email="upn", trusts_email=True)
    assert email_of(whole, {"upn": "b@example.org"}) == "b@example.org"
    with pytest.raises(Invalid, match="tells no e-mail address"):
        email_of(whole, {"email": "b@example.org"})
