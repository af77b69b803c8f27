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
from charter.domain.vocabulary.errors import CharterError
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.sign_on import Claims, Given, Rules, rights_given
from charter.models.base import db
from charter.models.people import Person
from charter.services.charters.versions import history_or_none
from charter.services.people import sessions
from charter.services.people.accounts import LONGEST_EMAIL, LONGEST_NAME, NO_PASSWORD, actor_of, facts_of
from charter.services.people.reach import set_reach
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

logger = logging.getLogger(__name__)

SIGN_ON = replace(COMMAND_LINE, name="single sign-on")
LEFT = f"{NO_PASSWORD}:left"
"""No password, and closed by the rules: opened again when one fits."""


@dataclass(frozen=True)
class Named:
    """Whom the sign-on names: address, name, and what it says of them."""

    email: str
    name: str
    claims: Claims


def admit(now: datetime, named: Named, rules: Rules) -> Actor | None:
    """The account of a person, made or changed as the rules say; None for somebody who is not let in."""
    email = named.email.strip().lower()
    if not email or len(email) > LONGEST_EMAIL or unmailable(email):
        logger.warning("the single sign-on names somebody without a mail address")
        return None
    with transaction():
        audit_log.hold()
        person = db.session.execute(select(Person).where(Person.email == email)).scalar_one_or_none()
        if person is not None and person.password_hash not in (NO_PASSWORD, LEFT):
            return actor_of(person) if person.is_active else None
        given = _known(rights_given(rules, named.claims))
        if given is None:
            _shut_out(now, person)
            return None
        if person is not None and not person.is_active and person.password_hash != LEFT:
            return None
        person = _changed(now, person, given) if person is not None else _made(now, email, named.name, given)
        number = person.id
    _answer_for(now, number, given.owner)
    found = db.session.get(Person, number)
    return None if found is None else actor_of(found)


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


def _changed(now: datetime, person: Person, given: Given) -> Person:
    before = facts_of(person)
    person.role, person.units, person.is_active = given.role.value, list(given.units), True
    _note(now, person, before, NO_PASSWORD)
    return person


def _shut_out(now: datetime, person: Person | None) -> None:
    """Nothing is given any more: the account is closed, and its sessions end."""
    if person is not None and person.is_active:
        before = facts_of(person)
        person.is_active = False
        _note(now, person, before, LEFT)


def _note(now: datetime, person: Person, before: dict[str, object], mark: str) -> None:
    after = facts_of(person)
    if after != before:
        person.password_hash = mark
        sessions.end_of(person.id, now)
        audit_log.record(SIGN_ON, now, "account:change", person.email, before=before, after=after)


def _answer_for(now: datetime, number: int, owner: str | None) -> None:
    """The owner that the rules give, and no other; one that the charter does not have is told in the log."""
    try:
        set_reach(SIGN_ON, now, number, answers_for=[owner] if owner else [], is_next_given=False)
    except CharterError as refusal:
        logger.warning("the single sign-on gives an owner that cannot be held: %s", refusal)
