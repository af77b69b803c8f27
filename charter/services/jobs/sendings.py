"""What people send to be read: kept on disk until it is read, at once where that is short, else as long work.

One way for all of it. The work that reads a kind of file (services/work/kinds.py) is done where its sender waits, with
a few seconds (`AT_HAND`); what is larger or slower, or comes while another is being read, is put in the queue, and the
page tells how far it is. Either way it is then gone from where it waited.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor
from charter.services.jobs.queue import KINDS, Arguments, Progress, ask
from charter.services.records.access import FILES, Access
from charter.sources.apart import AT_HAND, Patience, TooMuch

SENT = "sent"
LARGEST_AT_HAND = 1024 * 1024
"""Bytes that are read while their sender waits."""
KEPT_FOR = timedelta(hours=2)
LONGEST_NAME = 120
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_TOKEN = re.compile(r"[0-9a-f]{32}")

Plain = Mapping[str, Any]
Run = Callable[[Actor, datetime, Arguments, Progress], Plain]


@dataclass(frozen=True)
class Received:
    """A file that has come: where it waits, its name as it was sent, its hash and size, what was said of it."""

    token: str
    path: Path
    name: str
    sha256: str
    size: int
    about: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """What it is, told by its first bytes. Raises SourceError."""
        from charter.sources.readers.file_opening import kind_of  # noqa: PLC0415 heavy

        return kind_of(self.path)

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True)
class Reading:
    """What became of a file: the work that reads it, or else what was read already."""

    job: int | None = None
    result: Mapping[str, Any] | None = None


@dataclass
class _Waited:
    """The progress of what is read while somebody waits: told to nobody."""

    access: Access
    asked_at: datetime
    patience: Patience

    def __call__(self, done: int, total: int, label: str = "") -> None: ...


def folder_of(access: Access) -> Path:
    """Where files that people send are kept."""
    if access.home is None:
        raise NotFound("No folder is known in which files that are sent could be kept: set VAR_FOLDER.")
    return access.home / FILES


def receive(
    actor: Actor, stream: IO[bytes], name: str, access: Access, *, most: int, about: Mapping[str, Any] | None = None
) -> Received:
    """The file on disk, to be read; `about`: what its sender said of it.

    Raises Invalid (nothing sent, too large: `most` bytes), Conflict (the disk is full, the folder cannot be written).
    """
    shown = "".join(sign for sign in Path(name.replace("\\", "/")).name if sign.isprintable())[-LONGEST_NAME:] or "file"
    waiting = _waiting(access)
    token, first = secrets.token_hex(16), stream.read(_CHUNK)
    path = waiting / f"{token}{_ending(shown, first)}"
    try:
        waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
        sha256 = _written(path, shown, first, stream, most)
        facts = {"path": path.name, "name": shown, "sha256": sha256, "size": path.stat().st_size}
        facts |= {"about": dict(about or {}), "sent_by": _who(actor)}
        _write(waiting / f"{token}.about", facts)
    except OSError as error:
        forget(token, access)
        raise Conflict(
            "The file cannot be saved (%(reason)s): nothing of it was read. Tell your server administrator.",
            reason=error.strerror or str(error),
        ) from error
    except BaseException:
        forget(token, access)
        raise
    return sent(actor, token, access)


def _waiting(access: Access) -> Path:
    return folder_of(access) / SENT / ".waiting"


def _who(actor: Actor) -> int | str:
    return actor.name if actor.user_id is None else actor.user_id


def _write(path: Path, facts: Mapping[str, Any]) -> None:
    with _opened(path) as file:
        file.write(json.dumps(facts, default=str).encode())


def _ending(name: str, first: bytes) -> str:
    """Packed text keeps the ending by which it is known; what else it is its bytes tell."""
    if first.startswith(_GZIP):
        return ".csv.gz"
    return ".json" if name.lower().endswith(".json") else ".file"


def _opened(path: Path) -> IO[bytes]:
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _written(path: Path, name: str, chunk: bytes, stream: IO[bytes], most: int) -> str:
    whole, size = hashlib.sha256(), 0
    with _opened(path) as file:
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
    return whole.hexdigest()


def sent(actor: Actor, token: str, access: Access) -> Received:
    """A file of one's own that waits. Raises Conflict: it was read, or left too long."""
    told = _told(token, "about", access)
    if told is None or told["sent_by"] != _who(actor):
        raise Conflict("The file was read, or left too long: send it again.")
    path = _waiting(access) / told["path"]
    return Received(token, path, told["name"], told["sha256"], told["size"], told["about"])


def _told(token: str, what: str, access: Access) -> Any:
    if not _TOKEN.fullmatch(token):
        return None
    try:
        return json.loads((_waiting(access) / f"{token}.{what}").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def keep_a_while(facts: Plain, access: Access, *, token: str = "") -> str:
    """What is to be looked at and not stored: kept beside the files that wait, and gone when they would be.

    By the token of the file that it was seen in, which goes with it; or by one of its own.
    """
    token = token or secrets.token_hex(16)
    _waiting(access).mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(_waiting(access) / f"{token}.shown", facts)
    return token


def kept_a_while(token: str, access: Access) -> Plain | None:
    """The same again; None once it is gone."""
    found: Plain | None = _told(token, "shown", access)
    return found


def forget(token: str, access: Access) -> None:
    """Let a file go that waited."""
    for path in _waiting(access).glob(f"{token}.*"):
        path.unlink(missing_ok=True)


def forget_old(access: Access, now: datetime) -> None:
    """Let go what nobody has read in time."""
    until = (now - KEPT_FOR).timestamp()
    for path in _waiting(access).glob("*.*") if access.home is not None else ():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < until:
                path.unlink()


def reading(read: Callable[[Actor, datetime, Received, Progress], Plain]) -> Run:
    """The work that reads a file that waits, which is gone once it is read or refused.

    What came of it is remembered beside it: where the process dies before the queue knows, it is not read twice. A file
    with findings stays for a while, to be shown beside them; one that `waits` for its sender's word stays as well.
    """

    def run(actor: Actor, now: datetime, arguments: Arguments, progress: Progress) -> Plain:
        token, access = arguments["sending"], progress.access
        if (before := _told(token, "done", access)) is not None:
            return dict(before)
        file = sent(actor, token, access)
        progress(0, 0, file.name)
        try:
            found = read(actor, now, file, progress)
        except CharterError:
            forget(token, access)
            raise
        if not found.get("findings") and not found.get("waits"):
            _write(_waiting(access) / f"{token}.done", found)
            file.path.unlink(missing_ok=True)
        progress(1, 1, file.name)
        return found

    return run


def read_sent(actor: Actor, now: datetime, *, kind: str, file: Received, access: Access) -> Reading:
    """Have a file read: at once where that is short, else by the alarm clock. Raises as `do_or_ask`."""
    arguments = {"sending": file.token, "file": file.name}
    found = None
    try:
        found = do_or_ask(actor, now, kind, arguments, access, is_short=file.size <= LARGEST_AT_HAND)
    finally:
        if found is None or (found.job is None and not (found.result or {}).get("waits")):
            forget(file.token, access)
    return found


def do_or_ask(
    actor: Actor, now: datetime, kind: str, arguments: Arguments, access: Access, *, is_short: bool = True
) -> Reading:
    """What a piece of long work comes to, where that takes no longer than a person waits for a page; else its number
    in the queue. Raises what `ask` raises, and what the work raises.
    """
    forget_old(access, now)
    if is_short and (found := do_at_hand(actor, now, kind, arguments, access)) is not None:
        return Reading(result=found)
    return Reading(job=ask(actor, now, kind=kind, arguments=arguments))


def do_at_hand(actor: Actor, now: datetime, kind: str, arguments: Arguments, access: Access) -> Plain | None:
    """What a piece of work comes to; None where that takes longer than a person waits for a page."""
    KINDS[kind].permit(actor, arguments)
    with suppress(TooMuch):
        return KINDS[kind].run(actor, now, arguments, _Waited(access, now, AT_HAND))
    return None
