"""Tokens that let programs in: made once, shown once, kept as a hash, scoped to units, revocable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission, Role, Scope
from charter.models.base import db
from charter.models.figures import ApiToken
from charter.services.charters.providers import is_of_provider
from charter.services.charters.versions import find_unit, history
from charter.services.people.accounts import scope_of
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

START = "promesse_"
LONGEST = 80


def create_token(
    actor: Actor,
    now: datetime,
    *,
    name: str,
    units: Sequence[str] = (),
    scopes: Sequence[Scope] = tuple(Scope),
    expires_at: datetime | None = None,
) -> str:
    """Make a token and return its secret, which is shown this once; none of `units` is the whole organisation.

    Raises Invalid (name, expiry), NotFound (unit), Conflict (a token of that name is in use).
    """
    require(actor, Permission.MANAGE_TOKENS)
    name = name.strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise Invalid(
            "The token needs a name of 1 to %(most)s characters: the program that will use it.", "name", most=LONGEST
        )
    if expires_at is not None and expires_at <= now:
        raise Invalid("The token would expire before it is used, on %(day)s.", "expires", day=expires_at.date())
    for unit in units:
        find_unit(history().current, unit)
    secret = START + secrets.token_urlsafe(32)
    with transaction():
        audit_log.hold()
        if _in_use(name, now) is not None:
            raise Conflict("There is a token %(name)s in use: take another name, or revoke that one.", name=name)
        kept = {"units": list(units), "scopes": [one.value for one in scopes]}
        row = ApiToken(name=name, sha256=_hash(secret), created_at=now, created_by=actor.name, **kept)
        row.expires_at = expires_at
        db.session.add(row)
        after = kept | {"expires_at": expires_at.isoformat() if expires_at else None}
        audit_log.record(actor, now, "token:create", name, after=after)
    return secret


def revoke_token(actor: Actor, now: datetime, name: str) -> None:
    """From now on the token lets nobody in. Raises NotFound."""
    require(actor, Permission.MANAGE_TOKENS)
    with transaction():
        audit_log.hold()
        row = _in_use(name.strip(), now)
        if row is None:
            raise NotFound("There is no token %(name)s in use.", name=name)
        row.revoked_at = now
        audit_log.record(actor, now, "token:revoke", row.name, before={"units": row.units})


def bearer(secret: str, now: datetime) -> tuple[Actor, int] | None:
    """Who comes with that secret, and the token's id; None for one that is unknown, revoked or expired.

    A program enters figures of its units and reads them, as far as the token's scopes say, like a contributor.
    """
    row = db.session.execute(select(ApiToken).where(ApiToken.sha256 == _hash(secret), _holds(now))).scalar_one_or_none()
    if row is None:
        return None
    units = scope_of(row.units) if row.units else None
    scopes = frozenset(map(Scope, row.scopes))
    actor = Actor(name=f"token {row.name}", role=Role.CONTRIBUTOR, units=units, scopes=scopes)
    return replace(actor, is_provider=is_of_provider(row.units)), row.id


def _in_use(name: str, now: datetime) -> ApiToken | None:
    return db.session.execute(select(ApiToken).where(ApiToken.name == name, _holds(now))).scalar_one_or_none()


def _holds(now: datetime) -> ColumnElement[bool]:
    is_open = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now)
    return is_open & ApiToken.revoked_at.is_(None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
