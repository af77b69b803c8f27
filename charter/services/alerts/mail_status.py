"""How far it came that people are told of an alert: will be written, written, taken by the mail server, refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypedDict

from sqlalchemy import func, select

from charter.domain.alerts.mail_hours import PostState, last_digest, next_digest, quiet_until
from charter.models.alerts import Alert, AlertEvent, AlertNotice
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.services.alerts.telling import asks_for_a_mail, free_from, is_pressing
from charter.services.people.owners import hours_of


class Told(TypedDict):
    """How far it came that somebody is told: `state` of the mail (`digest`: it will be written then; `along`: it
    goes with whatever digest comes next), when, and why it was given up."""

    name: str
    state: str
    at: str | None
    why: Mapping[str, Any] | str | None


def tellings_of(alerts: Sequence[Alert], places: Mapping[str, str], now: datetime) -> dict[int, list[Told]]:
    """By alert, each person who is or was told of what happened last to it, and whether that has reached them."""
    newest = (
        select(AlertEvent.alert_id, AlertNotice.person_id, func.max(AlertNotice.id).label("id"))
        .join(AlertEvent, AlertEvent.id == AlertNotice.event_id)
        .where(AlertEvent.alert_id.in_([one.id for one in alerts]))
        .group_by(AlertEvent.alert_id, AlertNotice.person_id)
        .subquery()
    )
    query = select(newest.c.alert_id, AlertNotice, Post, Person).join(newest, newest.c.id == AlertNotice.id)
    query = query.outerjoin(Post, Post.id == AlertNotice.post_id).join(Person, Person.id == AlertNotice.person_id)
    query = query.join(AlertEvent, AlertEvent.id == AlertNotice.event_id).add_columns(AlertEvent)
    moment = _Moment(now, places, cache(lambda person: free_from(person, now)))
    found: dict[int, list[Told]] = {}
    for alert_id, notice, post, person, event in db.session.execute(query.order_by(AlertNotice.id)):
        is_waiting = notice.told_at is None
        told = _to_be_told(notice, event, person, moment) if is_waiting else _told(notice, post, person)
        found.setdefault(alert_id, []).append(told)
    names = {person.id: person.name for person in db.session.execute(select(Person)).scalars()}
    for alert in alerts:
        # What an earlier release told does not say which mail it was.
        earlier: list[Told] = [
            {"name": names[one], "state": "told", "at": None, "why": None} for one in alert.told_to if one in names
        ]
        found.setdefault(alert.id, earlier)
    return found


@dataclass(frozen=True)
class _Moment:
    """When it is asked, where each commitment stands then, and from when on each person may be written to again."""

    now: datetime
    places: Mapping[str, str]
    free: Callable[[Person], datetime]


def _to_be_told(notice: AlertNotice, event: AlertEvent, person: Person, moment: _Moment) -> Told:
    """When the mail will be written: at once or with the digest, after the mails of the week, outside quiet hours."""
    hours, now = hours_of(person), moment.now
    is_due = notice.at_once or notice.written_at <= last_digest(hours, now)
    at = now if is_due else next_digest(hours, now)
    if not asks_for_a_mail(event, at):
        return {"name": person.name, "state": "along", "at": None, "why": None}
    if not is_pressing(notice, event, moment.places):
        at = max(at, moment.free(person))
    return {"name": person.name, "state": "digest", "at": (quiet_until(hours, at) or at).isoformat(), "why": None}


def _told(notice: AlertNotice, post: Post | None, person: Person) -> Told:
    state, at = "told", notice.told_at
    if post is not None:
        state, at = post.state, post.sent_at or post.next_try_at
    why = (post.said or post.note) if post is not None and post.state == PostState.FAILED else None
    return {"name": person.name, "state": state, "at": at.isoformat() if at else None, "why": why}
