"""Counts: what one measurement holds, and how counts add over units, channels, segments and periods.

In how many digits a figure is written, so that it never seems to reach a level that it did not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from charter.domain.vocabulary.terms import Kind

Number = int | Decimal


def exact(value: Any) -> Number:
    """A number from a source, exactly: whole numbers become int, others Decimal by their shortest writing.

    Raises ValueError for NaN, infinities and what is not a number.
    """
    number = value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else str(value))
    if not number.is_finite():
        raise ValueError(f"{value} is not a finite number")
    return int(number) if number == number.to_integral_value() else number


def exact_each(kept: Mapping[str, Any]) -> dict[str, Number]:
    """Cases by reason as they were kept, exactly."""
    if not kept:
        return {}
    return {name: exact(number) if isinstance(number, float) else number for name, number in kept.items()}


@dataclass(frozen=True)
class Counts:
    """What was counted for one cell (indicator, period, unit, channel, segment). All fields add.

    share kinds: numerator of denominator. mean: denominator = n, with total and squares (sums of value and
    value squared). nps: denominator = n, with promoters and detractors. count: numerator = denominator = n. sum:
    the same, with total; money: with total in cents. rate: numerator of a volume, the denominator. `excluded` is by
    reason, in cases (a row of sums stands for its own denominator); `pending` cases are too young to judge; `stopped`
    are judged cases with a stop date (share-within only). `steps` are those met within each delay of tiers and ceiling,
    by the delay as written; of an effort all that gave each answer, by the answer. `stages` are seconds that judged
    cases spent in each stage, by its key and how: `ran`, `stood`, and `late` for what ran of cases that were not met.
    `owed` is what misses owe, where that was counted case by case: `cents`, the `cases` that owe, of these those still
    `open`, `of` so many judged. `value` is what does not add: a percentile or a composite, computed for the level of
    the tree that the cell stands for; a sum has none. Of samples also: `cubes`, the sum of cubes of a mean, None where
    it was not counted; `low` and `high`, the ends of the 90 % interval of what does not add.
    """

    numerator: Number = 0
    denominator: Number = 0
    pending: int = 0
    stopped: int = 0
    total: Number = 0
    squares: Number = 0
    promoters: int = 0
    detractors: int = 0
    excluded: Mapping[str, Number] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    stages: Mapping[str, int] = field(default_factory=dict)
    owed: Mapping[str, int] = field(default_factory=dict)
    value: Number | None = None
    cubes: Number | None = None
    low: Number | None = None
    high: Number | None = None

    def __add__(self, other: Counts) -> Counts:
        sums: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in _NUMBERS}
        sums |= {name: _added(getattr(self, name), getattr(other, name)) for name in _MAPS}
        return Counts(**sums, cubes=_cubes((self, other)))

    @property
    def plain(self) -> Counts:
        """What was counted, without what only tells how sure it is: releases before did not count that."""
        return replace(self, cubes=None, low=None, high=None)

    @property
    def left_out(self) -> dict[str, int | float]:
        """The excluded cases by reason, as they are stored: whole numbers stay whole."""
        if not self.excluded:
            return {}
        return {
            reason: float(cases) if isinstance(cases, Decimal) else cases for reason, cases in self.excluded.items()
        }

    @property
    def passives(self) -> Number:
        return self.denominator - self.promoters - self.detractors


NOTHING = Counts()
"""Nothing was counted."""

_MAPS = ("excluded", "steps", "stages", "owed")
_NUMBERS = [f.name for f in fields(Counts) if f.name not in (*_MAPS, "value", "cubes", "low", "high")]


_all_numbers = attrgetter(*_NUMBERS)


def _summed(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Counts by name, added up; names in order."""
    found: dict[str, Any] = {}
    for part in filter(None, parts):
        for name, count in part.items():
            found[name] = found.get(name, 0) + count
    return dict(sorted(found.items())) if found else found


def _cubes(parts: Iterable[Counts]) -> Number | None:
    """Added up; None where a part that has cases does not tell."""
    told = [part.cubes for part in parts if part.denominator]
    return None if not told or None in told else sum(one for one in told if one is not None)


def _added(some: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    return {name: some.get(name, 0) + others.get(name, 0) for name in sorted({*some, *others})}


def add_up(parts: Iterable[Counts]) -> Counts:
    """The sum of counts; of none, zero counts."""
    known = list(parts)
    if not known:
        return NOTHING
    if len(known) == 1 and known[0].value is None:
        return known[0]
    columns = zip(*map(_all_numbers, known), strict=True)
    sums: dict[str, Any] = {name: sum(column) for name, column in zip(_NUMBERS, columns, strict=True)}
    sums |= {name: _summed(getattr(one, name) for one in known) for name in _MAPS}
    return Counts(**sums, cubes=_cubes(known))


def value_of(kind: Kind, counts: Counts) -> Decimal | None:
    """The indicator's value by its kind; None when there is no judged case (nothing counted or paid is a value).

    share kinds: numerator / denominator, 0..1. mean: sum / n. nps: (P - D) / n x 100. count: n. money: cents.
    sum: the total. percentile, composite: as computed for the level. rate: per one of its volume (`figure_of` knows
    per how many).
    """
    if kind in (Kind.COUNT, Kind.SUM, Kind.MONEY):
        return Decimal(counts.numerator if kind is Kind.COUNT else counts.total)
    if not kind.adds_up:
        return None if counts.value is None else Decimal(counts.value)
    if counts.denominator == 0:
        return None
    n = Decimal(counts.denominator)
    if kind is Kind.MEAN:
        return Decimal(counts.total) / n
    if kind is Kind.NPS:
        return Decimal(counts.promoters - counts.detractors) * 100 / n
    return Decimal(counts.numerator) / n


class Cell(NamedTuple):
    """One measured cell. `unit` is the key read from the source ('' where it is missing)."""

    period: str
    unit: str
    channel: str
    segment: str
    counts: Counts


def decimals_apart(value: Decimal, fewest: int, levels: Iterable[Decimal]) -> int:
    """As few decimals as keep a rounded figure on its own side of every level, and on a level that it is.

    One that lies between the figure and its writing, or is written like it, would seem to be reached or lost.

    >>> decimals_apart(Decimal("99.895"), 1, [Decimal("99.9")])
    3
    """
    marks = list(levels)
    exponent = value.normalize().as_tuple().exponent
    most = max(fewest, -int(exponent))
    for decimals in range(fewest, most):
        shown = at_decimals(value, decimals)
        if shown == value or not any(min(value, shown) <= level <= max(value, shown) for level in marks):
            return decimals
    return most


def at_decimals(value: Decimal, decimals: int) -> Decimal:
    """Rounded as people round: halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
