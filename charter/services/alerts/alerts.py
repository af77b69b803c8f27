"""Alerts as people see them: open, acknowledged, paused, closed; and what a person may do with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, select, update

from charter.domain.alerts.alert_rules import AlertState, Happening, Subject
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import Permission
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db
from charter.services.alerts.alert_lines import AlertLine, last_events, line_of
from charter.services.alerts.figures import (
    FIGURES,
    ByChance,
    by_chance,
    code_today,
    facts_today,
    forget_worse,
    no_longer_worst,
)
from charter.services.alerts.mail_status import Told, tellings_of
from charter.services.alerts.week import followers_of, untold_units
from charter.services.charters.versions import history_or_none
from charter.services.classes.current import places_today, turn_of
from charter.services.records import audit_log
from charter.services.records.transactions import rows_changed, transaction

CLOSED_SHOWN, LONGEST_NOTE = 50, 500
LONGEST_SNOOZE = timedelta(days=366)
ANSWERABLE = (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED)


class AlertRow(AlertLine):
    """An alert as its page shows it: what is said of it, where it stands, who was told, who answered."""

    id: int
    unit: str
    unit_name: str
    state: str
    opened_at: str
    changed_at: str
    closed_at: str | None
    acted_by: str | None
    acted_at: str | None
    note: str | None
    snoozed_until: str | None
    escalate_at: str | None
    told: list[Told]
    followed_by: list[str]
    may_handle: bool


class AlertsPage(TypedDict):
    """The alerts by state; `tomorrow`: the first day until which one may be paused; `by_chance` of the newest month;
    `untold`: the units right beneath the whole, of those that the actor may read, about which nobody is told."""

    alerts: dict[str, list[AlertRow]]
    tomorrow: str
    by_chance: ByChance | None
    untold: list[str]


@dataclass(frozen=True)
class Answer:
    """What an answer makes of an alert."""

    state: AlertState
    snoozed_until: date | None = None
    escalate_at: datetime | None = None


def alerts_page(actor: Actor, now: datetime) -> AlertsPage:
    """The alerts of the actor's units, in the figures of today, by state: what touches the floor first, then
    trust, then the rest; the newest closed ones."""
    require(actor, Permission.READ_DESK, actor.home)
    # What was promised first, then what stands behind it; the newest change first.
    turn = case({kind.value: at for at, kind in enumerate(Subject)}, value=Alert.kind)
    newest = select(Alert).order_by(turn, Alert.changed_at.desc(), Alert.id.desc())
    standing = db.session.execute(newest.where(Alert.state != AlertState.CLOSED)).scalars().all()
    past = select(Alert).where(Alert.state == AlertState.CLOSED).order_by(Alert.closed_at.desc(), Alert.id.desc())
    closed = db.session.execute(past.limit(CLOSED_SHOWN)).scalars().all()
    charter = history_or_none()
    places = places_today(charter.current, now) if charter else {}
    names = {key: one.name for key, one in charter.current.tree.by_key.items()} if charter else {}
    found: dict[str, list[AlertRow]] = {state.value: [] for state in AlertState}
    readable = [alert for alert in (*standing, *closed) if may(actor, Permission.READ_DESK, alert.unit_key)]
    today = facts_today(charter, [one for one in readable if one.state != AlertState.CLOSED]) if charter else {}
    last = last_events([one.id for one in readable if one.state == AlertState.CLOSED])
    tellings = tellings_of(readable, places, now)
    followed = followers_of(readable, charter.current if charter else None)
    for alert in readable:
        line = _said(alert, today.get(alert.id), last.get(alert.id), places)
        row = _row(actor, alert, tellings[alert.id], line, followed.get(alert.id, []))
        found[alert.state].append(row | {"unit_name": names.get(alert.unit_key, alert.unit_key)})
    for state in (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED):
        found[state].sort(key=lambda row: turn_of(row["place"]))
    version, tomorrow = charter and charter.current, (_today(now) + timedelta(days=1)).isoformat()
    chance, untold = (by_chance(actor, version), untold_units(actor, version)) if version else (None, [])
    return {"alerts": found, "tomorrow": tomorrow, "by_chance": chance, "untold": untold}


class AlertFound(TypedDict):
    """One alert, as the page that answers it shows it; `tomorrow`: the first day until which it may be paused."""

    alert: AlertLine
    state: str
    tomorrow: str
    acted_by: str | None
    until: str | None


def find_alert(actor: Actor, now: datetime, number: int) -> AlertFound:
    """One alert in the figures of today. Raises NotFound, NotAllowed as answering it does."""
    alert, charter = _chosen(actor, [number])[0], history_or_none()
    places, today = (places_today(charter.current, now), facts_today(charter, [alert])) if charter else ({}, {})
    last = last_events([alert.id]) if alert.state == AlertState.CLOSED else {}
    line = _said(alert, today.get(alert.id), last.get(alert.id), places)
    tomorrow, until = (_today(now) + timedelta(days=1)).isoformat(), alert.snoozed_until and str(alert.snoozed_until)
    return AlertFound(alert=line, state=alert.state, tomorrow=tomorrow, acted_by=alert.acted_by, until=until or None)


def _said(
    alert: Alert, today: Mapping[str, Any] | None, last: AlertEvent | None, places: Mapping[str, str]
) -> AlertLine:
    if last is not None:
        return line_of(alert, last.what, last.code, last.facts, places)
    facts = alert.facts if today is None else today
    code = code_today(alert, facts) if alert.kind in FIGURES else alert.code
    return line_of(alert, Happening.OPENED, code, facts, places)


def _row(actor: Actor, alert: Alert, tellings: list[Told], line: AlertLine, followed_by: list[str]) -> AlertRow:
    return {
        **line,
        "id": alert.id,
        "unit": alert.unit_key,
        "unit_name": alert.unit_key,
        "state": alert.state,
        "opened_at": alert.opened_at.isoformat(),
        "changed_at": alert.changed_at.isoformat(),
        "closed_at": alert.closed_at.isoformat() if alert.closed_at else None,
        "acted_by": alert.acted_by,
        "acted_at": alert.acted_at.isoformat() if alert.acted_at else None,
        "note": alert.note,
        "snoozed_until": alert.snoozed_until.isoformat() if alert.snoozed_until else None,
        "escalate_at": alert.escalate_at.isoformat() if alert.escalate_at else None,
        "told": tellings,
        "followed_by": followed_by,
        "may_handle": may(actor, Permission.HANDLE_ALERT, alert.unit_key),
    }


def acknowledge(actor: Actor, now: datetime, alert_id: int, *, note: str = "") -> None:
    """Say that one is at it: no more escalation. Raises NotFound, NotAllowed, Invalid (note), Conflict (closed)."""
    _answer(actor, now, alert_id, "alert:acknowledge", Answer(AlertState.ACKNOWLEDGED), note)


def snooze(actor: Actor, now: datetime, alert_id: int, *, until: date, note: str = "") -> None:
    """Pause an alert until a day, then open again if it holds. Raises as `acknowledge`, and Invalid (day)."""
    _require_day(now, until)
    _answer(actor, now, alert_id, "alert:snooze", Answer(AlertState.SNOOZED, snoozed_until=until), note)


def acknowledge_all(actor: Actor, now: datetime, numbers: Sequence[int]) -> int:
    """Say that one is at several, all in one transaction; how many were still open to an answer. Raises NotFound,
    NotAllowed where one of them may not be answered, Invalid where none is chosen."""
    return _answer_all(actor, now, numbers, "alert:acknowledge", Answer(AlertState.ACKNOWLEDGED), "")


def snooze_all(actor: Actor, now: datetime, numbers: Sequence[int], *, until: date, note: str = "") -> int:
    """Pause several until a day, as `acknowledge_all` takes them on. Raises Invalid (day, note) as well."""
    _require_day(now, until)
    return _answer_all(actor, now, numbers, "alert:snooze", Answer(AlertState.SNOOZED, snoozed_until=until), note)


def rearm_all(actor: Actor, now: datetime, numbers: Sequence[int], *, escalate_after: timedelta) -> int:
    """Take the answers to several back, as `acknowledge_all` gives them."""
    return _answer_all(
        actor, now, numbers, "alert:rearm", Answer(AlertState.OPEN, escalate_at=now + escalate_after), ""
    )


def rearm(actor: Actor, now: datetime, alert_id: int, *, escalate_after: timedelta) -> None:
    """Take an acknowledgement or a pause back: the alert is open, and an answer is awaited again."""
    _answer(actor, now, alert_id, "alert:rearm", Answer(AlertState.OPEN, escalate_at=now + escalate_after), "")


def _require_day(now: datetime, until: date) -> None:
    today = _today(now)
    if not today < until <= today + LONGEST_SNOOZE:
        raise Invalid("A pause ends on a day to come, within a year: choose another day.", "until")


def _answer(actor: Actor, now: datetime, alert_id: int, action: str, answer: Answer, note: str) -> None:
    if _answer_all(actor, now, [alert_id], action, answer, note) != 1:
        raise Conflict("This alert is closed: there is nothing left to answer.")


def _answer_all(actor: Actor, now: datetime, numbers: Sequence[int], action: str, answer: Answer, note: str) -> int:
    """Each with its own entry in the log, so that what was answered of one can be read; what has closed is left."""
    chosen = _chosen(actor, numbers)
    if not chosen:
        raise Invalid("Choose at least one alert.", "alert")
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise Invalid(
            "The note is over %(most)s characters, or has a character that cannot be printed.",
            "note",
            most=LONGEST_NOTE,
        )
    with transaction():
        # Who writes takes the head of the log first, so that nobody waits in a circle.
        audit_log.hold()
        better = no_longer_worst(history_or_none(), chosen) if answer.state is not AlertState.OPEN else set()
        return sum(_answer_one(actor, now, alert, action, answer, note, alert.id in better) for alert in chosen)


def _answer_one(
    actor: Actor, now: datetime, alert: Alert, action: str, answer: Answer, note: str, is_better: bool
) -> bool:
    before = {"state": alert.state}
    open_one: ColumnElement[bool] = (Alert.id == alert.id) & Alert.state.in_(ANSWERABLE)
    acted = {"acted_at": now, "acted_by": actor.name, "acted_by_id": actor.user_id, "note": note or None}
    if rows_changed(update(Alert).where(open_one).values(**vars(answer), **acted)) != 1:
        return False
    if is_better:
        forget_worse(alert)
    until = answer.snoozed_until
    after = {"state": answer.state, "note": note or None, "until": until.isoformat() if until else None}
    audit_log.record(actor, now, action, f"alert {alert.id} {alert.subject}", before=before, after=after)
    return True


def _chosen(actor: Actor, numbers: Sequence[int]) -> list[Alert]:
    """The alerts of these numbers, each once. Raises NotFound, NotAllowed."""
    wanted = list(dict.fromkeys(numbers))
    rows = select(Alert).where(Alert.id.in_(wanted)).execution_options(populate_existing=True)
    by_number = {one.id: one for one in db.session.execute(rows).scalars()}
    return [_answerable(actor, by_number.get(number)) for number in wanted]


def _answerable(actor: Actor, alert: Alert | None) -> Alert:
    if alert is None or not may(actor, Permission.READ_DESK, alert.unit_key):
        raise NotFound("There is no such alert.")
    if not may(actor, Permission.HANDLE_ALERT, alert.unit_key):
        raise NotAllowed("%(who)s may not answer this alert. Ask your Promesse administrator.", who=actor.name)
    return alert


def _today(now: datetime) -> date:
    found = history_or_none()
    return now.astimezone(ZoneInfo(found.current.charter.charter.timezone if found else "UTC")).date()
