"""A changed past is shown until a later look lifts it, to those who see the whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.services.checks.changes_view import changed_past
from charter.services.checks.running import run_due
from charter.services.checks.source_changes import recheck
from charter.services.records.access import Access
from tests.services.checks.test_source_changes import DECEMBER, GROWN, LATER, REWRITTEN
from tests.services.databases import new_url, opened, template_of
from tests.services.world import NOW, TEXT, apply, write_cases


@pytest.fixture
def own(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """Four months measured from files of its own."""
    write_cases(tmp_path)
    with opened(new_url(engine, tmp_path, template_of(engine)), tmp_path) as app:
        apply(TEXT, tmp_path)
        run_due(COMMAND_LINE, NOW, Access())
        yield app


def entries() -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action == "source:recheck").order_by(AuditEntry.id)
    return list(db.session.execute(query).scalars())


def test_an_unchanged_past_says_nothing(own: Flask) -> None:
    assert recheck(COMMAND_LINE, LATER, Access()) == []
    assert changed_past(COMMAND_LINE, LATER) == []
    (entry,) = entries()
    months = ["2026-10", "2026-09", "2026-08"]
    assert entry.after == {"checked": [[key, m] for key in ("answered", "billed") for m in months], "changed": []}


def test_what_is_set_right_again_is_told_no_more(own: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path, REWRITTEN)
    recheck(COMMAND_LINE, LATER, Access())
    write_cases(tmp_path)
    assert recheck(COMMAND_LINE, LATER, Access()) == []
    assert changed_past(COMMAND_LINE, LATER) == []
    assert len(entries()) == 2


def test_a_file_that_only_grew_is_no_news(own: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path, GROWN)
    run_due(COMMAND_LINE, DECEMBER, Access())
    assert changed_past(COMMAND_LINE, DECEMBER) == []
    assert entries() == []
