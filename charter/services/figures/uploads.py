"""Files of figures: looked at first, confirmed by the person who sent them, applied whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from charter.domain.figures.file_rows import Read, Row, read_figures
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import Actor, may_somewhere
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.figures import FigureUpload
from charter.services.charters.versions import find_indicator, history
from charter.services.figures.entries import Plan, Refusal
from charter.services.figures.plan import check_reason, plan_figures
from charter.services.figures.write import Written, write_figures
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.sources.apart import LONG, Patience
from charter.sources.readers.uploaded_files import rows_of_file

LARGEST = 5 * 1024 * 1024
KEPT_FOR = timedelta(hours=2)


@dataclass(frozen=True)
class Preview:
    """A file as it would be applied: what is read, what is refused and where, what it would write."""

    upload: FigureUpload
    rows: int
    refusals: Sequence[Refusal]
    ignored: Sequence[str]
    plan: Plan
    is_open: bool


def require_sending(actor: Actor, indicator: str | None = None, reason: str | None = None) -> None:
    """Raises NotAllowed, NotFound (indicator), Invalid (reason), before a file of figures is read."""
    if not may_somewhere(actor, Permission.ENTER_FIGURE):
        raise NotAllowed("%(who)s may not enter figures.", who=actor.name)
    if indicator is not None:
        find_indicator(history().current, indicator)
    if (reason or "").strip():
        check_reason((reason or "").strip())


def send_file(
    actor: Actor,
    now: datetime,
    content: bytes,
    name: str,
    *,
    indicator: str | None = None,
    reason: str | None = None,
    patience: Patience = LONG,
) -> int:
    """Read a file, keep its rows to be looked at, and return its number; nothing of it counts yet.

    Raises NotAllowed, Invalid (too large, or not a file of figures), NotFound (indicator); TooMuch (somebody waits).
    """
    require_sending(actor, indicator, reason)
    name = "".join(sign for sign in name if sign.isprintable())[-200:] or "figures"
    if len(content) > LARGEST:
        most = LARGEST // 1024**2
        raise Invalid("The file %(file)s is larger than %(most)s MB: send it in parts.", "file", file=name, most=most)
    names, rows = rows_of_file(content, name, patience=patience)
    kept = _packed(names, rows)
    _read(kept, indicator)
    with transaction():
        _forget_expired(now)
        row = FigureUpload(
            person_id=actor.user_id,
            sent_by=actor.name,
            name=name,
            indicator_key=indicator,
            reason=(reason or "").strip() or None,
            content=kept,
            sha256=hashlib.sha256(content).hexdigest(),
            state="previewed",
            sent_at=now,
            expires_at=now + KEPT_FOR,
        )
        db.session.add(row)
        db.session.flush()
        return row.id


def preview_file(actor: Actor, now: datetime, number: int) -> Preview:
    """What applying the file would do now. Raises NotFound: no such file, or another person's."""
    upload = _own(actor, number)
    if not _is_open(upload, now):
        return Preview(upload, 0, [], [], Plan([], []), is_open=False)
    found = _read(upload.content, upload.indicator_key)
    plan = _plan(actor, now, upload, found)
    unread = [Refusal(-1, one.line, one.error) for one in found.refused]
    refusals = sorted([*unread, *plan.refusals], key=lambda one: one.line or 0)
    return Preview(upload, len(found.figures) + len(found.refused), refusals, found.ignored, plan, is_open=True)


def apply_file(actor: Actor, now: datetime, number: int, *, expected: str) -> Sequence[Written]:
    """Enter the file's figures as they were previewed. Raises Conflict when something has changed since."""
    upload = _open(actor, now, number)
    found = _read(upload.content, upload.indicator_key)
    with transaction():
        audit_log.hold()
        upload = _open(actor, now, number)
        for refused in found.refused:
            raise refused.error
        written = write_figures(actor, now, _plan(actor, now, upload, found), expected=expected)
        upload.state, upload.settled_at = "applied", now
        after = {
            "name": upload.name,
            "sha256": upload.sha256,
            "runs": [one.run for one in written if one.run is not None],
        }
        audit_log.record(actor, now, "upload:apply", f"upload {upload.id}", after=after)
    return written


def discard_file(actor: Actor, now: datetime, number: int) -> None:
    """Forget a file that was not applied."""
    with transaction():
        upload = _open(actor, now, number)
        upload.state, upload.settled_at, upload.content = "discarded", now, b""


def _plan(actor: Actor, now: datetime, upload: FigureUpload, found: Read) -> Plan:
    if not found.figures:
        if found.refused:
            return Plan([], [])
        raise Invalid("The file %(file)s has no row with figures.", "file", file=upload.name)
    return plan_figures(actor, now, found.figures, reason=upload.reason)


def _packed(names: list[str], rows: list[Row]) -> bytes:
    """What was read of a file, by its hash: so it is looked at and applied, and never read again."""
    said = json.dumps([names, [[line, list(row.values())] for line, row in rows]], ensure_ascii=False).encode()
    return hashlib.sha256(said).hexdigest().encode() + b"\n" + said


def _read(kept: bytes, indicator: str | None) -> Read:
    stamp, _, said = kept.partition(b"\n")
    if hashlib.sha256(said).hexdigest().encode() != stamp:
        raise Conflict("The file is not what was sent: send it again.")
    names, rows = json.loads(said)
    lengths = {key: one.period for key, (_, one) in history().current.indicators.items()}
    read = [(line, dict(zip(names, cells, strict=False))) for line, cells in rows]
    return read_figures(names, read, lengths, indicator)


def _own(actor: Actor, number: int) -> FigureUpload:
    upload = db.session.get(FigureUpload, number)
    if upload is None or upload.person_id != actor.user_id or upload.sent_by != actor.name:
        raise NotFound("There is no such file of yours: send it again.")
    return upload


def _open(actor: Actor, now: datetime, number: int) -> FigureUpload:
    upload = _own(actor, number)
    if not _is_open(upload, now):
        raise Conflict("The file %(file)s was applied, discarded or left too long: send it again.", file=upload.name)
    return upload


def _is_open(upload: FigureUpload, now: datetime) -> bool:
    return upload.state == "previewed" and now < upload.expires_at


def _forget_expired(now: datetime) -> None:
    stale = (FigureUpload.state == "previewed") & (FigureUpload.expires_at <= now)
    ids = db.session.execute(select(FigureUpload.id).where(stale)).scalars().all()
    if ids:
        emptied = {"state": "expired", "content": b"", "settled_at": now}
        db.session.execute(update(FigureUpload).where(FigureUpload.id.in_(ids)).values(**emptied))
