"""The calendar of checks: every due period, where it stands, and how its last run went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from charter.domain.check_state import Deadlines
from charter.domain.periods import Period
from charter.domain.permissions import Actor, require
from charter.domain.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Run
from charter.services.charters import History, Version, history
from charter.services.due import deadlines_of, state_of
from charter.services.figures import month_asked, newest_ended
from charter.services.views import words

ORDER = (
    CheckState.FAILED,
    CheckState.LATE,
    CheckState.LAPSED,
    CheckState.RUNNING,
    CheckState.DUE,
    CheckState.WAIVED,
    CheckState.DONE,
)


def calendar(actor: Actor, now: datetime, *, period: str | None = None) -> dict[str, Any]:
    """The checks of the periods ended in a month, those that need somebody first, and what is due next."""
    require(actor, Permission.READ_DESK, actor.home)
    found = history()
    month = month_asked(found, period, now)
    return {"period": month.key, "rows": rows_of(found, month, now), "next": next_due(found, now)}


def rows_of(found: History, month: Period, now: datetime) -> list[dict[str, Any]]:
    """One row per check of the periods ended in the month, late and failed first."""
    in_month = DueCheck.period_end.between(month.start, month.end)
    checks = db.session.execute(select(DueCheck).where(in_month, DueCheck.due_at <= now)).scalars().all()
    runs = _last_runs(in_month, now)
    rows = [
        _row(found.on(check.period_start), check, runs.get((check.indicator_key, check.period_key)), now)
        for check in checks
    ]
    return sorted(rows, key=lambda row: (ORDER.index(row["state"]), row["due_at"], row["indicator"]))


def _last_runs(in_month: ColumnElement[bool], now: datetime) -> dict[tuple[str, str], Run]:
    newest = (
        select(func.max(Run.id))
        .join(DueCheck, (DueCheck.indicator_key == Run.indicator_key) & (DueCheck.period_key == Run.period_key))
        .where(in_month, Run.as_of <= now)
        .group_by(Run.indicator_key, Run.period_key)
    )
    runs = db.session.execute(select(Run).where(Run.id.in_(newest))).scalars()
    return {(run.indicator_key, run.period_key): run for run in runs}


def _row(version: Version, check: DueCheck, run: Run | None, now: datetime) -> dict[str, Any]:
    found = version.indicators.get(check.indicator_key)
    commitment, indicator = found or (None, None)
    return {
        "indicator": check.indicator_key,
        "title": words(indicator.title) if indicator else {"fr": check.indicator_key, "en": check.indicator_key},
        "commitment": commitment.key if commitment else None,
        "period": check.period_key,
        "state": state_of(check, now).value,
        "due_at": check.due_at.isoformat(),
        "late_at": check.late_at.isoformat(),
        "tries": check.tries,
        "next_try_at": check.next_try_at.isoformat() if check.state == CheckState.FAILED else None,
        "note": check.note,
        "run": run_facts(run) if run else None,
    }


def run_facts(run: Run) -> dict[str, Any]:
    """What the log says of one run."""
    return {
        "period": run.period_key,
        "outcome": run.outcome,
        "as_of": run.as_of.isoformat(),
        "seconds": run.seconds,
        "rows_read": run.rows_read,
        "undated": run.undated,
        "unknown_units": run.unknown_units or {},
        "fingerprint": run.fingerprint,
        "error": run.error,
        "by": run.started_by,
    }


def next_due(found: History, now: datetime) -> list[dict[str, Any]]:
    """The next check of each indicator of the charter in force, soonest first."""
    version = found.current
    rows = []
    for key, (commitment, indicator) in version.indicators.items():
        period = newest_ended(indicator.period, now.date()).previous()
        times: Deadlines = deadlines_of(version, indicator, period)
        while times.due_at <= now or not _is_measured(found, key, period):
            period = period.next()
            times = deadlines_of(version, indicator, period)
        rows.append(
            {
                "indicator": key,
                "commitment": commitment.key,
                "title": words(indicator.title),
                "period": period.key,
                "due_at": times.due_at.isoformat(),
            }
        )
    return sorted(rows, key=lambda row: (row["due_at"], row["indicator"]))


def _is_measured(found: History, indicator: str, period: Period) -> bool:
    """Whether a version that holds the indicator had begun when the period did."""
    return period.start >= found.first.valid_from and indicator in found.on(period.start).indicators
