"""Alerts as people see them: open, acknowledged, paused, closed; and what a person may do with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import fsum
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select, update

from charter.domain.alerts.alert_rules import AlertState, Counted, Level, Subject, miss_by_chance
from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.periods import Period, periods_back
from charter.domain.vocabulary.permissions import Actor, may, require
from charter.domain.vocabulary.terms import Basis, Kind, PeriodKind, Permission, Status
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.people import Person
from charter.models.readings import ReadingRow
from charter.services.alerts.telling import AlertLine, line_of
from charter.services.charters.versions import Version, history_or_none
from charter.services.classes.current import places_today, turn_of
from charter.services.records import audit_log
from charter.services.records.transactions import rows_changed, transaction
from charter.services.watching.alert_changes import is_concerned
from charter.services.watching.readings import units_in_charge

CLOSED_SHOWN = 50
LONGEST_SNOOZE = timedelta(days=366)
LONGEST_NOTE = 500
ANSWERABLE = (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED)


class AlertRow(AlertLine):
    """An alert as its page shows it: what is said of it, where it stands, who was told, who answered."""

    id: int
    state: str
    opened_at: str
    changed_at: str
    closed_at: str | None
    acted_by: str | None
    acted_at: str | None
    note: str | None
    snoozed_until: str | None
    escalate_at: str | None
    told: list[str]
    may_handle: bool


class ByChance(TypedDict):
    """Of the promises missed in a month, how many chance alone would bring where everything went on as usual."""

    period: str
    missed: int
    expected: float


class AlertsPage(TypedDict):
    """The alerts by state; `tomorrow`: the first day until which one may be paused; `by_chance` of the newest month."""

    alerts: dict[str, list[AlertRow]]
    tomorrow: str
    by_chance: ByChance | None


@dataclass(frozen=True)
class Answer:
    """What an answer makes of an alert."""

    state: AlertState
    snoozed_until: date | None = None
    escalate_at: datetime | None = None


def alerts_page(actor: Actor, now: datetime) -> AlertsPage:
    """The alerts of the actor's units and those the actor was told of, by state: what touches the floor first, then
    trust, then the rest; the newest closed ones."""
    require(actor, Permission.READ_DESK, actor.home)
    # What was promised first, then what stands behind it; the newest change first.
    turn = case({kind.value: at for at, kind in enumerate(Subject)}, value=Alert.kind)
    newest = select(Alert).order_by(turn, Alert.changed_at.desc(), Alert.id.desc())
    standing = db.session.execute(newest.where(Alert.state != AlertState.CLOSED)).scalars().all()
    past = select(Alert).where(Alert.state == AlertState.CLOSED).order_by(Alert.closed_at.desc(), Alert.id.desc())
    closed = db.session.execute(past.limit(CLOSED_SHOWN)).scalars().all()
    names = {person.id: person.name for person in db.session.execute(select(Person)).scalars()}
    charter = history_or_none()
    places = places_today(charter.current, now) if charter else {}
    found: dict[str, list[AlertRow]] = {state.value: [] for state in AlertState}
    for alert in (*standing, *closed):
        if _may(actor, Permission.READ_DESK, alert):
            found[alert.state].append(_row(actor, alert, names, places))
    for state in (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED):
        found[state].sort(key=lambda row: turn_of(row["place"]))
    chance = None if charter is None else _by_chance(actor, charter.current)
    return {"alerts": found, "tomorrow": (_today(now) + timedelta(days=1)).isoformat(), "by_chance": chance}


USUAL_MONTHS = 12


def _by_chance(actor: Actor, version: Version) -> ByChance | None:
    """Of the newest month with a figure, on the watched units that the actor may read: the shares of all cases that are
    missed, and how many would be by chance, from what was usual in the year before."""
    counted = {key: one for key, (_, one) in version.indicators.items() if is_counted(one)}
    watched = {version.tree.root.key}.union(*units_in_charge().values())
    units = [unit for unit in sorted(watched) if unit in version.tree and may(actor, Permission.READ_DESK, unit)]
    mine = ReadingRow.indicator_key.in_(sorted(counted)) & ReadingRow.unit_key.in_(units) & ReadingRow.steps.is_(None)
    start = db.session.execute(select(func.max(ReadingRow.period_start)).where(mine)).scalar_one()
    if start is None:
        return None
    month = Period(PeriodKind.MONTH, start)
    since = periods_back(month, USUAL_MONTHS + 1)[-1].start
    lines: dict[tuple[str, str], list[ReadingRow]] = {}
    rows = db.session.execute(select(ReadingRow).where(mine, ReadingRow.period_start >= since)).scalars()
    for row in rows:
        lines.setdefault((row.indicator_key, row.unit_key), []).append(row)
    last = {place: row for place, line in lines.items() for row in line if row.period_start == start}
    missed = sum(row.status in (Status.MISSED, Status.UNACCEPTABLE) for row in last.values())
    expected = sum(_chance_of(version, counted[key], row, lines[key, unit]) for (key, unit), row in last.items())
    return {"period": month.key, "missed": missed, "expected": min(expected, missed)} if missed else None


def _chance_of(version: Version, indicator: Indicator, last: ReadingRow, line: Sequence[ReadingRow]) -> float:
    """The chance that this month is missed where everything goes on as in the months before, counted alike."""
    target = version.required(indicator, last.period_start, last.unit_key)
    if target is None:
        return 0.0
    alike = [row for row in line if row is not last and row.definition_hash == last.definition_hash]
    usual = Counted(fsum(float(row.numerator) for row in alike), fsum(float(row.denominator) for row in alike))
    level = Level(indicator.direction, target.target, target.tolerance or Decimal(0))
    return miss_by_chance(usual, float(last.denominator), level)


def is_counted(indicator: Indicator) -> bool:
    """A monthly share of all cases: what chance does to it can be reckoned."""
    kinds = (Kind.SHARE, Kind.SHARE_WITHIN)
    return indicator.kind in kinds and indicator.basis is Basis.CENSUS and indicator.period is PeriodKind.MONTH


def _may(actor: Actor, permission: Permission, alert: Alert) -> bool:
    return is_concerned(actor, permission, alert.unit_key, alert.told_to)


def _row(actor: Actor, alert: Alert, names: dict[int, str], places: dict[str, str]) -> AlertRow:
    what = "closed" if alert.state == AlertState.CLOSED else "opened"
    return {
        **line_of(alert, what, alert.code, alert.facts, places),
        "id": alert.id,
        "state": alert.state,
        "opened_at": alert.opened_at.isoformat(),
        "changed_at": alert.changed_at.isoformat(),
        "closed_at": alert.closed_at.isoformat() if alert.closed_at else None,
        "acted_by": alert.acted_by,
        "acted_at": alert.acted_at.isoformat() if alert.acted_at else None,
        "note": alert.note,
        "snoozed_until": alert.snoozed_until.isoformat() if alert.snoozed_until else None,
        "escalate_at": alert.escalate_at.isoformat() if alert.escalate_at else None,
        "told": [names[number] for number in alert.told_to if number in names],
        "may_handle": _may(actor, Permission.HANDLE_ALERT, alert),
    }


def acknowledge(actor: Actor, now: datetime, alert_id: int, *, note: str = "") -> None:
    """Say that one is at it: no more escalation. Raises NotFound, NotAllowed, Invalid (note), Conflict (closed)."""
    _answer(actor, now, alert_id, "alert:acknowledge", Answer(AlertState.ACKNOWLEDGED), note)


def snooze(actor: Actor, now: datetime, alert_id: int, *, until: date, note: str = "") -> None:
    """Pause an alert until a day, on which it is open again if it still holds.

    Raises NotFound, NotAllowed, Invalid (day, note), Conflict (closed).
    """
    today = _today(now)
    if not today < until <= today + LONGEST_SNOOZE:
        raise Invalid("A pause ends on a day to come, within a year: choose another day.", "until")
    _answer(actor, now, alert_id, "alert:snooze", Answer(AlertState.SNOOZED, snoozed_until=until), note)


def rearm(actor: Actor, now: datetime, alert_id: int, *, escalate_after: timedelta) -> None:
    """Take an acknowledgement or a pause back: the alert is open, and an answer is awaited again."""
    _answer(actor, now, alert_id, "alert:rearm", Answer(AlertState.OPEN, escalate_at=now + escalate_after), "")


def _answer(actor: Actor, now: datetime, alert_id: int, action: str, answer: Answer, note: str) -> None:
    alert = _found(actor, alert_id)
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise Invalid(
            "The note is over %(most)s letters, or has a sign that does not print.", "note", most=LONGEST_NOTE
        )
    with transaction():
        # Who writes takes the head of the log first, so that nobody waits in a circle.
        audit_log.hold()
        before = {"state": alert.state}
        open_one: ColumnElement[bool] = (Alert.id == alert_id) & Alert.state.in_(ANSWERABLE)
        acted = {"acted_at": now, "acted_by": actor.name, "note": note or None}
        if rows_changed(update(Alert).where(open_one).values(**vars(answer), **acted)) != 1:
            raise Conflict("This alert is closed: there is nothing left to answer.")
        until = answer.snoozed_until
        after = {"state": answer.state, "note": note or None, "until": until.isoformat() if until else None}
        audit_log.record(actor, now, action, f"alert {alert_id} {alert.subject}", before=before, after=after)


def _found(actor: Actor, alert_id: int) -> Alert:
    alert = db.session.get(Alert, alert_id, populate_existing=True)
    if alert is None or not _may(actor, Permission.READ_DESK, alert):
        raise NotFound("There is no such alert.")
    if not _may(actor, Permission.HANDLE_ALERT, alert):
        raise NotAllowed("%(who)s may not answer this alert. Ask whoever holds the accounts.", who=actor.name)
    return alert


def _today(now: datetime) -> date:
    found = history_or_none()
    return now.astimezone(ZoneInfo(found.current.charter.charter.timezone if found else "UTC")).date()
