"""What is another than the month before, and what could not be measured."""

from __future__ import annotations

from typing import TypedDict

from charter.domain.overview.groups import is_changed
from charter.domain.overview.model import Overview, Words

Change = TypedDict("Change", {"number": int, "key": str, "title": Words, "from": str, "to": str})
"""A commitment whose status is not that of the month before."""


class NotMeasured(TypedDict):
    """An indicator that could not be judged, and why."""

    number: int
    key: str
    title: Words
    indicator: Words
    status: str
    reason: str | None
    period: str
    denominator: float | None
    minimum: int


def changes_in(overview: Overview) -> list[Change]:
    """What changed since the month before, in the order of the charter."""
    return [
        {
            "number": view["number"],
            "key": view["key"],
            "title": view["title"],
            "from": str(view["previous_status"]),
            "to": view["status"],
        }
        for view in overview["commitments"]
        if is_changed(view)
    ]


def not_measured_in(overview: Overview) -> list[NotMeasured]:
    """The indicators without a verdict: no data, or not proven."""
    return [
        {
            "number": view["number"],
            "key": view["key"],
            "title": view["title"],
            "indicator": indicator["title"],
            "status": indicator["status"],
            "reason": indicator["reason"],
            "period": indicator["period"],
            "denominator": indicator["denominator"],
            "minimum": indicator["minimum"],
        }
        for view in overview["commitments"]
        for indicator in view["indicators"]
        if indicator["status"] in ("no-data", "unproven")
    ]
