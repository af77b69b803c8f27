"""Plan a charter file and put it in force: one transaction, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.plan import Plan, plan_change
from charter.domain.charter_file.text.canonical import canonical, from_canonical
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.services.charters.versions import _version, facts_of, history_or_none
from charter.services.records import audit_log
from charter.services.records.transactions import transaction


def plan_charter(new: Charter) -> Plan:
    """What applying this charter would change. Raises Conflict where it may not follow the one in force."""
    found = history_or_none()
    return plan_change(found.current.charter if found else None, new)


def apply_charter(actor: Actor, now: datetime, *, charter: Charter, folder: str, reason: str | None = None) -> Plan:
    """Put a new version in force from its `valid_from`; a charter that changes nothing writes nothing.

    `folder` is where the charter file lies: its sources are found from there. The same file applied from another folder
    moves its sources there, and a folder that is gone is followed by its versions. `reason`: why it changes.
    Periods since that day that were measured already are judged by it.
    Raises Conflict when the charter's key differs or its `valid_from` goes back behind the version in force.
    """
    from charter.services.checks.rebuild import rejudge  # noqa: PLC0415 heavy
    from charter.services.classes.file_decisions import record_file_decisions  # noqa: PLC0415 heavy

    require(actor, Permission.APPLY_CHARTER)
    with transaction():
        audit_log.hold()
        plan = plan_charter(charter)
        _follow(actor, now, folder, is_same=plan.is_empty)
        if plan.is_empty:
            return plan
        what = (charter.charter.valid_from, canonical(charter))
        row = _append(actor, now, what, folder, reason, and_then=lambda: record_file_decisions(actor, now, charter))
        rejudge(_version(row, row.document), now)
    return plan


def _follow(actor: Actor, now: datetime, folder: str, *, is_same: bool) -> None:
    """Versions whose folder was moved are read from the new one: written anew, as nothing written is changed."""
    found = history_or_none()
    for version in found.versions if found else ():
        left = version.folder == found.current.folder if is_same and found else not Path(version.folder).is_dir()
        if left and version.folder != folder:
            _append(actor, now, (version.valid_from, canonical(version.charter)), folder, folder)


def _append(
    actor: Actor,
    now: datetime,
    what: tuple[date, str],
    folder: str,
    reason: str | None,
    *,
    and_then: Callable[[], None] = lambda: None,
) -> CharterVersion:
    """One more row, with its entry in the log, which vouches for what `and_then` writes too."""
    valid_from, document = what
    before = _newest()
    row = CharterVersion(
        number=(before.number if before else 0) + 1,
        key=from_canonical(document).charter.key,
        valid_from=valid_from,
        document=document,
        content_hash=hashlib.sha256(document.encode()).hexdigest(),
        folder=folder,
        applied_at=now,
        applied_by=actor.name,
        reason=reason,
    )
    db.session.add(row)
    db.session.flush()
    and_then()
    facts = facts_of(before) if before else None
    audit_log.record(actor, now, "charter:apply", row.key, before=facts, after=facts_of(row))
    return row


def _newest() -> CharterVersion | None:
    return db.session.execute(
        select(CharterVersion).order_by(CharterVersion.number.desc()).limit(1)
    ).scalar_one_or_none()


LONGEST_REASON = 2000


def check_reason(reason: str) -> str:
    """The reason of a version as it is kept. Raises Invalid for none, and for one that is too long."""
    if not (said := reason.strip()):
        raise Invalid("Say why the charter changes: the reason stands beside the version for good.", "reason")
    if len(said) > LONGEST_REASON:
        raise Invalid("The reason is over %(most)s characters: say it more shortly.", "reason", most=LONGEST_REASON)
    return said
