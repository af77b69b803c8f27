"""Who holds a due check: what may be claimed, what is told of the dead, and what is given back (see leases.py).

What waits to be run: due checks in batches that are measured together, oldest due first.
"""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, and_, or_, select

from charter.domain.charter_file.entered_sources import is_entered
from charter.domain.charter_file.indicators import Composite, Indicator
from charter.domain.checks.deadlines import LEASE, MOST_TRIES
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import SCHEDULER, Actor
from charter.domain.vocabulary.sentences import columns_of
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.records import Run
from charter.services.charters.versions import History, Version
from charter.services.records import audit_log, leases
from charter.services.records.leases import AT_ONCE, Held
from charter.services.records.transactions import transaction


@dataclass(frozen=True)
class Claim(Held):
    """A due check that this process holds until its lease ends."""

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
    """
    instant = at or now
    waiting = DueCheck.state == CheckState.DUE
    failed = DueCheck.state == CheckState.FAILED
    if not retry_now:
        is_time = leases.has_come(DueCheck, now)
        failed = and_(failed, is_time, DueCheck.lapsed_at > now, DueCheck.tries < MOST_TRIES)
    is_free = leases.is_free(DueCheck, instant)
    dead = and_(DueCheck.state == CheckState.RUNNING, is_free)
    pending = and_(DueCheck.state == CheckState.DONE, DueCheck.again_at <= now, is_free)
    return and_(DueCheck.due_at <= now, or_(waiting, failed, dead, pending))


class Wanted(NamedTuple):
    """A check to take, with its period and the number of the version that holds it (0: of none)."""

    check: Claimable
    period: Period
    version: int


def claim(check: Claimable, period: Period, now: datetime, *, retry_now: bool = False) -> Claim | None:
    """Take one check, or None if another process was first: only who changes exactly one row goes on."""
    held = claim_all([Wanted(check, period, 0)], Taking(now, now, retry_now=retry_now))
    return held.get(check.id)


def claim_all(wanted: Sequence[Wanted], how: Taking) -> Mapping[int, Claim]:
    """Take checks that no living process holds, by their row.

    One short transaction; of two processes that ask at once, each check goes to one. What a dead process left is
    taken over, and the log of runs says so; a check whose process died each time is failed, and asks for a person.
    """
    held: dict[int, Claim] = {}
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        with transaction():
            held |= _claim_part(part, how)
    return held


def _claim_part(wanted: Sequence[Wanted], how: Taking) -> Mapping[int, Claim]:
    rows = {one.check.id: one for one in wanted}
    may_be = claimable(how.now, retry_now=how.retry_now, at=how.at)
    columns = (DueCheck.id, DueCheck.state, DueCheck.tries, DueCheck.held_by, DueCheck.held_since)
    free = select(*columns).where(DueCheck.id.in_(rows), may_be).order_by(DueCheck.id)
    there = db.session.execute(free).all()
    if not there:
        return {}
    if any(row.state == CheckState.RUNNING for row in there):
        # Their taking over is told: the head of the audit log comes first, so that nobody waits in a circle.
        audit_log.hold()
    seen = leases.lock(free.where(DueCheck.id.in_([row.id for row in there])))
    taken = {held.id: held for held in _take(seen, may_be, how)}
    dead = [(row, taken[row.id]) for row in seen if row.state == CheckState.RUNNING and row.id in taken]
    lost = {row.id for row, _ in dead if row.tries >= MOST_TRIES and not how.retry_now}
    _tell(how, rows, dead, lost)
    done = {row.id for row in seen if row.state == CheckState.DONE}
    mine = [held for held in taken.values() if held.id not in lost]
    return {held.id: Claim(DueCheck, held.id, held.token, rows[held.id].period, held.id in done) for held in mine}


def _take(seen: Sequence[Any], may_be: ColumnElement[bool], how: Taking) -> Iterator[Held]:
    """What was seen, each by what it was: only what still is so is taken. A look at what is done is no try."""
    ways: Sequence[tuple[tuple[CheckState, ...], dict[str, Any]]] = (
        ((CheckState.DUE, CheckState.FAILED), {"state": CheckState.RUNNING}),
        ((CheckState.RUNNING,), {}),
        ((CheckState.DONE,), {"tries": DueCheck.tries}),
    )
    for states, changes in ways:
        numbers, free = [row.id for row in seen if row.state in states], and_(DueCheck.state.in_(states), may_be)
        changes |= {"held_by": holder(how.by), "held_since": how.at}
        yield from leases.take(DueCheck, numbers, free, how.at + how.lease, **changes)


def holder(actor: Actor) -> str:
    """Who holds a claim, as the log of runs says it: the actor, the machine and its process."""
    return f"{actor.name} ({platform.node()}, process {os.getpid()})"[:200]


def _tell(how: Taking, rows: Mapping[int, Wanted], dead: Iterable[tuple[Any, Held]], lost: set[int]) -> None:
    """A run for each dead process's claim; those whose process always dies are failed, and wait for a person."""
    for one, held in dead:
        check, _, version = rows[one.id]
        since = one.held_since.isoformat(timespec="seconds") if one.held_since else "?"
        said = _said(one.held_by or "?", since, is_lost=one.id in lost)
        if version:
            db.session.add(_abandoned(how, check, version, one.held_by or "?", said))
        facts = {"held_by": one.held_by, "since": since, "given_up": one.id in lost}
        audit_log.record(how.by, how.at, "check:take-over", f"{check.indicator_key} {check.period_key}", after=facts)
        if one.id in lost:
            leases.settle(held, state=CheckState.FAILED, **columns_of(said, "note"))


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


def give_back(claims: Collection[Claim]) -> None:
    """What was taken and not begun is free again: this process is asked to stop."""
    with transaction():
        leases.give_back(claims, DueCheck.state == CheckState.RUNNING, state=CheckState.DUE)
        leases.settle_all(claims)


BATCH_PERIODS = 36
BATCH_FIGURES = 500_000
"""So many figures are counted at once, about: they are all held in memory until they are written."""

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


def due_batches(found: History, how: Taking, *, only: Only | None = None) -> list[Batch]:
    """What may be claimed, in batches of at most BATCH_PERIODS periods or BATCH_FIGURES figures, oldest due first.

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
        for part in _parts(checks, BATCH_FIGURES // len(versions[version_id].tree.by_key))
    ]
    return sorted(batches, key=lambda batch: (batch.checks[0].due_at, batch.checks[0].id))


Read = tuple[int, str | None]
"""A source, in the version that names it."""


def read_elsewhere(found: History, at: datetime) -> set[Read]:
    """The sources on which other processes hold checks at that instant; who asks holds none."""
    query = select(DueCheck.indicator_key, DueCheck.period_start).where(~leases.is_free(DueCheck, at))
    held = set[Read]()
    for key, start in db.session.execute(query.distinct()):
        version = found.on(start)
        _, indicator = version.indicators.get(key, (None, None))
        held |= set() if indicator is None else {(version.id, indicator.source)}
    return held


def _parts(checks: Sequence[Waiting], most: int) -> Iterable[list[Waiting]]:
    """Checks cut so that no part spans more than BATCH_PERIODS periods, nor has more than so many checks, if it can."""
    by_start: dict[date, list[Waiting]] = defaultdict(list)
    for check in checks:
        by_start[check.period_start].append(check)
    parts: list[list[list[Waiting]]] = [[]]
    for start in sorted(by_start):
        held = sum(map(len, parts[-1])) + len(by_start[start])
        if parts[-1] and (len(parts[-1]) == BATCH_PERIODS or held > most):
            parts.append([])
        parts[-1].append(by_start[start])
    return [sorted(chain(*part), key=lambda check: (check.due_at, check.id)) for part in parts if part]


def _is_read(version: Version, indicator: Indicator) -> bool:
    """Figures that people enter or systems push are never read by a run: their check waits for them.

    Those of a composite are made of its parts', after them.
    """
    return not isinstance(indicator, Composite) and not is_entered(version.charter, indicator)
