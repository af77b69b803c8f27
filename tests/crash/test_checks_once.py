"""Exactly once: four processes at 2,000 checks; a hundred processes killed at random instants, fifty on each engine;
nothing lost, nothing doubled, what the dead held taken over, and the log of runs says so. On SQLite and PostgreSQL."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from charter.models.base import db
from charter.models.records import AuditEntry, Run
from tests.crash.nursery import PHASES
from tests.crash.world import BOTH, LEASE, Nursery, assert_each_once, fill_2000, left, lives, nursery, wait_for
from tests.services.databases import new_url, opened, template_of

KILLS = 50
"""On each engine: a hundred together."""
AIMED = 1
"""Pairs of processes that die in each phase; the others die at any instant."""


@contextmanager
def workers_on(engine: str, folder: Path) -> Iterator[Nursery]:
    """2,000 checks due, and a nursery of processes that run them."""
    url = new_url(engine, folder, template_of(engine, fill_2000))
    with opened(url, folder), nursery(url, folder) as found:
        yield found


@pytest.mark.parametrize("engine", BOTH)
def test_four_processes_measure_2000_checks_each_once(engine: str, tmp_path: Path) -> None:
    with workers_on(engine, tmp_path) as workers:
        assert left() == 2000
        wait_for([workers.start() for _ in range(4)], 600)
        assert_each_once(500)
        assert_nobody_died()


def assert_nobody_died() -> None:
    assert db.session.execute(select(func.count()).where(Run.outcome == "abandoned")).scalar_one() == 0


def kill_at_random(workers: Nursery, luck: random.Random, turn: int) -> int:
    """Kill two workers from outside, whatever they do; how many lived when they were."""
    pids = [workers.start(turn * (LEASE + 1), phase="random") for _ in range(2)]
    time.sleep(luck.uniform(0.0, 0.3))
    alive = [pid for pid in pids if lives(pid)]
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    wait_for(pids, 600)
    return len(alive)


@pytest.mark.parametrize("engine", BOTH)
def test_fifty_kills_lose_nothing_and_double_nothing(engine: str, tmp_path: Path) -> None:
    luck, killed, turn = random.Random(20261121), 0, 0
    with workers_on(engine, tmp_path) as workers:
        # In each phase of the work: taking a claim, holding it, after the count, writing, before and after a commit.
        for phase in PHASES * AIMED:
            turn += 1
            doomed = [workers.start(turn * (LEASE + 1), phase) for _ in range(2)]
            wait_for(doomed, 600)
            killed += len(doomed)
        while killed < KILLS:
            turn += 1
            killed += kill_at_random(workers, luck, turn)
        assert left() > 0
        turn += 1
        wait_for([workers.start(turn * (LEASE + 1)) for _ in range(2)], 600)
        assert_each_once(500)
        assert_taken_over()


def assert_taken_over() -> None:
    """What the dead held stands in the log of runs and in the audit log."""
    told = db.session.execute(select(func.count()).where(Run.outcome == "abandoned")).scalar_one()
    logged = db.session.execute(select(func.count()).where(AuditEntry.action == "check:take-over")).scalar_one()
    assert told == logged > 0
    said = select(Run.error).where(Run.outcome == "abandoned").limit(1)
    assert "ended without a word (scheduler (" in db.session.execute(said).scalar_one()
