"""Running the checks that are due: claim, measure outside any transaction, record all or nothing."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import DataError

from charter.domain.charter_file.indicators import Composite, Indicator
from charter.domain.charter_file.manual import is_entered
from charter.domain.periods import parse_period
from charter.domain.permissions import Actor, require
from charter.domain.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters import Version, history
from charter.services.composites import measure_composites
from charter.services.due import Claim, claim, claimable, make_due
from charter.services.measuring import Access, Measuring, Outcome
from charter.services.rechecks import notice_changes
from charter.services.recording import record_done, record_failed

BATCH_PERIODS = 36
Progress = Callable[[int, int, str], None]

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What one call did: checks due, done, failed; and how many are late after it."""

    due: int = 0
    done: int = 0
    failed: int = 0
    late: int = 0


@dataclass(frozen=True)
class Batch:
    """Checks that are measured together: one version, one source, one length of period."""

    version: Version
    source: str | None
    checks: Sequence[DueCheck]


def run_due(
    actor: Actor,
    now: datetime,
    access: Access,
    *,
    retry_now: bool = False,
    only: tuple[str, str] | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Run every check that is due at `now`, oldest first; one that fails is recorded and the others go on.

    Any number of processes may do this at once: each check is claimed by one. `retry_now`: failed ones do not wait.
    `only`: the check of one indicator and period.
    """
    require(actor, Permission.RUN_CHECK)
    make_due(history(), now)
    tally = Tally()
    waiting = _waiting(now, retry_now=retry_now, only=only)
    total = sum(len(batch.checks) for batch in waiting)
    with Measuring(access) as measuring:
        for batch in waiting:
            claims = _claim(batch, now, retry_now=retry_now)
            for indicator, held, outcome in measuring.measure(batch.version, batch.source, claims, now):
                _record(actor, now, (batch.version, indicator, held), outcome, tally)
                if progress is not None:
                    progress(tally.due, total, f"{indicator.key} {held.period.key}")
        notice_changes(actor, now, measuring, [(one.version, one.source) for one in waiting if one.source])
    for version, composite, held, outcome in measure_composites(history(), now, retry_now=retry_now, only=only):
        _record(actor, now, (version, composite, held), outcome, tally)
        if progress is not None:
            progress(tally.due, max(total, tally.due), f"{composite.key} {held.period.key}")
    tally.late = _count_late(now)
    return tally


def _record(
    actor: Actor, now: datetime, what: tuple[Version, Indicator, Claim], outcome: Outcome, tally: Tally
) -> None:
    tally.due += 1
    if outcome.error is None:
        try:
            tally.done += record_done(actor, now, what, outcome)
            return
        except (DataError, ValueError) as error:
            logger.error("%s could not be stored", what[1].key, exc_info=error)
            outcome = Outcome(outcome.definition_hash, error=_too_odd(what[1], error), seconds=outcome.seconds)
    tally.failed += record_failed(actor, now, what, outcome)


def _too_odd(indicator: Indicator, error: Exception) -> str:
    """Values that a database does not take, such as a unit of a thousand letters: this run fails, the others go on."""
    reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    columns = ", ".join(
        f"{name}: {said}" for name in ("unit", "channel", "segment") if (said := getattr(indicator, name))
    )
    return f"What {indicator.key} counted cannot be stored ({reason}). Look at the columns it groups by ({columns})."


def _waiting(now: datetime, *, retry_now: bool, only: tuple[str, str] | None) -> list[Batch]:
    """What may be claimed, in batches of at most BATCH_PERIODS periods, oldest due first."""
    found = history()
    query = select(DueCheck).where(claimable(now, retry_now=retry_now)).order_by(DueCheck.due_at, DueCheck.id)
    if only is not None:
        query = query.where(DueCheck.indicator_key == only[0], DueCheck.period_key == only[1])
    groups: dict[tuple[int, str | None, str], list[DueCheck]] = defaultdict(list)
    versions: dict[int, Version] = {}
    for check in db.session.execute(query).scalars():
        version = found.on(check.period_start)
        pair = version.indicators.get(check.indicator_key)
        if pair is None or not _is_read(version, pair[1]):
            continue
        versions[version.id] = version
        groups[version.id, pair[1].source, pair[1].period].append(check)
    batches = [
        Batch(versions[version_id], source, part)
        for (version_id, source, _), checks in groups.items()
        for part in _parts(checks)
    ]
    return sorted(batches, key=lambda batch: (batch.checks[0].due_at, batch.checks[0].id))


def _parts(checks: Sequence[DueCheck]) -> Iterable[list[DueCheck]]:
    """Checks cut so that no part spans more than BATCH_PERIODS periods."""
    periods = sorted({check.period_start for check in checks})
    for start in range(0, len(periods), BATCH_PERIODS):
        wanted = set(periods[start : start + BATCH_PERIODS])
        yield [check for check in checks if check.period_start in wanted]


def _is_read(version: Version, indicator: Indicator) -> bool:
    """Figures that people enter or systems push are never read by a run: their check waits for them.

    Those of a composite are made of its parts', after them.
    """
    return not isinstance(indicator, Composite) and not is_entered(version.charter, indicator)


def _claim(batch: Batch, now: datetime, *, retry_now: bool) -> list[tuple[Indicator, Claim]]:
    held = []
    for check in batch.checks:
        key, period = check.indicator_key, parse_period(check.period_key)
        taken = claim(check, period, now, retry_now=retry_now)
        if taken is not None:
            held.append((batch.version.indicators[key][1], taken))
    return held


def _count_late(now: datetime) -> int:
    open_states = (CheckState.DUE, CheckState.RUNNING, CheckState.FAILED)
    query = select(func.count()).where(DueCheck.state.in_(open_states), DueCheck.late_at <= now)
    return db.session.execute(query).scalar_one()
