"""The intranet page in front of everything, compressed answers, the badge."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from charter.web.frame.page_cache import QuickPages
from charter.web.frame.responses import takes_gzip
from tests.web.world import make_world


def asked(app: Flask) -> list[str]:
    """How often the application itself was asked: the quick pages stand before it."""
    return [f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}" for environ in app.extensions["asked"]]


@pytest.fixture
def counted(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = make_world(Path(tmp_path_factory.mktemp("quick")))
    quick: QuickPages = app.extensions["quick_pages"]
    inner, app.extensions["asked"] = quick._application, []
    quick._application = lambda environ, start: (app.extensions["asked"].append(environ), inner(environ, start))[1]
    return app


def without_number(answer: TestResponse) -> dict[str, str]:
    return {name: text for name, text in answer.headers.items() if name != "X-Request-ID"}


def test_the_same_question_is_answered_at_once(counted: Flask) -> None:
    client = counted.test_client()
    first, second = client.get("/?unit=vannes"), client.get("/?unit=vannes")
    assert first.data == second.data
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"], "each request has its own number"
    assert without_number(first) == without_number(second)
    assert asked(counted) == ["/?unit=vannes"]
    client.get("/?unit=vannes", headers={"Accept-Language": "en"})
    client.get("/?unit=vannes", headers={"Accept-Encoding": "gzip"})
    client.get("/?unit=nice")
    assert len(asked(counted)) == 4
    again = client.get("/?unit=vannes", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, len(asked(counted))) == (304, b"", 4)
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert again.headers["Vary"] == first.headers["Vary"]
    assert "Content-Length" not in again.headers


def test_who_is_signed_in_or_chooses_a_language_is_never_answered_for_others(
    counted: Flask,
) -> None:
    client = counted.test_client()
    assert "What this means for me" in client.get("/?unit=vannes&lang=en").text
    assert "Set-Cookie" in client.get("/?unit=vannes&lang=fr").headers
    other = counted.test_client().get("/?unit=vannes&lang=fr")
    assert "Set-Cookie" in other.headers
    assert len(asked(counted)) == 3


def test_a_page_that_is_not_there_is_not_kept(counted: Flask) -> None:
    client = counted.test_client()
    assert [client.get("/?unit=nowhere").status_code for _ in range(2)] == [404, 404]
    assert client.head("/").status_code == 200
    assert len(asked(counted)) == 3


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("*", True),
        ("", False),
        ("br", False),
        ("xgzip", False),
    ],
)
def test_compression_is_for_who_takes_it(accepted: str, takes: bool) -> None:
    assert takes_gzip(accepted) is takes


TOKEN = re.compile(rb'name="csrf_token" value="[^"]*"')
"""It tells the second in which it was given."""


@pytest.mark.parametrize("address", ["/", "/?unit=vannes", "/desk", "/assets/css/base.css", "/badge.svg", "/nowhere"])
def test_answers_leave_compressed(as_person: Callable[[str], FlaskClient], address: str) -> None:
    client = as_person("ana")
    with client.get(address) as plain, client.get(address, headers={"Accept-Encoding": "gzip, br"}) as packed:
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) * 0.6
        if address != "/desk":
            assert TOKEN.sub(b"", gzip.decompress(packed.data)) == TOKEN.sub(b"", plain.data)


def test_a_compressed_page_is_known_again(client: FlaskClient) -> None:
    for address in ("/?unit=vannes", "/assets/css/base.css", "/badge.svg"):
        headers = {"Accept-Encoding": "gzip"}
        with client.get(address, headers=headers) as first:
            mark = first.headers["ETag"]
        with client.get(address, headers=headers | {"If-None-Match": mark}) as again:
            assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("address", ["/?unit=vannes", "/desk", "/commitments/bill", "/observe", "/poster?unit=vannes"])
def test_pages_weigh_little_with_their_styles(as_person: Callable[[str], FlaskClient], address: str) -> None:
    client = as_person("ana")
    gzipped = {"Accept-Encoding": "gzip"}
    with client.get(address, headers=gzipped) as page:
        weight, html = len(page.data), gzip.decompress(page.data).decode()
    parts = {part.partition('"')[0] for mark in ('href="/assets/', 'src="/assets/') for part in html.split(mark)[1:]}
    assert parts
    for part in parts:
        with client.get(f"/assets/{part}".replace("&amp;", "&"), headers=gzipped) as file:
            weight += len(file.data)
    assert weight <= 150_000


def test_a_badge_says_what_holds_in_both_languages(client: FlaskClient) -> None:
    french, english = (client.get(f"/badge.svg?unit=vannes&lang={language}") for language in ("fr", "en"))
    assert french.mimetype == "image/svg+xml"
    assert "2 tenus sur 5, 1 non établi, 1 sans chiffre, socle non tenu" in french.text
    assert "2 of 5 kept, 1 not proven, 1 without figures, floor not held" in english.text
    for drawn in (french, english):
        root = ElementTree.fromstring(drawn.text)
        title = root.find("{http://www.w3.org/2000/svg}title")
        assert title is not None
        assert root.get("aria-labelledby") == title.get("id")
        assert root.get("role") == "img"
        assert not {"style", "script", "image", "use", "link"} & {element.tag.split("}")[1] for element in root.iter()}
        assert not any("http" in value for element in root.iter() for value in element.attrib.values())


@pytest.mark.parametrize(
    ("commitment", "word"),
    [("bill", "Non tenu"), ("callback", "Non établi"), ("nothing", "Sans donnée"), ("advice", "Tenu")],
)
def test_a_badge_of_a_promise_is_honest(client: FlaskClient, commitment: str, word: str) -> None:
    drawn = client.get(f"/badge.svg?commitment={commitment}&lang=fr").text
    assert f">{word}<" in drawn
    assert client.get("/badge.svg?commitment=gone").status_code == 404
    assert client.get("/badge.svg?unit=gone").status_code == 404
