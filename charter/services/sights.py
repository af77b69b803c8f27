"""What time brings: checks late, failed or never done, classes whose term has come, sources whose past has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from charter.domain.alerting import AT_ONCE, Hold, Mark, Seen, Subject
from charter.domain.charter_file.indicators import Indicator
from charter.domain.permissions import Actor
from charter.domain.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.alert_facts import about_indicator
from charter.services.charters import Version
from charter.services.class_views import classes_of
from charter.services.leases import is_held
from charter.services.proofs import proofs
from charter.services.raising import About
from charter.services.rechecks import changed_past

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


def about_of(version: Version, kind: Subject, subject: str, unit: str) -> About:
    """Whose it is; what the charter no longer holds is nobody's."""
    pairs = version.indicators
    commitment = pairs[subject][0] if subject in pairs else None
    if kind is Subject.CLASS:
        commitment = next((one for one in version.charter.commitments if one.key == subject), None)
    return About(kind, subject, commitment.key if commitment else "", commitment.owner if commitment else "", unit)


def checks(version: Version, now: datetime) -> Iterator[Sight]:
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
        "said": worst.said,
    }
    is_worst = state is CheckState.LAPSED
    return Sight(about_of(version, Subject.CHECK, indicator.key, root), Seen(Mark.BAD, state, True, is_worst), facts)


def _state(check: DueCheck, now: datetime) -> CheckState:
    if check.lapsed_at <= now:
        return CheckState.LAPSED
    return CheckState.FAILED if check.state == CheckState.FAILED else CheckState.LATE


def classes(version: Version, now: datetime) -> Iterator[Sight]:
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
        yield Sight(about_of(version, Subject.CLASS, row["key"], version.tree.root.key), seen, facts)


def past(actor: Actor, version: Version, now: datetime) -> Iterator[Sight]:
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
        yield Sight(about_of(version, Subject.PAST, key, root), Seen(Mark.BAD, "changed"), facts)
