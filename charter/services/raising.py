"""Alerts are opened, changed and closed here, within the transaction of whatever was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from charter.domain.alerting import AlertState, Happening, Subject
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db

LONGEST_CODE = 40


@dataclass(frozen=True)
class About:
    """What an alert is about: kind and subject (a commitment or an indicator), and whose it is on which unit."""

    kind: Subject
    subject: str
    commitment: str
    owner: str
    unit: str


def standing_alert(about: About) -> Alert | None:
    """The alert of this subject that is not closed, if there is one."""
    same = (Alert.kind == about.kind) & (Alert.subject == about.subject) & (Alert.unit_key == about.unit)
    query = select(Alert).where(same, Alert.state != AlertState.CLOSED).order_by(Alert.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def happened(
    about: About, what: Happening, code: str, facts: dict[str, Any], now: datetime, *, at_once: bool
) -> AlertEvent | None:
    """Write what happened to the alert of this subject, and the alert itself; None where there was none to change."""
    code = code[:LONGEST_CODE]
    alert = standing_alert(about)
    if alert is None:
        if what in (Happening.CLOSED, Happening.EASED):
            return None
        alert = _new(about, code, facts, now)
        if what in (Happening.RESTATED, Happening.NOTED):
            alert.state, alert.closed_at = AlertState.CLOSED, now
        db.session.add(alert)
        db.session.flush()
    elif what in (Happening.CLOSED, Happening.EASED):
        alert.state, alert.closed_at, alert.escalate_at = AlertState.CLOSED, now, None
        # What is over is said in the words of what it was, where nothing newer is known.
        facts = alert.facts | facts
    if what not in (Happening.RESTATED, Happening.NOTED):
        alert.code, alert.facts, alert.changed_at = code, facts, now
    event = AlertEvent(alert_id=alert.id, what=what, code=code, facts=facts, at_once=at_once, at=now)
    db.session.add(event)
    db.session.flush()
    return event


def _new(about: About, code: str, facts: dict[str, Any], now: datetime) -> Alert:
    return Alert(
        kind=about.kind,
        subject=about.subject,
        commitment_key=about.commitment,
        owner=about.owner,
        unit_key=about.unit,
        code=code,
        facts=facts,
        state=AlertState.OPEN,
        opened_at=now,
        changed_at=now,
        told_to=[],
    )
