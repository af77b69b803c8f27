"""Long work and kill -9: none that was asked for is lost, none ends twice, and what it does is done once, whoever did
the first half of it."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.jobs import Job
from charter.models.records import AuditEntry
from charter.services.jobs.queue import KINDS as JOB_KINDS
from charter.services.jobs.queue import ask
from tests.crash.nursery import JOB_PHASES
from tests.crash.world import BOTH, KINDS, NOW, Nursery, assert_each_once, days, fill, lives, nursery, wait_for
from tests.services.databases import new_url, opened, template_of

DAYS, KILLS = 8, 5
TURN = 2
"""A worker dies when it comes to its phase for the second time: each gets something done, and no job dies each time."""

STEP = int(JOB_KINDS["run-checks"].lease.total_seconds()) + 1


def ask_for_each() -> None:
    """Each check due is asked for by a job of its own."""
    fill(DAYS)
    for day in days(DAYS):
        for number in range(KINDS):
            check = {"indicator": f"i{number}", "period": day.isoformat()}
            ask(COMMAND_LINE, NOW, kind="run-checks", arguments=check)


def count_of(state: str) -> int:
    found = db.session.execute(select(func.count()).where(Job.state == state)).scalar_one()
    db.session.rollback()
    return found


def kill_at_random(workers: Nursery, luck: random.Random, turn: int) -> int:
    """Kill a worker some instants after it has ended a job, whatever it does then; 1 if it lived when it was killed."""
    before, pid = count_of("done"), workers.jobs(turn * STEP)
    while count_of("done") == before and lives(pid):
        time.sleep(0.01)
    time.sleep(luck.uniform(0.0, 0.3))
    was_alive = lives(pid)
    if was_alive:
        os.kill(pid, signal.SIGKILL)
    wait_for([pid])
    return int(was_alive)


@pytest.mark.parametrize("engine", BOTH)
def test_killed_long_work_is_lost_nowhere_and_done_once(engine: str, tmp_path: Path) -> None:
    luck, killed, turn = random.Random(20261121), 0, 0
    url = new_url(engine, tmp_path, template_of(engine, ask_for_each))
    with opened(url, tmp_path), nursery(url, tmp_path) as workers:
        # Taking a job, holding it, telling its progress, ending it; in the midst of what it does; after it has ended.
        for turn, phase in enumerate(JOB_PHASES):
            doomed = [workers.jobs(turn * STEP, phase, TURN) for _ in range(2)]
            wait_for(doomed)
            killed += len(doomed)
        for turn in range(len(JOB_PHASES), len(JOB_PHASES) + KILLS):
            killed += kill_at_random(workers, luck, turn)
        assert count_of("waiting") + count_of("running") > 0
        assert killed > 2 * len(JOB_PHASES)
        wait_for([workers.jobs((turn + 1) * STEP) for _ in range(2)])
        assert_each_once(DAYS)
        assert_each_job_ended_once()


def assert_each_job_ended_once() -> None:
    """Every job is done and its end told once; each time that a process died holding one, another took it over."""
    rows = db.session.execute(select(Job)).scalars().all()
    assert {(job.state, job.lease_token, job.lease_until) for job in rows} == {("done", None, None)}
    assert len(rows) == DAYS * KINDS
    told = db.session.execute(select(AuditEntry.subject).where(AuditEntry.action == "job:done")).scalars().all()
    assert sorted(told) == sorted(f"job {job.id}" for job in rows)
    over = db.session.execute(select(func.count()).where(AuditEntry.action == "job:take-over")).scalar_one()
    assert over == sum(job.tries - 1 for job in rows) > 0
