"""Rows that are the sum of other rows: a national line below the regions doubles every count."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NEAR = 0.005
"""Within half of a per cent, a sum is that of the others."""
_MOST_OFTEN = 0.9
_FEWEST_OTHERS = 2
_CALLED_SO = re.compile(
    r"(grand |sub-?)?totals?\b.*|.*\btotal|ensemble|national|nationwide|france( entière)?|england|overall|all|tous|"
    r"toutes|all \w+.*|toutes? les \w+.*|tous les \w+.*|whole|gesamt|totale|todos",
    re.IGNORECASE,
)
_SURELY_CALLED_SO = re.compile(r"(grand |sub-?)?totals?\b.*|.*\btotal|ensemble|overall|gesamt|totale", re.IGNORECASE)

Sums = Mapping[str, Mapping[str, Sequence[float]]]
"""By period ('' where there is none) and value of a column ('' for an empty cell): the sum of each column of numbers.
"""


@dataclass(frozen=True)
class Total:
    """A value of a column whose rows add up the others; `is_sum`: its numbers say so, not its name alone."""

    column: str
    value: str
    is_sum: bool


def totals_in(column: str, sums: Sums) -> list[Total]:
    """The values whose numbers are, in nearly every period, the sum of at least two others; or that are called a total
    where no number can tell.

    At least two columns of numbers must say so; one is enough where there is no other, or where it is called a total.
    """
    periods = [_Period(said, [sum(at) for at in zip(*said.values(), strict=True)]) for said in sums.values()]
    values = dict.fromkeys(value for period in periods for value in period.said)
    width = max((len(period.whole) for period in periods), default=0)
    found = []
    for value in values:
        its_own = [period for period in periods if value in period.said and len(period.said) > _FEWEST_OTHERS]
        matching = sum(1 for at in range(width) if _adds_up(value, at, its_own))
        if matching >= (1 if width == 1 or not value or _CALLED_SO.fullmatch(value.strip()) else 2):
            found.append(Total(column, value, is_sum=True))
        elif is_called_total(value) or (not width and _CALLED_SO.fullmatch(value.strip())):
            found.append(Total(column, value, is_sum=False))
    return found


def is_called_total(value: str) -> bool:
    """Whether its name leaves no doubt."""
    return _SURELY_CALLED_SO.fullmatch(value.strip()) is not None


@dataclass(frozen=True)
class _Period:
    """What the values say in a period, and the sum of all of them."""

    said: Mapping[str, Sequence[float]]
    whole: Sequence[float]


def _adds_up(value: str, at: int, periods: Sequence[_Period]) -> bool:
    """Whether one of its numbers is the sum of the others' in nine of ten periods where it says something."""
    told = [(period.said[value][at], period.whole[at] - period.said[value][at]) for period in periods]
    said = [(own, others) for own, others in told if own > 0 or others > 0]
    good = sum(1 for own, others in said if abs(own - others) <= NEAR * own)
    return bool(said) and good >= _MOST_OFTEN * len(said)
