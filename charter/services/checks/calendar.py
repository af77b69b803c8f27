"""The calendar of checks: every due period, where it stands, and how its last run went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.checks.deadlines import MOST_TRIES, Deadlines
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import AuditEntry, Run
from charter.services.charters.versions import History, Version, history
from charter.services.checks.calendar_rows import CalendarPage, CheckLog, CheckRow, NextCheck, RunLine
from charter.services.readings.current_figures import month_asked, newest_ended
from charter.services.schedule.due import deadlines_of, state_of

RUNS_SHOWN = 200

ORDER = (
    CheckState.FAILED,
    CheckState.LATE,
    CheckState.LAPSED,
    CheckState.RUNNING,
    CheckState.DUE,
    CheckState.WAIVED,
    CheckState.DONE,
)


FILTERS = ("state", "day", "owner", "indicator")


def calendar(actor: Actor, now: datetime, *, period: str | None = None, **wanted: str | None) -> CalendarPage:
    """The checks of the periods ended in a month, those that need somebody first, and what is due next.

    `wanted`: of one state, owner or indicator, or due on one day (2026-11-03). `all_rows` are those of the month
    whatever is wanted.
    """
    require(actor, Permission.READ_DESK, actor.home)
    found = history()
    month = month_asked(found, period, now)
    rows, following = rows_of(found, month, now), next_due(found, now)
    of_place = {name: wanted.get(name) for name in FILTERS[2:]}
    return {
        "period": month.key,
        "all_rows": rows,
        "rows": [row for row in rows if _is_wanted(row, of_place | {name: wanted.get(name) for name in FILTERS[:2]})],
        "next": [row for row in following if _is_wanted(row, of_place)],
        "owners": sorted({commitment.owner for commitment, _ in found.current.indicators.values()}),
        "indicators": found.current.titles,
    }


def _is_wanted(row: Mapping[str, object], wanted: Mapping[str, str | None]) -> bool:
    return all(not value or row[name] == value for name, value in wanted.items())


def log_of(actor: Actor, now: datetime, *, indicator: str, period: str) -> CheckLog:
    """One check with all its runs, newest first. Raises NotFound where none has become due."""
    require(actor, Permission.READ_DESK, actor.home)
    found = history()
    of_check = (DueCheck.indicator_key == indicator, DueCheck.period_key == period)
    check = db.session.execute(select(DueCheck).where(*of_check, DueCheck.due_at <= now)).scalar_one_or_none()
    if check is None:
        raise NotFound("No check of %(indicator)s for %(period)s has become due.", indicator=indicator, period=period)
    of_run = (Run.indicator_key == indicator, Run.period_key == period, Run.as_of <= now)
    runs = db.session.execute(select(Run).where(*of_run).order_by(Run.id.desc()).limit(RUNS_SHOWN)).scalars().all()
    row = _row(found.on(check.period_start), check, runs[0] if runs else None, now)
    waived = _waived_by(indicator, period) if row["state"] == CheckState.WAIVED else None
    return {"check": row, "runs": [run_facts(run) for run in runs], "waived": waived}


def _waived_by(indicator: str, period: str) -> dict[str, str] | None:
    entry = select(AuditEntry).where(AuditEntry.action == "check:waive", AuditEntry.subject == f"{indicator} {period}")
    found = db.session.execute(entry.order_by(AuditEntry.id.desc()).limit(1)).scalar_one_or_none()
    return {"by": found.actor, "at": found.at.isoformat()} if found is not None else None


def rows_of(found: History, month: Period, now: datetime) -> list[CheckRow]:
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


def _row(version: Version, check: DueCheck, run: Run | None, now: datetime) -> CheckRow:
    commitment, _ = version.indicators.get(check.indicator_key) or (None, None)
    return {
        "indicator": check.indicator_key,
        "title": version.titles.get(check.indicator_key, {"fr": check.indicator_key, "en": check.indicator_key}),
        "commitment": commitment.key if commitment else None,
        "owner": commitment.owner if commitment else None,
        "period": check.period_key,
        "state": state_of(check, now).value,
        "due_at": check.due_at.isoformat(),
        "day": check.due_at.astimezone(ZoneInfo(version.charter.charter.timezone)).date().isoformat(),
        "late_at": check.late_at.isoformat(),
        "tries": check.tries,
        "lapsed_at": check.lapsed_at.isoformat(),
        "next_try_at": _next_try(check, now),
        "needs_person": _needs_person(version, check, now),
        "pending": check.pending or 0,
        "again_at": check.again_at.isoformat() if check.again_at else None,
        "held_by": check.held_by if check.state == CheckState.RUNNING else None,
        "held_since": check.held_since.isoformat() if check.held_since else None,
        "note": check.note,
        "said": check.said,
        "run": run_facts(run) if run else None,
    }


def _next_try(check: DueCheck, now: datetime) -> str | None:
    """When a failed check is tried again by itself; None where it waits for a person."""
    tries_on = check.state == CheckState.FAILED and check.tries < MOST_TRIES and now < check.lapsed_at
    return check.next_try_at.isoformat() if tries_on else None


def _needs_person(version: Version, check: DueCheck, now: datetime) -> bool:
    """Nothing more happens by itself: it failed too often or until it lapsed, or its figure is entered by hand."""
    if check.state == CheckState.FAILED:
        return check.tries >= MOST_TRIES or now >= check.lapsed_at
    _, indicator = version.indicators.get(check.indicator_key, (None, None))
    return check.state == CheckState.DUE and indicator is not None and is_entered(version.charter, indicator)


def run_facts(run: Run) -> RunLine:
    """What the log says of one run."""
    return {
        "number": run.id,
        "claim": run.claim,
        "period": run.period_key,
        "outcome": run.outcome,
        "as_of": run.as_of.isoformat(),
        "seconds": run.seconds,
        "rows_read": run.rows_read,
        "undated": run.undated,
        "contradictory": int(sum((run.seen or {}).get("contradictory", {}).values())),
        "overlapping": run.overlapping,
        "unknown_units": run.unknown_units or {},
        "fingerprint": run.fingerprint,
        "told": run.told or [],
        "error": run.error,
        "said": run.said,
        "by": run.started_by,
    }


def next_due(found: History, now: datetime) -> list[NextCheck]:
    """The next check of each indicator of the charter in force, soonest first."""
    version = found.current
    rows: list[NextCheck] = []
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
                "owner": commitment.owner,
                "title": version.titles[key],
                "period": period.key,
                "due_at": times.due_at.isoformat(),
            }
        )
    return sorted(rows, key=lambda row: (row["due_at"], row["indicator"]))


def _is_measured(found: History, indicator: str, period: Period) -> bool:
    """Whether a version that holds the indicator had begun when the period did."""
    return period.start >= found.first.valid_from and indicator in found.on(period.start).indicators


def owners_of(found: History) -> list[str]:
    """The owners that the charter in force names."""
    return sorted({commitment.owner for commitment, _ in found.current.indicators.values() if commitment.owner})
