"""Mail to a real server: what arrives is what was written, and every fault of the server is one sentence."""

from __future__ import annotations

import socket
import ssl
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from charter.post.refusals import NotSent
from charter.post.smtp import Letter, Mailer, MailServer, message_of
from tests.post.servers import Inbox, mail_server, odd_server

AT = datetime(2026, 11, 10, 9, 5, tzinfo=UTC)
Server = tuple[Inbox, int]
CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""With its key: of these tests alone, trusted nowhere."""


def letter(**given: Any) -> Letter:
    whole: dict[str, Any] = {
        "message_id": "abc", "name": "Chloé Martin", "email": "chloe@example.org", "subject": "Écart en octobre",
        "text": "Bonjour,\n« 82 % »\n", "html": "<p>Bonjour</p>", "at": AT,
    }  # fmt: skip
    return Letter(**(whole | given))


def at(port: int, **given: Any) -> MailServer:
    whole: dict[str, Any] = {"host": "127.0.0.1", "port": port, "tls": "off", "sender": "Promesse <p@example.org>"}
    return MailServer(**(whole | given))


def refused(server: MailServer, one: Letter | None = None) -> NotSent:
    with Mailer(server) as mailer, pytest.raises(NotSent) as refusal:
        mailer.send(one or letter())
    assert "\n" not in str(refusal.value)
    return refusal.value


def test_a_letter_arrives_in_text_and_html(server: Server) -> None:
    inbox, port = server
    with Mailer(at(port)) as mailer:
        mailer.send(letter())
        mailer.send(letter(email="bruno@example.org"))
    assert [to for to, _ in inbox.messages] == ["chloe@example.org", "bruno@example.org"]
    message = inbox.messages[0][1]
    assert message["From"] == "Promesse <p@example.org>"
    assert message["To"] == "Chloé Martin <chloe@example.org>"
    assert message["Subject"] == "Écart en octobre"
    assert message["Message-ID"] == "<abc@example.org>"
    assert message["Date"].datetime == AT
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == "Bonjour,\n« 82 % »\n"
    assert html.get_content().strip() == "<p>Bonjour</p>"


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: eva@example.org", "x\nBcc: eva@example.org\n\nbody", "x\x00\x0bBcc:", "x" * 900]
)
def test_no_name_and_no_subject_adds_a_header(server: Server, evil: str) -> None:
    inbox, port = server
    with Mailer(at(port, sender="p@example.org")) as mailer:
        mailer.send(letter(name=evil, subject=evil))
    ((to, message),) = inbox.messages
    assert to == "chloe@example.org"
    assert message["Bcc"] is None
    assert (
        sorted(message.keys())
        == sorted(
            [
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "Auto-Submitted",
                "X-Auto-Response-Suppress",
                "MIME-Version",
                "Content-Type",
                "X-Peer",
                "X-MailFrom",
                "X-RcptTo",
            ]
        )
        or "X-Peer" not in message
    )


@pytest.mark.parametrize(
    "email", ["chloe@example.org\r\nRCPT TO:<eva@example.org>", "a@b\n", "", "chloe", "@example.org", "a b@example.org",
              "a@b>,<eva@example.org", "a@" + "x" * 70 + ".org"]
)  # fmt: skip
def test_an_address_that_is_none_is_refused_before_anything_is_said(server: Server, email: str) -> None:
    inbox, port = server
    refusal = refused(at(port), letter(email=email))
    assert "cannot be written to" in str(refusal)
    assert (refusal.is_final, refusal.is_everyones, inbox.messages) == (True, False, [])


def test_a_host_beyond_ascii_is_written_as_machines_write_it() -> None:
    assert message_of(letter(email="jean@société.fr"), "p@example.org")["To"].addresses[0].domain == "xn--socit-esab.fr"


def test_a_refused_recipient_is_final_and_the_next_one_is_written_to(server: Server) -> None:
    inbox, port = server
    inbox.refuse = {"gone@example.org": "550 5.1.1 no such person", "full@example.org": "452 4.2.2 mailbox full"}
    with Mailer(at(port)) as mailer:
        with pytest.raises(NotSent, match=r"does not take this recipient: 550 5.1.1 no such") as gone:
            mailer.send(letter(email="gone@example.org"))
        with pytest.raises(NotSent, match=r"452 4.2.2 mailbox full") as full:
            mailer.send(letter(email="full@example.org"))
        mailer.send(letter())
    assert [(one.value.is_final, one.value.is_everyones) for one in (gone, full)] == [(True, False), (False, False)]
    assert [to for to, _ in inbox.messages] == ["chloe@example.org"]


@pytest.mark.parametrize(("answer", "is_final"), [("554 no", True), ("451 later", False)])
def test_a_refused_message_is_told_apart(server: Server, answer: str, is_final: bool) -> None:
    inbox, port = server
    inbox.data = answer
    refusal = refused(at(port))
    assert str(refusal) == f"The mail server does not take this message: {answer}"
    assert (refusal.is_final, refusal.is_everyones) == (is_final, False)


def test_a_server_that_is_down_slow_or_odd_is_one_sentence_for_everyone(server: Server) -> None:
    inbox, port = server
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = free.getsockname()[1]
    assert "does not answer: Connection refused" in str(refused(at(nobody)))
    inbox.slow = 2.0
    slow = refused(at(port, patience=0.2))
    assert "is silent for 0.2 s" in str(slow)
    for answer, sentence in (
        (b"", "is silent"),
        (b"554 go away\r\n", "refuses: 554 go away"),
        (b"HTTP/1.1 400\r\n", ""),
    ):
        with odd_server(answer) as odd:
            refusal = refused(at(odd, patience=0.3))
        assert sentence in str(refusal)
        assert (refusal.is_final, refusal.is_everyones) == (False, True)
    assert (slow.is_final, slow.is_everyones) == (False, True)


def test_a_server_that_drips_does_not_hold_us(server: Server) -> None:
    with odd_server(b"220-x", drip=0.05) as odd:
        begin = time.monotonic()
        refusal = refused(at(odd, patience=0.4, longest=0.5))
    assert time.monotonic() - begin < 5
    assert refusal.is_everyones


def test_a_server_that_cannot_hide_what_is_said_is_not_told_it(server: Server) -> None:
    refusal = refused(at(server[1], tls="starttls"))
    assert "STARTTLS" in str(refusal)
    assert (refusal.is_final, refusal.is_everyones, server[0].messages) == (False, True, [])


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_what_is_said_is_hidden_from_others_and_only_told_to_who_is_trusted(
    tls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate of these tests names 127.0.0.1, and is trusted where it is named."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    options: dict[str, Any] = {"ssl_context": context}
    if tls == "starttls":
        options = {"tls_context": context, "require_starttls": True}
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with mail_server(**options) as (inbox, port):
        with Mailer(at(port, tls=tls)) as mailer:
            mailer.send(letter())
            mailer.send(letter(email="bruno@example.org"))
        assert len(inbox.messages) == 2
        monkeypatch.delenv("SSL_CERT_FILE")
        stranger = refused(at(port, tls=tls))
    assert "CERTIFICATE_VERIFY_FAILED" in str(stranger)
    assert (stranger.is_final, stranger.is_everyones, len(inbox.messages)) == (False, True, 2)


def test_the_name_and_password_of_the_settings_are_said() -> None:
    with mail_server(asks_name=True) as (inbox, port):
        with Mailer(at(port, user="us", password="right")) as mailer:
            mailer.send(letter())
        assert inbox.users == [(b"us", b"right")]
        refusal = refused(at(port, user="us", password="wrong"))
    assert str(refusal).startswith("The mail server does not take SMTP_USER and SMTP_PASSWORD: 535")
    assert "wrong" not in str(refusal)
    assert "right" not in repr(at(port, password="right"))
    assert (refusal.is_final, refusal.is_everyones, len(inbox.messages)) == (False, True, 1)
