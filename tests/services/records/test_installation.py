"""What an installation says of itself: release, schema, engine; an empty database has no schema yet."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from charter import VERSION
from charter.services.records.installation import NO_SCHEMA, installation
from tests.services.databases import newest_migration, opened


def test_release_schema_and_engine_are_told(empty: Flask, engine: str) -> None:
    found = installation()
    assert (found["release"], found["schema"]) == (VERSION, newest_migration())
    assert found["engine"].split()[0] == {"sqlite": "SQLite", "postgres": "PostgreSQL"}[engine]
    assert found["engine"].split()[1][0].isdigit()


def test_a_database_without_tables_has_no_schema_and_gets_none(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/none.sqlite3", tmp_path):
        assert [installation()["schema"] for _ in range(2)] == [NO_SCHEMA] * 2
