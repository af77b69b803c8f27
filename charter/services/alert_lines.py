"""What is said of alerts, as plain facts: the lines of mails and pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from charter.domain.alerting import AlertState, Happening
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db
from charter.models.people import Person
from charter.services.class_places import placed, turn_of

STILL_SHOWN = 20


def lines_of(events: Sequence[int], places: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is said, one line an alert by its newest event, and one for each corrected period: what asks for somebody
    first, and of that what touches the floor."""
    rows = db.session.execute(
        select(AlertEvent, Alert)
        .join(Alert, Alert.id == AlertEvent.alert_id)
        .where(AlertEvent.id.in_(events))
        .order_by(AlertEvent.id)
    ).all()
    found: dict[Any, dict[str, Any]] = {}
    for event, alert in rows:
        key = event.id if event.what == Happening.RESTATED else (alert.kind, alert.subject, alert.unit_key)
        found.pop(key, None)
        found[key] = line_of(alert, event.what, event.code, event.facts, places)
    return told_in_order(found.values())


def told_in_order(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is well again comes after what asks for somebody; of that the floor comes first."""
    return sorted(lines, key=_turn)


def _turn(line: dict[str, Any]) -> tuple[bool, int, int]:
    turn = _TURN.get(line["what"], 1)
    return turn > 1, turn_of(line["place"]) if turn <= 1 else turn, turn


_TURN = {Happening.WORSENED: 0, Happening.ESCALATED: 0, Happening.CLOSED: 2, Happening.EASED: 2, Happening.NOTED: 3,
         Happening.RESTATED: 4}  # fmt: skip


def line_of(alert: Alert, what: str, code: str, facts: dict[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """What templates and words need to say one thing; `place` is where the commitment stands by its class of today."""
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


def still_open(person: Person, told: Iterable[int], places: Mapping[str, str]) -> list[dict[str, Any]]:
    """What else is open with this person: the floor first, then the oldest."""
    known = set(told)
    is_open = Alert.state.in_((AlertState.OPEN, AlertState.ACKNOWLEDGED))
    alerts = db.session.execute(select(Alert).where(is_open).order_by(Alert.id)).scalars()
    mine = [alert for alert in alerts if person.id in alert.told_to and alert.id not in known]
    lines = [line_of(alert, Happening.OPENED, alert.code, alert.facts, places) for alert in mine]
    return sorted(lines, key=lambda line: turn_of(line["place"]))[:STILL_SHOWN]
