"""Waiving a check: a person, a reason; the period has no data and nothing waits any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import AuditEntry
from charter.services.charters.versions import history
from charter.services.checks.running import run_due
from charter.services.checks.waiving import waive_check
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.services.schedule.clock_health import health
from charter.services.schedule.due import make_due
from tests.services.world import NOW, apply

REASON = "The agency was closed for works."


def test_a_waived_check_has_no_data_and_waits_no_more(charted: Flask) -> None:
    make_due(history(), NOW)
    waiting = health(NOW)["checks_waiting"]
    waive_check(COMMAND_LINE, NOW, indicator="answered", period="2026-07", reason=REASON)
    assert health(NOW)["checks_waiting"] == waiting - 1
    shown = overview(COMMAND_LINE, NOW, period="2026-07")["commitments"][0]["indicators"][0]
    assert (shown["key"], shown["status"], shown["reason"]) == ("answered", "no-data", "check-waived")
    assert overview(COMMAND_LINE, NOW, period="2026-07")["checks"]["waived"] == 1
    run_due(COMMAND_LINE, NOW, Access(), retry_now=True)
    assert overview(COMMAND_LINE, NOW, period="2026-07")["checks"]["waived"] == 1
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "check:waive")).scalar_one()
    assert (entry.subject, entry.before) == ("answered 2026-07", {"state": "due"})
    assert entry.after == {"state": "waived", "reason": REASON}


def test_the_reason_takes_the_place_of_a_failure(empty: Flask, tmp_path: Path) -> None:
    apply(folder=tmp_path)
    run_due(COMMAND_LINE, NOW, Access())
    of_check = select(DueCheck).where(DueCheck.indicator_key == "billed", DueCheck.period_key == "2026-10")
    check = db.session.execute(of_check).scalar_one()
    assert check.said is not None
    waive_check(COMMAND_LINE, NOW, indicator="billed", period="2026-10", reason=REASON)
    db.session.refresh(check)
    assert (check.note, check.said) == (REASON, None)


def test_only_an_open_check_is_waived_with_a_reason_by_who_may(world: Flask) -> None:
    with pytest.raises(Conflict, match="is done"):
        waive_check(COMMAND_LINE, NOW, indicator="answered", period="2026-07", reason=REASON)
    with pytest.raises(Invalid, match="say why"):
        waive_check(COMMAND_LINE, NOW, indicator="answered", period="2026-07", reason="  ")
    with pytest.raises(Invalid, match="“July” is not a period"):
        waive_check(COMMAND_LINE, NOW, indicator="answered", period="July", reason=REASON)
    with pytest.raises(NotFound, match="No check of answered for 2025-01"):
        waive_check(COMMAND_LINE, NOW, indicator="answered", period="2025-01", reason=REASON)
    carl = Actor("Carl", Role.CONTRIBUTOR)
    with pytest.raises(NotAllowed):
        waive_check(carl, NOW, indicator="answered", period="2026-07", reason=REASON)
