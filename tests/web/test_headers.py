"""What every answer tells the browser, and what it may keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from charter import VERSION
from charter.models.base import db
from charter.web.frame.responses import public_link
from config import SettingsError
from tests.web.world import make_empty_app

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@pytest.mark.parametrize("address", ["/", "/desk", "/sign-in", "/health", "/nowhere", "/assets/css/base.css"])
def test_every_answer_carries_the_policy(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_panel_may_be_framed_where_the_installation_says(tmp_path: Path) -> None:
    client = make_empty_app(tmp_path, frame_ancestors=("https://intranet.example",)).test_client()
    embed, page = client.get("/embed"), client.get("/")
    assert embed.headers["Content-Security-Policy"].endswith("frame-ancestors https://intranet.example")
    assert page.headers["Content-Security-Policy"] == POLICY


def test_a_report_is_shown_on_our_own_pages_and_on_no_other(client: FlaskClient) -> None:
    """Where a month is approved its draft is leafed through; whatever the answer is, nobody else frames it."""
    with client.get("/reports/2026-10.pdf?draft=1") as answer:
        assert answer.headers["Content-Security-Policy"] == POLICY.replace("'none'", "'self'").replace(
            "object-src 'self'; base-uri 'self'", "object-src 'none'; base-uri 'none'"
        )


def test_once_its_address_is_known_the_site_answers_to_no_other_name(tmp_path: Path) -> None:
    address = "https://promesse.example/charter"
    client = make_empty_app(tmp_path, public_address=address, knows_its_address=True).test_client()
    codes = {
        host: client.get("/sign-in", headers={"Host": host}).status_code
        for host in ("promesse.example", "promesse.example:8443", "127.0.0.1:8000", "elsewhere.example", "a b", "")
    }
    assert codes == dict.fromkeys(codes, 421) | dict.fromkeys(list(codes)[:3], 200)
    assert client.get("/", headers={"Host": "promesse.example"}).status_code != 421
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 421
    assert client.get("/", headers={"Host": "[::1"}).status_code == 400
    assert client.get("/sign-in").headers["Strict-Transport-Security"] == "max-age=31536000"
    with client.application.test_request_context("/", headers={"Host": "elsewhere.example"}):
        assert public_link("embed.panel", unit="a b") == f"{address}/embed?unit=a+b"
    with client.application.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/charter"}):
        assert public_link("embed.panel") == f"{address}/embed"


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("PUBLIC_ADDRESS", {"public_address": "https://promesse.example/?from=here"}),
        ("PUBLIC_ADDRESS", {"public_address": "https://somebody@promesse.example"}),
        ("SCRIPT_NAME", {"environment": {"SCRIPT_NAME": "charter"}}),
        ("SCRIPT_NAME", {"environment": {"SCRIPT_NAME": "/../charter"}}),
    ],
)
def test_what_no_page_can_be_made_of_stops_the_start_in_a_sentence(
    tmp_path: Path, name: str, own: dict[str, Any]
) -> None:
    with pytest.raises(SettingsError, match=rf"^{name}[^\n]* cannot be taken: give [^\n]+\.$"):
        make_empty_app(tmp_path, **own)


def test_plain_http_promises_no_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers


@pytest.mark.parametrize(("address", "hidden"), [("/", True), ("/embed", True), ("/sign-in", False)])
def test_the_intranet_page_is_never_indexed(client: FlaskClient, address: str, hidden: bool) -> None:
    assert ("noindex" in client.get(address).headers.get("X-Robots-Tag", "")) is hidden


def test_the_intranet_page_answers_304_to_who_has_it(client: FlaskClient) -> None:
    first = client.get("/?unit=vannes")
    again = client.get("/?unit=vannes", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-cache"
    other = client.get("/?unit=nice", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_the_intranet_page_is_the_same_for_everybody(client: FlaskClient, ana: FlaskClient) -> None:
    assert client.get("/?unit=brest").data == ana.get("/?unit=brest").data


def test_pages_of_people_are_kept_by_nobody(ana: FlaskClient) -> None:
    assert ana.get("/desk").headers["Cache-Control"] == "no-store"


def test_marked_files_are_kept_for_long(client: FlaskClient) -> None:
    page = client.get("/").text
    sheet = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    assert sheet.startswith("/assets/promesse.css?v=")
    with client.get(sheet) as marked, client.get("/assets/promesse.css") as plain:
        assert "immutable" in marked.headers["Cache-Control"]
        assert plain.headers["Cache-Control"] == "no-cache"


def test_health_says_how_things_stand(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.mimetype == "application/json"
    assert answer.json["database"] == "ok"
    assert answer.json["checks_failed"] == 4


def test_health_without_a_database_is_down(tmp_path: Path) -> None:
    app = make_empty_app(tmp_path)
    (tmp_path / "web.sqlite3").unlink()
    with app.app_context():
        db.engine.dispose()
    answer = app.test_client().get("/health")
    assert answer.status_code == 503
    assert answer.json == {"status": "down", "database": "down", "release": VERSION}
