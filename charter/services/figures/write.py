"""Figures given by people and programs: appended like any measurement; a second one for a cell is a correction.

Corrections of the figures that a page shows: who corrected what, when, from what to what, and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import insert, update

from charter.domain.figures.entries import Figure, numbers_of
from charter.domain.overview.model import Words, json_number, words
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Measurement, Run, counts_of
from charter.services.charters.versions import Version
from charter.services.checks.recording import measurement_row
from charter.services.figures.entries import Batch, Entry, Plan
from charter.services.figures.plan import plan_figures, read_before
from charter.services.readings.projection import Measured, project
from charter.services.records import audit_log
from charter.services.records.sealing import cells_hash, rows_hash
from charter.services.records.transactions import transaction
from charter.services.schedule.due import write_due
from charter.services.watching.readings import Corrected, watch_readings

SHOWN = 30


class Correction(TypedDict):
    """A corrected figure: what stood there before, what stands there now, by whom and why."""

    indicator: str
    title: Words
    period: str
    name: str
    channel: str
    segment: str
    before: dict[str, float | int | None]
    after: dict[str, float | int | None]
    by: str
    at: str
    reason: str | None


def corrections_of(version: Version, unit: str, rows: Sequence[Any]) -> list[Correction]:
    """The corrections among what was written for the periods shown, under a unit, newest first."""
    by_id = {row.id: row for row in rows}
    under = None if unit == version.tree.root.key else version.tree.under(unit)
    found = [
        _line(version, row, by_id[row.corrects_id])
        for row in reversed(rows)
        if row.corrects_id in by_id and (under is None or row.unit_key in under)
    ]
    return found[:SHOWN]


def _line(version: Version, row: Any, old: Any) -> Correction:
    indicator = version.indicators[row.indicator_key][1]
    known = version.tree.by_key.get(row.unit_key)
    return {
        "indicator": row.indicator_key,
        "title": words(indicator.title),
        "period": row.period_key,
        "name": known.name if known else row.unit_key,
        "channel": row.channel,
        "segment": row.segment,
        "before": {name: json_number(number) for name, number in numbers_of(indicator, counts_of(old)).items()},
        "after": {name: json_number(number) for name, number in numbers_of(indicator, counts_of(row)).items()},
        "by": row.recorded_by,
        "at": row.recorded_at.isoformat(),
        "reason": row.reason,
    }


__all__ = ["Figure", "Written", "correct_figure", "enter_figure", "enter_figures", "write_figures"]


@dataclass(frozen=True)
class Written:
    """What one indicator and period received: its run (None: nothing was new), figures new, corrected, the same."""

    indicator: str
    period: str
    run: int | None
    entered: int
    corrected: int
    same: int


def enter_figures(
    actor: Actor, now: datetime, figures: Sequence[Figure], *, reason: str | None = None, expected: str | None = None
) -> Sequence[Written]:
    """Append figures, all or none; the check of a period is done with its first one.

    A figure that holds already is left as it is; another number for the same cell is a correction and needs a reason.
    `expected` is the digest of the plan that a person saw: Conflict when it would now do something else.
    Raises NotFound, NotAllowed, Invalid (numbers, period, no reason), Conflict (not ended, read from a source, twice).
    """
    with transaction():
        audit_log.hold()
        return write_figures(actor, now, plan_figures(actor, now, figures, reason=reason), expected=expected)


def enter_figure(actor: Actor, now: datetime, figure: Figure) -> Counts:
    """Append one figure and return its counts; see `enter_figures`."""
    with transaction():
        audit_log.hold()
        plan = plan_figures(actor, now, [figure])
        write_figures(actor, now, plan)
        return _only(plan).cell.counts


def correct_figure(actor: Actor, now: datetime, figure: Figure, *, expected: str | None = None) -> Counts:
    """Correct one figure that was read from a source, or entered, with a reason; the row read stays beneath.

    Raises as `enter_figures`, and NotFound when there is no such figure to correct.
    """
    with transaction():
        audit_log.hold()
        plan = plan_figures(actor, now, [figure], correcting=True)
        write_figures(actor, now, plan, expected=expected)
        return _only(plan).cell.counts


def _only(plan: Plan) -> Entry:
    return next(iter(plan.batches[0].entries.values()))


def write_figures(actor: Actor, now: datetime, plan: Plan, *, expected: str | None = None) -> Sequence[Written]:
    """Write a plan within the caller's transaction, which must hold the audit chain. Raises its first refusal."""
    plan.require_whole()
    if expected is not None and plan.digest != expected:
        raise Conflict("The figures have changed since you saw the effect: look at it again before you confirm.")
    return [_write(actor, now, batch) for batch in plan.batches]


def _write(actor: Actor, now: datetime, batch: Batch) -> Written:
    fresh = batch.fresh
    corrected = sum(1 for entry in fresh if entry.corrected is not None)
    run = _record(actor, now, batch, fresh) if fresh else None
    return Written(
        batch.indicator.key,
        batch.period.key,
        run.id if run else None,
        entered=len(fresh) - corrected,
        corrected=corrected,
        same=len(batch.entries) - len(fresh),
    )


def _record(actor: Actor, now: datetime, batch: Batch, fresh: Sequence[Entry]) -> Run:
    """One run with its rows, readings and audit entry."""
    write_due(batch.version, batch.indicator, batch.period)
    run = _run(actor, now, batch)
    rows = [
        measurement_row(entry.cell, run, actor, now)
        | ({"corrects_id": entry.corrected.id, "reason": entry.reason} if entry.corrected is not None else {})
        for entry in fresh
    ]
    for start in range(0, len(rows), 500):
        db.session.execute(insert(Measurement), rows[start : start + 500])
    replaced = [entry.corrected for entry in fresh if entry.corrected is not None]
    reasons = sorted({entry.reason for entry in fresh if entry.corrected is not None and entry.reason})
    corrected = Corrected(actor.name, " · ".join(reasons) or None) if replaced else None
    watch_readings(project(Measured(batch.version, batch.indicator, batch.period, run, batch.cells())), corrected)
    _settle(batch, now)
    after = {
        "cells": rows_hash(rows),
        "indicator": batch.indicator.key,
        "period": batch.period.key,
        "figures": len(rows),
        "reason": " · ".join(reasons)[:1000] or None,
    }
    before = {"cells": cells_hash(replaced)} if replaced else None
    audit_log.record(
        actor, now, f"figure:{'correct' if replaced else 'enter'}", f"run {run.id}", before=before, after=after
    )
    return run


def _run(actor: Actor, now: datetime, batch: Batch) -> Run:
    read = read_before(batch)
    run = Run(
        indicator_key=batch.indicator.key,
        period_key=batch.period.key,
        version_id=batch.version.id,
        outcome="done",
        as_of=now,
        seconds=0.0,
        unknown_units=dict(read.unknown_units or {}) if read else {},
        reaches_past=read.reaches_past if read else True,
        seen=read.seen if read else None,
        definition_hash=read.definition_hash if read else "",
        started_by=actor.name,
    )
    db.session.add(run)
    db.session.flush()
    return run


def _settle(batch: Batch, now: datetime) -> None:
    of_period = (DueCheck.indicator_key == batch.indicator.key) & (DueCheck.period_key == batch.period.key)
    is_open = DueCheck.state != CheckState.DONE
    db.session.execute(
        update(DueCheck).where(of_period, is_open).values(state=CheckState.DONE, done_at=now, note=None, said=None)
    )
    # What a person has said is not counted again by itself.
    db.session.execute(update(DueCheck).where(of_period).values(again_at=None))
