"""Telling people what happened: each event once to each person, at once or in their digest, and to programs.

Every step is one transaction that claims what it tells, so that any number of processes may do this at once and
nothing is lost between two steps.

What is said of alerts, as plain facts: the lines of mails and pages.

What stays without an answer goes on to who comes next; a pause whose day has come is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, update

from charter.domain.alerts.alert_rules import AlertState, Happening, Subject
from charter.domain.alerts.mail_hours import MailHours, is_quiet, is_told_at_once, last_digest
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.models.alerts import Alert, AlertEvent, AlertNotice
from charter.models.base import db
from charter.models.people import Person
from charter.services.charters.versions import Version, history_or_none
from charter.services.classes.current import placed, places_today, turn_of
from charter.services.people.owners import contact_of, next_of, people_of, stand_ins, zone_of
from charter.services.post.outbox import post_mail, post_webhook
from charter.services.records import audit_log
from charter.services.records.transactions import rows_changed, transaction

STILL_SHOWN = 20


class AlertLine(TypedDict):
    """What templates and words need to say one thing; `place` is where the commitment stands by its class of today."""

    alert: int
    kind: str
    what: str
    code: str
    commitment: str | None
    place: str | None
    owner: str
    facts: Mapping[str, Any]


def lines_of(events: Sequence[int], places: Mapping[str, str]) -> list[AlertLine]:
    """What is said, one line an alert by its newest event, and one for each corrected period: what asks for somebody
    first, and of that what touches the floor."""
    rows = db.session.execute(
        select(AlertEvent, Alert)
        .join(Alert, Alert.id == AlertEvent.alert_id)
        .where(AlertEvent.id.in_(events))
        .order_by(AlertEvent.id)
    ).all()
    found: dict[Any, AlertLine] = {}
    for event, alert in rows:
        key = event.id if event.what == Happening.RESTATED else (alert.kind, alert.subject, alert.unit_key)
        found.pop(key, None)
        found[key] = line_of(alert, event.what, event.code, event.facts, places)
    return told_in_order(found.values())


def told_in_order(lines: Iterable[AlertLine]) -> list[AlertLine]:
    """What is well again comes after what asks for somebody; of that the floor comes first."""
    return sorted(lines, key=_turn)


class Turn(NamedTuple):
    """What puts lines in order: good news last, the floor first, then what happened."""

    is_good: bool
    place: int
    what: int


def _turn(line: AlertLine) -> Turn:
    turn = _TURN.get(Happening(line["what"]), 1)
    return Turn(turn > 1, turn_of(line["place"]) if turn <= 1 else turn, turn)


_TURN = {Happening.WORSENED: 0, Happening.ESCALATED: 0, Happening.CLOSED: 2, Happening.EASED: 2, Happening.NOTED: 3,
         Happening.RESTATED: 4}  # fmt: skip


def line_of(alert: Alert, what: str, code: str, facts: Mapping[str, Any], places: Mapping[str, str]) -> AlertLine:
    """One thing to say of an alert."""
    return {
        "alert": alert.id,
        "kind": alert.kind,
        "what": str(what),
        "code": code,
        "commitment": alert.commitment_key,
        "place": placed(alert.commitment_key, places),
        "owner": alert.owner,
        "facts": facts,
    }


def still_open(person: Person, told: Iterable[int], places: Mapping[str, str]) -> list[AlertLine]:
    """What else is open with this person: the floor first, then the oldest."""
    known = set(told)
    is_open = Alert.state.in_((AlertState.OPEN, AlertState.ACKNOWLEDGED))
    alerts = db.session.execute(select(Alert).where(is_open).order_by(Alert.id)).scalars()
    mine = [alert for alert in alerts if person.id in alert.told_to and alert.id not in known]
    lines = [line_of(alert, Happening.OPENED, alert.code, alert.facts, places) for alert in mine]
    return sorted(lines, key=lambda line: turn_of(line["place"]))[:STILL_SHOWN]


def end_pauses(version: Version, now: datetime) -> None:
    """A snooze whose day has come is over: the alert is open again, and says so."""
    today = now.astimezone(ZoneInfo(version.charter.charter.timezone)).date()
    over = (Alert.state == AlertState.SNOOZED) & (Alert.snoozed_until <= today)
    for number in db.session.execute(select(Alert.id).where(over)).scalars().all():
        with transaction():
            again = update(Alert).where(Alert.id == number, over)
            if rows_changed(again.values(state=AlertState.OPEN, snoozed_until=None, escalate_at=None)) == 1:
                alert = db.session.get_one(Alert, number, populate_existing=True)
                what = {"what": Happening.REARMED, "code": alert.code, "facts": alert.facts}
                db.session.add(AlertEvent(alert_id=number, at_once=False, at=now, **what))


def escalate(now: datetime, escalate_after: timedelta) -> None:
    """What nobody acknowledged in time goes to who comes next; where nobody does, to those who see the whole."""
    waiting = (Alert.state == AlertState.OPEN) & (Alert.escalate_at <= now)
    for number in db.session.execute(select(Alert.id).where(waiting)).scalars().all():
        with transaction():
            claimed = update(Alert).where(Alert.id == number, waiting).values(escalate_at=now + escalate_after)
            if rows_changed(claimed) != 1:
                continue
            alert = db.session.get_one(Alert, number, populate_existing=True)
            following = _following(alert)
            if not following:
                alert.escalate_at = None
                continue
            facts = alert.facts | {"opened_at": alert.opened_at.isoformat()}
            what = {"what": Happening.ESCALATED, "code": alert.code, "facts": facts}
            event = AlertEvent(alert_id=number, at_once=True, at=now, told_at=now, **what)
            db.session.add(event)
            db.session.flush()
            for person in following:
                db.session.add(AlertNotice(event_id=event.id, person_id=person.id, at_once=True, written_at=now))
            alert.told_to = sorted({*alert.told_to, *(person.id for person in following)})


def _following(alert: Alert) -> list[Person]:
    people = [person for number in alert.told_to if (person := db.session.get(Person, number)) is not None]
    named = {following.id: following for person in people if (following := next_of(person)) is not None}
    found = [person for person in named.values() if person.id not in alert.told_to]
    return found or [person for person in stand_ins() if person.id not in alert.told_to]


URGENT = (Happening.OPENED, Happening.WORSENED, Happening.CONFIRMED, Happening.ESCALATED)
STALE = timedelta(days=1)
"""What could not be told for longer is no longer urgent: it goes into the digest."""

LINES_SHOWN = 40


def notify_people(actor: Actor, now: datetime, *, escalate_after: timedelta) -> int:
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
    # What is doubted of the data is for who keeps the charter: the owner cannot mend a file.
    people = stand_ins() if alert.kind == Subject.DOUBT else people_of(alert.owner, alert.unit_key)
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


def _webhook_facts(alert: Alert, event: AlertEvent, is_floor: bool) -> dict[str, object]:
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


def hours_of(person: Person) -> MailHours:
    """When the person may be written to."""
    contact = contact_of(person)
    return MailHours(
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
        audit_log.hold()
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
