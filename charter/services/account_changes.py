"""Accounts that change: name, role, units, closed and opened again, passwords; nobody locks everybody out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from charter.domain.errors import Conflict, Invalid, NotFound
from charter.domain.permissions import Actor, require, require_gift
from charter.domain.terms import Permission, Role
from charter.models.base import db
from charter.models.people import Person
from charter.services import audit
from charter.services.accounts import check_name, check_password, check_units, is_password_of, password_hash
from charter.services.transactions import transaction


def change_account(
    actor: Actor, now: datetime, number: int, *, name: str, role: Role, units: Sequence[str], is_active: bool
) -> None:
    """Change who an account is and what it may; a closed one is signed out at its next page.

    Raises NotAllowed, NotFound, Invalid (name, units), Conflict: one's own account is not closed nor stripped of its
    rights by oneself, and one administrator stays.
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    check_name(name)
    with transaction():
        audit.hold()
        person = _person(number)
        require_gift(actor, role, Role(person.role))
        check_units([unit for unit in units if unit not in person.units])
        before = _facts(person)
        is_admin = role is Role.ADMIN and is_active and not units
        if person.id == actor.user_id and not is_admin:
            raise Conflict("Your own account keeps its rights: ask another administrator to change it.")
        if not is_admin and _is_last_admin(person):
            raise Conflict("This is the last account that holds accounts: give another one this role first.")
        person.name, person.role, person.units, person.is_active = name.strip(), role.value, list(units), is_active
        if (after := _facts(person)) != before:
            audit.record(actor, now, "account:change", person.email, before=before, after=after)


def set_password(actor: Actor, now: datetime, number: int, password: str) -> None:
    """Give an account another password; whoever is signed in with the old one is signed out.

    Raises NotAllowed, NotFound, Invalid (password).
    """
    require(actor, Permission.MANAGE_ACCOUNTS)
    check_password(password)
    with transaction():
        person = _person(number)
        require_gift(actor, Role(person.role))
        _give(actor, now, person, password)


def change_own_password(actor: Actor, now: datetime, *, old: str, new: str) -> None:
    """Another password for oneself. Raises NotFound, Invalid (old, password)."""
    with transaction():
        person = _person(actor.user_id or 0)
        if not is_password_of(person, old):
            raise Invalid("This is not your present password.", "old")
        check_password(new)
        _give(actor, now, person, new)


def _give(actor: Actor, now: datetime, person: Person, password: str) -> None:
    person.password_hash = password_hash(password)
    person.failed_count, person.locked_until = 0, None
    audit.record(actor, now, "account:password", person.email)


def _person(number: int) -> Person:
    found = db.session.get(Person, number)
    if found is None:
        raise NotFound("There is no such account.")
    return found


def _facts(person: Person) -> dict[str, Any]:
    return {"name": person.name, "role": person.role, "units": list(person.units), "is_active": person.is_active}


def _is_last_admin(person: Person) -> bool:
    if person.role != Role.ADMIN or not person.is_active:
        return False
    others = select(func.count()).where(Person.role == Role.ADMIN, Person.is_active, Person.id != person.id)
    return db.session.execute(others).scalar_one() == 0
