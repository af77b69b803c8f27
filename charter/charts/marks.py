"""Which flags and effects a chart bears: actions in the period of the day they were done and what the last of them
changed, corrections in the period of their figures.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from charter.domain.vocabulary.periods import parse_period

CORRECTED = "C"


def flags_of(
    actions: Sequence[Mapping[str, Any]],
    indicator: str,
    series: Sequence[Mapping[str, Any]],
    corrected: Collection[str] = (),
) -> list[dict[str, str]]:
    """{"period", "label"} of each action on this indicator that was done in a period of the series (A and its number),
    and of each period whose figures were corrected (C)."""
    periods = [(point["period"], parse_period(point["period"])) for point in series]
    found = []
    for action in actions:
        if action["indicator"] == indicator and action["done_on"]:
            day = date.fromisoformat(action["done_on"])
            places = [key for key, period in periods if period.contains(day)]
            found += [{"period": key, "label": f"A{action['number']}"} for key in places]
    return found + [{"period": key, "label": CORRECTED} for key, _ in periods if key in corrected]


def effects_on(actions: Sequence[Mapping[str, Any]], indicator: str, unit: str) -> list[Mapping[str, Any]]:
    """What the action on an indicator of a unit changed that was done last and can be judged: one is drawn, not
    many."""
    told = [one for one in actions if one["indicator"] == indicator and one["unit"] == unit and one["done_on"]]
    known = [one for one in told if one["effect"] and one["effect"].get("method")]
    return [max(known, key=lambda one: str(one["done_on"]))["effect"]] if known else []
