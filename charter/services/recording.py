"""Writing what a run found: one transaction, only if the claim still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from charter.domain.charter_file.indicators import Indicator
from charter.domain.check_state import next_try
from charter.domain.measures import Cell
from charter.domain.permissions import Actor
from charter.domain.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Measurement, Run
from charter.services import audit
from charter.services.charters import Version
from charter.services.due import Claim, settle
from charter.services.measuring import Outcome
from charter.services.readings import project
from charter.services.transactions import transaction
from charter.services.verification import cells_hash

What = tuple[Version, Indicator, Claim]


def record_done(actor: Actor, now: datetime, what: What, outcome: Outcome) -> bool:
    """Measurements, readings, the run and its audit entry, together. False if the claim was lost meanwhile."""
    version, indicator, held = what
    with transaction():
        if not settle(held, state=CheckState.DONE, done_at=now, note=None):
            return False
        record_cells(actor, now, (version, indicator, held), outcome)
    return True


def record_cells(actor: Actor, now: datetime, what: What, outcome: Outcome) -> Run:
    """The run with its cells and readings, within the caller's transaction."""
    version, indicator, held = what
    run = _run(actor, now, what, outcome)
    db.session.add(run)
    db.session.flush()
    rows = [measurement_row(cell, run, actor, now) for cell in outcome.cells]
    for start in range(0, len(rows), 500):
        db.session.execute(insert(Measurement), rows[start : start + 500])
    project(version, indicator, held.period, run, outcome.cells)
    facts = {"cells": _hash_of(rows), "indicator": indicator.key, "period": held.period.key}
    audit.record(actor, now, "check:run", f"run {run.id}", after=facts)
    return run


def _hash_of(rows: list[dict[str, Any]]) -> str:
    return cells_hash([Measurement(**row) for row in rows])


def record_failed(actor: Actor, now: datetime, what: What, outcome: Outcome) -> bool:
    """The failed run with its sentence, and when it is tried again. False if the claim was lost meanwhile."""
    version, indicator, held = what
    # A file that is no text may show in the sentence, and PostgreSQL takes no zero byte.
    outcome = replace(outcome, error=(outcome.error or "").replace("\0", "\N{REPLACEMENT CHARACTER}"))
    with transaction():
        tries = db.session.execute(select(DueCheck.tries).where(DueCheck.id == held.check_id)).scalar_one()
        changes = {"state": CheckState.FAILED, "next_try_at": next_try(tries, now), "note": outcome.error}
        if not settle(held, **changes):
            return False
        run = _run(actor, now, (version, indicator, held), outcome)
        db.session.add(run)
        db.session.flush()
        facts = {"error": outcome.error, "indicator": indicator.key, "period": held.period.key}
        audit.record(actor, now, "check:fail", f"run {run.id}", after=facts)
    return True


def _run(actor: Actor, now: datetime, what: What, outcome: Outcome) -> Run:
    version, indicator, held = what
    return Run(
        indicator_key=indicator.key,
        period_key=held.period.key,
        version_id=version.id,
        outcome="done" if outcome.error is None else "failed",
        error=outcome.error,
        as_of=now,
        seconds=round(outcome.seconds, 3),
        rows_read=outcome.rows_read,
        undated=outcome.undated,
        unknown_units=dict(outcome.unknown_units),
        reaches_past=outcome.reaches_past,
        fingerprint=outcome.fingerprint,
        definition_hash=outcome.definition_hash,
        started_by=actor.name,
    )


def measurement_row(cell: Cell, run: Run, actor: Actor, now: datetime) -> dict[str, Any]:
    """One cell as the columns of its row."""
    counts = cell.counts
    return {
        "run_id": run.id,
        "indicator_key": run.indicator_key,
        "period_key": cell.period,
        "unit_key": cell.unit,
        "channel": cell.channel,
        "segment": cell.segment,
        "numerator": counts.numerator,
        "denominator": counts.denominator,
        "pending": counts.pending,
        "stopped": counts.stopped,
        "total": counts.total,
        "squares": counts.squares,
        "promoters": counts.promoters,
        "detractors": counts.detractors,
        "excluded": dict(counts.excluded),
        "steps": dict(counts.steps) or None,
        "value": counts.value,
        "corrects_id": None,
        "reason": None,
        "recorded_at": now,
        "recorded_by": actor.name,
    }
