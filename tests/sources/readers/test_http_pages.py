"""Answers on several pages, from a real server on loopback: read to the last, never one page taken for all."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from charter.domain.charter_file.sources import HttpJsonSource, Pages
from charter.domain.vocabulary.errors import SourceError
from charter.sources.readers.connect import Place, open_source
from charter.sources.readers.http_answers import Asking, Limits
from charter.sources.readers.http_json import Row
from charter.sources.readers.http_pages import PageWalk

SECRET = "Bearer hush-hush"
ROWS = [{"id": f"{at:02}"} for at in range(25)]


class Library(BaseHTTPRequestHandler):
    """Twenty-five rows, on pages of ten, in each usual way; and the ways that go wrong."""

    seen: list[tuple[str, str | None]]
    busy: dict[str, str]

    def do_GET(self) -> None:
        found = urlsplit(self.path)
        given = {name: values[-1] for name, values in parse_qs(found.query).items()}
        type(self).seen.append((self.path, self.headers["Authorization"]))
        if self.busy:
            # Before it is answered: who asks goes on at once, and may make the next one busy.
            busy, type(self).busy = self.busy, {}
            self.answer(429, {}, busy | {"Date": formatdate(usegmt=True)})
            return
        getattr(self, "at_" + found.path[1:])(int(given.get("page", 1)), given)

    def answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        self.send_response_only(status, "no words" if status == 200 else SECRET)
        for name, value in ({"Content-Length": str(len(raw))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def at_next(self, page: int, given: dict[str, str]) -> None:
        onward = f"/next?page={page + 1}" if page < 3 else None
        self.answer(200, {"rows": part(page), "links": {"next": onward}, "meta": {"total": 25}})

    def at_hal(self, page: int, given: dict[str, str]) -> None:
        links = {"next": {"href": f"?page={page + 1}"}} if page < 3 else {}
        self.answer(200, {"rows": part(page), "_links": links})

    def at_odata(self, page: int, given: dict[str, str]) -> None:
        home = f"http://{self.headers['Host']}/odata?page={page + 1}"
        self.answer(200, {"rows": part(page)} | ({"@odata.nextLink": home} if page < 3 else {}))

    def at_link(self, page: int, given: dict[str, str]) -> None:
        link = f'</link?page=1>; rel="first", </link?page={page + 1}>; title="a, b"; rel="last next"'
        self.answer(200, part(page), {"Link": link} if page < 3 else {})

    def at_numbered(self, page: int, given: dict[str, str]) -> None:
        self.answer(200, {"rows": part(page, int(given.get("per_page", 10)))})

    def at_capped(self, page: int, given: dict[str, str]) -> None:
        if page > 3:
            self.answer(404, {})
        else:
            self.answer(200, {"rows": part(page)})

    def at_counted(self, page: int, given: dict[str, str]) -> None:
        self.answer(200, {"rows": part(page), "meta": {"total": 25}})

    def at_lying(self, page: int, given: dict[str, str]) -> None:
        self.answer(
            200, {"rows": part(page), "meta": {"total": 26}, "next": f"/lying?page={page + 1}" if page < 3 else ""}
        )

    def at_deaf(self, page: int, given: dict[str, str]) -> None:
        self.answer(200, {"rows": part(1)})

    def at_round(self, page: int, given: dict[str, str]) -> None:
        self.answer(200, {"rows": part(1), "next": f"/round?page={3 - page}"})

    def at_endless(self, page: int, given: dict[str, str]) -> None:
        self.answer(200, {"rows": part(1), "next": f"/endless?page={page + 1}"})

    def at_abroad(self, page: int, given: dict[str, str]) -> None:
        self.answer(200, {"rows": part(1), "next": f"http://localhost:{self.server.server_port}/next"})

    def at_elsewhere(self, page: int, given: dict[str, str]) -> None:
        self.answer(302, {}, {"Location": f"http://localhost:{self.server.server_port}/whole"})

    def at_cursor(self, page: int, given: dict[str, str]) -> None:
        self.answer(200, {"rows": part(1), "next": 2})

    def at_whole(self, page: int, given: dict[str, str]) -> None:
        self.answer(200, {"rows": ROWS, "count": 25, "next": None, "links": {"self": "/whole"}, "page": {"number": 1}})

    def at_shows(self, page: int, given: dict[str, str]) -> None:
        more: dict[str, Any] = json.loads(given.get("body", "{}"))
        self.answer(200, {"rows": part(1)} | more, json.loads(given.get("headers", "{}")))

    def at_refused(self, page: int, given: dict[str, str]) -> None:
        self.answer(401, {"error": self.headers["Authorization"]})

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing on the terminal."""


def part(page: int, size: int = 10) -> list[Row]:
    return ROWS[(page - 1) * size : page * size]


@pytest.fixture
def server() -> Iterator[str]:
    """Its host and port."""
    Library.seen, Library.busy = [], {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Library) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def source(url: str, **keys: Any) -> HttpJsonSource:
    return HttpJsonSource.model_validate({"kind": "http-json", "url": url, "rows": "rows"} | keys)


def read(server: str, path: str, limits: dict[str, Any] | None = None, **keys: Any) -> list[Row]:
    where = Limits([server, "localhost"], **(limits or {}))
    asking = Asking("crm", source(f"http://{server}/{path}", **keys), {"CRM_AUTH": SECRET}, where)
    return [row for rows in PageWalk(source(asking.url, **keys), asking) for row in rows]


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("next", {"pages": {"next": "links.next"}, "total": "meta.total"}),
        ("next", {"pages": {"next": "links.next", "total": "meta.total"}}),
        ("hal", {"pages": {"next": "_links.next"}}),
        ("odata", {"pages": {"next": "@odata.nextLink"}}),
        ("link", {"pages": {"link": True}, "rows": None}),
        ("numbered", {"pages": {"page": "page", "size": "per_page", "of": 10}}),
        ("numbered?per_page=3&page=7", {"pages": {"page": "page", "size": "per_page", "of": 5}}),
        ("numbered", {"pages": {"page": "page"}}),
        ("capped", {"pages": {"page": "page", "size": "per_page", "of": 100}}),
        ("counted", {"pages": {"page": "page", "size": "per_page", "of": 100}}),
        ("counted", {"pages": {"page": "page"}, "total": "meta.total"}),
        ("whole", {}),
        ("whole", {"total": "count"}),
    ],
)
def test_every_page_is_read(server: str, path: str, keys: dict[str, Any]) -> None:
    assert read(server, path, **keys) == ROWS


def shows(body: dict[str, Any] | None = None, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return f"shows?body={quote(json.dumps(body or {}))}&headers={quote(json.dumps(named))}"


@pytest.mark.parametrize(
    ("path", "sign", "write"),
    [
        ("next", "links.next", "pages: {next: links.next}"),
        ("hal", "_links.next", "pages: {next: _links.next}"),
        ("odata", "@odata.nextLink", "pages: {next: @odata.nextLink}"),
        ("counted", "meta.total: 25", "pages: {page: page, size: per_page, of: 100}"),
        (shows(Link='</x>; rel="next"'), 'Link: rel="next"', "pages: {link: true}"),
        (shows({"has_more": True}), "has_more: true", "pages: {page"),
        (shows({"meta": {"pagination": {"totalPages": 3}}}), "meta.pagination.totalPages: 3", "pages: {page"),
        (shows({"nextPageToken": "abc"}), "nextPageToken", "pages: {page"),
        (shows({"count": 11}), "count: 11", "pages: {page"),
        (
            shows({"paging": {"cursors": {}, "next": "https://x.example/?after=2"}}),
            "paging.next",
            "{next: paging.next}",
        ),
        (shows({"links": [{"rel": "next", "href": "/2"}]}), "links", "pages"),
        (shows(X_Total_Count="25"), "x-total-count: 25", "pages: {page"),
        (shows(X_Next_Page="2"), "x-next-page", "pages: {page"),
        (shows(Content_Range="0-9/25"), "content-range: 25", "pages: {page"),
    ],
)
def test_one_page_of_several_is_not_taken_for_all(server: str, path: str, sign: str, write: str) -> None:
    with pytest.raises(SourceError, match="answers one page and shows that there are more") as refusal:
        read(server, path)
    assert f"({sign})" in str(refusal.value)
    assert write in str(refusal.value)


@pytest.mark.parametrize(
    "body",
    [
        {"count": 10, "next": None, "has_more": False, "nextPageToken": "", "totalPages": 1},
        {"links": {"next": None, "self": "/x"}, "page": {"totalElements": 10, "totalPages": 1, "number": 0}},
        {"total": "12.50", "price": {"total": 900}},
    ],
)
def test_what_is_whole_is_taken(server: str, body: dict[str, Any]) -> None:
    assert read(server, shows(body)) == part(1)


@pytest.mark.parametrize(
    ("path", "keys", "sentence"),
    [
        ("lying", {"pages": {"next": "next"}, "total": "meta.total"}, "there are 26 rows, and gives 25"),
        ("lying", {"pages": {"next": "next"}}, r"still shows more \(meta.total: 26\)"),
        ("next", {"total": "meta.total"}, r"more \(meta.total: 25\): write pages"),
        ("next", {"pages": {"next": "links.next"}, "total": "meta.sum"}, "no number at “meta.sum”"),
        ("deaf", {"pages": {"page": "page", "size": "per_page", "of": 10}}, "gives the same page twice"),
        ("round", {"pages": {"next": "next"}}, "next page is one that was read already"),
        ("endless", {"pages": {"next": "next"}}, "gives more than 7 pages"),
        ("abroad", {"pages": {"next": "next"}}, "next page is at another host, which is not asked"),
        ("cursor", {"pages": {"next": "next"}}, "what stands at “next” is no address"),
        ("whole", {"pages": {"page": "page"}, "total": "nowhere"}, "no number at “nowhere”"),
    ],
)
def test_what_does_not_add_up_or_end_is_one_sentence(
    server: str, path: str, keys: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SourceError, match=sentence) as refusal:
        read(server, path, {"most_pages": 7}, **keys)
    assert "\n" not in str(refusal.value)


HEADERS = {"headers": {"Authorization": "env:CRM_AUTH", "accept": "application/hal+json"}}


def test_a_secret_header_goes_to_its_own_host_only_and_is_never_told(server: str) -> None:
    assert len(read(server, "next", pages={"next": "links.next"}, **HEADERS)) == 25
    assert {secret for _, secret in Library.seen} == {SECRET}
    Library.seen.clear()
    assert read(server, "elsewhere", **HEADERS) == ROWS
    assert [secret for _, secret in Library.seen] == [SECRET, None]
    with pytest.raises(SourceError, match="it answers 401 Unauthorized") as refusal:
        read(server, "refused", **HEADERS)
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize("value", ["", "two\r\nX: lines", "é"])
def test_a_secret_that_cannot_be_sent_is_refused_by_its_name(server: str, value: str) -> None:
    with pytest.raises(SourceError, match="reads its header Authorization from CRM_AUTH, which is not") as refusal:
        Asking("crm", source(f"http://{server}/next", **HEADERS), {"CRM_AUTH": value}, Limits())
    assert value == "" or value not in str(refusal.value)
    assert Library.seen == []


def test_a_server_that_asks_to_wait_is_asked_again_later(server: str) -> None:
    for later in ("1", formatdate(time.time() + 2, usegmt=True)):
        Library.seen, Library.busy = [], {"Retry-After": later}
        began = time.monotonic()
        assert read(server, "whole") == ROWS
        assert (len(Library.seen), time.monotonic() - began >= 0.9) == (2, True)
    Library.busy = {"Retry-After": "3600"}
    with pytest.raises(SourceError, match="it asks to wait 3600 seconds, and 5 are left"):
        read(server, "whole", {"longest": 5.0})
    Library.busy = {"X": "y"}
    with pytest.raises(SourceError, match="it answers 429 Too Many Requests"):
        read(server, "whole")


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"])
def test_a_server_that_drips_ends_at_the_deadline(start: bytes) -> None:
    """A byte now and then, before the first header, between them or in the body."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def drip() -> None:
            stream, _ = listening.accept()
            with stream:
                try:
                    stream.sendall(start)
                    for _ in range(100):
                        stream.sendall(b"[" if start.endswith(b"\r\n\r\n") else b"H")
                        time.sleep(0.1)
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        place = f"127.0.0.1:{listening.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(SourceError, match=r"it takes longer than 0.8 seconds"):
            read(place, "x", {"longest": 0.8})
        assert time.monotonic() - began < 6  # the whole would take ten
        dripping.join()


def test_columns_of_later_pages_are_columns_of_the_table(server: str, tmp_path: Path) -> None:
    place = Place(tmp_path, http_allow=[server])
    keys = source(f"http://{server}/next", pages=Pages(next="links.next"), total="meta.total")
    with open_source("crm", keys, place) as opened:
        assert (opened.rows_read, len(opened.fingerprint)) == (25, 64)
