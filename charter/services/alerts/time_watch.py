"""What time brings: checks late, failed or never done, classes whose term has come, sources whose past has changed.

What time brings, looked at by each tick: checks late, failed or never done, classes whose evidence runs out, sources
whose past has changed, special causes on charts. Any number of processes may look: each change is told by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from charter.domain.alerts.alert_rules import Happening, Mark, Seen, Subject, Watch, step
from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import CheckState
from charter.models.alerts import WatchRow
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.alerts.class_changes import detect_moved_classes
from charter.services.alerts.doubts import about_of, is_alive, tell_doubts
from charter.services.alerts.signals import Detected, detect_special_causes
from charter.services.charters.versions import Version, history_or_none
from charter.services.checks.changes_view import changed_past
from charter.services.classes.known_evidence import known_evidence
from charter.services.classes.view import classes_of
from charter.services.records import audit_log
from charter.services.records.leases import is_held
from charter.services.records.transactions import transaction
from charter.services.watching.alert_changes import (
    about_indicator,
    record_alert_change,
    restate,
    standing_alert,
)
from charter.services.watching.readings import WatchPlace, place_of

FAILURES = 3
"""A check that failed is tried again by itself; after so many tries it is told."""

FAULTS = (CheckState.LAPSED, CheckState.FAILED, CheckState.LATE)


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
        *detect_moved_classes(found.current, now),
    ]
    sights += detect_special_causes(found, now, _known())
    known = _known()
    fresh = [sight for sight in sights if _is_new(sight, known)] + _over(sights, known, found.current)
    stale = [sight for sight in sights if _is_stale(sight)]
    db.session.rollback()
    told = tell_doubts(found.current, now)
    if not fresh and not stale:
        return told
    with transaction():
        # Only who holds the head of the log moves a watch: what another process has told meanwhile is seen here.
        audit_log.hold()
        known = _known()
        for sight in stale:
            restate(sight.about, sight.facts, sight.seen.code)
        return told + sum(_move(sight, known, now) for sight in fresh if _is_new(sight, known))


def _known() -> dict[WatchPlace, WatchRow]:
    kinds = WatchRow.kind.in_((Subject.CHECK, Subject.CLASS, Subject.MOVE, Subject.PAST, Subject.SIGNAL))
    rows = db.session.execute(select(WatchRow).where(kinds).execution_options(populate_existing=True)).scalars()
    return {WatchPlace(row.kind, row.subject, row.unit_key): row for row in rows}


def _is_new(sight: Detected, known: Mapping[WatchPlace, WatchRow]) -> bool:
    """Whether it says something that is not remembered yet."""
    watch = known.get(place_of(sight.about))
    if sight.start is not None:
        return watch is None or watch.last_start is None or watch.last_start < sight.start
    if _is_news_alone(sight):
        return watch is None
    state = Watch(**watch.state) if watch else Watch()
    if sight.seen.mark is Mark.BAD:
        return not state.is_open or (sight.seen.is_worst and not state.is_worst)
    return state.is_open


def _is_news_alone(sight: Detected) -> bool:
    """A class that a person moved: it is told once, and asks for nothing."""
    return sight.about.kind is Subject.MOVE and sight.seen.mark is Mark.NONE


def _is_stale(sight: Detected) -> bool:
    """Whether its alert is open with other facts than are so now: more checks are late, another term has come."""
    alert = standing_alert(sight.about) if sight.start is None and sight.seen.mark is Mark.BAD else None
    return alert is not None and (alert.code != sight.seen.code or not sight.facts.items() <= alert.facts.items())


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
    is_at_work = is_alive(about) if about.kind is not Subject.SIGNAL else watch is not None
    if watch is None:
        watch = WatchRow(
            kind=about.kind, subject=about.subject, unit_key=about.unit, state=Watch().as_json(), caught_up=0
        )
        db.session.add(watch)
    before = Watch(**watch.state)
    state, change = step(before, sight.seen, str(sight.start or now.date()), sight.hold)
    watch.state, watch.last_start, watch.seen_at = state.as_json(), sight.start, now
    facts = sight.facts | {"level": state.level}
    if change is not None and change is not Happening.AGAIN:
        at_once = is_at_work and change in (Happening.OPENED, Happening.WORSENED)
        return record_alert_change(about, change, sight.seen.code, facts, now, at_once=at_once) is not None
    if _is_news_alone(sight):
        return record_alert_change(about, Happening.NOTED, sight.seen.code, facts, now, at_once=False) is not None
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
