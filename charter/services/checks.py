"""Running the checks that are due: claim, measure outside any transaction, record all or nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.exc import DataError

from charter.domain.charter_file.indicators import Indicator
from charter.domain.errors import Sentence
from charter.domain.permissions import Actor, require
from charter.domain.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters import history
from charter.services.claiming import Claim, Taking, claim_all, give_back
from charter.services.composites import measure_composites
from charter.services.due import make_due
from charter.services.marks import marked
from charter.services.measuring import Access, Measuring, Outcome
from charter.services.rechecks import notice_changes
from charter.services.recording import Found, record_all, record_failed
from charter.services.waiting import Batch, Only, waiting_batches

RECORDED_AT_ONCE = 50
"""How many checks share one commit: what a crash undoes is counted again, and a commit is the dearest of statements."""

Progress = Callable[[int, int, str], None]

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What one call did: checks due, done, failed; and how many are late after it."""

    due: int = 0
    done: int = 0
    failed: int = 0
    late: int = 0


def run_due(
    actor: Actor,
    now: datetime,
    access: Access,
    *,
    retry_now: bool = False,
    only: Only | None = None,
    progress: Progress | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Tally:
    """Run every check that is due at `now`, oldest first; one that fails is recorded and the others go on.

    Any number of processes may do this at once: each check is claimed by one. `retry_now`: failed ones do not wait.
    `only`: the check of one indicator and period. A process that is stopping begins no other batch.
    """
    require(actor, Permission.RUN_CHECK)
    make_due(history(), now)
    running = Running(actor, Taking(now, now, access.lease, retry_now, actor), progress or _silent)
    batches = waiting_batches(history(), running.how, only=only)
    running.total = sum(len(batch.checks) for batch in batches)
    with Measuring(access) as measuring:
        for batch in batches:
            if is_stopping():
                return running.tally
            running.run(measuring, batch, is_stopping)
        notice_changes(actor, now, measuring, [(one.version, one.source) for one in batches if one.source])
    for version, composite, held, outcome in measure_composites(history(), running.taking(), only=only):
        running.record([(version, composite, held, outcome)])
    running.tally.late = _count_late(now)
    return running.tally


def _silent(done: int, total: int, label: str) -> None:
    """Nobody looks."""


class Running:
    """One call of `run_due`: who runs, how claims are made, what was done so far."""

    def __init__(self, actor: Actor, how: Taking, progress: Progress) -> None:
        self.actor, self.how, self.progress = actor, how, progress
        self.tally, self.total = Tally(), 0
        self._started = time.monotonic()

    def taking(self) -> Taking:
        """How claims are made now: their lease begins now, not when the call began."""
        return replace(self.how, at=self.how.now + timedelta(seconds=time.monotonic() - self._started))

    def run(self, measuring: Measuring, batch: Batch, is_stopping: Callable[[], bool]) -> None:
        """One batch: claimed together, measured together, recorded in parts."""
        wanted = [(check, check.period, batch.version.id) for check in batch.checks]
        taken = claim_all(wanted, self.taking())
        claims = [(check.indicator, taken[check.id]) for check in batch.checks if check.id in taken]
        with marked(claim=claims[0][1].token if claims else None):
            outcomes = measuring.measure(batch.version, batch.source, claims, self.how.now)
            left = {held for _, held in claims}
            for part in _parts(outcomes, RECORDED_AT_ONCE):
                self.record([(batch.version, indicator, held, outcome) for indicator, held, outcome in part])
                left -= {held for _, held, _ in part}
                if is_stopping():
                    give_back(left)
                    return

    def record(self, found: Sequence[Found]) -> None:
        """What was found, in one transaction; where it cannot be stored, each by itself, so that one fails alone."""
        good = [one for one in found if one[3].error is None]
        try:
            self.tally.done += record_all(self.actor, self.how.now, good) if good else 0
        except (DataError, ValueError) as error:
            if len(good) > 1:
                for one in good:
                    self.record([one])
            else:
                logger.error("%s could not be stored", good[0][1].key, exc_info=error)
                self._fail(replace_error(good[0], error))
            good = []
        for one in found:
            if one[3].error is not None:
                self._fail(one)
        for _, indicator, held, _ in good:
            self._count(indicator, held)

    def _fail(self, found: Found) -> None:
        version, indicator, held, outcome = found
        self.tally.failed += record_failed(self.actor, self.how.now, (version, indicator, held), outcome)
        self._count(indicator, held)

    def _count(self, indicator: Indicator, held: Claim) -> None:
        self.tally.due += 1
        self.progress(self.tally.due, max(self.total, self.tally.due), f"{indicator.key} {held.period.key}")


def _parts(
    outcomes: Iterator[tuple[Indicator, Claim, Outcome]], size: int
) -> Iterable[list[tuple[Indicator, Claim, Outcome]]]:
    while part := list(islice(outcomes, size)):
        yield part


def replace_error(found: Found, error: Exception) -> Found:
    """What could not be stored, as a failure with its sentence."""
    version, indicator, held, outcome = found
    failure = Outcome(outcome.definition_hash, error=_too_odd(indicator, error), seconds=outcome.seconds)
    return version, indicator, held, failure


def _too_odd(indicator: Indicator, error: Exception) -> Sentence:
    """Values that a database does not take, such as a unit of a thousand letters: this run fails, the others go on."""
    reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    parts = {
        "unit": Sentence("unit: %(columns)s", columns=indicator.unit),
        "channel": Sentence("channel: %(columns)s", columns=indicator.channel),
        "segment": Sentence("segment: %(columns)s", columns=indicator.segment),
    }
    return Sentence(
        "What %(indicator)s counted cannot be stored (%(reason)s). Look at the columns it groups by (%(columns)s).",
        indicator=indicator.key,
        reason=reason,
        columns=[said for name, said in parts.items() if getattr(indicator, name)],
    )


def _count_late(now: datetime) -> int:
    open_states = (CheckState.DUE, CheckState.RUNNING, CheckState.FAILED)
    query = select(func.count()).where(DueCheck.state.in_(open_states), DueCheck.late_at <= now)
    return db.session.execute(query).scalar_one()
