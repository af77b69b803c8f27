"""What the proof costs: ten years of 24 promises of 400 agencies, each figure counted again from its measurements.

`BENCH_VERIFY_YEARS=10 make bench ARGS="--rounds 1 verify"` for the size of docs/speed.md; two years otherwise. The
baseline reads the same rows from the database and does nothing with them.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select

from bench.bench_checks import ground
from bench.comparison import Comparison
from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.periods import Period, periods_of
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.domain.vocabulary.terms import CheckState, PeriodKind
from charter.factory import create_app
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import Measurement, Run
from charter.services.charters.versions import Version, history
from charter.services.checks.recording import measurement_row
from charter.services.drafts.applying import apply_charter
from charter.services.readings.projection import UNTRACED, Measured, Recorded, recounted
from charter.services.readings.recount import CELL_COLUMNS, READING_COLUMNS
from charter.services.records import audit_log
from charter.services.records.sealing import digest_of, rows_hash
from charter.services.schedule.due import deadlines_of
from charter.services.verification.verify import verify
from config import Settings

YEARS = int(os.environ.get("BENCH_VERIFY_YEARS", "2"))
AGENCIES, REGIONS, PROMISES = 400, 20, 24
FIRST = date(2016, 1, 1)


@cache
def world() -> Flask:
    """The charter in force and its years measured: rows as the recording of checks writes them."""
    folder = ground() / "verify"
    folder.mkdir()
    settings = Settings(database_url=f"sqlite:///{folder}/verify.sqlite3", secret_key="k" * 32, var_folder=folder)
    app = create_app(settings)
    with app.app_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        upgrade()
        now = datetime(FIRST.year, 1, 1, 9, tzinfo=UTC)
        apply_charter(COMMAND_LINE, now, charter=read_charter(charter_of()).charter, folder=str(folder))
        version = history().current
        for month in periods_of(PeriodKind.MONTH, FIRST, date(FIRST.year + YEARS - 1, 12, 31)):
            _measure(version, month)
    return app


def _measure(version: Version, month: Period) -> None:
    """One month of every promise, in one transaction."""
    now = datetime.combine(month.end + timedelta(days=3), datetime.min.time(), UTC) + timedelta(hours=6)
    done, cells, readings, checks = [], [], [], []
    for key, (_, indicator) in version.indicators.items():
        row = _run(version, key, month, now)
        number = db.session.execute(insert(Run).returning(Run.id), [row]).scalar_one()
        run = Recorded(number, now, "d" * 64, True, key)
        counted = [Cell(month.key, f"a{at:03}", "", "", _counts(at, month)) for at in range(AGENCIES)]
        rows = [measurement_row(cell, run, SCHEDULER, now) for cell in counted]
        readings += [UNTRACED | one for one in recounted(Measured(version, indicator, month, run, counted))]
        cells += rows
        checks.append(_check(version, key, month, now))
        facts = {"cells": rows_hash(rows), "indicator": key, "period": month.key}
        digests = {"runs": {str(number): digest_of("runs", row | {"id": number})}}
        done.append(audit_log.Done("check:run", f"run {number}", facts, rows=digests))
    db.session.execute(insert(Measurement), cells)
    db.session.execute(insert(ReadingRow), readings)
    db.session.execute(insert(DueCheck), checks)
    audit_log.record_all(SCHEDULER, now, done)
    db.session.commit()


def _counts(at: int, month: Period) -> Counts:
    n = 20 + (at * 7 + month.start.month * 13) % 60
    return Counts(numerator=n - (at + month.start.month) % 9, denominator=n, pending=at % 3, excluded={"duplicate": 1})


def _run(version: Version, key: str, month: Period, now: datetime) -> dict[str, Any]:
    facts = {"indicator_key": key, "period_key": month.key, "version_id": version.id, "outcome": "done", "as_of": now}
    facts |= {"error": None, "said": None, "seconds": 0.1, "rows_read": 20_000, "undated": 0, "unknown_units": {}}
    facts |= {"reaches_past": True, "fingerprint": "f" * 64, "definition_hash": "d" * 64, "claim": None}
    return facts | {"started_by": SCHEDULER.name}


def _check(version: Version, key: str, month: Period, now: datetime) -> dict[str, Any]:
    facts: dict[str, Any] = {"indicator_key": key, "period_key": month.key}
    planned = deadlines_of(version, version.indicators[key][1], month)
    facts |= {"period_start": month.start, "period_end": month.end}
    facts |= {"due_at": planned.due_at, "late_at": planned.late_at, "lapsed_at": planned.lapsed_at}
    return facts | {"state": CheckState.DONE, "done_at": now, "next_try_at": now, "tries": 1}


def charter_of() -> str:
    lines = [
        "charter: {key: bench, organisation: Bench, title: {en: Bench}, timezone: Europe/Paris, calendar: FR, "
        f"valid_from: {FIRST}}}",
        "units:",
        "  - {key: all, name: All, kind: company}",
        *(f"  - {{key: r{at:02}, name: R{at}, parent: all, kind: region}}" for at in range(REGIONS)),
        *(f"  - {{key: a{at:03}, name: A{at}, parent: r{at % REGIONS:02}, kind: agency}}" for at in range(AGENCIES)),
        "sources: {cases: {kind: csv, path: cases.csv}}",
        "commitments:",
    ]
    for at in range(PROMISES):
        lines += [
            f"  - key: c{at}",
            f"    title: {{en: Promise {at}}}",
            f"    promise: {{en: We keep promise {at} each month.}}",
            "    owner: Somebody",
            "    indicators:",
            f"      - {{key: i{at}, title: {{en: I}}, kind: share, source: cases, date: day, unit: unit, minimum: 10,",
            "         success: {ok: 1}, targets: [{from: 2000-01-01, target: 0.9, tolerance: 0.02}],",
            "         check: {due: 2 days, at: '06:00', lapses_after: 4000 days}}",
        ]
    return "\n".join(lines) + "\n"


def proof() -> None:
    with world().app_context():
        found = verify(COMMAND_LINE, workers=2)
        assert found["ok"], found["broken"]
        assert found["measurements"] == YEARS * 12 * PROMISES * AGENCIES


def reading() -> None:
    """The rows that the proof reads, and nothing done with them."""
    with world().app_context():
        for model, names in ((Measurement, CELL_COLUMNS), (ReadingRow, READING_COLUMNS)):
            columns = [model.__table__.c[name] for name in names]
            for _ in db.session.execute(select(*columns).execution_options(yield_per=2000)):
                pass
        db.session.rollback()


def comparisons() -> Iterator[Comparison]:
    yield Comparison(
        f"the proof of {YEARS} years of {PROMISES} promises of {AGENCIES} agencies, beside reading the same rows",
        work=proof,
        baseline=reading,
        at_most=8,
    )
