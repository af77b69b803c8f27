"""A slow source holds up its own checks alone: other processes take the rest, and may be killed at that."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Run
from charter.scheduler import HELP_AFTER, ONE_OF_MANY, help_tick, tick
from charter.services.records.access import access_of
from charter.stopping import Stopping
from charter.watchdog import Crew, Watchdog
from config import Settings
from tests.crash.world import BOTH
from tests.services.databases import new_url, opened, template_of
from tests.services.world import TEXT, apply

SLOW = TEXT.replace("bills: {kind: csv, path: bills.csv}", 'bills: {kind: database, url: "env:B", table: bills}')
PATIENCE = 90


def slow() -> None:
    apply(SLOW)


def wait_until(what: str, is_so: object) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < until, f"{what}: not within {PATIENCE} s"
        time.sleep(0.1)


def states(app: Flask, indicator: str) -> set[str]:
    with app.app_context():
        query = select(DueCheck.state).where(DueCheck.indicator_key == indicator).distinct()
        return set(db.session.execute(query).scalars())


@pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")
@pytest.mark.parametrize("engine", BOTH)
def test_a_source_that_hangs_holds_no_other_up(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tick hangs on a server that never says a word; a first helper is killed, another does what is left."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        given = {
            "DATABASE_URL": new_url(engine, tmp_path, template_of(engine, slow)),
            "VAR_FOLDER": str(tmp_path),
            "SECRET_KEY": "k" * 32,
            "LEASE_SECONDS": "600",
            "B": f"postgresql://u:hush@127.0.0.1:{silent.getsockname()[1]}/x",
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        settings = Settings.from_environment({**os.environ, **given})
        watchdog, stopping, crew = Watchdog(600), Stopping(), Crew(ONE_OF_MANY, 1, 600)
        with opened(settings.database_url, tmp_path, environment=settings.environment) as app:
            access = access_of(settings)
            db.session.remove()
            ticking = threading.Thread(target=tick, args=(app, access, stopping, watchdog, crew))
            ticking.start()
            wait_until("the slow source is asked", lambda: "running" in states(app, "billed"))
            wait_until("the tick takes long", lambda: watchdog.since("tick") > HELP_AFTER)
            help_tick(app, access, stopping, watchdog, crew)
            assert crew.is_at_work()
            crew._hands[0]._child.kill()
            wait_until("the killed one is gone", lambda: not crew.is_at_work())
            assert ticking.is_alive()
            help_tick(app, access, stopping, watchdog, crew)
            wait_until("what waits beside is done", lambda: states(app, "answered") == {"done"})
            assert "running" in states(app, "billed")
            silent.close()
            ticking.join(PATIENCE)
            assert not ticking.is_alive()
            assert not crew.is_at_work()
            assert states(app, "billed") == {"failed"}
            db.session.rollback()
            twice = select(Run.indicator_key, Run.period_key).where(Run.outcome == "done")
            twice = twice.group_by(Run.indicator_key, Run.period_key).having(func.count() > 1)
            assert not db.session.execute(twice).all()


def test_a_crew_is_no_larger_than_it_may_be_and_who_is_silent_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    crew = Crew((sys.executable, "-c", "import time; print('.', flush=True); time.sleep(60)"), 2, 1.5)
    crew.call(5)
    assert len(crew._hands) == 2
    wait_until("those who show no life are ended", lambda: not crew.is_at_work())
    assert caplog.text.count("showed no life for") == 2
    crew.call(1)
    crew.end()
    assert not crew.is_at_work()
