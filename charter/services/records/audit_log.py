"""The audit log: who changed what, when, from what to what, chained by hash so that a rewrite shows.

What each line of the log belongs to: the tick, the piece of long work, the claim, the run.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update

from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.records import AuditEntry, ChainHead
from charter.services.records.transactions import forget, rows_changed

GENESIS = "0" * 64


def record(actor: Actor, now: datetime, action: str, subject: str, **facts: Any) -> AuditEntry:
    """Append one entry within the caller's transaction. `before` and `after` are JSON facts.

    The head's row is locked first, so that concurrent writers form one line on any database.
    """
    before, after = facts.get("before"), facts.get("after")
    if rows_changed(update(ChainHead).where(ChainHead.id == 1).values(entries=ChainHead.entries + 1)) == 0:
        db.session.execute(insert(ChainHead).values(id=1, entries=1, hash=GENESIS))
    previous = db.session.execute(select(ChainHead.hash).where(ChainHead.id == 1)).scalar_one()
    entry = AuditEntry(
        at=now, actor=actor.name, action=action, subject=subject, before=before, after=after, previous_hash=previous
    )
    entry.hash = entry_hash(entry)
    db.session.add(entry)
    db.session.execute(update(ChainHead).where(ChainHead.id == 1).values(hash=entry.hash))
    return entry


class Done(NamedTuple):
    """What was done, to what, and the facts that an entry keeps."""

    action: str
    subject: str
    after: Mapping[str, Any]


def record_all(actor: Actor, now: datetime, done: Sequence[Done]) -> None:
    """Append several entries within the caller's transaction, in few statements."""
    if not done:
        return
    count = ChainHead.entries + len(done)
    if rows_changed(update(ChainHead).where(ChainHead.id == 1).values(entries=count)) == 0:
        db.session.execute(insert(ChainHead).values(id=1, entries=len(done), hash=GENESIS))
    previous = db.session.execute(select(ChainHead.hash).where(ChainHead.id == 1)).scalar_one()
    rows = []
    for action, subject, after in done:
        row = {"at": now, "actor": actor.name, "action": action, "subject": subject, "before": None, "after": after}
        row |= {"previous_hash": previous}
        previous = row["hash"] = _hash_of(row)
        rows.append(row)
    db.session.execute(insert(AuditEntry), rows)
    db.session.execute(update(ChainHead).where(ChainHead.id == 1).values(hash=previous))


def hold() -> None:
    """Keep other writers waiting until the caller's transaction ends: what it reads now is still so when it writes."""
    db.session.execute(update(ChainHead).where(ChainHead.id == 1).values(entries=ChainHead.entries))
    forget(db.session())


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the entry and the hash of the one before it."""
    return _hash_of({name: getattr(entry, name) for name in _HASHED})


_HASHED = ("previous_hash", "at", "actor", "action", "subject", "before", "after")


def _hash_of(entry: Mapping[str, Any]) -> str:
    facts = [entry["at"].astimezone(UTC).isoformat() if name == "at" else entry[name] for name in _HASHED]
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


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
    """Gives each line its marks, for the formats of cli/serve.py."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.marks = dict(context_of_line())
        return True
