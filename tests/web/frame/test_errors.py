"""Refusals and failures are pages: the code, what happened, the one thing to do, and no word of the machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.world import make_empty_app


def test_an_unknown_page_says_so(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text


def test_an_unknown_commitment_names_what_there_is(ana: FlaskClient) -> None:
    answer = ana.get("/commitments/absent?lang=en")
    assert answer.status_code == 404
    assert "The charter has no commitment absent. It has: answer, bill, callback, nothing, advice." in answer.text


def test_a_period_that_is_none_is_refused_with_its_remedy(ana: FlaskClient) -> None:
    answer = ana.get("/desk?period=Octobre")
    assert answer.status_code == 400
    assert "Cette demande ne peut pas être prise" in answer.text


def test_a_page_of_another_unit_is_refused(as_person: Callable[[str], FlaskClient]) -> None:
    answer = as_person("boris").get("/desk?unit=nice")
    assert answer.status_code == 403
    assert "Boris ne peut pas lire le tableau de bord pour l’entité Agence de Nice." in answer.text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Avec le rôle «\u202fpersonnel de contact\u202f», on ne peut pas gérer les comptes."),
        ("en", "The role frontline staff may not manage accounts."),
    ],
)
def test_a_right_that_a_role_lacks_is_said_in_words(
    as_person: Callable[[str], FlaskClient], language: str, sentence: str
) -> None:
    answer = as_person("clara").get(f"/accounts?lang={language}")
    assert answer.status_code == 403
    assert sentence in answer.text


def test_a_failure_tells_nothing_of_the_machine(tmp_path: Path) -> None:
    app = make_empty_app(tmp_path)

    def break_down() -> str:
        raise RuntimeError("the password is swordfish")

    app.add_url_rule("/break", view_func=break_down)
    answer = app.test_client().get("/break")
    assert answer.status_code == 500
    assert "Quelque chose a cassé de notre côté" in answer.text
    assert "swordfish" not in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_without_a_charter_the_first_page_says_how_to_begin(tmp_path: Path) -> None:
    answer = make_empty_app(tmp_path).test_client().get("/")
    assert answer.status_code == 404
    assert "Pas encore de charte" in answer.text
    assert "flask charter apply charter.yaml" in answer.text
