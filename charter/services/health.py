"""Whether Promesse itself works: the database answers, the clock ticks, nothing waits too long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from charter.domain.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck, Tick
from charter.services.transactions import rows_changed, transaction

QUIET = timedelta(hours=1)
"""A scheduler that has not ticked for longer is said to be silent."""


def ticked(now: datetime) -> None:
    """Note that the alarm clock is alive."""
    with transaction():
        if rows_changed(update(Tick).where(Tick.id == 1).values(at=now)) == 0:
            db.session.execute(insert(Tick).values(id=1, at=now))


def health(now: datetime) -> dict[str, Any]:
    """What a monitor reads: `status` ok or degraded, the age of the last tick, checks that wait."""
    last = db.session.execute(select(Tick.at).where(Tick.id == 1)).scalar_one_or_none()
    waiting = (DueCheck.due_at <= now) & DueCheck.state.not_in((CheckState.DONE, CheckState.WAIVED))
    oldest, count = db.session.execute(select(func.min(DueCheck.due_at), func.count()).where(waiting)).one()
    late = db.session.execute(select(func.count()).where(waiting, DueCheck.late_at <= now)).scalar_one()
    failed = db.session.execute(select(func.count()).where(DueCheck.state == CheckState.FAILED)).scalar_one()
    age = None if last is None else max((now - last).total_seconds(), 0.0)
    is_silent = last is not None and now - last > QUIET
    return {
        "status": "degraded" if is_silent or late or failed else "ok",
        "database": "ok",
        "last_tick_at": None if last is None else last.isoformat(),
        "last_tick_age_seconds": age,
        "checks_waiting": count,
        "oldest_waiting_since": None if oldest is None else oldest.isoformat(),
        "checks_late": late,
        "checks_failed": failed,
    }
