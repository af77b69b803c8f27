"""A further level of an indicator, begun from the one before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

_LEVEL = re.compile(r"targets\.([0-9]+)\.(.+)")


def with_next_level(given: Mapping[str, str], today: date) -> dict[str, str]:
    """The same form with one more level: that of the last line, from the first day of the next month.

    >>> with_next_level({"targets.0.target": "90"}, date(2026, 11, 29))["targets.1.from"]
    '2026-12-01'
    """
    lines: dict[int, dict[str, str]] = {}
    for name, value in given.items():
        if (found := _LEVEL.fullmatch(name)) and value.strip():
            lines.setdefault(int(found[1]), {})[found[2]] = value
    last = max(lines, default=-1)
    begun = lines.get(last, {}) | {"from": next_month(today).isoformat()}
    return {**given, **{f"targets.{last + 1}.{name}": value for name, value in begun.items()}}


def next_month(day: date) -> date:
    """The first day of the month after this day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
