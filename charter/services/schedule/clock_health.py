"""Whether Promesse itself works: the database answers, the clock ticks, nothing waits too long."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, ScalarSelect, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import CheckState, Role
from charter.models.base import db
from charter.models.checks import DueCheck, Tick
from charter.models.jobs import Job
from charter.models.records import Run
from charter.services.post.outbox import outbox_counts
from charter.services.records.installation import installation
from charter.services.records.transactions import rows_changed, transaction

logger = logging.getLogger(__name__)

QUIET = timedelta(hours=1)
"""A scheduler that has not ticked for longer is said to be silent."""

JUMP = timedelta(minutes=2)
"""Machines set their clocks right by seconds; further back than this, a person is told."""

TOLD_FOR = timedelta(days=7)


class Alarm(TypedDict):
    """What somebody should be told of the alarm clock; None where all is well."""

    silent_since: str | None
    never: bool
    set_back_from: str | None


def ticked(now: datetime) -> None:
    """Note that the alarm clock is alive, and whether the machine's clock was set back since it last was."""
    with transaction():
        last = db.session.execute(select(Tick.at).where(Tick.id == 1)).scalar_one_or_none()
        if last is None:
            db.session.execute(insert(Tick).values(id=1, at=now))
            return
        changes: dict[str, Any] = {"at": now}
        if now < last - JUMP:
            logger.warning("the clock of this machine was set back, from %s to %s", last, now)
            changes |= {"set_back_from": last, "set_back_at": now}
        rows_changed(update(Tick).where(Tick.id == 1).values(changes))


def tick_succeeded(now: datetime) -> None:
    """Note that a tick did all that it had to."""
    with transaction():
        rows_changed(update(Tick).where(Tick.id == 1).values(succeeded_at=now, failures=0))


def tick_failed() -> None:
    """Count a tick that failed; where nothing can be written, the age of the last that succeeded tells."""
    db.session.rollback()
    with suppress(DBAPIError), transaction():
        rows_changed(update(Tick).where(Tick.id == 1).values(failures=Tick.failures + 1))


class Checks(TypedDict):
    """How many checks are due and not done, since when, and how many of them are late, have lapsed or failed."""

    checks_waiting: int
    oldest_waiting_since: str | None
    checks_late: int
    checks_lapsed: int
    checks_failed: int


@dataclass(frozen=True)
class Runs:
    """Runs of checks that ended in one way: how many, how long they took in all, how many rows they read."""

    outcome: str
    count: int
    seconds: float
    rows_read: int


def runs_so_far() -> list[Runs]:
    """All runs since the installation began, by how they ended."""
    rows_read, seconds = func.coalesce(func.sum(Run.rows_read), 0), func.coalesce(func.sum(Run.seconds), 0.0)
    query = select(Run.outcome, func.count(), seconds, rows_read).group_by(Run.outcome).order_by(Run.outcome)
    return [Runs(outcome, n, float(took), int(rows or 0)) for outcome, n, took, rows in db.session.execute(query)]


class Health(Checks):
    """What a monitor reads."""

    status: str
    release: str
    schema: str
    engine: str
    database: str
    last_tick_at: str | None
    last_tick_age_seconds: float | None
    last_success_at: str | None
    last_success_age_seconds: float | None
    ticks_failed: int
    clock_set_back_from: str | None
    jobs_waiting: int
    jobs_oldest_since: str | None
    outbox_waiting: int
    outbox_failed: int
    outbox_oldest_waiting_since: str | None


def health(now: datetime) -> Health:
    """What a monitor reads: `status` ok or degraded, the age of the last tick and of the last that did all that it had
    to, checks, work and mail that wait. Ticks that fail are no sign of health, however often they come."""
    tick = db.session.get(Tick, 1, populate_existing=True)
    last, success = (None, None) if tick is None else (tick.at, tick.succeeded_at)
    failures = 0 if tick is None else tick.failures
    found = alarm(now)
    checks, outbox = _checks(now), outbox_counts(now)
    under_way = Job.state.in_(("waiting", "running"))
    jobs_waiting, job_since = db.session.execute(select(func.count(), func.min(Job.asked_at)).where(under_way)).one()
    is_ill = bool(found["silent_since"] or found["never"] or found["set_back_from"] or outbox["failed"] or failures)
    oldest = outbox["oldest_waiting_since"]
    return {
        "status": "degraded" if is_ill or checks["checks_late"] or checks["checks_failed"] else "ok",
        "database": "ok",
        **installation(),
        "last_tick_at": None if last is None else last.isoformat(),
        "last_tick_age_seconds": _age(last, now),
        "last_success_at": None if success is None else success.isoformat(),
        "last_success_age_seconds": _age(success, now),
        "ticks_failed": failures,
        "clock_set_back_from": found["set_back_from"],
        **checks,
        "jobs_waiting": jobs_waiting,
        "jobs_oldest_since": None if job_since is None else job_since.isoformat(),
        "outbox_waiting": outbox["waiting"],
        "outbox_failed": outbox["failed"],
        "outbox_oldest_waiting_since": None if oldest is None else oldest.isoformat(),
    }


def _age(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max((now - at).total_seconds(), 0.0)


def _checks(now: datetime) -> Checks:
    waiting = (DueCheck.due_at <= now) & DueCheck.state.not_in((CheckState.DONE, CheckState.WAIVED))
    oldest, count = db.session.execute(select(func.min(DueCheck.due_at), func.count()).where(waiting)).one()
    late = db.session.execute(select(func.count()).where(waiting, DueCheck.late_at <= now)).scalar_one()
    lapsed = db.session.execute(select(func.count()).where(waiting, DueCheck.lapsed_at <= now)).scalar_one()
    failed = db.session.execute(select(func.count()).where(DueCheck.state == CheckState.FAILED)).scalar_one()
    return {
        "checks_waiting": count,
        "oldest_waiting_since": None if oldest is None else oldest.isoformat(),
        "checks_late": late,
        "checks_lapsed": lapsed,
        "checks_failed": failed,
    }


def alarm(now: datetime) -> Alarm:
    """Whether the alarm clock is silent or has never run while checks wait, and whether its time was set back."""
    tick = db.session.get(Tick, 1, populate_existing=True)
    waiting = 0 if tick is not None else db.session.execute(select(waiting_long(silent_since(now)))).scalar_one()
    return alarm_from(tick, waiting, now)


def silent_since(now: datetime) -> datetime:
    """Since when the alarm clock may be silent at most."""
    return now - QUIET


def waiting_long(since: datetime | ColumnElement[Any]) -> ScalarSelect[int]:
    """How many checks wait since then, for longer than the alarm clock may be silent."""
    long_due = (DueCheck.state == CheckState.DUE) & (DueCheck.due_at <= since)
    return select(func.count()).select_from(DueCheck).where(long_due).scalar_subquery()


def alarm_from(tick: Tick | None, waiting: int, now: datetime) -> Alarm:
    """What the last tick and so many waiting checks say."""
    told: Alarm = {"silent_since": None, "never": False, "set_back_from": None}
    if tick is None:
        return told | {"never": waiting > 0}
    if now - tick.at > QUIET:
        told["silent_since"] = tick.at.isoformat()
    if (
        tick.set_back_from is not None
        and tick.set_back_at is not None
        and now < min(tick.set_back_from, tick.set_back_at + TOLD_FOR)
    ):
        told["set_back_from"] = tick.set_back_from.isoformat()
    return told


def alarm_for(actor: Actor, now: datetime) -> Alarm | None:
    """The same, for those who must know: managers and directors, and who keeps the accounts; None for others."""
    found = alarm(now) if is_told_of_alarm(actor) else None
    return found if found and any(found.values()) else None


def is_told_of_alarm(actor: Actor) -> bool:
    """Whether this person must know of the alarm clock."""
    return actor.role in (Role.MANAGER, Role.DIRECTOR, Role.ADMIN, Role.FOUNDER)
