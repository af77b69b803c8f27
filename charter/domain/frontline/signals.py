"""Weak signals: what staff report is rising while the figure is still green.

A month of a unit and a commitment against its own earlier months, as two counts of rare events: given that there were
n in all, those of the month are binomial with the month's part of the days (Przyborowski and Wilenski 1940).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from charter.domain.statistics.intervals import chance_of_at_least

LEAST_COUNT = 3
"""Fewer observations in the month are no signal, however rare they were before."""
LEAST_MONTHS = 3
"""So many earlier months must be known."""
MOST_MONTHS = 12
LEVEL = 0.01
"""The chance of so many, had nothing changed: low, because many units and commitments are looked at."""


@dataclass(frozen=True)
class Rise:
    """A month's observations, those of the earlier months, how many those were, and the chance of such a month."""

    count: int
    earlier: int
    months: int
    chance: float


def rise_in(month: tuple[int, int], earlier: Sequence[tuple[int, int]]) -> Rise | None:
    """The rise of a month over up to twelve earlier ones, oldest first, each (observations, days); None for no signal.

    A signal has at least LEAST_COUNT observations, at least LEAST_MONTHS earlier months, and a chance of at most LEVEL.
    """
    past = list(earlier)[-MOST_MONTHS:]
    count, days = month
    if count < LEAST_COUNT or len(past) < LEAST_MONTHS:
        return None
    before = sum(one for one, _ in past)
    chance = chance_of_at_least(count, count + before, days / (days + sum(length for _, length in past)))
    return Rise(count, before, len(past), chance) if chance <= LEVEL else None


def lowest(rises: Mapping[str, Rise], parents: Mapping[str, str | None]) -> dict[str, Rise]:
    """Of units one above the other that show the same rise, only the lowest is named: there it can be understood."""
    hidden: set[str] = set()
    for key in rises:
        above = parents.get(key)
        while above is not None:
            hidden.add(above)
            above = parents.get(above)
    return {key: rise for key, rise in rises.items() if key not in hidden}
