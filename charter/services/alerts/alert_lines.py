"""What is said of alerts, as plain facts that are so now: the lines of mails and pages.

An alert keeps the figure of the day it opened; what is printed is the newest one, since when, what was before it, the
worst place beneath, and whether chance could explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, NotRequired, TypedDict

from sqlalchemy import func, select

from charter.domain.alerts.alert_rules import AlertState, Happening, Subject
from charter.domain.vocabulary.permissions import may
from charter.domain.vocabulary.terms import Permission
from charter.models.alerts import Alert, AlertEvent, AlertNotice
from charter.models.base import db
from charter.models.people import Person
from charter.services.alerts.figures import FIGURES, code_today, facts_today
from charter.services.charters.versions import History
from charter.services.classes.current import placed, turn_of
from charter.services.people.accounts import actor_of

STILL_SHOWN = 20


class AlertLine(TypedDict):
    """What templates and words need to say one thing; `place` is where the commitment stands by its class of today,
    `group` what it asks, `standing` who is on it where that is said."""

    alert: int
    kind: str
    what: str
    code: str
    commitment: str | None
    place: str | None
    owner: str
    facts: Mapping[str, Any]
    group: str
    standing: NotRequired[Mapping[str, Any] | None]


@dataclass(frozen=True)
class Reader:
    """Who reads the lines, by the charter's versions, and where each commitment stands by its class of today."""

    person: Person
    found: History
    places: Mapping[str, str]

    def may_read(self, alert: Alert) -> bool:
        """Whether this person's pages would show the alert."""
        return may(actor_of(self.person), Permission.READ_DESK, alert.unit_key)


def lines_of(events: Sequence[int], reader: Reader) -> list[AlertLine]:
    """What is said of these events: one line an alert by its newest event, and one for each correction.

    Left out: what the reader may not read any more, what has closed since, and a chart's signal of a figure that is
    told anyway. What asks for somebody comes first, and of that what touches the floor.
    """
    rows = db.session.execute(
        select(AlertEvent, Alert)
        .join(Alert, Alert.id == AlertEvent.alert_id)
        .where(AlertEvent.id.in_(events))
        .order_by(AlertEvent.id)
    ).all()
    kept: dict[Any, tuple[AlertEvent, Alert]] = {}
    for event, alert in rows:
        if reader.may_read(alert) and not _is_outdated(event, alert):
            key = event.id if event.what == Happening.RESTATED else (alert.kind, alert.subject, alert.unit_key)
            kept.pop(key, None)
            kept[key] = (event, alert)
    figured = {_figure(alert) for _, alert in kept.values() if alert.kind == Subject.STATUS} | _open_with(reader.person)
    shown = [pair for pair in kept.values() if pair[1].kind != Subject.SIGNAL or _figure(pair[1]) not in figured]
    today = facts_today(reader.found, [alert for event, alert in shown if event.what in ASKING])
    return told_in_order(_line_now(event, alert, today.get(alert.id, {}), reader.places) for event, alert in shown)


def _line_now(event: AlertEvent, alert: Alert, today: Mapping[str, Any], places: Mapping[str, str]) -> AlertLine:
    code, facts = event.code, event.facts
    if event.what in ASKING:
        facts = {**event.facts, **today}
        code = code_today(alert, facts) if alert.kind in FIGURES else event.code
    return line_of(alert, event.what, code, facts, places)


def line_told(number: int, found: History, places: Mapping[str, str]) -> AlertLine | None:
    """What is said of one event to nobody in particular; None where it asks for somebody and is over by now."""
    event = db.session.get(AlertEvent, number)
    alert = None if event is None else db.session.get(Alert, event.alert_id)
    if event is None or alert is None or _is_outdated(event, alert):
        return None
    today = facts_today(found, [alert])[alert.id] if event.what in ASKING else {}
    return _line_now(event, alert, today, places)


def _open_with(person: Person) -> set[tuple[str, str]]:
    """The figures whose alert is open with this person: they were told of each by itself."""
    is_open = (Alert.kind == Subject.STATUS) & (Alert.state != AlertState.CLOSED)
    alerts = db.session.execute(select(Alert).where(is_open)).scalars()
    return {_figure(one) for one in alerts if person.id in one.told_to}


def _is_outdated(event: AlertEvent, alert: Alert) -> bool:
    """Whether it asks for somebody, and the alert is closed by now: that it is over is told by itself."""
    return alert.state == AlertState.CLOSED and event.what in ASKING


ASKING = (
    Happening.OPENED,
    Happening.WORSENED,
    Happening.CONFIRMED,
    Happening.ESCALATED,
    Happening.HANDED,
    Happening.UNANSWERED,
    Happening.REARMED,
)  # fmt: skip
"""What asks for somebody while its alert is open."""


def _figure(alert: Alert) -> tuple[str, str]:
    return alert.subject, alert.unit_key


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


_TURN = {
    Happening.WORSENED: 0,
    Happening.ESCALATED: 0,
    Happening.UNANSWERED: 0,
    Happening.CLOSED: 2,
    Happening.EASED: 2,
    Happening.LEFT: 2,
    Happening.NOTED: 3,
    Happening.AGAIN: 3,
    Happening.RESTATED: 4,
}


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
        "group": GROUPS.get(Happening(what), "asking"),
    }


GROUPS = {
    Happening.CLOSED: "back",
    Happening.EASED: "back",
    Happening.LEFT: "known",
    Happening.NOTED: "known",
    Happening.AGAIN: "known",
    Happening.RESTATED: "corrected",
}
"""What is told by what it asks: all else asks for somebody."""


def facts_told(alert: Alert, event: AlertEvent, is_floor: bool) -> dict[str, object]:
    """What a program is told of an event."""
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


def still_open(reader: Reader, told: Iterable[int], at: datetime) -> list[AlertLine]:
    """What else is open with this person, in the figures of today: the floor first, then the oldest.

    Left out: what they were written to about within the hour before, and a chart's signal of a figure that is open.
    """
    known = {*told, *_just_told(reader.person, at)}
    is_open = Alert.state.in_((AlertState.OPEN, AlertState.ACKNOWLEDGED))
    alerts = db.session.execute(select(Alert).where(is_open).order_by(Alert.id)).scalars()
    mine = [one for one in alerts if reader.person.id in one.told_to and reader.may_read(one)]
    figured = {_figure(one) for one in mine if one.kind == Subject.STATUS}
    mine = [one for one in mine if one.id not in known and (one.kind != Subject.SIGNAL or _figure(one) not in figured)]
    mine.sort(key=lambda alert: turn_of(placed(alert.commitment_key, reader.places)))
    mine = mine[:STILL_SHOWN]
    today = facts_today(reader.found, mine)
    return [
        {
            **line_of(one, Happening.OPENED, code_today(one, today[one.id]), today[one.id], reader.places),
            "group": "still",
        }
        for one in mine
    ]


JUST_NOW = timedelta(hours=1)


def _just_told(person: Person, at: datetime) -> Iterable[int]:
    """The alerts that this person was written to about just now."""
    mine = (AlertNotice.person_id == person.id) & (AlertNotice.told_at > at - JUST_NOW)
    query = select(AlertEvent.alert_id).join(AlertNotice, AlertNotice.event_id == AlertEvent.id).where(mine)
    return db.session.execute(query).scalars()


def last_events(alerts: list[int]) -> dict[int, AlertEvent]:
    """What happened last to each alert: a closed one is told by it."""
    newest = select(func.max(AlertEvent.id)).where(AlertEvent.alert_id.in_(alerts)).group_by(AlertEvent.alert_id)
    rows = db.session.execute(select(AlertEvent).where(AlertEvent.id.in_(newest))).scalars()
    return {row.alert_id: row for row in rows}
