"""Files of figures: looked at first, confirmed by the person who sent them, applied whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import Actor, may_somewhere
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.figures import FigureUpload
from charter.models.records import AuditEntry
from charter.services.charters.providers import find_own
from charter.services.charters.versions import history
from charter.services.figures import look
from charter.services.figures.entries import Plan
from charter.services.figures.look import Look, Preview
from charter.services.figures.plan import check_reason
from charter.services.figures.write import Written, write_figures
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.sources.apart import LONG, Patience, TooMuch
from charter.sources.readers.uploaded_files import rows_of_file

LARGEST = 5 * 1024 * 1024
KEPT_FOR = timedelta(hours=2)


@dataclass(frozen=True)
class Seen:
    """A file as its page shows it; `look` is None of one that waits no more."""

    upload: FigureUpload
    look: Look | None


def require_sending(actor: Actor, indicator: str | None = None, reason: str | None = None) -> None:
    """Raises NotAllowed, NotFound (indicator), Invalid (reason), before a file of figures is read."""
    if not may_somewhere(actor, Permission.ENTER_FIGURE):
        raise NotAllowed("%(who)s may not enter figures.", who=actor.name)
    if indicator is not None:
        find_own(actor, history().current, indicator)
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

    Of many rows it is kept besides how they look (services/figures/look.py): that is long work.
    Raises NotAllowed, Invalid (too large, or not a file of figures), NotFound (indicator); TooMuch (somebody waits).
    """
    require_sending(actor, indicator, reason)
    name = "".join(sign for sign in name if sign.isprintable())[-200:] or "figures"
    if len(content) > LARGEST:
        most = LARGEST // 1024**2
        raise Invalid("The file %(file)s is larger than %(most)s MB: send it in parts.", "file", file=name, most=most)
    names, rows = rows_of_file(content, name, patience=patience)
    if patience.is_waited_for and len(rows) > look.MOST_AT_HAND:
        raise TooMuch  # what they would change takes longer to work out than a page
    kept = look.packed(names, rows)
    found, said = look.unpacked(kept, indicator), (reason or "").strip() or None
    if len(rows) > look.MOST_AT_HAND:
        kept = look.with_look(kept, look.look_of(look.preview_of(actor, now, found, name, said)))
    row = FigureUpload(
        person_id=actor.user_id,
        sent_by=actor.name,
        name=name,
        indicator_key=indicator,
        reason=said,
        content=kept,
        sha256=hashlib.sha256(content).hexdigest(),
        state="previewed",
        sent_at=now,
        expires_at=now + KEPT_FOR,
    )
    return _kept(row, now)


def _kept(row: FigureUpload, now: datetime) -> int:
    with transaction():
        _forget_expired(now)
        db.session.add(row)
        db.session.flush()
        return row.id


def preview_file(actor: Actor, now: datetime, number: int) -> Preview:
    """What applying the file would do now. Raises NotFound: no such file, or another person's."""
    upload = own_upload(actor, number)
    if not _is_open(upload, now):
        return Preview(0, [], [], Plan([], []), is_open=False)
    found = look.unpacked(upload.content, upload.indicator_key)
    return look.preview_of(actor, now, found, upload.name, upload.reason)


def see_file(actor: Actor, now: datetime, number: int) -> Seen:
    """The file as its page shows it: worked out now, or of many rows as it was when it was looked at in long work.

    Raises NotFound: no such file, or another person's.
    """
    upload = own_upload(actor, number)
    if not _is_open(upload, now):
        return Seen(upload, None)
    return Seen(upload, look.kept_look(upload.content) or look.look_of(preview_file(actor, now, number)))


def is_long(actor: Actor, now: datetime, number: int) -> bool:
    """Whether to apply the file is long work. Raises NotFound, Conflict (settled)."""
    return look.kept_look(_open(actor, now, number).content) is not None


def look_again(actor: Actor, now: datetime, number: int) -> None:
    """Look at a file of many rows once more, where something has changed since. Raises NotFound, Conflict (settled)."""
    _open(actor, now, number)
    found = look.look_of(preview_file(actor, now, number))
    with transaction():
        upload = _open(actor, now, number)
        upload.content = look.with_look(upload.content, found)


def apply_file(actor: Actor, now: datetime, number: int, *, expected: str) -> Sequence[Written]:
    """Enter the file's figures as they were previewed. Raises Conflict when something has changed since."""
    before, upload = audit_log.head(), _open(actor, now, number)
    found = look.unpacked(upload.content, upload.indicator_key)
    for refused in found.refused:
        raise refused.error
    # What takes long is worked out before anybody is kept from writing, and again where somebody has written since.
    seen = look.preview_of(actor, now, found, upload.name, upload.reason)
    with transaction():
        audit_log.hold()
        upload = _open(actor, now, number)
        if audit_log.head() != before:
            seen = look.preview_of(actor, now, found, upload.name, upload.reason)
        written = write_figures(actor, now, seen.plan, expected=expected)
        upload.state, upload.settled_at, upload.content = "applied", now, look.without_look(upload.content)
        after = {
            "name": upload.name,
            "sha256": upload.sha256,
            "rows": hashlib.sha256(upload.content).hexdigest(),
            "runs": [one.run for one in written if one.run is not None],
        }
        audit_log.record(actor, now, "upload:apply", f"upload {upload.id}", after=after | counts_of(written))
    return written


def counts_of(written: Sequence[Written]) -> dict[str, int]:
    """How many figures are new, corrected, and were there already."""
    return {name: sum(getattr(one, name) for one in written) for name in ("entered", "corrected", "same")}


def applied_before(actor: Actor, number: int) -> dict[str, int] | None:
    """What the file came to that is applied already, where the work that did it broke off afterwards; else None."""
    if own_upload(actor, number).state != "applied":
        return None
    of_file = (AuditEntry.action == "upload:apply") & (AuditEntry.subject == f"upload {number}")
    after = db.session.execute(select(AuditEntry.after).where(of_file)).scalar_one() or {}
    return {name: after[name] for name in ("entered", "corrected", "same")}


def discard_file(actor: Actor, now: datetime, number: int) -> None:
    """Forget a file that was not applied."""
    with transaction():
        upload = _open(actor, now, number)
        upload.state, upload.settled_at, upload.content = "discarded", now, b""


def own_upload(actor: Actor, number: int) -> FigureUpload:
    """A file of the person's own. Raises NotFound."""
    upload = db.session.get(FigureUpload, number)
    if upload is None or upload.person_id != actor.user_id or upload.sent_by != actor.name:
        raise NotFound("There is no such file of yours: send it again.")
    return upload


def _open(actor: Actor, now: datetime, number: int) -> FigureUpload:
    upload = own_upload(actor, number)
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
