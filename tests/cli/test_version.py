"""`flask charter version`: which release, which schema, which engine, also where nothing was made yet."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from flask import Flask

from charter import VERSION
from tests.cli.conftest import Installation, charter_on, said
from tests.services.databases import ENGINES, new_url, newest_migration


def test_version_says_release_schema_and_engine(empty: Flask) -> None:
    charter = charter_on(empty)
    engine = f"SQLite {sqlite3.sqlite_version}"
    assert said(charter("version", "--json")) == {"release": VERSION, "schema": newest_migration(), "engine": engine}
    assert charter("version").stdout == f"release: {VERSION}\nschema: {newest_migration()}\nengine: {engine}\n"


@pytest.mark.parametrize(
    "engine", [pytest.param(each, marks=pytest.mark.postgres if each == "postgres" else ()) for each in ENGINES]
)
def test_version_makes_no_tables(engine: str, tmp_path: Path) -> None:
    here = Installation(new_url(engine, tmp_path), tmp_path)
    for _ in range(2):
        done = here.run("version", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        found = json.loads(done.stdout)
        assert (found["release"], found["schema"]) == (VERSION, "none")
        assert found["engine"].startswith({"sqlite": "SQLite 3.", "postgres": "PostgreSQL "}[engine])


def test_version_of_a_database_that_does_not_answer_is_refused_in_a_sentence(tmp_path: Path) -> None:
    done = Installation(f"sqlite:///{tmp_path}/nowhere/promesse.sqlite3", tmp_path).run("version")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The database does not answer: unable to open database file. Check DATABASE_URL.\n"
