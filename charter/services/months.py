"""The day of the report: months are sealed, and their PDF made, when their day has come."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from charter.domain.periods import Period, parse_period
from charter.domain.permissions import Actor
from charter.models.base import db
from charter.models.records import Snapshot
from charter.services.charters import History, history_or_none
from charter.services.figures import last_ended_month
from charter.services.jobs import ask
from charter.services.snapshots import freeze_month, report_at


def seal_due_months(actor: Actor, now: datetime) -> list[str]:
    """Seal every month whose day of report has come, oldest first, and ask for their PDFs; the months sealed.

    The first time that is the last ended month; from then on also those that were missed while no clock ran: sealed
    late, with what is known now, and said to be late. Their PDFs are long work (services/jobs.py): a month stays
    sealed whatever becomes of them, and what broke off is tried again.
    """
    found = history_or_none()
    if found is None:
        return []
    sealed = [month.key for month in _due_months(found, now)]
    for key in sealed:
        freeze_month(actor, now, period=key)
        for language in found.on(parse_period(key).start).charter.charter.report.languages:
            ask(actor, now, kind="make-report", arguments={"period": key, "language": language})
    return sealed


def _due_months(found: History, now: datetime) -> list[Period]:
    last = last_ended_month(now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date())
    sealed = set(db.session.execute(select(Snapshot.period_key)).scalars())
    month, due = last, []
    while month.start >= found.first.valid_from and (month is last or any(key < month.key for key in sealed)):
        if month.key not in sealed and now >= report_at(found.on(month.start), month):
            due.append(month)
        month = month.previous()
    return due[::-1]
