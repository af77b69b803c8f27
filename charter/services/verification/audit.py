"""The audit log read once: whether its chain holds, and what its entries vouch for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from charter.domain.vocabulary.errors import Sentence
from charter.models.base import db
from charter.models.records import AuditEntry, ChainHead
from charter.services.records import audit_log
from charter.services.records.installation import HEADS
from charter.services.verification.entries import Entry, Log
from charter.services.verification.rows import UNREADABLE, readable

APART = frozenset({"job:done", "job:fail", "job:take-over", "post:again", "post:try"})
"""What entries of work and post say vouches for nothing that is compared."""


def read_log(found: list[Sentence], progress: Any = None) -> Log:
    """Walk the chain to its end; every entry that does not hold is told, and what the others say is kept."""
    log, keyed, unknown = Log(), False, 0
    names = ("id", "at", "actor", "action", "subject", "before", "after", "rows", "key", "previous_hash", "hash")
    total = db.session.execute(select(ChainHead.entries)).scalars().first() or 0
    for row in readable(AuditEntry, names, found):
        log.count += 1
        if progress is not None and log.count % 500 == 0:
            progress(log.count, max(log.count, total), "audit_entries")
        if row.previous_hash != log.last:
            found.append(_does_not_follow(row))
        keyed = keyed or row.key is not None
        if row.key is not None and not audit_log.has_key(row.key):
            unknown += 1
        elif not _holds(row) or (keyed and row.key is None):
            found.append(_is_another(row))
        log.last = row.hash
        log.hashes[row.hash] = row.id
        try:
            if row.action == audit_log.ADOPTED and log.keeps_rows:
                found.append(_taken_up_again(row.id))
            else:
                _take(log, row)
        except UNREADABLE:
            found.append(_is_another(row))
    if unknown:
        found.append(
            Sentence(
                "%(count)s audit entries are keyed, and this process does not hold their key: set AUDIT_KEY to the key "
                "that they were written with.",
                count=unknown,
            )
        )
    _head(log, found)
    return log


def _does_not_follow(row: Any) -> Sentence:
    return Sentence(
        "Audit entry %(number)s (%(action)s %(subject)s) does not follow the entry before it.",
        number=row.id,
        action=row.action,
        subject=row.subject,
    )


def _is_another(row: Any) -> Sentence:
    return Sentence(
        "Audit entry %(number)s (%(action)s %(subject)s) is not what was written.",
        number=row.id,
        action=row.action,
        subject=row.subject,
    )


def _taken_up_again(number: int) -> Sentence:
    """Once only a release that keeps digests takes up the rows of one that kept none, before any digest."""
    return Sentence(
        "Audit entry %(number)s takes up rows that were vouched for before: it vouches for nothing.",
        number=number,
    )


def _holds(row: Any) -> bool:
    try:
        return audit_log.hash_of(row._mapping) == str(row.hash)
    except UNREADABLE:
        return False


def _take(log: Log, row: Any) -> None:
    """What an entry says, and the rows that it vouches for."""
    if row.action not in APART:
        after = row.after if isinstance(row.after, dict) else {}
        log.said[row.action].append(Entry(row.id, row.subject, after, row.at, row.actor))
    if row.rows is None:
        return
    log.keeps_rows = True
    if row.action == audit_log.ADOPTED:
        for table, parts in row.after["together"].items():
            log.together[table] = [(int(last), digest) for last, digest in parts]
    for table, digests in row.rows.items():
        log.digests[table].update(digests)


def _head(log: Log, found: list[Sentence]) -> None:
    """The head holds the hash of the last entry and how many were written."""
    heads = list(readable(ChainHead, ("id", "entries", "hash", "is_adopted"), found))
    if not heads and log.count:
        found.append(Sentence("The head of the audit chain is missing."))
    for head in heads:
        if log.keeps_rows and not head.is_adopted:
            found.append(
                Sentence(
                    "The head of the audit log was set to take up all rows again, as they are: they are not taken."
                )
            )
        if head.hash != log.last or head.entries != log.count:
            found.append(
                Sentence(
                    "The audit log has %(count)s entries, but %(written)s were written: its tail is cut.",
                    count=log.count,
                    written=head.entries,
                )
            )


HEAD_EVERY = timedelta(days=1)


def keep_head(folder: Path, now: datetime, *, at_once: bool = False) -> bool:
    """Write the head of the log to the end of the file, once a day where it has moved, or `at_once`.

    A line holds the instant, how many entries there were, and the head. Copies of the file are worth most where the
    database cannot reach them.
    """
    head = db.session.execute(select(ChainHead.entries, ChainHead.hash)).first()
    if head is None:
        return False
    file = folder / HEADS
    last = file.read_text(encoding="ascii", errors="replace").split()[-3:] if file.exists() else []
    if len(last) == 3 and (last[2] == head.hash or not (at_once or _is_old(last[0], now))):
        return False
    with file.open("a", encoding="ascii") as written:
        written.write(f"{now.isoformat(timespec='seconds')} {head.entries} {head.hash}\n")
    return True


def _is_old(instant: str, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(instant) >= HEAD_EVERY
    except (ValueError, TypeError):
        return True


def kept_heads(folder: Path | None) -> dict[str, Sentence | str]:
    """The heads in the file, each with where it stands."""
    file = None if folder is None else folder / HEADS
    if file is None or not file.exists():
        return {}
    lines = [line.split() for line in file.read_text(encoding="ascii", errors="replace").splitlines()]
    return {
        words[-1]: Sentence("the file %(file)s, line %(number)s", file=HEADS, number=number)
        for number, words in enumerate(lines, 1)
        if words
    }


def missing_heads(log: Log, heads: Mapping[str, Sentence | str], found: list[Sentence]) -> None:
    """Heads that were kept elsewhere must stand in the chain: what was cut, or written anew, does not hold them."""
    for head, where in heads.items():
        if head != audit_log.GENESIS and head not in log.hashes:
            found.append(
                Sentence(
                    "The head %(head)s, stored in %(where)s, is not in the audit log: entries were cut or "
                    "rewritten, or an older database was put in this one's place.",
                    head=head,
                    where=where,
                )
            )
