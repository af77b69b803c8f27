"""A table of tamperings: what somebody does who owns the database, and what `verify` says of it.

Each on a copy of one installation in which everything has happened. What cannot be noticed stands here too, with why,
as docs/proofs.md tells it.
"""

from __future__ import annotations

import io
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.services.drafts.sent_files import keep_version
from charter.services.jobs.queue import ask
from charter.services.jobs.sendings import folder_of, receive
from charter.services.readings import recount
from charter.services.records.access import Access
from charter.services.records.installation import HEADS
from charter.services.records.sealing import vouched_tables
from charter.services.reports.snapshots import freeze_month
from charter.services.verification.audit import keep_head, kept_heads
from charter.services.verification.verify import verify
from tests.services.databases import ground, opened, template_of
from tests.services.verification.tampered_world import happened
from tests.services.world import NOW


@dataclass(frozen=True)
class Installation:
    """The file of its database, and one as it was."""

    file: Path
    template: Path

    def tamper(self, *statements: str, table: str = "") -> None:
        """Change rows with the guards of a table off, then on again: nothing else than the rows has changed."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as database:
            query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
            guards = database.execute(query, (table,)).fetchall()
            for name, _ in guards:
                database.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                database.execute(statement)
            for _, said in guards:
                database.execute(said)

    def again(self) -> None:
        """The database as it was."""
        db.session.remove()
        db.engine.dispose()
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self.template, self.file)


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[Flask, Installation]]:
    """An application on the database that is tampered with."""
    template = Path(template_of("sqlite", happened))
    with closing(sqlite3.connect(template)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = ground() / "tampered.sqlite3"
    shutil.copyfile(template, file)
    with opened(f"sqlite:///{file}", ground()) as app:
        yield app, Installation(file, template)


@pytest.fixture
def here(whole: tuple[Flask, Installation]) -> Iterator[Installation]:
    whole[1].again()
    yield whole[1]
    db.session.rollback()


def told(**how: object) -> list[str]:
    return [str(one) for one in verify(COMMAND_LINE, **how)["breaks"]]  # type: ignore[arg-type]


def test_what_nobody_touched_is_whole(here: Installation) -> None:
    assert told() == []


EDITS = {
    "action_steps": "text = 'Rien.'",
    "actions": "owner = 'Somebody else'",
    "api_tokens": "units = '[]'",
    "calendar_feeds": "sha256 = 'f00'",
    "charter_drafts": "started_by = 'Eva'",
    "charter_versions": "applied_by = 'Eva'",
    "class_changes": "floor_after = 9",
    "class_decisions": "class = 'neither'",
    "comments": "written_by = 'Eva'",
    "contacts": "report_as = 'link'",
    "edition_files": "versions = '{\"x\": 1}'",
    "editions": "approved_by = 'Eva'",
    "estimates": "answer = 100",
    "expert_opinions": "floor = 'no'",
    "expert_rounds": "opened_by = 'Eva'",
    "expert_seats": "name = 'Eva'",
    "identities": "subject = 'eva'",
    "moderations": "by = 'Eva'",
    "observations": "unit_key = 'nice'",
    "people": "role = 'admin'",
    "poster_files": "language = 'en'",
    "pushes": "answer = '{\"entered\": 9}'",
    "rebases": "by = 'Eva'",
    "replies": "text = 'Rien.'",
    "word_pins": "commitment_key = 'bill'",
    "word_readings": "period_key = '2026-09'",
    "report_files": "rendered_at = '2026-01-01 00:00:00.000000'",
    "runs": "as_of = '2026-08-01 00:00:00.000000'",
    "sector_entries": "promised = 0",
    "snapshots": "frozen_by = 'Eva'",
    "survey_results": "known_on = '2026-01-01'",
    "survey_steps": "by = 'Eva'",
    "survey_waves": "invited = 4",
}
"""One edit for every table whose rows the log vouches for; a new table asks for its own."""


def key_of(table: str) -> str:
    return str(vouched_tables()[table].primary_key[0].name)


def test_every_table_that_the_log_vouches_for_is_tampered_with(here: Installation) -> None:
    assert set(EDITS) == set(vouched_tables())


def test_an_edited_row_of_each_table_is_named(here: Installation) -> None:
    for table, edit in EDITS.items():
        here.tamper(f"UPDATE {table} SET {edit} WHERE {key_of(table)} = 1", table=table)
    assert {f"Row 1 of {table} is not what was written." for table in EDITS} <= set(told())


def test_a_row_taken_away_from_each_table_is_named(here: Installation) -> None:
    for table in EDITS:
        here.tamper(f"DELETE FROM {table} WHERE {key_of(table)} = 1", table=table)
    assert {f"Row 1 of {table} is not there any more." for table in EDITS} <= set(told())


def test_a_row_slipped_into_each_table_is_named(here: Installation) -> None:
    for table in EDITS:
        here.tamper(copied(here.file, table, key_of(table)), table=table)
    assert {f"No audit entry tells of row 77 of {table}." for table in EDITS} <= set(told())


def copied(file: Path, table: str, key: str) -> str:
    """Row 1 once more, as row 77, with other values where they must be unlike."""
    with closing(sqlite3.connect(file)) as database:
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        unlike = {"number": "77", "language": "'xx'", "state": "'left'", "token_id": "77", "seat_id": "77"}
        unlike["subject"] = "'somebody else'"
        for row in database.execute(f"PRAGMA index_list({table})").fetchall():
            names = [one[2] for one in database.execute(f"PRAGMA index_info('{row[1]}')")]
            if row[2] and len(names) == 1 and names[0] not in unlike:
                unlike[names[0]] = f"'other {names[0]}'"
    values = ["77" if name == key else unlike.get(name, f'"{name}"') for name in columns]
    return f"INSERT INTO {table} SELECT {', '.join(values)} FROM {table} WHERE {key} = 1"


READING = "The reading of billed for 2026-10, vannes says kept; its measurements say missed."
PART = "The part unit vannes of the frozen month 2026-09 is "
FORGED = (
    ("readings", "UPDATE readings SET status = 'kept' WHERE status = 'missed'", READING),
    ("readings", "UPDATE readings SET value = 0.5 WHERE id = 3", "is not what its measurements give (value"),
    ("readings", "UPDATE readings SET numerator = '999' WHERE id = 3", "is not what its measurements give (numerator"),
    ("readings", "UPDATE readings SET target = 0.1 WHERE id = 3", "is not what its measurements give (target"),
    ("readings", "DELETE FROM readings WHERE id = 3", " is not there."),
    (
        "readings",
        "UPDATE readings SET period_key = '2026-05' WHERE id = 3",
        ": nothing was measured for it.",
    ),
    ("readings", "UPDATE readings SET excluded = '{' WHERE id = 3", " cannot be read."),
    ("measurements", "UPDATE measurements SET numerator = '1' WHERE id = 1", "The measurements of run 1 ("),
    ("measurements", "UPDATE measurements SET numerator = 'many' WHERE id = 1", "cannot be read."),
    ("measurements", "UPDATE measurements SET excluded = 'null' WHERE id = 1", "The measurements of run 1 ("),
    ("measurements", "DELETE FROM measurements WHERE id = 1", "The measurements of run 1 ("),
    (
        "measurements",
        "INSERT INTO measurements (id, run_id, indicator_key, period_key, unit_key, channel, segment, numerator, "
        "denominator, pending, stopped, total, squares, promoters, detractors, excluded, recorded_at, recorded_by) "
        "SELECT 77, 77, indicator_key, period_key, unit_key, 'x', segment, numerator, denominator, pending, stopped, "
        "total, squares, promoters, detractors, excluded, recorded_at, recorded_by FROM measurements WHERE id = 1",
        "Measurements of run 77 are there, and the run is not.",
    ),
    ("runs", "UPDATE runs SET started_by = 'Eva', fingerprint = 'f00' WHERE id = 1", "Row 1 of runs is not what was"),
    ("runs", "UPDATE runs SET as_of = 'yesterday' WHERE id = 1", "Row 1 of runs cannot be read."),
    ("snapshots", "UPDATE snapshots SET document = '{' WHERE id = 1", "The frozen month 2026-09 is not what was"),
    ("snapshots", "UPDATE snapshots SET frozen_at = '2026-01-01 00:00:00.0'", "does not vouch for the frozen month"),
    ("sealed_parts", "UPDATE sealed_parts SET content = x'25' WHERE id = 1", PART + "not what was frozen."),
    ("sealed_parts", "UPDATE sealed_parts SET content = 'text' WHERE id = 1", PART + "not what was frozen."),
    (
        "sealed_parts",
        "UPDATE sealed_parts SET content = (SELECT content FROM sealed_parts WHERE id = 2) WHERE id = 1",
        PART + "not what was frozen.",
    ),
    ("sealed_parts", "UPDATE sealed_parts SET sha256 = 'f00' WHERE id = 1", PART + "not there any more."),
    ("sealed_parts", "DELETE FROM sealed_parts WHERE id = 1", PART + "not there any more."),
    (
        "sealed_parts",
        "INSERT INTO sealed_parts VALUES (77, 'f00', x'25'), (78, 'f01', x'25'), (80, 'f02', x'25')",
        "Rows of sealed_parts that no frozen month names: 77-78, 80.",
    ),
    (
        "snapshots",
        "UPDATE snapshots SET document = replace(document, (SELECT sha256 FROM sealed_parts WHERE id = 1), "
        "(SELECT sha256 FROM sealed_parts WHERE id = 2)) WHERE id = 1",
        "The frozen month 2026-09 is not what was frozen.",
    ),
    ("editions", "UPDATE editions SET document = 'null' WHERE id = 1", "The edition 1 of 2026-10 is not what was"),
    ("editions", "UPDATE editions SET figures = '{}' WHERE id = 2", "The edition 2 of 2026-10 is not what was"),
    ("editions", "UPDATE editions SET approved_at = '2026-01-01 00:00:00.0'", "does not vouch for the edition 1 of"),
    ("charter_versions", "UPDATE charter_versions SET document = ''", "Version 1 of the charter is not what was"),
    ("report_files", "UPDATE report_files SET content = x'25'", "The archived PDF 2026-10 company fr is not what"),
    ("report_files", "UPDATE report_files SET content = 'text'", "The archived PDF 2026-10 company fr is not what"),
    ("edition_files", "UPDATE edition_files SET content = x'25'", "The archived PDF 2026-10 edition 1 company fr is"),
    ("poster_files", "UPDATE poster_files SET content = x'25'", "The archived poster "),
    ("comments", "UPDATE comments SET text = 'Tout va bien.'", "The words of comment 1 are not what was written."),
    ("comments", "UPDATE comments SET written_at = '2026-01-01 00:00:00.0'", "Row 1 of comments is not what was"),
    ("actions", "UPDATE actions SET planned_at = '2026-01-01 00:00:00.0'", "Row 1 of actions is not what was written"),
    ("erasable_texts", "UPDATE erasable_texts SET text = 'Merci.' WHERE id = 1", "The words of observation 1 are not"),
    ("erasable_texts", "DELETE FROM erasable_texts WHERE id = 1", "and nobody has erased them."),
    (
        "erasable_texts",
        "INSERT INTO erasable_texts VALUES (77, 'answer 77', 's', 't')",
        "The words of answer 77 are not",
    ),
    ("survey_responses", "UPDATE survey_responses SET answers = '{}' WHERE id = 1", "The answers of survey 1 are not"),
    ("survey_responses", "UPDATE survey_responses SET answers = '{' WHERE id = 1", "The answers of survey 1 are not"),
    ("survey_responses", "DELETE FROM survey_responses WHERE id = 1", "The answers of survey 1 are not those"),
    ("survey_results", "UPDATE survey_results SET document = '{}'", "Row 1 of survey_results is not what was written."),
    (
        "survey_waves",
        "UPDATE survey_waves SET counts = '{\"rows\": 9}'",
        "Row 1 of survey_waves is not what was written",
    ),
    ("due_checks", "UPDATE due_checks SET note = 'Ouvert.' WHERE state = 'waived'", "was skipped so."),
    ("due_checks", "UPDATE due_checks SET state = 'due' WHERE state = 'waived'", "was skipped, and is open."),
    ("due_checks", "UPDATE due_checks SET state = 'waived' WHERE id = 1", "was skipped so."),
    (
        "due_checks",
        "UPDATE due_checks SET state = 'done' WHERE state = 'waived'",
        "is done, and no run of it is there.",
    ),
    ("due_checks", "UPDATE due_checks SET state = 'never' WHERE id = 2", "is not what was put on the list."),
    ("due_checks", "UPDATE due_checks SET period_end = '2027-01-31' WHERE id = 2", "is not what was put on the list."),
    ("due_checks", "UPDATE due_checks SET due_at = '2030-01-01 00:00:00.0' WHERE id = 2", "than the charter says."),
    ("due_checks", "UPDATE due_checks SET late_at = '2030-01-01 00:00:00.0' WHERE id = 2", "than the charter says."),
    ("due_checks", "UPDATE due_checks SET lapsed_at = '2030-01-01 00:00:00.0' WHERE id = 2", "than the charter says."),
    (
        "due_checks",
        "DELETE FROM due_checks WHERE indicator_key = 'billed' AND period_key = '2026-08'",
        "The check of billed for 2026-08 is not there any more.",
    ),
    (
        "due_checks",
        "DELETE FROM due_checks WHERE indicator_key = 'billed' AND period_key = '2026-07'",
        "The check of billed for 2026-07 is not there any more.",
    ),
    (
        "measurements",
        "UPDATE measurements SET reason = 'Recompté.' WHERE id = 1",
        "The measurements of run 1 (",
    ),
    (
        "measurements",
        "UPDATE measurements SET reason = 'Autre.' WHERE corrects_id IS NOT NULL",
        "are not what was recorded.",
    ),
    ("figure_uploads", "UPDATE figure_uploads SET name = 'b.csv'", "The file of figures 1 is not what was applied."),
    ("figure_uploads", "UPDATE figure_uploads SET sha256 = 'f00'", "The file of figures 1 is not what was applied."),
    ("figure_uploads", "UPDATE figure_uploads SET content = x'25'", "The file of figures 1 is not what was applied."),
    ("figure_uploads", "UPDATE figure_uploads SET sent_by = 'Eva'", "The file of figures 1 is not what was applied."),
    (
        "figure_uploads",
        "UPDATE figure_uploads SET state = 'previewed'",
        "The file of figures 1, which was applied, is not there any more.",
    ),
    (
        "figure_uploads",
        "INSERT INTO figure_uploads (id, sent_by, name, content, sha256, state, sent_at, expires_at, settled_at) "
        "SELECT 77, sent_by, name, content, sha256, state, sent_at, expires_at, settled_at FROM figure_uploads",
        "The file of figures 77 is not what was applied.",
    ),
    (
        "alerts",
        "UPDATE alerts SET snoozed_until = '2030-01-01', state = 'snoozed' WHERE acted_by IS NOT NULL",
        "is not what the audit log says.",
    ),
    (
        "alerts",
        "UPDATE alerts SET snoozed_until = '2030-01-01', state = 'snoozed' WHERE acted_by IS NULL",
        "is not what the audit log says.",
    ),
    ("alerts", "UPDATE alerts SET acted_by = 'Eva' WHERE acted_by IS NOT NULL", "is not what the audit log says."),
    ("alerts", "UPDATE alerts SET note = 'Réglé.' WHERE acted_by IS NOT NULL", "is not what the audit log says."),
    ("alerts", "DELETE FROM alerts WHERE acted_by IS NOT NULL", ", which somebody answered, is not there any more."),
    ("people", "UPDATE people SET password_hash = 'x'", "Row 1 of people is not what was written."),
    ("people", "UPDATE people SET units = 'all'", "Row 1 of people cannot be read."),
    (
        "api_tokens",
        "UPDATE api_tokens SET revoked_at = NULL, expires_at = NULL, sha256 = 'mine'",
        "Row 1 of api_tokens",
    ),
    ("audit_entries", "UPDATE audit_entries SET actor = 'Eva' WHERE id = 9", "Audit entry 9 ("),
    ("audit_entries", "UPDATE audit_entries SET at = '2026-01-01 00:00:00.0' WHERE id = 9", "Audit entry 9 ("),
    ("audit_entries", "UPDATE audit_entries SET rows = NULL WHERE id = 9", "Audit entry 9 ("),
    ("audit_entries", "UPDATE audit_entries SET after = '[]' WHERE id = 9", "Audit entry 9 ("),
    ("audit_entries", "UPDATE audit_entries SET after = '{' WHERE id = 9", "Row 9 of audit_entries cannot be read."),
    ("audit_entries", "UPDATE audit_entries SET rows = '[1]' WHERE id = 9", "Audit entry 9 ("),
    ("audit_entries", "DELETE FROM audit_entries WHERE id = 9", "Audit entry 10 ("),
    ("audit_entries", "DELETE FROM audit_entries WHERE id > 36", "were written: its tail is cut."),
    (
        "audit_entries",
        "INSERT INTO audit_entries SELECT 777, at, actor, action, subject, before, after, 'x', 'y', rows, key "
        "FROM audit_entries WHERE id = 9",
        "Audit entry 777 (",
    ),
    ("contacts", "UPDATE contacts SET follows = '[\"unit:nice\"]'", "Row 1 of contacts is not what was written."),
    ("contacts", "UPDATE contacts SET answers_for = '[]'", "Row 1 of contacts is not what was written."),
    ("jobs", "UPDATE jobs SET asked_by = 'Ana', person_id = 1", "Job 1 is not what somebody asked for."),
    ("jobs", "UPDATE jobs SET kind = 'run-checks'", "Job 1 is not what somebody asked for."),
    (
        "jobs",
        "INSERT INTO jobs (id, kind, arguments, asked_by, person_id, asked_at, progress_done, progress_total, "
        "progress_label, state, tries, next_try_at) SELECT 77, kind, arguments, asked_by, person_id, asked_at, 0, 0, "
        "'', 'waiting', 0, next_try_at FROM jobs WHERE id = 1",
        "Job 77 is not what somebody asked for.",
    ),
    ("measurements", "UPDATE measurements SET recorded_by = 'Eva' WHERE id = 1", "The measurements of run 1 ("),
    ("measurements", "UPDATE measurements SET recorded_at = '2026-01-01 00:00:00.0'", "The measurements of run 1 ("),
    ("readings", "UPDATE readings SET period_key = 'never' WHERE id = 3", "“never” is not a period"),
    (
        "survey_invitations",
        "INSERT INTO survey_invitations (wave_id, sha256, is_used) VALUES (1, 'f00', 0)",
        "Survey 1 has more links than customers were asked.",
    ),
    ("chain_heads", "UPDATE chain_heads SET is_adopted = NULL", "was set to take up all rows again"),
    ("chain_heads", "UPDATE chain_heads SET hash = 'f00'", "its tail is cut."),
    ("chain_heads", "UPDATE chain_heads SET entries = 1", "its tail is cut."),
    ("chain_heads", "DELETE FROM chain_heads", "The head of the audit chain is missing."),
)


@pytest.mark.parametrize(("table", "statement", "sentence"), FORGED)
def test_what_was_forged_is_told(here: Installation, table: str, statement: str, sentence: str) -> None:
    here.tamper(statement, table=table)
    assert any(sentence in one for one in told()), told()


NOOP = "CREATE TRIGGER guard_runs_update BEFORE UPDATE ON runs BEGIN SELECT 1; END"
QUIET = "CREATE TRIGGER helpful AFTER INSERT ON readings BEGIN UPDATE readings SET status = 'kept'; END"
GUARDS = (
    (("DROP TRIGGER guard_runs_update",), "The guard guard_runs_update is missing from the database"),
    (("DROP TRIGGER guard_runs_update", NOOP), "The guard guard_runs_update is not the one that was put there."),
    (
        ("DROP TRIGGER guard_runs_update", NOOP.replace("BEFORE UPDATE", "BEFORE UPDATE OF claim")),
        "The guard guard_runs_update is not the one that was put there.",
    ),
    ((QUIET,), "The trigger helpful is none of ours: nobody knows what it changes."),
)


def test_rows_are_taken_up_as_they_are_once_only(here: Installation) -> None:
    """What was rewritten is not made true by having everything taken up anew with the next thing that is written."""
    here.tamper("UPDATE people SET role = 'admin'", table="people")
    here.tamper("UPDATE chain_heads SET is_adopted = 0")
    ask(COMMAND_LINE, NOW, kind="run-checks", arguments={})
    said = " ".join(told())
    assert ("takes up rows that were vouched for before" in said, "Row 1 of people" in said) == (True, True)


@pytest.mark.parametrize(("statements", "sentence"), GUARDS)
def test_guards_are_compared_word_by_word(here: Installation, statements: tuple[str, ...], sentence: str) -> None:
    here.tamper(*statements)
    assert any(sentence in one for one in told()), told()


def test_every_break_is_told_not_only_the_first(here: Installation) -> None:
    here.tamper("UPDATE comments SET written_by = 'Eva'", table="comments")
    here.tamper("UPDATE people SET role = 'admin'", table="people")
    here.tamper("UPDATE readings SET status = 'kept' WHERE status = 'missed'", table="readings")
    said = " ".join(told())
    assert all(one in said for one in ("Row 1 of comments", "Row 1 of people", READING))


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_not_what_was_measured_is_not_sealed(
    here: Installation, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever of one or two processes finds it: the second one's findings are told, too."""
    monkeypatch.setattr(recount, "SHARED_FROM", 1)
    here.tamper("DELETE FROM snapshots", table="snapshots")
    here.tamper("UPDATE readings SET status = 'kept' WHERE status = 'missed'", table="readings")
    with pytest.raises(Conflict, match=r"\d+ readings are not what was measured, so nothing was frozen\. .*says kept"):
        freeze_month(COMMAND_LINE, NOW, period="2026-10", workers=workers)


CUT = (
    "DELETE FROM audit_entries WHERE id > 36",
    "UPDATE chain_heads SET entries = 36, hash = (SELECT hash FROM audit_entries WHERE id = 36)",
)


def cut(here: Installation) -> None:
    here.tamper(*CUT[:1], table="audit_entries")
    here.tamper(*CUT[1:])


def test_entries_cut_with_the_head_set_back_leave_rows_that_nobody_tells_of(here: Installation) -> None:
    cut(here)
    assert any("No audit entry tells of row" in one for one in told())


def older(here: Installation) -> str:
    """The database put back to an earlier state, with everything in it; returns the head that was."""
    head = verify(COMMAND_LINE)["head"]
    with closing(sqlite3.connect(here.file)) as database:
        last = database.execute("SELECT id FROM audit_entries WHERE action = 'alert:acknowledge'").fetchone()[0]
    here.tamper(
        f"DELETE FROM audit_entries WHERE id >= {last}",
        f"UPDATE chain_heads SET entries = {last - 1}, hash = (SELECT hash FROM audit_entries WHERE id = {last - 1})",
        "UPDATE alerts SET acted_by = NULL, acted_at = NULL, note = NULL, state = 'open'",
        table="audit_entries",
    )
    return head


def test_an_older_database_is_noticed_by_a_head_that_somebody_holds(here: Installation) -> None:
    head = older(here)
    assert told() == [], "cannot be noticed, because the database is what it was: only a head kept elsewhere tells"
    (said,) = told(head=head.upper() + " ")
    assert said.startswith(f"The head {head}, stored in what was asked for, is not in the audit log")


def test_an_older_database_is_noticed_by_the_file_of_heads(here: Installation, tmp_path: Path) -> None:
    assert keep_head(tmp_path, NOW)
    assert not keep_head(tmp_path, NOW, at_once=True), "the same head is written once"
    assert told(kept=kept_heads(tmp_path)) == []
    older(here)
    (said,) = told(kept=kept_heads(tmp_path))
    assert f"stored in the file {HEADS}, line 1" in said


@pytest.mark.parametrize(("change", "said"), [(b"id\n2\n", "not what was sent"), (None, "not there any more")])
def test_a_file_that_people_sent_is_as_it_was(
    here: Installation, tmp_path: Path, change: bytes | None, said: str
) -> None:
    access = Access(home=tmp_path)
    file = receive(COMMAND_LINE, io.BytesIO(b"id\n1\n"), "cases.csv", access, most=100)
    path = folder_of(access) / keep_version(COMMAND_LINE, NOW, "cases", file, access).stored
    assert told(folder=tmp_path) == []
    path.write_bytes(change) if change else path.unlink()
    assert told(folder=tmp_path) == [f"The file cases.csv, version 1 of cases, is {said}."]


def test_a_head_that_was_printed_stands_in_the_log(here: Installation) -> None:
    with closing(sqlite3.connect(here.file)) as database:
        (head,) = database.execute("SELECT hash FROM audit_entries WHERE id = 9").fetchone()
    found = verify(COMMAND_LINE, head=head)
    assert (found["ok"], found["head_entry"]) == (True, 9)


UNNOTICED: dict[str, tuple[str, str]] = {
    "a check set back from done to due": ("due_checks", "UPDATE due_checks SET state = 'due' WHERE id = 1"),
    "a mail taken out of the post": ("outbox", "DELETE FROM outbox"),
    "work taken out of the queue": ("jobs", "DELETE FROM jobs"),
    "told otherwise how it ended": ("jobs", "UPDATE jobs SET result = '{}', state = 'done', failure = 'x'"),
    "marks of charts beside readings": ("readings", "UPDATE readings SET chart_says = 'signal', is_break = 1"),
    "the language and last unit of an account": ("people", "UPDATE people SET language = 'xx', last_unit = 'nice'"),
    "how often somebody has tried": ("recent_senders", "DELETE FROM recent_senders"),
    "its link, before it is counted": ("survey_invitations", "DELETE FROM survey_invitations"),
    "which are open": ("alerts", "UPDATE alerts SET state = 'closed', owner = 'Eva' WHERE acted_by IS NULL"),
    "who was told": (
        "alert_events",
        "UPDATE alert_events SET told_at = NULL, facts = '{}', at = '2026-01-01 00:00:00.0'",
    ),
    "how often a password was wrong": ("people", "UPDATE people SET failed_count = 3"),
    "what the clock knows of alerts": ("watches", "DELETE FROM watches"),
    "a file of figures or of answers that waits to be confirmed": (
        "figure_uploads",
        "INSERT INTO figure_uploads (id, sent_by, name, content, sha256, state, sent_at, expires_at) "
        "SELECT 77, sent_by, name, content, sha256, 'previewed', sent_at, expires_at FROM figure_uploads",
    ),
    "when a check is tried again": (
        "due_checks",
        "UPDATE due_checks SET next_try_at = '2030-01-01 00:00:00', tries = 9, held_by = 'x', pending = 3, "
        "done_at = '2026-01-01 00:00:00.0'",
    ),
    "a check put off by less than a week": (
        "due_checks",
        "UPDATE due_checks SET due_at = datetime(due_at, '+6 days'), late_at = datetime(late_at, '-6 days')",
    ),
}


@pytest.mark.parametrize("what", UNNOTICED)
def test_what_cannot_be_noticed_is_written_down(here: Installation, project: Path, what: str) -> None:
    table, statement = UNNOTICED[what]
    here.tamper(statement, table=table)
    assert told() == []
    assert what in (project / "docs" / "proofs.md").read_text(encoding="utf-8")
