"""The audit log: who changed what, when, from what to what, chained by hash so that a rewrite shows.

What each line of the log belongs to: the tick, the piece of long work, the claim, the run.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Mapper, Session

from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import AppendOnly, db
from charter.models.records import AuditEntry, ChainHead
from charter.services.records.sealing import DIGEST_LENGTH, attributes_of, digest_of, key_of, vouched_tables
from charter.services.records.transactions import forget, rows_changed

GENESIS = "0" * 64


@dataclass(frozen=True)
class Done:
    """One thing done: action, subject, what is true after it (and was before), the rows written by it."""

    action: str
    subject: str
    after: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    rows: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


def record(actor: Actor, now: datetime, action: str, subject: str, **facts: Any) -> None:
    """Append one entry within the caller's transaction. `before` and `after` are JSON facts.

    It vouches for the rows that the session has written since the entry before it: write first, then record.
    """
    record_all(actor, now, [Done(action, subject, facts.get("after"), facts.get("before"), rows_written())])


def record_all(actor: Actor, now: datetime, done: Sequence[Done]) -> None:
    """Append several entries within the caller's transaction, in few statements.

    The head's row is locked first, so that concurrent writers form one line on any database.
    """
    if not done:
        return
    previous = _lengthened(actor, now, len(done))
    key = _key_name()
    rows = []
    for one in done:
        row = {"at": now, "actor": actor.name, "action": one.action, "subject": one.subject, "key": key}
        row |= {"before": one.before, "after": one.after, "rows": one.rows, "previous_hash": previous}
        previous = row["hash"] = hash_of(row)
        rows.append(row)
    db.session.execute(insert(AuditEntry), rows)
    db.session.execute(update(ChainHead).where(ChainHead.id == 1).values(hash=previous))


def _lengthened(actor: Actor, now: datetime, more: int) -> str:
    """The chain's head, locked and told that so many entries follow; the hash of the newest entry there is."""
    if rows_changed(update(ChainHead).where(ChainHead.id == 1).values(entries=ChainHead.entries + more)) == 0:
        db.session.execute(insert(ChainHead).values(id=1, entries=more, hash=GENESIS, is_adopted=True))
        return GENESIS
    query = select(ChainHead.hash, ChainHead.is_adopted).where(ChainHead.id == 1)
    head = db.session.execute(query).one()
    if head.is_adopted:
        return str(head.hash)
    db.session.execute(update(ChainHead).where(ChainHead.id == 1).values(is_adopted=True))
    adopt(actor, now)
    return str(db.session.execute(select(ChainHead.hash).where(ChainHead.id == 1)).scalar_one())


ADOPTED = "rows:adopt"
ADOPTED_TOGETHER = 100
"""Rows that are never changed are taken up so many at a time: a database of the first release has many of them."""


def adopt(actor: Actor, now: datetime) -> None:
    """Take up the rows that were there before entries kept digests: from now on they are vouched for as they are."""
    single: dict[str, dict[str, str | None]] = {}
    together: dict[str, list[list[Any]]] = {}
    written = db.session.info.get(WRITTEN, {})
    for table, mapper in vouched_tables().items():
        found = [one for one in digests_in(table, mapper) if (table, one[0]) not in written]
        if issubclass(mapper.class_, AppendOnly):
            parts = [found[at : at + ADOPTED_TOGETHER] for at in range(0, len(found), ADOPTED_TOGETHER)]
            together[table] = [[int(part[-1][0]), digest_together(one[1] for one in part)] for part in parts]
        else:
            single[table] = dict(found)
    record_all(actor, now, [Done(ADOPTED, "rows", {"together": together}, None, single)])


def digests_in(table: str, mapper: Mapper[Any]) -> Iterator[tuple[str, str]]:
    """The number and digest of each row of a table, in order."""
    number = mapper.primary_key[0]
    names = attributes_of(table)
    columns = [getattr(mapper.class_, name).label(name) for name in names]
    for row in db.session.execute(select(number.label("number_"), *columns).order_by(number)):
        yield str(row.number_), digest_of(table, dict(row._mapping))


def digest_together(digests: Iterable[str]) -> str:
    """One digest over several, in order."""
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:DIGEST_LENGTH]


WRITTEN = "written"
"""Where a session keeps which rows it has written since its last entry."""


@event.listens_for(Session, "after_flush")
def _keep_written(session: Session, *_: object) -> None:
    """Which rows must be vouched for by the next entry."""
    tables = vouched_tables()
    for row in (*session.new, *session.dirty, *session.deleted):
        table = getattr(type(row), "__tablename__", "")
        if table in tables:
            session.info.setdefault(WRITTEN, {})[table, key_of(table, row)] = None if row in session.deleted else row


@event.listens_for(Session, "after_commit")
@event.listens_for(Session, "after_rollback")
def _forget_written(session: Session) -> None:
    session.info.pop(WRITTEN, None)


def rows_written() -> dict[str, dict[str, str | None]]:
    """The digests of the rows that the session has written since its last entry, by table and number."""
    db.session.flush()
    found: dict[str, dict[str, str | None]] = {}
    for (table, number), row in db.session.info.pop(WRITTEN, {}).items():
        facts = None if row is None else {name: getattr(row, name) for name in attributes_of(table)}
        found.setdefault(table, {})[number] = None if facts is None else digest_of(table, facts)
    return found


def hold() -> None:
    """Keep other writers waiting until the caller's transaction ends: what it reads now is still so when it writes."""
    db.session.execute(update(ChainHead).where(ChainHead.id == 1).values(entries=ChainHead.entries))
    forget(db.session())


_HASHED = ("previous_hash", "at", "actor", "action", "subject", "before", "after")
_keys: dict[str, bytes] = {}
"""AUDIT_KEY of this process by its name; the last one given makes the hashes of new entries."""


def use_key(key: str | None) -> None:
    """From now on entries are made with that key, or without one (docs/proofs.md)."""
    _keys.clear()
    if key:
        _keys[hashlib.sha256(b"promesse audit key " + key.encode()).hexdigest()[:16]] = key.encode()


def _key_name() -> str | None:
    return next(iter(_keys), None)


def has_key(name: str) -> bool:
    """Whether this process holds the key of that name."""
    return name in _keys


def hash_of(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the entry and the hash of the one before it; keyed (HMAC) where it names a key."""
    facts = [entry["at"].astimezone(UTC).isoformat() if name == "at" else entry[name] for name in _HASHED]
    if entry["rows"] is not None:
        facts.append(entry["rows"])
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if entry["key"] is None:
        return hashlib.sha256(text).hexdigest()
    return hmac.new(_keys[entry["key"]], text, hashlib.sha256).hexdigest()


def holds(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is what its hash was made of; not where its key is not known here."""
    return (entry["key"] is None or has_key(entry["key"])) and hash_of(entry) == entry["hash"]


def head() -> str:
    """The hash of the newest entry; zeros before the first."""
    return db.session.execute(select(ChainHead.hash).where(ChainHead.id == 1)).scalar_one_or_none() or GENESIS


def entries(actor: Actor, *, limit: int = 200, before_id: int | None = None) -> Sequence[AuditEntry]:
    """The newest entries first, a page at a time."""
    require(actor, Permission.READ_AUDIT)
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return db.session.execute(query).scalars().all()


_marks: ContextVar[Mapping[str, object] | None] = ContextVar("marks", default=None)


@contextmanager
def log_context(**facts: object) -> Iterator[None]:
    """Lines that are written within the block bear these facts."""
    token = _marks.set({**(_marks.get() or {}), **facts})
    try:
        yield
    finally:
        _marks.reset(token)


def context_of_line() -> Mapping[str, object]:
    """What the present line belongs to."""
    return _marks.get() or {}


class ContextFilter(logging.Filter):
    """Gives each line its marks, for the formats of charter/log.py."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.marks = dict(context_of_line())
        return True
