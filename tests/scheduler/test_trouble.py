"""Trouble around a tick: a long one is not begun twice; a locked database and a full disk end in a clean retry."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from charter.domain.vocabulary.permissions import SCHEDULER
from charter.models.base import SQLITE_PRAGMAS, db
from charter.models.checks import DueCheck
from charter.models.jobs import Job
from charter.models.records import ReportFile, Run, Snapshot
from charter.scheduler import Duty, clock_of, tick, work
from charter.services.checks.running import run_due
from charter.services.records.access import Access
from config import PROJECT
from tests.services.databases import new_url, opened, template_of
from tests.services.world import applied

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The small charter of July 2026 in force, nothing measured."""
    return new_url("sqlite", tmp_path, template_of("sqlite", applied))


def count(table: type) -> int:
    return db.session.execute(select(func.count(table.id))).scalar_one()  # type: ignore[attr-defined]


def test_a_duty_that_runs_long_never_overlaps_itself() -> None:
    under_way, most, turns = [0], [0], [0]

    def slow() -> None:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        time.sleep(0.25)
        under_way[0] -= 1
        turns[0] += 1

    clock = clock_of([Duty(slow, 0.05, ())])
    clock.start()
    time.sleep(1)
    clock.shutdown(wait=True)
    assert most == [1]
    assert 1 <= turns[0] <= 5
    assert under_way == [0]


def test_a_locked_database_is_told_and_the_next_tick_does_it_all(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program holds the file for longer than we wait; half a minute is made a tenth of a second."""
    patient = tuple(one.replace("30000", "100") for one in SQLITE_PRAGMAS)
    monkeypatch.setattr("charter.models.base.SQLITE_PRAGMAS", patient)
    with opened(url, tmp_path) as app:
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        tick(app, Access())
        assert "The database is held by another program: try again in a minute." in caplog.text
        assert "Traceback" not in caplog.text
        assert count(Run) == 0
        other.execute("ROLLBACK")
        other.close()
        db.session.remove()
        tick(app, Access())
        assert db.session.execute(select(DueCheck.state).distinct()).scalars().all() == ["done"]
        assert count(Run) == count(DueCheck)


FULL = """
import resource
from datetime import UTC, datetime
from app import app
from charter.domain.vocabulary.permissions import SCHEDULER
from charter.services.records.access import Access
from charter.services.work.worker import run_jobs
# What a nearly full disk leaves: enough for some lines of the database's journal, too little for a PDF.
resource.setrlimit(resource.RLIMIT_FSIZE, (80_000, resource.RLIM_INFINITY))
with app.app_context():
    run_jobs(SCHEDULER, lambda: datetime.now(UTC), Access())
"""


@pytest.mark.pdf
def test_a_disk_full_while_a_report_is_written_leaves_the_month_sealed_and_the_pdf_to_be_tried_again(
    url: str, tmp_path: Path
) -> None:
    with opened(url, tmp_path) as app:
        # The first figures of a house rest a day before a month is sealed.
        run_due(SCHEDULER, datetime.now(UTC) - timedelta(days=2), Access())
        tick(app, Access())
        assert (count(Snapshot), count(Job), count(ReportFile)) == (1, 1, 0)
    own = {"DATABASE_URL": url, "VAR_FOLDER": str(tmp_path), "SECRET_KEY": "k" * 32, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-W", "ignore", "-c", FULL]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with opened(url, tmp_path) as app:
        (job,) = db.session.execute(select(Job)).scalars()
        assert (job.state, job.tries) == ("waiting", 1), done.stderr
        assert job.failure == "The disk of the database is full: make room, then try again. Nothing was half written."
        assert (count(Snapshot), count(ReportFile)) == (1, 0)
        # There is room again, and its time has come.
        job.next_try_at = datetime.now(UTC)
        db.session.commit()
        work(app, Access(), threading.Event())
        db.session.expire_all()
        assert db.session.execute(select(Job.state)).scalar_one() == "done"
        assert count(ReportFile) == 1
