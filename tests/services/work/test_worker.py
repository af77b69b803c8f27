"""Long work is done once: claims kept alive, taken over, tried again, put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from charter.domain.vocabulary.errors import Conflict, NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor, require
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import JobState, Permission, Role
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.jobs import Job
from charter.models.people import Person
from charter.models.records import AuditEntry, Run
from charter.services.jobs.queue import KINDS, Kind, Progress, ask, job
from charter.services.records.access import Access
from charter.services.records.transactions import transaction
from charter.services.work.worker import MOST_TRIES, Abandoned, run_jobs
from tests.services.jobs.test_queue import LEASE, Clock, count, make_person, work
from tests.services.world import NOW


def row(number: int) -> Job:
    db.session.expire_all()
    return db.session.get_one(Job, number)


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Enters a kind of work of the test's own, for managers."""

    def enter(run: Callable[[Actor, datetime, Mapping[str, Any], Progress], Mapping[str, Any]]) -> None:
        own = Kind(lambda actor, arguments: require(actor, Permission.RUN_CHECK), run, LEASE)
        monkeypatch.setitem(KINDS, "test", own)  # type: ignore[arg-type]

    return enter


def test_checks_run_now_by_the_scheduler_in_the_name_of_who_asked(charted: Flask) -> None:
    mia = make_person("mia", Role.MANAGER)
    number = ask(mia, NOW, kind="run-checks", arguments={})
    assert job(mia, number)["state"] == "waiting"
    assert count(Run) == 0
    assert work(Clock()) == 1
    found = job(mia, number)
    assert (found["state"], found["result"]) == ("done", {"due": 8, "done": 8, "failed": 0, "late": 0})
    assert found["progress"] == {"done": 8, "total": 8, "label": "answered 2026-10"}
    assert db.session.execute(select(Run.started_by).distinct()).scalars().all() == ["mia"]
    actions = db.session.execute(select(AuditEntry.action).where(AuditEntry.subject == f"job {number}")).scalars().all()
    assert actions == ["job:ask", "job:done"]
    assert work(Clock()) == 0


def test_one_check_is_run_and_no_other(charted: Flask) -> None:
    number = ask(COMMAND_LINE, NOW, kind="run-checks", arguments={"indicator": "billed", "period": "2026-09"})
    work(Clock())
    assert row(number).result == {"due": 1, "done": 1, "failed": 0, "late": 7}
    done = db.session.execute(select(DueCheck.indicator_key, DueCheck.period_key).where(DueCheck.state == "done")).all()
    assert [tuple(one) for one in done] == [("billed", "2026-09")]


def test_the_right_is_asked_again_when_the_work_begins(charted: Flask) -> None:
    mia, max_ = make_person("mia", Role.MANAGER), make_person("max", Role.MANAGER)
    mias, maxs = ask(mia, NOW, kind="run-checks", arguments={}), ask(max_, NOW, kind="run-checks", arguments={})
    with transaction():
        db.session.execute(update(Person).where(Person.name == "mia").values(role="auditor"))
        db.session.execute(update(Person).where(Person.name == "max").values(is_active=False))
    assert work(Clock()) == 2
    assert row(mias).failure == "mia may not run a check on the whole organisation. Ask your Promesse administrator."
    assert row(maxs).failure == "The account of max, who asked for this, is closed."
    assert {row(mias).state, row(maxs).state} == {"failed"}
    assert [str(restored(row(number).said)) for number in (mias, maxs)] == [row(mias).failure, row(maxs).failure]
    assert count(Run) == 0


def test_progress_is_told_and_keeps_the_claim_alive(charted: Flask, kind: Callable[..., None]) -> None:
    clock, seen = Clock(), []

    def run(actor: Actor, now: datetime, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        for done in range(4):
            progress(done, 4, f"step {done}")
            db.session.expire_all()
            (one,) = db.session.execute(select(Job)).scalars()
            seen.append((one.state, one.progress_done, one.progress_total, one.progress_label, one.lease_until))
            clock.now += timedelta(minutes=9)
        # 36 minutes with a lease of 10: nobody takes it over meanwhile.
        return {"steps": 4}

    kind(run)
    number = ask(COMMAND_LINE, NOW, kind="test", arguments={})
    work(clock)
    at = [NOW + timedelta(minutes=9 * turn) + LEASE for turn in range(4)]
    assert seen == [("running", turn, 4, f"step {turn}", at[turn]) for turn in range(4)]
    assert (row(number).state, row(number).tries, row(number).lease_token) == ("done", 1, None)


def test_a_dead_claim_is_taken_over_after_its_lease_and_the_dead_one_writes_nothing(
    charted: Flask, kind: Callable[..., None]
) -> None:
    clock, turns = Clock(), []

    def run(actor: Actor, now: datetime, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        turns.append(now)
        if len(turns) == 1:
            # The process sleeps past its lease; meanwhile another one takes the work, and finishes it.
            assert work(clock) == 0
            clock.now += LEASE + timedelta(seconds=1)
            assert work(clock) == 1
            progress(1, 2, "awake again")
            raise AssertionError("work that was taken over must not go on")
        return {"by": "the other"}

    kind(run)
    number = ask(COMMAND_LINE, NOW, kind="test", arguments={})
    assert work(clock) == 1
    assert (len(turns), row(number).state, row(number).tries) == (2, "done", 2)
    assert (row(number).result, row(number).progress_label) == ({"by": "the other"}, "")
    actions = db.session.execute(select(AuditEntry.action).where(AuditEntry.subject == f"job {number}")).scalars().all()
    assert actions == ["job:ask", "job:take-over", "job:done"]


def test_work_whose_process_always_dies_is_given_up(charted: Flask, kind: Callable[..., None]) -> None:
    clock = Clock()

    def run(actor: Actor, now: datetime, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        raise KeyboardInterrupt  # as good as dead: nothing is written

    kind(run)
    number = ask(COMMAND_LINE, NOW, kind="test", arguments={})
    for _ in range(MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            work(clock)
        db.session.rollback()
        clock.now += LEASE + timedelta(seconds=1)
    assert row(number).state == "running"
    assert work(clock) == 0
    assert row(number).state == "failed"
    assert "ended without a word 5 times" in (row(number).failure or "")
    assert str(restored(row(number).said)) == row(number).failure


def test_what_broke_off_is_tried_again_then_given_up(charted: Flask, kind: Callable[..., None]) -> None:
    clock, turns = Clock(), []

    def run(actor: Actor, now: datetime, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        turns.append(now)
        raise OSError(28, "No space left on device")

    kind(run)
    number = ask(COMMAND_LINE, NOW, kind="test", arguments={})
    assert work(clock) == 1
    told = "The task broke off: No space left on device. Check the disk and the rights of the server."
    assert (row(number).state, row(number).failure) == ("waiting", told)
    assert row(number).next_try_at == NOW + timedelta(minutes=1)
    assert work(clock) == 0
    for wait in (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)):
        assert row(number).state == "waiting"
        clock.now += wait
        assert work(clock) == 1
    assert (row(number).state, row(number).failure, len(turns)) == ("failed", told, MOST_TRIES)
    assert restored(row(number).said).values == {"reason": "No space left on device"}
    assert row(number).ended_at == clock.now


def test_what_is_refused_is_not_tried_again(charted: Flask, kind: Callable[..., None]) -> None:
    def run(actor: Actor, now: datetime, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        raise Conflict("The month is not sealed.")

    kind(run)
    number = ask(COMMAND_LINE, NOW, kind="test", arguments={})
    work(Clock())
    assert (row(number).state, row(number).tries, row(number).failure) == ("failed", 1, "The month is not sealed.")


def test_a_process_that_is_asked_to_stop_puts_its_work_back(charted: Flask, kind: Callable[..., None]) -> None:
    stopping = [False]

    def run(actor: Actor, now: datetime, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
        progress(1, 9)
        stopping[0] = True
        progress(2, 9)
        raise AssertionError("it was asked to stop")

    kind(run)
    number = ask(COMMAND_LINE, NOW, kind="test", arguments={})
    assert work(Clock(), lambda: stopping[0]) == 1
    assert (row(number).state, row(number).tries, row(number).lease_token) == (JobState.WAITING, 0, None)
    assert issubclass(Abandoned, BaseException)


def test_only_the_machine_does_the_work(charted: Flask) -> None:
    with pytest.raises(NotAllowed):
        run_jobs(make_person("ana", Role.DIRECTOR), lambda: datetime.now(UTC), Access())
