"""Corrections of the figures that a page shows: who corrected what, when, from what to what, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from charter.domain.entries import numbers_of
from charter.models.records import Measurement
from charter.services.charters import Version
from charter.services.plain import plain
from charter.services.views import words

SHOWN = 30


def corrections_of(version: Version, unit: str, rows: Sequence[Measurement]) -> list[dict[str, Any]]:
    """The corrections among what was written for the periods shown, under a unit, newest first."""
    by_id = {row.id: row for row in rows}
    under = None if unit == version.tree.root.key else version.tree.under(unit)
    found = [
        _line(version, row, by_id[row.corrects_id])
        for row in reversed(rows)
        if row.corrects_id in by_id and (under is None or row.unit_key in under)
    ]
    return found[:SHOWN]


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
