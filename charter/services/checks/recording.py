"""Writing what runs found: all or nothing, only where the claim still holds."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, insert, select, update

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.unit_tree import roll_up
from charter.domain.checks.deadlines import next_look, next_try
from charter.domain.checks.seen import USUAL, beside, cases_of
from charter.domain.vocabulary.counts import Cell, Counts, Number, exact_each
from charter.domain.vocabulary.periods import periods_back
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.sentences import columns_of, stored
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.models.records import Measurement, Run
from charter.services.charters.versions import Version
from charter.services.checks.results import Outcome
from charter.services.readings.projection import Measured, Recorded, project_all
from charter.services.records import audit_log
from charter.services.records.audit_log import log_context
from charter.services.records.leases import settle, settle_all
from charter.services.records.sealing import digest_of, readings_hash, rows_hash
from charter.services.records.transactions import transaction
from charter.services.schedule.claims import Claim
from charter.services.watching.readings import watch_readings

logger = logging.getLogger(__name__)
MEASUREMENTS = cast(Table, Measurement.__table__)


class Found(NamedTuple):
    """A check that was claimed, by which version, and what came of measuring it."""

    version: Version
    indicator: Indicator
    held: Claim
    outcome: Outcome


def record_all(actor: Actor, now: datetime, found: Sequence[Found]) -> int:
    """Measurements, readings, runs and their audit entries, all of these checks or none; returns how many. What
    another process took over meanwhile is left to it. Checks recorded together share one commit."""
    with transaction():
        # Everybody who writes takes the head of the audit log first, so that nobody waits in a circle.
        audit_log.hold()
        kept = _settled(now, found)
        runs = _write(actor, now, kept) if kept else []
    for (_, indicator, held, outcome), run in zip(kept, runs, strict=True):
        with log_context(run=run.id, claim=held.token):
            rows = outcome.rows_read
            logger.info("check %s %s done: %s rows, %.3f s", indicator.key, held.period.key, rows, outcome.seconds)
    return len(kept)


def _settled(now: datetime, found: Sequence[Found]) -> list[Found]:
    """Those whose claims were still ours: done, and looked at again later where cases are pending."""
    first = [held for *_, held, _ in found if not held.completes]
    again = [held for *_, held, _ in found if held.completes]
    done = {"state": CheckState.DONE, **columns_of(None, "note"), "pending": 0, "again_at": None}
    ours = settle_all(first, done_at=now, **done) | settle_all(again, **done)
    kept = [one for one in found if one.held.id in ours]
    for version, _, held, outcome in kept:
        pending = pending_of(version, outcome)
        if pending:
            _look_again(held, pending, now)
    return kept


def pending_of(version: Version, outcome: Outcome) -> int:
    """Cases too young to judge when they were counted: of percentiles, which are counted at each level, the root's."""
    root = version.tree.root.key
    at_levels = any(cell.counts.value is not None for cell in outcome.cells)
    return sum(cell.counts.pending for cell in outcome.cells if not at_levels or cell.unit == root)


def _look_again(held: Claim, pending: int, now: datetime) -> None:
    """Its figure stands, says how many cases are pending, and is completed by a later run."""
    of_check = DueCheck.id == held.id
    done_at, lapsed_at = db.session.execute(select(DueCheck.done_at, DueCheck.lapsed_at).where(of_check)).one()
    look = next_look(done_at or now, lapsed_at, now)
    query = update(DueCheck).where(of_check).values(pending=pending, again_at=look)
    db.session.execute(query.execution_options(synchronize_session=False))


def _write(actor: Actor, now: datetime, kept: Sequence[Found]) -> list[Recorded]:
    kept = _beside(kept)
    written = [_run(actor, now, one) for one in kept]
    runs = _insert_runs(now, written)
    cells = [
        [measurement_row(cell, run, actor, now) for cell in outcome.cells]
        for (*_, outcome), run in zip(kept, runs, strict=True)
    ]
    rows = [row for part in cells for row in part]
    for start in range(0, len(rows), 500):
        db.session.connection().execute(insert(MEASUREMENTS), rows[start : start + 500])
    readings = watch_readings(
        project_all(
            [
                Measured(version, indicator, held.period, run, outcome.cells)
                for (version, indicator, held, outcome), run in zip(kept, runs, strict=True)
            ]
        )
    ).by_place
    audit_log.record_all(
        actor,
        now,
        [
            audit_log.Done(
                "check:complete" if held.completes else "check:run",
                f"run {run.id}",
                {
                    "cells": rows_hash(part),
                    "indicator": indicator.key,
                    "period": held.period.key,
                    "readings": readings_hash(readings.get((indicator.key, held.period.key), ())),
                },
                rows={"runs": {str(run.id): digest_of("runs", row | {"id": run.id})}},
            )
            for (_, indicator, held, _), run, row, part in zip(kept, runs, written, cells, strict=True)
        ],
    )
    return runs


def _beside(kept: Sequence[Found]) -> list[Found]:
    """What was found, each with its number of cases beside those of the twelve periods before."""
    cases = _cases_before(kept)
    for version, indicator, held, outcome in kept:
        cases[indicator.key, held.period.key] = _cases_in(version, indicator, outcome)
    found = []
    for version, indicator, held, outcome in kept:
        before = [cases.get((indicator.key, period.key)) for period in periods_back(held.period.previous(), USUAL)]
        known = [number for number in before if number is not None]
        seen = outcome.seen and beside(outcome.seen, cases[indicator.key, held.period.key], known)
        found.append(Found(version, indicator, held, replace(outcome, seen=seen)))
    return found


def _cases_before(kept: Sequence[Found]) -> dict[tuple[str, str], Number]:
    """The cases of the whole in the periods before, by indicator and period, as readings have them."""
    periods = {period for _, _, held, _ in kept for period in periods_back(held.period.previous(), USUAL)}
    kinds = {indicator.key: indicator.kind for _, indicator, _, _ in kept}
    roots = {version.tree.root.key for version, *_ in kept}
    ends = [period.end for period in periods]
    # By the last day too, which is indexed: the cost must not grow with history.
    lately = ReadingRow.period_end.between(min(ends), max(ends)) & ReadingRow.unit_key.in_(roots)
    columns = (ReadingRow.numerator, ReadingRow.denominator, ReadingRow.pending, ReadingRow.excluded)
    query = select(ReadingRow.indicator_key, ReadingRow.period_key, *columns)
    rows = db.session.execute(query.where(ReadingRow.indicator_key.in_(kinds), lately))
    return {
        (key, period): cases_of(kinds[key], Counts(numerator, denominator, pending, excluded=exact_each(excluded)))
        for key, period, numerator, denominator, pending, excluded in rows
    }


def _cases_in(version: Version, indicator: Indicator, outcome: Outcome) -> Number:
    rolled = roll_up(version.tree, outcome.cells, adds_up=indicator.kind.adds_up)
    return cases_of(indicator.kind, rolled.counts[version.tree.root.key])


def _insert_runs(now: datetime, rows: Sequence[dict[str, Any]]) -> list[Recorded]:
    """The runs with their numbers, in order."""
    added = insert(Run).returning(Run.id, sort_by_parameter_order=True)
    numbers = db.session.execute(added, rows).scalars().all()
    return [
        Recorded(number, now, row["definition_hash"], row["reaches_past"], row["indicator_key"], row["seen"])
        for number, row in zip(numbers, rows, strict=True)
    ]


def record_failed(actor: Actor, now: datetime, found: Found) -> bool:
    """The failed run with its sentence, and when it is tried again. False if the claim was lost meanwhile."""
    _, indicator, held, outcome = found
    with transaction():
        audit_log.hold()
        tries = db.session.execute(select(DueCheck.tries).where(DueCheck.id == held.id)).scalar_one()
        changes = columns_of(outcome.error, "note")
        if held.completes:
            # The figure stands as it is; its completion is tried again tomorrow.
            changes |= {"again_at": now + timedelta(days=1)}
        else:
            changes |= {"state": CheckState.FAILED, "next_try_at": next_try(tries, now)}
        if not settle(held, **changes):
            return False
        run = Run(**_run(actor, now, found))
        db.session.add(run)
        db.session.flush()
        facts = {"error": run.error, "indicator": indicator.key, "period": held.period.key}
        audit_log.record(actor, now, "check:fail", f"run {run.id}", after=facts)
        number = run.id
    with log_context(run=number, claim=held.token):
        logger.warning("check %s %s failed: %s", indicator.key, held.period.key, outcome.error)
    return True


def _run(actor: Actor, now: datetime, found: Found) -> dict[str, Any]:
    version, indicator, held, outcome = found
    return {
        "indicator_key": indicator.key,
        "period_key": held.period.key,
        "version_id": version.id,
        "outcome": "done" if outcome.error is None else "failed",
        **columns_of(outcome.error, "error"),
        "as_of": now,
        "seconds": round(outcome.seconds, 3),
        "rows_read": outcome.rows_read,
        "undated": outcome.undated,
        "overlapping": outcome.overlapping,
        "unknown_units": dict(outcome.unknown_units),
        "reaches_past": outcome.reaches_past,
        "seen": outcome.seen and outcome.seen.as_json(),
        "fingerprint": outcome.fingerprint,
        "told": [stored(one) for one in outcome.told] or None,
        "definition_hash": outcome.definition_hash,
        "started_by": actor.name,
        "claim": held.token,
    }


def measurement_row(cell: Cell, run: Recorded | Run, actor: Actor, now: datetime) -> dict[str, Any]:
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
        "excluded": counts.left_out,
        "steps": dict(counts.steps) or None,
        "stages": dict(counts.stages) or None,
        "owed": dict(counts.owed) or None,
        "value": counts.value,
        "cubes": counts.cubes,
        "low": counts.low,
        "high": counts.high,
        "corrects_id": None,
        "reason": None,
        "recorded_at": now,
        "recorded_by": actor.name,
    }
