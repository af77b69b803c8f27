"""The intranet page under gunicorn, beside a bare Flask route that returns the same bytes as a constant.

Both run the same gunicorn, one worker of four threads; the bare route chooses the language and sets the same headers.
Requests come over kept connections, so that the server is what is measured. BENCH_REQUESTS sets how many a round has.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from flask_migrate import upgrade

from bench.comparison import Comparison
from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.factory import create_app
from charter.services.drafts.applying import apply_charter
from config import Settings

PROJECT = Path(__file__).resolve().parents[1]
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "3000"))
CONNECTIONS = 8
PATH = "/?unit=vannes"
AT_MOST = 1 / 0.7
"""At least 0.7 times the requests per second of the bare route: for as many at most 1 / 0.7 times its time."""


class Warmed(Comparison):
    """Both servers are up and have answered before they are timed."""

    def ratio(self, rounds: int) -> float:
        self.work()
        self.baseline()
        return super().ratio(rounds)


def comparisons() -> Iterator[Comparison]:
    """The page, and its 304."""
    whole, known = (
        "intranet page: beside a bare route of the same bytes",
        "intranet page, 304: beside that of a bare route",
    )
    yield Comparison(whole, lambda: _load(_page()), lambda: _load(_bare()), AT_MOST)
    yield Comparison(known, lambda: _load(_page(), known=True), lambda: _load(_bare(), known=True), AT_MOST)


@cache
def _folder() -> Path:
    folder = Path(mkdtemp(prefix="promesse-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _page() -> tuple[int, str]:
    """The product on the charter of the pages' tests: its port, and the mark of the page."""
    environment = {"VAR_FOLDER": str(_folder() / "var"), "SECRET_KEY": "k" * 32}
    program = "from bench.bench_pages import prepare; prepare()"
    subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env=os.environ | environment, check=True)
    return _served("app:app", environment)


def prepare() -> None:
    """An installation with a charter and no figures yet, in the folder that the environment names."""
    app = create_app(Settings.from_environment())
    with app.app_context():
        upgrade()
        text = (PROJECT / "tests" / "web" / "charter.yaml").read_text(encoding="utf-8")
        apply_charter(COMMAND_LINE, datetime.now(UTC), charter=read_charter(text).charter, folder=str(PROJECT))


@cache
def _bare() -> tuple[int, str]:
    """The bare route, given the very answer of the product."""
    port, _ = _page()
    headers, body = _ask(port)
    (_folder() / "body").write_bytes(body)
    kept = [line for line in headers.split("\r\n")[1:] if line.split(":")[0].lower() not in NOT_OURS]
    (_folder() / "headers").write_text("\n".join(kept), encoding="utf-8")
    return _served("bench.bare_route:app", {"BARE_FOLDER": str(_folder())})


NOT_OURS = frozenset({"server", "date", "connection", "content-length", "content-type"})


def _served(application: str, environment: dict[str, str]) -> tuple[int, str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    command += ["--workers", "1", "--threads", "4", "--worker-class", "gthread", "--log-level", "error"]
    server = subprocess.Popen(command, cwd=PROJECT, env=os.environ | environment)
    atexit.register(_stop, server)
    for _ in range(300):
        try:
            headers, _ = _ask(port)
            return port, next(line[6:] for line in headers.split("\r\n") if line.lower().startswith("etag: "))
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{application} does not answer.")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    server.wait(10)


def _question(mark: str = "") -> bytes:
    lines = [f"GET {PATH} HTTP/1.1", "Host: bench", "Accept-Language: fr-FR,fr;q=0.9,en;q=0.5"]
    return ("\r\n".join([*lines, *([f"If-None-Match: {mark}"] if mark else []), "", ""])).encode()


def _ask(port: int) -> tuple[str, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(_question())
        return _answer(connection)


def _answer(connection: socket.socket) -> tuple[str, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(262_144)
        if not more:
            raise OSError("closed")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(262_144)
    return head.decode(), body


def _load(server: tuple[int, str], *, known: bool = False) -> None:
    """As many requests as a round has, over a few connections."""
    port, mark = server
    question = _question(mark if known else "")
    threads = [threading.Thread(target=_client, args=(port, question)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _client(port: int, question: bytes) -> None:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    for _ in range(REQUESTS // CONNECTIONS):
        try:
            connection.sendall(question)
            _answer(connection)
        except OSError:  # the server let a kept connection go: take another, as a browser does
            connection.close()
            connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.close()
