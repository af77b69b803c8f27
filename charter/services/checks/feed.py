"""The calendar of due checks for calendar programs: a private address per account, which can be renewed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from charter.domain.overview.model import Words, words
from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.permissions import Actor, may_somewhere, require
from charter.domain.vocabulary.terms import CheckState, Permission
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.people import CalendarFeed, Contact, Person
from charter.services.charters.versions import History, history
from charter.services.checks.calendar import next_due
from charter.services.people.accounts import person as account_of
from charter.services.records import audit_log
from charter.services.records.transactions import transaction
from charter.services.schedule.due import state_of

BACK = timedelta(days=62)
"""How far back the calendar goes; older checks are on the page of checks."""


class FeedCheck(NamedTuple):
    """A check as a calendar shows it; `changed_at`: since when it stands as it does."""

    indicator: str
    period: str
    title: Words
    owner: str
    state: str
    due_at: datetime
    changed_at: datetime


class Feed(NamedTuple):
    """What stands behind a private address: whose checks, of which charter, in which language."""

    language: str | None
    owners: list[str]
    charter: str
    title: Words
    checks: list[FeedCheck]


def renew_feed(actor: Actor, now: datetime) -> str:
    """Make the actor's private address anew and return its secret, shown this once; the one before is dead.

    Raises NotAllowed (nobody in particular, or somebody who may not see checks).
    """
    require(actor, Permission.READ_DESK, actor.home)
    if actor.user_id is None:
        raise NotAllowed("A calendar belongs to a person with an account.")
    secret = secrets.token_urlsafe(24)
    with transaction():
        found = db.session.get(CalendarFeed, actor.user_id)
        if found is None:
            found = CalendarFeed(person_id=actor.user_id)
            db.session.add(found)
        found.sha256, found.made_at = _hash(secret), now
        audit_log.record(actor, now, "calendar:renew", actor.name)
    return secret


def feed_made_at(actor: Actor) -> datetime | None:
    """When the address in use was made; None where there is none."""
    found = None if actor.user_id is None else db.session.get(CalendarFeed, actor.user_id)
    return None if found is None else found.made_at


def drop_feed(actor: Actor, now: datetime) -> None:
    """From now on the address shows nothing."""
    require(actor, Permission.READ_DESK, actor.home)
    with transaction():
        found = None if actor.user_id is None else db.session.get(CalendarFeed, actor.user_id)
        if found is not None:
            db.session.delete(found)
            audit_log.record(actor, now, "calendar:drop", actor.name)


def feed_of(secret: str, now: datetime, *, owner: str | None = None) -> Feed:
    """The due checks behind a private address: of one owner, or of those the person answers for, else of all.

    Raises NotFound for an address that is unknown, was renewed, or whose account is closed or may not see checks.
    """
    query = select(Person).join(CalendarFeed, CalendarFeed.person_id == Person.id)
    person = db.session.execute(query.where(CalendarFeed.sha256 == _hash(secret))).scalar_one_or_none()
    actor = account_of(person.id) if person is not None else None
    if actor is None or not may_somewhere(actor, Permission.READ_DESK):
        raise NotFound("There is no such calendar: make its address again on the page of your account.")
    found = history()
    owners = [owner] if owner else _answers_for(actor)
    head = found.current.charter.charter
    return Feed(actor.language, owners, head.key, words(head.title), list(_checks(found, owners, now)))


def _answers_for(actor: Actor) -> list[str]:
    contact = db.session.get(Contact, actor.user_id)
    return list(contact.answers_for) if contact is not None else []


def _checks(found: History, owners: Sequence[str], now: datetime) -> Iterator[FeedCheck]:
    """The checks of the last two months and the next one of each indicator."""
    since = select(DueCheck).where(DueCheck.due_at.between(now - BACK, now)).order_by(DueCheck.due_at, DueCheck.id)
    known: set[tuple[str, str]] = set()
    for check in db.session.execute(since).scalars():
        version = found.on(check.period_start)
        commitment, _ = version.indicators.get(check.indicator_key, (None, None))
        if commitment is None or (owners and commitment.owner not in owners):
            continue
        known.add((check.indicator_key, check.period_key))
        state = state_of(check, now)
        yield FeedCheck(
            check.indicator_key,
            check.period_key,
            version.titles[check.indicator_key],
            commitment.owner,
            state.value,
            check.due_at,
            _changed(check, state),
        )
    for row in next_due(found, now):
        commitment, _ = found.current.indicators[row["indicator"]]
        if (row["indicator"], row["period"]) in known or (owners and commitment.owner not in owners):
            continue
        due = datetime.fromisoformat(row["due_at"])
        place = (row["indicator"], row["period"])
        yield FeedCheck(*place, row["title"], commitment.owner, CheckState.DUE.value, due, due - BACK)


def _changed(check: DueCheck, state: CheckState) -> datetime:
    """Since when it stands as it does: an entry that has not changed is written alike each time."""
    if state is CheckState.DONE and check.done_at is not None:
        return check.done_at
    if state is CheckState.LATE:
        return check.late_at
    return check.lapsed_at if state is CheckState.LAPSED else check.due_at


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
