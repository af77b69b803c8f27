"""verify: every kind of rewriting shows as one sentence, the first broken link."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import text

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.models.base import db
from charter.models.records import ReportFile
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.reports.snapshots import find_snapshot, freeze_month
from charter.services.verification.verify import verify
from charter.words.refusals import refusal_sentence
from tests.services.world import NOW

PDF = b"%PDF-1.7 a small report"


def rewrite(engine: str, table: str, *statements: str) -> None:
    """Change guarded rows as somebody would who owns the database: the guards off, then on again."""
    with transaction():
        if engine == "postgres":
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                db.session.execute(text(statement))
            return
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
        guards: Sequence[tuple[str, str]] = [(n, s) for n, s in db.session.execute(text(query), {"table": table})]
        for name, _ in guards:
            db.session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            db.session.execute(text(statement))
        for _, sql in guards:
            db.session.execute(text(sql))
    db.session.expire_all()


def archive() -> None:
    """September and October sealed, and a PDF kept for October."""
    freeze_month(COMMAND_LINE, NOW, period="2026-09")
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    with transaction():
        sha256 = hashlib.sha256(PDF).hexdigest()
        db.session.add(
            ReportFile(
                snapshot_id=sealed.id,
                unit_key="company",
                language="fr",
                content=PDF,
                size=len(PDF),
                sha256=sha256,
                versions={},
                rendered_at=NOW,
            )
        )
        facts = {"sha256": sha256, "size": len(PDF)}
        audit_log.record(COMMAND_LINE, NOW, "report:archive", "2026-10 company fr", after=facts)


def breaks() -> list[str]:
    db.session.expire_all()
    found = verify(COMMAND_LINE)
    assert found["ok"] is (not found["breaks"])
    return [str(one) for one in found["breaks"]]


def broken() -> str:
    db.session.expire_all()
    found = verify(COMMAND_LINE)
    assert found["ok"] is (found["broken"] is None)
    assert found["broken"] is None or refusal_sentence(found["broken"], "fr") != str(found["broken"])
    return str(found["broken"] or "")


def test_what_nobody_touched_is_whole(world: Flask) -> None:
    archive()
    found = verify(COMMAND_LINE)
    assert found == {
        "ok": True,
        "broken": None,
        "breaks": [],
        "head": audit_log.head(),
        "head_entry": None,
        "audit_entries": 12,
        "runs": 8,
        "measurements": 39,
        "readings": 48,
        "rows": 13,
        "snapshots": 2,
        "files": 1,
        "observations": 0,
        "estimates": 0,
        "words": 0,
        "editions": 0,
    }


def test_an_empty_database_is_whole(empty: Flask) -> None:
    found = verify(COMMAND_LINE)
    assert (found["ok"], found["audit_entries"], found["head"]) == (True, 0, "0" * 64)


RUN_1 = "The measurements of run 1 (billed, 2026-07) are not what was recorded."


TAMPERING = [
    (
        "audit_entries",
        "UPDATE audit_entries SET actor = 'nobody' WHERE id = 3",
        "Audit entry 3 (check:run run 2) is not what was written.",
    ),
    (
        "audit_entries",
        "UPDATE audit_entries SET after = '{}' WHERE id = 1",
        "Audit entry 1 (charter:apply small) is not what was written.",
    ),
    (
        "audit_entries",
        "DELETE FROM audit_entries WHERE id = 4",
        "Audit entry 5 (check:run run 4) does not follow the entry before it.",
    ),
    (
        "audit_entries",
        "DELETE FROM audit_entries WHERE id = 12",
        "The audit log has 11 entries, but 12 were written: its tail is cut.",
    ),
    ("chain_heads", "DELETE FROM chain_heads", "The head of the audit chain is missing."),
    (
        "charter_versions",
        "UPDATE charter_versions SET document = replace(document, '0.9', '0.1')",
        "Version 1 of the charter is not what was applied.",
    ),
    (
        "charter_versions",
        "UPDATE charter_versions SET valid_from = '2026-08-01'",
        "Version 1 of the charter is not what was applied.",
    ),
    ("measurements", "UPDATE measurements SET numerator = '7' WHERE id = 1", RUN_1),
    ("measurements", "UPDATE measurements SET period_key = '2026-08' WHERE id = 1", RUN_1),
    ("measurements", "DELETE FROM measurements WHERE id = 2", RUN_1),
    (
        "runs",
        "UPDATE runs SET outcome = 'failed' WHERE id = 2",
        "The measurements of run 2 (answered, 2026-07) are not there any more.",
    ),
    (
        "runs",
        "UPDATE runs SET period_key = '2026-05' WHERE id = 2",
        "The measurements of run 2 (answered, 2026-05) are not what was recorded.",
    ),
    (
        "snapshots",
        "UPDATE snapshots SET document = replace(document, 'kept', 'held') WHERE id = 1",
        "The frozen month 2026-09 is not what was frozen.",
    ),
    (
        "snapshots",
        "UPDATE snapshots SET period_key = '2026-05' WHERE id = 2",
        "The audit log does not vouch for the frozen month 2026-05.",
    ),
    ("report_files", "DELETE FROM report_files", "The archived PDF 2026-10 company fr is not there any more."),
]


@pytest.mark.parametrize(("table", "statement", "sentence"), TAMPERING)
def test_a_broken_link_is_named(world: Flask, engine: str, table: str, statement: str, sentence: str) -> None:
    archive()
    rewrite(engine, table, statement)
    assert sentence in breaks()


def test_a_changed_pdf_is_named(world: Flask, engine: str) -> None:
    archive()
    change = "'\\x25'::bytea" if engine == "postgres" else "x'25'"
    rewrite(engine, "report_files", f"UPDATE report_files SET content = {change}")
    assert broken() == "The archived PDF 2026-10 company fr is not what was rendered."


def test_a_month_that_was_sealed_and_taken_out_is_named(world: Flask, engine: str) -> None:
    archive()
    rewrite(engine, "report_files", "DELETE FROM report_files")
    rewrite(engine, "snapshots", "DELETE FROM snapshots WHERE period_key = '2026-10'")
    assert broken() == "The frozen month 2026-10 is not there any more."


def test_a_snapshot_sealed_anew_by_its_own_hash_is_not_vouched_for(world: Flask, engine: str) -> None:
    archive()
    sealed = find_snapshot("2026-10")
    assert sealed is not None
    forged = sealed.document.replace('"draft":false', '"draft":true')
    assert forged != sealed.document
    sha256 = hashlib.sha256(f"{sealed.previous_sha256}\n{forged}".encode()).hexdigest()
    quoted = forged.replace("'", "''").replace(":", "\\:")
    rewrite(engine, "snapshots", f"UPDATE snapshots SET document = '{quoted}', sha256 = '{sha256}' WHERE id = 2")
    assert broken() == "The audit log does not vouch for the frozen month 2026-10."


def test_a_missing_guard_is_named_with_the_remedy(world: Flask, engine: str) -> None:
    name = "guard_measurements" if engine == "postgres" else "guard_measurements_update"
    with transaction():
        db.session.execute(text(f"DROP TRIGGER {name}" + (" ON measurements" if engine == "postgres" else "")))
    assert broken() == (
        f"The guard {name} is missing from the database: rows could be rewritten. Say: flask db upgrade"
    )


def test_a_guard_that_is_switched_off_is_named(world: Flask, engine: str) -> None:
    off = (
        "DROP TRIGGER guard_runs_delete"
        if engine == "sqlite"
        else "ALTER TABLE runs DISABLE TRIGGER guard_runs_truncate"
    )
    with transaction():
        db.session.execute(text(off))
    assert broken().startswith(f"The guard {off.split()[-1]} is missing")


def test_guards_that_guard_nothing_are_named(world: Flask, engine: str) -> None:
    if engine == "postgres":
        name = "refuse_rewriting()"
        said = [f"CREATE OR REPLACE FUNCTION {name} RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"]
    else:
        name = "guard_runs_update"
        said = [f"DROP TRIGGER {name}", f"CREATE TRIGGER {name} BEFORE UPDATE ON runs BEGIN SELECT 1; END"]
    with transaction():
        for statement in said:
            db.session.execute(text(statement))
    assert breaks() == [f"The guard {name} is not the one that was put there."]


def test_what_changes_or_hides_rows_without_a_guard_is_named(world: Flask, engine: str) -> None:
    said = ["CREATE TRIGGER quiet BEFORE UPDATE ON people BEGIN SELECT RAISE(IGNORE); END"]
    told = ["The trigger quiet is none of ours: nobody knows what it changes."]
    if engine == "postgres":
        said = [
            "CREATE RULE quiet AS ON UPDATE TO people DO INSTEAD NOTHING",
            "CREATE POLICY hidden ON people USING (role <> 'admin')",
        ]
        told = [f"The rule {name} is none of ours: nobody knows what it changes." for name in ("hidden", "quiet")]
    with transaction():
        for statement in said:
            db.session.execute(text(statement))
    assert breaks() == told


BY_HAND = (
    (
        "class_decisions",
        "UPDATE class_decisions SET class = 'neither'",
        "Row 1 of class_decisions is not what was written.",
    ),
    ("runs", "UPDATE runs SET started_by = 'Eva' WHERE id = 1", "Row 1 of runs is not what was written."),
    ("runs", "UPDATE runs SET fingerprint = 'f00' WHERE id = 1", "Row 1 of runs is not what was written."),
    ("snapshots", "UPDATE snapshots SET frozen_by = 'Eva' WHERE id = 1", "Row 1 of snapshots is not what was written."),
    (
        "readings",
        "UPDATE readings SET status = 'kept' WHERE status = 'missed'",
        "The reading of answered for 2026-10, vannes says kept; its measurements say missed.",
    ),
    (
        "readings",
        "DELETE FROM readings WHERE unit_key = 'nice'",
        "The reading of billed for 2026-10, nice is not there.",
    ),
    ("due_checks", "UPDATE due_checks SET state = 'waived' WHERE id = 1", " was skipped so."),
)


@pytest.mark.parametrize(("table", "statement", "sentence"), BY_HAND)
def test_rows_and_readings_are_compared_on_both_engines(
    world: Flask, engine: str, table: str, statement: str, sentence: str
) -> None:
    archive()
    rewrite(engine, table, statement)
    assert any(sentence in one for one in breaks())


def test_entries_of_a_key_need_it(world: Flask) -> None:
    """Who owns the database and not the key can make no entry that holds."""
    audit_log.use_key("k" * 40)
    try:
        freeze_month(COMMAND_LINE, NOW, period="2026-09")
        assert breaks() == []
        audit_log.use_key("z" * 40)
        assert breaks()[0].startswith("1 audit entries are keyed, and this process does not hold their key")
        audit_log.use_key(None)
        assert len(breaks()) == 1
        freeze_month(COMMAND_LINE, NOW, period="2026-10")
        audit_log.use_key("k" * 40)
        assert breaks() == ["Audit entry 11 (month:freeze 2026-10) is not what was written."]
    finally:
        audit_log.use_key(None)


def test_only_who_may_read_the_log_verifies(world: Flask) -> None:
    with pytest.raises(NotAllowed):
        verify(VISITOR)
