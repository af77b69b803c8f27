"""Two processes at the same moment: each waits for the other where one would build on what the other is writing."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.services.charters.versions import history
from charter.services.records import audit_log
from charter.services.reports.snapshots import find_snapshot, freeze_month
from charter.services.verification.verify import verify
from tests.services.databases import new_url, opened, template_of
from tests.services.world import NOW, TEXT, apply, measured

pytestmark = pytest.mark.postgres


def wait_until_somebody_waits() -> None:
    """Until another connection to this database waits for a lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with db.engine.connect() as watching:
        for _ in range(600):
            if watching.execute(text(query)).scalar_one():
                return
            watching.rollback()
            time.sleep(0.05)
    raise AssertionError("nobody waits")


def meanwhile(folder: Path, verb: Callable[[], Any], held: Callable[[], Any]) -> Any:
    """What `verb` gives in a process that reached its transaction while `held` was still writing."""
    url = new_url("postgres", folder, template_of("postgres", measured))

    def other() -> Any:
        with opened(url, folder):
            return verb()

    with opened(url, folder), ThreadPoolExecutor(1) as pool:
        audit_log.hold()
        found: Future[Any] = pool.submit(other)
        wait_until_somebody_waits()
        held()
        given = found.result(timeout=60)
        db.session.rollback()
        assert verify(COMMAND_LINE)["broken"] is None
        return given


def seal(period: str) -> tuple[str, str]:
    sealed = freeze_month(COMMAND_LINE, NOW, period=period)
    return sealed.sha256, sealed.previous_sha256


def test_months_sealed_at_the_same_moment_form_one_chain(tmp_path: Path) -> None:
    first: list[tuple[str, str]] = []
    _, previous = meanwhile(tmp_path, lambda: seal("2026-09"), lambda: first.append(seal("2026-10")))
    assert previous == first[0][0]


def test_a_month_sealed_twice_at_the_same_moment_is_sealed_once(tmp_path: Path) -> None:
    first: list[tuple[str, str]] = []
    second = meanwhile(tmp_path, lambda: seal("2026-10"), lambda: first.append(seal("2026-10")))
    assert second == first[0]


def test_a_charter_applied_twice_at_the_same_moment_is_one_version(tmp_path: Path) -> None:
    stricter = TEXT.replace("target: 0.80", "target: 0.85")

    def put() -> int:
        apply(stricter, now=NOW)
        assert find_snapshot("2026-10") is None
        return history().current.number

    assert meanwhile(tmp_path, put, put) == 2
