"""Approval, PDF and kill -9: each month is approved once, each file is printed once and whole, whoever did the first
half of it. CRASH_KILLS says how many die at any instant on each engine, besides those that die in each phase."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.models.reports import Edition, EditionFile
from charter.services.jobs.queue import KINDS as JOB_KINDS
from charter.services.reports.snapshots import freeze_month
from charter.services.verification.verify import verify
from tests.crash.nursery import REPORT_PHASES
from tests.crash.world import BOTH, NOW, Nursery, lives, nursery, wait_for
from tests.services.databases import new_url, opened, template_of
from tests.services.world import measured

MONTHS = ("2026-10",)
UNITS = 6
KILLS = int(os.environ.get("CRASH_KILLS", "1"))
STEP = int(JOB_KINDS["make-editions"].lease.total_seconds()) + 1

pytestmark = pytest.mark.pdf


def sealed() -> None:
    measured()
    for period in MONTHS:
        freeze_month(COMMAND_LINE, NOW, period=period)


def kill_at_random(workers: Nursery, luck: random.Random, later: int) -> int:
    """Kill a worker at any instant; 1 if it lived when it was killed."""
    pid = workers.publish(later)
    time.sleep(luck.uniform(0.0, 3.0))
    was_alive = lives(pid)
    if was_alive:
        os.kill(pid, signal.SIGKILL)
    wait_for([pid])
    return int(was_alive)


@pytest.mark.parametrize("engine", BOTH)
def test_killed_approvals_and_prints_are_done_once_and_whole(engine: str, tmp_path: Path) -> None:
    luck, killed, turn = random.Random(20261128), 0, 0
    url = new_url(engine, tmp_path, template_of(engine, sealed))
    with opened(url, tmp_path), nursery(url, tmp_path) as workers:
        for phase in REPORT_PHASES:
            doomed = workers.publish(turn * STEP, phase)
            wait_for([doomed])
            killed, turn = killed + 1, turn + 1
        for _ in range(KILLS):
            killed += kill_at_random(workers, luck, turn * STEP)
            turn += 1
        wait_for([workers.publish(turn * STEP)])
        db.session.expire_all()
        editions = db.session.execute(select(Edition)).scalars().all()
        assert sorted((one.period_key, one.number) for one in editions) == [(month, 1) for month in MONTHS]
        files = db.session.execute(select(EditionFile)).scalars().all()
        places = Counter((one.edition_id, one.unit_key, one.language) for one in files)
        assert set(places.values()) == {1}
        assert len(places) == len(MONTHS) * UNITS
        for one in files:
            assert one.content.startswith(b"%PDF-")
            assert one.content.rstrip().endswith(b"%%EOF")
            assert hashlib.sha256(one.content).hexdigest() == one.sha256
        told = Counter(db.session.execute(select(AuditEntry.action)).scalars())
        assert told["month:approve"] == len(MONTHS)
        assert killed > len(REPORT_PHASES) // 2
        found = verify(COMMAND_LINE)
        assert found["ok"], found["broken"]
