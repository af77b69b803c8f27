"""Who holds a row that many processes want: one at a time takes it for a while, and loses it when it dies.

Checks, long work and post are such rows. A process writes a token and an end into what it takes; only who still finds
their own token there writes what became of it. The rule of the end is `check_state.horizon`.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, and_, or_, update

from charter.domain.checks.deadlines import horizon
from charter.models.base import Leased, db

AT_ONCE = 500
"""How many rows one statement names: more would meet the engines' limits."""


@dataclass(frozen=True)
class Held:
    """A row that this process holds until its lease ends."""

    table: type[Leased]
    id: int
    token: str


def is_held(table: type[Leased], at: datetime) -> ColumnElement[bool]:
    """Whether a process that may be alive holds the row: its lease has not ended, and ends when a lease can."""
    return table.lease_until.between(at, horizon(at))


def is_free(table: type[Leased], at: datetime) -> ColumnElement[bool]:
    """Whether nobody holds the row, or a process that is dead: its lease has ended, or a clock ahead wrote it."""
    return or_(table.lease_until.is_(None), ~is_held(table, at))


def has_come(table: type[Leased], now: datetime) -> ColumnElement[bool]:
    """Whether it is time for the row's next try; one that is too far away was written by a clock ahead."""
    return or_(table.next_try_at <= now, table.next_try_at > horizon(now))


def is_due(table: type[Leased], waiting: StrEnum, now: datetime) -> ColumnElement[bool]:
    """Whether the row waits, in that state, and its time has come, or the process that held it is dead."""
    waits = and_(table.state == waiting, has_come(table, now))
    return or_(waits, and_(table.state.in_(table.HELD_AS), is_free(table, now)))


def lock(query: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of a query, kept from others until the transaction ends; those that others keep are passed over.

    PostgreSQL locks them, so that no process waits for another; on SQLite `take` sees who was first.
    """
    return db.session.execute(query.with_for_update(skip_locked=True)).all()


def take(
    table: type[Leased], numbers: Sequence[int], free: ColumnElement[bool], until: datetime, **changes: Any
) -> list[Held]:
    """Those of these rows (AT_ONCE at most) that are still free, from now on ours, within the caller's transaction.

    Of any number of processes that ask at once, each row goes to one. A taking counts as a try, unless `changes` say
    otherwise.
    """
    if not numbers:
        return []
    token = str(uuid.uuid4())
    values = {"lease_token": token, "lease_until": until, "tries": table.tries + 1} | changes
    taken = update(table).where(table.id.in_(numbers), free).values(values)
    return [Held(table, number, token) for number in _changed(taken, table)]


def take_first(
    table: type[Leased], query: Select[*tuple[Any, ...]], free: ColumnElement[bool], until: Callable[[Any], datetime]
) -> tuple[Any, Held] | None:
    """The first free row of a query that names `id` and `state`, as it stood, and our hold on it; None if none is."""
    while rows := lock(query.where(free).limit(1)):
        row = rows[0]
        if held := take(table, [row.id], and_(free, table.state == row.state), until(row), state=table.HELD_AS[0]):
            return row, held[0]
    return None


def renew(held: Held, until: datetime, **changes: Any) -> bool:
    """Hold the row for longer, if it is still ours. On a connection of its own: the work's session is left as it is."""
    ours = update(held.table).where(held.table.id == held.id, *_ours(held.table, held.token))
    with db.engine.begin() as connection:
        return connection.execute(ours.values(lease_until=until, **changes)).rowcount == 1


def settle(held: Held, **changes: Any) -> bool:
    """Write what became of a row within the caller's transaction and let it go, only if it is still ours."""
    return bool(settle_all([held], **changes))


def settle_all(held: Iterable[Held], *which: ColumnElement[bool], **changes: Any) -> set[int]:
    """As `settle`, for many rows or those `which` among them; the numbers of the rows that were still ours."""
    by_token: dict[tuple[type[Leased], str], list[int]] = defaultdict(list)
    for one in held:
        by_token[one.table, one.token].append(one.id)
    found: set[int] = set()
    for (table, token), numbers in by_token.items():
        for start in range(0, len(numbers), AT_ONCE):
            ours = update(table).where(table.id.in_(numbers[start : start + AT_ONCE]), *_ours(table, token), *which)
            found.update(_changed(ours.values(dict.fromkeys(table.EMPTIED) | changes), table))
    return found


def give_back(held: Iterable[Held], *which: ColumnElement[bool], **changes: Any) -> set[int]:
    """As `settle_all`, for what was taken and not done: it is free again, as if it had not been tried."""
    rows = list(held)
    return settle_all(rows, *which, **{"tries": rows[0].table.tries - 1} | changes) if rows else set()


def _ours(table: type[Leased], token: str) -> tuple[ColumnElement[bool], ...]:
    # The states that are not, rather than those that are: SQLite would read every done check there is by their index.
    others = [state for state in type(table.HELD_AS[0]) if state not in table.HELD_AS]
    return table.lease_token == token, table.state.not_in(others)


def _changed(statement: Update, table: type[Leased]) -> Sequence[int]:
    returning = statement.returning(table.id).execution_options(synchronize_session=False)
    return db.session.execute(returning).scalars().all()
