"""Telling people what happened: each event once to each person, at once or in their digest, and to programs.

Every step is one transaction that claims what it tells, so that any number of processes may do this at once and
nothing is lost between two steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update

from charter.domain.alerting import AlertState, Happening, Subject
from charter.domain.permissions import Actor, require
from charter.domain.reaching import Hours, is_quiet, is_told_at_once, last_digest
from charter.domain.terms import Permission
from charter.models.alerts import Alert, AlertEvent, AlertNotice
from charter.models.base import db
from charter.models.people import Person
from charter.services import audit
from charter.services.alert_lines import lines_of, still_open
from charter.services.charters import history_or_none
from charter.services.class_places import places_today
from charter.services.escalating import end_pauses, escalate
from charter.services.outbox import post_mail, post_webhook
from charter.services.owners import contact_of, people_of, zone_of
from charter.services.transactions import rows_changed, transaction

URGENT = (Happening.OPENED, Happening.WORSENED, Happening.ESCALATED)
STALE = timedelta(days=1)
"""What could not be told for longer is no longer urgent: it goes into the digest."""

LINES_SHOWN = 40


def tell(actor: Actor, now: datetime, *, escalate_after: timedelta) -> int:
    """Have everyone told who is to be told at `now`; returns how many mails were written."""
    require(actor, Permission.SEND_AGAIN)
    found = history_or_none()
    if found is None:
        return 0
    end_pauses(found.current, now)
    places = places_today(found.current, now)
    for event_id in db.session.execute(select(AlertEvent.id).where(AlertEvent.told_at.is_(None))).scalars().all():
        with transaction():
            _tell_event(places, event_id, now)
    escalate(now, escalate_after)
    waiting = select(AlertNotice.person_id).where(AlertNotice.told_at.is_(None)).distinct()
    people = db.session.execute(waiting.order_by(AlertNotice.person_id)).scalars().all()
    when = _When(now, escalate_after, places)
    return sum(_write(person_id, when) for person_id in people)


def _tell_event(places: Mapping[str, str], event_id: int, now: datetime) -> None:
    """One event: a notice for each who answers, by the process that claims it; and one for programs.

    Before anybody has an account it waits: the first who answers is told.
    """
    event = db.session.get_one(AlertEvent, event_id, populate_existing=True)
    alert = db.session.get_one(Alert, event.alert_id, populate_existing=True)
    is_floor = places.get(alert.commitment_key or "") in ("floor", "both")
    post_webhook(f"alert event {event.id}", f"alert:{event.what}", _webhook_facts(alert, event, is_floor), now)
    people = people_of(alert.owner, alert.unit_key)
    told = {person.id: person for person in people} | {
        person.id: person
        for number in alert.told_to
        if (person := db.session.get(Person, number)) is not None and person.is_active
    }
    claimed = update(AlertEvent).where(AlertEvent.id == event_id, AlertEvent.told_at.is_(None)).values(told_at=now)
    if _is_over_quietly(alert, event):
        rows_changed(claimed)
        return
    if not told or rows_changed(claimed) != 1:
        return
    for person in told.values():
        _notice(event, person, is_floor, now)
    alert.told_to = sorted(told)


def _is_over_quietly(alert: Alert, event: AlertEvent) -> bool:
    """A special cause is one moment of a chart: that it has passed is seen there, and no mail of its own."""
    return alert.kind == Subject.SIGNAL and event.what in (Happening.CLOSED, Happening.EASED)


def _asks_for_a_mail(notice: AlertNotice) -> bool:
    """Good news of a chart goes along with the next digest; alone, it is no mail."""
    return db.session.get_one(AlertEvent, notice.event_id).what != Happening.NOTED


def _notice(event: AlertEvent, person: Person, is_floor: bool, now: datetime) -> None:
    is_urgent = event.at_once and event.what in URGENT and now - event.at < STALE
    at_once = is_told_at_once(hours_of(person), is_urgent=is_urgent, is_floor=is_floor)
    db.session.add(AlertNotice(event_id=event.id, person_id=person.id, at_once=at_once, written_at=now))


def _webhook_facts(alert: Alert, event: AlertEvent, is_floor: bool) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "alert": {
            "number": alert.id,
            "kind": alert.kind,
            "code": event.code,
            "commitment": alert.commitment_key,
            "subject": alert.subject,
            "unit": alert.unit_key,
            "owner": alert.owner,
            "floor": is_floor,
            "state": alert.state,
        },
        "facts": event.facts,
    }


def hours_of(person: Person) -> Hours:
    """When the person may be written to."""
    contact = contact_of(person)
    return Hours(
        zone=zone_of(person),
        at_once=contact.at_once,
        digest=contact.digest,
        day=contact.digest_day,
        at=time.fromisoformat(contact.digest_at),
        quiet_from=time.fromisoformat(contact.quiet_from) if contact.quiet_from else None,
        quiet_until=time.fromisoformat(contact.quiet_until) if contact.quiet_until else None,
    )


@dataclass(frozen=True)
class _When:
    """Now, how long an answer is awaited, and where each commitment stands by its class of today."""

    now: datetime
    escalate_after: timedelta
    places: Mapping[str, str]


def _write(person_id: int, when: _When) -> int:
    """One mail with all that is urgent, one with the digest when its hour has come; nothing in quiet hours."""
    now = when.now
    person = db.session.get_one(Person, person_id)
    hours = hours_of(person)
    if is_quiet(hours, now):
        return 0
    mine = (AlertNotice.person_id == person_id) & AlertNotice.told_at.is_(None)
    digest_due = mine & ~AlertNotice.at_once & (AlertNotice.written_at <= last_digest(hours, now))
    urgent = _write_mail(person, "alerts", mine & AlertNotice.at_once, when)
    return urgent + _write_mail(person, "digest", digest_due, when)


def _write_mail(person: Person, template: str, which: ColumnElement[bool], when: _When) -> int:
    """The notices as one mail; only by the process that claims every one of them. From then on an answer is awaited."""
    now, places = when.now, when.places
    with transaction():
        # The head of the log puts those who write in a line: a notice is claimed by one of them.
        audit.hold()
        notices = db.session.execute(select(AlertNotice).where(which).order_by(AlertNotice.id)).scalars().all()
        if not any(_asks_for_a_mail(notice) for notice in notices):
            return 0
        numbers = [notice.id for notice in notices]
        db.session.execute(update(AlertNotice).where(AlertNotice.id.in_(numbers)).values(told_at=now))
        lines = lines_of([notice.event_id for notice in notices], places)
        told = Alert.id.in_([line["alert"] for line in lines]) & Alert.escalate_at.is_(None)
        awaited = update(Alert).where(told, Alert.state == AlertState.OPEN)
        rows_changed(awaited.values(escalate_at=now + when.escalate_after))
        params = {"lines": lines[:LINES_SHOWN], "more": max(len(lines) - LINES_SHOWN, 0), "count": len(lines)}
        if template == "digest":
            params["still"] = still_open(person, {line["alert"] for line in lines}, places)
        return int(post_mail(f"{template} {numbers[0]}", person, template, params, now))
