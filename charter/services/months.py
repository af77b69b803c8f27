"""The day of the report: months are sealed, and their PDF made, when their day has come."""

from __future__ import annotations

import logging
from datetime import datetime, time
from zoneinfo import ZoneInfo

from charter.domain.clock import at_local
from charter.domain.errors import CharterError
from charter.domain.periods import Period
from charter.domain.permissions import Actor
from charter.services.charters import Version, history_or_none
from charter.services.editions import make_report
from charter.services.figures import last_ended_month
from charter.services.snapshots import find_snapshot, freeze_month

logger = logging.getLogger(__name__)


def report_at(version: Version, month: Period) -> datetime:
    """The instant at which a month is sealed: the charter's report day of the next month, at its hour."""
    head = version.charter.charter
    day = month.next().start.replace(day=head.report.day)
    return at_local(day, time.fromisoformat(head.report.at), head.timezone)


def seal_due_months(actor: Actor, now: datetime) -> list[str]:
    """Seal the last ended month if its day of report has come and it is not sealed; then make its PDFs.

    Without the PDF libraries the month is sealed all the same, and the log says what is missing.
    """
    found = history_or_none()
    if found is None:
        return []
    month = last_ended_month(now.astimezone(ZoneInfo(found.current.charter.charter.timezone)).date())
    version = found.on(month.start)
    if month.start < found.first.valid_from or now < report_at(version, month) or find_snapshot(month.key) is not None:
        return []
    freeze_month(actor, now, period=month.key)
    for language in version.charter.charter.report.languages:
        try:
            make_report(actor, now, period=month.key, language=language)
        except CharterError as error:
            logger.warning("the report of %s was not made: %s", month.key, error)
    return [month.key]
