"""Recording a run: measurements, readings and audit entries, all or nothing, while the claim is ours."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.models.records import AuditEntry, Measurement, Run
from charter.services.charters.versions import history
from charter.services.checks.measuring import Measuring
from charter.services.checks.recording import Found, record_all, record_failed
from charter.services.checks.running import Tally, run_due
from charter.services.records.access import Access
from charter.services.schedule.claims import claim
from charter.services.schedule.due import make_due
from charter.services.verification.verify import verify
from tests.services.checks.test_measuring import reading
from tests.services.checks.test_running import check_of, runs
from tests.services.world import NOW, apply, data


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
    assert "names a unit of 4000 characters" in october.note
    assert verify(COMMAND_LINE)["ok"]


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
    assert record_all(COMMAND_LINE, NOW, [Found(version, indicator, lost, outcome)]) == 0
    assert record_failed(COMMAND_LINE, NOW, Found(version, indicator, lost, outcome)) is False
    tables: Mapping[str, type] = {"runs": Run, "measurements": Measurement, "readings": ReadingRow}
    assert {name: db.session.execute(select(func.count(t.id))).scalar_one() for name, t in tables.items()} == {  # type: ignore[attr-defined]
        "runs": 0,
        "measurements": 0,
        "readings": 0,
    }
    assert db.session.execute(select(func.count(AuditEntry.id))).scalar_one() == before
    assert record_all(COMMAND_LINE, later, [Found(version, indicator, taken, outcome)]) == 1
    assert reading("billed", "2026-10").denominator == 62
