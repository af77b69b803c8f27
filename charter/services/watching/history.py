"""The past of what is watched: read again after a correction, up to how things stand today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from charter.domain.alerts.alert_rules import Happening, Hold, Mark, Seen, Watch, replay
from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.periods import Period
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.watching.alert_changes import About, standing_alert
from charter.services.watching.evidence import Moment

REPLAYED = 400
"""How many periods are read again after a correction."""

Row = Mapping[str, Any]


def how_it_stands(before: Watch, marks: Sequence[tuple[str, Seen]], hold: Hold) -> Watch:
    """How things stand when the past is read again; what was worst in it is not so today, and tells nobody anew."""
    state = replay(marks, hold)
    is_worst = state.is_worst and (before.is_worst or marks[-1][1].is_worst)
    return replace(state, is_worst=is_worst)


def restate_since(about: About, state: Watch) -> None:
    """Since when it is open may be another period once the past is read again."""
    alert = standing_alert(about)
    if alert is not None and state.is_open and alert.facts.get("since") != state.since:
        alert.facts = alert.facts | {"since": state.since}


def difference(before: Watch, after: Watch, seen: Seen) -> Happening | None:
    """What a correction did to how things stand."""
    if before.is_open and not after.is_open:
        return Happening.CLOSED if seen.mark is Mark.GOOD else Happening.EASED
    if after.is_open and not before.is_open:
        return Happening.OPENED
    if after.is_worst and not before.is_worst:
        return Happening.WORSENED
    return Happening.CONFIRMED if before.waits and not after.waits else None


def row_before(about: About, indicator: Indicator, period: Period) -> Row | None:
    """The reading of the period before."""
    mine = (ReadingRow.indicator_key == indicator.key) & (ReadingRow.unit_key == about.unit)
    then = select(ReadingRow.__table__).where(mine, ReadingRow.period_key == period.previous().key)
    return next((dict(row._mapping) for row in db.session.execute(then)), None)


def series_of(about: About, indicator: Indicator) -> list[Moment]:
    """The newest readings of an indicator on a unit, oldest first; the one just written is among them."""
    mine = (ReadingRow.indicator_key == indicator.key) & (ReadingRow.unit_key == about.unit)
    newest = select(ReadingRow.__table__).where(mine).order_by(ReadingRow.period_start.desc()).limit(REPLAYED)
    rows: Sequence[Row] = [dict(row._mapping) for row in db.session.execute(newest)][::-1]
    periods = [Period(indicator.period, row["period_start"]) for row in rows]
    before = {period.key: row for period, row in zip(periods, rows, strict=True)}
    return [Moment(one, row, before.get(one.previous().key)) for one, row in zip(periods, rows, strict=True)]
