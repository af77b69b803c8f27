"""The versions of the charter as people read them: which holds since when, who applied it, why, what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.plan import Plan, plan_change
from charter.domain.charter_file.text.canonical import from_canonical
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import Actor, may_somewhere, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.services.charters.versions import history_or_none

UTC = "UTC"


@dataclass(frozen=True)
class Applied:
    """One version, read, with the one applied before it and what changed between the two."""

    row: CharterVersion
    charter: Charter
    before: Charter | None
    plan: Plan


def versions(actor: Actor) -> Sequence[CharterVersion]:
    """Every version, newest first; no document is read."""
    _may_read(actor)
    columns = (
        CharterVersion.number,
        CharterVersion.key,
        CharterVersion.valid_from,
        CharterVersion.applied_at,
        CharterVersion.applied_by,
        CharterVersion.reason,
        CharterVersion.content_hash,
    )
    found = db.session.execute(select(*columns).order_by(CharterVersion.number.desc()))
    return cast("Sequence[CharterVersion]", found.all())


def version(actor: Actor, number: int) -> Applied:
    """One version with what it changed. Raises NotFound."""
    _may_read(actor)
    query = select(CharterVersion).where(CharterVersion.number.in_((number - 1, number)))
    rows = {row.number: row for row in db.session.execute(query).scalars()}
    if number not in rows:
        raise NotFound("The charter has no version %(number)s.", number=number)
    charter = from_canonical(rows[number].document)
    before = from_canonical(rows[number - 1].document) if number - 1 in rows else None
    return Applied(rows[number], charter, before, plan_change(before, charter))


def _may_read(actor: Actor) -> None:
    if not may_somewhere(actor, Permission.READ_DESK):
        require(actor, Permission.READ_DESK)


def timezone() -> str:
    """The zone in which instants are written; UTC before the first charter."""
    found = history_or_none()
    return found.current.charter.charter.timezone if found else UTC
