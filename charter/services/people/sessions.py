"""Who is signed in, and where: one row for each sign-in, which sign-out, another password or another right ends."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, Update, bindparam, delete, or_, select, update
from sqlalchemy.exc import OperationalError

from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import Actor
from charter.models.base import db
from charter.models.people import Person, SignedIn
from charter.services.records import audit_log
from charter.services.records.sealing import secret_key
from charter.services.records.transactions import rows_changed, transaction

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
NOTED_EVERY = timedelta(minutes=5)
"""How often it is noted that a session is in use: not at each page."""

FORGOTTEN_AFTER = timedelta(days=1)
"""So long after its end a session is deleted, at the next sign-in of anybody: nothing asks for it any more."""

LONGEST_BROWSER = 200


@dataclass(frozen=True)
class Place:
    """One place where a person is signed in, as the list of devices shows it."""

    number: int
    browser: str
    begun_at: datetime
    seen_at: datetime
    is_here: bool


@dataclass(frozen=True)
class From:
    """The OpenID provider that somebody came by: its address, what it calls this place, and its proof of who it is."""

    issuer: str
    sid: str | None
    id_token: str = field(repr=False)


def begin(actor: Actor, now: datetime, browser: str, came: From | None = None) -> str:
    """Sign a person in; returns the secret that the browser keeps. Only its hash is kept here."""
    secret = secrets.token_urlsafe(32)
    shown = "".join(sign for sign in browser if sign.isprintable())[:LONGEST_BROWSER]
    with transaction():
        row = SignedIn(person_id=actor.user_id, sha256=_hash(secret), browser=shown, begun_at=now, seen_at=now)
        db.session.execute(delete(SignedIn).where(_is_over(now - FORGOTTEN_AFTER)))
        if came is not None:
            row.issuer, row.sid, row.id_token = came.issuer, came.sid, came.id_token
        db.session.add(row)
    return secret


def person_of(secret: str, now: datetime) -> Person | None:
    """Whose session it is; None for one that is unknown, has ended, or rested or lasted too long."""
    asked = {"sha256": _hash(secret), "rested": now - IDLE, "lasted": now - LONGEST}
    found = db.session.execute(_question(), asked).one_or_none()
    if found is None:
        return None
    row, person = found
    if now - row.seen_at >= NOTED_EVERY:
        try:
            with transaction():
                rows_changed(update(SignedIn).where(SignedIn.id == row.id).values(seen_at=now))
        except OperationalError:
            # A page can be read while nothing can be written.
            db.session.rollback()
    return person


def end(secret: str, now: datetime) -> None:
    """Sign out here: the browser's secret lets nobody in any more."""
    with transaction():
        rows_changed(_ended(now).where(SignedIn.sha256 == _hash(secret)))


def came_from(secret: str) -> From | None:
    """The provider that the session under way came by."""
    query = select(SignedIn).where(SignedIn.sha256 == _hash(secret), _is_open())
    row = db.session.execute(query).scalar_one_or_none()
    return None if row is None or not row.issuer else From(row.issuer, row.sid, row.id_token or "")


def end_told(now: datetime, issuer: str, person: int | None, sid: str | None) -> list[int]:
    """End the sessions that came by a provider, of a person or of what it calls one place, within the caller's
    transaction; whose they were, once for each."""
    mine = [SignedIn.issuer == issuer, _is_open()]
    mine += [SignedIn.person_id == person] if person is not None else []
    mine += [SignedIn.sid == sid] if sid is not None else []
    owners = list(db.session.execute(select(SignedIn.person_id).where(*mine)).scalars())
    rows_changed(_ended(now).where(*mine))
    return owners


def end_other(actor: Actor, now: datetime, number: int) -> None:
    """Sign out at one other place. Raises NotFound."""
    mine = (SignedIn.id == number) & (SignedIn.person_id == actor.user_id)
    with transaction():
        if not rows_changed(_ended(now).where(mine)):
            raise NotFound("You are not signed in there any more.")
        audit_log.record(actor, now, "account:sign-out", actor.name, after={"places": 1})


def end_everywhere(actor: Actor, now: datetime) -> None:
    """Sign out at every place, this one too."""
    with transaction():
        count = end_of(actor.user_id or 0, now)
        audit_log.record(actor, now, "account:sign-out", actor.name, after={"places": count})


def end_of(number: int, now: datetime) -> int:
    """End all sessions of an account, within the caller's transaction; returns how many."""
    return rows_changed(_ended(now).where(SignedIn.person_id == number))


def _ended(now: datetime) -> Update:
    return update(SignedIn).where(_is_open()).values(ended_at=now, id_token=None)


def places_of(actor: Actor, now: datetime, secret: str) -> Sequence[Place]:
    """Where the person is signed in, used last first."""
    mine = (SignedIn.person_id == actor.user_id) & _holds(now - IDLE, now - LONGEST)
    query = select(SignedIn).where(mine).order_by(SignedIn.seen_at.desc())
    here = _hash(secret)
    return [
        Place(row.id, row.browser, row.begun_at, row.seen_at, row.sha256 == here)
        for row in db.session.execute(query).scalars()
    ]


@cache
def _question() -> Select[SignedIn, Person]:
    """Made once: it is asked of every page."""
    mine = (SignedIn.sha256 == bindparam("sha256")) & Person.is_active.is_(True)
    query = select(SignedIn, Person).join(Person, Person.id == SignedIn.person_id)
    return query.where(mine, _holds(bindparam("rested"), bindparam("lasted")))


Instant = ColumnElement[datetime] | datetime


def _holds(rested: Instant, lasted: Instant) -> ColumnElement[bool]:
    """Not ended, used after `rested` and begun after `lasted`."""
    return _is_open() & (SignedIn.seen_at > rested) & (SignedIn.begun_at > lasted)


def _is_over(then: datetime) -> ColumnElement[bool]:
    """Whether a session had ended by then, or rested or lasted too long."""
    rested, lasted = SignedIn.seen_at <= then - IDLE, SignedIn.begun_at <= then - LONGEST
    return or_(SignedIn.ended_at <= then, rested, lasted)


def _is_open() -> ColumnElement[bool]:
    return SignedIn.ended_at.is_(None)


def _hash(secret: str) -> str:
    """Keyed with the installation's own: who writes rows of the database alone signs nobody in."""
    return hmac.new(secret_key(), secret.encode(), hashlib.sha256).hexdigest()
