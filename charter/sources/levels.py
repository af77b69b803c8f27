"""Percentiles: the value at a rank, exact at every level of the organisation's tree, never made from parts.

Cases are put in order for each unit, each unit above it and the whole. Between two ranks the value is interpolated in
a straight line, as percentile_cont does; ranks are counted in whole numbers, so every engine gives the same.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import ibis

from charter.domain.measures import Counts, Number, exact
from charter.sources.amounts import Valued
from charter.sources.asking import answer
from charter.sources.delays import LengthMeasure
from charter.sources.kinds import Measure
from charter.sources.scan import JUDGED, Scan

_DECIMALS = 9


@dataclass
class Ranked(Measure):
    """A percentile: n adds, the value is asked for at each level."""

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(denominator=n)

    @abstractmethod
    def ranked(self, rows: Any) -> Any:
        """What puts cases in order."""

    @abstractmethod
    def valued(self, number: Fraction) -> Fraction:
        """The indicator's value from what was put in order."""


@dataclass
class RankedValue(Ranked, Valued):
    """The percentile of a column."""

    def ranked(self, rows: Any) -> Any:
        return rows[self.scaled(self.columns[0])]

    def valued(self, number: Fraction) -> Fraction:
        return number / Fraction(10 ** self.scale(self.columns[0]))


@dataclass
class RankedDelay(Ranked, LengthMeasure):
    """The percentile of a delay."""

    def ranked(self, rows: Any) -> Any:
        return self.column(rows, "length")

    def valued(self, number: Fraction) -> Fraction:
        return number / self.per


@dataclass(frozen=True)
class Levels:
    """The units of a tree by depth, and under each the units below it; `parents` of no unit is one nameless whole."""

    parents: Mapping[str, str | None]

    @cached_property
    def root(self) -> str:
        return next((unit for unit, parent in self.parents.items() if parent is None), "")

    @cached_property
    def below(self) -> list[dict[str, list[str]]]:
        """For each depth beneath the root: its units, each with itself and all units under it."""
        found: list[dict[str, list[str]]] = []
        for unit in self.parents:
            for depth, above in enumerate(self._path(unit)[1:]):
                if depth == len(found):
                    found.append({})
                found[depth].setdefault(above, []).append(unit)
        return found

    def _path(self, unit: str) -> list[str]:
        """From the root down to the unit."""
        path = [unit]
        while (parent := self.parents[path[-1]]) is not None:
            path.append(parent)
        return path[::-1]


def values_at_levels(scan: Scan, measure: Ranked) -> dict[tuple[str, str], Number]:
    """The percentile by period and unit of the tree. Rows of an unknown unit count in the whole."""
    found = {}
    share = _share(measure)
    for row in answer(ranking(scan, measure), scan.reader.source):
        low, high = Fraction(exact(row["low"])), Fraction(exact(row["low" if row["high"] is None else "high"]))
        between = (int(row["cases"]) - 1) * share % 1
        value = measure.valued(low + between * (high - low))
        place = scan.periods[row["period"]].key, row["unit"]
        found[place] = exact(round(Decimal(value.numerator) / Decimal(value.denominator), _DECIMALS))
    return found


def _share(measure: Ranked) -> Fraction:
    return Fraction(Decimal(measure.indicator.percentile)) / 100


def ranking(scan: Scan, measure: Ranked) -> Any:
    """The query that asks, by period and unit of the tree, for the values at the two ranks next to the percentile."""
    share, rows = _share(measure), scan.rows()
    judged = rows.filter(rows[measure.name("fate")] == JUDGED, rows["period"] >= 0)
    values = judged.select(period=judged["period"], unit=judged["unit"], value=measure.ranked(judged))
    # How often each value occurs is far less than the rows, where delays are days or answers are marks.
    often = values.group_by(["period", "unit", "value"]).aggregate(times=values.count())
    whole, *others = _at_each_level(often, measure)
    at = ibis.union(whole, *others) if others else whole
    at = at.group_by(["period", "unit", "value"]).aggregate(times=at["times"].sum().cast("int64"))
    group = {"group_by": ["period", "unit"]}
    upto = at["times"].sum().over(ibis.cumulative_window(order_by=at["value"], **group)).cast("int64")
    cases = at["times"].sum().over(ibis.window(**group)).cast("int64")
    at = at.mutate(upto=upto, cases=cases)
    place = (at["cases"] - 1) * share.numerator
    at = at.mutate(rank=((place - place % share.denominator) / share.denominator).cast("int64"))
    return at.group_by(["period", "unit"]).aggregate(
        cases=at["cases"].max(),
        low=at["value"].min(where=at["upto"] > at["rank"]),
        high=at["value"].min(where=at["upto"] > at["rank"] + 1),
    )


def _at_each_level(often: Any, measure: Ranked) -> list[Any]:
    """The same counts once for each level: the whole, then each depth of the tree with its units by name."""
    levels = Levels(measure.scene.setting.parents)
    tables = [often.mutate(unit=ibis.literal(levels.root))]
    for units in levels.below if measure.indicator.unit is not None else []:
        alone = [unit for unit, under in units.items() if under == [unit]]
        cases = [(often["unit"].isin(alone), often["unit"])] if alone else []
        cases += [(often["unit"].isin(under), ibis.literal(unit)) for unit, under in units.items() if len(under) > 1]
        placed = often.mutate(unit=ibis.cases(*cases, else_=ibis.null("string")))
        tables.append(placed.filter(placed["unit"].notnull()))
    return tables
