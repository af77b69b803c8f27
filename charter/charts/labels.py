"""Short labels of periods under a chart, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

LETTERS = {"fr": {"W": "S", "Q": "T"}}
"""Week 41 is S41 in French, the fourth quarter T4."""


@dataclass(frozen=True)
class Tick:
    """A label under the axis; `year` stands beneath it where a year begins."""

    x: float
    label: str
    year: str


def period_ticks(periods: Sequence[str], xs: Sequence[float], language: str, most: int = 13) -> list[Tick]:
    """At most so many labels: all periods, or every second, third… counted from the last one."""
    stride = next(step for step in (1, 2, 3, 4, 6, 12, 24, 48, 96, 10_000) if len(periods) <= most * step)
    found: list[Tick] = []
    shown_year = ""
    for i, (period, x) in enumerate(zip(periods, xs, strict=True)):
        if (len(periods) - 1 - i) % stride:
            continue
        label, year = _short(period, language)
        found.append(Tick(x, label, year if year != shown_year else ""))
        shown_year = year
    return found


def _short(period: str, language: str) -> tuple[str, str]:
    """`2026-10` -> (oct., 2026); `2026-W41` -> (W41, 2026); `2026` -> (2026, '')."""
    year, _, rest = period.partition("-")
    if not rest:
        return year, ""
    if rest[0] in "WQ":
        return LETTERS.get(language, {}).get(rest[0], rest[0]) + rest[1:], year
    if "-" in rest:
        return format_date(date.fromisoformat(period), "d MMM", locale=language), year
    return format_date(date(int(year), int(rest), 1), "LLL", locale=language), year
