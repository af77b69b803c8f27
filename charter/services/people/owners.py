"""Owners as people: who answers for “Head of casework” on a unit, who comes next, and how each is reached.

In the charter an owner is a text. Accounts say which of these texts they answer for; the units of an account say where.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from charter.domain.alerts.mail_hours import MailHours
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.permissions import RIGHTS, may
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.people import Contact, Person
from charter.services.charters.versions import history_or_none
from charter.services.people.accounts import actor_of

ABLE = tuple(role for role in Role if Permission.HANDLE_ALERT in RIGHTS[role] or role is Role.FOUNDER)
"""Roles that may answer for something; the founder as long as nobody else does."""

STAND_IN = (Role.MANAGER, Role.DIRECTOR, Role.FOUNDER)
"""Who answers for an owner that nobody answers for: those of these roles who see the whole."""


def people_of(owner: str, unit: str | None = None) -> list[Person]:
    """Who answers for an owner on a unit (None: the whole): those whose own unit is nearest above it.

    Only those whose rights reach that far: who has moved or changed role is not asked. Where nobody does, the charter
    managers of the whole organisation, else its directors: nothing goes to no one.
    """
    held = [person for person, contact in _reached() if owner in contact.answers_for and may_answer(person, unit)]
    for key in path_of(unit):
        near = [person for person in held if key in person.units]
        if near:
            return near
    return [person for person in held if not person.units] or stand_ins()


def people_named(text: str) -> list[Person]:
    """The open accounts whose name or address is that text."""
    named = or_(Person.email == text.strip().lower(), func.lower(Person.name) == text.strip().lower())
    return list(db.session.execute(select(Person).where(named, Person.is_active).order_by(Person.id)).scalars())


def path_of(unit: str | None) -> list[str]:
    """The unit and those above it; a unit that is not of the charter stands for the whole."""
    found = history_or_none()
    if found is None:
        return []
    tree = found.current.tree
    return tree.path(unit if unit in tree else tree.root.key) if unit else [tree.root.key]


def stand_ins() -> list[Person]:
    """The charter managers of the whole organisation, else its directors, else its founder."""
    roles = Person.role.in_([role.value for role in STAND_IN])
    people = db.session.execute(select(Person).where(Person.is_active, roles).order_by(Person.id)).scalars().all()
    whole = [person for person in people if not person.units]
    return next((group for role in STAND_IN if (group := [one for one in whole if one.role == role])), [])


def may_answer(person: Person, unit: str | None) -> bool:
    """Whether an account may read the figures of a unit (None: the whole) and answer for what happens there."""
    place = unit or next(iter(path_of(None)), None)
    return person.is_active and may(actor_of(person), Permission.HANDLE_ALERT, place)


def directors() -> list[Person]:
    """The directors of the whole organisation, else its founder: where the ladder ends."""
    ends = Person.role.in_([Role.DIRECTOR.value, Role.FOUNDER.value])
    people = db.session.execute(select(Person).where(Person.is_active, ends).order_by(Person.id)).scalars().all()
    named = [person for person in people if person.role == Role.DIRECTOR and not person.units]
    return named or [person for person in people if person.role == Role.FOUNDER]


def next_of(person: Person) -> Person | None:
    """Who comes next when this person has not acknowledged; None where nobody was named, or the account is closed."""
    contact = db.session.get(Contact, person.id)
    following = db.session.get(Person, contact.next_id) if contact and contact.next_id else None
    return following if following is not None and following.is_active else None


def before_of(person: Person) -> list[Person]:
    """Those after whom this person comes next."""
    query = select(Person).join(Contact, Contact.person_id == Person.id).where(Contact.next_id == person.id)
    return list(db.session.execute(query.where(Person.is_active).order_by(Person.name)).scalars())


def contact_of(person: Person) -> Contact:
    """How a person is reached; the defaults where nothing was chosen yet."""
    found = db.session.get(Contact, person.id)
    return found or Contact(
        person_id=person.id,
        answers_for=[],
        at_once="floor",
        digest="daily",
        digest_day=0,
        digest_at="08:00",
        weekly_line="on",
        follows=[],
        tells=[],
        report_as="file",
    )


def zone_of(person: Person) -> ZoneInfo:
    """The person's time zone: their own, else the charter's."""
    contact = db.session.get(Contact, person.id)
    if contact is not None and contact.timezone:
        return ZoneInfo(contact.timezone)
    found = history_or_none()
    return ZoneInfo(found.current.charter.charter.timezone if found else "UTC")


def hours_of(person: Person) -> MailHours:
    """When the person may be written to."""
    contact = contact_of(person)
    return MailHours(
        zone=zone_of(person),
        at_once=contact.at_once,
        digest=contact.digest,
        day=contact.digest_day,
        at=time.fromisoformat(contact.digest_at),
        quiet_from=time.fromisoformat(contact.quiet_from) if contact.quiet_from else None,
        quiet_until=time.fromisoformat(contact.quiet_until) if contact.quiet_until else None,
    )


def _reached() -> list[tuple[Person, Contact]]:
    query = select(Person, Contact).join(Contact, Contact.person_id == Person.id).where(Person.is_active)
    return [(person, contact) for person, contact in db.session.execute(query.order_by(Person.id))]


def units_in_charge() -> dict[str, set[str]]:
    """By owner, the units of those who answer for it, and whose role may."""
    query = select(Person.units, Contact.answers_for).join(Contact, Contact.person_id == Person.id)
    able = Person.role.in_([role.value for role in ABLE])
    units: dict[str, set[str]] = {}
    for granted, owners in db.session.execute(query.where(Person.is_active, able)):
        for owner in owners:
            units.setdefault(owner, set()).update(granted)
    return units


def names_of_able(unit: str) -> list[str]:
    """The names of those who may act on a unit, to choose from."""
    people = db.session.execute(select(Person).where(Person.is_active).order_by(Person.name)).scalars()
    return [one.name for one in people if may_answer(one, unit)]


MOST_NAMED = 8


def who_may_answer(units: Sequence[str], *, but: int = 0) -> list[str] | Sentence:
    """The names of those who may answer on all of these units, for a refusal; a sentence where nobody may."""
    people = db.session.execute(select(Person).where(Person.is_active).order_by(Person.name)).scalars()
    names = [one.name for one in people if one.id != but and all(may_answer(one, unit) for unit in units)]
    return names[:MOST_NAMED] or Sentence("nobody so far")
