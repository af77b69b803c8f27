"""Accounts of the house's own sign-on: made at the first sign-in, given what its rules give, closed when they do not.

An account that somebody opened by hand keeps the rights given by hand, and its password. One that was made here has no
password; its role, units and owner follow the rules at each sign-in, and it is let in no more once none fits. What an
administrator closes stays closed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from charter.domain.alerts.mail_hours import unmailable
from charter.domain.vocabulary.errors import CharterError, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor, require, require_gift
from charter.domain.vocabulary.providers import Identity
from charter.domain.vocabulary.sign_on import Claims, Given, Rules, rights_given
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.people import KnownAs, Person
from charter.services.charters.versions import history_or_none
from charter.services.people import sessions
from charter.services.people.accounts import LONGEST_EMAIL, LONGEST_NAME, NO_PASSWORD, account_id, actor_of, facts_of
from charter.services.people.reach import set_reach
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

logger = logging.getLogger(__name__)

SIGN_ON = replace(COMMAND_LINE, name="single sign-on")
LEFT = f"{NO_PASSWORD}:left"
"""No password, and closed by the rules: opened again when one fits."""


@dataclass(frozen=True)
class Named:
    """Whom the sign-on names: address, name, what it says of them, and who they are at an OpenID provider."""

    email: str
    name: str
    claims: Claims
    identity: Identity | None = None


def admit(now: datetime, named: Named, rules: Rules) -> Actor | None:
    """The account of a person, made or changed as the rules say; None for somebody who is not let in.

    Raises NotAllowed where the account of that address is somebody else's at a provider.
    """
    email = named.email.strip().lower()
    if not email or len(email) > LONGEST_EMAIL or unmailable(email):
        logger.warning("the single sign-on names somebody without a mail address")
        return None
    with transaction():
        audit_log.hold()
        person = _holder(email, named.identity, rules)
        if person is not None and person.password_hash not in (NO_PASSWORD, LEFT):
            if person.is_active:
                _link(now, person, named.identity)
            return actor_of(person) if person.is_active else None
        given = _known(rights_given(rules, named.claims))
        if given is None:
            _shut_out(now, person)
            return None
        if person is not None and not person.is_active and person.password_hash != LEFT:
            return None
        person = _changed(now, person, given, email) if person is not None else _made(now, email, named.name, given)
        _link(now, person, named.identity)
        number = person.id
    _answer_for(now, number, given.owner)
    found = db.session.get(Person, number)
    return None if found is None else actor_of(found)


def _holder(email: str, identity: Identity | None, rules: Rules) -> Person | None:
    """The account of an identity, else of an address that no other identity has.

    An address may be given to somebody else one day: their predecessor's account is not theirs. Raises NotAllowed.
    """
    if identity is not None and (known := _known_as(identity)) is not None:
        return db.session.get(Person, known.person_id)
    person = db.session.execute(select(Person).where(Person.email == email)).scalar_one_or_none()
    if identity is None or person is None:
        return person
    issuers = [one.issuer for one in rules.providers]
    taken = select(KnownAs.id).where(KnownAs.person_id == person.id, KnownAs.issuer.in_(issuers)).limit(1)
    if db.session.execute(taken).scalar_one_or_none() is not None:
        raise NotAllowed(
            "The account of %(email)s is somebody else's at the provider: your Promesse administrator can undo that.",
            email=email,
        )
    return person


def _known_as(identity: Identity) -> KnownAs | None:
    query = select(KnownAs).where(KnownAs.issuer == identity.issuer, KnownAs.subject == identity.subject)
    return db.session.execute(query).scalar_one_or_none()


def _link(now: datetime, person: Person, identity: Identity | None) -> None:
    """From now on whoever this is at the provider is whose account this is."""
    if identity is None or _known_as(identity) is not None:
        return
    db.session.add(KnownAs(person_id=person.id, issuer=identity.issuer, subject=identity.subject, made_at=now))
    audit_log.record(SIGN_ON, now, "account:identity", person.email, after={"issuer": identity.issuer})


def end_at(now: datetime, issuer: str, *, subject: str | None = None, place: str | None = None) -> int:
    """The provider says that somebody is signed out: at one place (its `sid`), or everywhere. How many sessions end."""
    known = None if subject is None else _known_as(Identity(issuer, subject))
    if place is None and known is None:
        return 0
    with transaction():
        ended = sessions.end_told(now, issuer, None if known is None else known.person_id, place)
        for number in sorted(set(ended)):
            person = db.session.get(Person, number)
            name = "" if person is None else person.email
            audit_log.record(SIGN_ON, now, "account:sign-out", name, after={"places": ended.count(number)})
    return len(ended)


def identities_of(actor: Actor, number: int) -> list[str]:
    """The providers at which an account is known, by their addresses."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    query = select(KnownAs.issuer).where(KnownAs.person_id == number).order_by(KnownAs.id)
    return list(db.session.execute(query).scalars())


def forget_identities(actor: Actor, now: datetime, number: int) -> None:
    """The account is nobody's at any provider; who next comes with its address holds it. Its sessions end.

    Raises NotAllowed, NotFound.
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    with transaction():
        person = db.session.get(Person, number)
        known = db.session.execute(select(KnownAs).where(KnownAs.person_id == number)).scalars().all()
        if person is None or not known:
            raise NotFound("There is no such account.")
        require_gift(actor, Role(person.role))
        for one in known:
            db.session.delete(one)
        sessions.end_of(number, now)
        issuers = {"issuers": [one.issuer for one in known]}
        audit_log.record(actor, now, "account:identity", person.email, before=issuers)


def _known(given: Given | None) -> Given | None:
    """Only units of the charter; somebody who should have units and has none of them is given nothing."""
    if given is None or not given.units:
        return given
    known = history_or_none()
    units = tuple(unit for unit in given.units if known is not None and unit in known.current.tree)
    return replace(given, units=units) if units else None


def _made(now: datetime, email: str, name: str, given: Given) -> Person:
    shown = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:LONGEST_NAME] or email
    person = Person(
        email=email,
        name=shown,
        role=given.role.value,
        units=list(given.units),
        password_hash=NO_PASSWORD,
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    after = {"email": email, "name": shown, "role": given.role.value, "units": list(given.units)}
    audit_log.record(SIGN_ON, now, "account:create", email, after=after)
    return person


def _changed(now: datetime, person: Person, given: Given, email: str) -> Person:
    """Its rights as they are given now, and the address, where nobody else has it."""
    before = _told(person)
    person.role, person.units, person.is_active = given.role.value, list(given.units), True
    if person.email != email and account_id(email) is None:
        person.email = email
    _note(now, person, before, NO_PASSWORD)
    return person


def _shut_out(now: datetime, person: Person | None) -> None:
    """Nothing is given any more: the account is closed, and its sessions end."""
    if person is not None and person.is_active:
        before = _told(person)
        person.is_active = False
        _note(now, person, before, LEFT)


def _note(now: datetime, person: Person, before: dict[str, object], mark: str) -> None:
    after = _told(person)
    if after != before:
        person.password_hash = mark
        sessions.end_of(person.id, now)
        audit_log.record(SIGN_ON, now, "account:change", person.email, before=before, after=after)


def _told(person: Person) -> dict[str, object]:
    return facts_of(person) | {"email": person.email}


def _answer_for(now: datetime, number: int, owner: str | None) -> None:
    """The owner that the rules give, and no other; one that the charter does not have is told in the log."""
    try:
        set_reach(SIGN_ON, now, number, answers_for=[owner] if owner else [], is_next_given=False)
    except CharterError as refusal:
        logger.warning("the single sign-on gives an owner that cannot be held: %s", refusal)
