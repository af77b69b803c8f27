"""Webhooks to a real server: signed, never to a private address, every fault one sentence."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from charter.post.refusals import NotSent
from charter.post.webhook import Hook, body_of, tell
from tests.post.servers import Program, odd_server

AT = datetime(2026, 11, 10, 9, 5, tzinfo=UTC)
BODY = body_of("abc", "alert:opened", {"alert": 12, "titre": "Réponse"})


def told(address: str, *allowed: str, **given: Any) -> None:
    tell(Hook(address, "a secret", allowed or ("127.0.0.1",), **given), "abc", BODY, AT)


def refused(address: str, *allowed: str, **given: Any) -> NotSent:
    with pytest.raises(NotSent) as refusal:
        told(address, *allowed, **given)
    assert "\n" not in str(refusal.value)
    assert "hidden" not in str(refusal.value)
    return refusal.value


def test_the_program_can_check_who_speaks(listener: str) -> None:
    told(f"http://{listener}/hook?key=1", listener)
    path, headers, body = Program.seen[0]
    assert path == "/hook?key=1"
    assert json.loads(body) == {"event": "alert:opened", "delivery": "abc", "alert": 12, "titre": "Réponse"}
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert (headers["Promesse-Delivery"], headers["Promesse-Timestamp"]) == ("abc", str(int(AT.timestamp())))
    # As docs/how-to/webhooks.md shows it.
    expected = hmac.new(b"a secret", headers["Promesse-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(headers["Promesse-Signature"], f"sha256={expected}")


def test_a_private_address_is_not_told(listener: str) -> None:
    port = listener.partition(":")[2]
    for host in ("127.0.0.1", "localhost"):
        refusal = refused(f"http://{host}:{port}/hidden", "elsewhere.example")
        assert f"Add {host}:{port} to the setting WEBHOOKS_ALLOW" in str(refusal)
        assert (refusal.is_final, refusal.is_everyones) == (True, True)
    assert Program.seen == []


def test_the_program_is_told_at_the_address_that_was_checked(listener: str) -> None:
    """A name that answers otherwise the second time is asked once only."""
    times: list[str] = []

    def resolve(host: str, port: int, **kind: Any) -> list[Any]:
        times.append(host)
        return [(2, 1, 6, "", ("127.0.0.1" if len(times) == 1 else "10.0.0.1", port))]

    told(f"http://crm.example:{listener.partition(':')[2]}/hook", "crm.example", resolve=resolve)
    assert (times, len(Program.seen)) == (["crm.example"], 1)
    inside = refused("http://crm.example/hook", "other.example", resolve=resolve)
    assert "crm.example is at a private address (10.0.0.1)" in str(inside)


@pytest.mark.parametrize(
    ("path", "sentence", "is_final"),
    [
        ("broken", "127.0.0.1 answers 500 Internal Server Error.", False),
        ("gone", "127.0.0.1 answers 404 Not Found.", False),
        ("onward", "127.0.0.1 leads elsewhere (302): set its address to the one it leads to.", True),
        ("hang", "127.0.0.1 gives no answer within 0.3 seconds.", False),
    ],
)
def test_what_a_program_answers_is_one_sentence(listener: str, path: str, sentence: str, is_final: bool) -> None:
    refusal = refused(f"http://{listener}/{path}", listener, patience=0.3)
    assert (str(refusal), refusal.is_final) == (sentence, is_final)


def test_a_huge_answer_is_not_read(listener: str) -> None:
    begin = time.monotonic()
    told(f"http://{listener}/huge", listener)
    assert time.monotonic() - begin < 5


def test_a_program_that_drips_does_not_hold_us() -> None:
    with odd_server(b"H", drip=0.05) as port:
        begin = time.monotonic()
        refusal = refused(f"http://127.0.0.1:{port}/", patience=1, longest=0.5)
    assert time.monotonic() - begin < 5
    assert refusal.is_everyones


def test_a_program_that_is_not_there_is_one_sentence(listener: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "127.0.0.1 cannot be reached" in str(refused(f"http://127.0.0.1:{port}/"))
    assert "127.0.0.1 cannot be reached" in str(refused(f"https://{listener}/"))
