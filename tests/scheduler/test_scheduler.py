"""The alarm clock: one tick does what is due and seals what is to be sealed; TERM stops it after the tick."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from charter.models.base import db
from charter.models.checks import DueCheck, Tick
from charter.models.records import Run, Snapshot
from charter.scheduler import tick
from charter.services.records.access import Access
from config import PROJECT
from tests.services.databases import new_url, opened, template_of
from tests.services.world import applied

# Ibis asks DuckDB for Arrow tables by a name that DuckDB is retiring.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The small charter of July 2026 in force, nothing measured."""
    return new_url("sqlite", tmp_path, template_of("sqlite", applied))


def count(table: type) -> int:
    return db.session.execute(select(func.count(table.id))).scalar_one()  # type: ignore[attr-defined]


@pytest.mark.pdf
def test_a_tick_measures_what_is_due_and_a_second_one_nothing_more(url: str, tmp_path: Path) -> None:
    with opened(url, tmp_path) as app:
        tick(app, Access())
        states = db.session.execute(select(DueCheck.state).distinct()).scalars().all()
        assert states == ["done"]
        first = db.session.execute(select(Tick.at)).scalar_one()
        assert abs((datetime.now(UTC) - first).total_seconds()) < 60
        runs, sealed = count(Run), count(Snapshot)
        assert runs == count(DueCheck) >= 8
        assert db.session.execute(select(Run.started_by).distinct()).scalars().all() == ["scheduler"]
        db.session.remove()
        tick(app, Access())
        assert (count(Run), count(Snapshot)) == (runs, sealed)
        assert db.session.execute(select(Tick.at)).scalar_one() >= first


def test_a_tick_without_a_charter_does_no_harm(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path) as app:
        tick(app, Access())
        assert count(Tick) == 1
        assert [record.levelname for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_tick_that_fails_is_told_and_waits_for_the_next(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(new_url("sqlite", tmp_path), tmp_path) as app:
        tick(app, Access())
    assert "this tick failed; the next one tries again" in caplog.text


def run_clock(url: str, folder: Path, number: signal.Signals) -> str:
    """Start the clock, stop it as soon as it says that it has started, and give what it said."""
    own = {"DATABASE_URL": url, "VAR_FOLDER": str(folder), "SECRET_KEY": "k" * 32, "LOG_LEVEL": "INFO"}
    command = [sys.executable, "-m", "flask", "charter", "scheduler"]
    clock = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **own}, stderr=subprocess.PIPE, text=True)
    told = ""
    try:
        assert clock.stderr is not None
        for line in clock.stderr:
            told += line
            if "alarm clock started" in line:
                break
        clock.send_signal(number)
        told += clock.communicate(timeout=60)[1]
    finally:
        clock.kill()
        clock.wait()
    assert clock.returncode == 0, told
    assert "alarm clock stopped" in told
    assert "Traceback" not in told
    return told


def test_a_clock_that_stops_leaves_nothing_half_done_and_the_next_goes_on(url: str, tmp_path: Path) -> None:
    """The batch in hand is finished; what was not begun stays due, and the next tick does it once."""
    run_clock(url, tmp_path, signal.SIGTERM)
    with opened(url, tmp_path) as app:
        states = db.session.execute(select(DueCheck.state)).scalars().all()
        assert set(states) <= {"done", "due"}
        assert count(Run) == states.count("done")
        tick(app, Access())
        assert db.session.execute(select(DueCheck.state).distinct()).scalars().all() == ["done"]
        assert count(Run) == count(DueCheck) > 0


def test_the_clock_stops_at_ctrl_c_too(tmp_path: Path) -> None:
    run_clock(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path, signal.SIGINT)
