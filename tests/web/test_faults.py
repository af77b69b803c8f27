"""Pages while the database is damaged, of another release, or on a full disk: what can be read is, all else is told."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from charter.factory import create_app
from charter.models.base import db
from config import PROJECT
from tests.web.world import NOW, make_settings, sign_in


@pytest.fixture
def own(app: Flask, tmp_path: Path) -> Flask:
    """The pages' world on a database of its own, which may be broken."""
    there = app.extensions["settings"].database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(there)) as old, closing(sqlite3.connect(tmp_path / "web.sqlite3")) as new:
        old.backup(new)
    made = create_app(make_settings(tmp_path))
    made.config["CLOCK"] = lambda: NOW
    return made


def let_go(app: Flask) -> None:
    """Close what is open, as another process would find the file."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_ready_says_whether_pages_can_be_read(own: Flask, tmp_path: Path) -> None:
    client = own.test_client()
    assert client.get("/health/ready").json == {"status": "ready"}
    let_go(own)
    with closing(sqlite3.connect(tmp_path / "web.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    answer = client.get("/health/ready", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json["status"]) == (503, "down")
    assert "not the one that this release works on" in answer.json["because"]
    let_go(own)
    (tmp_path / "web.sqlite3").write_bytes(b"")
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_a_page_that_cannot_be_read_says_so_without_what_the_engine_said(own: Flask, tmp_path: Path) -> None:
    let_go(own)
    (tmp_path / "web.sqlite3").write_bytes(b"garbage" * 1000)
    client = own.test_client()
    answer = client.get("/?unit=nice", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "<h1>Something broke on our side</h1>" in answer.text
    assert "not a database" not in answer.text
    assert client.get("/health/ready").status_code == 503


FULL = """
import resource, sys
from datetime import timedelta
from pathlib import Path
from charter.factory import create_app
from tests.web.world import NOW, make_settings, sign_in, token_of
app = create_app(make_settings(Path(sys.argv[1])))
app.config["CLOCK"] = lambda: NOW
ana = sign_in(app.test_client(), "ana")
first = ana.get("/desk").data
# No file may grow further: what a full disk leaves.
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))
token = token_of(ana.get("/account").text)
for turn in range(40):
    form = {"language": ("fr", "en")[turn % 2], "csrf_token": token}
    sent = ana.post("/account", data=form, headers={"Accept-Language": "en"})
    if sent.status_code != 303:
        break
print(sent.status_code, "The disk of the database is full" in sent.text)
app.config["CLOCK"] = lambda: NOW + timedelta(hours=1)  # the session's rest is to be noted, and cannot be
for address in ("/", "/desk", "/commitments/bill", "/checks", "/reports", "/api/v1/status", "/health/ready"):
    print(address, ana.get(address).status_code)
"""


def test_pages_are_read_while_the_disk_is_full(own: Flask, tmp_path: Path) -> None:
    """A signed-in person reads on; what cannot be kept is told in a sentence."""
    let_go(own)
    command = [sys.executable, "-W", "ignore", "-c", FULL, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert lines[:1] == ["503 True"], done.stderr
    assert [line.partition(" ")[2] for line in lines[1:]] == ["200"] * 7, done.stdout
    assert sign_in(own.test_client(), "ana").get("/desk").status_code == 200
