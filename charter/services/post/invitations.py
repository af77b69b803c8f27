"""A link with which a person chooses their own password: for one account, once, for a week.

Nothing is kept of the link. It is signed over the hash of the password that the account has now: once another is
chosen, every link that was given before lets nobody in.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import Actor, require, require_gift
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.people import Person
from charter.services.people import sessions
from charter.services.people.accounts import actor_of, check_password, password_hash
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

HOLDS_FOR = timedelta(days=7)


def invite(actor: Actor, now: datetime, number: int, *, by_mail: bool) -> None:
    """Have a person given a link to choose a password; by mail it leaves at once, whatever their hours.

    Raises NotAllowed, NotFound (no such account, or closed).
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    with transaction():
        audit_log.hold()
        person = _open(number)
        require_gift(actor, Role(person.role))
        until = now + HOLDS_FOR
        if by_mail:
            facts = {"until": until.isoformat(), "mark": _mark(person), "by": actor.name}
            post_mail(f"invitation {person.id} {now.isoformat()}", person, "invitation", facts, now)
        after = {"until": until.isoformat(), "by_mail": by_mail}
        audit_log.record(actor, now, "account:invite", person.email, after=after)


def link_of(actor: Actor, secret: str, now: datetime, number: int) -> str:
    """The part of the address that an administrator hands over where no mail leaves. Raises NotAllowed, NotFound."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    person = _open(number)
    require_gift(actor, Role(person.role))
    return _token(secret, person, int((now + HOLDS_FOR).timestamp()))


def invited(secret: str, now: datetime, token: str) -> Actor:
    """Whose link it is. Raises NotFound for one that is not ours, was used, or has run out."""
    return actor_of(_person_of(secret, now, token))


def accept(secret: str, now: datetime, token: str, password: str) -> Actor:
    """Choose the password; the link and all sessions of before end. Raises NotFound (link), Invalid (password)."""
    with transaction():
        audit_log.hold()
        person = _person_of(secret, now, token)
        check_password(password, person.email, person.name)
        person.password_hash = password_hash(password)
        sessions.end_of(person.id, now)
        found = actor_of(person)
        audit_log.record(found, now, "account:password", person.email)
    return found


def _person_of(secret: str, now: datetime, token: str) -> Person:
    number, until, _ = (*token.split("-"), "", "", "")[:3]
    is_ours = _is_hex(number) and _is_hex(until)
    person = db.session.get(Person, int(number, 16), populate_existing=True) if is_ours else None
    if person is None or not person.is_active:
        raise _over()
    is_right = hmac.compare_digest(_token(secret, person, int(until, 16)).encode(), token.encode())
    if not is_right or now >= datetime.fromtimestamp(int(until, 16), UTC):
        raise _over()
    return person


def _is_hex(text: str) -> bool:
    return 0 < len(text) <= 8 and all(sign in "0123456789abcdef" for sign in text) and int(text, 16) < 2**31


def _over() -> NotFound:
    return NotFound(
        "This link is not valid any more: it holds for a week, and for one choice of a password. Ask your "
        "administrator for another."
    )


def _open(number: int) -> Person:
    person = db.session.get(Person, number)
    if person is None or not person.is_active:
        raise NotFound("There is no such account.")
    return person


def _token(secret: str, person: Person, until: int) -> str:
    told = f"invitation {person.id} {until} {person.password_hash}"
    sign = hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()[:40]
    return f"{person.id:x}-{until:x}-{sign}"


def _mark(person: Person) -> str:
    """Tells one password from the next, and nothing of either."""
    return hashlib.sha256(person.password_hash.encode()).hexdigest()[:16]


def _compose(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """What the mail says; None once a password was chosen, or the link has run out before the mail left."""
    is_over = params["mark"] != _mark(person) or at >= datetime.fromisoformat(params["until"])
    return None if is_over else params


def _path(params: Mapping[str, Any], person: Person, secret: str) -> str:
    return "/invitation/" + _token(secret, person, int(datetime.fromisoformat(params["until"]).timestamp()))


register_mails({"invitation": MailKind(_compose, path=_path)})
