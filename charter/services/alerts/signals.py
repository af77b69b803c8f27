"""What charts say: special causes of each indicator, on the whole and on each unit that somebody is in charge of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from charter.domain.alerts.alert_rules import AT_ONCE, HOLDS, Hold, Mark, Seen, Subject
from charter.domain.alerts.evidence import evidence_of_variation
from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.periods import Period
from charter.domain.vocabulary.terms import Status
from charter.models.alerts import WatchRow
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.alerts.doubts import about_of
from charter.services.charters.versions import History
from charter.services.people.owners import units_in_charge
from charter.services.readings.current_figures import load
from charter.services.readings.indicator_view import chart_of
from charter.services.watching.alert_changes import (
    About,
    facts_of,
)
from charter.services.watching.readings import WatchPlace, units_in_alert


@dataclass(frozen=True)
class Detected:
    """One thing seen, of which moment (a period's first day; None: of now), and how it must hold."""

    about: About
    seen: Seen
    facts: dict[str, Any]
    start: date | None = None
    hold: Hold = AT_ONCE


def detect_special_causes(found: History, now: datetime, known: Mapping[WatchPlace, WatchRow]) -> Iterator[Detected]:
    """What the charts say, of each indicator and unit with a newer reading than was looked at."""
    version, charge, still = found.current, units_in_charge(), units_in_alert()
    units = {version.tree.root.key}.union(*charge.values(), *still.values())
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
        watched = charge.get(pair[0].owner, set()) | still.get(row.indicator_key, set())
        if row.unit_key in watched | {version.tree.root.key}:
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
    if indicator.is_context or Status(row.status) is Status.NO_DATA or _is_held_back(indicator, unit, row.status):
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
