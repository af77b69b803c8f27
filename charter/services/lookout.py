"""What time brings, looked at by each tick: checks late, failed or never done, classes whose evidence runs out, sources
whose past has changed, special causes on charts. Any number of processes may look: each change is told by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from charter.domain.alerting import (
    AT_ONCE,
    HOLDS,
    Happening,
    Hold,
    Mark,
    Seen,
    Subject,
    Watch,
    seen_variation,
    step,
)
from charter.domain.charter_file.indicators import Indicator
from charter.domain.periods import Period
from charter.domain.permissions import Actor
from charter.domain.terms import CheckState, Status
from charter.models.alerts import WatchRow
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.services import audit
from charter.services.charters import History, Version, history_or_none
from charter.services.class_views import classes_of
from charter.services.figures import load
from charter.services.proofs import proofs
from charter.services.raising import About, happened
from charter.services.rechecks import changed_past
from charter.services.transactions import transaction
from charter.services.views import chart_of
from charter.services.watching import about_indicator, facts_of, units_in_charge

FAILURES = 3
"""A check that failed is tried again by itself; after so many tries it is told."""

FAULTS = (CheckState.LAPSED, CheckState.FAILED, CheckState.LATE)


@dataclass(frozen=True)
class Sight:
    """One thing seen, of which moment (a period's first day; None: of now), and how it must hold."""

    about: About
    seen: Seen
    facts: dict[str, Any]
    start: date | None = None
    hold: Hold = AT_ONCE


def look(actor: Actor, now: datetime) -> int:
    """Tell what has changed since the last look; returns how many things did."""
    found = history_or_none()
    if found is None:
        return 0
    sights = [*_checks(found.current, now), *_classes(found.current, now), *_past(actor, found.current, now)]
    sights += _signals(found, now)
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


def _known() -> dict[tuple[str, str, str], WatchRow]:
    kinds = WatchRow.kind.in_((Subject.CHECK, Subject.CLASS, Subject.PAST, Subject.SIGNAL))
    rows = db.session.execute(select(WatchRow).where(kinds).execution_options(populate_existing=True)).scalars()
    return {(row.kind, row.subject, row.unit_key): row for row in rows}


def _place(about: About) -> tuple[str, str, str]:
    return (about.kind.value, about.subject, about.unit)


def _is_new(sight: Sight, known: Mapping[tuple[str, str, str], WatchRow]) -> bool:
    """Whether it says something that is not remembered yet."""
    watch = known.get(_place(sight.about))
    if sight.start is not None:
        return watch is None or watch.last_start is None or watch.last_start < sight.start
    state = Watch(**watch.state) if watch else Watch()
    if sight.seen.mark is Mark.BAD:
        return not state.is_open or (sight.seen.is_worst and not state.is_worst)
    return state.is_open


def _over(sights: Iterable[Sight], known: Mapping[tuple[str, str, str], WatchRow], version: Version) -> list[Sight]:
    """What was open and is not seen any more is over."""
    still = {_place(sight.about) for sight in sights}
    gone = []
    for place, watch in known.items():
        if place in still or watch.kind == Subject.SIGNAL or not watch.state["is_open"]:
            continue
        gone.append(Sight(_about(version, Subject(watch.kind), watch.subject, watch.unit_key), OVER, {}))
    return gone


OVER = Seen(Mark.GOOD, "over")


def _about(version: Version, kind: Subject, subject: str, unit: str) -> About:
    """Whose it is; what the charter no longer holds is nobody's."""
    pairs = version.indicators
    commitment = pairs[subject][0] if subject in pairs else None
    if kind is Subject.CLASS:
        commitment = next((one for one in version.charter.commitments if one.key == subject), None)
    return About(kind, subject, commitment.key if commitment else "", commitment.owner if commitment else "", unit)


def _move(sight: Sight, known: Mapping[tuple[str, str, str], WatchRow], now: datetime) -> int:
    about = sight.about
    watch = known.get(_place(about))
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
    if sight.seen.code.startswith("improvement") and watch.caught_up != 1:
        # Good news of a chart is noted once, until it says something else.
        watch.caught_up = 1
        happened(about, Happening.NOTED, sight.seen.code, facts, now, at_once=False)
        return 1
    if not sight.seen.code.startswith("improvement"):
        watch.caught_up = 0
    return 0


def _is_alive(about: About) -> bool:
    """Whether this installation was at work before: what a first look finds is told in the digest."""
    running = select(WatchRow.id).where(WatchRow.kind == Subject.STATUS, WatchRow.before_at.is_not(None)).limit(1)
    return db.session.execute(running).first() is not None


def _checks(version: Version, now: datetime) -> Iterator[Sight]:
    """One sight per indicator whose checks are late, failed or lapsed. While a run is at work, nothing is late yet."""
    at_work = (DueCheck.state == CheckState.RUNNING) & (DueCheck.lease_until > now)
    if db.session.execute(select(DueCheck.id).where(at_work).limit(1)).first() is not None:
        return
    failed = (DueCheck.state == CheckState.FAILED) & (DueCheck.tries >= FAILURES)
    is_open = DueCheck.state.in_((CheckState.DUE, CheckState.FAILED)) & (DueCheck.due_at <= now)
    late = select(DueCheck).where(is_open, or_(DueCheck.late_at <= now, failed)).order_by(DueCheck.period_start)
    by_indicator: dict[str, list[DueCheck]] = {}
    for check in db.session.execute(late).scalars():
        by_indicator.setdefault(check.indicator_key, []).append(check)
    for key, checks in by_indicator.items():
        if key in version.indicators:
            yield _fault(version, version.indicators[key][1], checks, now)


def _fault(version: Version, indicator: Indicator, checks: list[DueCheck], now: datetime) -> Sight:
    by_state = {_state(check, now): check for check in reversed(checks)}
    state = next(one for one in FAULTS if one in by_state)
    worst = by_state[state]
    root = version.tree.root.key
    facts = about_indicator(version, indicator, root) | {
        "period": worst.period_key,
        "more": len(checks) - 1,
        "due_at": worst.due_at.isoformat(),
        "note": worst.note,
    }
    is_worst = state is CheckState.LAPSED
    return Sight(_about(version, Subject.CHECK, indicator.key, root), Seen(Mark.BAD, state, True, is_worst), facts)


def _state(check: DueCheck, now: datetime) -> CheckState:
    if check.lapsed_at <= now:
        return CheckState.LAPSED
    return CheckState.FAILED if check.state == CheckState.FAILED else CheckState.LATE


def _classes(version: Version, now: datetime) -> Iterator[Sight]:
    """One sight per commitment whose class must soon be looked at again, or should have been."""
    charter = version.charter
    today = now.astimezone(ZoneInfo(charter.charter.timezone)).date()
    for row in classes_of(charter, today, proofs())["commitments"]:
        review = row["review"]
        if review is None or review["state"] == "later":
            continue
        is_past = review["state"] == "past"
        facts = {"number": row["number"], "title": row["title"], "on": review["on"], "why": review["why"]}
        seen = Seen(Mark.BAD, "expired" if is_past else "expiring", True, is_past)
        yield Sight(_about(version, Subject.CLASS, row["key"], version.tree.root.key), seen, facts)


def _past(actor: Actor, version: Version, now: datetime) -> Iterator[Sight]:
    """One sight per indicator whose source counts a done period otherwise than was recorded."""
    told: set[str] = set()
    for one in changed_past(actor, now):
        key = one["indicator"]
        if key in told:
            continue
        told.add(key)
        root = version.tree.root.key
        facts = about_indicator(version, version.indicators[key][1], root) | {
            "period": one["period"],
            "before": one["before"]["value"],
            "value": one["after"]["value"],
        }
        yield Sight(_about(version, Subject.PAST, key, root), Seen(Mark.BAD, "changed"), facts)


def _signals(found: History, now: datetime) -> Iterator[Sight]:
    """What the charts say, of each indicator and unit with a newer reading than was looked at."""
    version, charge = found.current, units_in_charge()
    units = {version.tree.root.key}.union(*charge.values()) if charge else {version.tree.root.key}
    newest = (
        select(ReadingRow.indicator_key, ReadingRow.unit_key, func.max(ReadingRow.period_start).label("start"))
        .where(ReadingRow.unit_key.in_(units))
        .group_by(ReadingRow.indicator_key, ReadingRow.unit_key)
    )
    known = _known()
    for row in db.session.execute(newest).all():
        pair = version.indicators.get(row.indicator_key)
        watch = known.get((Subject.SIGNAL.value, row.indicator_key, row.unit_key))
        is_seen = watch is not None and watch.last_start is not None and watch.last_start >= row.start
        if pair is None or is_seen:
            continue
        if row.unit_key == version.tree.root.key or row.unit_key in charge.get(pair[0].owner, ()):
            yield from _signal(found, pair[1], row.unit_key, row.start, now)


def _signal(found: History, indicator: Indicator, unit: str, start: date, now: datetime) -> Iterator[Sight]:
    period = Period(indicator.period, start)
    figures = load([indicator], unit, period, history=found, now=now)
    row = figures.readings.get((indicator.key, period.key))
    chart, _ = chart_of(indicator, figures, period)
    if row is None or chart is None:
        return
    read = {"unit_key": unit, "status": row.status, "reason": row.reason, "value": row.value}
    facts = facts_of(found.current, indicator, period, read | {"denominator": row.denominator})
    seen = seen_variation(chart.variation if chart.drawable else "none")
    if Status(row.status) is Status.NO_DATA:
        seen = Seen(Mark.NONE, "none")
    about = _about(found.current, Subject.SIGNAL, indicator.key, unit)
    yield Sight(about, seen, facts, start, HOLDS[indicator.period])
