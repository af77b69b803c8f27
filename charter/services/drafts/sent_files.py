"""Files that people send: each is kept as a version of its source, with its content's hash, the day and who sent it.

They lie below the installation's own folder of files, where a source names them all and reads the newest. The audit log
says which they are, and a run keeps the fingerprint of the one it read, so that every month can say which it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.records import AuditEntry, Run
from charter.services.drafts.first_look import Seen
from charter.services.records import audit_log
from charter.services.records.access import FILES, Access
from charter.services.records.transactions import transaction

SENT = "sent"
ACTION = "source:file"
ENDINGS = {"csv": ".csv", "xlsx": ".xlsx", "parquet": ".parquet", "json": ".json"}
LONGEST_NAME = 120
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"


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


@dataclass(frozen=True)
class Received:
    """A file that has come and is no version yet: where it waits, its name as it was sent, its hash and size."""

    path: Path
    name: str
    sha256: str
    size: int

    @property
    def kind(self) -> str:
        """What it is, told by its first bytes. Raises SourceError."""
        from charter.sources.readers.file_opening import kind_of  # noqa: PLC0415 heavy

        return kind_of(self.path)


def pattern_of(source: str, kind: str) -> str:
    """The path by which a charter names all versions of a source; it reads the newest."""
    return f"{SENT}/{source}/*{ENDINGS[kind]}*" if kind == "csv" else f"{SENT}/{source}/*{ENDINGS[kind]}"


def folder_of(access: Access) -> Path:
    """Where files that people send are kept."""
    if access.home is None:
        raise NotFound("No folder is known in which files that are sent could be kept: set VAR_FOLDER.")
    return access.home / FILES


@contextmanager
def received(actor: Actor, stream: IO[bytes], name: str, access: Access, *, most: int) -> Iterator[Received]:
    """The file on disk, for as long as the block lasts; where nobody keeps it, it is gone after that.

    Raises NotAllowed, Invalid (nothing sent, too large: `most` bytes).
    """
    require(actor, Permission.RUN_CHECK)
    shown = "".join(sign for sign in Path(name.replace("\\", "/")).name if sign.isprintable())[-LONGEST_NAME:]
    waiting = folder_of(access) / SENT / ".waiting"
    waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
    first = stream.read(_CHUNK)
    path = waiting / f"{secrets.token_hex(8)}{_ending(shown, first)}"
    try:
        yield _written(path, shown or "file", (first, stream), most)
    finally:
        path.unlink(missing_ok=True)


def _ending(name: str, first: bytes) -> str:
    """Packed text keeps the ending by which it is known; what else it is its bytes tell."""
    if first.startswith(_GZIP):
        return ".csv.gz"
    return ".json" if name.lower().endswith(".json") else ".file"


def _written(path: Path, name: str, content: tuple[bytes, IO[bytes]], most: int) -> Received:
    whole, size, (chunk, stream) = hashlib.sha256(), 0, content
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while chunk:
            size += len(chunk)
            if size > most:
                raise Invalid(
                    "The file %(file)s is larger than %(most)s MB: send it in parts.",
                    "file",
                    file=name,
                    most=most // 1024**2,
                )
            whole.update(chunk)
            file.write(chunk)
            chunk = stream.read(_CHUNK)
    if not size:
        raise Invalid("The file is empty: choose one with a line of names and rows below.", "file")
    return Received(path, name, whole.hexdigest(), size)


def keep_version(actor: Actor, now: datetime, source: str, sent: Received, access: Access) -> SentFile:
    """Make a file that has come the newest version of a source; versions before stay as they are.

    Raises NotAllowed, Conflict (it is the newest already).
    """
    require(actor, Permission.RUN_CHECK)
    kind, folder = sent.kind, folder_of(access) / SENT / source
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with transaction():
        audit_log.hold()
        before = versions_of(source)
        if before and before[0].sha256 == sent.sha256:
            raise Conflict("This is the file that is read already, sent by %(who)s.", who=before[0].sent_by)
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


def versions_of(source: str) -> list[SentFile]:
    """The versions of a source, the newest first."""
    query = select(AuditEntry).where(AuditEntry.action == ACTION, AuditEntry.subject == source)
    rows = db.session.execute(query.order_by(AuditEntry.id.desc())).scalars()
    return [SentFile(**row.after, sent_at=row.at, sent_by=row.actor) for row in rows if row.after]


def months_read(versions: Sequence[SentFile]) -> dict[int, list[str]]:
    """By the number of a version the periods whose newest count read it, oldest first."""
    numbers = {one.fingerprint: one.number for one in versions}
    query = select(Run.period_key, Run.fingerprint).where(Run.fingerprint.in_(numbers)).order_by(Run.id)
    newest = {row.period_key: numbers[row.fingerprint] for row in db.session.execute(query)}
    found: dict[int, list[str]] = {}
    for period in sorted(newest):
        found.setdefault(newest[period], []).append(period)
    return found


def keep_look(file: SentFile, told: Mapping[str, Any], access: Access) -> None:
    """Keep what a look at a version told, to be shown again without reading it: it may be thrown away at any time."""
    path = _look_of(file, access)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(json.dumps(told, default=str), encoding="utf-8")


def look_kept(file: SentFile, access: Access) -> Seen:
    """What a look at a version told. Raises Invalid where it is gone: the file is to be sent again."""
    try:
        told: Seen = json.loads(_look_of(file, access).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid("The file is to be sent once more: what was seen of it is not kept any more.", "file") from error
    return told


def _look_of(file: SentFile, access: Access) -> Path:
    return folder_of(access) / SENT / ".seen" / f"{file.sha256}.json"
