"""Who holds a due check: taken by a conditional update, kept for a lease, taken over when its process is dead."""

from __future__ import annotations

import os
import platform
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, or_, select, update

from charter.domain.check_state import LEASE, MOST_TRIES, is_beyond
from charter.domain.errors import Sentence
from charter.domain.periods import Period
from charter.domain.permissions import SCHEDULER, Actor
from charter.domain.sentences import columns_of
from charter.domain.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Run
from charter.services import audit
from charter.services.transactions import rows_changed, transaction

AT_ONCE = 500
"""How many checks one statement takes: more would meet the engines' limits on what a statement may name."""


@dataclass(frozen=True)
class Claim:
    """A due check that this process holds until its lease ends."""

    check_id: int
    token: str
    period: Period
    completes: bool = False
    """The check is done; only what was pending is counted again."""


@dataclass(frozen=True)
class Taking:
    """How claims are made: what is due by `now`; `at` is the instant of the claim itself, later in a long tick."""

    now: datetime
    at: datetime
    lease: timedelta = LEASE
    retry_now: bool = False
    by: Actor = SCHEDULER


class Claimable(Protocol):
    """A row of a due check, or as much of it as a claim needs."""

    @property
    def id(self) -> int: ...
    @property
    def indicator_key(self) -> str: ...
    @property
    def period_key(self) -> str: ...


def claimable(now: datetime, *, retry_now: bool = False, at: datetime | None = None) -> ColumnElement[bool]:
    """Due and never tried, failed and due again, held by a process whose lease has ended, or done with cases pending.

    `retry_now`: a person asks, so a failed check need not wait for its next try, nor has it been tried too often.
    A lease that ends later than any lease can was written by a clock that has been set back since: it holds nothing.
    """
    instant = at or now
    waiting = DueCheck.state == CheckState.DUE
    failed = DueCheck.state == CheckState.FAILED
    if not retry_now:
        is_time = or_(DueCheck.next_try_at <= now, DueCheck.next_try_at > is_beyond(now))
        failed = and_(failed, is_time, DueCheck.lapsed_at > now, DueCheck.tries < MOST_TRIES)
    dead = and_(DueCheck.state == CheckState.RUNNING, _is_dead(instant))
    pending = and_(
        DueCheck.state == CheckState.DONE,
        DueCheck.again_at <= now,
        or_(DueCheck.lease_until.is_(None), _is_dead(instant)),
    )
    return and_(DueCheck.due_at <= now, or_(waiting, failed, dead, pending))


def _is_dead(at: datetime) -> ColumnElement[bool]:
    return or_(DueCheck.lease_until < at, DueCheck.lease_until > is_beyond(at))


def claim(check: Claimable, period: Period, now: datetime, *, retry_now: bool = False) -> Claim | None:
    """Take one check, or None if another process was first: only who changes exactly one row goes on."""
    held = claim_all([(check, period, 0)], Taking(now, now, retry_now=retry_now))
    return held.get(check.id)


def claim_all(wanted: Sequence[tuple[Claimable, Period, int]], how: Taking) -> Mapping[int, Claim]:
    """Take checks (with their period and the version that holds them) that no living process holds, by their row.

    One short transaction; of two processes that ask at once, each check goes to one. What a dead process left is
    taken over, and the log of runs says so; a check whose process died each time is failed, and asks for a person.
    """
    held: dict[int, Claim] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        with transaction():
            held |= _claim_part(part, how)
    return held


def _claim_part(wanted: Sequence[tuple[Claimable, Period, int]], how: Taking) -> Mapping[int, Claim]:
    rows = {check.id: (check, period, version) for check, period, version in wanted}
    token = str(uuid.uuid4())
    may_be = claimable(how.now, retry_now=how.retry_now, at=how.at)
    # PostgreSQL locks them, and skips what another process is taking: two of them never wait for each other.
    locked = select(DueCheck.id).where(DueCheck.id.in_(rows), may_be).order_by(DueCheck.id)
    ids = db.session.execute(locked.with_for_update(skip_locked=True)).scalars().all()
    if not ids:
        return {}
    free = and_(DueCheck.id.in_(ids), may_be)
    ours: dict[str, Any] = {"lease_token": token, "lease_until": how.at + how.lease, "tries": DueCheck.tries + 1}
    took = update(DueCheck).execution_options(synchronize_session=False)
    # What a dead process held, first: its name still stands in the row.
    running = and_(free, DueCheck.state == CheckState.RUNNING)
    columns = (DueCheck.id, DueCheck.tries, DueCheck.held_by, DueCheck.held_since)
    dead = db.session.execute(took.where(running).values(ours).returning(*columns)).all()
    again = took.where(free, DueCheck.state == CheckState.DONE).values(ours | {"tries": DueCheck.tries})
    completed = set(db.session.execute(again.returning(DueCheck.id)).scalars())
    fresh = took.where(free, DueCheck.state.in_((CheckState.DUE, CheckState.FAILED)))
    taken = set(db.session.execute(fresh.values(ours | {"state": CheckState.RUNNING}).returning(DueCheck.id)).scalars())
    lost = {one.id for one in dead if one.tries > MOST_TRIES and not how.retry_now}
    _tell(how, rows, dead, lost)
    mine = (taken | completed | {one.id for one in dead}) - lost
    if mine:
        named = took.where(DueCheck.id.in_(mine)).values(held_by=holder(how.by), held_since=how.at)
        db.session.execute(named)
    return {
        row: Claim(row, token, period, completes=row in completed)
        for row, (_, period, _) in rows.items()
        if row in mine
    }


def holder(actor: Actor) -> str:
    """Who holds a claim, as the log of runs says it: the actor, the machine and its process."""
    return f"{actor.name} ({platform.node()}, process {os.getpid()})"[:200]


def _tell(how: Taking, rows: Mapping[int, Any], dead: Iterable[Any], lost: set[int]) -> None:
    """A run for each dead process's claim; those whose process always dies are failed, and wait for a person."""
    for one in dead:
        check, _, version = rows[one.id]
        since = one.held_since.isoformat(timespec="seconds") if one.held_since else "?"
        said = _said(one.held_by or "?", since, is_lost=one.id in lost)
        if version:
            db.session.add(_abandoned(how, check, version, one.held_by or "?", said))
        facts = {"held_by": one.held_by, "since": since, "given_up": one.id in lost}
        audit.record(how.by, how.at, "check:take-over", f"{check.indicator_key} {check.period_key}", after=facts)
        if one.id in lost:
            failed = update(DueCheck).where(DueCheck.id == one.id)
            values = {"state": CheckState.FAILED, "lease_token": None, "lease_until": None, **columns_of(said, "note")}
            db.session.execute(failed.values(values).execution_options(synchronize_session=False))


def _said(held_by: str, since: str, *, is_lost: bool) -> Sentence:
    if is_lost:
        return Sentence(
            "The process that held this check ended without a word (%(who)s, since %(since)s)."
            " It is tried no more: ask for it by hand.",
            who=held_by,
            since=since,
        )
    return Sentence(
        "The process that held this check ended without a word (%(who)s, since %(since)s)."
        " Another one has taken it over.",
        who=held_by,
        since=since,
    )


def _abandoned(how: Taking, check: Claimable, version: int, held_by: str, said: Sentence) -> Run:
    return Run(
        indicator_key=check.indicator_key,
        period_key=check.period_key,
        version_id=version,
        outcome="abandoned",
        **columns_of(said, "error"),
        as_of=how.at,
        seconds=0.0,
        definition_hash="",
        started_by=held_by,
    )


def settle(held: Claim, **changes: Any) -> bool:
    """Write the outcome within the caller's transaction, only if the lease is still ours."""
    ours = (DueCheck.id == held.check_id, *_ours(held.token))
    return rows_changed(update(DueCheck).where(*ours).values(FREE | changes)) == 1


def settle_all(claims: Sequence[Claim], **changes: Any) -> set[int]:
    """As `settle`, for claims made together; the rows that were still ours."""
    found: set[int] = set()
    for token in {held.token for held in claims}:
        ids = [held.check_id for held in claims if held.token == token]
        query = update(DueCheck).where(DueCheck.id.in_(ids), *_ours(token)).values(FREE | changes)
        done = db.session.execute(query.returning(DueCheck.id).execution_options(synchronize_session=False))
        found.update(done.scalars())
    return found


FREE: dict[str, Any] = {"lease_token": None, "lease_until": None, "held_by": None, "held_since": None}


def _ours(token: str) -> tuple[ColumnElement[bool], ...]:
    # The states that are not, rather than those that are: SQLite would read every done check there is by their index.
    others = [state for state in CheckState if state not in (CheckState.RUNNING, CheckState.DONE)]
    return DueCheck.lease_token == token, DueCheck.state.not_in(others)


def give_back(claims: Iterable[Claim]) -> None:
    """What was taken and not begun is free again: this process is asked to stop."""
    ids = [(held.check_id, held.token) for held in claims]
    if not ids:
        return
    with transaction():
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            mine = and_(
                DueCheck.id.in_([one for one, _ in part]), DueCheck.lease_token.in_({token for _, token in part})
            )
            running = update(DueCheck).where(mine, DueCheck.state == CheckState.RUNNING)
            freed = FREE | {"state": CheckState.DUE, "tries": DueCheck.tries - 1}
            db.session.execute(running.values(freed).execution_options(synchronize_session=False))
            done = update(DueCheck).where(mine, DueCheck.state == CheckState.DONE).values(FREE)
            db.session.execute(done.execution_options(synchronize_session=False))
