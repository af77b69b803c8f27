"""Indicators of numbers in columns: means, scores from 0 to 10, sums over sums, money."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import reduce
from typing import Any, TypedDict

from charter.domain.charter_file.indicators import Sum
from charter.domain.checks.deadlines import seconds_in
from charter.domain.readings.effort import counts_of_answers
from charter.domain.vocabulary.counts import Counts, Number, exact
from charter.domain.vocabulary.terms import Nature
from charter.sources.cells.amounts import Digits
from charter.sources.cells.columns import Reader
from charter.sources.cells.written_text import DURATIONS
from charter.sources.counting.conditions import is_unanswered, meets, uses_of
from charter.sources.counting.kinds import (
    MISSING_VALUE,
    NO_ANSWER,
    OUTSIDE_ANSWERS,
    OUTSIDE_SCALE,
    UNREADABLE,
    Measure,
    as_number,
    cubes_in,
    cubes_of,
)


@dataclass
class Valued(Measure):
    """Of one or several columns of numbers: a row where one is missing does not count, with that reason."""

    columns: list[str] = field(default_factory=list)
    digits: dict[str, Digits] = field(default_factory=dict)

    def uses(self) -> Iterator[tuple[str, str]]:
        for column in self.columns:
            yield column, "number"

    def read(self, reader: Reader) -> dict[str, Any]:
        amounts = {column: reader.amount(column) for column in self.columns}
        self.digits = {column: amount.digits for column, amount in amounts.items()}
        added = {
            self.name("bad"): reduce(operator.or_, [each.unreadable for each in amounts.values()]).fill_null(False),
            self.name("gap"): reduce(operator.or_, [~each.present for each in amounts.values()]).fill_null(False),
        }
        return added | {self.scaled(column): amount.scaled for column, amount in amounts.items()}

    def scaled(self, column: str) -> str:
        """The name of the scaled value of a column."""
        return self.name(f"value{self.columns.index(column)}")

    def per(self, column: str) -> int:
        """How many of what a column holds make one of the indicator's unit: durations with colons hold seconds."""
        return seconds_in(self.indicator) if self.digits[column].style in DURATIONS else 1

    def summed(self, column: str, told: Any) -> Number:
        """A sum of scaled values of a column, in the indicator's unit."""
        found, per = as_number(told, self.scale(column)), self.per(column)
        with localcontext(prec=60):
            return found if per == 1 else exact(Decimal(found) / per)

    def scale(self, column: str) -> int:
        """The power of ten that a scaled value holds."""
        return digits.scale if (digits := self.digits[column]).exact else 0

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return [(rows[self.name("bad")], UNREADABLE), (rows[self.name("gap")], MISSING_VALUE)]


@dataclass
class MeanMeasure(Valued):
    """The mean of a column: n, the sum and the sum of squares; of a sample that of cubes."""

    def sums(self, rows: Any) -> dict[str, Any]:
        value = rows[self.scaled(self.columns[0])]
        root = value if self.digits[self.columns[0]].squares else value.cast("float64")
        return {"total": value, "squares": root * root, **cubes_of(self.indicator, value)}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        scale = self.scale(self.columns[0])
        total, squares = as_number(sums["total"], scale), as_number(sums["squares"], 2 * scale)
        if (per := self.per(self.columns[0])) > 1:
            with localcontext(prec=60):
                total, squares = exact(Decimal(total) / per), exact(Decimal(squares) / per**2)
        cubes = cubes_in(sums, per * 10 ** self.scale(self.columns[0]))
        return Counts(denominator=n, total=total, squares=squares, cubes=cubes)


@dataclass
class NpsMeasure(Valued):
    """Promoters answer 9 or 10, detractors 0 to 6; other than whole numbers from 0 to 10 do not count."""

    def judge(self, rows: Any) -> dict[str, Any]:
        column = self.columns[0]
        answer, one = rows[self.scaled(column)], 10 ** self.scale(column)

        def among(answers: range) -> Any:
            return reduce(operator.or_, [answer == each * one for each in answers]).fill_null(False)

        return {
            self.name("off"): answer.notnull() & ~among(range(11)),
            self.name("promoters"): among(range(9, 11)),
            self.name("detractors"): among(range(7)),
        }

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return [*super().errors(rows), (rows[self.name("off")], OUTSIDE_SCALE)]

    def sums(self, rows: Any) -> dict[str, Any]:
        return {each: rows[self.name(each)].ifelse(1, 0) for each in ("promoters", "detractors")}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        promoters, detractors = (int(sums[each] or 0) for each in ("promoters", "detractors"))
        return Counts(denominator=n, promoters=promoters, detractors=detractors)


@dataclass
class EffortMeasure(Valued):
    """How many gave each answer of the scale; other than whole answers from one end to the other do not count."""

    def judge(self, rows: Any) -> dict[str, Any]:
        column, answers = self.columns[0], self.indicator.scale.answers
        answer, one = rows[self.scaled(column)], 10 ** self.scale(column)
        given = {self.name(f"answer{each}"): (answer == each * one).fill_null(False) for each in answers}
        return given | {self.name("off"): answer.notnull() & ~reduce(operator.or_, given.values())}

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return [*super().errors(rows), (rows[self.name("off")], OUTSIDE_ANSWERS)]

    def missed(self, rows: Any) -> Any:
        """An answer that is not easy."""
        return ~reduce(operator.or_, [rows[self.name(f"answer{each}")] for each in self.indicator.scale.easy])

    def sums(self, rows: Any) -> dict[str, Any]:
        return {f"answer{each}": rows[self.name(f"answer{each}")].ifelse(1, 0) for each in self.indicator.scale.answers}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        scale = self.indicator.scale
        return counts_of_answers(scale, {each: int(sums[f"answer{each}"] or 0) for each in scale.answers})


@dataclass
class SumsMeasure(Valued):
    """A share of sums of columns: numerator over denominator (also up over total)."""

    over: Sum = field(default_factory=lambda: Sum(plus=["?"]))
    under: Sum = field(default_factory=lambda: Sum(plus=["?"]))

    def sums(self, rows: Any) -> dict[str, Any]:
        return {f"sum{at}": rows[self.scaled(column)] for at, column in enumerate(self.columns)}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        each = {column: self.summed(column, sums[f"sum{at}"]) for at, column in enumerate(self.columns)}

        def add(parts: Sum) -> Number:
            return exact(sum(map(each.__getitem__, parts.plus)) - sum(map(each.__getitem__, parts.minus)))

        return Counts(numerator=add(self.over), denominator=add(self.under))

    def weights(self, rows: Any) -> dict[str, Any]:
        """An excluded row stands for its own denominator; where that cannot be read, for one case."""
        scaled = {self.columns.index(each): rows[self.scaled(each)] for each in (*self.under.plus, *self.under.minus)}
        told = reduce(operator.and_, [each.notnull() for each in scaled.values()])
        return {"gap": told.ifelse(0, 1), **{f"of{at}": told.ifelse(each, 0) for at, each in scaled.items()}}

    def weigh(self, n: int, sums: Mapping[str, Any]) -> Number:
        def add(columns: list[str]) -> Number:
            places = [(each, sums[f"of{self.columns.index(each)}"]) for each in columns]
            return exact(sum(self.summed(each, told) for each, told in places))

        return exact(int(sums["gap"] or 0) + add(self.under.plus) - add(self.under.minus))


@dataclass
class TestedSums(SumsMeasure):
    """The share of cases whose row meets a condition, where each row stands for as many cases as a column says."""

    def uses(self) -> Iterator[tuple[str, str]]:
        yield from super().uses()
        yield from uses_of(self.indicator.success)

    def read(self, reader: Reader) -> dict[str, Any]:
        success = self.indicator.success
        silent = {self.name("silent"): is_unanswered(reader, success)} if self._is_said else {}
        return super().read(reader) | {self.name("met"): meets(reader, success)} | silent

    @property
    def _is_said(self) -> bool:
        return self.indicator.nature is Nature.PERCEIVED

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return super().errors(rows) + ([(rows[self.name("silent")], NO_ANSWER)] if self._is_said else [])

    def sums(self, rows: Any) -> dict[str, Any]:
        met, all_of_them = rows[self.name("met")], super().sums(rows)
        return all_of_them | {f"met_{part}": met.ifelse(value, 0) for part, value in all_of_them.items()}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        met = super().counts(n, {part: sums[f"met_{part}"] for part in sums if f"met_{part}" in sums})
        return Counts(numerator=met.denominator, denominator=super().counts(n, sums).denominator)


@dataclass
class TotalMeasure(Valued):
    """The sum of a column; numerator and denominator are the rows."""

    def sums(self, rows: Any) -> dict[str, Any]:
        return {"total": rows[self.scaled(self.columns[0])]}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=n, denominator=n, total=self.summed(self.columns[0], sums["total"]))


@dataclass
class RateMeasure(Valued):
    """Cases per volume, where each row that counts brings its own volume."""

    def sums(self, rows: Any) -> dict[str, Any]:
        return {"volume": rows[self.scaled(self.columns[0])]}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=n, denominator=as_number(sums["volume"], self.scale(self.columns[0])))


@dataclass
class MoneyMeasure(Valued):
    """Money paid: `total` in cents, each row rounded to the cent; numerator and denominator are the rows."""

    def read(self, reader: Reader) -> dict[str, Any]:
        amount = reader.amount(self.columns[0])
        kind = "decimal(38, 6)" if amount.scale <= 6 else "decimal(38, 9)"
        cents = (amount.value.cast(kind) * 100).cast("decimal(38, 0)")
        return super().read(reader) | {self.name("cents"): cents}

    def sums(self, rows: Any) -> dict[str, Any]:
        return {"cents": rows[self.name("cents")]}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=n, denominator=n, total=as_number(sums["cents"]))


class Sums(TypedDict):
    """What a share of sums is made of."""

    columns: list[str]
    over: Sum
    under: Sum


def sums_of(over: str | Sum | None, under: str | Sum | None) -> Sums:
    """A share of what two columns, or sums of columns, hold."""
    top, whole = (said if isinstance(said, Sum) else Sum(plus=[said or ""]) for said in (over, under))
    columns = list(dict.fromkeys([*top.plus, *top.minus, *whole.plus, *whole.minus]))
    return {"columns": columns, "over": top, "under": whole}
