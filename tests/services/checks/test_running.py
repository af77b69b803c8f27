"""Running what is due: the tally, the log of runs, failures that stop nobody else, retries, and who holds a check."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from charter import VERSION
from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import AuditEntry, Measurement, Run
from charter.services.charters.versions import history
from charter.services.checks.measuring import Measuring
from charter.services.checks.recording import record_done, record_failed
from charter.services.checks.running import Tally, run_due
from charter.services.records.access import Access
from charter.services.records.leases import settle
from charter.services.records.transactions import transaction
from charter.services.schedule.claims import claim
from charter.services.schedule.clock_health import health, ticked
from charter.services.schedule.due import make_due
from charter.services.verification.verify import verify
from tests.services.databases import new_url, newest_migration, opened, template_of
from tests.services.world import NOW, START, TEXT, applied, apply, data, write_cases

BROKEN = TEXT.replace("bills: {kind: csv, path: bills.csv}", "bills: {kind: csv, path: absent.csv}")


def check_of(indicator: str, period: str) -> DueCheck:
    query = select(DueCheck).where(DueCheck.indicator_key == indicator, DueCheck.period_key == period)
    found = db.session.execute(query).scalar_one()
    db.session.refresh(found)
    return found


def runs(indicator: str) -> list[Run]:
    return list(db.session.execute(select(Run).where(Run.indicator_key == indicator).order_by(Run.id)).scalars())


def reading(indicator: str, period: str, unit: str = "company") -> ReadingRow:
    query = select(ReadingRow).where(
        ReadingRow.indicator_key == indicator, ReadingRow.period_key == period, ReadingRow.unit_key == unit
    )
    return db.session.execute(query).scalar_one()


def test_everything_due_is_measured_once(charted: Flask) -> None:
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=8, done=8, failed=0, late=0)
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=0, done=0, failed=0, late=0)
    assert db.session.execute(select(func.count(Run.id))).scalar_one() == 8


def test_a_source_that_hangs_fails_its_own_checks_and_no_other(empty: Flask) -> None:
    """A server that takes the connection and never says a word, asked for half the time that a claim is held."""
    hung = TEXT.replace("bills: {kind: csv, path: bills.csv}", 'bills: {kind: database, url: "env:B", table: bills}')
    apply(hung)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"postgresql://u:hush@127.0.0.1:{silent.getsockname()[1]}/x"
        tally = run_due(COMMAND_LINE, NOW, Access(environment={"B": place}, lease=timedelta(seconds=12)))
    assert (tally.done, tally.failed) == (4, 4)
    said = str(runs("billed")[-1].error)
    assert said.startswith("The source “bills” gave no answer within 6 seconds, and the run was ended")
    assert "hush" not in said


def test_the_run_keeps_what_it_read(world: Flask) -> None:
    october = next(run for run in runs("answered") if run.period_key == "2026-10")
    # 60 cases a month, two more in October, four in November, a duplicate each month, one row without a date.
    assert (october.outcome, october.error, october.rows_read, october.undated) == ("done", None, 252, 1)
    assert october.unknown_units == {"lorient": 2}
    assert october.reaches_past is True
    assert (october.as_of, october.started_by) == (NOW, "command line")
    assert october.fingerprint is not None
    assert len(october.fingerprint) == len(october.definition_hash) == 64


def test_each_cell_is_a_measurement(world: Flask) -> None:
    query = select(Measurement).where(Measurement.indicator_key == "answered", Measurement.period_key == "2026-10")
    cells = {
        (row.unit_key, row.channel): (row.numerator, row.denominator, row.stopped, dict(row.excluded))
        for row in db.session.execute(query).scalars()
    }
    assert cells == {
        ("vannes", "phone"): (5, 10, 10, {"duplicate": 1}),
        ("vannes", "letter"): (5, 10, 10, {}),
        ("brest", "phone"): (6, 10, 10, {}),
        ("brest", "letter"): (6, 10, 10, {}),
        ("nice", "phone"): (9, 10, 10, {}),
        ("nice", "letter"): (9, 10, 10, {}),
        ("lorient", "phone"): (1, 1, 1, {}),
        ("lorient", "letter"): (0, 1, 1, {}),
    }


def test_readings_add_up_along_the_tree_and_unknown_units_count_in_the_root(world: Flask) -> None:
    counts = {
        unit: (row.numerator, row.denominator, row.status)
        for unit in ("company", "west", "vannes", "brest", "south", "nice")
        for row in [reading("answered", "2026-10", unit)]
    }
    assert counts == {
        "company": (41, 62, "missed"),
        "west": (22, 40, "missed"),
        "vannes": (10, 20, "missed"),
        "brest": (12, 20, "missed"),
        "south": (18, 20, "kept"),
        "nice": (18, 20, "kept"),
    }
    root = reading("answered", "2026-10")
    assert (root.weakest_unit, root.coverage, root.excluded, root.not_recording) == (
        "vannes",
        1.0,
        {"duplicate": 1},
        [],
    )
    assert (root.target, root.interval_level, root.known_at) == (0.8, 0.95, NOW)


def test_a_unit_that_does_not_record_has_no_data_and_its_parents_say_so(world: Flask) -> None:
    nice = reading("answered", "2026-08", "nice")
    assert (nice.status, nice.reason, nice.value) == ("no-data", "not-recording", None)
    root = reading("answered", "2026-08")
    assert (root.numerator, root.denominator, root.not_recording) == (37, 60, ["nice"])
    assert reading("answered", "2026-08", "west").not_recording == []
    assert reading("answered", "2026-09").not_recording == []


def test_each_run_has_its_audit_entry(world: Flask) -> None:
    entries = list(
        db.session.execute(select(AuditEntry).where(AuditEntry.action == "check:run").order_by(AuditEntry.id)).scalars()
    )
    assert len(entries) == 8
    for entry, run in zip(entries, db.session.execute(select(Run).order_by(Run.id)).scalars(), strict=True):
        assert (entry.subject, entry.actor, entry.at) == (f"run {run.id}", "command line", NOW)
        assert entry.after is not None
        assert (entry.after["indicator"], entry.after["period"]) == (run.indicator_key, run.period_key)
        assert len(entry.after["cells"]) == 64


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


def test_in_one_source_a_failing_indicator_does_not_stop_the_others(empty: Flask) -> None:
    twin = TEXT.replace("source: bills", "source: cases").replace("success: {right: 1}", "success: {gone: 1}")
    apply(twin)
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=8, done=4, failed=4, late=4)
    assert reading("answered", "2026-10").denominator == 62
    note = check_of("billed", "2026-10").note
    assert note is not None
    assert "gone" in note


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


@pytest.mark.parametrize("found", [b"\x00\xff\x00\xfe garbage", b"", b'id,opened,agency,right\n1,"2026-10-01,x,1\n'])
def test_a_file_that_is_no_table_fails_its_own_indicator_only(empty: Flask, tmp_path: Path, found: bytes) -> None:
    shutil.copytree(data(), tmp_path / "own")
    (tmp_path / "own/bills.csv").write_bytes(found)
    apply(folder=tmp_path / "own")
    tally = run_due(COMMAND_LINE, NOW, Access())
    assert tally.due == 8
    assert tally.done >= 4
    assert check_of("answered", "2026-10").state == "done"
    assert check_of("billed", "2026-10").state != "running"


def test_a_fault_nobody_foresaw_fails_the_run_and_the_others_go_on(
    charted: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = Measuring.opened

    def crash(self: Measuring, version: object, source: str) -> object:
        if source == "bills":
            raise RuntimeError("the disk sings")
        return opened(self, version, source)  # type: ignore[arg-type]

    monkeypatch.setattr(Measuring, "opened", crash)
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=8, done=4, failed=4, late=4)
    note = check_of("billed", "2026-10").note
    assert note is not None
    assert note.startswith("billed could not be measured (RuntimeError: the disk sings).")
    assert "billed could not be measured" in caplog.text


def test_a_unit_name_as_long_as_a_page_fails_its_own_run_only(empty: Flask, tmp_path: Path) -> None:
    shutil.copytree(data(), tmp_path / "own")
    bills = tmp_path / "own/bills.csv"
    bills.write_text(bills.read_text(encoding="utf-8") + f"long,2026-10-02,{'x' * 4000},1\n", encoding="utf-8")
    apply(folder=tmp_path / "own")
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=8, done=7, failed=1, late=1)
    assert check_of("answered", "2026-10").state == "done"
    october = check_of("billed", "2026-10")
    assert october.state == "failed"
    assert october.note is not None
    assert "names a unit of 4000 letters" in october.note
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


def test_a_lost_claim_writes_nothing(charted: Flask) -> None:
    make_due(history(), NOW)
    version, check = history().current, check_of("billed", "2026-10")
    indicator = version.indicators["billed"][1]
    period = parse_period("2026-10")
    lost = claim(check, period, NOW)
    assert lost is not None
    later = NOW + timedelta(hours=1)
    taken = claim(check, period, later)
    assert taken is not None
    with Measuring(Access()) as measuring:
        ((_, _, outcome),) = measuring.measure(version, "bills", [(indicator, lost)], NOW)
    assert outcome.error is None
    before = db.session.execute(select(func.count(AuditEntry.id))).scalar_one()
    assert record_done(COMMAND_LINE, NOW, (version, indicator, lost), outcome) is False
    assert record_failed(COMMAND_LINE, NOW, (version, indicator, lost), outcome) is False
    tables: Mapping[str, type] = {"runs": Run, "measurements": Measurement, "readings": ReadingRow}
    assert {name: db.session.execute(select(func.count(t.id))).scalar_one() for name, t in tables.items()} == {  # type: ignore[attr-defined]
        "runs": 0,
        "measurements": 0,
        "readings": 0,
    }
    assert db.session.execute(select(func.count(AuditEntry.id))).scalar_one() == before
    assert record_done(COMMAND_LINE, later, (version, indicator, taken), outcome) is True
    assert reading("billed", "2026-10").denominator == 62


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
        "checks_waiting": 4,
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
