"""An installation of the first release, kept as it was: later ones open it, upgrade it, and say what it said."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from charter.domain.vocabulary.terms import Role
from charter.services.people.accounts import authenticate
from config import PROJECT
from tests.cli.conftest import Installation, charter_on, said
from tests.services.databases import newest_migration, opened
from tests.services.verification.test_verify import rewrite

GOLDEN = Path(__file__).parents[1] / "golden"
THEN: dict[str, Any] = json.loads((GOLDEN / "first-release.json").read_text(encoding="utf-8"))
AT = ("--now", THEN["at"])


def unpacked(folder: Path) -> Path:
    """The database of the first release, as it was left."""
    file = folder / "first-release.sqlite3"
    with gzip.open(GOLDEN / "first-release.sqlite3.gz") as kept, file.open("wb") as written:
        shutil.copyfileobj(kept, written)
    return file


def rows_of(file: Path) -> dict[str, int]:
    """How many rows each table holds."""
    with closing(sqlite3.connect(file)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, brought up to date as a person does it; nothing was lost on the way."""
    folder = tmp_path_factory.mktemp("first")
    file = unpacked(folder)
    before = rows_of(file)
    here = Installation(f"sqlite:///{file}", folder)
    command = [sys.executable, "-m", "flask", "db", "upgrade"]
    subprocess.run(command, cwd=PROJECT, env=here.environment, capture_output=True, text=True, check=True)
    assert before.items() <= rows_of(file).items()
    return file


@pytest.fixture
def app(upgraded: Path, tmp_path: Path) -> Iterator[Flask]:
    """An installation of today on a copy of it."""
    file = tmp_path / "promesse.sqlite3"
    shutil.copyfile(upgraded, file)
    with opened(f"sqlite:///{file}", tmp_path) as app:
        yield app


LEFT = ("series",)
"""What a month says elsewhere now: the line of earlier periods, whose statuses read like those of the month."""


def unsaid(then: Any, now: Any, where: str = "") -> list[str]:
    """What was said then and is not said now. A later release may say more; it may not say otherwise."""
    if isinstance(then, dict) and isinstance(now, dict):
        lost = [f"{where}.{key}" for key in then if key not in now and key not in LEFT]
        return lost + [one for key in then if key in now for one in unsaid(then[key], now[key], f"{where}.{key}")]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [one for n, pair in enumerate(zip(then, now, strict=True)) for one in unsaid(*pair, f"{where}[{n}]")]
    if isinstance(then, float) and isinstance(now, int | float):
        is_same = math.isclose(then, now, rel_tol=1e-9, abs_tol=1e-12)
    else:
        is_same = then == now
    return [] if is_same else [f"{where}: {then!r}, now {now!r}"]


def test_the_upgraded_database_has_the_newest_schema(app: Flask) -> None:
    assert said(charter_on(app)("version", "--json"))["schema"] == newest_migration()


@pytest.mark.parametrize("month", THEN["status"])
def test_each_month_says_what_it_said(app: Flask, month: str) -> None:
    found = said(charter_on(app)("status", "--period", month, *AT, "--json"))
    assert unsaid(THEN["status"][month], found) == []


def test_each_month_says_the_same_when_its_readings_are_made_anew(app: Flask) -> None:
    charter = charter_on(app)
    assert charter("rebuild", *AT).exit_code == 0
    for month, then in THEN["status"].items():
        assert unsaid(then, said(charter("status", "--period", month, *AT, "--json"))) == []


def test_nothing_was_rewritten_and_a_rewritten_figure_is_found(app: Flask) -> None:
    charter = charter_on(app)
    assert unsaid(THEN["verified"], said(charter("verify", "--json"))) == []
    rewrite("sqlite", "measurements", "UPDATE measurements SET numerator = '1' WHERE unit_key = 'vannes'")
    assert charter("verify").exit_code == 1


def test_what_was_there_is_taken_up_by_the_first_entry_and_vouched_for_from_then_on(app: Flask) -> None:
    charter = charter_on(app)
    assert charter("rebuild", *AT).exit_code == 0
    assert said(charter("verify", "--json"))["breaks"] == []
    rewrite("sqlite", "runs", "UPDATE runs SET started_by = 'Eva' WHERE id = 1")
    rewrite("sqlite", "people", "UPDATE people SET role = 'admin'")
    answer = charter("verify", "--json")
    assert answer.exit_code == 1
    assert "Row 1 of people is not what was written." in answer.output
    assert "Among the rows of runs up to 7 one is not what it was when this release took them up" in answer.output


def test_the_sealed_month_is_the_one_that_was_sealed(app: Flask) -> None:
    assert said(charter_on(app)("freeze", "2026-09", *AT, "--json")) == THEN["sealed"]


def test_the_printed_report_is_given_again_byte_for_byte(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    assert charter_on(app)("report", "2026-09", "--out", str(file), *AT).exit_code == 0
    content = file.read_bytes()
    assert {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)} == THEN["report"]


def test_the_account_still_lets_its_person_in(app: Flask) -> None:
    ana = authenticate("ana@example.org", "the first release", datetime(2026, 11, 10, 9, tzinfo=UTC))
    assert ana is not None
    assert (ana.name, ana.role) == ("Ana", Role.DIRECTOR)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({"value": 0.5, "keys": ["a"], "new": 1}, []),
        ({"value": 0.5 + 1e-12, "keys": ["a"]}, []),
        ({"keys": ["a"]}, [".value"]),
        ({"value": 0.6, "keys": ["b"]}, [".value: 0.5, now 0.6", ".keys[0]: 'a', now 'b'"]),
        ({"value": 0.5, "keys": ["a", "b"]}, [".keys: ['a'], now ['a', 'b']"]),
    ],
)
def test_what_is_said_otherwise_is_found(now: Any, found: list[str]) -> None:
    assert unsaid({"value": 0.5, "keys": ["a"]}, now) == found
