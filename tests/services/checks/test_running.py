"""Running what is due: the tally, the log of runs, failures that stop nobody else, retries, and who holds a check."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import AuditEntry, Run
from charter.services.charters.versions import history
from charter.services.checks.calendar import run_facts
from charter.services.checks.running import Tally, run_due
from charter.services.month.overview import build
from charter.services.records.access import Access
from charter.services.records.leases import settle
from charter.services.records.transactions import transaction
from charter.services.schedule.claims import claim
from charter.services.schedule.due import make_due
from charter.services.verification.verify import verify
from tests.services.databases import new_url, opened, template_of
from tests.services.world import NOW, TEXT, applied, apply, data, write_cases

BROKEN = TEXT.replace("bills: {kind: csv, path: bills.csv}", "bills: {kind: csv, path: absent.csv}")


def check_of(indicator: str, period: str) -> DueCheck:
    query = select(DueCheck).where(DueCheck.indicator_key == indicator, DueCheck.period_key == period)
    found = db.session.execute(query).scalar_one()
    db.session.refresh(found)
    return found


def runs(indicator: str) -> list[Run]:
    return list(db.session.execute(select(Run).where(Run.indicator_key == indicator).order_by(Run.id)).scalars())


def test_everything_due_is_measured_once(charted: Flask) -> None:
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=8, done=8, failed=0, late=0)
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=0, done=0, failed=0, late=0)
    assert db.session.execute(select(func.count(Run.id))).scalar_one() == 8


def test_a_failing_source_is_a_sentence_a_state_and_stops_nobody_else(empty: Flask) -> None:
    apply(BROKEN)
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=8, done=4, failed=4, late=4)
    check = check_of("billed", "2026-10")
    assert (check.state, check.tries, check.next_try_at) == ("failed", 1, NOW + timedelta(minutes=5))
    assert check.note is not None
    assert "absent.csv" in check.note
    (run,) = [run for run in runs("billed") if run.period_key == "2026-10"]
    assert (run.outcome, run.error, run.rows_read, run.unknown_units) == ("failed", check.note, None, {})
    assert run.said == check.said != None  # noqa: E711 three at once
    assert (run.said or {})["values"] == {"source": "bills", "path": "absent.csv"}
    assert str(restored(run.said)) == run.error
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.subject == f"run {run.id}")).scalar_one()
    assert (entry.action, entry.after) == (
        "check:fail",
        {"error": check.note, "indicator": "billed", "period": "2026-10"},
    )
    assert verify(COMMAND_LINE)["ok"]


def test_a_failed_check_is_tried_again_later_and_later_until_it_lapses(empty: Flask) -> None:
    apply(BROKEN)
    first = datetime(2026, 11, 4, 5, tzinfo=UTC)
    run_due(COMMAND_LINE, first, Access())
    waits = []
    now = first
    for _ in range(5):
        wait = check_of("billed", "2026-10").next_try_at - now
        waits.append(wait)
        assert run_due(COMMAND_LINE, now + wait - timedelta(seconds=1), Access()).due == 0
        now += wait
        # July to September lapsed or wait as October does: they failed at the same instants.
        assert run_due(COMMAND_LINE, now, Access()).failed >= 1
    assert [wait.total_seconds() / 60 for wait in waits] == [5, 30, 120, 360, 360]
    check = check_of("billed", "2026-10")
    after, tries = check.lapsed_at + timedelta(days=1), check.tries
    run_due(COMMAND_LINE, after, Access())
    assert check_of("billed", "2026-10").tries == tries == 6
    run_due(COMMAND_LINE, after, Access(), retry_now=True)
    assert check_of("billed", "2026-10").tries == 7


def test_what_failed_succeeds_when_the_source_is_mended(empty: Flask, tmp_path: Path) -> None:
    shutil.copytree(data(), tmp_path / "own")
    (tmp_path / "own/bills.csv").unlink()
    apply(folder=tmp_path / "own")
    assert run_due(COMMAND_LINE, NOW, Access()).failed == 4
    write_cases(tmp_path / "own")
    assert run_due(COMMAND_LINE, NOW, Access()).due == 0
    assert run_due(COMMAND_LINE, NOW, Access(), retry_now=True) == Tally(due=4, done=4, failed=0, late=0)
    check = check_of("billed", "2026-10")
    assert (check.state, check.note, check.tries) == ("done", None, 2)
    assert [run.outcome for run in runs("billed")] == ["failed"] * 4 + ["done"] * 4
    assert verify(COMMAND_LINE)["ok"]


def test_the_late_are_counted_after_the_run(empty: Flask) -> None:
    apply(BROKEN)
    just_due = datetime(2026, 11, 4, 5, tzinfo=UTC)
    assert run_due(COMMAND_LINE, just_due, Access()) == Tally(due=7, done=3, failed=4, late=3)
    assert run_due(COMMAND_LINE, just_due + timedelta(days=1), Access()).late == 4


def test_figures_entered_by_hand_are_never_measured_by_a_run(empty: Flask) -> None:
    by_hand = TEXT.replace("bills: {kind: csv, path: bills.csv}", "bills: {kind: manual}").replace(
        "        success: {right: 1}\n        unit: agency\n", ""
    )
    apply(by_hand)
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=4, done=4, failed=0, late=4)
    assert check_of("billed", "2026-10").state == "due"
    assert check_of("billed", "2026-10").tries == 0


def test_waived_checks_are_left_alone(charted: Flask) -> None:
    make_due(history(), NOW)
    held = claim(check_of("billed", "2026-10"), parse_period("2026-10"), NOW)
    assert held is not None
    with transaction():
        settle(held, state="waived", note="strike")
    assert run_due(COMMAND_LINE, NOW, Access(), retry_now=True) == Tally(due=7, done=7, failed=0, late=0)
    assert check_of("billed", "2026-10").state == "waived"


def test_only_who_may_runs_checks(charted: Flask) -> None:
    with pytest.raises(NotAllowed):
        run_due(Actor("Dan", Role.AUDITOR), NOW, Access())
    assert db.session.execute(select(func.count(DueCheck.id))).scalar_one() == 0


def test_progress_tells_each_check(charted: Flask) -> None:
    told: list[tuple[int, int, str]] = []
    run_due(COMMAND_LINE, datetime(2026, 8, 10, 9, tzinfo=UTC), Access(), progress=lambda *step: told.append(step))
    assert told == [(1, 2, "billed 2026-07"), (2, 2, "answered 2026-07")]


def test_no_statement_of_a_run_reads_more_the_longer_the_history_is(tmp_path: Path) -> None:
    """SQLite says beforehand how it will look: never through all that is done, nor all periods of an indicator."""
    said: dict[str, object] = {}

    def note(connection: object, cursor: object, statement: str, given: object, *rest: object) -> None:
        if statement.startswith(("UPDATE due_checks", "DELETE FROM readings", "SELECT readings")):
            said[statement] = given

    with opened(new_url("sqlite", tmp_path, template_of("sqlite", applied)), tmp_path):
        event.listen(db.engine, "after_cursor_execute", note)
        run_due(SCHEDULER, NOW, Access())
        event.remove(db.engine, "after_cursor_execute", note)
        database = db.session.connection()
        plans = {
            statement: str(database.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all())  # type: ignore[arg-type]
            for statement, given in said.items()
            if "readings" in statement or "lease_token = ?" in statement.partition("WHERE")[2]
        }
    assert len(plans) >= 3
    for statement, plan in plans.items():
        wide = [word for word in ("SCAN", "(state=?)", "(indicator_key=?)") if word in plan]
        assert not wide, (statement, plan)


CHANGED = """
charter:
  key: case
  organisation: Essai
  title: {en: Charter, fr: Charte}
  timezone: Europe/Paris
  calendar: FR
  valid_from: 2026-01-01
units:
  - {key: all, name: All, kind: company}
  - {key: A, name: A, kind: agency, parent: all}
  - {key: B, name: B, kind: agency, parent: all}
sources: {rows: {kind: csv, path: 'x*.csv'}}
commitments:
  - key: c
    title: {en: c, fr: c}
    promise: {en: We answer each request within 10 days., fr: Nous vous répondons sous 10 jours.}
    owner: Head
    case: {one: {en: request, fr: demande}, many: {en: requests, fr: demandes}}
    indicators:
      - key: i
        title: {en: i, fr: i}
        source: rows
        kind: share-within
        judged_by: start
        start: start
        stop: stop
        unit: unit
        within: 10 days
        distinct: id
        minimum: 1
        targets:
          - {from: 2026-01-01, target: 0.80, units: whole}
          - {from: 2026-01-01, target: 0.30, units: [B]}
"""
ROWS = """id,start,stop,unit
A,2026-06-10,2026-06-18,A
B,2026-06-16,2026-06-24,A
C,2026-06-20,2026-06-28,B
C,2026-06-20,2026-06-22,B
D,2026-06-29,2026-06-30,B
"""


def test_each_case_is_judged_by_its_own_promise_and_each_unit_by_its_own_level(empty: Flask, tmp_path: Path) -> None:
    (tmp_path / "x1.csv").write_text(ROWS, "utf-8")
    (tmp_path / "x2.csv").write_text("id,start,stop,unit\nD,2026-06-29,2026-06-30,B\n", "utf-8")
    apply(CHANGED, tmp_path, datetime(2026, 1, 1, 8, tzinfo=UTC))
    later = CHANGED.replace("valid_from: 2026-01-01", "valid_from: 2026-06-15").replace("10 days", "5 days")
    apply(later, tmp_path, datetime(2026, 6, 15, 8, tzinfo=UTC))
    run_due(COMMAND_LINE, datetime(2026, 8, 1, 9, tzinfo=UTC), Access())
    of_june = select(ReadingRow).filter_by(period_key="2026-06")
    rows = {row.unit_key: row for row in db.session.execute(of_june).scalars()}
    # A kept its 10 days; B, promised 5, did not; C is told in two ways and could turn the verdict, D is in two files.
    assert (rows["all"].numerator, rows["all"].denominator, rows["all"].status) == (3, 4, "unproven")
    assert (rows["A"].status, rows["A"].reason, rows["A"].value) == ("not-applicable", "no-own-level", 0.5)
    assert (rows["B"].status, rows["B"].value) == ("kept", 1.0)
    (run,) = db.session.execute(select(Run).filter_by(period_key="2026-06", outcome="done")).scalars()
    assert (run_facts(run)["contradictory"], run.overlapping) == (1, 1)
    view = build(history(), history().current, parse_period("2026-06"), "A", datetime(2026, 8, 1, 9, tzinfo=UTC))
    shown = view["commitments"][0]["indicators"][0]
    assert (shown["target"], shown["reason"], shown["case"]["many"]) == (
        None, "no-own-level", {"en": "requests", "fr": "demandes"},
    )  # fmt: skip
