"""Alerts are opened, changed and closed here, within the transaction of whatever was seen.

The facts of an alert: words in both languages and figures, kept with it, so that it can always be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from charter.domain.alerts.alert_rules import OVER, PASSING, AlertState, Happening, Subject
from charter.domain.charter_file.indicators import Indicator
from charter.domain.overview.amounts import case_words
from charter.domain.overview.model import words
from charter.domain.readings.status import level_facts
from charter.domain.vocabulary.periods import Period
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db

if TYPE_CHECKING:
    from charter.services.charters.versions import Version


Row = Mapping[str, Any]


def facts_of(version: Version, indicator: Indicator, period: Period, row: Row) -> dict[str, Any]:
    """What is said of a reading in an alert: words in both languages, figures with their cases."""
    return about_indicator(version, indicator, row["unit_key"]) | {
        "period": period.key,
        "status": str(row["status"]),
        "reason": None if row["reason"] is None else str(row["reason"]),
        "value": row["value"],
        **level_facts(indicator, period.start, version.tree.by_key.get(row["unit_key"])),
        "cases": float(row["denominator"]) if indicator.kind.adds_up else None,
    }


def about_indicator(version: Version, indicator: Indicator, unit: str) -> dict[str, Any]:
    """The words of an alert about an indicator on a unit."""
    commitment, _ = version.indicators[indicator.key]
    known = version.tree.by_key.get(unit)
    return {
        "number": version.charter.commitments.index(commitment) + 1,
        "title": words(commitment.title),
        "indicator": words(indicator.title),
        "kind": indicator.kind.value,
        "direction": indicator.direction.value,
        "unit_name": known.name if known and unit != version.tree.root.key else None,
        **case_words(version.indicators[indicator.key][1], commitment),
    }


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


def record_alert_change(
    about: About, what: Happening, code: str, facts: dict[str, Any], now: datetime, *, at_once: bool
) -> AlertEvent | None:
    """Write what happened to the alert of this subject, and the alert itself; None where there was none to change."""
    code = code[:LONGEST_CODE]
    alert = standing_alert(about)
    if alert is None:
        if what in OVER:
            return None
        alert = _new(about, code, facts, now)
        if what in PASSING:
            alert.state, alert.closed_at = AlertState.CLOSED, now
        db.session.add(alert)
        db.session.flush()
    elif what in OVER:
        alert.state, alert.closed_at, alert.escalate_at = AlertState.CLOSED, now, None
        # What is over is said in the words of what it was, where nothing newer is known.
        facts = alert.facts | facts
    elif what is Happening.WORSENED:
        # A pause, or that somebody is at it, was said of something less bad: an answer is awaited anew.
        alert.state, alert.snoozed_until, alert.escalate_at = AlertState.OPEN, None, None
    if what not in PASSING:
        alert.code, alert.facts, alert.changed_at = code, facts, now
    event = AlertEvent(alert_id=alert.id, what=what, code=code, facts=facts, at_once=at_once, at=now)
    db.session.add(event)
    db.session.flush()
    return event


def restate(about: About, facts: Mapping[str, Any], code: str | None = None) -> None:
    """Keep the facts of what is open in step with what is so now; that tells nobody."""
    alert = standing_alert(about)
    if alert is not None:
        alert.facts, alert.code = alert.facts | dict(facts), (code or alert.code)[:LONGEST_CODE]


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
