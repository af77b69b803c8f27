"""The migrations make exactly the tables of the models, on both engines, and can be taken back and made again."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from charter.models.base import AppendOnly, db


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def guards() -> set[str]:
    if db.engine.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'guard%'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with db.engine.connect() as connection:
        return set(connection.execute(text(query)).scalars())


def differences() -> list[object]:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "render_as_batch": connection.dialect.name == "sqlite"}
        context = MigrationContext.configure(connection, opts=options)
        found: list[object] = compare_metadata(context, db.metadata)
        return found


def test_migrations_make_the_tables_of_the_models(empty: Flask) -> None:
    assert differences() == []
    assert tables() == {*db.metadata.tables, "alembic_version"}


def test_every_append_only_table_is_guarded(empty: Flask, engine: str) -> None:
    names = [inspect(model).local_table.name for model in AppendOnly.__subclasses__()]
    assert len(names) >= 6
    ends = ("", "_truncate") if engine == "postgres" else ("_update", "_delete")
    assert guards() == {f"guard_{name}{end}" for name in names for end in ends}


def test_down_and_up_again_is_the_same(bare: Flask) -> None:
    assert tables() == set()
    upgrade()
    made, guarded = tables(), guards()
    downgrade(revision="base")
    assert tables() == {"alembic_version"}
    assert guards() == set()
    upgrade()
    assert (tables(), guards()) == (made, guarded)
    assert differences() == []


def test_upgrading_twice_changes_nothing(bare: Flask) -> None:
    upgrade()
    upgrade()
    assert differences() == []
