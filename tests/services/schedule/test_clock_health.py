"""What a monitor reads: what waits, how late it is, whether the clock wakes."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from charter import VERSION
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.running import run_due
from charter.services.records.access import Access
from charter.services.schedule.clock_health import health, tick_failed, tick_succeeded, ticked
from tests.services.checks.test_running import BROKEN
from tests.services.databases import newest_migration
from tests.services.world import NOW, START, apply


def test_health_tells_what_waits(empty: Flask, engine: str) -> None:
    apply(BROKEN, now=START)
    assert health(NOW)["last_tick_age_seconds"] is None
    ticked(NOW - timedelta(minutes=2))
    ticked(NOW - timedelta(minutes=1))
    run_due(COMMAND_LINE, NOW, Access())
    found = health(NOW)
    assert found.pop("engine").startswith({"sqlite": "SQLite 3.", "postgres": "PostgreSQL "}[engine])
    assert found == {
        "status": "degraded",
        "database": "ok",
        "release": VERSION,
        "schema": newest_migration(),
        "last_tick_at": "2026-11-10T08:59:00+00:00",
        "last_tick_age_seconds": 60.0,
        "last_success_at": None,
        "last_success_age_seconds": None,
        "ticks_failed": 0,
        "checks_waiting": 4,
        "jobs_oldest_since": None,
        "oldest_waiting_since": "2026-08-04T04:00:00+00:00",
        "checks_late": 4,
        "checks_lapsed": 2,
        "checks_failed": 4,
        "clock_set_back_from": None,
        "jobs_waiting": 0,
        "outbox_waiting": 0,
        "outbox_failed": 0,
        "outbox_oldest_waiting_since": None,
    }


def test_health_is_degraded_when_the_clock_is_silent(world: Flask) -> None:
    ticked(NOW)
    assert health(NOW + timedelta(hours=1))["status"] == "ok"
    assert health(NOW + timedelta(hours=1, seconds=1))["status"] == "degraded"


def test_ticks_that_fail_are_no_sign_of_health(world: Flask) -> None:
    ticked(NOW)
    tick_succeeded(NOW)
    assert (health(NOW)["status"], health(NOW)["last_success_age_seconds"]) == ("ok", 0.0)
    for minute in (1, 2):
        ticked(NOW + timedelta(minutes=minute))
        tick_failed()
    found = health(NOW + timedelta(minutes=2))
    assert (found["status"], found["ticks_failed"]) == ("degraded", 2)
    assert (found["last_tick_age_seconds"], found["last_success_age_seconds"]) == (0.0, 120.0)
    tick_succeeded(NOW + timedelta(minutes=3))
    assert (health(NOW + timedelta(minutes=3))["status"], health(NOW)["ticks_failed"]) == ("ok", 0)
