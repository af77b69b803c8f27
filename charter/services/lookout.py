"""What time brings, looked at by each tick: checks late, failed or never done, classes whose evidence runs out, sources
whose past has changed, special causes on charts. Any number of processes may look: each change is told by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from charter.domain.alerting import (
    Happening,
    Mark,
    Seen,
    Subject,
    Watch,
    step,
)
from charter.domain.permissions import Actor
from charter.models.alerts import WatchRow
from charter.models.base import db
from charter.services import audit
from charter.services.chart_sights import signals
from charter.services.charters import Version, history_or_none
from charter.services.raising import About, happened
from charter.services.sights import Sight, about_of, checks, classes, past
from charter.services.transactions import transaction
from charter.services.watching import WatchPlace, place_of

NOTED_AGAIN = timedelta(days=365)


def look(actor: Actor, now: datetime) -> int:
    """Tell what has changed since the last look; returns how many things did."""
    found = history_or_none()
    if found is None:
        return 0
    sights = [*checks(found.current, now), *classes(found.current, now), *past(actor, found.current, now)]
    sights += signals(found, now, _known())
    known = _known()
    fresh = [sight for sight in sights if _is_new(sight, known)] + _over(sights, known, found.current)
    db.session.rollback()
    if not fresh:
        return 0
    with transaction():
        # Only who holds the head of the log moves a watch: what another process has told meanwhile is seen here.
        audit.hold()
        known = _known()
        return sum(_move(sight, known, now) for sight in fresh if _is_new(sight, known))


def _known() -> dict[WatchPlace, WatchRow]:
    kinds = WatchRow.kind.in_((Subject.CHECK, Subject.CLASS, Subject.PAST, Subject.SIGNAL))
    rows = db.session.execute(select(WatchRow).where(kinds).execution_options(populate_existing=True)).scalars()
    return {WatchPlace(row.kind, row.subject, row.unit_key): row for row in rows}


def _is_new(sight: Sight, known: Mapping[WatchPlace, WatchRow]) -> bool:
    """Whether it says something that is not remembered yet."""
    watch = known.get(place_of(sight.about))
    if sight.start is not None:
        return watch is None or watch.last_start is None or watch.last_start < sight.start
    state = Watch(**watch.state) if watch else Watch()
    if sight.seen.mark is Mark.BAD:
        return not state.is_open or (sight.seen.is_worst and not state.is_worst)
    return state.is_open


def _over(sights: Iterable[Sight], known: Mapping[WatchPlace, WatchRow], version: Version) -> list[Sight]:
    """What was open and is not seen any more is over."""
    still = {place_of(sight.about) for sight in sights}
    gone = []
    for place, watch in known.items():
        if place in still or watch.kind == Subject.SIGNAL or not watch.state["is_open"]:
            continue
        gone.append(Sight(about_of(version, Subject(watch.kind), watch.subject, watch.unit_key), OVER, {}))
    return gone


OVER = Seen(Mark.GOOD, "over")


def _move(sight: Sight, known: Mapping[WatchPlace, WatchRow], now: datetime) -> int:
    about = sight.about
    watch = known.get(place_of(about))
    is_alive = _is_alive(about) if about.kind is not Subject.SIGNAL else watch is not None
    if watch is None:
        watch = WatchRow(
            kind=about.kind, subject=about.subject, unit_key=about.unit, state=Watch().as_json(), caught_up=0
        )
        db.session.add(watch)
    before = Watch(**watch.state)
    state, change = step(before, sight.seen, str(sight.start or now.date()), sight.hold)
    watch.state, watch.last_start, watch.seen_at = state.as_json(), sight.start, now
    facts = sight.facts | {"level": state.level}
    if change is not None:
        at_once = is_alive and change in (Happening.OPENED, Happening.WORSENED)
        return happened(about, change, sight.seen.code, facts, now, at_once=at_once) is not None
    if sight.seen.code.startswith("improvement") and _may_be_noted(watch, now):
        watch.caught_up, watch.before_at = 1, now
        happened(about, Happening.NOTED, sight.seen.code, facts, now, at_once=False)
        return 1
    if not sight.seen.code.startswith("improvement"):
        watch.caught_up = 0
    return 0


def _may_be_noted(watch: WatchRow, now: datetime) -> bool:
    """Good news of a chart is noted once, until it says something else; what swings, once a year."""
    return watch.caught_up != 1 and (watch.before_at is None or now - watch.before_at >= NOTED_AGAIN)


def _is_alive(about: About) -> bool:
    """Whether this installation was at work before: what a first look finds is told in the digest."""
    running = select(WatchRow.id).where(WatchRow.kind == Subject.STATUS, WatchRow.before_at.is_not(None)).limit(1)
    return db.session.execute(running).first() is not None
