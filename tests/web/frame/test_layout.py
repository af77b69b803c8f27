"""In which language a page speaks, and that it remembers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.web.frame.layout import Compiled
from config import PROJECT
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


def test_templates_are_compiled_at_set_up_until_they_change(app: Flask, tmp_path: Path) -> None:
    program = [sys.executable, str(PROJECT / "bin" / "templates"), str(tmp_path)]
    subprocess.run(program, cwd=PROJECT, check=True, timeout=120)
    written = {one.name for one in tmp_path.iterdir()}
    cache, environment = Compiled(str(tmp_path)), app.jinja_env
    assert environment.loader is not None
    for name in ("desk/desk.html", "intranet/page.html", "layout/base.html", "charts/house.svg"):
        source, filename, _ = environment.loader.get_source(environment, name)
        assert cache.get_bucket(environment, name, filename, source).code is not None, name
        changed = cache.get_bucket(environment, name, filename, source + "!")
        assert changed.code is None, name
        changed.code = compile("pass", name, "exec")
        cache.set_bucket(changed)
    # Whoever sets up is seldom who serves; half a file is as good as none.
    assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o644}
    source, filename, _ = environment.loader.get_source(environment, "layout/base.html")
    file = (
        tmp_path
        / Path(cache._get_cache_filename(cache.get_bucket(environment, "layout/base.html", filename, source))).name
    )
    whole = file.read_bytes()
    for damaged in (b"", whole[:12], whole[:60], whole[:-500], whole[:14] + b"garbage" * 9):
        file.write_bytes(damaged)
        assert cache.get_bucket(environment, "layout/base.html", filename, source).code is None, len(damaged)
    # Nothing is written while pages are served.
    assert {one.name for one in tmp_path.iterdir()} == written
