"""When and how a person is written to, as they choose it themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import TypedDict
from zoneinfo import ZoneInfo, available_timezones

from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.permissions import Actor, may_somewhere, require
from charter.domain.vocabulary.terms import Permission
from charter.models.base import db
from charter.models.people import Contact, Person
from charter.services.charters.versions import history_or_none
from charter.services.people.following import OFF, ON, OWN, PROMISE, TELLS, UNIT, scope_of
from charter.services.people.owners import before_of, contact_of, directors, may_answer, next_of, stand_ins, zone_of
from charter.services.records import audit_log
from charter.services.records.transactions import transaction

EARLIEST = time(4)
"""No digest is due between midnight and four: clocks change there."""


class Chosen(TypedDict):
    """What a person chooses: what is written at once, when the digest comes, hours without mail; what they follow, what
    else they are told of (`TELLS`), and how a report reaches them."""

    at_once: str
    digest: str
    digest_day: int
    digest_at: str
    quiet_from: str | None
    quiet_until: str | None
    timezone: str | None
    weekly_line: str
    follows: list[str]
    tells: list[str]
    report_as: str


class Followed(TypedDict):
    """A unit or a promise that a person chose to follow, by its name."""

    key: str
    unit: str | None
    title: Words | None


class Reach(Chosen):
    """The same, with what the person answers for, who comes next, after whom they come themselves, in which way they
    stand in for others, and what the form offers."""

    answers_for: list[str]
    next: str | None
    after: list[str]
    stands_in: str | None
    zone: str
    email: str
    zones: list[str]
    followed: list[Followed]
    scope: list[str]
    may_be_told: list[str]


def mail_hours_of(actor: Actor) -> Reach:
    """What the person chose, what they answer for, and who comes next."""
    person = _person(actor)
    contact = contact_of(person)
    following = next_of(person)
    return {
        **_facts(contact),
        "answers_for": list(contact.answers_for),
        "next": following.name if following and _may_follow(person, following) else None,
        "after": [one.name for one in before_of(person) if _may_follow(one, person)],
        "stands_in": _stands_in(person),
        "zone": zone_of(person).key,
        "email": person.email,
        "followed": _followed(contact),
        "scope": _scope(person),
        "may_be_told": [one for one, right in TELLS.items() if may_somewhere(actor, right)],
        "zones": sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")),
    }


def _may_follow(person: Person, following: Person) -> bool:
    """Whether somebody is asked where this person has not answered: there they may answer too."""
    units: Sequence[str | None] = person.units or [None]
    return any(may_answer(following, unit) for unit in units)


def _stands_in(person: Person) -> str | None:
    """What is asked of those who see the whole: `all` that nobody answers for, or only what the `floor` ends with."""
    if any(one.id == person.id for one in stand_ins()):
        return "all"
    return "floor" if any(one.id == person.id for one in directors()) else None


def _followed(contact: Contact) -> list[Followed]:
    found = history_or_none()
    if found is None:
        return []
    units = {UNIT + key: unit.name for key, unit in found.current.tree.by_key.items()}
    titles = {PROMISE + one.key: words(one.title) for one in found.current.charter.commitments}
    return [
        {"key": one, "unit": units.get(one), "title": titles.get(one)}
        for one in contact.follows
        if one in units or one in titles
    ]


def _scope(person: Person) -> list[str]:
    """The names of the units that their role has them follow, whatever they chose."""
    found = history_or_none()
    if found is None:
        return []
    tree = found.current.tree
    return [tree.by_key[unit].name for unit in scope_of(person, tree.root.key) if unit in tree]


def choose_mail_hours(
    actor: Actor,
    now: datetime,
    given: Mapping[str, str],
    *,
    follows: Sequence[str] | None = None,
    tells: Sequence[str] | None = None,
) -> None:
    """Keep what a person chose for themselves; `follows`: those of what they follow that they go on following, `tells`:
    what else they are told of; None leaves what is. Raises NotFound (no account), Invalid (field).
    """
    require(actor, Permission.READ_PAGES)
    chosen = _checked(given)
    with transaction():
        person = _person(actor)
        contact = contact_of(person)
        before = _facts(contact)
        for name, value in chosen.items():
            setattr(contact, name, value)
        if follows is not None:
            contact.follows = [one for one in contact.follows if one in follows]
        if tells is not None:
            contact.tells = [one for one, right in TELLS.items() if one in tells and may_somewhere(actor, right)]
        if _facts(contact) != before:
            db.session.add(contact)
            audit_log.record(actor, now, "account:mail", person.email, before=before, after=_facts(contact))


def stop_mail(actor: Actor, now: datetime, mail: str = "week") -> None:
    """Turn off the week's mail with all that stands in it, or that of approved months, as the link in it asks.

    Raises NotFound (no account).
    """
    with transaction():
        person = _person(actor)
        contact = contact_of(person)
        before = _facts(contact)
        if mail == "month_approved":
            contact.tells = [one for one in contact.tells if one != "approvals"]
        else:
            contact.weekly_line = OFF
            contact.tells = [one for one in contact.tells if one != "observations"]
        if _facts(contact) != before:
            db.session.add(contact)
            audit_log.record(actor, now, "account:mail", person.email, before=before, after=_facts(contact))


def _facts(contact: Contact) -> Chosen:
    return {
        "at_once": contact.at_once,
        "digest": contact.digest,
        "digest_day": contact.digest_day,
        "digest_at": contact.digest_at,
        "quiet_from": contact.quiet_from,
        "quiet_until": contact.quiet_until,
        "timezone": contact.timezone,
        "weekly_line": contact.weekly_line,
        "follows": list(contact.follows),
        "tells": list(contact.tells),
        "report_as": contact.report_as,
    }


def _person(actor: Actor) -> Person:
    found = None if actor.user_id is None else db.session.get(Person, actor.user_id)
    if found is None:
        raise NotFound("This account does not exist any more.")
    return found


def _checked(given: Mapping[str, str]) -> dict[str, str | int | None]:
    """What the form says, in the types of the row."""
    day = given.get("digest_day", "0")
    if day not in tuple("0123456"):
        raise Invalid("Choose a day of the week for the digest.", "digest_day")
    quiet = (_hour(given, "quiet_from"), _hour(given, "quiet_until"))
    if (quiet[0] is None) != (quiet[1] is None):
        raise Invalid("Quiet hours need a beginning and an end: give both, or neither.", "quiet_from")
    at = _hour(given, "digest_at") or "08:00"
    if time.fromisoformat(at) < EARLIEST:
        raise Invalid("The digest comes at 04:00 or later: choose another hour.", "digest_at")
    return {
        "at_once": _one_of(given, "at_once", ("floor", "all", "none")),
        "digest": _one_of(given, "digest", ("daily", "weekly")),
        "digest_day": int(day),
        "digest_at": at,
        "quiet_from": quiet[0],
        "quiet_until": quiet[1],
        "timezone": _zone(given.get("timezone", "")),
        "weekly_line": _one_of(given, "weekly_line", (ON, OWN, OFF)),
        "report_as": _one_of(given, "report_as", ("file", "link")),
    }


def _one_of(given: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    chosen = given.get(name, choices[0])
    if chosen not in choices:
        raise Invalid("Choose one of %(choices)s.", name, choices=choices)
    return chosen


def _hour(given: Mapping[str, str], name: str) -> str | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        return time.fromisoformat(text).strftime("%H:%M")
    except ValueError as error:
        raise Invalid("%(given)s is not an hour: write it like 08:00.", name, given=text) from error


def _zone(name: str) -> str | None:
    if not name:
        return None
    if name not in available_timezones():
        raise Invalid("%(given)s is not a time zone: choose one of the list.", "timezone", given=name)
    return ZoneInfo(name).key
