"""The sealed month: the figures of all units, an index with its parts, chained by its hash to the month sealed before.

The day of the report: months are sealed, and their PDF made, when their day has come.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import takewhile
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from charter.domain.checks.deadlines import at_local
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import PeriodKind, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Run, Snapshot
from charter.services.charters.versions import History, Version, history, history_or_none
from charter.services.jobs.queue import ask
from charter.services.post.outbox import post_webhook
from charter.services.readings.current_figures import last_ended_month
from charter.services.readings.recount import Measurable, require_measured
from charter.services.records import audit_log
from charter.services.records.leases import is_free
from charter.services.records.sealing import canonical_json, seal
from charter.services.records.transactions import transaction
from charter.services.records.workers import reading_much
from charter.services.reports.figures import Made, Progress, compose, shown_from
from charter.services.reports.parts import keep
from charter.services.schedule.claims import claimable, read_elsewhere

TRIES = 3
ON_TIME = timedelta(days=1)
"""A month that is sealed more than that after its day of report is sealed late, and says so."""


REST = timedelta(days=1)


@reading_much()
def freeze_month(
    actor: Actor, now: datetime, *, period: str, progress: Progress | None = None, workers: int = 1
) -> Snapshot:
    """Seal the figures of all units for an ended month; sealing it again gives the same snapshot.

    `workers`: how many processes may share the work, for a command.

    Raises Invalid (not a month), Conflict (the month has not ended, the charter had not begun, or readings that the
    month shows are not what was measured), NotFound.
    """
    require(actor, Permission.FREEZE_MONTH)
    found = history()
    month = ended_month(found, period, now)
    sealed = find_snapshot(month.key)
    if sealed is not None:
        return sealed
    for _ in range(TRIES):
        last = last_run()
        require_measured(found, Measurable(shown_from(month), month.end, now, workers), progress=progress)
        made = compose(found, month, now, progress=progress, workers=workers)
        with transaction():
            audit_log.hold()
            sealed = find_snapshot(month.key)
            if sealed is not None:
                return sealed
            if last_run() == last:
                return _seal(actor, now, found, month, made)
    raise Conflict("Checks were recorded all the while %(period)s was put together: freeze it again.", period=month)


def last_run() -> int:
    """The newest run: what a month says and what it was put together from are read at one state of the records."""
    return db.session.execute(select(func.coalesce(func.max(Run.id), 0))).scalar_one()


def _seal(actor: Actor, now: datetime, found: History, month: Period, made: Made) -> Snapshot:
    """The month chained to the one sealed before, within the caller's transaction."""
    head = audit_log.head()
    facts = {"draft": False, "frozen_at": now.isoformat(), "audit_head": head}
    late = lateness(found.on(month.start), month, now)
    document = canonical_json(made.index | facts | ({"late": late} if late else {}))
    keep(made.parts)
    previous = db.session.execute(select(Snapshot.sha256).order_by(Snapshot.id.desc()).limit(1)).scalar_one_or_none()
    snapshot = Snapshot(
        period_key=month.key,
        version_id=found.on(month.start).id,
        document=document,
        previous_sha256=previous or audit_log.GENESIS,
        sha256=seal(document, previous or audit_log.GENESIS),
        frozen_at=now,
        frozen_by=actor.name,
    )
    db.session.add(snapshot)
    audit_log.record(actor, now, "month:freeze", month.key, after={"sha256": snapshot.sha256})
    told = {"period": month.key, "sha256": snapshot.sha256, "at": now.isoformat()}
    post_webhook(f"month {month.key} sealed", "month:sealed", told, now)
    return snapshot


def report_at(version: Version, month: Period) -> datetime:
    """The instant at which a month is sealed: the charter's report day of the next month, at its hour."""
    head = version.charter.charter
    day = month.next().start.replace(day=head.report.day)
    return at_local(day, time.fromisoformat(head.report.at), head.timezone)


def due_at(version: Version, month: Period) -> datetime:
    """When a month is sealed without being asked: on its day of report. The first figures of a house rest a day first,
    so that whoever sent their file can mend it: no month before them is sealed sooner, or late by its own day."""
    first = db.session.execute(select(Run.as_of).order_by(Run.id).limit(1)).scalar()
    planned = report_at(version, month)
    return planned if first is None else max(planned, first + REST)


class Late(TypedDict):
    """When a month should have been sealed."""

    due_at: str


def lateness(version: Version, month: Period, now: datetime) -> Late | None:
    """Since when a month should have been sealed, where that is more than a day ago; printed with the month."""
    due = due_at(version, month)
    return {"due_at": due.isoformat()} if now > due + ON_TIME else None


def ended_month(found: History, period: str, now: datetime) -> Period:
    """The month of that name, if it has ended in the charter's zone."""
    month = parse_period(period)
    if month.kind is not PeriodKind.MONTH:
        raise Invalid("%(period)s is not a month: write it as 2026-10.", "period", period=month)
    if now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date() <= month.end:
        raise Conflict("%(period)s has not ended yet: a month is frozen from the day after its last.", period=month)
    if month.end < found.first.valid_from:
        raise Conflict(
            "%(period)s was over before the charter began, on %(day)s: it has no figures.",
            period=month,
            day=found.first.valid_from,
        )
    return month


def find_snapshot(period: str) -> Snapshot | None:
    """The sealed month of that key, if it is sealed."""
    return db.session.execute(select(Snapshot).where(Snapshot.period_key == period)).scalar_one_or_none()


def seal_due_months(actor: Actor, now: datetime) -> list[str]:
    """Seal every month whose day of report has come, oldest first, and ask for their PDFs; the months sealed.

    The first time that is the last ended month; from then on also those that were missed while no clock ran: sealed
    late, with what is known now, and said to be late. A month of which figures are being counted waits for the next
    time. Their PDFs are long work (services/jobs/queue.py): a month stays
    sealed whatever becomes of them, and what broke off is tried again.
    """
    found = history_or_none()
    if found is None:
        return []
    ready = takewhile(lambda month: not _is_being_counted(found, month, now), _due_months(found, now))
    sealed = [month.key for month in ready]
    for key in sealed:
        freeze_month(actor, now, period=key)
        plan = found.on(parse_period(key).start).charter.charter.report
        for language in plan.languages:
            ask(actor, now, kind="make-report", arguments={"period": key, "language": language})
            if plan.sheets:
                ask(actor, now, kind="make-sheets", arguments={"period": key, "language": language})
    return sealed


def _is_being_counted(found: History, month: Period, now: datetime) -> bool:
    """Whether another process holds checks of periods that end in the month, or reads the source of such as wait."""
    held = read_elsewhere(found, now)
    if not held:
        return False
    is_open = or_(~is_free(DueCheck, now), claimable(now))
    query = select(DueCheck.indicator_key, DueCheck.period_start).where(is_open)
    for key, start in db.session.execute(query.where(DueCheck.period_end.between(month.start, month.end))):
        version = found.on(start)
        _, indicator = version.indicators.get(key, (None, None))
        if indicator is not None and (version.id, indicator.source) in held:
            return True
    return False


def _due_months(found: History, now: datetime) -> list[Period]:
    last = last_ended_month(now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date())
    sealed = set(db.session.execute(select(Snapshot.period_key)).scalars())
    month, due = last, []
    while month.start >= found.first.valid_from and (month is last or any(key < month.key for key in sealed)):
        if month.key not in sealed and now >= due_at(found.on(month.start), month):
            due.append(month)
        month = month.previous()
    return due[::-1]
