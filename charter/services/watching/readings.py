"""Watching the readings: each one that is written, in its own transaction, moves the alerts of its indicator.

A period filled in later moves what is remembered and tells nobody; a correction of a past one is told once, as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from charter.domain.alerts.alert_rules import (
    HOLDS,
    AlertState,
    Happening,
    Seen,
    Subject,
    Watch,
    step,
)
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.terms import Status
from charter.models.alerts import Alert, WatchRow
from charter.models.base import db
from charter.models.records import Snapshot
from charter.services.people.following import units_followed
from charter.services.people.owners import units_in_charge
from charter.services.readings.projection import Changed, ReadingPlace, Was, Whose
from charter.services.schedule.due import deadlines_of
from charter.services.watching.alert_changes import About, facts_of, record_alert_change, standing_alert
from charter.services.watching.evidence import Moment, evidence_at
from charter.services.watching.history import difference, how_it_stands, restate_since, row_before, series_of

if TYPE_CHECKING:
    from charter.services.charters.versions import Version

KINDS = (Subject.STATUS, Subject.DATA)
BACKLOG = 2
"""A run that brings more periods than this at once is catching up: what it finds is told in the digest."""

Row = Mapping[str, Any]


class WatchPlace(NamedTuple):
    """What a watch is of: a kind, its subject and a unit."""

    kind: str
    subject: str
    unit: str


def place_of(about: About) -> WatchPlace:
    """The place of the watch of this subject."""
    return WatchPlace(about.kind.value, about.subject, about.unit)


@dataclass(frozen=True)
class _Watched:
    """What is watched, what is remembered of it, and the reading that moves it."""

    about: About
    watch: WatchRow
    row: Row
    is_corrected: bool


class Corrected(NamedTuple):
    """Who corrected figures by hand, and why."""

    by: str
    reason: str | None


def watch_readings(changed: Changed, corrected: Corrected | None = None) -> Changed:
    """Move the alerts by the readings just written, oldest period first, in the transaction that wrote them.

    Watched are the whole organisation, each unit that somebody was put in charge of who answers for the owner, each
    with an alert that is not closed, whoever is in charge; and those that somebody follows, for what misses its level.
    `corrected`: people changed what was there. The caller holds the head of the audit log: two never move the same
    watch. Returns what was handed to it.
    """
    whose, at = changed.whose, changed.at
    if not whose or at is None:
        return changed
    watched = _watched({one.version.id: one.version for one in whose.values()})
    followed = units_followed(next(iter(whose.values())).version.tree.root.key)
    near = (row for row in changed.rows if row["unit_key"] in watched[_key_of(whose, row)] | followed)
    seen = [_as_asked(whose, row) for row in near]
    known = _watches({row["indicator_key"] for row in seen}, {row["unit_key"] for row in seen})
    for row in sorted(seen, key=lambda row: row["period_start"]):
        before = changed.was.get(ReadingPlace(row["indicator_key"], row["period_key"], row["unit_key"]))
        is_new = before is None or before.status != row["status"] or (corrected and before.value != row["value"])
        if is_new:
            is_held = row["unit_key"] in watched[_key_of(whose, row)]
            if is_held or _is_of_note(row, known):
                what = _Row(row, before, corrected, KINDS if is_held else KINDS[:1])
                _see(whose[row["indicator_key"], row["period_key"]], what, known, at)
    return changed


def _as_asked(whose: Mapping[tuple[str, str], Whose], row: Row) -> Row:
    """Of a unit that was shut nothing is asked, whatever the source sends in its name."""
    version, _, period = whose[row["indicator_key"], row["period_key"]]
    return {**row, "status": Status.NOT_APPLICABLE.value} if version.is_shut(row["unit_key"], period) else row


def _is_of_note(row: Row, known: Mapping[WatchPlace, WatchRow]) -> bool:
    """Of a unit that is only followed: what misses its level, and what becomes of it; all else leaves no trace."""
    is_missed = row["status"] in (Status.MISSED, Status.UNACCEPTABLE)
    return is_missed or WatchPlace(Subject.STATUS, row["indicator_key"], row["unit_key"]) in known


def _key_of(whose: Mapping[tuple[str, str], Whose], row: Row) -> tuple[int, str]:
    version, indicator, _ = whose[row["indicator_key"], row["period_key"]]
    return version.id, indicator.key


def _watched(versions: Mapping[int, Version]) -> dict[tuple[int, str], set[str]]:
    """By version and indicator, the units to watch: the whole, and those that somebody is in charge of."""
    charge, still = units_in_charge(), units_in_alert()
    return {
        (version.id, key): {version.tree.root.key} | charge.get(commitment.owner, set()) | still.get(key, set())
        for version in versions.values()
        for key, (commitment, _) in version.indicators.items()
    }


def units_in_alert() -> dict[str, set[str]]:
    """By subject, the units with an alert that is not closed: they are watched until it is."""
    units: dict[str, set[str]] = {}
    query = select(Alert.subject, Alert.unit_key).where(Alert.state != AlertState.CLOSED)
    for subject, unit in db.session.execute(query):
        units.setdefault(subject, set()).add(unit)
    return units


@dataclass(frozen=True)
class _Row:
    """A reading just written, what stood there before, who corrected it, and what is watched of it."""

    row: Row
    before: Was | None
    corrected: Corrected | None
    kinds: tuple[Subject, ...] = KINDS


def _see(whose: Whose, what: _Row, known: dict[WatchPlace, WatchRow], now: datetime) -> None:
    (version, indicator, period), row = whose, what.row
    commitment, _ = version.indicators[indicator.key]
    is_past = deadlines_of(version, indicator, period.next()).due_at <= now
    if what.before is not None and (is_past or what.corrected):
        # Before the watch moves: those who were told of the alert that it may close are told of this.
        about = About(Subject.STATUS, indicator.key, commitment.key, commitment.owner, row["unit_key"])
        facts = facts_of(version, indicator, period, row) | _restated(what, period)
        record_alert_change(about, Happening.RESTATED, row["status"], facts, now, at_once=what.corrected is not None)
    for kind in what.kinds:
        about = About(kind, indicator.key, commitment.key, commitment.owner, row["unit_key"])
        place = place_of(about)
        watch = known.get(place) or known.setdefault(place, _new(about, now))
        _move(whose, _Watched(about, watch, row, what.corrected is not None), is_past, now)


def _restated(what: _Row, period: Period) -> dict[str, Any]:
    """What a change of what was there already says: before, by whom and why, and whether the month is sealed."""
    assert what.before is not None
    sealed = select(Snapshot.id).where(Snapshot.period_key == f"{period.end:%Y-%m}").limit(1)
    return {
        "before": what.before.status,
        "value_before": what.before.value,
        "by": what.corrected.by if what.corrected else None,
        "why": what.corrected.reason if what.corrected else None,
        "sealed": db.session.execute(sealed).first() is not None,
    }


def _watches(indicators: set[str], units: set[str]) -> dict[WatchPlace, WatchRow]:
    mine = WatchRow.subject.in_(indicators) & WatchRow.kind.in_(KINDS) & WatchRow.unit_key.in_(units)
    rows = db.session.execute(select(WatchRow).where(mine)).scalars()
    return {WatchPlace(row.kind, row.subject, row.unit_key): row for row in rows}


def _new(about: About, now: datetime) -> WatchRow:
    watch = WatchRow(
        kind=about.kind, subject=about.subject, unit_key=about.unit, state=Watch().as_json(), seen_at=now, caught_up=0
    )
    db.session.add(watch)
    return watch


def _move(whose: Whose, watched: _Watched, is_past: bool, now: datetime) -> None:
    version, indicator, period = whose
    about, watch, row = watched.about, watched.watch, watched.row
    seen, hold = evidence_at((version, about.kind), indicator, Moment(period, row)), HOLDS[indicator.period]
    if watch.last_start is None or period.start > watch.last_start:
        if hold.chance_waits and seen.is_by_chance:
            seen = evidence_at(
                (version, about.kind), indicator, Moment(period, row, row_before(about, indicator, period))
            )
        state, change = step(Watch(**watch.state), seen, period.key, hold)
        watch.last_start = period.start
        _count(watch, now)
        is_told = not is_past
    else:
        # A period that was seen before, or is filled in late: the past is read again, up to how things stand today.
        series = series_of(about, indicator)
        marks = [(one.period.key, evidence_at((version, about.kind), indicator, one)) for one in series]
        state, (period, row) = how_it_stands(Watch(**watch.state), marks, hold), series[-1][:2]
        seen = marks[-1][1]
        change = difference(Watch(**watch.state), state, seen)
        is_told = change is not None
        restate_since(about, state)
    watch.state = state.as_json()
    if is_told:
        facts = facts_of(version, indicator, period, row) | {"corrected": watched.is_corrected}
        _tell(about, (state, change), seen, facts, (watch, now))


def _count(watch: WatchRow, now: datetime) -> None:
    if watch.seen_at == now:
        watch.caught_up += 1
    else:
        watch.before_at, watch.seen_at, watch.caught_up = watch.seen_at, now, 1


def _tell(
    about: About,
    moved: tuple[Watch, Happening | None],
    seen: Seen,
    facts: dict[str, Any],
    when: tuple[WatchRow, datetime],
) -> None:
    """Tell what changed; and of what opened in an old period, that it is so today."""
    (state, change), (watch, now) = moved, when
    is_first = watch.before_at is None or watch.caught_up > BACKLOG
    if state.is_open:
        facts |= {"since": state.since, "level": state.level, "waits": state.waits}
    if state.is_open and standing_alert(about) is None:
        at_once = change is Happening.OPENED and not (is_first or state.waits)
        record_alert_change(about, Happening.OPENED, seen.code, facts, now, at_once=at_once)
    elif change is not None and change is not Happening.OPENED:
        at_once = change in (Happening.WORSENED, Happening.CONFIRMED) and not is_first
        record_alert_change(about, change, seen.code, facts, now, at_once=at_once)
