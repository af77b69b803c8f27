"""Versions of the charter: plan, apply, and which one is in force on a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from charter.domain.calendars import WorkingDays, calendars_in_use
from charter.domain.charter_file.indicators import Composite, Indicator
from charter.domain.charter_file.models import Charter, Commitment
from charter.domain.charter_file.plan import Plan, plan_change
from charter.domain.charter_file.writing import canonical, from_canonical
from charter.domain.check_state import Deadlines
from charter.domain.errors import NotFound
from charter.domain.periods import Period
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.domain.units import UnitTree
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.services import audit
from charter.services.newest import VersionMark, newest
from charter.services.transactions import transaction


@dataclass(frozen=True)
class Version:
    """One version of the charter, parsed, with its tree of units and its indicators by key."""

    id: int
    number: int
    valid_from: date
    folder: str
    charter: Charter

    @cached_property
    def tree(self) -> UnitTree:
        assert isinstance(self.charter.units, list)
        return UnitTree(self.charter.units)

    @cached_property
    def unit_rows(self) -> tuple[dict[str, Any], ...]:
        """The tree as rows with their depth, parents first."""
        listing = self.tree.listing
        return tuple({"key": one.key, "name": one.name, "kind": one.kind, "depth": depth} for one, depth in listing)

    @cached_property
    def calendars(self) -> list[WorkingDays]:
        """The charter's calendar first, then those of its units."""
        head = self.charter.charter
        return calendars_in_use(head.calendar, head.closed_days, [unit.calendar for unit in self.tree.by_key.values()])

    @cached_property
    def deadlines(self) -> dict[tuple[str, Period], Deadlines]:
        """What has been reckoned already, by indicator and period (services/due.py)."""
        return {}

    @cached_property
    def levels(self) -> dict[tuple[str, Period], float | int | None]:
        """The level drawn for an indicator and period, where it has been looked up already (services/views.py)."""
        return {}

    @cached_property
    def indicators(self) -> dict[str, tuple[Commitment, Indicator]]:
        return {i.key: (c, i) for c in self.charter.commitments for i in c.indicators}

    @cached_property
    def composites(self) -> list[Composite]:
        return [indicator for _, indicator in self.indicators.values() if isinstance(indicator, Composite)]


@dataclass(frozen=True)
class History:
    """Every version that is in force on some day, by the day from which it holds."""

    versions: tuple[Version, ...]

    @property
    def current(self) -> Version:
        return self.versions[-1]

    @property
    def first(self) -> Version:
        return self.versions[0]

    def on(self, day: date) -> Version:
        """The version in force on a day; before the first one, the first."""
        return next((version for version in reversed(self.versions) if version.valid_from <= day), self.first)


def history() -> History:
    """The versions in force, oldest first. Raises NotFound before the first charter is applied."""
    found = history_or_none()
    if found is None:
        raise NotFound("No charter has been applied yet. Write one and say: flask charter apply FILE")
    return found


def history_or_none() -> History | None:
    """As `history`, but None before the first charter. Asked once in a transaction of the session."""
    marks = newest().versions
    return _history(marks) if marks else None


@lru_cache(maxsize=8)
def _history(marks: tuple[VersionMark, ...]) -> History:
    """Documents never change: what was parsed once holds as long as id, hash and folder are the same."""
    documents = dict(newest().documents)
    wanted = [mark.id for mark in marks if mark.id not in documents]
    if wanted:
        rows = db.session.execute(
            select(CharterVersion.id, CharterVersion.document).where(CharterVersion.id.in_(wanted))
        )
        documents |= {row.id: row.document for row in rows}
    return History(tuple(_version(mark, documents[mark.id]) for mark in marks))


def _version(mark: VersionMark | CharterVersion, document: str) -> Version:
    return Version(mark.id, mark.number, mark.valid_from, mark.folder, from_canonical(document))


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
    from charter.services.file_decisions import record_file_decisions  # noqa: PLC0415 heavy
    from charter.services.rejudging import rejudge  # noqa: PLC0415 heavy

    require(actor, Permission.APPLY_CHARTER)
    with transaction():
        audit.hold()
        plan = plan_charter(charter)
        _follow(actor, now, folder, is_same=plan.is_empty)
        if plan.is_empty:
            return plan
        row = _append(actor, now, (charter.charter.valid_from, canonical(charter)), folder, reason)
        record_file_decisions(actor, now, charter)
        rejudge(_version(row, row.document), now)
    return plan


def _follow(actor: Actor, now: datetime, folder: str, *, is_same: bool) -> None:
    """Versions whose folder was moved are read from the new one: written anew, as nothing written is changed."""
    found = history_or_none()
    for version in found.versions if found else ():
        left = version.folder == found.current.folder if is_same and found else not Path(version.folder).is_dir()
        if left and version.folder != folder:
            _append(actor, now, (version.valid_from, canonical(version.charter)), folder, folder)


def _append(actor: Actor, now: datetime, what: tuple[date, str], folder: str, reason: str | None) -> CharterVersion:
    """One more row, with its entry in the log."""
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
    facts = facts_of(before) if before else None
    audit.record(actor, now, "charter:apply", row.key, before=facts, after=facts_of(row))
    db.session.flush()
    return row


def _newest() -> CharterVersion | None:
    return db.session.execute(
        select(CharterVersion).order_by(CharterVersion.number.desc()).limit(1)
    ).scalar_one_or_none()


def facts_of(row: CharterVersion) -> dict[str, object]:
    """What the audit log says of a version."""
    facts = {"version": row.number, "valid_from": row.valid_from.isoformat(), "sha256": row.content_hash}
    return facts | ({"reason": row.reason} if row.reason else {})


def find_commitment(version: Version, key: str) -> tuple[int, Commitment]:
    """A commitment with its number in the charter. Raises NotFound with the keys there are."""
    for number, commitment in enumerate(version.charter.commitments, 1):
        if commitment.key == key:
            return number, commitment
    raise NotFound(
        "The charter has no commitment %(commitment)s. It has: %(commitments)s.",
        commitment=key,
        commitments=_first([one.key for one in version.charter.commitments]),
    )


def find_indicator(version: Version, key: str) -> tuple[Commitment, Indicator]:
    """An indicator with its commitment. Raises NotFound with the keys there are."""
    if key not in version.indicators:
        raise NotFound(
            "The charter has no indicator %(indicator)s. It has: %(indicators)s.",
            indicator=key,
            indicators=_first(version.indicators),
        )
    return version.indicators[key]


def find_unit(version: Version, key: str | None) -> str:
    """A unit's key, the root's for None. Raises NotFound."""
    if key is None:
        return version.tree.root.key
    if key not in version.tree:
        raise NotFound("The charter has no unit %(unit)s.", unit=key)
    return key


def _first(keys: Iterable[str]) -> list[str]:
    return list(keys)[:20]
