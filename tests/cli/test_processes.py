"""Processes that run at the same time: two runs of what is due, and the server with its two children."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from multiprocessing import Pipe
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, text

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Measurement, Run
from charter.pages import Pages, require_free
from charter.services.verification.verify import verify
from config import PROJECT, Settings
from tests.cli.conftest import Installation
from tests.services.databases import new_url, opened, template_of
from tests.services.world import NOW, apply, many

# One commitment short: fifteen indicators over four months are sixty checks.
INDICATORS, MONTHS = 15, 4


def prepared() -> None:
    """Fifteen indicators of one source, nothing measured."""
    apply(many(INDICATORS))


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_two_processes_at_once_measure_each_check_once(engine: str, tmp_path: Path) -> None:
    here = Installation(new_url(engine, tmp_path, template_of(engine, prepared)), tmp_path)
    command = [sys.executable, "-m", "flask", "charter", "run-due", "--json", "--now", NOW.isoformat()]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, cwd=PROJECT, env=here.environment, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    tallies = [json.loads(out) for out, _ in outputs]
    assert sum(tally["done"] for tally in tallies) == INDICATORS * MONTHS
    assert [tally["failed"] for tally in tallies] == [0, 0]
    with opened(here.url, tmp_path):
        assert db.session.execute(select(DueCheck.state, func.count()).group_by(DueCheck.state)).all() == [("done", 60)]
        runs = (
            db.session.execute(select(func.count(Run.id)).group_by(Run.indicator_key, Run.period_key)).scalars().all()
        )
        assert runs == [1] * 60
        # Each check has a row per agency and month; October has one unit more.
        assert db.session.execute(select(func.count(Measurement.id))).scalar_one() == INDICATORS * (3 * MONTHS + 1)
        assert verify(COMMAND_LINE)["broken"] is None


def children_of(pid: int) -> list[int]:
    """The processes that a process started, from the system's own list."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes]) -> dict[str, object]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(900):
        assert server.poll() is None, "the server ended by itself"
        try:
            with direct.open(address, timeout=5) as answer:
                told: dict[str, object] = json.load(answer)
            if told["last_tick_at"] is not None:
                return told
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{address} does not answer, or no clock ticks")


def begun(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """`serve`, in a session of its own; what it says stands in the log."""
    command = [sys.executable, "-m", "flask", "charter", "serve"]
    with log.open("wb") as told:
        return subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=told, stderr=subprocess.STDOUT, start_new_session=True
        )


def refused(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`serve`, which ends by itself."""
    command = [sys.executable, "-m", "flask", "charter", "serve"]
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_server_answers_ticks_and_stops_cleanly_with_both_children(tmp_path: Path) -> None:
    here = Installation(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path)
    port = free_port()
    # What gunicorn is told in its own variable holds.
    environment = here.environment | {"PORT": str(port), "WORKERS": "1", "GUNICORN_CMD_ARGS": "--workers 3"}
    server = begun(environment, tmp_path / "log")
    try:
        told = wait_for(f"http://127.0.0.1:{port}/health", server)
        assert told["database"] == "ok"
        below = children_of(server.pid)
        assert len(below) == 2
        assert max(len(children_of(child)) for child in below) == 3
        below += [grandchild for child in below for grandchild in children_of(child)]
        started = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
        assert time.monotonic() - started < 45
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    printed = (tmp_path / "log").read_text(encoding="utf-8")
    assert f"Serving on http://127.0.0.1:{port}" in printed
    assert "alarm clock stopped" in printed
    assert printed.rstrip().endswith("Stopped.")
    assert "Traceback" not in printed
    assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []


def test_a_door_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    here = Installation(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = refused(here.environment | {"PORT": port, "WORKERS": "1", "LOG_FORMAT": "json"})
    assert done.returncode == 1
    [said] = done.stderr.splitlines()
    held = f"PORT={port} cannot be served: another program holds it on 127.0.0.1. End that one, or give another port."
    assert json.loads(said)["message"] == held


def test_a_host_that_cannot_be_served_is_one_sentence(tmp_path: Path) -> None:
    here = Installation(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path)
    own = here.environment | {"HOST": "203.0.113.9", "PORT": str(free_port()), "WORKERS": "1"}  # nobody's: of examples
    assert refused(own).stderr == (
        "HOST=203.0.113.9 cannot be served: it is no address of this machine. Give one, such as 127.0.0.1, or 0.0.0.0 "
        "for all of them.\n"
    )
    with pytest.raises(
        SystemExit, match=r"^HOST=no-such\.invalid cannot be served: no address is known by that name\."
    ):
        require_free("no-such.invalid", free_port())
    require_free("127.0.0.1", free_port())
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", 0))
        held.listen()
        require_free(*held.getsockname(), is_shared=True)


def test_a_database_that_does_not_fit_opens_no_door(tmp_path: Path) -> None:
    here = Installation(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path)
    with opened(here.url, tmp_path):
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    done = refused(here.environment | {"PORT": str(free_port()), "WORKERS": "1", "LOG_FORMAT": "json"})
    assert done.returncode == 1
    [said] = done.stderr.splitlines()
    assert "9999" in json.loads(said)["message"]


@pytest.mark.parametrize(
    "told", ["--workers many", "--nonsense", "--config gunicorn.py", "--worker-class nobody's", "--name 'open"]
)
def test_what_gunicorn_is_told_and_cannot_be_is_one_sentence(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", told)
    one, other = Pipe()
    with one, other, pytest.raises(SystemExit, match=r"^GUNICORN_CMD_ARGS cannot be taken: [^\n]+[^.:]\.$"):
        Pages(Settings(database_url="sqlite://", secret_key="s" * 32), other)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_door_is_named_as_addresses_are(host: str) -> None:
    one, other = Pipe()
    with one, other:
        pages = Pages(Settings(database_url="sqlite://", secret_key="s" * 32, host=host, port=8042), other)
    assert pages.cfg.address == [(host, 8042)]
    assert urlsplit(Settings.from_environment({"HOST": host, "SECRET_KEY": "s" * 32}).public_address).hostname == host


@pytest.mark.parametrize("by", [signal.SIGHUP, signal.SIGKILL])
def test_whatever_ends_the_server_leaves_nobody_behind(by: signal.Signals, tmp_path: Path) -> None:
    """A terminal that closes; a kill that nobody can hear. The port is free at once for the next one."""
    here = Installation(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path)
    port = free_port()
    environment = here.environment | {"PORT": "1", "GUNICORN_CMD_ARGS": f"--workers 1 --bind 127.0.0.1:{port}"}
    server = begun(environment, tmp_path / "log")
    wait_for(f"http://127.0.0.1:{port}/health", server)
    below = children_of(server.pid)
    below += [grandchild for child in below for grandchild in children_of(child)]
    assert len(below) == 3
    server.send_signal(by)
    assert server.wait(timeout=60) == (0 if by == signal.SIGHUP else -by)
    deadline = time.monotonic() + 45
    while left := [pid for pid in below if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
    with socket.socket() as door:
        assert door.connect_ex(("127.0.0.1", port)) != 0
    # What is said is where the door is, not what a setting wished.
    assert f"Serving on http://127.0.0.1:{port} " in (tmp_path / "log").read_text(encoding="utf-8")
