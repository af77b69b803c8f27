"""The first command on a machine: an empty database gets its tables, an older one is left to its owner."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Installation
from tests.services.databases import ENGINES, new_url
from tests.services.world import data


@pytest.mark.parametrize(
    "engine", [pytest.param(each, marks=pytest.mark.postgres if each == "postgres" else ()) for each in ENGINES]
)
def test_an_empty_database_gets_its_tables_with_the_first_command(engine: str, tmp_path: Path) -> None:
    here = Installation(new_url(engine, tmp_path), tmp_path)
    applied = here.run("apply", str(data() / "charter.yaml"))
    assert (applied.returncode, applied.stderr) == (0, "The database was empty: its tables are made.\n")
    assert "+ commitment answer" in applied.stdout
    again = here.run("apply", str(data() / "charter.yaml"))
    assert (again.returncode, again.stderr) == (0, "Nothing changed.\n")


def test_an_older_database_is_left_to_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "older.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.close()
    refused = Installation(f"sqlite:///{file}", tmp_path).run("verify")
    said = "The database is older than this version of Promesse. Say: flask db upgrade\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", said)
