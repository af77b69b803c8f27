"""scheduler, serve: the alarm clock alone; pages and alarm clock together, stopped together.

The lines of the log, the web server's too: for people, or one JSON object each for programs (LOG_FORMAT).
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
from config import PROJECT, Settings, lean_environment

NUMBER = "promesse.request"
"""Where the pages note the number of a request."""


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
        if record.exc_info or record.exc_text:
            line["exception"] = record.exc_text or self.formatException(record.exc_info or (None, None, None))
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logs(settings: Settings) -> None:
    """Lines go to standard error, in the form and from the level that the settings ask for."""
    _use(Json() if settings.log_format == "json" else Plain(), settings.log_level)


def _use(form: logging.Formatter, level: str | int) -> None:
    lines = logging.StreamHandler()
    lines.setFormatter(form)
    lines.addFilter(ContextFilter())
    root = logging.getLogger()
    root.handlers = [lines]
    root.setLevel(level)
    logging.captureWarnings(True)
    # A look that is skipped because the one before still works is as it should be, every two seconds.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


ACCESS_LOG = '%(t)s "%(r)s" %(s)s %(b)s %(M)sms %(N)s'
"""Without the address of who asks: staff report here without a name; `r` is without secrets and queries, and `N` is the
number of the request."""


class PlainServerLog(Logger):  # type: ignore[misc]  # its base tells no types
    """The log of gunicorn, whose lines name places without their secrets."""

    form: logging.Formatter = Plain()

    def setup(self, cfg: Any) -> None:
        """As gunicorn does; what it says of errors passes the same filter, and what pages say has the same form."""
        super().setup(cfg)
        self.error_log.addFilter(WithoutSecrets())
        _use(self.form, self.error_log.level)

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """What a line may name. Neither the address asked for nor the one before it is told whole."""
        told: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        place = place_of(str(environ.get("RAW_URI", "")))
        told["r"] = f"{environ.get('REQUEST_METHOD')} {place} {environ.get('SERVER_PROTOCOL')}"
        return told | {"U": place, "q": "", "f": "-", "N": environ.get(NUMBER, "-")}


class JsonServerLog(PlainServerLog):
    """The same, one JSON object a line."""

    form = Json()

    def setup(self, cfg: Any) -> None:
        """Both logs of gunicorn in this form."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for lines in log.handlers:
                lines.setFormatter(self.form)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """One line for a request, its parts by name."""
        told = self.atoms(resp, req, environ, request_time)
        facts = {"method": told["m"], "path": told["U"], "status": int(told["s"]), "bytes": int(resp.sent or 0)}
        facts["milliseconds"] = round(request_time.total_seconds() * 1000, 1)
        facts["request"] = told["N"]
        self.access_log.info("%s %s", told["r"], told["s"], extra={"marks": facts})


PATIENCE = 30
"""Seconds that a process is given to finish what it does before it is killed."""


@click.command()
@refusing
def scheduler() -> None:
    """Run the alarm clock: due checks are run when they are due. Any number of these may run."""
    from charter.scheduler import start  # noqa: PLC0415 heavy

    set_up_logs(settings())
    make_tables(thoroughly=True, tell=_tell)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the clock's threads need the app itself
    start(app, settings())


@click.command()
@click.option("--pages-only", is_flag=True, help="The pages alone; the alarm clock runs elsewhere (scheduler).")
@refusing
def serve(pages_only: bool) -> None:
    """Serve the pages and run the alarm clock; Ctrl-C or TERM stops both cleanly."""
    current = settings()
    set_up_logs(current)
    make_tables(thoroughly=True, tell=_tell)
    # First of all, so that no signal can leave a child behind.
    stopping = Stopping().listen()
    commands = {"pages": _gunicorn(current)}
    if not pages_only:
        commands["alarm clock"] = [sys.executable, "-m", "flask", "charter", "scheduler"]
    children = {name: _start(command) for name, command in commands.items()}
    _tell(f"Serving on http://{current.host}:{current.port} (Ctrl-C stops)")
    _tell_first_address(current)
    while not stopping.wait(0.5):
        for name, child in children.items():
            if child.poll() == STUCK:
                _tell(f"The {name} was stuck and ended itself; it is started again.")
                children[name] = _start(commands[name])
            elif child.poll() is not None:
                _tell(f"The {name} ended by itself (exit code {child.returncode}); stopping everything.")
                _stop(children.values())
                raise SystemExit(1)
    _stop(children.values())
    _tell("Stopped.")


def _tell(text: str) -> None:
    """To the person at the terminal, or as a line of the log where programs read it."""
    if settings().log_format == "json":
        logging.getLogger(__name__).info(text)
    else:
        say(text)


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
        *("--logger-class", f"charter.cli.serve.{'Json' if current.log_format == 'json' else 'Plain'}ServerLog"),
        *("--log-level", current.log_level.lower(), "--access-logfile", "-", "--access-logformat", ACCESS_LOG),
    ]


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """A child in a process group of its own, so that Ctrl-C reaches it only through us."""
    return subprocess.Popen(command, cwd=PROJECT, env=lean_environment(), start_new_session=True)


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
