"""What waits to be run: due checks in batches that are measured together, oldest due first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from charter.domain.charter_file.indicators import Composite, Indicator
from charter.domain.charter_file.manual import is_entered
from charter.domain.periods import Period, parse_period
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters import History, Version
from charter.services.claiming import Taking, claimable

BATCH_PERIODS = 36

OUTAGE = timedelta(days=124)
"""Four months: what an outage leaves is caught up strictly by time."""

Only = tuple[str, str]
"""The check of one indicator and period."""


class Waiting(NamedTuple):
    """As much of a due check as running it needs. Rows are read plainly: a backlog has many thousands."""

    id: int
    indicator_key: str
    period_key: str
    period_start: date
    due_at: datetime
    period: Period
    indicator: Indicator


class Batch(NamedTuple):
    """Checks that are measured together: one version, one source, one length of period."""

    version: Version
    source: str | None
    checks: Sequence[Waiting]


def waiting_batches(found: History, how: Taking, *, only: Only | None = None) -> list[Batch]:
    """What may be claimed, in batches of at most BATCH_PERIODS periods, oldest due first.

    A backlog of a few months is caught up month by month, all sources of one before the next; a longer one, as on the
    first day of an installation, source by source, so that no source is read over and over. What has waited for longer
    (a figure that nobody enters, cases still pending) makes no outage a long one.
    """
    free = claimable(how.now, retry_now=how.retry_now, at=how.at)
    columns = (DueCheck.id, DueCheck.indicator_key, DueCheck.period_key, DueCheck.period_start, DueCheck.due_at)
    query = select(*columns).where(free).order_by(DueCheck.due_at, DueCheck.id)
    if only is not None:
        query = query.where(DueCheck.indicator_key == only[0], DueCheck.period_key == only[1])
    groups: dict[tuple[int, str | None, str, str], list[Waiting]] = defaultdict(list)
    versions: dict[int, Version] = {}
    rows = db.session.execute(query).all()
    recent = rows[-1].due_at - OUTAGE if rows else how.now
    is_outage = 2 * sum(row.due_at >= recent for row in rows) > len(rows)
    for row in rows:
        version = found.on(row.period_start)
        _, indicator = version.indicators.get(row.indicator_key, (None, None))
        if indicator is None or not _is_read(version, indicator):
            continue
        versions[version.id] = version
        waiting = Waiting(*row, parse_period(row.period_key), indicator)
        month = f"{row.due_at:%Y-%m}" if is_outage and row.due_at >= recent else ""
        groups[version.id, indicator.source, indicator.period, month].append(waiting)
    batches = [
        Batch(versions[version_id], source, part)
        for (version_id, source, _, _), checks in groups.items()
        for part in _parts(checks)
    ]
    return sorted(batches, key=lambda batch: (batch.checks[0].due_at, batch.checks[0].id))


def _parts(checks: Sequence[Waiting]) -> Iterable[list[Waiting]]:
    """Checks cut so that no part spans more than BATCH_PERIODS periods."""
    by_start: dict[date, list[Waiting]] = defaultdict(list)
    for check in checks:
        by_start[check.period_start].append(check)
    starts = sorted(by_start)
    for first in range(0, len(starts), BATCH_PERIODS):
        part = [check for start in starts[first : first + BATCH_PERIODS] for check in by_start[start]]
        yield sorted(part, key=lambda check: (check.due_at, check.id))


def _is_read(version: Version, indicator: Indicator) -> bool:
    """Figures that people enter or systems push are never read by a run: their check waits for them.

    Those of a composite are made of its parts', after them.
    """
    return not isinstance(indicator, Composite) and not is_entered(version.charter, indicator)
