"""What the sealed month holds of what staff told: how much, signals, estimates, and words chosen for print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from charter.domain.monthly import CommitmentView, Overview
from charter.domain.observations import ObservationKind, ObservationState
from charter.domain.periods import Period
from charter.services.charters import Version
from charter.services.signals import load_told
from charter.services.told import Row, told

MOST_PRINTED = 200


def month_parts(version: Version, month: Period, overviews: Mapping[str, Overview]) -> dict[str, dict[str, Any]]:
    """For the sealed month, by unit: what was told (how much, and the words chosen for print), signals, estimates,
    thanks. Only words that a reader chose for the report are in it: a sealed month never changes."""
    found = load_told(version, month)
    statuses = {(unit, view["key"]): view["status"] for unit, one in overviews.items() for view in one["commitments"]}
    rows = told(version.tree, [month.key], unit=version.tree.root.key, kinds=tuple(ObservationKind), limit=100_000)
    parts = {}
    for unit, overview in overviews.items():
        under = version.tree.under(unit)
        is_whole = unit == version.tree.root.key
        own = [row for row in rows if is_whole or row["unit"] in under]
        parts[unit] = _counts(own) | _printed(own, overview) | found.of(overview, statuses)
    return parts


def _counts(rows: Sequence[Row]) -> dict[str, Any]:
    told_ones = [row for row in rows if row["kind"] != ObservationKind.THANKS]
    states = [row["state"] for row in told_ones]
    by_state = {state.value: states.count(state.value) for state in ObservationState}
    return {
        "told": {"sent": len(told_ones), "answered": sum(row["answer"] is not None for row in told_ones)} | by_state
    }


def _printed(rows: Sequence[Row], overview: Overview) -> dict[str, Any]:
    """The words and thanks that a reader chose for the report, in the order of the charter."""
    views = {view["key"]: view for view in overview["commitments"]}
    shown = [row for row in rows if row["is_printed"] and row["text"]][:MOST_PRINTED]
    lines = [_line(row, views.get(row["commitment"] or "")) for row in shown]
    lines.sort(key=lambda line: (line["number"] is None, line["number"] or 0))
    return {
        "words": [line for line in lines if line["kind"] != ObservationKind.THANKS],
        "thanks": [line for line in lines if line["kind"] == ObservationKind.THANKS],
    }


def _line(row: Row, view: CommitmentView | None) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "number": view["number"] if view else None,
        "title": view["title"] if view else None,
        "unit_name": row["unit_name"],
        "text": row["text"],
        "answer": row["answer"],
    }
