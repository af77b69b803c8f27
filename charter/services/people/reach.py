"""What accounts answer for, who comes next, and how their addresses do: the page of accounts, and what changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import func, select

from charter.domain.alerts.mail_hours import GIVEN_UP, Channel, PostState
from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.permissions import RIGHTS, Actor, may, require
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Contact, Person
from charter.services.charters.versions import history_or_none
from charter.services.people.accounts import actor_of
from charter.services.people.owners import ABLE, contact_of, may_answer, path_of, who_may_answer
from charter.services.records import audit_log
from charter.services.records.transactions import transaction


def owners_in_force() -> list[str]:
    """The owners that the charter in force names, in its order."""
    found = history_or_none()
    return list(dict.fromkeys(one.owner for one in found.current.charter.commitments)) if found else []


class Account(TypedDict):
    """An account with what it answers for, who comes next, and why its address was refused by the last mail."""

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
    refused: Mapping[str, Any] | None


class Accounts(TypedDict):
    """All accounts, the owners of the charter in force, and those of them that nobody answers for; addresses that mail
    does not reach."""

    people: list[Account]
    refused: list[RefusedAddress]
    owners: list[str]
    unheld: list[str]


def reach_page(actor: Actor) -> Accounts:
    """All accounts with what they answer for, and the owners that nobody answers for."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    people = db.session.execute(select(Person).order_by(Person.name, Person.id)).scalars().all()
    contacts = {contact.person_id: contact for contact in db.session.execute(select(Contact)).scalars()}
    names = {person.id: person.name for person in people}
    given_up = _given_up()
    rows = [_row(person, contacts.get(person.id), names, given_up.get(person.email)) for person in people]
    able = {role.value for role in ABLE}
    held = {owner for row in rows if row["is_active"] and row["role"] in able for owner in row["answers_for"]}
    return {
        "people": rows,
        "refused": refused_addresses(actor),
        "owners": owners_in_force(),
        "unheld": [o for o in owners_in_force() if o not in held],
    }


ENDED = (PostState.SENT, *GIVEN_UP)
"""What became of a mail, one way or another."""


def refused_posts() -> dict[str, Post]:
    """By address, the newest mail to it where the mail server did not take that address."""
    return {email: post for email, post in _given_up().items() if post.state == PostState.REFUSED}


class RefusedAddress(TypedDict):
    """An address that mail does not reach: whose account it is (None: it is on the list of the report), and why."""

    email: str
    name: str | None
    note: str | None
    said: Mapping[str, Any] | None


def refused_addresses(actor: Actor) -> list[RefusedAddress]:
    """For those who hold the accounts: the addresses in use that the mail server does not take; none for others."""
    if not may(actor, Permission.MANAGE_ACCOUNTS):
        return []
    refused = refused_posts()
    query = select(Person.email, Person.name).where(Person.email.in_(refused), Person.is_active)
    people: dict[str, str | None] = {row.email: row.name for row in db.session.execute(query)}
    found = history_or_none()
    listed = found.current.charter.charter.report.to if found and refused else []
    names: dict[str, str | None] = dict.fromkeys(one.address for one in listed if one.address in refused)
    return [
        {"email": email, "name": name, "note": refused[email].note, "said": refused[email].said}
        for email, name in sorted((names | people).items())
    ]


def _given_up() -> dict[str, Post]:
    """By address, the newest mail to it where it was given up; nothing of those that have taken one since."""
    ended = (Post.channel == Channel.MAIL) & Post.state.in_(ENDED)
    newest = select(func.max(Post.id)).where(ended).group_by(Post.recipient)
    rows = db.session.execute(select(Post).where(Post.id.in_(newest), Post.state.in_(GIVEN_UP))).scalars()
    return {row.recipient: row for row in rows}


def _row(person: Person, contact: Contact | None, names: dict[int, str], given_up: Post | None) -> Account:
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
        "refused": {"note": given_up.note, "said": given_up.said} if given_up else None,
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
            _require_a_hand(person, set(contact.answers_for) - set(before["answers_for"]))
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
    units = person.units or path_of(None)[:1]
    if not all(may_answer(following, unit) for unit in units):
        raise Invalid(
            "%(name)s may not answer for what happens at %(unit)s: nobody can come next who may not read it. These "
            "may: %(names)s.",
            "next",
            name=following.name,
            unit=next(unit for unit in units if not may_answer(following, unit)),
            names=who_may_answer(units, but=person.id),
        )
    return following.id


def _require_a_hand(person: Person, owners: set[str]) -> None:
    """Raises Invalid where somebody is given promises to answer for, and their role may not answer."""
    if owners and not any(Permission.HANDLE_ALERT in RIGHTS[role] for role in actor_of(person).roles):
        raise Invalid(
            "%(name)s may not answer alerts (%(role)s), and so answers for nothing. These may: %(names)s.",
            "answers_for",
            name=person.name,
            role=Role(person.role),
            names=who_may_answer(person.units or path_of(None)[:1], but=person.id),
        )


def _language(language: str) -> str:
    if language not in ("fr", "en"):
        raise Invalid("%(language)s is not a language of Promesse: give fr or en.", "language", language=language)
    return language
