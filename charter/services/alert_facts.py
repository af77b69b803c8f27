"""The facts of an alert: words in both languages and figures, kept with it, so that it can always be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.values import Text
from charter.domain.periods import Period
from charter.domain.targets import target_in_force

if TYPE_CHECKING:
    from charter.services.charters import Version

Row = Mapping[str, Any]


def facts_of(version: Version, indicator: Indicator, period: Period, row: Row) -> dict[str, Any]:
    """What is said of a reading in an alert: words in both languages, figures with their cases."""
    target = target_in_force(indicator.targets, period.start)
    return about_indicator(version, indicator, row["unit_key"]) | {
        "period": period.key,
        "status": str(row["status"]),
        "reason": None if row["reason"] is None else str(row["reason"]),
        "value": row["value"],
        "target": None if target is None else float(target.target),
        "cases": float(row["denominator"]) if indicator.kind.adds_up else None,
    }


def about_indicator(version: Version, indicator: Indicator, unit: str) -> dict[str, Any]:
    """The words of an alert about an indicator on a unit."""
    commitment, _ = version.indicators[indicator.key]
    known = version.tree.by_key.get(unit)
    return {
        "number": version.charter.commitments.index(commitment) + 1,
        "title": in_both(commitment.title),
        "indicator": in_both(indicator.title),
        "kind": indicator.kind.value,
        "direction": indicator.direction.value,
        "unit_name": known.name if known and unit != version.tree.root.key else None,
    }


def in_both(text: Text) -> dict[str, str]:
    """Both languages; where one is missing, the other stands for it."""
    return {"fr": text.in_language("fr"), "en": text.in_language("en")}
