"""Mail by SMTP: one message to one person; every fault is one sentence, and no server can hold us for ever."""

from __future__ import annotations

import smtplib
import socket
import textwrap
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from types import TracebackType

from charter.domain.vocabulary.errors import Sentence
from charter.outgoing import cut_off_after, secure
from charter.post.refusals import NotSent

PATIENCE = 20.0
"""Seconds that one answer of the server may take."""

FOR_GOOD, CLOSING = 500, 421

LONGEST = 90.0
"""Seconds that one message may take in all."""


@dataclass(frozen=True)
class MailServer:
    """Where mail leaves. `tls`: starttls, tls or off."""

    host: str
    port: int
    tls: str
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    patience: float = PATIENCE
    longest: float = LONGEST
    reply_to: str = ""


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a letter: a PDF."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What one person is written, and what goes with it. `thread`: what it is about, so that mailboxes keep together
    what is about the same; `stop`: the address at which this kind of mail is turned off."""

    message_id: str
    name: str
    email: str
    subject: str
    text: str
    html: str
    at: datetime
    enclosures: tuple[Enclosure, ...] = ()
    thread: tuple[str, ...] = ()
    stop: str | None = None


WIDTH = 72


def flowed(text: str) -> str:
    """The text in lines of 72 letters at most that a mailbox may join again (RFC 3676, format=flowed)."""
    lines: list[str] = []
    for line in text.split("\n"):
        parts = (
            textwrap.wrap(line, WIDTH - 1, break_long_words=False, break_on_hyphens=False) if line != "-- " else [line]
        )
        stuffed = [f" {part}" if part.startswith((" ", ">", "From ")) else part for part in parts or [""]]
        lines += [f"{part} " for part in stuffed[:-1]] + stuffed[-1:]
    return "\n".join(lines)


def message_of(letter: Letter, sender: str, reply_to: str = "") -> EmailMessage:
    """The message. Raises NotSent where an address cannot be written; no name or subject can add a header."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(one_line(name), addr_spec=_addr_spec(address))
        message["To"] = Address(one_line(letter.name), addr_spec=_addr_spec(letter.email))
        message.set_raw("Subject", _subject(one_line(letter.subject)))
        message["Date"] = format_datetime(letter.at)
        host = _addr_spec(address).rpartition("@")[2]
        message["Message-ID"] = f"<{letter.message_id}@{host}>"
        if reply_to:
            answers_to = parseaddr(reply_to)
            message["Reply-To"] = Address(one_line(answers_to[0]), addr_spec=_addr_spec(answers_to[1]))
        if letter.thread:
            message["References"] = " ".join(f"<{one}@{host}>" for one in letter.thread[:MOST_REFERENCES])
            message["In-Reply-To"] = f"<{letter.thread[0]}@{host}>"
        if letter.stop:
            message["List-Unsubscribe"] = f"<{letter.stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(flowed(letter.text), cte="quoted-printable", params={"format": "flowed"})
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
        for one in letter.enclosures:
            message.add_attachment(one.content, maintype="application", subtype="pdf", filename=one_line(one.name))
    except (ValueError, IndexError, MessageError) as error:
        sentence = Sentence("The address “%(email)s” cannot be written to: correct it.", email=one_line(letter.email))
        raise NotSent(sentence, is_final=True, is_address=True) from error
    return message


MOST_REFERENCES = 20


def _subject(text: str) -> str:
    """The subject as it travels: encoded as a whole, for between words that are and are not, spaces get lost."""
    return Header(text, "us-ascii" if text.isascii() else "utf-8", header_name="Subject").encode()


def one_line(text: str) -> str:
    """The words without line breaks and signs that do not print: what stands in a header stays in it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _addr_spec(address: str) -> str:
    """The address with the name of its host as machines write it. Raises ValueError."""
    local, _, host = address.rpartition("@")
    if not local or not host or not address.isprintable():
        raise ValueError(address)
    return f"{local}@{host.encode('idna').decode('ascii')}"


class Mailer:
    """A connection to the mail server, made when the first letter leaves and kept for the next ones."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Mailer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError), cut_off_after(self._server.patience, self._stream):
                self._smtp.quit()
        self._drop()

    def send(self, letter: Letter) -> None:
        """Send one letter. Raises NotSent."""
        message = message_of(letter, self._server.sender, self._server.reply_to)
        with cut_off_after(self._server.longest, self._stream):
            if self._smtp is None:
                self._connect()
            assert self._smtp is not None
            try:
                self._smtp.send_message(message)
            except (smtplib.SMTPException, OSError) as error:
                refusal = self._why_not(error)
                if refusal.is_everyones:
                    self._drop()
                raise refusal from error

    def _stream(self) -> socket.socket | None:
        found: socket.socket | None = getattr(self._smtp, "sock", None)
        return found

    def _connect(self) -> None:
        server = self._server
        context = None if server.tls == "off" else secure()
        try:
            if server.tls == "tls":
                self._smtp = smtplib.SMTP_SSL(timeout=server.patience, context=context)
            else:
                self._smtp = smtplib.SMTP(timeout=server.patience)
            # The name that certificates are checked against: `connect` alone does not keep it.
            self._smtp._host = server.host  # type: ignore[attr-defined]
            code, said = self._smtp.connect(server.host, server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, said)
            if server.tls == "starttls":
                self._smtp.starttls(context=context)
            if server.user:
                self._smtp.login(server.user, server.password or "")
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            why = self._why_not(error)
            raise NotSent(why.sentence, is_everyones=True) from error

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _why_not(self, error: Exception) -> NotSent:
        """What the server answers, or its silence, as a sentence."""
        server = f"{self._server.host}:{self._server.port}"
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code, said = next(iter(error.recipients.values()))
            # 421 ends the conversation, whoever it was about.
            sentence = Sentence("The mail server does not take this recipient: %(answer)s", answer=_answer(code, said))
            return NotSent(sentence, is_final=code >= FOR_GOOD, is_everyones=code == CLOSING, is_address=True)
        if isinstance(error, smtplib.SMTPResponseException):
            return _refused(server, error)
        if isinstance(error, smtplib.SMTPNotSupportedError):
            words = Sentence("The mail server %(server)s cannot do what is asked: %(reason)s", server=server,
                             reason=str(error))  # fmt: skip
            return NotSent(words, is_final=True)
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            patience = f"{self._server.patience:g}"
            words = Sentence("The mail server %(server)s is silent for %(seconds)s s.", server=server, seconds=patience)
            return NotSent(words, is_everyones=True)
        words = Sentence("The mail server %(server)s does not answer: %(reason)s", server=server, reason=_reason(error))
        return NotSent(words, is_everyones=True)


def _refused(server: str, error: smtplib.SMTPResponseException) -> NotSent:
    """What the server answers to a message, to the account, or to the conversation."""
    code, answer = error.smtp_code, _answer(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPDataError):
        sentence = Sentence("The mail server does not take this message: %(answer)s", answer=answer)
        return NotSent(sentence, is_final=code >= FOR_GOOD, is_everyones=code == CLOSING)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        sentence = Sentence("The mail server does not take SMTP_USER and SMTP_PASSWORD: %(answer)s", answer=answer)
        return NotSent(sentence, is_everyones=True)
    sentence = Sentence("The mail server %(server)s refuses: %(answer)s", server=server, answer=answer)
    return NotSent(sentence, is_everyones=True)


def _answer(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {one_line(text)}"[:300]


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:300]
