"""Corrections of the figures that a page shows: who corrected what, when, from what to what, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from charter.domain.entries import numbers_of
from charter.domain.monthly import IndicatorView
from charter.models.base import db
from charter.models.records import Measurement
from charter.services.charters import Version
from charter.services.plain import plain
from charter.services.standing import standing
from charter.services.views import words

SHOWN = 30


def corrections_of(version: Version, unit: str, views: Sequence[IndicatorView]) -> list[dict[str, Any]]:
    """The corrections of the periods shown, under a unit, newest first."""
    wanted = [standing(view["key"], view["period"]) for view in views if view["known_at"] is not None]
    if not wanted:
        return []
    before = aliased(Measurement)
    query = select(Measurement, before).join(before, before.id == Measurement.corrects_id).where(or_(*wanted))
    if unit != version.tree.root.key:
        query = query.where(Measurement.unit_key.in_(version.tree.under(unit)))
    rows = db.session.execute(query.order_by(Measurement.id.desc()).limit(SHOWN)).all()
    return [_line(version, row, old) for row, old in rows]


def _line(version: Version, row: Measurement, old: Measurement) -> dict[str, Any]:
    indicator = version.indicators[row.indicator_key][1]
    known = version.tree.by_key.get(row.unit_key)
    return {
        "indicator": row.indicator_key,
        "title": words(indicator.title),
        "period": row.period_key,
        "name": known.name if known else row.unit_key,
        "channel": row.channel,
        "segment": row.segment,
        "before": {name: plain(number) for name, number in numbers_of(indicator, old.counts).items()},
        "after": {name: plain(number) for name, number in numbers_of(indicator, row.counts).items()},
        "by": row.recorded_by,
        "at": row.recorded_at.isoformat(),
        "reason": row.reason,
    }
