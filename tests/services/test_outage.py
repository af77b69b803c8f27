"""Three months without a clock: the backlog is caught up oldest first, each period with the charter of its time."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select, update

from charter.domain.vocabulary.permissions import SCHEDULER
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import Run
from charter.services.checks.running import run_due
from charter.services.records.access import Access
from tests.services.world import NOW, TEXT, apply


def test_after_three_months_the_backlog_is_caught_up_oldest_first_with_the_charter_of_each_time(charted: Flask) -> None:
    assert run_due(SCHEDULER, datetime(2026, 8, 8, 9, tzinfo=UTC), Access()).done == 2
    september = TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-09-01")
    apply(
        september.replace("target: 0.90, tolerance: 0.02", "target: 0.97, tolerance: 0.01").replace(
            "exceeds: 0.95", "exceeds: 0.98"
        )
    )
    # One that has waited for a year already makes no outage a long one.
    of_old = (DueCheck.indicator_key == "answered") & (DueCheck.period_key == "2026-07")
    db.session.execute(update(DueCheck).where(of_old).values(state="due", due_at=datetime(2025, 9, 1, tzinfo=UTC)))
    db.session.commit()
    told: list[tuple[int, int, str]] = []
    tally = run_due(SCHEDULER, NOW, Access(), progress=lambda *step: told.append(step))
    assert (tally.due, tally.done) == (7, 7)
    assert told == [
        (1, 7, "answered 2026-07"),
        (2, 7, "billed 2026-08"),
        (3, 7, "answered 2026-08"),
        (4, 7, "billed 2026-09"),
        (5, 7, "answered 2026-09"),
        (6, 7, "billed 2026-10"),
        (7, 7, "answered 2026-10"),
    ]
    due = [
        db.session.execute(
            select(DueCheck.due_at).where(
                DueCheck.indicator_key == run.indicator_key, DueCheck.period_key == run.period_key
            )
        ).scalar_one()
        for run in db.session.execute(select(Run).where(Run.as_of == NOW).order_by(Run.id)).scalars()
    ]
    assert due == sorted(due)
    of_company = (ReadingRow.unit_key == "company", ReadingRow.indicator_key == "billed")
    read = select(ReadingRow.period_key, ReadingRow.target, ReadingRow.known_at).where(*of_company)
    rows = {key: (target, known) for key, target, known in db.session.execute(read)}
    # August is judged by the level of August, September and October by the new one; all as known today.
    assert rows["2026-08"] == (0.90, NOW)
    assert rows["2026-09"] == (0.97, NOW)
    assert rows["2026-10"] == (0.97, NOW)
