"""Applying a charter: planned, written with its audit entry, refused where it may not follow."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import write_charter
from charter.domain.vocabulary.errors import Conflict, NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.models.records import AuditEntry
from charter.services.charters.versions import history
from charter.services.drafts.applying import apply_charter, plan_charter
from charter.services.verification.verify import verify
from tests.services.charters.test_versions import LATER, versions
from tests.services.world import BILL, CARE, HEAD, START, TEXT, apply, charter_of


def audit_entries() -> list[AuditEntry]:
    return list(db.session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars())


def test_first_charter_is_written_with_its_audit_entry(empty: Flask) -> None:
    apply()
    (row,) = versions()
    assert (row.number, row.key, row.valid_from, row.applied_at, row.applied_by) == (
        1,
        "small",
        date(2026, 7, 1),
        START,
        "command line",
    )
    assert row.content_hash == hashlib.sha256(row.document.encode()).hexdigest()
    (entry,) = audit_entries()
    assert (entry.at, entry.actor, entry.action, entry.subject) == (START, "command line", "charter:apply", "small")
    assert entry.before is None
    assert entry.after == {"version": 1, "valid_from": "2026-07-01", "sha256": row.content_hash}


def test_plan_of_the_first_charter_adds_everything(empty: Flask) -> None:
    changes = plan_charter(charter_of()).changes
    assert {(one.action, one.thing) for one in changes} >= {("add", "commitment"), ("add", "indicator")}
    assert versions() == []


def test_same_content_writes_nothing(charted: Flask) -> None:
    apply(now=datetime(2026, 8, 1, tzinfo=UTC))
    assert len(versions()) == 1
    assert len(audit_entries()) == 1


def test_export_applied_again_changes_nothing(charted: Flask) -> None:
    text = write_charter(history().current.charter)
    again = read_charter(text).charter
    assert plan_charter(again).is_empty
    apply(text)
    assert len(versions()) == 1
    assert write_charter(history().current.charter) == text


def test_new_version_keeps_the_one_before_and_says_both_in_the_audit_log(charted: Flask) -> None:
    plan = apply_charter(
        Actor("Mia", Role.MANAGER), datetime(2026, 9, 20, tzinfo=UTC), charter=charter_of(LATER), folder="/data"
    )
    assert [(one.field, one.before, one.after) for one in plan.changes if one.thing == "target"] == [
        ("target", 0.8, 0.85)
    ]
    first, second = versions()
    assert (first.number, second.number, second.applied_by) == (1, 2, "Mia")
    entry = audit_entries()[-1]
    assert entry.actor == "Mia"
    assert entry.before == {"version": 1, "valid_from": "2026-07-01", "sha256": first.content_hash}
    assert entry.after == {"version": 2, "valid_from": "2026-10-01", "sha256": second.content_hash}


def test_another_key_is_refused(charted: Flask) -> None:
    with pytest.raises(Conflict, match="this database holds the charter 'small'"):
        apply(TEXT.replace("key: small", "key: other"))
    assert len(versions()) == 1


def test_an_earlier_valid_from_is_refused(charted: Flask) -> None:
    with pytest.raises(Conflict, match="2026-06-30 is before 2026-07-01"):
        apply(TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-06-30"))
    assert len(versions()) == 1


def test_a_bad_file_changes_nothing(charted: Flask) -> None:
    with pytest.raises(CharterFileError):
        apply(TEXT.replace("within: 5 days", "within: soon"))
    assert len(versions()) == 1
    assert len(audit_entries()) == 1


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.CONTRIBUTOR, Role.AUDITOR, Role.ADMIN])
def test_only_who_may_applies(charted: Flask, role: Role) -> None:
    with pytest.raises(NotAllowed):
        apply_charter(Actor("Somebody", role), START, charter=charter_of(LATER), folder="/data")
    with pytest.raises(NotAllowed):
        apply_charter(Actor("Boris", Role.MANAGER, ("west",)), START, charter=charter_of(LATER), folder="/data")
    assert db.session.execute(select(func.count(CharterVersion.id))).scalar_one() == 1


def test_a_commitment_taken_out_is_a_removal(charted: Flask) -> None:
    plan = plan_charter(charter_of(HEAD.replace("2026-07-01", "2026-11-01") + BILL + CARE))
    assert ("remove", "commitment", "answer") in [(one.action, one.thing, one.key) for one in plan.changes]


def test_the_same_file_in_another_folder_moves_its_sources(charted: Flask, tmp_path: Path) -> None:
    apply(LATER)
    old, new = history().current.folder, tmp_path / "moved"
    new.mkdir()
    assert apply_charter(COMMAND_LINE, START, charter=charter_of(LATER), folder=str(new)).is_empty
    assert [(one.valid_from.month, one.folder) for one in history().versions] == [(7, str(new)), (10, str(new))]
    assert [row.folder for row in versions()] == [old, old, str(new), str(new)]
    assert versions()[-1].reason == str(new)
    assert apply_charter(COMMAND_LINE, START, charter=charter_of(LATER), folder=str(new)).is_empty
    assert len(versions()) == 4
    assert verify(COMMAND_LINE)["broken"] is None
