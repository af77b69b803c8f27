"""Following a promise or a unit without answering for it: what a person sees by their role is followed by default.

Who follows reads the alerts of it in one mail a week, and is never asked for an answer. See services/alerts/week.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import Actor, may_somewhere, require
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.people import Contact, Person
from charter.services.charters.versions import find_unit, history
from charter.services.people.accounts import actor_of
from charter.services.people.owners import contact_of
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

BY_ROLE = (Role.DIRECTOR, Role.MANAGER, Role.CONTRIBUTOR)
"""Roles whose own units are followed unless they say no; of those who see the whole, the director follows it."""

ON, OWN, OFF = "on", "own", "off"
"""What a person chose for the week's mail: with what their role sees, only what they chose themselves, or none."""

UNIT, PROMISE = "unit:", "promise:"

CHOSEN = (Contact.weekly_line, Contact.follows)
"""The columns of a contact that say what a person chose."""

TELLS: Mapping[str, Permission] = {
    "observations": Permission.MODERATE_OBSERVATION,
    "approvals": Permission.READ_DESK,
}
"""What else a person may be told of, and the right that it needs."""


@dataclass(frozen=True)
class Following:
    """What a person follows: units with all beneath them, and promises. `scope`: the units that their role brings;
    `has_observations`: what staff have told and nobody has read stands in the same mail."""

    scope: tuple[str, ...]
    units: tuple[str, ...]
    promises: tuple[str, ...]
    has_observations: bool = False

    def __bool__(self) -> bool:
        return bool(self.scope or self.units or self.promises or self.has_observations)

    @property
    def places(self) -> tuple[str, ...]:
        """The units followed, those of the role first."""
        return tuple(dict.fromkeys((*self.scope, *self.units)))

    def holds(self, tree: UnitTree, unit: str, commitment: str) -> bool:
        """Whether it is about a promise that is followed, or happened on a unit that is, or beneath one."""
        return commitment in self.promises or (unit in tree and not set(tree.path(unit)).isdisjoint(self.places))


def following_of(person: Person, contact: Contact, root: str) -> Following:
    """What a person follows by their role and by choice; where they turned that off, only what else they asked for."""
    has_observations = "observations" in contact.tells
    if contact.weekly_line == OFF:
        return Following((), (), (), has_observations)
    own = contact.follows
    scope = scope_of(person, root) if contact.weekly_line == ON else ()
    return Following(scope, _keys(own, UNIT), _keys(own, PROMISE), has_observations)


def scope_of(person: Person, root: str) -> tuple[str, ...]:
    """The units that a person follows by their role, unless they say no."""
    if person.role not in BY_ROLE:
        return ()
    return tuple(person.units) or ((root,) if person.role == Role.DIRECTOR else ())


def _keys(chosen: list[str], kind: str) -> tuple[str, ...]:
    return tuple(one.removeprefix(kind) for one in chosen if one.startswith(kind))


def followers(root: str) -> Iterator[tuple[Person, Following]]:
    """Everybody with an open account who follows something."""
    query = select(Person, Contact).outerjoin(Contact, Contact.person_id == Person.id).where(Person.is_active)
    for person, contact in db.session.execute(query.order_by(Person.id)):
        found = following_of(person, contact or contact_of(person), root)
        if found:
            yield person, found


def told_of(news: str) -> list[Person]:
    """Those with an open account who asked to be told of this, and may know: `observations` or `approvals`."""
    query = select(Person, Contact).join(Contact, Contact.person_id == Person.id).where(Person.is_active)
    people = [person for person, contact in db.session.execute(query.order_by(Person.id)) if news in contact.tells]
    return [person for person in people if may_somewhere(actor_of(person), TELLS[news])]


def units_followed(root: str) -> set[str]:
    """The units that somebody follows: they are watched, whoever answers for them."""
    return {unit for _, found in followers(root) for unit in found.places}


def is_followed(
    actor: Actor, told: Any = None, *, unit: str | None = None, commitment: str | None = None
) -> bool | None:
    """Whether the person follows a unit, or a promise, by their own choice; None for who has no account.

    `told`: the columns CHOSEN of the person's contact, where a page has asked for them already.
    """
    if actor.user_id is None:
        return None
    if told is None:
        told = db.session.execute(select(*CHOSEN).where(Contact.person_id == actor.user_id)).first()
    return told is not None and told.weekly_line not in (None, OFF) and _name_of(unit, commitment) in told.follows


def follow(
    actor: Actor, now: datetime, *, unit: str | None = None, commitment: str | None = None, is_on: bool = True
) -> None:
    """Follow a unit, or a promise, or follow it no more. Raises NotAllowed, NotFound (unit, promise, account)."""
    version = history().current
    place = find_unit(version, unit) if unit is not None else (actor.home or version.tree.root.key)
    require(actor, Permission.READ_DESK, place)
    if commitment is not None and all(one.key != commitment for one in version.charter.commitments):
        raise NotFound("There is no commitment %(key)s.", key=commitment)
    with transaction():
        person = db.session.get(Person, actor.user_id) if actor.user_id is not None else None
        if person is None:
            raise NotFound("This account does not exist any more.")
        contact = contact_of(person)
        before, name = _chosen(contact), _name_of(unit, commitment)
        kept = [one for one in contact.follows if one != name]
        contact.follows = [*kept, name] if is_on else kept
        if is_on and contact.weekly_line == OFF:
            contact.weekly_line, contact.follows = OWN, [name]
        if (after := _chosen(contact)) != before:
            db.session.add(contact)
            audit_log.record(actor, now, "account:follow", person.email, before=before, after=after)


def _chosen(contact: Contact) -> dict[str, Any]:
    return {"follows": list(contact.follows), "weekly_line": contact.weekly_line}


def _name_of(unit: str | None, commitment: str | None) -> str:
    return UNIT + unit if unit is not None else PROMISE + (commitment or "")
