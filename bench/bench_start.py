"""What a command costs until it has answered, beside a bare Flask command: both are whole processes. And how long it
takes from `serve` to the first answer of a page, beside a bare route under the same gunicorn.

CPU time is compared, so that other work of the machine weighs little; compiled files are there, as after a first run.
The charter of `status` is small, with four measured months: what is seen is mostly the start.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import mkdtemp
from time import perf_counter, sleep

from flask_migrate import upgrade

from bench.comparison import Comparison, Work
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.factory import create_app
from charter.services.checks.running import run_due
from charter.services.records.access import Access
from config import Settings
from tests.services.world import NOW, apply, write_cases

PROJECT = Path(__file__).resolve().parents[1]
AS_OF = ("--period", "2026-10", "--now", NOW.isoformat())
BARE = ("--app", "bench.bare_command", "hello")


class Processes(Comparison):
    """Compares the CPU time of processes. Each runs once before: that one compiles what it loads."""

    def ratio(self, rounds: int) -> float:
        self.work()
        self.baseline()
        return median(_cpu_seconds(self.work) / _cpu_seconds(self.baseline) for _ in range(rounds))


def comparisons() -> Iterator[Comparison]:
    """The list of commands, the version, the status of a month."""
    for name, arguments, at_most in (
        ("--help", ("charter", "--help"), 1.5),
        ("version", ("charter", "version"), 2.7),
        ("status", ("charter", "status", *AS_OF), 4.3),
    ):
        yield Processes(
            f"flask charter {name}: beside a bare Flask command", _command(*arguments), _command(*BARE), at_most
        )

    yield FirstAnswer(
        "flask charter serve: to the first answer of the intranet page, beside a bare route with the same libraries",
        _serving("flask", "charter", "serve", "--pages-only"),
        _serving("gunicorn", "bench.bare_stack:app", "--preload", "--no-control-socket", "--worker-class", "gthread"),
        at_most=4,
    )


class FirstAnswer(Comparison):
    """Compares how long servers take from their start to their first answer; each has run once before."""

    def ratio(self, rounds: int) -> float:
        self.work()
        self.baseline()
        return median(float(str(self.work())) / float(str(self.baseline())) for _ in range(rounds))


def _serving(module: str, *arguments: str) -> Work:
    """Start it, ask until it answers, end it; returns the seconds until the answer."""

    def run() -> float:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        bind = ["--bind", f"127.0.0.1:{port}"] if module == "gunicorn" else []
        command = [sys.executable, "-m", module, *arguments, *bind]
        given = _environment() | {"PORT": str(port), "LOG_LEVEL": "ERROR"}
        begun = perf_counter()
        server = subprocess.Popen(command, cwd=PROJECT, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not _answers(port):
                if server.poll() is not None:
                    raise RuntimeError(f"{module} ended by itself.")
                sleep(0.01)
            return perf_counter() - begun
        finally:
            server.terminate()
            server.wait(30)

    return run


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return connection.recv(12).endswith(b" 200")
    except OSError:
        return False


def _cpu_seconds(work: Work) -> float:
    before = getrusage(RUSAGE_CHILDREN)
    work()
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _command(*arguments: str) -> Work:
    command = [sys.executable, "-m", "flask", *arguments]
    return lambda: subprocess.run(command, cwd=PROJECT, env=_environment(), stdout=subprocess.DEVNULL, check=True)


@cache
def _environment() -> dict[str, str]:
    """An installation with a charter and its figures, and a folder for compiled files."""
    folder = Path(mkdtemp(prefix="promesse-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    own = {"VAR_FOLDER": str(folder / "var"), "SECRET_KEY": "k" * 32, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    found = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | own
    program = "from bench.bench_start import prepare; prepare()"
    subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env=found, check=True)
    return found


def prepare() -> None:
    """Make it, in the folder that the environment names."""
    settings = Settings.from_environment()
    write_cases(settings.var_folder)
    with create_app(settings).app_context():
        upgrade()
        apply(folder=settings.var_folder)
        run_due(COMMAND_LINE, NOW, Access())
