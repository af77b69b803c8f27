"""When a new version speaks for periods measured already: they are judged by it, and measured again where it counts
differently."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select

from charter.domain.charter_file.indicators import Composite
from charter.domain.periods import parse_period
from charter.domain.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Run
from charter.services.definitions import counts_alike
from charter.services.due import deadlines_of
from charter.services.readings import project
from charter.services.standing import cell_of, newest_figures
from charter.services.traces import lift_traces

if TYPE_CHECKING:
    from charter.services.charters import Version


def rejudge(version: Version, now: datetime) -> None:
    """Bring the checks since the version's first day in line with it; within the caller's transaction.

    A month is always read with the definition and target of that month. What was counted by the same definition is
    judged anew; by another, its check is due again; a check that the version no longer holds is not waited for.
    """
    newest, read = _runs(version), _runs(version, Run.fingerprint.is_not(None))
    since = select(DueCheck).where(DueCheck.period_start >= version.valid_from).order_by(DueCheck.id)
    for check in db.session.execute(since).scalars():
        place = (check.indicator_key, check.period_key)
        _, indicator = version.indicators.get(check.indicator_key, (None, None))
        period = parse_period(check.period_key)
        if indicator is None or indicator.period is not period.kind:
            if check.state in (CheckState.DUE, CheckState.FAILED):
                db.session.delete(check)
            continue
        if isinstance(indicator, Composite):
            # One of its parts, judged a moment ago, may have reopened it.
            db.session.refresh(check)
        times = deadlines_of(version, indicator, period)
        check.due_at, check.late_at, check.lapsed_at = times.due_at, times.late_at, times.lapsed_at
        if check.state != CheckState.DONE or place not in newest:
            continue
        if place in read and not counts_alike(version, indicator, read[place]):
            check.state, check.done_at, check.tries, check.next_try_at = CheckState.DUE, None, 0, now
            lift_traces(check.indicator_key, period)
        else:
            cells = [cell_of(row) for row in newest_figures(*place)]
            project(version, indicator, period, newest[place], cells, now=now)


def _runs(version: Version, *which: ColumnElement[bool]) -> dict[tuple[str, str], Run]:
    """The last successful run of each check since the version's first day."""
    of_check = (DueCheck.indicator_key == Run.indicator_key) & (DueCheck.period_key == Run.period_key)
    last = (
        select(func.max(Run.id))
        .join(DueCheck, of_check)
        .where(DueCheck.period_start >= version.valid_from, Run.outcome == "done", *which)
        .group_by(Run.indicator_key, Run.period_key)
    )
    runs = db.session.execute(select(Run).where(Run.id.in_(last))).scalars()
    return {(run.indicator_key, run.period_key): run for run in runs}
