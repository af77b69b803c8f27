"""Long work: asked for by a person, done by a scheduler process, told as it goes, taken over, given up, never twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor, require
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import JobState, Permission, Role
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.jobs import Job
from charter.models.people import Person
from charter.models.records import AuditEntry, Run
from charter.services.jobs.queue import KINDS, OPEN_AT_MOST, Kind, Progress, ask, job, jobs
from charter.services.people import accounts
from charter.services.records.access import Access
from charter.services.records.transactions import transaction
from charter.services.work.worker import MOST_TRIES, Abandoned, run_jobs
from tests.services.world import NOW

LEASE = timedelta(minutes=10)


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def make_person(name: str, role: Role, units: tuple[str, ...] = ()) -> Actor:
    number = accounts.create_account(
        COMMAND_LINE,
        NOW,
        email=f"{name}@example.org",
        name=name,
        role=role,
        password="correct horse battery",
        units=units,
    )
    found = accounts.person(number)
    assert found is not None
    return found


def work(clock: Clock, stopping: Callable[[], bool] = lambda: False) -> int:
    return run_jobs(SCHEDULER, clock, Access(), stopping)


def row(number: int) -> Job:
    db.session.expire_all()
    return db.session.get_one(Job, number)


def count(table: type, *where: Any) -> int:
    return db.session.execute(select(func.count(table.id)).where(*where)).scalar_one()  # type: ignore[attr-defined]


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


def test_asked_twice_before_it_is_done_it_is_the_same_work(charted: Flask) -> None:
    mia, max_ = make_person("mia", Role.MANAGER), make_person("max", Role.MANAGER)
    first = ask(mia, NOW, kind="run-checks", arguments={})
    assert ask(mia, NOW, kind="run-checks", arguments={}) == first
    assert ask(max_, NOW, kind="run-checks", arguments={}) != first
    assert ask(mia, NOW, kind="run-checks", arguments={"indicator": "billed", "period": "2026-09"}) != first
    work(Clock())
    assert ask(mia, NOW, kind="run-checks", arguments={}) != first


def test_only_who_may_asks_and_what_cannot_be_taken_is_refused(charted: Flask) -> None:
    carl = make_person("carl", Role.CONTRIBUTOR, ("vannes",))
    boris = make_person("boris", Role.MANAGER, ("west",))
    mia = make_person("mia", Role.MANAGER)
    for actor in (carl, boris):
        with pytest.raises(NotAllowed):
            ask(actor, NOW, kind="run-checks", arguments={})
    with pytest.raises(NotAllowed, match="account"):
        ask(Actor("token", Role.MANAGER), NOW, kind="run-checks", arguments={})
    with pytest.raises(NotFound, match="no long work called dance"):
        ask(mia, NOW, kind="dance", arguments={})
    with pytest.raises(Invalid, match="does not know the argument sql"):
        ask(mia, NOW, kind="run-checks", arguments={"sql": "1"})
    with pytest.raises(NotFound, match="no indicator nothing"):
        ask(mia, NOW, kind="run-checks", arguments={"indicator": "nothing", "period": "2026-10"})
    with pytest.raises(Conflict, match="2026-10 is not sealed"):
        ask(mia, NOW, kind="make-report", arguments={"period": "2026-10", "language": "fr"})
    with pytest.raises(Invalid, match="fr or en, not in de"):
        ask(mia, NOW, kind="make-report", arguments={"period": "2026-10", "language": "de"})
    assert count(Job) == 0


def test_a_person_cannot_fill_the_queue(charted: Flask, kind: Callable[..., None]) -> None:
    kind(lambda actor, now, arguments, progress: {})
    mia = make_person("mia", Role.MANAGER)
    for turn in range(OPEN_AT_MOST):
        ask(mia, NOW, kind="test", arguments={"turn": turn})
    with pytest.raises(Conflict, match="wait until some of it has ended"):
        ask(mia, NOW, kind="test", arguments={"turn": OPEN_AT_MOST})


def test_the_right_is_asked_again_when_the_work_begins(charted: Flask) -> None:
    mia, max_ = make_person("mia", Role.MANAGER), make_person("max", Role.MANAGER)
    mias, maxs = ask(mia, NOW, kind="run-checks", arguments={}), ask(max_, NOW, kind="run-checks", arguments={})
    with transaction():
        db.session.execute(update(Person).where(Person.name == "mia").values(role="auditor"))
        db.session.execute(update(Person).where(Person.name == "max").values(is_active=False))
    assert work(Clock()) == 2
    assert row(mias).failure == "mia may not run check on the whole organisation. Ask whoever holds the accounts."
    assert row(maxs).failure == "The account of max, who asked for this, is closed."
    assert {row(mias).state, row(maxs).state} == {"failed"}
    assert [str(restored(row(number).said)) for number in (mias, maxs)] == [row(mias).failure, row(maxs).failure]
    assert count(Run) == 0


def test_who_sees_a_job(charted: Flask) -> None:
    mia, max_ = make_person("mia", Role.MANAGER), make_person("max", Role.MANAGER)
    ana, carl = make_person("ana", Role.DIRECTOR), make_person("carl", Role.CONTRIBUTOR, ("vannes",))
    number = ask(mia, NOW, kind="run-checks", arguments={})
    assert job(max_, number)["asked_by"] == "mia"
    for actor in (ana, carl):
        with pytest.raises(NotAllowed, match="for those who asked for it"):
            job(actor, number)
        assert jobs(actor) == []
    with pytest.raises(NotFound, match="no job 99"):
        job(mia, 99)
    # Whoever asked sees it, whatever became of the right.
    with transaction():
        db.session.execute(update(Person).where(Person.name == "mia").values(role="auditor"))
    asker = accounts.person(mia.user_id or 0)
    assert asker is not None
    assert [one["number"] for one in jobs(asker)] == [number]


def test_who_comes_later_is_told_how_many_come_first(charted: Flask, kind: Callable[..., None]) -> None:
    kind(lambda actor, now, arguments, progress: {})
    numbers = [ask(COMMAND_LINE, NOW, kind="test", arguments={"turn": turn}) for turn in range(3)]
    assert [job(COMMAND_LINE, number)["ahead"] for number in numbers] == [0, 1, 2]


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
    told = "The work broke off: No space left on device. Look at the disk and the rights of the server."
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
