"""A real mail server and a real web server on this machine, as good and as bad as those out there."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Inbox:
    """What arrived, and how the server treats whom. `refuse`: recipient -> answer; `data`: the answer to a message."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, EmailMessage]] = []
        self.refuse: dict[str, str] = {}
        self.data = "250 taken"
        self.slow = 0.0
        self.users: list[tuple[bytes, bytes]] = []

    async def handle_RCPT(  # noqa: N802 the name that the server calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.refuse.get(address) or self.refuse.get("*")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 the name that the server calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.slow)
        if self.data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.messages.append((envelope.rcpt_tos[0], message))
        return self.data

    def take(self, server: Any, session: Any, envelope: Any, mechanism: str, auth: Any) -> AuthResult:
        self.users.append((auth.login, auth.password))
        return AuthResult(success=auth.password == b"right", handled=False)


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Inbox, int]]:
    """The inbox and the port of a mail server."""
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    if options.pop("asks_name", False):
        options |= {"authenticator": inbox.take, "auth_require_tls": False}
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


@contextmanager
def odd_server(answer: bytes, drip: float = 0.0) -> Iterator[int]:
    """The port of a server that says this to whoever comes, a byte at a time where `drip` says so, and then nothing."""
    stopping = threading.Event()
    held: list[socket.socket] = []

    def serve() -> None:
        while not stopping.is_set():
            try:
                stream, _ = listening.accept()
            except OSError:
                return
            held.append(stream)
            try:
                if not drip:
                    stream.sendall(answer)
                    continue
                for sign in answer * 10_000:
                    if stopping.is_set():
                        return
                    stream.sendall(bytes([sign]))
                    time.sleep(drip)
            except OSError:
                continue

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stopping.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()
            for stream in held:
                stream.close()


class Program(BaseHTTPRequestHandler):
    """What listens to webhooks, with an address for each way of answering."""

    seen: list[tuple[str, dict[str, str], bytes]]
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append((self.path, dict(self.headers), body))
        if self.path == "/hang":
            time.sleep(1)
            return
        status = {"/broken": 500, "/onward": 302, "/gone": 404}.get(self.path, type(self).status)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://10.0.0.1/inside")
        if self.path == "/huge":
            self.send_header("Content-Length", str(10**12))
        self.end_headers()
        if self.path == "/huge":
            try:
                for _ in range(1000):
                    self.wfile.write(b"x" * 65536)
            except OSError:
                return

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing on the terminal."""


@contextmanager
def program() -> Iterator[str]:
    """Its host and port."""
    Program.seen, Program.status = [], 200
    with ThreadingHTTPServer(("127.0.0.1", 0), Program) as running:
        running.daemon_threads = False
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"127.0.0.1:{running.server_address[1]}"
        finally:
            running.shutdown()
            thread.join()
