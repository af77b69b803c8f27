"""Running the checks that are due, then composites: claim, measure outside any transaction, record all or nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.exc import DataError

from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters.versions import history
from charter.services.checks.composites import measure_composites
from charter.services.checks.measuring import Measuring
from charter.services.checks.recording import Found, record_all, record_failed
from charter.services.checks.results import Counted, Outcome
from charter.services.checks.source_changes import notice_changes
from charter.services.records.access import Access
from charter.services.records.audit_log import log_context
from charter.services.records.workers import reading_much
from charter.services.schedule.claims import (
    Batch,
    Claim,
    Only,
    Taking,
    Wanted,
    claim_all,
    due_batches,
    give_back,
    read_elsewhere,
)
from charter.services.schedule.due import make_due

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


@reading_much()
def run_due(
    actor: Actor,
    now: datetime,
    access: Access,
    *,
    retry_now: bool = False,
    only: Only | None = None,
    progress: Progress | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
    is_one_of_many: bool = False,
) -> Tally:
    """Run every check that is due at `now`, oldest first; one that fails is recorded and the others go on.

    Any number of processes may do this at once: each check is claimed by one. `retry_now`: failed ones do not wait.
    `only`: the check of one indicator and period. A process that is stopping begins no other batch. `is_one_of_many`:
    others work beside it, and a source that one of them reads is left to that one: a slow one holds up nobody else.
    """
    require(actor, Permission.RUN_CHECK)
    make_due(history(), now)
    running = Running(actor, Taking(now, now, access.lease, retry_now, actor), progress or _silent)
    batches = due_batches(history(), running.how, only=only)
    running.total = sum(len(batch.checks) for batch in batches)
    with Measuring(access) as measuring:
        read, left = list[Batch](), list(batches)
        while batch := running.next_of(left, is_one_of_many=is_one_of_many):
            if is_stopping():
                return running.tally
            running.run(measuring, batch, is_stopping)
            read.append(batch)
        read = [one for one in read if one.source and not measuring.has_given_up(one.version, one.source)]
        notice_changes(actor, now, measuring, [(one.version, one.source) for one in read if one.source])
    for made in measure_composites(history(), running.taking(), only=only):
        running.record([made])
    running.tally.late = _count_late(now)
    return running.tally


def sources_waiting(now: datetime, access: Access) -> int:
    """How many sources have checks that are due and that no process reads now."""
    found = history()
    make_due(found, now)
    due = {(one.version.id, one.source) for one in due_batches(found, Taking(now, now, access.lease))}
    return len(due - read_elsewhere(found, now))


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

    def next_of(self, left: list[Batch], *, is_one_of_many: bool) -> Batch | None:
        """The oldest batch, taken out of those that are left; None where others read what is left."""
        elsewhere = read_elsewhere(history(), self.taking().at) if is_one_of_many and left else set()
        found = next((one for one in left if (one.version.id, one.source) not in elsewhere), None)
        if found is not None:
            left.remove(found)
        return found

    def run(self, measuring: Measuring, batch: Batch, is_stopping: Callable[[], bool]) -> None:
        """One batch: claimed together, measured together, recorded in parts, the periods of an indicator one after the
        other: what a chart rests on is then read once, not for each period."""
        wanted = [Wanted(check, check.period, batch.version.id) for check in batch.checks]
        taken = claim_all(wanted, self.taking())
        ordered = sorted(batch.checks, key=lambda check: (check.indicator_key, check.period_start))
        claims = [(check.indicator, taken[check.id]) for check in ordered if check.id in taken]
        with log_context(claim=claims[0][1].token if claims else None):
            outcomes = measuring.measured(batch.version, batch.source, claims, self.how.now)
            left = {held for _, held in claims}
            with _given_back(left):
                for part in _parts(outcomes, RECORDED_AT_ONCE):
                    self.record([Found(batch.version, *one) for one in part])
                    left -= {held for _, held, _ in part}
                    if is_stopping():
                        give_back(left)
                        return

    def record(self, found: Sequence[Found]) -> None:
        """What was found, in one transaction; where it cannot be stored, each by itself, so that one fails alone."""
        good = [one for one in found if one.outcome.error is None]
        try:
            self.tally.done += record_all(self.actor, self.how.now, good) if good else 0
        except (DataError, ValueError) as error:
            if len(good) > 1:
                for one in good:
                    self.record([one])
            else:
                logger.error("%s could not be stored", good[0].indicator.key, exc_info=error)
                self._fail(replace_error(good[0], error))
            good = []
        for one in found:
            if one.outcome.error is not None:
                self._fail(one)
        for _, indicator, held, _ in good:
            self._count(indicator, held)

    def _fail(self, found: Found) -> None:
        self.tally.failed += record_failed(self.actor, self.how.now, found)
        self._count(found.indicator, found.held)

    def _count(self, indicator: Indicator, held: Claim) -> None:
        self.tally.due += 1
        self.progress(self.tally.due, max(self.total, self.tally.due), f"{indicator.key} {held.period.key}")


@contextmanager
def _given_back(left: Collection[Claim]) -> Iterator[None]:
    """What is left of claims is free at once where the work is told to stop in its midst; a fault keeps them held."""
    try:
        yield
    except Exception:
        raise
    except BaseException:
        db.session.rollback()
        give_back(left)
        raise


def _parts(outcomes: Iterable[Counted], size: int) -> Iterable[list[Counted]]:
    left = iter(outcomes)
    while part := list(islice(left, size)):
        yield part


def replace_error(found: Found, error: Exception) -> Found:
    """What could not be stored, as a failure with its sentence."""
    seconds = found.outcome.seconds
    failure = Outcome(found.outcome.definition_hash, error=_too_odd(found.indicator, error), seconds=seconds)
    return found._replace(outcome=failure)


def _too_odd(indicator: Indicator, error: Exception) -> Sentence:
    """Values that a database does not take, such as a unit of a thousand letters: this run fails, the others go on."""
    reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
    parts = {
        "unit": Sentence("unit: %(columns)s", columns=indicator.unit),
        "channel": Sentence("channel: %(columns)s", columns=indicator.channel),
        "segment": Sentence("segment: %(columns)s", columns=indicator.segment),
    }
    return Sentence(
        "The count of %(indicator)s cannot be stored (%(reason)s). Check the columns it groups by (%(columns)s).",
        indicator=indicator.key,
        reason=reason,
        columns=[said for name, said in parts.items() if getattr(indicator, name)],
    )


def _count_late(now: datetime) -> int:
    open_states = (CheckState.DUE, CheckState.RUNNING, CheckState.FAILED)
    query = select(func.count()).where(DueCheck.state.in_(open_states), DueCheck.late_at <= now)
    return db.session.execute(query).scalar_one()
