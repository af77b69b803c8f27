"""Signing in and out: the right door, the right page after it, and nothing for those who guess."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.services.people import accounts
from tests.web.world import NOW, PASSWORD, make_empty_app, token_of


def try_sign_in(client: FlaskClient, email: str, password: str, **more: str) -> object:
    form = {"email": email, "password": password, "csrf_token": token_of(client.get("/sign-in").text), **more}
    return client.post("/sign-in", data=form)


def test_signing_in_opens_the_desk(client: FlaskClient) -> None:
    answer = try_sign_in(client, " ANA@example.org", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_frontline_staff_go_to_the_page_that_is_theirs(client: FlaskClient) -> None:
    assert try_sign_in(client, "clara@example.org", PASSWORD).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("asked", "opened"),
    [
        ("/commitments/bill?period=2026-09", "/commitments/bill?period=2026-09"),
        ("https://elsewhere.example/", "/desk"),
        ("//elsewhere.example", "/desk"),
        ("/\\elsewhere.example", "/desk"),
    ],
)
def test_the_page_asked_for_opens_if_it_is_ours(client: FlaskClient, asked: str, opened: str) -> None:
    assert try_sign_in(client, "ana@example.org", PASSWORD, next=asked).headers["Location"] == opened


@pytest.mark.parametrize(("email", "password"), [("ana@example.org", "wrong"), ("nobody@example.org", PASSWORD)])
def test_a_wrong_guess_says_nothing_of_what_was_wrong(client: FlaskClient, email: str, password: str) -> None:
    answer = try_sign_in(client, email, password, lang="en")
    assert answer.status_code == 400
    assert "Adresse ou mot de passe incorrect." in answer.text
    assert password not in answer.text
    assert client.get("/desk").status_code == 302


def test_empty_fields_are_named_beside_and_in_the_summary(client: FlaskClient) -> None:
    page = try_sign_in(client, "", "").text
    assert page.count("Écrivez votre adresse électronique.") == 2
    assert 'href="#email"' in page
    assert 'aria-describedby="password-error"' in page


def test_five_failures_slow_who_guesses_and_are_told_to_the_person(tmp_path: Path) -> None:
    app = make_empty_app(tmp_path)
    with app.app_context():
        accounts.create_account(
            COMMAND_LINE, NOW, email="pat@example.org", name="Pat", role=Role.DIRECTOR, password=PASSWORD
        )
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert [try_sign_in(client, "pat@example.org", "wrong").status_code for _ in range(5)] == [400] * 5
    paused = try_sign_in(client, "pat@example.org", PASSWORD)
    assert paused.status_code == 429
    assert "wait 600 seconds" in paused.text
    elsewhere = app.test_client()
    elsewhere.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert try_sign_in(elsewhere, "pat@example.org", PASSWORD).status_code == 303
    assert "failed, 5 times" in elsewhere.get("/account").text


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "ana@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Le formulaire était trop ancien" in answer.text


def test_signing_out_ends_the_session(ana: FlaskClient) -> None:
    token = token_of(ana.get("/account").text)
    assert ana.post("/sign-out", data={"csrf_token": token}).headers["Location"] == "/sign-in"
    assert ana.get("/desk").status_code == 302


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, ana: FlaskClient) -> None:
    copied = ana.get_cookie("session")
    assert copied is not None
    other = app.test_client()
    other.set_cookie("session", copied.value)
    assert other.get("/desk").status_code == 200
    ana.post("/sign-out", data={"csrf_token": token_of(ana.get("/account").text)})
    assert other.get("/desk").status_code == 302


def test_places_are_listed_and_left(as_person: Callable[[str], FlaskClient]) -> None:
    here, there = as_person("dan"), as_person("dan")
    page = here.get("/account/places", headers={"Accept-Language": "en"}).text
    number = page.partition('name="number" value="')[2].partition('"')[0]
    there_before = there.get("/desk").status_code
    left = here.post("/account/places", data={"csrf_token": token_of(page), "number": number})
    assert (there_before, left.status_code) == (200, 303)
    assert here.get("/desk").status_code == 200
    assert as_person("ana").post("/account/places", data={"number": number}).status_code == 400
    everywhere = here.post("/account/places", data={"csrf_token": token_of(page)})
    assert everywhere.headers["Location"] == "/sign-in"
    assert [client.get("/desk").status_code for client in (here, there)] == [302, 302]


@pytest.mark.parametrize(("later", "code"), [(timedelta(hours=11), 200), (timedelta(hours=13), 302)])
def test_a_session_that_rests_ends(tmp_path: Path, later: timedelta, code: int) -> None:
    app = make_empty_app(tmp_path)
    with app.app_context():
        accounts.create_account(
            COMMAND_LINE, NOW, email="pat@example.org", name="Pat", role=Role.DIRECTOR, password=PASSWORD
        )
    client = app.test_client()
    app.config["CLOCK"] = lambda: NOW
    assert try_sign_in(client, "pat@example.org", PASSWORD).status_code == 303
    app.config["CLOCK"] = lambda: NOW + later
    assert client.get("/account").status_code == code


def test_a_link_cannot_sign_out(ana: FlaskClient) -> None:
    answer = ana.get("/sign-out")
    assert (answer.status_code, sorted(answer.allow)) == (405, ["OPTIONS", "POST"])
    assert ana.get("/desk").status_code == 200


def test_a_session_without_its_account_is_a_stranger(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = "4000"
    assert client.get("/desk").status_code == 302
    with client.session_transaction() as session:
        session["_user_id"] = "x"
    assert client.get("/desk").status_code == 302


def test_a_person_chooses_the_language_of_the_account(as_person: Callable[[str], FlaskClient]) -> None:
    client = as_person("adam")
    page = client.get("/account").text
    answer = client.post("/account", data={"csrf_token": token_of(page), "language": "en"})
    assert answer.status_code == 303
    assert "My account" in client.get("/account").text
    elsewhere = as_person("adam")
    assert 'lang="en"' in elsewhere.get("/account", headers={"Accept-Language": "fr"}).text
