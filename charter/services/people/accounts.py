"""Accounts: who may sign in, in which role, on which units; passwords are kept as argon2 hashes.

Accounts that change: name, role, units, closed and opened again, passwords; nobody locks everybody out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from charter.domain.alerts.mail_hours import unmailable
from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import STOOD_IN_FOR, Actor, require, require_gift
from charter.domain.vocabulary.sentences import stands_in_one_line
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.people import Person
from charter.services.charters.providers import is_of_provider
from charter.services.charters.versions import find_unit, history, history_or_none
from charter.services.people import sessions
from charter.services.people.passwords import (
    INVITED,
    NO_PASSWORD,
    check_password,
    first_hash,
    fits,
    nobody,
    password_hash,
)
from charter.services.people.rate_limit import Tries, count_failure, forget_failures, require_patience
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

LONGEST_EMAIL = 254
LONGEST_NAME = 200
SOMEBODY = Actor(name="somebody", role=None)
"""Who tried to sign in and could not: nobody knows who that was."""

KEEPS_ACCOUNTS = (Role.ADMIN, Role.FOUNDER)
"""One of these stays, so that nobody is locked out."""


def create_account(
    actor: Actor,
    now: datetime,
    *,
    email: str,
    name: str,
    role: Role,
    password: str | None,
    units: Sequence[str] = (),
) -> int:
    """Open an account and return its id; without a password its person chooses one by a link (see invitations).

    Raises Invalid (e-mail, password, unit), Conflict (e-mail taken)."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    require_gift(actor, role)
    if role is Role.FOUNDER:
        raise _no_other_founder()
    wanted = Wanted(email.strip().lower(), name, role, password, units)
    check_wanted(wanted)
    with transaction():
        return open_wanted(actor, now, wanted)


@dataclass(frozen=True)
class Wanted:
    """The account that is asked for."""

    email: str
    name: str
    role: Role
    password: str | None = field(repr=False)
    units: Sequence[str] = ()


def open_wanted(actor: Actor, now: datetime, wanted: Wanted) -> int:
    """The new account, within the caller's transaction, written to in the language of who opens it until its person
    says otherwise. Raises Conflict (e-mail taken)."""
    if _by_email(wanted.email) is not None:
        raise Conflict("There is an account for %(email)s already.", email=wanted.email)
    person = Person(
        email=wanted.email,
        name=wanted.name.strip(),
        role=wanted.role.value,
        units=list(wanted.units),
        password_hash=first_hash(wanted.password),
        created_at=now,
        language=actor.language,
    )
    db.session.add(person)
    db.session.flush()
    after = {"email": person.email, "name": person.name, "role": person.role, "units": list(wanted.units)}
    audit_log.record(actor, now, "account:create", person.email, after=after)
    return person.id


def _no_other_founder() -> Invalid:
    return Invalid("The founder is who opened the first account: choose another role.", "role")


def check_wanted(wanted: Wanted) -> None:
    """Raises Invalid for a name, an address, a password or units that an account cannot have."""
    if found := faults_of(wanted):
        found[0].others = tuple(found[1:])
        raise found[0]


def faults_of(wanted: Wanted) -> list[Invalid]:
    """Everything that is wrong with the account that is asked for, each with its field, in the order of the forms."""
    password, found = wanted.password, list[Invalid]()
    checks: tuple[Callable[[], object], ...] = (
        lambda: check_name(wanted.name),
        lambda: check_email(wanted.email),
        lambda: None if password is None else check_password(password, wanted.email, wanted.name),
        lambda: check_units(wanted.units),
    )
    for check in checks:
        try:
            check()
        except Invalid as fault:
            found.append(fault)
    return found


def check_email(email: str) -> None:
    """Raises Invalid (email) for an empty one, one that is too long, or one to which no mail can go."""
    if not email:
        raise Invalid("Write the e-mail address that the account is created for.", "email")
    if len(email) > LONGEST_EMAIL:
        raise Invalid("The e-mail is too long: at most %(most)s characters.", "email", most=LONGEST_EMAIL)
    if why := unmailable(email):
        raise Invalid(why, "email")


def check_name(name: str) -> None:
    """Raises Invalid (name) for an empty one, one that is too long, or one that does not stand in one line."""
    if not name.strip():
        raise Invalid("The account needs a name.", "name")
    if not stands_in_one_line(name):
        raise Invalid("The name runs over several lines, or has a character that cannot be printed.", "name")
    if len(name.strip()) > LONGEST_NAME:
        raise Invalid("The name is too long: at most %(most)s characters.", "name", most=LONGEST_NAME)


def check_units(units: Sequence[str]) -> None:
    """Raises Invalid (units) for one that the charter in force does not know."""
    found = history_or_none()
    unknown = [unit for unit in units if found is None or unit not in found.current.tree]
    if unknown:
        raise Invalid("The charter has no unit %(unit)s.", "units", unit=unknown[0])


def authenticate(email: str, password: str, now: datetime, tries: Tries = Tries()) -> Actor | None:  # noqa: B008
    """The person behind e-mail and password, or None. Nobody is locked out: who guesses is slowed, by where they guess.

    A wrong e-mail takes as long as a wrong password, so that accounts cannot be guessed by the clock. Raises TooMany.
    """
    email = email.strip().lower()
    with transaction():
        require_patience(now, email, tries)
        person = _by_email(email)
        has_password = person is not None and not person.password_hash.startswith(NO_PASSWORD)
        is_right = fits(person.password_hash if person is not None and has_password else nobody(), password)
        if person is None or not has_password or not is_right or not person.is_active:
            count_failure(now, email, tries)
            if person is not None:
                person.failed_count += 1
                facts = {"tries": person.failed_count}
                audit_log.record(SOMEBODY, now, "account:sign-in-failed", person.email, after=facts)
            return None
        forget_failures(email, tries)
        return actor_of(person)


def take_failures(actor: Actor) -> int:
    """How many tries to sign in failed since the person was last told; from now on they are told."""
    with transaction():
        person = _person(actor.user_id or 0)
        count, person.failed_count = person.failed_count, 0
    return count


def person(user_id: int) -> Actor | None:
    """The account with that id, if it is open."""
    found = db.session.get(Person, user_id)
    return None if found is None or not found.is_active else actor_of(found)


def actor_of(person: Person) -> Actor:
    """An account as an actor: the granted units first, then all those beneath."""
    return Actor(
        name=person.name,
        role=Role(person.role),
        units=scope_of(person.units) if person.units else None,
        user_id=person.id,
        language=person.language,
        last_unit=person.last_unit,
        stands_in_for=_stood_in_for(person) if person.role == Role.FOUNDER else (),
        is_provider=person.role != Role.FRONTLINE and is_of_provider(person.units),
    )


def _stood_in_for(founder: Person) -> tuple[Role, ...]:
    """The roles on the whole organisation that nobody else holds: the founder does until they are given, and whoever is
    invited has come."""
    has_come = Person.is_active & ~Person.password_hash.startswith(INVITED, autoescape=True)
    others = select(Person.role, Person.units).where(has_come, Person.id != founder.id)
    held = {role for role, units in db.session.execute(others) if not units}
    return tuple(role for role in STOOD_IN_FOR if role.value not in held)


def scope_of(granted: Sequence[str]) -> tuple[str, ...]:
    """The granted units, then all those beneath them."""
    found = history_or_none()
    keys = dict.fromkeys(granted)
    for key in granted:
        if found is not None and key in found.current.tree:
            keys.update(dict.fromkeys(sorted(found.current.tree.under(key))))
    return tuple(keys)


def set_language(actor: Actor, now: datetime, language: str) -> None:
    """Remember the language a person reads in."""
    with transaction():
        found = None if actor.user_id is None else db.session.get(Person, actor.user_id)
        if found is None:
            raise NotFound("This account does not exist any more.")
        before, found.language = found.language, language
        audit_log.record(
            actor, now, "account:language", found.email, before={"language": before}, after={"language": language}
        )


def set_last_unit(actor: Actor, now: datetime, unit: str) -> None:
    """Remember whose desk a person looks at. Raises NotAllowed outside the person's units, NotFound (unit)."""
    require(actor, Permission.READ_DESK, unit)
    with transaction():
        found = None if actor.user_id is None else db.session.get(Person, actor.user_id)
        if found is None:
            raise NotFound("This account does not exist any more.")
        find_unit(history().current, unit)
        before, found.last_unit = found.last_unit, unit
        if before != unit:
            audit_log.record(actor, now, "account:unit", found.email, before={"unit": before}, after={"unit": unit})


def account_id(email: str) -> int | None:
    """The account of an e-mail address, if there is one."""
    found = _by_email(email.strip().lower())
    return None if found is None else found.id


def _by_email(email: str) -> Person | None:
    return db.session.execute(select(Person).where(Person.email == email)).scalar_one_or_none()


def change_account(
    actor: Actor, now: datetime, number: int, *, name: str, role: Role, units: Sequence[str], is_active: bool
) -> None:
    """Change who an account is and what it may; other rights end its sessions.

    Raises NotAllowed, NotFound, Invalid (name, units), Conflict: one's own account is not closed nor stripped of its
    rights by oneself, and one administrator stays.
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    check_name(name)
    with transaction():
        audit_log.hold()
        person = _person(number)
        require_gift(actor, role, Role(person.role))
        check_units([unit for unit in units if unit not in person.units])
        before = facts_of(person)
        if role is Role.FOUNDER and person.role != Role.FOUNDER:
            raise _no_other_founder()
        is_admin = role in KEEPS_ACCOUNTS and is_active and not units
        if person.id == actor.user_id and not is_admin:
            raise Conflict("Your own account keeps its rights: ask another administrator to change it.")
        if not is_admin and _is_last_admin(person):
            raise Conflict("This is the last account that holds accounts: give another one this role first.")
        person.name, person.role, person.units, person.is_active = name.strip(), role.value, list(units), is_active
        if (after := facts_of(person)) != before:
            if after | {"name": ""} != before | {"name": ""}:
                sessions.end_of(person.id, now)
            audit_log.record(actor, now, "account:change", person.email, before=before, after=after)


def set_password(actor: Actor, now: datetime, number: int, password: str) -> None:
    """Give an account another password; whoever is signed in with the old one is signed out.

    Raises NotAllowed, NotFound, Invalid (password).
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    with transaction():
        person = _person(number)
        check_password(password, person.email, person.name)
        require_gift(actor, Role(person.role))
        _give(actor, now, person, password)


def change_own_password(actor: Actor, now: datetime, *, old: str, new: str) -> None:
    """Another password for oneself. Raises NotFound, Invalid (old, password)."""
    with transaction():
        person = _person(actor.user_id or 0)
        if not fits(person.password_hash, old):
            raise Invalid("This is not your present password.", "old")
        check_password(new, person.email, person.name)
        _give(actor, now, person, new)


def _give(actor: Actor, now: datetime, person: Person, password: str) -> None:
    person.password_hash = password_hash(password)
    sessions.end_of(person.id, now)
    audit_log.record(actor, now, "account:password", person.email)


def _person(number: int) -> Person:
    found = db.session.get(Person, number)
    if found is None:
        raise NotFound("There is no such account.")
    return found


def facts_of(person: Person) -> dict[str, Any]:
    """What an entry of the audit log tells of an account."""
    return {"name": person.name, "role": person.role, "units": list(person.units), "is_active": person.is_active}


def _is_last_admin(person: Person) -> bool:
    if person.role not in KEEPS_ACCOUNTS or not person.is_active:
        return False
    keeps = Person.role.in_([role.value for role in KEEPS_ACCOUNTS])
    others = select(func.count()).where(keeps, Person.is_active, Person.id != person.id)
    return db.session.execute(others).scalar_one() == 0
