"""Weak signals: what staff report is rising while the figure is still green.

Two months of a unit and a commitment against the two years before, as two counts of rare events: given that there were
n days with a report in all, those of the two months are binomial with their part of the days (Przyborowski and Wilenski
1940). Days, not reports: who writes five times on one evening tells of one.

Benjamini and Hochberg's rule over all units and promises finds a threefold rise of three days a month in one cell of
960 in 30 % (docs/methods.md); what is promised, at most six false signals a year, is kept by the number of cells
itself, and finds it in 60 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from charter.domain.statistics.intervals import beta_share, gamma_share

LEAST_COUNT = 3
"""Fewer days with a report in the two months are no signal, however rare they were before."""
LEAST_MONTHS = 2
"""So many earlier months must be known."""
MOST_MONTHS, WINDOW = 24, 2
FALSE_A_MONTH = 0.6
"""So many signals a month might come by chance, of all units and promises together, were all their rates well known;
fewer do: six a year at most."""
HIGHEST = 0.01
"""A chance above is no signal, however few units and promises are looked at."""
UNEVEN = 0.05
"""Below this chance the months before scatter by more than chance brings, and that counts."""


class Told(NamedTuple):
    """Of a month: days with a report, and days on which there could have been one."""

    on: int
    of: int


@dataclass(frozen=True)
class Rise:
    """Days with a report in the `window` months, those of the earlier months, how many those were, and the chance of
    so many in the window."""

    count: int
    earlier: int
    months: int
    chance: float
    window: int = WINDOW


def rise_in(line: Sequence[Told], cells: int) -> Rise | None:
    """The rise at the end of a line of months, oldest first, up to two years before the last two; None for no signal.

    `cells`: how many units and promises are looked at together.
    """
    known = [one for one in line[-MOST_MONTHS - WINDOW :] if one.of > 0]
    past, lately = known[:-WINDOW], known[-WINDOW:]
    count, before = sum(one.on for one in lately), sum(one.on for one in past)
    if count < LEAST_COUNT or len(past) < LEAST_MONTHS or lately[-1].on == 0:
        return None
    days, earlier = sum(one.of for one in lately), sum(one.of for one in past)
    uneven = dispersion(past)
    chance = mid_chance(count / uneven, before / uneven, days / (days + earlier))
    return Rise(count, before, len(past), chance) if chance <= min(FALSE_A_MONTH / max(cells, 1), HIGHEST) else None


def mid_chance(count: float, before: float, share: float) -> float:
    """The chance of more than `count`, and half that of as many, of `count + before` that fall with the share each."""
    more = beta_share(share, count + 1, before) if before > 0 else 0.0
    return (beta_share(share, count, before + 1) + more) / 2


def dispersion(months: Sequence[Told]) -> float:
    """By how much the months scatter beyond chance: Pearson's χ² a degree of freedom, where it is clear; else 1."""
    rate = sum(one.on for one in months) / sum(one.of for one in months)
    if rate == 0 or len(months) < LEAST_MONTHS:
        return 1.0
    chi2, free = sum((one.on - rate * one.of) ** 2 / (rate * one.of) for one in months), len(months) - 1
    return max(1.0, chi2 / free) if 1 - gamma_share(chi2 / 2, free / 2) < UNEVEN else 1.0


def lowest(rises: Mapping[str, Rise], parents: Mapping[str, str | None]) -> dict[str, Rise]:
    """Of units one above the other that show the same rise, only the lowest is named: there it can be understood."""
    hidden: set[str] = set()
    for key in rises:
        above = parents.get(key)
        while above is not None:
            hidden.add(above)
            above = parents.get(above)
    return {key: rise for key, rise in rises.items() if key not in hidden}
