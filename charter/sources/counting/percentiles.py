"""Percentiles: the value at a rank, exact at every level of the organisation's tree, never made from parts.

Cases are put in order for each unit, each unit above it and the whole. Between two ranks the value is interpolated in
a straight line, as percentile_cont does; ranks are counted in whole numbers, so every engine gives the same.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import ibis

from charter.domain.statistics.intervals import SAMPLE_LEVEL, two_sided_z
from charter.domain.statistics.samples import ranks_around
from charter.domain.vocabulary.counts import Counts, Number, exact
from charter.domain.vocabulary.terms import Basis
from charter.sources.cells.queries import answer
from charter.sources.counting.amounts import Valued
from charter.sources.counting.delays import LengthMeasure
from charter.sources.counting.kinds import Measure
from charter.sources.counting.scan import JUDGED, Scan
from charter.sources.counting.stages import sums_of

Ends = tuple[Number, Number]
NEAR = 3
"""How far a rank by the normal law lies from the exact one at most, where there is one (tests)."""

_DECIMALS = 9
_STEPS = 512
_STEP = ["period", "whole", "step"]


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
        value = rows[self.scaled(self.columns[0])]
        # Whole numbers of few digits are put in order much faster as such.
        return value.cast("int64") if self.digits[self.columns[0]].squares else value

    def valued(self, number: Fraction) -> Fraction:
        return number / Fraction(10 ** self.scale(self.columns[0])) / self.per(self.columns[0])


@dataclass
class RankedDelay(Ranked, LengthMeasure):
    """The percentile of a delay."""

    def ranked(self, rows: Any) -> Any:
        return self.column(rows, "length").cast("int64")

    def sums(self, rows: Any) -> dict[str, Any]:
        return {} if self.staged is None else sums_of(rows, self.tag, self.staged, None)

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return replace(super().counts(n, sums), stages=self._stages(sums))

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
    values = _values(scan, measure)
    ends = answer(values.aggregate(low=values["value"].min(), high=values["value"].max()), scan.reader.source)[0]
    if ends["low"] is None:
        return {}
    for row in answer(ranking(scan, measure, (float(ends["low"]), float(ends["high"]))), scan.reader.source):
        low, high = Fraction(exact(row["low"])), Fraction(exact(row["low" if row["high"] is None else "high"]))
        between = (int(row["cases"]) - 1) * share % 1
        place = scan.periods[row["period"]].key, row["whole"]
        found[place] = _number(measure.valued(low + between * (high - low)))
    return found


def ends_at_levels(scan: Scan, measure: Ranked) -> dict[tuple[str, str], Ends]:
    """Of a sample the values between which the percentile lies, by period and unit of the tree; absent where so few
    cases bound it on one side only, and where all are alike.

    The values around both ranks are asked for, and the ranks are then chosen exactly.
    """
    if measure.indicator.basis is not Basis.SAMPLE:
        return {}
    near: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in answer(bounding(scan, measure), scan.reader.source):
        near.setdefault((scan.periods[row["period"]].key, row["whole"]), []).append(row)
    ends = {place: _ends(measure, rows) for place, rows in near.items()}
    return {place: found for place, found in ends.items() if found is not None}


def _ends(measure: Ranked, rows: Sequence[Mapping[str, Any]]) -> Ends | None:
    ranks = ranks_around(int(rows[0]["cases"]), float(_share(measure)))
    if ranks is None or rows[0]["times"] == rows[0]["cases"]:
        return None
    held = [[one["value"] for one in rows if one["upto"] - one["times"] < rank <= one["upto"]] for rank in ranks]
    low, high = (_number(measure.valued(Fraction(exact(values[0])))) for values in held)
    return low, high


def bounding(scan: Scan, measure: Ranked) -> Any:
    """The query for the values whose ranks lie near those that bound the percentile, by period and unit of the tree."""
    values = _values(scan, measure).group_by(["period", "unit", "value"]).aggregate(times=lambda rows: rows.count())
    placed = _at_each_level(values, measure)
    group = ["period", "whole", "value"]
    at = placed.group_by(group).aggregate(times=placed["times"].sum().cast("int64"))
    each = {"group_by": ["period", "whole"]}
    upto = at["times"].sum().over(ibis.cumulative_window(order_by=at["value"], **each)).cast("int64")
    at = at.mutate(upto=upto, cases=at["times"].sum().over(ibis.window(**each)).cast("int64"))
    share, z = float(_share(measure)), two_sided_z(SAMPLE_LEVEL)
    middle, spread = at["cases"] * share, (at["cases"] * (share * (1 - share))).sqrt() * z
    near = [(at["upto"] >= rank - NEAR) & (at["upto"] - at["times"] < rank + NEAR) for rank in _both(middle, spread)]
    return at.filter(near[0] | near[1]).select("period", "whole", "cases", "value", "times", "upto")


def _both(middle: Any, spread: Any) -> tuple[Any, Any]:
    return (middle - spread).floor(), (middle + spread).floor()


def _number(value: Fraction) -> Number:
    return exact(round(Decimal(value.numerator) / Decimal(value.denominator), _DECIMALS))


def _share(measure: Ranked) -> Fraction:
    return Fraction(Decimal(measure.indicator.percentile)) / 100


def _values(scan: Scan, measure: Ranked) -> Any:
    rows = scan.rows()
    judged = rows.filter(rows[measure.name("fate")] == JUDGED, rows["period"] >= 0)
    return judged.select(period=judged["period"], unit=judged["unit"], value=measure.ranked(judged))


def ranking(scan: Scan, measure: Ranked, ends: tuple[float, float] = (0.0, 1.0)) -> Any:
    """The query that asks, by period and unit of the tree, for the values at the two ranks next to the percentile.

    Values are first counted in coarse steps between `ends`, the least and the greatest; only those of the steps that
    hold the two ranks are put in order. Any ends give the same answer: near ones give it sooner.
    """
    width = (ends[1] - ends[0]) / _STEPS or 1.0
    values = _values(scan, measure)
    values = values.mutate(step=((values["value"].cast("float64") - ends[0]) / width).floor().cast("int64"))
    often = values.group_by(["period", "unit", "step"]).aggregate(times=values.count())
    placed = _at_each_level(often, measure)
    wanted = placed.drop("times").inner_join(_steps_of_ranks(placed, _share(measure)), _STEP)
    near = values.inner_join(wanted, ["period", "unit", "step"])
    near = near.group_by([*_STEP, "value"]).aggregate(
        times=near.count(), before=near["before"].max(), rank=near["rank"].max(), cases=near["cases"].max()
    )
    order = ibis.cumulative_window(group_by=_STEP, order_by=near["value"])
    near = near.mutate(upto=near["before"] + near["times"].sum().over(order).cast("int64"))
    return near.group_by(["period", "whole"]).aggregate(
        cases=near["cases"].max(),
        low=near["value"].min(where=near["upto"] > near["rank"]),
        high=near["value"].min(where=near["upto"] > near["rank"] + 1),
    )


def _steps_of_ranks(counted: Any, share: Fraction) -> Any:
    """For each period and unit of the tree the steps that hold the two ranks, and how many cases lie before them."""
    at = counted.group_by(_STEP).aggregate(times=counted["times"].sum().cast("int64"))
    group = {"group_by": ["period", "whole"]}
    upto = at["times"].sum().over(ibis.cumulative_window(order_by=at["step"], **group)).cast("int64")
    at = at.mutate(upto=upto, cases=at["times"].sum().over(ibis.window(**group)).cast("int64"))
    place = (at["cases"] - 1) * share.numerator
    at = at.mutate(
        before=at["upto"] - at["times"],
        rank=((place - place % share.denominator) / share.denominator).cast("int64"),
    )
    at = at.filter(at["upto"] > at["rank"], at["before"] <= at["rank"] + 1)
    return at.select("period", "whole", "step", "before", "rank", "cases")


def _at_each_level(often: Any, measure: Ranked) -> Any:
    """The same counts once for each level, `whole`: the root, then by depth of the tree the unit above the own."""
    levels = Levels(measure.scene.setting.parents)
    tables = [often.mutate(whole=ibis.literal(levels.root))]
    for units in levels.below if measure.indicator.unit is not None else []:
        alone = [unit for unit, under in units.items() if under == [unit]]
        cases = [(often["unit"].isin(alone), often["unit"])] if alone else []
        cases += [(often["unit"].isin(under), ibis.literal(unit)) for unit, under in units.items() if len(under) > 1]
        placed = often.mutate(whole=ibis.cases(*cases, else_=ibis.null("string")))
        tables.append(placed.filter(placed["whole"].notnull()))
    return ibis.union(*tables) if len(tables) > 1 else tables[0]
