"""Who answers for an alert as time goes by: pauses that end, people who move, promises that leave, and the ladder.

An alert lives with its promise, not with an account. The ladder goes from who answers to who comes next, to those who
see the whole, and for the floor always to the director; that nobody is left to ask is told too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from charter.domain.alerts.alert_rules import AlertState, Happening, Subject, Watch
from charter.domain.alerts.mail_hours import is_told_at_once
from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert, AlertEvent, AlertNotice, WatchRow
from charter.models.base import db
from charter.models.people import Person
from charter.services.alerts.alert_lines import facts_told
from charter.services.charters.versions import Version
from charter.services.people.following import ON
from charter.services.people.owners import (
    contact_of,
    directors,
    hours_of,
    may_answer,
    next_of,
    path_of,
    people_of,
    stand_ins,
    units_in_charge,
)
from charter.services.post.outbox import post_webhook
from charter.services.records import audit_log
from charter.services.records.transactions import rows_changed, transaction

FLOOR = ("floor", "both")
OF_KEEPERS = (Subject.DOUBT, Subject.CLASS)


def answering(alert: Alert) -> list[Person]:
    """Who answers for an alert now. What is doubted of the data, and a class to be looked at again, is for those who
    keep the charter: no owner mends a file or decides a class. A class that has moved is for both."""
    if alert.kind == Subject.MOVE:
        return list({one.id: one for one in (*stand_ins(), *people_of(alert.owner))}.values())
    return stand_ins() if alert.kind in OF_KEEPERS else people_of(alert.owner, alert.unit_key)


def is_held(alert: Alert, held: Mapping[str, set[str]]) -> bool:
    """Whether somebody was put in charge of it there: the whole always is, and who keeps the charter for what is
    theirs; `held`: by owner, the units of those who answer for it."""
    root = path_of(None)[0]
    is_asked = bool(alert.told_to) or alert.kind in OF_KEEPERS or alert.unit_key == root
    return is_asked or alert.unit_key in held.get(alert.owner, ())


def keep_up(version: Version, places: Mapping[str, str], now: datetime, patience: timedelta) -> None:
    """All that time and people do to alerts, before anybody is written to."""
    close_what_left(version, now)
    end_pauses(version, now)
    hand_over(version, places, now)
    escalate(places, now, patience)


def end_pauses(version: Version, now: datetime) -> None:
    """A snooze whose day has come is over: the alert is open again, and says so."""
    today = now.astimezone(ZoneInfo(version.charter.charter.timezone)).date()
    over = (Alert.state == AlertState.SNOOZED) & (Alert.snoozed_until <= today)
    for number in db.session.execute(select(Alert.id).where(over)).scalars().all():
        with transaction():
            again = update(Alert).where(Alert.id == number, over)
            if rows_changed(again.values(state=AlertState.OPEN, snoozed_until=None, escalate_at=None)) == 1:
                alert = db.session.get_one(Alert, number, populate_existing=True)
                _happened(alert, Happening.REARMED, now, at_once=False)


def _happened(alert: Alert, what: Happening, now: datetime, *, at_once: bool) -> AlertEvent:
    facts = alert.facts | {"opened_at": alert.opened_at.isoformat()}
    event = AlertEvent(alert_id=alert.id, what=what, code=alert.code, facts=facts, at_once=at_once, at=now)
    db.session.add(event)
    db.session.flush()
    return event


def close_what_left(version: Version, now: datetime) -> None:
    """Close the alerts of promises and units that the charter no longer holds, and forget what was watched of them."""
    for number in [one.id for one in _standing() if not _is_held(version, one)]:
        with transaction():
            audit_log.hold()
            alert = db.session.get_one(Alert, number, populate_existing=True)
            if alert.state == AlertState.CLOSED:
                continue
            alert.state, alert.closed_at, alert.changed_at, alert.escalate_at = AlertState.CLOSED, now, now, None
            _happened(alert, Happening.LEFT, now, at_once=False)
            place = (WatchRow.kind == alert.kind) & (WatchRow.subject == alert.subject)
            forgotten = update(WatchRow).where(place, WatchRow.unit_key == alert.unit_key)
            db.session.execute(forgotten.values(state=Watch().as_json()))


def _standing() -> list[Alert]:
    query = select(Alert).where(Alert.state != AlertState.CLOSED).order_by(Alert.id)
    return list(db.session.execute(query).scalars())


def _is_held(version: Version, alert: Alert) -> bool:
    """Whether the charter still promises what the alert is about, there where it is about it."""
    if alert.unit_key not in version.tree:
        return False
    if alert.kind in (Subject.CLASS, Subject.MOVE):
        return any(one.key == alert.commitment_key for one in version.charter.commitments)
    return alert.subject in version.indicators


def hand_over(version: Version, places: Mapping[str, str], now: datetime) -> None:
    """Have those told who are in charge now, where nobody who was told is any more, or who was on it has gone."""
    owners = {one.key: one.owner for one in version.charter.commitments}
    in_charge: dict[tuple[bool, str, str], set[int]] = {}
    held, unasked = units_in_charge(), _unasked()
    changed = []
    for alert in _standing():
        owner = owners.get(alert.commitment_key or "", alert.owner)
        # Many alerts are of one owner on one unit: who answers there is asked once.
        place = (alert.kind in OF_KEEPERS, alert.owner, alert.unit_key)
        if place not in in_charge:
            in_charge[place] = {person.id for person in answering(alert)}
        is_new = alert.id in unasked and is_held(alert, held)
        is_left = bool(alert.told_to) and not in_charge[place] & set(alert.told_to)
        if owner != alert.owner or is_new or is_left or _is_let_go(alert):
            changed.append((alert.id, owner))
    for number, owner in changed:
        with transaction():
            audit_log.hold()
            alert = db.session.get_one(Alert, number, populate_existing=True)
            if alert.state == AlertState.CLOSED:
                continue
            alert.owner = owner
            people = answering(alert)
            is_asked = bool(alert.told_to) or (number in unasked and is_held(alert, held))
            if not is_asked or not people or (_is_in_hand(alert) and not _is_let_go(alert)):
                continue
            event = _happened(alert, Happening.HANDED, now, at_once=True)
            _tell(alert, event, people, is_floor=_is_floor(alert, places))
            if alert.state == AlertState.ACKNOWLEDGED:
                alert.state = AlertState.OPEN
            alert.told_to, alert.escalate_at = sorted(person.id for person in people), None


def _unasked() -> set[int]:
    """The alerts on units that nobody was in charge of when they were told: who is put in charge answers for them."""
    told = select(AlertEvent.alert_id).where(AlertEvent.told_at.is_not(None)).distinct()
    standing = select(Alert).where(Alert.state != AlertState.CLOSED, Alert.id.in_(told))
    return {alert.id for alert in db.session.execute(standing).scalars() if not alert.told_to}


def _is_let_go(alert: Alert) -> bool:
    """Whether who said to be on it may not answer there any more."""
    if alert.state != AlertState.ACKNOWLEDGED or alert.acted_by_id is None:
        return False
    person = db.session.get(Person, alert.acted_by_id)
    return person is None or not may_answer(person, alert.unit_key)


def _is_in_hand(alert: Alert) -> bool:
    """Whether one of those who answer for it now was told of it."""
    return any(person.id in alert.told_to for person in answering(alert))


def _is_floor(alert: Alert, places: Mapping[str, str]) -> bool:
    return places.get(alert.commitment_key or "") in FLOOR


def _tell(alert: Alert, event: AlertEvent, people: Iterable[Person], *, is_floor: bool) -> None:
    """Have these told, at once or in their digest as they chose, and the program."""
    event.told_at = event.at
    post_webhook(f"alert event {event.id}", f"alert:{event.what}", facts_told(alert, event, is_floor), event.at)
    for person in people:
        at_once = is_told_at_once(hours_of(person), is_urgent=True, is_floor=is_floor)
        db.session.add(AlertNotice(event_id=event.id, person_id=person.id, at_once=at_once, written_at=event.at))


def escalate(places: Mapping[str, str], now: datetime, patience: timedelta) -> None:
    """What nobody acknowledged in time goes to who comes next; that nobody is left to ask is told once."""
    waiting = (Alert.state == AlertState.OPEN) & (Alert.escalate_at <= now)
    for number in db.session.execute(select(Alert.id).where(waiting)).scalars().all():
        with transaction():
            audit_log.hold()
            claimed = update(Alert).where(Alert.id == number, waiting).values(escalate_at=now + patience)
            if rows_changed(claimed) != 1:
                continue
            alert = db.session.get_one(Alert, number, populate_existing=True)
            is_floor, again = _is_floor(alert, places), None
            if following := next_asked(alert, is_floor):
                event = _happened(alert, Happening.ESCALATED, now, at_once=True)
                asked = [one for one in following if not _reads_it_anyway(one, alert)]
                _tell(alert, event, asked, is_floor=is_floor)
                again = None if asked else now + patience
                alert.told_to = sorted({*alert.told_to, *(person.id for person in following)})
            elif _was_escalated(alert):
                event = _happened(alert, Happening.UNANSWERED, now, at_once=True)
                _tell(alert, event, _to_be_told(alert, is_floor), is_floor=is_floor)
            # An answer is awaited again from the moment at which these are reached (telling.became).
            alert.escalate_at = again


def next_asked(alert: Alert, is_floor: bool) -> list[Person]:
    """The next rung with somebody on it who was not asked yet and may answer: who comes next, those who see the whole,
    and for the floor the directors."""
    people = [person for number in alert.told_to if (person := db.session.get(Person, number)) is not None]
    named = {following.id: following for person in people if (following := next_of(person)) is not None}
    for rung in (list(named.values()), stand_ins(), directors() if is_floor else []):
        found = [one for one in rung if one.id not in alert.told_to and may_answer(one, alert.unit_key)]
        if found:
            return found
    return []


def _was_escalated(alert: Alert) -> bool:
    """Whether others were asked: where there never was anybody else, an end of the ladder is no news."""
    asked = (AlertEvent.alert_id == alert.id) & (AlertEvent.what == Happening.ESCALATED)
    return db.session.execute(select(AlertEvent.id).where(asked).limit(1)).first() is not None


def _to_be_told(alert: Alert, is_floor: bool) -> list[Person]:
    """Those whom the end of the ladder is news for: directors who were asked themselves read it in the week's mail."""
    return [one for one in _last(alert, is_floor) if one.id not in alert.told_to or not _has_week(one)]


def _has_week(person: Person) -> bool:
    """Whether the week's mail tells a director of the whole what is open, and who is on it."""
    return person.role == Role.DIRECTOR and not person.units and contact_of(person).weekly_line == ON


def _reads_it_anyway(person: Person, alert: Alert) -> bool:
    """Whether a director was asked already about the same promise on a unit above: that alert names the worst place,
    and this one stands in the week's mail."""
    if not _has_week(person):
        return False
    above = set(path_of(alert.unit_key)) - {alert.unit_key}
    same = (Alert.kind == alert.kind) & (Alert.subject == alert.subject) & Alert.unit_key.in_(above)
    open_ones = db.session.execute(select(Alert).where(same, Alert.state != AlertState.CLOSED)).scalars()
    return any(person.id in one.told_to for one in open_ones)


def _last(alert: Alert, is_floor: bool) -> list[Person]:
    """Who is told that the ladder has ended: the directors for the floor, else those who see the whole."""
    return (directors() if is_floor else []) or stand_ins()
