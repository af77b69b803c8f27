"""Doing the long work that was asked for: claimed like checks, told as it goes, taken over from a dead process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from charter.domain.vocabulary.errors import CharterError, NotAllowed, Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.sentences import columns_of
from charter.domain.vocabulary.terms import JobState, Permission
from charter.models.base import db
from charter.models.jobs import Job
from charter.services.jobs.queue import KINDS
from charter.services.jobs.sendings import forget_old
from charter.services.people import accounts
from charter.services.records import audit_log, leases
from charter.services.records.access import Access
from charter.services.records.audit_log import log_context
from charter.services.records.leases import Held
from charter.services.records.transactions import as_refusal, transaction
from charter.services.work import kinds, sent  # noqa: F401  (they register the kinds of long work)
from charter.sources.apart import Patience

MOST_TRIES = 5
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
TOLD_EVERY = timedelta(seconds=1)
"""Progress is written at most that often: a bar that moves is worth a little writing, not a lot."""

Clock = Callable[[], datetime]

logger = logging.getLogger(__name__)


class Abandoned(BaseException):
    """The work stops here: its claim went to another process, or this process is asked to stop."""


@dataclass
class Telling:
    """The progress of one job, and the life of its claim; work that is told to stop stops at its next word."""

    held: Held
    lease: timedelta
    clock: Clock
    access: Access
    is_stopping: Callable[[], bool]
    asked_at: datetime
    told_at: datetime | None = None

    @property
    def patience(self) -> Patience:
        """Rows that a process of its own has seen are the progress of the work."""
        return Patience(told=self)

    def __call__(self, done: int, total: int, label: str = "") -> None:
        """Write how far it is and renew the claim. Raises Abandoned. Never call it within a transaction."""
        if self.is_stopping():
            raise Abandoned("this process is asked to stop")
        now = self.clock()
        is_early = self.told_at is not None and self.told_at <= now < self.told_at + TOLD_EVERY
        if is_early and done < total:
            return
        self.told_at = now
        figures = {"progress_done": done, "progress_total": total, "progress_label": label[:200]}
        if not leases.renew(self.held, now + self.lease, **figures):
            raise Abandoned("another process has taken this work over")


def run_jobs(actor: Actor, clock: Clock, access: Access, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Do everything that waits, first asked first done; returns how many pieces were taken in hand.

    Any number of processes may do this at once: each job is claimed by one.
    """
    require(actor, Permission.RUN_CHECK)
    forget_old(access, clock())
    taken = 0
    while not is_stopping():
        found = claim_next(clock(), actor)
        if found is None:
            break
        taken += 1
        held, lease = found
        with log_context(job=held.id):
            asked_at = db.session.get_one(Job, held.id).asked_at
            _work(actor, Telling(held, lease, clock, access, is_stopping, asked_at))
    return taken


def claim_next(now: datetime, actor: Actor) -> tuple[Held, timedelta] | None:
    """The oldest job that waits, or whose process died, as ours, and the lease of its kind; None if there is none."""
    # By a number that is worked out: by that of the table, an engine would go through all the jobs there ever were.
    oldest = select(Job.id, Job.state, Job.kind, Job.tries).order_by(Job.id + 0)
    is_due = leases.is_due(Job, JobState.WAITING, now)
    while True:
        with transaction():
            found = leases.take_first(Job, oldest, is_due, lambda row: now + _lease_of(row.kind))
            if found is None:
                return None
            row, held = found
            is_left, is_lost = row.state == JobState.RUNNING, row.tries >= MOST_TRIES
            if is_left and not is_lost:
                audit_log.record(actor, now, "job:take-over", f"job {held.id}", after={"tries": row.tries + 1})
        if is_lost:
            _give_up(actor, held, now)
            continue
        if is_left:
            logger.warning("job %s: the process that did it ended without a word; taken over", held.id)
        return held, _lease_of(row.kind)


def _lease_of(kind: str) -> timedelta:
    return KINDS[kind].lease if kind in KINDS else timedelta(minutes=1)


def _give_up(actor: Actor, held: Held, now: datetime) -> None:
    """A job whose process died each time is not tried for ever."""
    with transaction():
        told = columns_of(
            Sentence(
                "The process that did this work ended without a word %(count)s times. The log of the server says why.",
                count=MOST_TRIES,
            ),
            "failure",
        )
        if leases.settle(held, state=JobState.FAILED, ended_at=now, tries=MOST_TRIES, **told):
            audit_log.record(actor, now, "job:fail", f"job {held.id}", after={"failure": told["failure"]})


def _work(actor: Actor, telling: Telling) -> None:
    """One job to its end: done, failed with a sentence, to be tried again, or put back."""
    found = db.session.get_one(Job, telling.held.id)
    kind, arguments, tries = found.kind, found.arguments, found.tries
    try:
        asker = _asker(found)
        if kind not in KINDS:
            raise NotAllowed("This version of Promesse does not know the work %(kind)s.", kind=kind)
        KINDS[kind].permit(asker, arguments)
        result = KINDS[kind].run(asker, telling.clock(), arguments, telling)
    except Abandoned as why:
        db.session.rollback()
        logger.info("job %s left: %s", telling.held.id, why)
        with transaction():
            leases.give_back([telling.held], state=JobState.WAITING, next_try_at=telling.clock())
    except CharterError as error:
        db.session.rollback()
        _end(actor, telling, JobState.FAILED, failure=error.sentence)
    except Exception as error:
        db.session.rollback()
        logger.exception("job %s (%s) broke off", telling.held.id, kind)
        _try_again(actor, telling, tries, _sentence(error))
    else:
        _end(actor, telling, JobState.DONE, result=dict(result))


def _asker(found: Job) -> Actor:
    """Who asked, with the rights they have now. Raises NotAllowed where the account is closed."""
    if found.person_id is None:
        return Actor(name=found.asked_by, role=None, is_operator=True)
    person = accounts.person(found.person_id)
    if person is None:
        raise NotAllowed("The account of %(who)s, who asked for this, is closed.", who=found.asked_by)
    return person


def _sentence(error: Exception) -> Sentence:
    refusal = as_refusal(error)
    if refusal is not None:
        return refusal.sentence
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return Sentence("The task broke off: %(reason)s. Check the disk and the rights of the server.", reason=reason)
    return Sentence(
        "The work broke off (%(kind)s: %(reason)s). The log of the server says where.",
        kind=type(error).__name__,
        reason=str(error),
    )


def _try_again(actor: Actor, telling: Telling, tries: int, told: Sentence) -> None:
    """What broke off may pass: tried again after a while, and given up after MOST_TRIES."""
    if tries >= MOST_TRIES:
        _end(actor, telling, JobState.FAILED, failure=told)
        return
    next_try = telling.clock() + BACK_OFF[min(tries, len(BACK_OFF)) - 1]
    with transaction():
        leases.settle(telling.held, state=JobState.WAITING, next_try_at=next_try, **columns_of(told, "failure"))


def _end(
    actor: Actor,
    telling: Telling,
    state: JobState,
    *,
    failure: Sentence | None = None,
    result: dict[str, Any] | None = None,
) -> None:
    now, why = telling.clock(), columns_of(failure, "failure")
    with transaction():
        if leases.settle(telling.held, state=state, ended_at=now, result=result, **why):
            facts = {"failure": why["failure"]} if result is None else {"result": result}
            verb = "job:done" if state is JobState.DONE else "job:fail"
            audit_log.record(actor, now, verb, f"job {telling.held.id}", after=facts)
