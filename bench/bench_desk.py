"""What history and a large organisation cost the director's desk: ten years of 400 units beside one month of 8."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import insert

from bench.comparison import Comparison
from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.periods import Period, periods_of
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import PeriodKind, Role
from charter.factory import create_app
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.services.checks.rebuild import lay_all
from charter.services.drafts.applying import apply_charter
from charter.services.people.accounts import create_account
from config import Settings

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
YEARS = int(os.environ.get("BENCH_YEARS", "10"))
UNITS = int(os.environ.get("BENCH_UNITS", "400"))
COMMITMENTS = 8
LOADS = 20
PASSWORD = "a long enough one"


def comparisons() -> Iterator[Comparison]:
    """The desk of the whole organisation, signed in, over and over."""
    yield Comparison(
        f"desk: {YEARS} years of {UNITS} units, beside one month of 8",
        work=lambda: _load(_desk(date(2026 - YEARS + 1, 1, 1), UNITS)),
        baseline=lambda: _load(_desk(date(2026, 10, 1), 8)),
        at_most=1.2,
    )


def _load(client: FlaskClient) -> None:
    for _ in range(LOADS):
        assert client.get("/desk?period=2026-10").status_code == 200


@cache
def _desk(since: date, units: int) -> FlaskClient:
    folder = Path(mkdtemp(prefix="promesse-bench-"))
    settings = Settings(database_url=f"sqlite:///{folder}/desk.sqlite3", secret_key="k" * 32, var_folder=folder)
    app = create_app(settings)
    with app.app_context():
        upgrade()
        apply_charter(COMMAND_LINE, NOW, charter=read_charter(_charter(since, units)).charter, folder=str(folder))
        _fill(since, units)
        create_account(COMMAND_LINE, NOW, email="ana@example.org", name="Ana", role=Role.DIRECTOR, password=PASSWORD)
    return _signed_in(app)


def _signed_in(app: Flask) -> FlaskClient:
    app.config.update(WTF_CSRF_ENABLED=False, CLOCK=lambda: NOW)
    client = app.test_client()
    client.post("/sign-in", data={"email": "ana@example.org", "password": PASSWORD})
    return client


def _charter(since: date, units: int) -> str:
    lines = [
        "charter: {key: bench, organisation: Bench, title: {en: Bench}, timezone: Europe/Paris, calendar: FR, "
        f"valid_from: {since}}}",
        "units:",
        "  - {key: all, name: All, kind: company}",
        *(f"  - {{key: u{n}, name: Unit {n}, parent: all, kind: agency}}" for n in range(units)),
        "sources: {cases: {kind: csv, path: cases.csv}}",
        "commitments:",
    ]
    for n in range(COMMITMENTS):
        lines += [
            f"  - key: c{n}",
            f"    title: {{en: Promise {n}}}",
            f"    promise: {{en: We keep promise {n} within 10 days.}}",
            "    owner: Somebody",
            "    indicators:",
            f"      - {{key: i{n}, title: {{en: Figure {n}}}, kind: share, source: cases, date: day, unit: unit,",
            f"         success: {{ok: yes}}, targets: [{{from: {since}, target: 0.8, tolerance: 0.02}}]}}",
        ]
    return "\n".join(lines) + "\n"


def _fill(since: date, units: int) -> None:
    """Every check done, every figure read, as a scheduler would have left them."""
    months = periods_of(PeriodKind.MONTH, since, date(2026, 10, 31))
    keys = ["all", *(f"u{n}" for n in range(units))]
    for n in range(COMMITMENTS):
        db.session.execute(insert(DueCheck), [_check(f"i{n}", month) for month in months])
        for month in months:
            db.session.execute(insert(ReadingRow), [_reading(f"i{n}", month, key, n) for key in keys])
        lay_all(f"i{n}")
    db.session.commit()


def _check(indicator: str, month: Period) -> dict[str, Any]:
    due = datetime(month.end.year, month.end.month, month.end.day, 12, tzinfo=UTC) + timedelta(days=4)
    return {
        "indicator_key": indicator,
        "period_key": month.key,
        "period_start": month.start,
        "period_end": month.end,
        "due_at": due,
        "late_at": due + timedelta(days=1),
        "lapsed_at": due + timedelta(days=60),
        "state": "done",
        "tries": 1,
        "next_try_at": due,
        "done_at": due,
    }


def _reading(indicator: str, month: Period, unit: str, salt: int) -> dict[str, Any]:
    value = 0.8 + ((month.start.month * 7 + month.start.year + salt) % 11) / 100
    return {
        "indicator_key": indicator,
        "period_key": month.key,
        "period_start": month.start,
        "period_end": month.end,
        "unit_key": unit,
        "version_id": 1,
        "run_id": 1,
        "known_at": NOW,
        "status": "kept",
        "value": value,
        "numerator": round(value * 1000),
        "denominator": 1000,
        "pending": 0,
        "excluded": {},
        "target": 0.8,
        "interval_low": value - 0.02,
        "interval_high": value + 0.02,
        "interval_level": 0.95,
        "coverage": 1.0,
        "not_recording": [],
    }
