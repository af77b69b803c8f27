"""Files that people send: each is kept as a version of its source, with its content's hash, the day and who sent it.

They lie below the installation's own folder of files, where a source names them all and reads the newest. The audit log
says which they are, and a run keeps the fingerprint of the one it read, so that every month can say which it was.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from charter.domain.charter_file.sources import Source
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.records import AuditEntry, Run
from charter.services.drafts.first_look import Seen
from charter.services.jobs.sendings import SENT, Received, folder_of
from charter.services.records import audit_log
from charter.services.records.access import Access
from charter.services.records.transactions import transaction

ACTION = "source:file"
ENDINGS = {"csv": ".csv", "xlsx": ".xlsx", "parquet": ".parquet", "json": ".json"}


@dataclass(frozen=True)
class SentFile:
    """One version: what it was called, where it lies, its bytes' hash, when it came and from whom."""

    number: int
    name: str
    stored: str
    sha256: str
    size: int
    sent_at: datetime
    sent_by: str

    @property
    def fingerprint(self) -> str:
        """As a run that read this file alone keeps it (sources/readers/place.py)."""
        return hashlib.sha256(f"{Path(self.stored).name}\0{self.sha256}\n".encode()).hexdigest()


def pattern_of(source: str, kind: str) -> str:
    """The path by which a charter names all versions of a source; it reads the newest."""
    return f"{SENT}/{source}/*{ENDINGS[kind]}*" if kind == "csv" else f"{SENT}/{source}/*{ENDINGS[kind]}"


def is_sent(source: Source | None) -> bool:
    """Whether a source of a charter reads what people send."""
    return getattr(source, "path", "").startswith(f"{SENT}/")


def keep_version(actor: Actor, now: datetime, source: str, sent: Received, access: Access) -> SentFile:
    """Make a file that has come the newest version of a source; versions before stay as they are.

    Raises NotAllowed, Conflict (it is the newest already).
    """
    require(actor, Permission.RUN_CHECK)
    kind, folder = sent.kind, folder_of(access) / SENT / source
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with transaction():
        audit_log.hold()
        before = refuse_known(source, sent)
        number = before[0].number + 1 if before else 1
        ending = ".csv.gz" if sent.path.name.endswith(".gz") else ENDINGS[kind]
        path = folder / f"{number:06}-{sent.sha256[:12]}{ending}"
        path.unlink(missing_ok=True)  # left by a sending that broke off before it was written down
        os.link(sent.path, path)
        stored = str(path.relative_to(folder_of(access)))
        facts: dict[str, Any] = {
            "number": number,
            "name": sent.name,
            "stored": stored,
            "sha256": sent.sha256,
            "size": sent.size,
        }
        audit_log.record(actor, now, ACTION, source, after=facts)
    return SentFile(**facts, sent_at=now, sent_by=actor.name)


def refuse_known(source: str, sent: Received) -> list[SentFile]:
    """The versions before a file that has come. Raises Conflict where it is the newest of them already."""
    before = versions_of(source)
    if before and before[0].sha256 == sent.sha256:
        raise Conflict("This is the file that is read already, sent by %(who)s.", who=before[0].sent_by)
    return before


def versions_of(source: str) -> list[SentFile]:
    """The versions of a source, the newest first."""
    query = select(AuditEntry).where(AuditEntry.action == ACTION, AuditEntry.subject == source)
    rows = db.session.execute(query.order_by(AuditEntry.id.desc())).scalars()
    return [SentFile(**row.after, sent_at=row.at, sent_by=row.actor) for row in rows if row.after]


def by_fingerprint(source: str) -> dict[str, SentFile]:
    """The versions of a source by what a run keeps of the one that it read."""
    return {one.fingerprint: one for one in versions_of(source)}


def months_read(versions: Sequence[SentFile]) -> dict[int, list[str]]:
    """By the number of a version the periods whose newest count read it, oldest first."""
    numbers = {one.fingerprint: one.number for one in versions}
    query = select(Run.period_key, Run.fingerprint).where(Run.fingerprint.in_(numbers)).order_by(Run.id)
    newest = {row.period_key: numbers[row.fingerprint] for row in db.session.execute(query)}
    found: dict[int, list[str]] = {}
    for period in sorted(newest):
        found.setdefault(newest[period], []).append(period)
    return found


def keep_look(of: str, told: Mapping[str, Any], access: Access) -> None:
    """Keep what a look told, to be shown again without reading it: it may be thrown away at any time.

    `of` is the hash of the file's bytes, or `hash_of` a source.
    """
    path = _look_of(of, access)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(json.dumps(told, default=str), encoding="utf-8")


def hash_of(source: Mapping[str, Any]) -> str:
    """By what a look at a source that is no file is found again."""
    return hashlib.sha256(json.dumps(source, sort_keys=True).encode()).hexdigest()


def look_kept(of: str, access: Access) -> Seen:
    """What a look told. Raises Invalid where it is gone: the file is to be sent, or the source tried, again."""
    try:
        told: Seen = json.loads(_look_of(of, access).read_text(encoding="utf-8"))
        for name in ("doubts", "orders", "left_out", "figures"):  # by a release that told less, it is looked at again
            _ = told[name]
    except (OSError, ValueError, KeyError) as error:
        raise Invalid("The file is to be sent once more: what was seen of it is not kept any more.", "file") from error
    return told


def _look_of(of: str, access: Access) -> Path:
    return folder_of(access) / SENT / ".seen" / f"{of}.json"
