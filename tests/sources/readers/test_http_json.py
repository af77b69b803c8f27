"""JSON over HTTP, asked of a real server on loopback: what is read as text, what is never asked, what is too much."""

from __future__ import annotations

import gzip
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import duckdb
import pytest

from charter.domain.charter_file.sources import HttpJsonSource
from charter.domain.vocabulary.errors import SourceError
from charter.outgoing import is_public, secure
from charter.sources.readers.connect import Place, open_source
from charter.sources.readers.http_answers import Asking, Limits
from charter.sources.readers.http_json import load

ROWS = [{"id": "01", "closed": None, "n": 12.50, "ok": True, "more": {"a": [1]}}, {"id": "02", "late": "é"}]


class Answers(BaseHTTPRequestHandler):
    """One server with an address for each way of answering."""

    seen: list[tuple[str, dict[str, str]]]
    body = json.dumps({"data": {"items": ROWS}}).encode()

    def do_GET(self) -> None:
        type(self).seen.append((self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        port = self.server.server_address[1]
        plain: dict[str, tuple[int, dict[str, str], bytes]] = {
            "/rows": (200, {}, self.body),
            "/packed": (200, {"Content-Encoding": "gzip"}, gzip.compress(self.body)),
            "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 3_000_000)),
            "/large": (200, {}, b" " * 3_000_000),
            "/damaged": (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b no"),
            "/cut": (200, {"Content-Encoding": "gzip"}, gzip.compress(self.body)[:-9]),
            "/short": (200, {"Content-Length": "9999"}, self.body),
            "/odd": (200, {"Content-Encoding": "br"}, self.body),
            "/gone": (404, {}, b""),
            "/onward": (302, {"Location": "/rows"}, b""),
            "/round": (302, {"Location": "/round"}, b""),
            "/inside": (302, {"Location": f"http://127.0.0.2:{port}/rows"}, b""),
            "/file": (302, {"Location": "file:///etc/passwd"}, b""),
        }
        status, headers, body = plain.get(path, (500, {}, b""))
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def server() -> Iterator[str]:
    """Its host and port."""
    Answers.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{running.server_address[1]}"
        running.shutdown()
        thread.join()


def source(url: str, rows: str | None = "data.items") -> HttpJsonSource:
    return HttpJsonSource(kind="http-json", url=url, rows=rows)


def fetch(url: str, environ: dict[str, str], limits: Limits) -> bytes:
    asking = Asking("crm", source(url), environ, limits)
    answer = asking.answer(asking.url)
    assert answer is not None
    return answer.body


def asked(url: str, *allowed: str, **limits: Any) -> bytes:
    return fetch(url, {}, Limits(allowed, **limits))


@pytest.mark.parametrize("path", ["rows", "packed", "onward", "rows?since=2026&key=%20x"])
def test_a_body_is_fetched_from_an_allowed_host(server: str, path: str) -> None:
    assert asked(f"http://{server}/{path}", server) == Answers.body
    headers = Answers.seen[0][1]
    assert Answers.seen[0][0] == f"/{path}"
    assert (headers["Host"], headers["Accept"]) == (server, "application/json")


def test_an_address_may_come_from_the_environment_with_its_password(server: str) -> None:
    environ = {"CRM": f"http://reader:secret@{server}/rows"}
    assert fetch("env:CRM", environ, Limits([server])) == Answers.body
    assert Answers.seen[0][1]["Authorization"] == "Basic cmVhZGVyOnNlY3JldA=="
    with pytest.raises(SourceError, match="reads its address from CRM, which is not set"):
        fetch("env:CRM", {}, Limits())
    with pytest.raises(SourceError) as refusal:
        fetch("env:CRM", {"CRM": f"http://reader:secret@{server}/gone?key=hidden"}, Limits([server]))
    assert "it answers 404 Not Found" in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert "hidden" not in str(refusal.value)


def test_a_private_address_is_not_asked(server: str) -> None:
    port = server.partition(":")[2]
    for host in ("127.0.0.1", "localhost", "LOCALHOST"):
        with pytest.raises(SourceError, match=r"leads to .*, a private address .*HTTP_SOURCES_ALLOW"):
            asked(f"http://{host}:{port}/rows")
    assert Answers.seen == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("ff02::1", False),
        ("::10.0.0.1", False),
        ("::93.184.216.34", True),
        ("::ffff:0:10.0.0.1", False),
        ("::ffff:0:93.184.216.34", True),
        ("64:ff9b:1::5db8:d822", False),
        ("64:ff9b:1:7f00::1", False),
        ("2001:0:5db8:d822::5601:fefe", False),
        ("2606:2800:220:1::5efe:10.0.0.1", False),
        ("2606:2800:220:1:200:5efe:192.168.1.1", False),
        ("fec0::1", False),
    ],
)
def test_what_is_a_public_address(address: str, expected: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is expected


def test_a_name_with_one_private_address_is_not_asked() -> None:
    def resolve(host: str, port: int, **kind: Any) -> list[Any]:
        return [(2, 1, 6, "", (address, port)) for address in ("93.184.216.34", "10.0.0.1")]

    with pytest.raises(SourceError, match=r"leads to crm.example, a private address \(10.0.0.1\)"):
        asked("http://crm.example/rows", resolve=resolve)


def test_the_connection_goes_to_the_address_that_was_checked(server: str) -> None:
    """A name that answers otherwise the second time is asked once only."""
    times: list[str] = []

    def resolve(host: str, port: int, **kind: Any) -> list[Any]:
        times.append(host)
        return [(2, 1, 6, "", ("127.0.0.1" if len(times) == 1 else "10.0.0.1", port))]

    port = server.partition(":")[2]
    assert asked(f"http://crm.example:{port}/rows", "crm.example", resolve=resolve) == Answers.body
    assert times == ["crm.example"]
    assert Answers.seen[0][1]["Host"] == f"crm.example:{port}"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("inside", r"leads to 127.0.0.2, a private address"),
        ("file", r"not http:// or https://"),
        ("round", r"it leads on more than 5 times"),
        ("large", r"it gives more than the 1 MB allowed"),
        ("bomb", r"it gives more than the 1 MB allowed"),
        ("damaged", r"its packed body is damaged"),
        ("cut", r"its packed body ends too early"),
        ("short", r"ends too early|IncompleteRead"),
        ("odd", r"its body is packed as br"),
        ("gone", r"it answers 404"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence(server: str, path: str, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence) as refusal:
        asked(f"http://{server}/{path}", server, largest=1024**2)
    assert "\n" not in str(refusal.value)


def test_a_silent_or_closed_server_is_one_sentence() -> None:
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        with pytest.raises(SourceError, match="Connection refused"):
            asked(f"http://127.0.0.1:{port}/", "127.0.0.1")
        silent.listen()
        with pytest.raises(SourceError, match=r"no answer within 0.2 seconds"):
            asked(f"http://127.0.0.1:{port}/", "127.0.0.1", patience=0.2)


def test_a_server_without_a_certificate_is_not_trusted(server: str) -> None:
    with pytest.raises(SourceError, match=r"cannot be read from 127\.0\.0\.1"):
        asked(f"https://{server}/rows", server)
    assert (secure().verify_mode, secure().check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize("url", ["http://", "http://host:99999/", "http:///rows", "https://a b/", "http://h/\r\nX: y"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SourceError, match="names an address that is not http"):
        fetch("env:CRM", {"CRM": url}, Limits())


def loaded(body: Any, rows: str | None = None) -> list[tuple[Any, ...]]:
    connection = duckdb.connect()
    load(connection, "rows", "crm", body if isinstance(body, bytes) else json.dumps(body).encode(), rows)
    return connection.execute("SELECT * FROM rows").fetchall()


def test_everything_is_text_as_it_was_written() -> None:
    found = loaded(b'[{"id": "01", "n": 12.50, "big": 123456789012345678901, "ok": true, "no": null, "at": {"a": 1}}]')
    assert found == [("01", "12.50", "123456789012345678901", "true", None, '{"a": "1"}', "1")]
    first, second = loaded(ROWS)
    assert first == ("01", None, "12.5", "true", '{"a": ["1"]}', '["1"]', None)
    assert second == ("02", None, None, None, None, None, "é")


def test_what_an_object_holds_stands_beside_it_unless_names_become_too_many() -> None:
    """Three deep; a name that stands there already keeps its value."""
    assert loaded([{"a": {"b": {"c": {"d": {"e": 1}}}}, "a.x": 2}])[0][1:] == ("2", '{"e": "1"}')
    assert len(loaded([{"id": 1, "by": {f"n{n}": n for n in range(600)}}])[0]) == 2


@pytest.mark.parametrize(
    ("body", "rows", "sentence"),
    [
        (b"", None, "does not answer JSON"),
        (b"<html>", None, "does not answer JSON"),
        (b"\xff\xfe\x00", None, "does not answer JSON"),
        (b"[" * 100_000, None, "does not answer JSON"),
        ({"data": []}, None, "answers no list of objects: say where"),
        ({"data": []}, "items", "there is no “items”"),
        ({"data": {"items": 3}}, "data.items", "answers no list of objects at “data.items”"),
        ([1, 2], None, "answers no list of objects"),
        ([], None, "answers an empty list"),
        ([{}], None, "answers an empty list"),
        ([{"a": 1, "A": 2}], None, "two columns named"),
        ([{str(n): 1 for n in range(501)} | {"x": 1}], None, "has no header|objects of 502 names"),
    ],
)
def test_what_is_no_list_of_objects_is_one_sentence(body: Any, rows: str | None, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        loaded(body, rows)


def test_a_source_is_opened_like_any_other(server: str, tmp_path: Any) -> None:
    place = Place(tmp_path, http_allow=[server])
    with open_source("crm", source(f"http://{server}/rows"), place) as found:
        assert (found.rows_read, len(found.fingerprint), found.read_as_known_on) == (2, 64, True)
        assert found.table.id.to_pyarrow().to_pylist() == ["01", "02"]
    with pytest.raises(SourceError, match="private address"):
        open_source("crm", source(f"http://{server}/rows"), Place(tmp_path))
