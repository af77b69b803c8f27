"""scheduler, serve: the alarm clock alone; pages and alarm clock together, stopped together.

The lines of the log: for people, or one JSON object each for programs that read them (LOG_FORMAT).
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from flask import Flask, current_app
from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # it tells no types

from charter.cli.shared import make_tables, refusing, say, settings
from charter.services.records.access_log import WithoutSecrets, place_of
from charter.services.records.audit_log import ContextFilter
from charter.stopping import Stopping
from charter.watchdog import STUCK
from config import PROJECT, Settings


class Plain(logging.Formatter):
    """`2026-11-05 06:00:01,123 INFO charter.services.checks check done [tick=1f2e run=87]`"""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s%(tail)s")

    def format(self, record: logging.LogRecord) -> str:
        marks = getattr(record, "marks", {})
        told = " ".join(f"{name}={value}" for name, value in marks.items())
        record.tail = f" [{told}]" if told else ""
        return super().format(record)


class Json(logging.Formatter):
    """One object a line: at, level, logger, message, then what the line belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "marks", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logs(settings: Settings) -> None:
    """Lines go to standard error, in the form and from the level that the settings ask for."""
    lines = logging.StreamHandler()
    lines.setFormatter(Json() if settings.log_format == "json" else Plain())
    lines.addFilter(ContextFilter())
    root = logging.getLogger()
    root.handlers[:] = [lines]
    root.setLevel(settings.log_level)
    # A look that is skipped because the one before still works is as it should be, every two seconds.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


ACCESS_LOG = '%(t)s "%(r)s" %(s)s %(b)s %(M)sms'
"""Without the address of who asks: staff report here without a name; `r` is without secrets and queries (AccessLog)."""

PATIENCE = 30
"""Seconds that a process is given to finish what it does before it is killed."""


class AccessLog(Logger):  # type: ignore[misc]  # its base tells no types
    """The log of gunicorn, whose lines name places without their secrets."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn does; what it says of errors passes the same filter."""
        super().setup(cfg)
        self.error_log.addFilter(WithoutSecrets())

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """What a line may name. Neither the address asked for nor the one before it is told whole."""
        told: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        place = place_of(str(environ.get("RAW_URI", "")))
        told["r"] = f"{environ.get('REQUEST_METHOD')} {place} {environ.get('SERVER_PROTOCOL')}"
        return told | {"U": place, "q": "", "f": "-"}


@click.command()
@refusing
def scheduler() -> None:
    """Run the alarm clock: due checks are run when they are due. Any number of these may run."""
    from charter.scheduler import start  # noqa: PLC0415 heavy

    make_tables(thoroughly=True)
    set_up_logs(settings())
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the clock's threads need the app itself
    start(app, settings())


@click.command()
@refusing
def serve() -> None:
    """Serve the pages and run the alarm clock; Ctrl-C or TERM stops both cleanly."""
    current = settings()
    make_tables(thoroughly=True)
    # First of all, so that no signal can leave a child behind.
    stopping = Stopping().listen()
    commands = {
        "pages": _gunicorn(current),
        "alarm clock": [sys.executable, "-m", "flask", "charter", "scheduler"],
    }
    children = {name: _start(command) for name, command in commands.items()}
    say(f"Serving on http://{current.host}:{current.port} (Ctrl-C stops)")
    _tell_first_address(current)
    while not stopping.wait(0.5):
        for name, child in children.items():
            if child.poll() == STUCK:
                say(f"The {name} was stuck and ended itself; it is started again.")
                children[name] = _start(commands[name])
            elif child.poll() is not None:
                say(f"The {name} ended by itself (exit code {child.returncode}); stopping everything.")
                _stop(children.values())
                raise SystemExit(1)
    _stop(children.values())
    say("Stopped.")


def _tell_first_address(current: Settings) -> None:
    """Where nobody has an account yet: the one address at which the first is opened. It stands in no log."""
    from charter.services.people.first_account import first_code, has_accounts  # noqa: PLC0415 heavy

    if not has_accounts():
        code = first_code(current.secret_key, datetime.now(UTC))
        say("There is no account yet. Open the first one here, within two hours:")
        say(f"  {current.public_address}/welcome/{code}")


def _gunicorn(current: Settings) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "app:app"),
        *("--bind", f"{current.host}:{current.port}"),
        *("--workers", str(current.workers), "--threads", str(current.threads), "--worker-class", "gthread"),
        *("--preload", "--no-control-socket"),
        *("--logger-class", "charter.cli.serve.AccessLog"),
        *("--log-level", current.log_level.lower(), "--access-logfile", "-", "--access-logformat", ACCESS_LOG),
    ]


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """A child in a process group of its own, so that Ctrl-C reaches it only through us."""
    return subprocess.Popen(command, cwd=PROJECT, start_new_session=True)


def _stop(children: Iterable[subprocess.Popen[bytes]]) -> None:
    found = [child for child in children if child.poll() is None]
    for child in found:
        child.terminate()
    for child in found:
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


COMMANDS = (scheduler, serve)
