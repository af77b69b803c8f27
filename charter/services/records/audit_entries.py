"""The audit log as people read it: by who, by what kind of thing, by when; the newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.records import AuditEntry


@dataclass(frozen=True)
class Sought:
    """What is asked of the log: part of a name, a noun (`figure`), part of what it was done to, first and last day."""

    who: str = ""
    noun: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True)
class Entries:
    """Entries of one page, how many were found, and how many there are."""

    rows: Sequence[AuditEntry]
    found: int
    of: int


def find_entries(actor: Actor, sought: Sought, *, limit: int, page: int = 1) -> Entries:
    """A page of what was asked, newest first. Raises NotAllowed."""
    require(actor, Permission.READ_AUDIT)
    where = _conditions(sought)
    of = db.session.execute(select(func.count(AuditEntry.id))).scalar_one()
    found = db.session.execute(select(func.count(AuditEntry.id)).where(*where)).scalar_one() if where else of
    query = select(AuditEntry).where(*where).order_by(AuditEntry.id.desc()).limit(limit)
    page = min(page, max(1, -(-found // limit)))
    return Entries(db.session.execute(query.offset((page - 1) * limit)).scalars().all(), found, of)


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if sought.who:
        where.append(AuditEntry.actor.icontains(sought.who, autoescape=True))
    if sought.noun:
        where.append(AuditEntry.action.startswith(f"{sought.noun}:", autoescape=True))
    if sought.about:
        where.append(AuditEntry.subject.icontains(sought.about, autoescape=True))
    if sought.since:
        where.append(AuditEntry.at >= _begin(sought.since, sought.zone))
    if sought.until:
        where.append(AuditEntry.at < _begin(sought.until + timedelta(days=1), sought.zone))
    return where


def _begin(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
