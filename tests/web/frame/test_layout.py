"""In which language a page speaks, and that it remembers."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.world import make_empty_app


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [("fr-FR,fr;q=0.9,en;q=0.5", "fr"), ("en-GB,en;q=0.9", "en"), ("de,en;q=0.3", "en"), ("de", "fr"), ("", "fr")],
)
def test_the_browser_is_heard(client: FlaskClient, accepted: str, spoken: str) -> None:
    assert f'<html lang="{spoken}">' in client.get("/", headers={"Accept-Language": accepted}).text


def test_the_address_wins_and_is_remembered(client: FlaskClient) -> None:
    headers = {"Accept-Language": "fr"}
    assert "What this means for me" in client.get("/?lang=en", headers=headers).text
    assert "What this means for me" in client.get("/", headers=headers).text
    assert "Ce que cela veut dire pour moi" in client.get("/?lang=fr", headers=headers).text


def test_an_unknown_language_is_ignored(client: FlaskClient) -> None:
    assert '<html lang="fr">' in client.get("/?lang=de").text


def test_the_default_is_the_installation_s(tmp_path: Path) -> None:
    client = make_empty_app(tmp_path, default_language="en").test_client()
    assert '<html lang="en">' in client.get("/sign-in").text


def test_the_other_language_is_the_same_page(ana: FlaskClient) -> None:
    page = ana.get("/commitments/bill?unit=west&period=2026-09").text
    assert 'href="/commitments/bill?unit=west&amp;period=2026-09&amp;lang=en"' in page
