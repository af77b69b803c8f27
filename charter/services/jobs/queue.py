"""Long work asked for on a page: asked here, done by a scheduler process (services/work/worker.py), looked at here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypedDict

from sqlalchemy import func, select

from charter.domain.vocabulary.errors import CharterError, Conflict, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import JobState
from charter.models.base import db
from charter.models.jobs import Job
from charter.services.records import audit_log
from charter.services.records.access import Access
from charter.services.records.transactions import transaction
from charter.sources.apart import Patience

Arguments = Mapping[str, Any]


class Progress(Protocol):
    """Tells how far the work is, and keeps its claim alive. Call it between transactions, never within one."""

    access: Access
    asked_at: datetime

    @property
    def patience(self) -> Patience:
        """What a process of its own is given for it."""

    def __call__(self, done: int, total: int, label: str = "") -> None: ...


OPEN_AT_MOST = 50
"""How many jobs one person may have waiting: more is a mistake of a program, not a wish."""


@dataclass(frozen=True)
class Kind:
    """One kind of long work. A claim that has not been renewed by progress for `lease` counts as dead; of one person
    `most` may wait."""

    permit: Callable[[Actor, Arguments], None]
    run: Callable[[Actor, datetime, Arguments, Progress], Mapping[str, Any]]
    lease: timedelta = timedelta(minutes=10)
    most: int = OPEN_AT_MOST


KINDS: dict[str, Kind] = {}
"""The kinds that this process knows, by name. They are registered at start (services/work/kinds.py)."""


def register_kinds(kinds: Mapping[str, Kind]) -> None:
    """Let long work of these kinds be asked for and done: called by the rooms upstairs that know how."""
    KINDS.update(kinds)


OPEN = (JobState.WAITING, JobState.RUNNING)
SHOWN = 50


def ask(actor: Actor, now: datetime, *, kind: str, arguments: Mapping[str, Any]) -> int:
    """Put a piece of work in the queue and return its number; asked twice before it has ended, it is the same one.

    Raises NotFound (no such kind), Conflict (too much waiting), and what the kind says of these arguments: NotAllowed,
    Invalid, NotFound, Conflict.
    """
    _kind(kind).permit(actor, arguments)
    if actor.user_id is None and not actor.is_operator:
        raise NotAllowed(
            "Background tasks are asked for by a person with an account, so that somebody gets their result."
        )
    with transaction():
        audit_log.hold()
        mine = select(Job).where(Job.person_id == actor.user_id, Job.asked_by == actor.name, Job.state.in_(OPEN))
        waiting = db.session.execute(mine.order_by(Job.id)).scalars().all()
        for job in waiting:
            if job.kind == kind and job.arguments == dict(arguments):
                return job.id
        if len(waiting) >= OPEN_AT_MOST or sum(job.kind == kind for job in waiting) >= _kind(kind).most:
            raise Conflict("You have asked for much already: wait until some of it has ended.")
        job = Job(
            kind=kind,
            arguments=dict(arguments),
            asked_by=actor.name,
            person_id=actor.user_id,
            asked_at=now,
            state=JobState.WAITING,
            next_try_at=now,
        )
        db.session.add(job)
        db.session.flush()
        facts = {"kind": kind, "arguments": dict(arguments), "person": actor.user_id}
        audit_log.record(actor, now, "job:ask", f"job {job.id}", after=facts)
        return job.id


class Done(TypedDict):
    """How far a piece of work is: so many of so many, and what it does now."""

    done: int | None
    total: int | None
    label: str | None


class JobLine(TypedDict):
    """A job as pages and programs read it."""

    number: int
    kind: str
    arguments: Arguments
    state: str
    asked_by: str
    asked_at: str
    tries: int
    next_try_at: str | None
    progress: Done
    result: Mapping[str, Any] | None
    failure: str | None
    said: Mapping[str, Any] | None
    ended_at: str | None
    has_ended: bool


class JobPage(JobLine):
    """A job, and how many come before it."""

    ahead: int


def job(actor: Actor, number: int) -> JobPage:
    """One piece of work for its asker, or for those who might have asked for it. Raises NotFound, NotAllowed."""
    found = db.session.get(Job, number)
    if found is None:
        raise NotFound("There is no job %(number)s.", number=number)
    if not _may_see(actor, found):
        raise NotAllowed("Job %(number)s is for those who asked for it, or who may ask for the same.", number=number)
    return {**_line(found), "ahead": _ahead(found)}


def jobs(actor: Actor) -> list[JobLine]:
    """The newest pieces of work that this actor may look at."""
    newest = db.session.execute(select(Job).order_by(Job.id.desc()).limit(SHOWN * 4)).scalars()
    return [_line(one) for one in newest if _may_see(actor, one)][:SHOWN]


def result_of(actor: Actor, kind: str, arguments: Arguments) -> Arguments | None:
    """What the same work came to that this actor asked for before, among the newest; None where there was none."""
    mine = (Job.person_id == actor.user_id) & (Job.asked_by == actor.name) & (Job.kind == kind)
    query = select(Job).where(mine, Job.state == JobState.DONE).order_by(Job.id.desc()).limit(5)
    same = (one.result for one in db.session.execute(query).scalars() if one.arguments == dict(arguments))
    return next(same, None)


def _line(one: Job) -> JobLine:
    return {
        "number": one.id,
        "kind": one.kind,
        "arguments": one.arguments,
        "state": one.state,
        "asked_by": one.asked_by,
        "asked_at": one.asked_at.isoformat(),
        "tries": one.tries,
        "next_try_at": one.next_try_at.isoformat() if one.state == JobState.WAITING and one.tries else None,
        "progress": {"done": one.progress_done, "total": one.progress_total, "label": one.progress_label},
        "result": one.result,
        "failure": one.failure,
        "said": one.said,
        "ended_at": None if one.ended_at is None else one.ended_at.isoformat(),
        "has_ended": one.state not in OPEN,
    }


def _ahead(one: Job) -> int:
    """How many pieces of work are done before it."""
    if one.state != JobState.WAITING:
        return 0
    before = select(func.count()).where(Job.state.in_(OPEN), Job.id < one.id)
    return db.session.execute(before).scalar_one()


def _may_see(actor: Actor, one: Job) -> bool:
    if actor.user_id is not None and actor.user_id == one.person_id:
        return True
    if actor.is_provider:
        return False
    try:
        _kind(one.kind).permit(actor, one.arguments)
    except NotAllowed:
        return False
    except CharterError:
        # The right is there; what was asked for may be over.
        return True
    return True


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound("There is no long work called %(name)s. There is: %(names)s.", name=name, names=sorted(KINDS))
    return KINDS[name]
