"""Doing the long work that was asked for: claimed like checks, told as it goes, taken over from a dead process."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from charter.domain.errors import CharterError, NotAllowed, Sentence
from charter.domain.permissions import Actor, require
from charter.domain.sentences import columns_of
from charter.domain.terms import JobState, Permission
from charter.models.base import db
from charter.models.jobs import Job
from charter.services import accounts, audit
from charter.services.faults import as_refusal
from charter.services.job_kinds import KINDS
from charter.services.marks import marked
from charter.services.measuring import Access
from charter.services.transactions import rows_changed, transaction

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

    job_id: int
    token: str
    lease: timedelta
    clock: Clock
    access: Access
    is_stopping: Callable[[], bool]
    told_at: datetime | None = None

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
        # A connection of its own: the work's session is left as it is.
        with db.engine.begin() as connection:
            kept = connection.execute(
                update(Job)
                .where(Job.id == self.job_id, Job.lease_token == self.token, Job.state == JobState.RUNNING)
                .values(lease_until=now + self.lease, **figures)
            )
        if kept.rowcount != 1:
            raise Abandoned("another process has taken this work over")


def run_jobs(actor: Actor, clock: Clock, access: Access, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Do everything that waits, first asked first done; returns how many pieces were taken in hand.

    Any number of processes may do this at once: each job is claimed by one.
    """
    require(actor, Permission.RUN_CHECK)
    taken = 0
    while not is_stopping():
        found = _claim_next(clock(), actor)
        if found is None:
            break
        taken += 1
        number, token = found
        with marked(job=number):
            _work(actor, Telling(number, token, _lease_of(number), clock, access, is_stopping))
    return taken


def _claimable(now: datetime) -> ColumnElement[bool]:
    waiting = and_(Job.state == JobState.WAITING, Job.next_try_at <= now)
    dead = and_(Job.state == JobState.RUNNING, Job.lease_until < now)
    return or_(waiting, dead)


def _claim_next(now: datetime, actor: Actor) -> tuple[int, str] | None:
    """The oldest job that waits, or whose process died, as ours; None if there is none."""
    columns = (Job.id, Job.state, Job.kind, Job.tries)
    for row in db.session.execute(select(*columns).where(_claimable(now)).order_by(Job.id)).all():
        if row.tries >= MOST_TRIES:
            _give_up(actor, row.id, now)
            continue
        token = str(uuid.uuid4())
        lease = KINDS[row.kind].lease if row.kind in KINDS else timedelta(minutes=1)
        with transaction():
            taken = rows_changed(
                update(Job)
                .where(Job.id == row.id, _claimable(now))
                .values(state=JobState.RUNNING, lease_token=token, lease_until=now + lease, tries=Job.tries + 1)
            )
            if taken == 1 and row.state == JobState.RUNNING:
                audit.record(actor, now, "job:take-over", f"job {row.id}", after={"tries": row.tries + 1})
        if taken == 1:
            if row.state == JobState.RUNNING:
                logger.warning("job %s: the process that did it ended without a word; taken over", row.id)
            return row.id, token
    return None


def _lease_of(number: int) -> timedelta:
    kind = db.session.execute(select(Job.kind).where(Job.id == number)).scalar_one()
    return KINDS[kind].lease if kind in KINDS else timedelta(minutes=1)


def _give_up(actor: Actor, number: int, now: datetime) -> None:
    """A job whose process died each time is not tried for ever."""
    with transaction():
        told = columns_of(
            Sentence(
                "The process that did this work ended without a word %(count)s times. The log of the server says why.",
                count=MOST_TRIES,
            ),
            "failure",
        )
        ended = update(Job).where(Job.id == number, _claimable(now), Job.tries >= MOST_TRIES)
        if rows_changed(ended.values(state=JobState.FAILED, ended_at=now, lease_token=None, **told)) == 1:
            audit.record(actor, now, "job:fail", f"job {number}", after={"failure": told["failure"]})


def _work(actor: Actor, telling: Telling) -> None:
    """One job to its end: done, failed with a sentence, to be tried again, or put back."""
    found = db.session.get_one(Job, telling.job_id)
    kind, arguments, tries = found.kind, found.arguments, found.tries
    try:
        asker = _asker(found)
        if kind not in KINDS:
            raise NotAllowed("This version of Promesse does not know the work %(kind)s.", kind=kind)
        KINDS[kind].permit(asker, arguments)
        result = KINDS[kind].run(asker, telling.clock(), arguments, telling)
    except Abandoned as why:
        db.session.rollback()
        logger.info("job %s left: %s", telling.job_id, why)
        _settle(telling, state=JobState.WAITING, next_try_at=telling.clock(), tries=tries - 1)
    except CharterError as error:
        db.session.rollback()
        _end(actor, telling, JobState.FAILED, failure=error.sentence)
    except Exception as error:
        db.session.rollback()
        logger.exception("job %s (%s) broke off", telling.job_id, kind)
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
        return Sentence("The work broke off: %(reason)s. Look at the disk and the rights of the server.", reason=reason)
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
    _settle(telling, state=JobState.WAITING, next_try_at=next_try, **columns_of(told, "failure"))


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
        if _settled(telling, state=state, ended_at=now, result=result, **why):
            facts = {"failure": why["failure"]} if result is None else {"result": result}
            verb = "job:done" if state is JobState.DONE else "job:fail"
            audit.record(actor, now, verb, f"job {telling.job_id}", after=facts)


def _settle(telling: Telling, **changes: Any) -> None:
    with transaction():
        _settled(telling, **changes)


def _settled(telling: Telling, **changes: Any) -> bool:
    """Write the outcome within the caller's transaction, only if the claim is still ours."""
    ours = (Job.id == telling.job_id) & (Job.lease_token == telling.token) & (Job.state == JobState.RUNNING)
    return rows_changed(update(Job).where(ours).values(lease_token=None, lease_until=None, **changes)) == 1
