"""What is said of alerts, as plain facts: the lines of mails and pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from charter.domain.alerting import AlertState, Happening
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db
from charter.models.people import Person

STILL_SHOWN = 20


def lines_of(events: Sequence[int]) -> list[dict[str, Any]]:
    """What is said, one line an alert by its newest event, and one for each corrected period."""
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
        found[key] = line_of(alert, event.what, event.code, event.facts)
    return sorted(found.values(), key=lambda line: _TURN.get(line["what"], 1))


_TURN = {Happening.WORSENED: 0, Happening.ESCALATED: 0, Happening.CLOSED: 2, Happening.EASED: 2, Happening.NOTED: 3,
         Happening.RESTATED: 4}  # fmt: skip


def line_of(alert: Alert, what: str, code: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What templates and words need to say one thing."""
    return {
        "alert": alert.id,
        "kind": alert.kind,
        "what": str(what),
        "code": code,
        "commitment": alert.commitment_key,
        "owner": alert.owner,
        "facts": facts,
    }


def still_open(person: Person, told: Iterable[int]) -> list[dict[str, Any]]:
    """What else is open with this person, oldest first."""
    known = set(told)
    is_open = Alert.state.in_((AlertState.OPEN, AlertState.ACKNOWLEDGED))
    alerts = db.session.execute(select(Alert).where(is_open).order_by(Alert.id)).scalars()
    mine = [alert for alert in alerts if person.id in alert.told_to and alert.id not in known]
    return [line_of(alert, Happening.OPENED, alert.code, alert.facts) for alert in mine[:STILL_SHOWN]]
