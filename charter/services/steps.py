"""Promises in steps as faces print them: each tier, the ceiling, and the step whose figure is shown."""

from __future__ import annotations

from typing import Any

from charter.domain.monthly import CeilingView, TierView
from charter.domain.steps import StepKind, StepReading
from charter.models.readings import ReadingRow
from charter.services.plain import plain

Stored = dict[str, Any]


def stored(one: StepReading) -> Stored:
    """One step as a reading keeps it: the share within its delay, of a ceiling too."""
    reading, required = one.reading, one.step.required
    return {
        "kind": one.step.kind.value,
        "delay": str(one.step.delay),
        "required": None if required is None else float(required),
        "numerator": int(one.numerator),
        "value": None if reading.value is None else float(reading.value),
        "status": reading.status.value,
    }


def tiers_and_ceiling(steps: list[Stored], denominator: float | int | None) -> dict[str, Any]:
    """`tiers` and `ceiling` of the reading model; nothing for an indicator without steps."""
    if not steps:
        return {}
    tiers = [_tier(step, denominator) for step in steps if step["kind"] == StepKind.TIER]
    ceiling = next((_ceiling(step) for step in steps if step["kind"] == StepKind.CEILING), None)
    return {"tiers": tiers, "ceiling": ceiling}


def _tier(step: Stored, denominator: float | int | None) -> TierView:
    return {
        "within": step["delay"],
        "target": step["required"],
        "numerator": step["numerator"],
        "denominator": denominator or 0,
        "value": step["value"],
        "status": step["status"],
    }


def _ceiling(step: Stored) -> CeilingView:
    value = step["value"]
    return {
        "beyond": step["delay"],
        "at_most": round(1 - step["required"], 12),
        "share": None if value is None else round(1 - value, 12),
        "status": step["status"],
    }


def facts_of(row: ReadingRow | None) -> dict[str, Any]:
    """What a promise in steps adds to the figure of a period: its steps, and the level of the one shown."""
    if row is None or not row.steps:
        return {}
    shown = row.steps[row.shown or 0]
    facts = tiers_and_ceiling(row.steps, plain(row.denominator)) | {"step": shown["delay"]}
    if row.shown is None:
        return facts
    return facts | {"target": shown["required"], "tolerance": 0.0, "unacceptable": None, "exceeds": None}


def value_at(row: ReadingRow | None, like: ReadingRow | None) -> float | None:
    """The value of a reading at the step that another one shows: only the same step compares."""
    if row is None or like is None or not row.steps or not like.steps:
        return row.value if row else None
    delay = like.steps[like.shown or 0]["delay"]
    return next((step["value"] for step in row.steps if step["delay"] == delay), None)


def first_value(row: ReadingRow) -> tuple[float | None, Any]:
    """Value and numerator of the first step, which a series draws throughout."""
    if not row.steps:
        return row.value, row.numerator
    return row.steps[0]["value"], row.steps[0]["numerator"]
