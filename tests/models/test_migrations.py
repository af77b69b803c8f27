"""The migrations make exactly the tables of the models, on both engines, and can be taken back and made again."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import DateTime, bindparam, inspect, select, text
from sqlalchemy.exc import DBAPIError

from charter.models.base import AppendOnly, db
from charter.models.checks import DueCheck
from charter.models.classes import ClassDecision
from charter.models.jobs import Job, Post
from charter.models.records import Run


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


def test_what_the_first_release_said_stays_english_and_is_never_rewritten(bare: Flask) -> None:
    """Runs are only ever appended: an upgrade adds where template and values go, and a downgrade takes it away."""
    upgrade(revision="0018")
    for statement in OLD_ROWS:
        given = {"at": datetime(2026, 11, 1), "why": "The file is damaged."}  # noqa: DTZ001 as stored
        db.session.execute(text(statement).bindparams(bindparam("at", type_=DateTime)), given)
    db.session.commit()
    upgrade()
    for model, column in ((Run, "error"), (DueCheck, "note"), (Job, "failure"), (Post, "note")):
        row = db.session.execute(select(model)).scalar_one()
        assert (getattr(row, column), row.said) == ("The file is damaged.", None)
    with pytest.raises(DBAPIError, match="only ever appended"):
        db.session.execute(text("UPDATE runs SET said = '{}'"))
    db.session.rollback()
    downgrade(revision="0018")
    assert db.session.execute(text("SELECT error FROM runs")).scalars().all() == ["The file is damaged."]
    db.session.rollback()
    upgrade()
    assert differences() == []


OLD_ROWS = (
    "INSERT INTO charter_versions (number, key, valid_from, document, content_hash, folder, applied_at, applied_by)"
    " VALUES (1, 'k', '2026-01-01', '{}', 'h', '/', :at, 'Mia')",
    "INSERT INTO runs (indicator_key, period_key, version_id, outcome, error, as_of, seconds, definition_hash,"
    " started_by) SELECT 'billed', '2026-10', id, 'failed', :why, :at, 0, '', 'Mia' FROM charter_versions",
    "INSERT INTO due_checks (indicator_key, period_key, period_start, period_end, due_at, late_at, lapsed_at, state,"
    " tries, next_try_at, note)"
    " VALUES ('billed', '2026-10', '2026-10-01', '2026-10-31', :at, :at, :at, 'failed', 1, :at, :why)",
    "INSERT INTO jobs (kind, arguments, asked_by, asked_at, state, tries, next_try_at, progress_done, progress_total,"
    " progress_label, failure) VALUES ('run-checks', '{}', 'Mia', :at, 'failed', 1, :at, 0, 0, '', :why)",
    "INSERT INTO outbox (cause, recipient, channel, template, params, message_id, state, tries, next_try_at,"
    " written_at, note) VALUES ('one', 'mia', 'mail', 'trial', '{}', 'm', 'failed', 1, :at, :at, :why)",
)


def test_what_applied_files_had_decided_is_kept(bare: Flask) -> None:
    """A database from before the history of decisions: each decision of its files becomes a row, once."""
    upgrade(revision="0010")
    decided = {"decided": "trust", "by": "Board", "because": "We are told so", "date": "2026-06-01"}
    later = decided | {"decided": "both", "date": "2026-08-02"}
    for number, decision in enumerate((decided, decided, later), 1):
        document = json.dumps({"commitments": [{"key": "care", "class": decision}, {"key": "plain"}]})
        facts = {"number": number, "document": document, "at": datetime(2026, 6, number)}  # noqa: DTZ001 as stored
        db.session.execute(
            text(
                "INSERT INTO charter_versions (number, key, valid_from, document, content_hash, folder, applied_at,"
                " applied_by) VALUES (:number, 'k', '2026-01-01', :document, 'h', '/', :at, 'Mia')"
            ).bindparams(bindparam("at", type_=DateTime)),
            facts,
        )
    db.session.commit()
    upgrade()
    rows = db.session.execute(select(ClassDecision).order_by(ClassDecision.id)).scalars().all()
    assert [(one.commitment_key, one.class_, one.valid_from, one.origin) for one in rows] == [
        ("care", "trust", date(2026, 6, 1), "file"),
        ("care", "both", date(2026, 8, 2), "file"),
    ]
    assert [(one.decided_by, one.recorded_at.day, one.disagreements) for one in rows] == [
        ("Board", 1, []),
        ("Board", 3, []),
    ]
