"""A whole story through the command line: a charter is written, measured, sealed, changed, tampered with, and told."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.cli.conftest import charter_on, said
from tests.services.databases import ENGINES, new_url, opened, template_of
from tests.services.verification.test_verify import rewrite
from tests.services.world import BILL, CARE, HEAD, MONTHS, TEXT, write_cases

# Ibis asks DuckDB for Arrow tables by a name that DuckDB is retiring.
pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


@pytest.fixture(
    params=[pytest.param(each, marks=pytest.mark.postgres if each == "postgres" else ()) for each in ENGINES]
)
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database the story is told on."""
    return str(request.param)


@pytest.fixture
def app(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """An installation on the day it was made."""
    with opened(new_url(engine, tmp_path, template_of(engine)), tmp_path) as app:
        yield app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the organisation keeps its charter and its data; nothing from October on yet."""
    folder = tmp_path / "charter"
    folder.mkdir()
    write_cases(folder, {month: agencies for month, agencies in MONTHS.items() if month < "2026-10"})
    (folder / "charter.yaml").write_text(TEXT, encoding="utf-8")
    return folder


def statuses(told: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {one["key"]: (one["status"], one["reason"]) for one in told["commitments"]}


def test_a_year_in_the_life_of_a_charter(app: Flask, folder: Path, engine: str) -> None:
    charter = charter_on(app)
    file = str(folder / "charter.yaml")

    # July: the charter is checked, looked at and put in force.
    assert said(charter("lint", file, "--json"))["ok"]
    assert said(charter("plan", file, "--json"))["changes"]
    assert charter("apply", file, "--now", "2026-07-01T10:00").exit_code == 0
    assert said(charter("run-due", "--now", "2026-07-02T10:00", "--json"))["due"] == 0

    # October: three months are measured, September is read, everything promised is kept but for what has no evidence.
    assert said(charter("run-due", "--now", "2026-10-07T07:00", "--json")) == {
        "due": 6,
        "done": 6,
        "failed": 0,
        "late": 0,
    }
    september = said(charter("status", "--now", "2026-10-07T07:00", "--json"))
    assert september["period"] == "2026-09"
    assert statuses(september) == {
        "answer": ("kept", None),
        "bill": ("kept", None),
        "care": ("no-data", "without-evidence"),
    }
    sealed = said(charter("freeze", "2026-09", "--now", "2026-10-12T08:00", "--json"))

    # November: the file of bills has gone missing. The other check goes on; the missing one is told, not hidden.
    write_cases(folder)
    (folder / "bills.csv").rename(folder / "bills.moved")
    at = ("--now", "2026-11-10T09:00")
    assert said(charter("run-due", *at, "--json")) == {"due": 2, "done": 1, "failed": 1, "late": 1}
    october = said(charter("status", *at, "--json"))
    assert statuses(october)["bill"] == ("no-data", "check-failed")
    assert october["headline"]["floor"] == {
        "state": "broken", "kept": 0, "of": 2, "broken_by": ["answer"], "near": [],
    }  # fmt: skip
    assert october["checks"] == {"due": 2, "done": 1, "late": 0, "failed": 1, "lapsed": 0, "waived": 0}

    # It comes back, and a person asks again.
    (folder / "bills.moved").rename(folder / "bills.csv")
    assert said(charter("run-due", *at, "--json")) == {"due": 1, "done": 1, "failed": 0, "late": 0}
    assert statuses(said(charter("status", *at, "--json")))["bill"] == ("kept", None)

    # From November on more is asked. Old months keep their target, and the sealed one its words.
    stricter = TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-11-01").replace("target: 0.80", "target: 0.95")
    (folder / "charter.yaml").write_text(stricter, encoding="utf-8")
    changes = said(charter("apply", file, *at, "--json"))["changes"]
    assert ("target", 0.8, 0.95) in [(one["field"], one["before"], one["after"]) for one in changes]
    september_again = said(charter("status", *at, "--period", "2026-09", "--json"))
    assert september_again["commitments"] == september["commitments"]
    assert said(charter("freeze", "2026-09", *at, "--json")) == sealed

    # December: November is judged by what was asked of it; four cases are too few.
    later = ("--now", "2026-12-07T09:00")
    with (folder / "bills.csv").open("a", encoding="utf-8", newline="") as more:
        csv.writer(more).writerow(["later", "2026-12-01", "vannes", 1])
    assert said(charter("run-due", *later, "--json"))["done"] == 2
    november = said(charter("status", *later, "--json"))
    assert (november["period"], november["version"]) == ("2026-11", 2)
    assert statuses(november)["answer"] == ("unproven", "too-few")
    answered = november["commitments"][0]["indicators"][0]
    assert (answered["target"], answered["numerator"], answered["denominator"]) == (0.95, 4, 4)

    # A dry run adds the months of the year, and stores nothing.
    year = said(charter("measure", "answered", "--period", "2026", *later, "--json"))
    assert (year["numerator"], year["denominator"]) == (54 + 37 + 54 + 41 + 4, 60 + 60 + 60 + 62 + 4)

    # All of it can be proven, until somebody rewrites a figure.
    proven = said(charter("verify", "--json"))
    assert (proven["ok"], proven["runs"], proven["snapshots"]) == (True, 10, 1)
    with app.app_context():
        rewrite(engine, "measurements", "UPDATE measurements SET numerator = '1' WHERE unit_key = 'nice'")
    broken = charter("verify", "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["broken"].endswith("are not what was recorded.")


def test_a_charter_that_loses_a_commitment_still_tells_its_past(app: Flask, folder: Path) -> None:
    charter = charter_on(app)
    file = folder / "charter.yaml"
    write_cases(folder)
    charter("apply", str(file), "--now", "2026-07-01T10:00")
    assert said(charter("run-due", "--now", "2026-11-10T09:00", "--json"))["done"] == 8
    file.write_text(HEAD.replace("2026-07-01", "2026-10-01") + BILL + CARE, encoding="utf-8")
    assert charter("apply", str(file), "--now", "2026-11-10T09:05").exit_code == 0
    october = said(charter("status", "--period", "2026-10", "--now", "2026-11-10T09:10", "--json"))
    september = said(charter("status", "--period", "2026-09", "--now", "2026-11-10T09:10", "--json"))
    assert list(statuses(october)) == ["bill", "care"]
    assert statuses(september)["answer"] == ("kept", None)
    assert october["previous"] == september["headline"]
    assert said(charter("verify", "--json"))["ok"]
