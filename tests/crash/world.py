"""A tiny source under many checks: four daily promises, counted for every day, with known answers."""

from __future__ import annotations

import csv
import os
import select as waiting
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Measurement, Run
from charter.services.charters.versions import history
from charter.services.drafts.applying import apply_charter
from charter.services.schedule.due import make_due
from charter.services.verification.verify import verify
from config import PROJECT
from tests.services.databases import ENGINES, ground

BOTH = [pytest.param(each, marks=pytest.mark.postgres if each == "postgres" else ()) for each in ENGINES]
"""Each of these stories is told on both engines."""

LEASE = 60
"""Seconds that a dead process keeps what it held."""

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LAST = date(2026, 11, 19)
KINDS = 4


def days(count: int) -> list[date]:
    return [LAST - timedelta(days=back) for back in range(count)][::-1]


def cases_of(day: date) -> int:
    """How many cases a day has: another number each day."""
    return 1 + day.toordinal() % 3


def charter_of(first: date) -> str:
    lines = [
        "charter: {key: crash, organisation: Crash, title: {en: Crash}, timezone: Europe/Paris, calendar: FR, "
        f"valid_from: {first}}}",
        "units:",
        "  - {key: all, name: All, kind: company}",
        "  - {key: here, name: Here, parent: all, kind: agency}",
        "sources: {cases: {kind: csv, path: cases.csv}}",
        "commitments:",
    ]
    for number in range(KINDS):
        lines += [
            f"  - key: c{number}",
            f"    title: {{en: Promise {number}}}",
            f"    promise: {{en: We keep promise {number} each day.}}",
            "    owner: Somebody",
            "    indicators:",
            f"      - {{key: i{number}, title: {{en: Figure {number}}}, kind: share, source: cases, date: day,",
            "         unit: unit, period: day, minimum: 1, success: {ok: 1},",
            "         targets: [{from: 2000-01-01, target: 0.8}],",
            "         check: {due: 0 days, at: '06:00', late_after: 1 day, lapses_after: 900 days}}",
        ]
    return "\n".join(lines) + "\n"


def fill(count: int) -> None:
    """The charter in force and every check of so many days due, none done."""
    folder = ground() / f"crash-{count}"
    folder.mkdir(exist_ok=True)
    wanted = days(count)
    with (folder / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["day", "unit", "ok"])
        rows.writerows([day, "here", 1] for day in wanted for _ in range(cases_of(day)))
    apply_charter(COMMAND_LINE, NOW, charter=read_charter(charter_of(wanted[0])).charter, folder=str(folder))
    assert make_due(history(), NOW) == count * KINDS


def fill_2000() -> None:
    fill(500)


@contextmanager
def nursery(url: str, folder: Path) -> Iterator[Nursery]:
    """A process that forks workers for us."""
    own = {"VAR_FOLDER": str(folder), "SECRET_KEY": "k" * 32}
    command = [sys.executable, "-W", "ignore", "-m", "tests.crash.nursery", url, str(folder)]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, **own},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        found = Nursery(process)
        assert found.line() == "ready"
        yield found
        assert process.stdin is not None
        process.stdin.write("end\n")
        process.stdin.flush()
        process.wait(120)
    finally:
        # Its workers are of its group: none is left behind, whatever a test says.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


class Nursery:
    """Starts workers, and tells whether they live."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def line(self) -> str:
        assert self._process.stdout is not None
        assert waiting.select([self._process.stdout], [], [], 60)[0], "the nursery says nothing"
        return self._process.stdout.readline().strip()

    def start(self, later: int = 0, phase: str = "", lease: int = LEASE) -> int:
        """A worker's process number. Its clock is so many seconds later: leases end without anybody waiting."""
        return self._say(f"start {later} {phase} {lease}" if phase else f"start {later}")

    def post(self, later: int, port: int, phase: str = "") -> int:
        """A worker that sends what waits in the outbox."""
        return self._say(f"post {later} {port} {phase}")

    def jobs(self, later: int = 0, phase: str = "", turn: int = 1) -> int:
        """A worker that does the long work that waits; it dies when it comes to the phase for that time."""
        return self._say(f"jobs {later} {phase} {turn}" if phase else f"jobs {later}")

    def publish(self, later: int = 0, phase: str = "", turn: int = 1) -> int:
        """A worker that approves what is sealed and prints it; it dies when it comes to the phase for that time."""
        return self._say(f"publish {later} {phase} {turn}" if phase else f"publish {later}")

    def _say(self, what: str) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return int(self.line())


def lives(pid: int) -> bool:
    """Whether the process still runs: a dead one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(pids: list[int], seconds: float = 600) -> None:
    """Until all of them have ended."""
    until = time.monotonic() + seconds
    while any(lives(pid) for pid in pids):
        assert time.monotonic() < until, "a worker does not end"
        time.sleep(0.05)


def left() -> int:
    """How many checks are not done."""
    found = db.session.execute(select(func.count()).where(DueCheck.state != "done")).scalar_one()
    db.session.rollback()
    return found


def assert_each_once(count: int) -> None:
    """Every check done, measured by one run that tells the right number, and nothing rewritten."""
    db.session.expire_all()
    assert db.session.execute(select(DueCheck.state).distinct()).scalars().all() == ["done"]
    done = select(Run.indicator_key, Run.period_key, func.count()).where(Run.outcome == "done")
    runs = {(key, day): n for key, day, n in db.session.execute(done.group_by(Run.indicator_key, Run.period_key))}
    assert runs == {(f"i{number}", day.isoformat()): 1 for number in range(KINDS) for day in days(count)}
    columns = (Measurement.indicator_key, Measurement.period_key, Measurement.numerator, Measurement.denominator)
    told = sorted((key, day, int(good), int(all_)) for key, day, good, all_ in db.session.execute(select(*columns)))
    assert told == sorted(
        (f"i{number}", day.isoformat(), cases_of(day), cases_of(day)) for number in range(KINDS) for day in days(count)
    )
    found = verify(COMMAND_LINE)
    assert found["ok"], found["broken"]
