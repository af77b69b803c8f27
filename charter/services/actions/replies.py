"""What people ask and answer each other under the explanation of a miss; who is named by `@name` is told by mail, once.

Only those who may read the unit are told, when it is written and again when the mail leaves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from sqlalchemy import select

from charter.domain.actions.action_rules import LONGEST_REASON, written
from charter.domain.overview.model import words
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.passwords import as_typed
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import Permission
from charter.models.actions import Reply
from charter.models.base import db
from charter.models.people import Person
from charter.services.actions.comments import month_begun
from charter.services.charters.versions import find_commitment, find_unit, history, history_or_none
from charter.services.people.accounts import actor_of
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail
from charter.services.records import audit_log
from charter.services.records.sealing import words_hash
from charter.services.records.transactions import transaction

MOST_NAMED = 12
SHOWN = 200
NAMED = re.compile(r"(?:^|(?<=[\s(«“\"]))@(?=\w)")
_END = re.compile(r"[\s,;:.!?)»”\"]")
EMPTY = Sentence("Write a question or an answer.")


class Said(NamedTuple):
    """A reply that is written: its number, who is told of it, which names are nobody's who may read it, and which are
    those of several."""

    number: int
    told: list[str]
    unknown: list[str]
    several: list[str]


class ReplyLine(TypedDict):
    """A reply as pages print it."""

    number: int
    text: str
    at: str
    by: str


def reply(actor: Actor, now: datetime, *, commitment: str, period: str, unit: str | None = None, text: str) -> Said:
    """Add a reply under a commitment's month and unit; each who is named in it is told by mail once.

    Raises NotAllowed, NotFound (commitment, unit), Invalid (no month, a month to come, no words, too many).
    """
    found = history()
    month = month_begun(found, period, now)
    version = found.on(month.start)
    unit_key = find_unit(version, unit)
    require(actor, Permission.EXPLAIN_MISS, unit_key)
    find_commitment(version, commitment)
    said = written(text, "text", LONGEST_REASON, needed=EMPTY)
    people, unknown, several = named_in(said, unit_key)
    people = [one for one in people if one.id != actor.user_id][:MOST_NAMED]
    row = Reply(
        commitment_key=commitment,
        period_key=month.key,
        unit_key=unit_key,
        text=said,
        named="".join(f" {one.id} " for one in people),
        written_at=now,
        written_by=actor.name,
        written_by_id=actor.user_id,
    )
    with transaction():
        audit_log.hold()
        db.session.add(row)
        db.session.flush()
        for one in people:
            post_mail(f"reply {row.id}", one, "reply", {"reply": row.id}, now)
        audit_log.record(actor, now, "reply:write", f"reply {row.id}", after=reply_record(row))
        return Said(row.id, [one.name for one in people], unknown, several)


def reply_record(row: Reply) -> dict[str, object]:
    """What the audit log keeps of a reply: whom it names, never its words."""
    return {
        "commitment": row.commitment_key,
        "period": row.period_key,
        "unit": row.unit_key,
        "named": [int(one) for one in row.named.split()],
        "sha256": words_hash(row.text),
    }


class Named(NamedTuple):
    """Whom a text names; the names that are nobody's; those that several people bear."""

    people: list[Person]
    unknown: list[str]
    several: list[str]


def named_in(text: str, unit: str) -> Named:
    """The people whom a text names by `@name`, of those who may read the unit; the names that are nobody's there; and
    those that several people bear.

    The longest name that fits is meant; else the one person who bears it as a part of theirs (`@ana`, `@petit`). A name
    outside the unit is as unknown as one that nobody bears.
    """
    near = people_near(unit)
    by_name = sorted(near, key=lambda one: -len(one.name))
    people: dict[int, Person] = {}
    unknown, several = list[str](), list[str]()
    for at in NAMED.finditer(text):
        rest = text[at.end() :]
        word = _END.split(rest, maxsplit=1)[0][:60]
        whole = [one for one in by_name if _begins(rest, one.name)][:1]
        meant = whole or [one for one in near if as_typed(word) in map(as_typed, one.name.split())]
        if len(meant) == 1:
            people[meant[0].id] = meant[0]
        else:
            (several if meant else unknown).append(word)
    return Named(list(people.values()), unknown, several)


def people_near(unit: str) -> list[Person]:
    """The open accounts that may read a unit, by name."""
    query = select(Person).where(Person.is_active).order_by(Person.name, Person.id)
    return [one for one in db.session.execute(query).scalars() if may(actor_of(one), Permission.READ_DESK, unit)]


def _begins(text: str, name: str) -> bool:
    """Whether a text begins with a name, and the name ends there."""
    following = text[len(name) : len(name) + 1]
    return text[: len(name)].casefold() == name.casefold() and not following.isalnum()


def replies_of(actor: Actor, *, commitment: str, period: str, unit: str) -> Sequence[ReplyLine]:
    """What was said under a commitment's month and unit, oldest first. Raises NotAllowed."""
    require(actor, Permission.READ_DESK, unit)
    place = (Reply.commitment_key == commitment) & (Reply.period_key == period) & (Reply.unit_key == unit)
    newest = select(Reply).where(place).order_by(Reply.id.desc()).limit(SHOWN)
    rows = list(db.session.execute(newest).scalars())[::-1]
    return [
        {"number": one.id, "text": one.text, "at": one.written_at.isoformat(), "by": one.written_by} for one in rows
    ]


def compose(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """What the mail says as it leaves; None to who is not named in it, or may not read the unit any more."""
    row, found = db.session.get(Reply, params["reply"]), history_or_none()
    if row is None or found is None or str(person.id) not in row.named.split():
        return None
    if not may(actor_of(person), Permission.READ_DESK, row.unit_key):
        return None
    version = found.on(parse_period(row.period_key).start)
    number, commitment = find_commitment(version, row.commitment_key)
    place = version.tree.by_key.get(row.unit_key)
    return {
        "number": number,
        "title": words(commitment.title),
        "commitment": row.commitment_key,
        "period": row.period_key,
        "unit": row.unit_key,
        "unit_name": place.name if place else row.unit_key,
        "text": row.text,
        "by": row.written_by,
    }


register_mails({"reply": MailKind(compose)})
