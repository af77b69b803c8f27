"""Who holds a check: one process, for a lease; what a dead one left is taken over and told; a clock may be set back."""

from __future__ import annotations

import csv
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from charter.domain.checks.deadlines import LEASE, MOST_TRIES, next_look
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import AuditEntry, Measurement, Run
from charter.services.charters.versions import history
from charter.services.checks.running import run_due
from charter.services.figures.write import Figure, correct_figure
from charter.services.readings.projection import ReadingRow
from charter.services.records import audit_log
from charter.services.records.access import Access
from charter.services.records.leases import settle
from charter.services.records.transactions import transaction
from charter.services.schedule.claims import Claim, Taking, Wanted, claim, claim_all, give_back
from charter.services.schedule.due import make_due
from charter.services.verification.verify import verify
from tests.services.world import HEAD, NOW, apply

LATER = NOW + LEASE + timedelta(seconds=1)


def open_checks() -> list[DueCheck]:
    make_due(history(), NOW)
    return list(db.session.execute(select(DueCheck).order_by(DueCheck.id)).scalars())


def taken(how: Taking, checks: list[DueCheck]) -> dict[int, Claim]:
    version = history().current.id
    return dict(claim_all([Wanted(check, parse_period(check.period_key), version) for check in checks], how))


def runs(outcome: str) -> list[Run]:
    return list(db.session.execute(select(Run).where(Run.outcome == outcome).order_by(Run.id)).scalars())


def test_each_check_is_claimed_once(charted: Flask) -> None:
    checks = open_checks()
    first = taken(Taking(NOW, NOW), checks[:5])
    second = taken(Taking(NOW, NOW), checks)
    assert set(first) == {check.id for check in checks[:5]}
    assert set(second) == {check.id for check in checks[5:]}
    assert {held.period.key for held in second.values()} == {check.period_key for check in checks[5:]}


def test_what_a_dead_process_held_is_taken_over_and_the_log_says_so(charted: Flask) -> None:
    checks = open_checks()
    dead = taken(Taking(NOW, NOW), checks)
    assert run_due(SCHEDULER, NOW + LEASE, Access()).due == 0
    tally = run_due(SCHEDULER, LATER, Access())
    assert (tally.due, tally.done) == (8, 8)
    told = runs("abandoned")
    assert len(told) == len(runs("done")) == 8
    assert {(run.indicator_key, run.period_key) for run in told} == {(c.indicator_key, c.period_key) for c in checks}
    assert told[0].started_by.startswith("scheduler (")
    assert told[0].as_of >= LATER
    assert (told[0].error or "").startswith("The process that held this check ended without a word (scheduler (")
    assert "since 2026-11-10T09:00:00+00:00" in (told[0].error or "")
    assert str(restored(told[0].said)) == told[0].error
    told_in_log = select(func.count()).where(AuditEntry.action == "check:take-over")
    assert db.session.execute(told_in_log).scalar_one() == 8
    with transaction():
        assert not any(settle(held, state=CheckState.DONE) for held in dead.values())
    assert verify(COMMAND_LINE)["ok"]


def test_a_check_whose_process_always_dies_is_failed_and_asks_for_a_person(charted: Flask) -> None:
    (check, *_) = open_checks()
    at = NOW
    for _ in range(MOST_TRIES):
        assert taken(Taking(NOW, at), [check]) != {}
        at += LEASE + timedelta(seconds=1)
    assert taken(Taking(NOW, at), [check]) == {}
    db.session.refresh(check)
    assert (check.state, check.lease_token, check.tries) == ("failed", None, MOST_TRIES + 1)
    assert "It is tried no more: ask for it by hand." in (check.note or "")
    assert str(restored(check.said)) == check.note
    assert taken(Taking(NOW, at), [check]) == {}
    assert len(runs("abandoned")) == MOST_TRIES
    assert taken(Taking(NOW, at, retry_now=True), [check]) != {}


def test_a_check_that_failed_eight_times_waits_for_a_person(empty: Flask, tmp_path: Path) -> None:
    apply(folder=tmp_path)
    now, october = NOW, (DueCheck.indicator_key == "billed", DueCheck.period_key == "2026-10")
    run_due(SCHEDULER, now, Access())
    waits = []
    for _ in range(20):
        following = db.session.execute(select(DueCheck.next_try_at).where(*october)).scalar_one()
        if run_due(SCHEDULER, following, Access()).failed == 0:
            break
        waits.append(following - now)
        now = following
    hours = [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)]
    assert waits == [*hours, *[timedelta(hours=6)] * (MOST_TRIES - 1 - len(hours))]
    assert db.session.execute(select(DueCheck.tries).where(*october)).scalar_one() == MOST_TRIES
    assert run_due(SCHEDULER, now + timedelta(days=3), Access()).due == 0
    assert run_due(COMMAND_LINE, now + timedelta(days=3), Access(), retry_now=True).failed == 8


def test_a_process_that_stops_gives_back_what_it_has_not_begun(charted: Flask) -> None:
    checks = open_checks()
    held = taken(Taking(NOW, NOW), checks)
    give_back(held.values())
    db.session.expire_all()
    assert {(check.state, check.tries, check.lease_token) for check in checks} == {("due", 0, None)}
    assert run_due(SCHEDULER, NOW, Access(), is_stopping=lambda: True).due == 0
    assert run_due(SCHEDULER, NOW, Access()).done == 8


def test_a_lease_written_by_a_clock_that_was_ahead_holds_nothing(charted: Flask) -> None:
    ahead = NOW + timedelta(days=400)
    checks = open_checks()
    taken(Taking(NOW, ahead), checks[:4])
    (october,) = (check.id for check in checks[4:] if (check.period_key, check.indicator_key) == ("2026-10", "billed"))
    with transaction():
        failed = update(DueCheck).where(DueCheck.id == october)
        db.session.execute(failed.values(state="failed", tries=1, next_try_at=ahead))
    # The clock is right again: nobody waits four hundred days.
    tally = run_due(SCHEDULER, NOW, Access())
    assert (tally.due, tally.done) == (8, 8)
    assert len(runs("abandoned")) == 4


def test_a_clock_set_back_doubles_nothing(world: Flask) -> None:
    before = len(runs("done"))
    earlier = NOW - timedelta(days=40)
    assert run_due(SCHEDULER, earlier, Access()).due == 0
    assert run_due(SCHEDULER, NOW, Access()).due == 0
    assert len(runs("done")) == before == 8


def test_a_take_over_and_a_late_recording_never_wait_in_a_circle(charted: Flask) -> None:
    """Who records holds the head of the log and wants the check; who takes over must not hold the check meanwhile."""
    check, *_ = open_checks()
    (slow,) = taken(Taking(NOW, NOW), [check]).values()
    number, asks, found = check.id, threading.Event(), list[Any]()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE chain_heads"):
            asks.set()

    def take_over() -> None:
        with charted.app_context():
            found.append(taken(Taking(NOW, LATER), [db.session.get_one(DueCheck, number)]))

    other = threading.Thread(target=take_over)
    with transaction():
        audit_log.hold()
        event.listen(db.engine, "before_cursor_execute", note)
        other.start()
        assert asks.wait(60)
        assert settle(slow, state=CheckState.DONE, done_at=LATER)
    other.join()
    event.remove(db.engine, "before_cursor_execute", note)
    assert found == [{}]
    db.session.expire_all()
    assert (db.session.get_one(DueCheck, number).state, runs("abandoned")) == ("done", [])


def test_of_the_same_check_a_late_claim_waits_for_the_living(charted: Flask) -> None:
    (check, *_) = open_checks()
    period = parse_period(check.period_key)
    assert claim(check, period, NOW) is not None
    assert claim(check, period, NOW + LEASE) is None


DELAY = """
  - key: speed
    title: {en: Quick, fr: Rapide}
    promise: {en: We are quick., fr: Nous sommes rapides.}
    owner: Service clients
    components: [competence]
    evidence: {law: {owed: full, reference: Code}}
    indicators:
      - key: delay
        title: {en: Days to answer, fr: Jours pour répondre}
        source: cases
        kind: mean
        start: opened
        stop: closed
        in: days
        direction: lower
        unit: agency
        minimum: 2
        targets: [{from: 2026-01-01, target: 20}]
        check: {due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
"""
OPENED = "2026-10-05"


def write_cases(folder: Path, *closed: str) -> None:
    with (folder / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "opened", "closed", "agency"])
        rows.writerows([number, OPENED, day, "vannes"] for number, day in enumerate(closed))


def delay_check() -> DueCheck:
    db.session.expire_all()
    return db.session.execute(select(DueCheck).where(DueCheck.period_key == "2026-10")).scalar_one()


def total(*columns: object) -> tuple[object, ...]:
    query = select(*columns).where(ReadingRow.unit_key == "company", ReadingRow.period_key == "2026-10")  # type: ignore[call-overload]
    return tuple(db.session.execute(query).one())


def test_a_figure_with_pending_cases_is_completed_later(empty: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path, "2026-10-07", "2026-10-09", "2026-11-09", "")
    apply(HEAD.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01") + DELAY, folder=tmp_path)
    first = datetime(2026, 11, 4, 9, tzinfo=UTC)
    assert run_due(SCHEDULER, first, Access()).done == 1
    check = delay_check()
    # Two are closed by the fourth of November, two are pending: the figure stands and says so.
    assert (check.state, check.pending, check.again_at) == ("done", 2, first + timedelta(days=1))
    assert total(ReadingRow.denominator, ReadingRow.pending) == (2, 2)
    # A day later nothing has changed; two days after that, one is closed.
    assert run_due(SCHEDULER, first + timedelta(days=1), Access()).done == 1
    assert delay_check().again_at == first + timedelta(days=2)
    assert run_due(SCHEDULER, first + timedelta(days=2), Access()).done == 1
    assert run_due(SCHEDULER, first + timedelta(days=3), Access()).due == 0
    assert run_due(SCHEDULER, first + timedelta(days=4), Access()).done == 1
    assert (delay_check().pending, delay_check().again_at) == (2, first + timedelta(days=8))
    assert run_due(SCHEDULER, first + timedelta(days=8), Access()).done == 1
    assert total(ReadingRow.denominator, ReadingRow.pending) == (3, 1)
    write_cases(tmp_path, "2026-10-07", "2026-10-09", "2026-11-09", "2026-11-13")
    assert run_due(SCHEDULER, first + timedelta(days=16), Access()).done == 1
    check = delay_check()
    assert (check.state, check.pending, check.again_at, check.done_at) == ("done", 0, None, first)
    assert total(ReadingRow.denominator, ReadingRow.pending) == (4, 0)
    # Nothing was overwritten: each look is a run with its rows.
    assert len(runs("done")) == 6
    counted = select(Measurement.denominator, Measurement.pending).order_by(Measurement.id)
    assert [tuple(row) for row in db.session.execute(counted)][-2:] == [(3, 1), (4, 0)]
    assert verify(COMMAND_LINE)["ok"]


def test_while_it_is_completed_the_figure_stands(empty: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path, "2026-10-07", "2026-10-09", "")
    apply(HEAD.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01") + DELAY, folder=tmp_path)
    first = datetime(2026, 11, 4, 9, tzinfo=UTC)
    run_due(SCHEDULER, first, Access())
    later = first + timedelta(days=1)
    (held,) = taken(Taking(later, later), [delay_check()]).values()
    assert held.completes
    assert delay_check().state == "done"
    assert taken(Taking(later, later), [delay_check()]) == {}
    # A source that is away fails the look, not the figure.
    give_back([held])
    (tmp_path / "cases.csv").unlink()
    assert run_due(SCHEDULER, later, Access()).failed == 1
    check = delay_check()
    assert (check.state, check.again_at) == ("done", later + timedelta(days=1))
    assert total(ReadingRow.denominator, ReadingRow.pending) == (2, 1)


def test_what_a_person_corrected_is_not_counted_again(empty: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path, "2026-10-07", "2026-10-09", "")
    apply(HEAD.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01") + DELAY, folder=tmp_path)
    first = datetime(2026, 11, 4, 9, tzinfo=UTC)
    run_due(SCHEDULER, first, Access())
    numbers = {"n": 3, "sum": 12, "sum_of_squares": 60}
    correct_figure(COMMAND_LINE, first, Figure("delay", "2026-10", "vannes", numbers, "One was lost"))
    assert delay_check().again_at is None
    assert run_due(SCHEDULER, first + timedelta(days=1), Access()).due == 0


@pytest.mark.parametrize(("days", "following"), [(0, 1), (1, 2), (2, 4), (16, 32), (29, 58), (31, None)])
def test_looks_are_further_and_further_apart(days: int, following: int | None) -> None:
    done = datetime(2026, 11, 4, 9, tzinfo=UTC)
    found = next_look(done, done + timedelta(days=60), done + timedelta(days=days))
    assert found == (None if following is None else done + timedelta(days=following))
