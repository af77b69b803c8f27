"""Owners as people: who answers for “Head of casework” on a unit, who comes next, and how each is reached.

In the charter an owner is a text. Accounts say which of these texts they answer for; the units of an account say where.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import select

from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.people import Contact, Person
from charter.services.charters.versions import history_or_none
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

STAND_IN = (Role.MANAGER, Role.DIRECTOR)
"""Who answers for an owner that nobody answers for: those of these roles who see the whole."""


def people_of(owner: str, unit: str | None = None) -> list[Person]:
    """Who answers for an owner on a unit (None: the whole): those whose own unit is nearest above it.

    Where nobody does, the charter managers of the whole organisation, else its directors: nothing goes to no one.
    """
    held = [person for person, contact in _reached() if owner in contact.answers_for]
    for key in _path(unit):
        near = [person for person in held if key in person.units]
        if near:
            return near
    return [person for person in held if not person.units] or stand_ins()


def _path(unit: str | None) -> list[str]:
    """The unit and those above it; a unit that is not of the charter stands for the whole."""
    found = history_or_none()
    if found is None:
        return []
    tree = found.current.tree
    return tree.path(unit if unit in tree else tree.root.key) if unit else [tree.root.key]


def stand_ins() -> list[Person]:
    """The charter managers of the whole organisation, else its directors."""
    roles = Person.role.in_([role.value for role in STAND_IN])
    people = db.session.execute(select(Person).where(Person.is_active, roles).order_by(Person.id)).scalars().all()
    whole = [person for person in people if not person.units]
    return next((group for role in STAND_IN if (group := [one for one in whole if one.role == role])), [])


def next_of(person: Person) -> Person | None:
    """Who comes next when this person has not acknowledged; None where nobody was named, or the account is closed."""
    contact = db.session.get(Contact, person.id)
    following = db.session.get(Person, contact.next_id) if contact and contact.next_id else None
    return following if following is not None and following.is_active else None


def contact_of(person: Person) -> Contact:
    """How a person is reached; the defaults where nothing was chosen yet."""
    found = db.session.get(Contact, person.id)
    return found or Contact(
        person_id=person.id, answers_for=[], at_once="floor", digest="daily", digest_day=0, digest_at="08:00"
    )


def zone_of(person: Person) -> ZoneInfo:
    """The person's time zone: their own, else the charter's."""
    contact = db.session.get(Contact, person.id)
    if contact is not None and contact.timezone:
        return ZoneInfo(contact.timezone)
    found = history_or_none()
    return ZoneInfo(found.current.charter.charter.timezone if found else "UTC")


def _reached() -> list[tuple[Person, Contact]]:
    query = select(Person, Contact).join(Contact, Contact.person_id == Person.id).where(Person.is_active)
    return [(person, contact) for person, contact in db.session.execute(query.order_by(Person.id))]


def owners_in_force() -> list[str]:
    """The owners that the charter in force names, in its order."""
    found = history_or_none()
    return list(dict.fromkeys(one.owner for one in found.current.charter.commitments)) if found else []


class Account(TypedDict):
    """An account with what it answers for, and who comes next."""

    id: int
    name: str
    email: str
    role: str
    units: list[str]
    language: str | None
    is_active: bool
    answers_for: list[str]
    next_id: int | None
    next: str | None


class Accounts(TypedDict):
    """All accounts, the owners of the charter in force, and those of them that nobody answers for."""

    people: list[Account]
    owners: list[str]
    unheld: list[str]


def reach_page(actor: Actor) -> Accounts:
    """All accounts with what they answer for, and the owners that nobody answers for."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    people = db.session.execute(select(Person).order_by(Person.name, Person.id)).scalars().all()
    contacts = {contact.person_id: contact for contact in db.session.execute(select(Contact)).scalars()}
    names = {person.id: person.name for person in people}
    rows = [_row(person, contacts.get(person.id), names) for person in people]
    held = {owner for row in rows if row["is_active"] for owner in row["answers_for"]}
    return {"people": rows, "owners": owners_in_force(), "unheld": [o for o in owners_in_force() if o not in held]}


def _row(person: Person, contact: Contact | None, names: dict[int, str]) -> Account:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "units": list(person.units),
        "language": person.language,
        "is_active": person.is_active,
        "answers_for": list(contact.answers_for) if contact else [],
        "next_id": contact.next_id if contact else None,
        "next": names.get(contact.next_id) if contact and contact.next_id else None,
    }


def set_reach(
    actor: Actor,
    now: datetime,
    person_id: int,
    *,
    answers_for: Sequence[str] | None = None,
    next_id: int | None = None,
    is_next_given: bool = True,
    language: str | None = None,
) -> None:
    """Say which owners an account answers for, who comes next, and its language; None leaves what is.

    Raises NotAllowed, NotFound (account), Invalid (owner, next, language).
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    with transaction():
        person = db.session.get(Person, person_id)
        if person is None:
            raise NotFound("There is no such account.")
        contact = contact_of(person)
        before = _facts(person, contact)
        if answers_for is not None:
            contact.answers_for = _owners(answers_for, contact.answers_for)
        if is_next_given:
            contact.next_id = _following(person, next_id)
        if language:
            person.language = _language(language)
        after = _facts(person, contact)
        if after != before:
            db.session.add(contact)
            audit_log.record(actor, now, "account:reach", person.email, before=before, after=after)


def _facts(person: Person, contact: Contact) -> dict[str, Any]:
    following = db.session.get(Person, contact.next_id) if contact.next_id else None
    return {
        "answers_for": list(contact.answers_for),
        "next": following.email if following else None,
        "language": person.language,
    }


def _owners(wanted: Sequence[str], held: Sequence[str]) -> list[str]:
    known = owners_in_force()
    for owner in wanted:
        if owner not in known and owner not in held:
            raise Invalid(
                "No commitment of the charter is owned by %(owner)s. It has: %(owners)s.",
                "answers_for",
                owner=owner,
                owners=known,
            )
    return list(dict.fromkeys(wanted))


def _following(person: Person, next_id: int | None) -> int | None:
    if next_id is None:
        return None
    following = db.session.get(Person, next_id)
    if following is None or not following.is_active:
        raise Invalid("Who comes next has no open account.", "next")
    if following.id == person.id:
        raise Invalid("Who comes next is somebody else than the person itself.", "next")
    return following.id


def _language(language: str) -> str:
    if language not in ("fr", "en"):
        raise Invalid("%(language)s is not a language of Promesse: give fr or en.", "language", language=language)
    return language
