"""The week's mail: what is open of what a person sees by their role, or follows, without answering for it.

The director of the whole gets it even when nothing has changed; others where something is open, has closed, is
missed without an alert, or a place beneath is at an unacceptable level. It says what is so when it leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy import func, select

from charter.domain.alerts.alert_rules import OVER, AlertState, Happening, Subject
from charter.domain.alerts.mail_hours import last_digest
from charter.domain.frontline.observations import ObservationKind
from charter.domain.vocabulary.permissions import Actor, may, may_somewhere, require
from charter.domain.vocabulary.terms import Permission
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db
from charter.models.frontline import Observation
from charter.models.jobs import Post
from charter.models.people import Person
from charter.services.alerts.alert_lines import AlertLine, Reader, line_of
from charter.services.alerts.directors import is_director, month_that_waits
from charter.services.alerts.figures import code_today, facts_today, unacceptable_beneath
from charter.services.alerts.misses import missed_unwatched
from charter.services.charters.versions import Version, history_or_none
from charter.services.classes.current import placed, places_today, turn_of
from charter.services.frontline.observations import is_waiting
from charter.services.month.overview import overview
from charter.services.people.accounts import actor_of
from charter.services.people.following import Following, followers, following_of, units_followed
from charter.services.people.owners import contact_of, hours_of, units_in_charge
from charter.services.post.mail import MailKind, register_mails
from charter.services.post.outbox import post_mail
from charter.services.records.transactions import transaction

FRESH = timedelta(days=1)
"""A week's mail that could not be written for longer is left to the next week."""
WEEK = timedelta(days=7)
SHOWN = 10


def tell_followers(actor: Actor, now: datetime) -> int:
    """Have each who follows something written to on the day of their week; returns how many mails were written."""
    require(actor, Permission.SEND_AGAIN)
    found = history_or_none()
    if found is None:
        return 0
    recent = select(Post.recipient, Post.cause).where(Post.template == "week", Post.written_at >= now - 2 * FRESH)
    written = {(recipient, cause) for recipient, cause in db.session.execute(recent)}
    due = [(person, cause) for person, cause in _due(found.current.tree.root.key, now)]
    with transaction():
        return sum(
            post_mail(cause, person, "week", {}, now) for person, cause in due if (person.email, cause) not in written
        )


def _due(root: str, now: datetime) -> Iterator[tuple[Person, str]]:
    for person, _ in followers(root):
        due = last_digest(replace(hours_of(person), digest="weekly"), now)
        if now - due < FRESH and person.created_at < due:
            yield person, f"week {due:%G-W%V}"


@dataclass(frozen=True)
class _Week:
    """Whose week it is: what they may read, and what of it they follow."""

    reader: Reader
    following: Following
    at: datetime

    @property
    def is_director(self) -> bool:
        """Whether it is the line of the director of the whole, who has not turned it off."""
        return is_director(self.reader.person) and bool(self.following.scope)

    def is_told(self, alert: Alert) -> bool:
        """Whether it belongs to this mail: followed, readable, and not what the person was asked about by itself."""
        tree = self.reader.found.current.tree
        is_theirs = self.following.holds(tree, alert.unit_key, alert.commitment_key)
        is_asked = self.reader.person.id in alert.told_to and not self.is_director
        return is_theirs and not is_asked and self.reader.may_read(alert)


def compose_week(params: Mapping[str, Any], person: Person, at: datetime) -> Mapping[str, Any] | None:
    """What is open, what has closed, and the worst places; None where a person who is no director has nothing of it."""
    found = history_or_none()
    if found is None:
        return None
    tree = found.current.tree
    following = _readable(following_of(person, contact_of(person), tree.root.key), actor_of(person))
    if not following:
        return None
    week = _Week(Reader(person, found, places_today(found.current, at)), following, at)
    lines, more = _open(week)
    lines += [*_closed(week), *_beneath(week)]
    observations = _observations(week)
    unalerted = missed_unwatched(actor_of(person), found.current, at, following.places[:SHOWN])
    if not lines and not observations and not unalerted and not week.is_director:
        return None
    place = next((unit for unit in following.places if unit in tree), None)
    names = {one.key: one.title for one in found.current.charter.commitments}
    return {
        "headline": overview(actor_of(person), at, unit=place) if place else None,
        "place": tree.by_key[place].name if place and place != tree.root.key else None,
        "lines": lines,
        "more": more,
        "observations": observations,
        "unalerted": unalerted,
        "is_director": week.is_director,
        "places": [tree.by_key[unit].name for unit in following.places if unit in tree],
        "promises": [names[key].model_dump() for key in following.promises if key in names],
        "waiting": _waiting(week) if week.is_director else [],
    }


def _waiting(week: _Week) -> list[str]:
    """The month that waits for the director, unless they were asked for it by itself within the day."""
    asked = (Post.template == "month_waits") & (Post.recipient == week.reader.person.email)
    query = select(Post.cause).where(asked, Post.written_at > week.at - FRESH)
    just_asked = set(db.session.execute(query).scalars())
    return [period for period in month_that_waits() if f"month {period} waits" not in just_asked]


def _readable(following: Following, actor: Actor) -> Following:
    """What of it the person's pages still show."""

    def kept(units: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(unit for unit in units if may(actor, Permission.READ_DESK, unit))

    promises = following.promises if may_somewhere(actor, Permission.READ_DESK) else ()
    return replace(following, scope=kept(following.scope), units=kept(following.units), promises=promises)


KINDS = (Subject.STATUS, Subject.DATA)


def _open(week: _Week) -> tuple[list[AlertLine], int]:
    """The first lines of what is open, by what touches the floor, then the oldest; and how many more there are."""
    is_open = (Alert.state != AlertState.CLOSED) & Alert.kind.in_(KINDS)
    alerts = db.session.execute(select(Alert).where(is_open).order_by(Alert.opened_at, Alert.id)).scalars()
    mine = [alert for alert in alerts if week.is_told(alert)]
    mine.sort(key=lambda alert: turn_of(placed(alert.commitment_key, week.reader.places)))
    shown = mine[:SHOWN]
    today = facts_today(week.reader.found, shown)
    unanswered = _unanswered(shown)
    lines = [
        line_of(one, Happening.OPENED, code_today(one, today[one.id]), today[one.id], week.reader.places)
        | {"standing": _standing(one, one.id in unanswered), "group": "open"}
        for one in shown
    ]
    return lines, len(mine) - len(shown)


def _unanswered(alerts: list[Alert]) -> set[int]:
    """Those of which nobody is left to be asked."""
    ended = AlertEvent.alert_id.in_([one.id for one in alerts]) & (AlertEvent.what == Happening.UNANSWERED)
    return set(db.session.execute(select(AlertEvent.alert_id).where(ended)).scalars())


def _standing(alert: Alert, is_unanswered: bool) -> dict[str, Any]:
    """Who is on it, as a code that words are found by."""
    if alert.state == AlertState.ACKNOWLEDGED:
        return {"code": "on-it", "who": alert.acted_by}
    if alert.snoozed_until:
        return {"code": "paused", "until": alert.snoozed_until.isoformat()}
    return {"code": "unanswered" if is_unanswered else "waiting" if alert.told_to else "unheld"}


def _closed(week: _Week) -> list[AlertLine]:
    """What has closed within the week."""
    over = AlertEvent.what.in_(OVER) & (AlertEvent.at > week.at - WEEK) & (AlertEvent.at <= week.at)
    query = select(AlertEvent, Alert).join(Alert, Alert.id == AlertEvent.alert_id).where(over, Alert.kind.in_(KINDS))
    rows = db.session.execute(query.where(Alert.state == AlertState.CLOSED).order_by(AlertEvent.id)).all()
    return [
        line_of(alert, event.what, event.code, event.facts, week.reader.places)
        for event, alert in rows
        if week.is_told(alert)
    ][:SHOWN]


def _beneath(week: _Week) -> list[AlertLine]:
    """The worst place beneath each unit that is followed, where the unit itself holds and the place does not at all."""
    version, reader = week.reader.found.current, week.reader
    lines: list[AlertLine] = []
    for facts in unacceptable_beneath(reader.found, week.following.places):
        commitment = version.indicators[facts["indicator_key"]][0]
        lines.append(
            {
                "alert": 0,
                "kind": Subject.STATUS,
                "what": Happening.OPENED,
                "code": "unacceptable",
                "commitment": commitment.key,
                "place": placed(commitment.key, reader.places),
                "owner": commitment.owner,
                "facts": facts,
                "group": "beneath",
                "standing": {"code": "more", "more": facts["more_places"]} if facts["more_places"] else None,
            }
        )
    lines.sort(key=lambda line: turn_of(line["place"]))
    return lines[:SHOWN]


class Unread(TypedDict):
    """How many observations of a unit nobody has read yet."""

    unit_name: str
    count: int


def _observations(week: _Week) -> list[Unread]:
    """What staff have told and nobody has read, of the units whose observations the reader reads."""
    if not week.following.has_observations:
        return []
    of_words = is_waiting() & (Observation.kind != ObservationKind.INCIDENT.value)
    query = select(Observation.unit_key, func.count()).where(of_words).group_by(Observation.unit_key)
    actor, tree = actor_of(week.reader.person), week.reader.found.current.tree
    return [
        {"unit_name": tree.by_key[unit].name if unit in tree else unit, "count": count}
        for unit, count in db.session.execute(query.order_by(Observation.unit_key))
        if may(actor, Permission.MODERATE_OBSERVATION, unit)
    ]


def untold_units(actor: Actor, version: Version) -> list[str]:
    """The names of the units right beneath the whole that nobody answers for, sees by their role or follows."""
    tree = version.tree
    told = units_followed(tree.root.key).union(*units_in_charge().values()) - {tree.root.key}
    mine = [unit for unit in tree.children(tree.root.key) if may(actor, Permission.READ_DESK, unit.key)]
    return [unit.name for unit in mine if unit.key not in told]


def followers_of(alerts: Sequence[Alert], version: Version | None) -> dict[int, list[str]]:
    """By alert that nobody was asked about, the names of those who read it in the week's mail."""
    if version is None or all(alert.told_to for alert in alerts):
        return {}
    everybody = list(followers(version.tree.root.key))
    return {
        alert.id: [
            person.name
            for person, found in everybody
            if found.holds(version.tree, alert.unit_key, alert.commitment_key)
            and may(actor_of(person), Permission.READ_DESK, alert.unit_key)
        ]
        for alert in alerts
        if not alert.told_to and alert.state != AlertState.CLOSED
    }


register_mails({"week": MailKind(compose_week)})
