"""What time brings: checks late, failed or never done, classes whose term has come, sources whose past has changed.

What charts say: special causes of each indicator, on the whole and on each unit that somebody is in charge of.

What time brings, looked at by each tick: checks late, failed or never done, classes whose evidence runs out, sources
whose past has changed, special causes on charts. Any number of processes may look: each change is told by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from charter.domain.alerts.alert_rules import (
    AT_ONCE,
    HOLDS,
    Happening,
    Hold,
    Mark,
    Seen,
    Subject,
    Watch,
    evidence_of_variation,
    step,
)
from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import CheckState, Status
from charter.models.alerts import WatchRow
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.services.charters.versions import History, Version, history_or_none
from charter.services.checks.changes_view import changed_past
from charter.services.classes.known_evidence import known_evidence
from charter.services.classes.view import classes_of
from charter.services.readings.current_figures import load
from charter.services.readings.indicator_view import chart_of
from charter.services.records import audit_log
from charter.services.records.leases import is_held
from charter.services.records.transactions import transaction
from charter.services.watching.alert_changes import (
    About,
    about_indicator,
    facts_of,
    record_alert_change,
    standing_alert,
)
from charter.services.watching.readings import WatchPlace, place_of, units_in_charge

FAILURES = 3
"""A check that failed is tried again by itself; after so many tries it is told."""

FAULTS = (CheckState.LAPSED, CheckState.FAILED, CheckState.LATE)


@dataclass(frozen=True)
class Detected:
    """One thing seen, of which moment (a period's first day; None: of now), and how it must hold."""

    about: About
    seen: Seen
    facts: dict[str, Any]
    start: date | None = None
    hold: Hold = AT_ONCE


def about_of(version: Version, kind: Subject, subject: str, unit: str) -> About:
    """Whose it is; what the charter no longer holds is nobody's."""
    pairs = version.indicators
    commitment = pairs[subject][0] if subject in pairs else None
    if kind is Subject.CLASS:
        commitment = next((one for one in version.charter.commitments if one.key == subject), None)
    return About(kind, subject, commitment.key if commitment else "", commitment.owner if commitment else "", unit)


def detect_late_checks(version: Version, now: datetime) -> Iterator[Detected]:
    """One sight per indicator whose checks are late, failed or lapsed. While a run is at work, nothing is late yet."""
    at_work = (DueCheck.state == CheckState.RUNNING) & is_held(DueCheck, now)
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


def _fault(version: Version, indicator: Indicator, checks: list[DueCheck], now: datetime) -> Detected:
    by_state = {_state(check, now): check for check in reversed(checks)}
    state = next(one for one in FAULTS if one in by_state)
    worst = by_state[state]
    root = version.tree.root.key
    facts = about_indicator(version, indicator, root) | {
        "period": worst.period_key,
        "more": len(checks) - 1,
        "due_at": worst.due_at.isoformat(),
        "note": worst.note,
        "said": worst.said,
    }
    is_worst = state is CheckState.LAPSED
    return Detected(about_of(version, Subject.CHECK, indicator.key, root), Seen(Mark.BAD, state, True, is_worst), facts)


def _state(check: DueCheck, now: datetime) -> CheckState:
    if check.lapsed_at <= now:
        return CheckState.LAPSED
    return CheckState.FAILED if check.state == CheckState.FAILED else CheckState.LATE


def detect_expiring_classes(version: Version, now: datetime) -> Iterator[Detected]:
    """One sight per commitment whose class must soon be looked at again, or should have been."""
    charter = version.charter
    today = now.astimezone(ZoneInfo(charter.charter.timezone)).date()
    for row in classes_of(charter, today, known_evidence())["commitments"]:
        review = row["review"]
        if review is None or review["state"] == "later":
            continue
        is_past = review["state"] == "past"
        facts = {"number": row["number"], "title": row["title"], "on": review["on"], "why": review["why"]}
        seen = Seen(Mark.BAD, "expired" if is_past else "expiring", True, is_past)
        yield Detected(about_of(version, Subject.CLASS, row["key"], version.tree.root.key), seen, facts)


def detect_changed_sources(actor: Actor, version: Version, now: datetime) -> Iterator[Detected]:
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
        yield Detected(about_of(version, Subject.PAST, key, root), Seen(Mark.BAD, "changed"), facts)


def detect_special_causes(found: History, now: datetime, known: Mapping[WatchPlace, WatchRow]) -> Iterator[Detected]:
    """What the charts say, of each indicator and unit with a newer reading than was looked at."""
    version, charge = found.current, units_in_charge()
    units = {version.tree.root.key}.union(*charge.values()) if charge else {version.tree.root.key}
    newest = (
        select(ReadingRow.indicator_key, ReadingRow.unit_key, func.max(ReadingRow.period_start).label("start"))
        .where(ReadingRow.unit_key.in_(units))
        .group_by(ReadingRow.indicator_key, ReadingRow.unit_key)
    )
    for row in db.session.execute(newest).all():
        pair = version.indicators.get(row.indicator_key)
        watch = known.get(WatchPlace(Subject.SIGNAL.value, row.indicator_key, row.unit_key))
        is_seen = watch is not None and watch.last_start is not None and watch.last_start >= row.start
        if pair is None or is_seen:
            continue
        if row.unit_key == version.tree.root.key or row.unit_key in charge.get(pair[0].owner, ()):
            yield from _signal(found, pair[1], row.unit_key, row.start, now)


def _signal(found: History, indicator: Indicator, unit: str, start: date, now: datetime) -> Iterator[Detected]:
    period = Period(indicator.period, start)
    figures = load([indicator], unit, period, history=found, now=now)
    row = figures.readings.get((indicator.key, period.key))
    chart, _ = chart_of(indicator, figures, period)
    if row is None or chart is None:
        return
    read = {"unit_key": unit, "status": row.status, "reason": row.reason, "value": row.value}
    facts = facts_of(found.current, indicator, period, read | {"denominator": row.denominator})
    seen = evidence_of_variation(chart.variation if chart.speaks else "none")
    if Status(row.status) is Status.NO_DATA or _is_held_back(indicator, unit, row.status):
        seen = Seen(Mark.NONE, "none")
    about = about_of(found.current, Subject.SIGNAL, indicator.key, unit)
    yield Detected(about, seen, facts, start, HOLDS[indicator.period])


def _is_held_back(indicator: Indicator, unit: str, status: str) -> bool:
    """Whether the figure is a miss that is not told yet, for it must be confirmed: its chart tells no sooner."""
    if status not in (Status.MISSED, Status.UNACCEPTABLE):
        return False
    place = (WatchRow.kind == Subject.STATUS) & (WatchRow.subject == indicator.key) & (WatchRow.unit_key == unit)
    state = db.session.execute(select(WatchRow.state).where(place)).scalar_one_or_none()
    return state is not None and not state["is_open"]


@dataclass(frozen=True)
class Doubted:
    """What is doubted of the newest figure of an indicator, and what people were told of it already."""

    about: About
    facts: dict[str, Any]
    codes: frozenset[str]
    told: frozenset[str]

    @property
    def change(self) -> Happening | None:
        """A doubt that is new is told, once; when none is left, that."""
        if self.codes - self.told:
            return Happening.WORSENED if self.told else Happening.OPENED
        return Happening.CLOSED if self.told and not self.codes else None


def doubts_today(version: Version) -> Iterator[Doubted]:
    """The newest figure of each indicator on the whole, with the doubts that it bears."""
    root = version.tree.root.key
    newest = (
        select(ReadingRow.indicator_key, func.max(ReadingRow.period_start).label("start"))
        .where(ReadingRow.unit_key == root)
        .group_by(ReadingRow.indicator_key)
        .subquery()
    )
    is_newest = (newest.c.indicator_key == ReadingRow.indicator_key) & (newest.c.start == ReadingRow.period_start)
    rows = select(ReadingRow).join(newest, is_newest).where(ReadingRow.unit_key == root)
    for row in db.session.execute(rows.order_by(ReadingRow.indicator_key)).scalars():
        if row.indicator_key not in version.indicators:
            continue
        about = about_of(version, Subject.DOUBT, row.indicator_key, root)
        alert = standing_alert(about)
        doubts = row.doubts or []
        if alert is None and not doubts:
            continue
        indicator = version.indicators[row.indicator_key][1]
        read = {name: getattr(row, name) for name in ("unit_key", "status", "reason", "value", "denominator")}
        told = frozenset(alert.facts.get("codes", ()) if alert else ())
        codes = frozenset(one["code"] for one in doubts)
        facts = facts_of(version, indicator, Period(indicator.period, row.period_start), read)
        yield Doubted(about, facts | {"doubts": doubts, "codes": sorted(codes | told)}, codes, told)


def tell_doubts(version: Version, now: datetime) -> int:
    """Tell what is newly doubted of a figure; returns how many indicators it is of."""
    if not any(one.change for one in doubts_today(version)):
        return 0
    with transaction():
        # What another process has told meanwhile is seen here.
        audit_log.hold()
        changed = [one for one in doubts_today(version) if one.change]
        for one in changed:
            assert one.change is not None
            new = sorted(one.codes - one.told)
            at_once = _is_alive(one.about) and any(doubt["changes"] for doubt in one.facts["doubts"])
            code = new[0] if new else "over"
            record_alert_change(one.about, one.change, code, one.facts, now, at_once=at_once)
        return len(changed)


NOTED_AGAIN = timedelta(days=365)


def detect_changes(actor: Actor, now: datetime) -> int:
    """Tell what has changed since the last look; returns how many things did."""
    found = history_or_none()
    if found is None:
        return 0
    sights = [
        *detect_late_checks(found.current, now),
        *detect_expiring_classes(found.current, now),
        *detect_changed_sources(actor, found.current, now),
    ]
    sights += detect_special_causes(found, now, _known())
    known = _known()
    fresh = [sight for sight in sights if _is_new(sight, known)] + _over(sights, known, found.current)
    db.session.rollback()
    told = tell_doubts(found.current, now)
    if not fresh:
        return told
    with transaction():
        # Only who holds the head of the log moves a watch: what another process has told meanwhile is seen here.
        audit_log.hold()
        known = _known()
        return told + sum(_move(sight, known, now) for sight in fresh if _is_new(sight, known))


def _known() -> dict[WatchPlace, WatchRow]:
    kinds = WatchRow.kind.in_((Subject.CHECK, Subject.CLASS, Subject.PAST, Subject.SIGNAL))
    rows = db.session.execute(select(WatchRow).where(kinds).execution_options(populate_existing=True)).scalars()
    return {WatchPlace(row.kind, row.subject, row.unit_key): row for row in rows}


def _is_new(sight: Detected, known: Mapping[WatchPlace, WatchRow]) -> bool:
    """Whether it says something that is not remembered yet."""
    watch = known.get(place_of(sight.about))
    if sight.start is not None:
        return watch is None or watch.last_start is None or watch.last_start < sight.start
    state = Watch(**watch.state) if watch else Watch()
    if sight.seen.mark is Mark.BAD:
        return not state.is_open or (sight.seen.is_worst and not state.is_worst)
    return state.is_open


def _over(sights: Iterable[Detected], known: Mapping[WatchPlace, WatchRow], version: Version) -> list[Detected]:
    """What was open and is not seen any more is over."""
    still = {place_of(sight.about) for sight in sights}
    gone = []
    for place, watch in known.items():
        if place in still or watch.kind == Subject.SIGNAL or not watch.state["is_open"]:
            continue
        gone.append(Detected(about_of(version, Subject(watch.kind), watch.subject, watch.unit_key), OVER, {}))
    return gone


OVER = Seen(Mark.GOOD, "over")


def _move(sight: Detected, known: Mapping[WatchPlace, WatchRow], now: datetime) -> int:
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
        return record_alert_change(about, change, sight.seen.code, facts, now, at_once=at_once) is not None
    if sight.seen.code.startswith("improvement") and _may_be_noted(watch, now):
        watch.caught_up, watch.before_at = 1, now
        record_alert_change(about, Happening.NOTED, sight.seen.code, facts, now, at_once=False)
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
