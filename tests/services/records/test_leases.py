"""One lease for checks, long work and post: taken by one, renewed, taken over from the dead and from a clock ahead."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from charter.domain.alerts import mail_hours
from charter.domain.alerts.mail_hours import Channel, PostState
from charter.domain.checks import deadlines
from charter.domain.checks.deadlines import HORIZON, horizon
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import SCHEDULER
from charter.domain.vocabulary.terms import CheckState, JobState
from charter.models.base import Leased, db
from charter.models.checks import DueCheck
from charter.models.jobs import Job, Post
from charter.services.jobs.queue import KINDS
from charter.services.post import sending
from charter.services.records import leases
from charter.services.records.leases import Held
from charter.services.records.transactions import transaction
from charter.services.schedule import claims as schedule_claims
from charter.services.schedule.claims import Taking
from charter.services.work import worker
from config import Settings, SettingsError
from tests.services.world import NOW

SECOND, AHEAD = timedelta(seconds=1), timedelta(days=400)
JOB_LEASE = KINDS["run-checks"].lease


def make_check(number: int) -> DueCheck:
    day, due = date(2026, 1, 1) + timedelta(days=number), NOW - timedelta(days=1)
    times = {"due_at": due, "late_at": NOW + timedelta(days=1), "lapsed_at": NOW + timedelta(days=60)}
    period = {"period_key": day.isoformat(), "period_start": day, "period_end": day}
    return DueCheck(indicator_key="i", state="due", next_try_at=due, **times, **period)


def make_job(number: int) -> Job:
    return Job(kind="run-checks", arguments={}, asked_by="mia", asked_at=NOW, state="waiting", next_try_at=NOW)


def make_post(number: int) -> Post:
    own = {"cause": f"cause {number}", "message_id": str(number)}
    of_trial = {"recipient": "ana@example.org", "channel": "mail", "template": "trial", "params": {}}
    return Post(written_at=NOW, next_try_at=NOW, **own, **of_trial)


def take_check(now: datetime) -> Held | None:
    """As a run does: what may be claimed, oldest first."""
    found = (
        db.session.execute(select(DueCheck).where(schedule_claims.claimable(now)).order_by(DueCheck.id))
        .scalars()
        .first()
    )
    if found is None:
        return None
    claims = schedule_claims.claim_all(
        [schedule_claims.Wanted(found, parse_period(found.period_key), 0)], Taking(now, now)
    )
    return claims.get(found.id)


def take_job(now: datetime) -> Held | None:
    found = worker.claim_next(now, SCHEDULER)
    return found and found[0]


def take_post(now: datetime) -> Held | None:
    return sending.claim_next(Channel.MAIL, now)


@dataclass(frozen=True)
class Line:
    """What is taken: of which table, how, for how long, and the states that it goes through."""

    table: type[Leased]
    make: Callable[[int], Leased]
    take: Callable[[datetime], Held | None]
    lease: timedelta
    tried: StrEnum
    """It failed, and waits for its next try."""
    held: StrEnum
    over: StrEnum

    def fill(self, count: int = 1) -> None:
        with transaction():
            db.session.add_all([self.make(number) for number in range(count)])

    def row(self) -> Any:
        db.session.expire_all()
        return db.session.execute(select(self.table)).scalar_one()

    def change(self, **values: Any) -> None:
        with transaction():
            db.session.execute(update(self.table).values(values))


CHECKS = Line(DueCheck, make_check, take_check, deadlines.LEASE, CheckState.FAILED, CheckState.RUNNING, CheckState.DONE)
JOBS = Line(Job, make_job, take_job, JOB_LEASE, JobState.WAITING, JobState.RUNNING, JobState.DONE)
POST = Line(Post, make_post, take_post, mail_hours.LEASE, PostState.WAITING, PostState.SENDING, PostState.SENT)


@pytest.fixture(params=[pytest.param(each, id=each.table.__name__) for each in (CHECKS, JOBS, POST)])
def line(request: pytest.FixtureRequest) -> Line:
    """Each of the three, with the same rules."""
    found = request.param
    assert isinstance(found, Line)
    return found


def take(line: Line, now: datetime) -> Held:
    found = line.take(now)
    assert found is not None
    return found


def test_a_row_is_taken_once_and_not_while_its_process_may_live(empty: Flask, line: Line) -> None:
    line.fill()
    held = take(line, NOW)
    row = line.row()
    assert (row.state, row.tries, row.lease_token, row.lease_until) == (line.held, 1, held.token, NOW + line.lease)
    assert line.take(NOW) is None
    assert line.take(NOW + line.lease) is None


def test_of_many_processes_each_row_goes_to_one(empty: Flask, line: Line) -> None:
    """Four connections at once; on PostgreSQL they pass over what another is taking."""
    line.fill(24)
    start, taken = threading.Barrier(4), list[Held]()

    def work() -> None:
        with empty.app_context():
            start.wait()
            while (held := line.take(NOW)) is not None or is_any_free(line):
                taken.extend([held] if held else [])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len({held.id for held in taken}) == 24
    tries = db.session.execute(select(line.table.tries).distinct()).scalars().all()
    tokens = db.session.execute(select(line.table.id, line.table.lease_token)).all()
    assert tries == [1]
    assert {row.id: row.lease_token for row in tokens} == {held.id: held.token for held in taken}


def is_any_free(line: Line) -> bool:
    """What another was taking a moment ago may be free: it is asked again, as the next tick would."""
    free = db.session.execute(select(line.table.id).where(line.table.lease_token.is_(None)).limit(1)).first()
    db.session.rollback()
    return free is not None


def test_what_was_taken_between_the_look_and_the_taking_is_left(empty: Flask, line: Line) -> None:
    """The look says free; before the taking another process, on a connection of its own, has the row."""
    line.fill()
    number = line.row().id
    db.session.rollback()
    with transaction():
        assert leases.take(line.table, [number], leases.is_free(line.table, NOW), NOW + line.lease, state=line.held)
    with transaction():
        assert leases.take(line.table, [number], leases.is_free(line.table, NOW), NOW + line.lease) == []


@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_what_another_is_taking_is_passed_over_without_waiting(empty: Flask, line: Line) -> None:
    """SQLite has one writer at a time: there is nothing to pass over."""
    line.fill(2)
    first, second = db.session.execute(select(line.table.id).order_by(line.table.id)).scalars()
    db.session.rollback()
    with db.engine.connect() as other:
        other.execute(select(line.table.id).where(line.table.id == first).with_for_update())
        found = leases.lock(select(line.table.id).order_by(line.table.id))
        assert [row.id for row in found] == [second]
        db.session.rollback()


@pytest.mark.parametrize("line", [JOBS, POST], ids=["Job", "Post"])
def test_what_waits_is_found_without_going_through_all_that_is_over(empty: Flask, line: Line) -> None:
    """Every few seconds one looks for it, and what is over stays in the table."""
    line.fill(3000)
    with transaction():
        db.session.execute(update(line.table).where(line.table.id <= 2980).values(state=line.over))
    said: list[tuple[str, Any]] = []

    def note(connection: object, cursor: object, statement: str, given: Any, *rest: object) -> None:
        said.append((statement, given))

    event.listen(db.engine, "after_cursor_execute", note)
    assert take(line, NOW).id == 2981
    event.remove(db.engine, "after_cursor_execute", note)
    statement, given = said[0]
    database = db.session.connection()
    if database.dialect.name == "postgresql":
        database.exec_driver_sql(f"ANALYZE {line.table.__tablename__}")
    explain = "EXPLAIN" if database.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    plan = str(database.exec_driver_sql(f"{explain} {statement}", given).all())
    assert f"ix_{line.table.__tablename__}_state_next_try_at" in plan, plan
    assert not [word for word in ("SCAN", "Seq Scan", "pk_") if word in plan], plan


def test_a_renewed_lease_holds_for_longer(empty: Flask, line: Line) -> None:
    line.fill()
    held = take(line, NOW)
    renewed = NOW + line.lease
    assert leases.renew(held, renewed + line.lease)
    assert line.take(renewed + SECOND) is None
    assert line.take(renewed + line.lease) is None
    assert take(line, renewed + line.lease + SECOND).token != held.token


def test_what_a_dead_process_held_is_taken_over_and_the_dead_one_writes_nothing(empty: Flask, line: Line) -> None:
    line.fill()
    dead = take(line, NOW)
    later = NOW + line.lease + SECOND
    alive = take(line, later)
    assert (alive.id, line.row().tries) == (dead.id, 2)
    assert not leases.renew(dead, later + line.lease)
    with transaction():
        assert leases.settle(dead, state=line.over) is False
        assert leases.give_back([dead], state=line.tried) == set()
    row = line.row()
    assert (row.state, row.lease_token, row.lease_until) == (line.held, alive.token, later + line.lease)
    with transaction():
        assert leases.settle(alive, state=line.over) is True
        assert leases.settle(alive, state=line.held) is False
    row = line.row()
    assert (row.state, row.lease_token, row.lease_until) == (line.over, None, None)


def test_a_lease_that_a_clock_ahead_wrote_holds_nothing(empty: Flask, line: Line) -> None:
    line.fill()
    ahead = take(line, NOW + AHEAD) if line is not CHECKS else claim_ahead()
    assert line.row().lease_until == NOW + AHEAD + line.lease
    # The clock is right again: nobody waits four hundred days.
    alive = take(line, NOW)
    assert (alive.id, line.row().tries) == (ahead.id, 2)
    assert line.row().lease_until == NOW + line.lease
    assert not leases.renew(ahead, NOW + AHEAD)
    with transaction():
        assert not leases.settle(ahead, state=line.over)


def claim_ahead() -> Held:
    """A check is not due in four hundred days only: the clock ran ahead when its claim was made."""
    check = db.session.execute(select(DueCheck)).scalar_one()
    how = Taking(NOW, NOW + AHEAD)
    return schedule_claims.claim_all([schedule_claims.Wanted(check, parse_period(check.period_key), 0)], how)[check.id]


def test_a_next_try_that_a_clock_ahead_wrote_holds_nothing_up(empty: Flask, line: Line) -> None:
    line.fill()
    line.change(state=line.tried, tries=1, next_try_at=NOW + timedelta(hours=6))
    assert line.take(NOW) is None
    line.change(next_try_at=NOW + AHEAD)
    assert take(line, NOW).id == line.row().id


@pytest.mark.parametrize("beyond", [False, True])
def test_the_horizon_is_the_last_instant_that_is_believed(empty: Flask, line: Line, beyond: bool) -> None:
    until = horizon(NOW) + beyond * SECOND
    line.fill()
    line.change(state=line.held, lease_token="another", lease_until=until, tries=1)
    assert (line.take(NOW) is not None) is beyond
    line.change(state=line.tried, lease_token=None, lease_until=None, next_try_at=until)
    assert (line.take(NOW) is not None) is beyond


def test_what_somebody_settled_meanwhile_is_left_alone(empty: Flask, line: Line) -> None:
    """A check is waived, or a mail switched off, while a process holds it: its token is there, its hold is not."""
    line.fill()
    held = take(line, NOW)
    others = [state for state in type(line.held) if state not in line.table.HELD_AS]
    line.change(state=others[-1])
    assert not leases.renew(held, NOW + line.lease)
    with transaction():
        assert not leases.settle(held, state=line.over)
    assert line.row().state == others[-1]


def test_what_is_given_back_is_free_as_if_it_had_not_been_tried(empty: Flask, line: Line) -> None:
    line.fill()
    held = take(line, NOW)
    with transaction():
        assert leases.give_back([held], state=line.tried, next_try_at=NOW) == {held.id}
    row = line.row()
    assert (row.state, row.tries, row.lease_token, row.lease_until) == (line.tried, 0, None, None)
    assert take(line, NOW).id == held.id


def test_many_rows_are_settled_in_parts(empty: Flask, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "AT_ONCE", 2)
    line.fill(5)
    held = [take(line, NOW) for _ in range(5)]
    with transaction():
        assert leases.settle_all(held, state=line.over) == {one.id for one in held}
    assert db.session.execute(select(line.table.state).distinct()).scalars().all() == [line.over]


def test_nothing_waits_beyond_the_horizon(tmp_path: Path) -> None:
    """Every lease and every wait there is, the longest that a setting allows too: or the living would be taken over."""
    waits = [*deadlines.BACK_OFF, *worker.BACK_OFF, *mail_hours.BACK_OFF]
    held = [deadlines.LEASE, mail_hours.LEASE, *(kind.lease for kind in KINDS.values())]
    env = {"VAR_FOLDER": str(tmp_path), "SECRET_KEY": "k" * 32}
    longest = Settings.from_environment({**env, "LEASE_SECONDS": "43200"}).lease_seconds
    assert max(*waits, *held, timedelta(seconds=longest)) < HORIZON
    with pytest.raises(SettingsError, match="LEASE_SECONDS"):
        Settings.from_environment({**env, "LEASE_SECONDS": "43201"})
