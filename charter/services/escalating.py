"""What stays without an answer goes on to who comes next; a pause whose day has come is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from charter.domain.alerting import AlertState, Happening
from charter.models.alerts import Alert, AlertEvent, AlertNotice
from charter.models.base import db
from charter.models.people import Person
from charter.services.charters import Version
from charter.services.owners import next_of, stand_ins
from charter.services.transactions import rows_changed, transaction


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
