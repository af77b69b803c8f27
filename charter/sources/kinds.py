"""How each kind of indicator is counted: what it reads of a row, what makes a row an error, and what it sums."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import reduce
from typing import Any

import ibis

from charter.domain.charter_file.indicators import Sum
from charter.domain.measures import Counts, Number, exact
from charter.sources.clocks import Now, Span, by_calendar, day_deadline, elapsed_deadline
from charter.sources.columns import Amount, Moment, Reader
from charter.sources.conditions import FALSE, TRUE, columns_in, meets
from charter.sources.setting import Setting
from charter.sources.zones import lookup

STOP_BEFORE_START = "stop before start"
UNREADABLE = "unreadable"
MISSING_VALUE = "missing value"
OUTSIDE_SCALE = "outside 0-10"
MICROSECONDS_IN = {"seconds": 10**6, "minutes": 60 * 10**6, "hours": 3600 * 10**6}


@dataclass(frozen=True)
class Scene:
    """What the rows of one scan share."""

    span: Span
    setting: Setting
    now: Now


@dataclass
class Measure(ABC):
    """One indicator in a scan. Columns that it adds to the shared rows begin with its `tag`."""

    indicator: Any
    tag: str
    scene: Scene

    @abstractmethod
    def uses(self) -> Iterator[tuple[str, str]]:
        """The columns it reads as a "date" or a "number"."""

    @abstractmethod
    def read(self, reader: Reader) -> dict[str, Any]:
        """Columns to add to each row, by name."""

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        """Tests that make a row a data error, first match wins, with the reason."""
        return []

    def pending(self, rows: Any) -> Any | None:
        """Whether a row cannot be judged yet."""
        return None

    def sums(self, rows: Any) -> dict[str, Any]:
        """What is summed over judged rows, by name."""
        return {}

    @abstractmethod
    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        """The counts of one cell of `n` judged rows."""

    def steps(self) -> list[str]:
        """The names of further figures (tiers, ceiling), each with its own sum."""
        return []

    def name(self, part: str) -> str:
        return f"{self.tag}_{part}"


def as_number(told: Any, scale: int = 0) -> Number:
    """A sum from an engine as int or Decimal; nothing summed is 0."""
    return exact(told) if not scale else exact(Decimal(exact(told)).scaleb(-scale)) if told is not None else 0


@dataclass
class _Delayed(Measure):
    """Between a start and a stop: what share-within and means of delays have in common."""

    start: str = ""
    stop: str = ""
    by_day: bool = True

    def uses(self) -> Iterator[tuple[str, str]]:
        yield self.start, "date"
        yield self.stop, "date"

    def read(self, reader: Reader) -> dict[str, Any]:
        start, stop = reader.moment(self.start), reader.moment(self.stop)
        happened = self.scene.now.reached(stop)
        null = ibis.null("int64")
        added = {
            "start": start.day,
            "stop": happened.ifelse(stop.day, null),
            "bad": stop.unreadable.fill_null(False),
            "early": happened & self._before(start, stop),
        }
        if not self.by_day:
            added |= {"start_utc": start.utc, "stop_utc": happened.ifelse(stop.utc, null)}
        return {self.name(part): value for part, value in added.items()}

    def _before(self, start: Moment, stop: Moment) -> Any:
        instants = stop.utc < start.utc
        if not self.by_day:
            return instants.fill_null(False)
        # A stop without a time of day says only its date.
        days = stop.day < start.day
        return (stop.midnight.ifelse(days, instants) if stop.timed else days).fill_null(False)

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return [(rows[self.name("bad")], UNREADABLE), (rows[self.name("early")], STOP_BEFORE_START)]

    def names(self, *parts: str) -> dict[str, str]:
        return {part: self.name(part) for part in parts}


@dataclass
class WithinMeasure(_Delayed):
    """The share of cases stopped within a delay; tiers and a ceiling are judged together, when the longest has passed."""

    delays: list[Any] = field(default_factory=list)

    def uses(self) -> Iterator[tuple[str, str]]:
        yield from super().uses()
        if self._paused:
            yield self._paused, "number"

    @property
    def _paused(self) -> str | None:
        paused: str | None = self.indicator.paused
        return paused if any(delay.is_elapsed for delay in self.delays) else None

    def read(self, reader: Reader) -> dict[str, Any]:
        added = super().read(reader)
        if self._paused:
            paused = reader.amount(self._paused)
            length = paused.scaled * 60 * 10**6
            length = (length / 10**paused.scale) if paused.scale else length
            added[self.name("paused")] = length.round().cast("int64").fill_null(0)
            added[self.name("bad")] = added[self.name("bad")] | paused.unreadable.fill_null(False)
        return added

    def _deadlines(self, rows: Any) -> list[Any]:
        parts = ["start", "stop", *([] if self.by_day else ["start_utc", "stop_utc"])]
        names = self.names(*parts, *(["paused"] if self._paused else []))
        return [
            elapsed_deadline(delay, rows, names, self.scene.now)
            if delay.is_elapsed
            else day_deadline(delay, rows, names, self.scene.span, self.scene.setting, self.scene.now)
            for delay in self.delays
        ]

    def pending(self, rows: Any) -> Any:
        return ~reduce(operator.and_, [deadline.passed for deadline in self._deadlines(rows)]).fill_null(False)

    def sums(self, rows: Any) -> dict[str, Any]:
        met = {f"met{at}": deadline.met.ifelse(1, 0) for at, deadline in enumerate(self._deadlines(rows))}
        return met | {"stopped": rows[self.name("stop")].notnull().ifelse(1, 0)}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=as_number(sums["met0"]), denominator=n, stopped=int(sums["stopped"] or 0))

    def steps(self) -> list[str]:
        return [str(delay) for delay in self.delays] if len(self.delays) > 1 else []


@dataclass
class DelayMeasure(_Delayed):
    """The mean delay between start and stop; open cases are pending."""

    def read(self, reader: Reader) -> dict[str, Any]:
        return super().read(reader)

    def pending(self, rows: Any) -> Any:
        return rows[self.name("stop")].isnull()

    def sums(self, rows: Any) -> dict[str, Any]:
        length = self._length(rows).cast("decimal(38, 0)")
        return {"total": length, "squares": length * length}

    def _length(self, rows: Any) -> Any:
        start, stop = rows[self.name("start")], rows[self.name("stop")]
        if self.indicator.in_ == "days":
            return stop - start
        if self.indicator.in_ == "working days":
            last = max(self.scene.now.day, self.scene.span.first)
            return by_calendar(self.scene.setting, rows["unit"], lambda calendar: self._worked(calendar, start, stop, last))
        return rows[self.name("stop_utc")] - rows[self.name("start_utc")]

    def _worked(self, calendar: Any, start: Any, stop: Any, last: Any) -> Any:
        first = self.scene.span.first
        counted = calendar.running_count(first, last)
        return lookup(stop, first, counted) - lookup(start, first, counted)

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        per = MICROSECONDS_IN.get(self.indicator.in_, 1)
        with localcontext(prec=50):
            total = Decimal(sums["total"] or 0) / per
            squares = Decimal(sums["squares"] or 0) / per**2
        return Counts(denominator=n, total=exact(+total), squares=exact(+squares))


@dataclass
class _Valued(Measure):
    """Of one or several columns of numbers: a row where one is missing does not count, with that reason."""

    columns: list[str] = field(default_factory=list)
    amounts: dict[str, Amount] = field(default_factory=dict)

    def uses(self) -> Iterator[tuple[str, str]]:
        for column in self.columns:
            yield column, "number"

    def read(self, reader: Reader) -> dict[str, Any]:
        self.amounts = {column: reader.amount(column) for column in self.columns}
        each = self.amounts.values()
        added = {
            self.name("bad"): reduce(operator.or_, [amount.unreadable for amount in each]).fill_null(False),
            self.name("gap"): reduce(operator.or_, [~amount.present for amount in each]).fill_null(False),
        }
        return added | {self.value(column): amount.scaled for column, amount in self.amounts.items()}

    def value(self, column: str) -> str:
        return self.name(f"value{self.columns.index(column)}")

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return [(rows[self.name("bad")], UNREADABLE), (rows[self.name("gap")], MISSING_VALUE)]

    def scale(self, column: str) -> int:
        return self.amounts[column].scale


@dataclass
class MeanMeasure(_Valued):
    """The mean of a column: n, the sum and the sum of squares."""

    def sums(self, rows: Any) -> dict[str, Any]:
        value = rows[self.value(self.columns[0])]
        root = value if self.amounts[self.columns[0]].squares else value.cast("float64")
        return {"total": value, "squares": root * root}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        scale = self.scale(self.columns[0])
        total, squares = as_number(sums["total"], scale), as_number(sums["squares"], 2 * scale)
        return Counts(denominator=n, total=total, squares=squares)


@dataclass
class NpsMeasure(_Valued):
    """Promoters answer 9 or 10, detractors 0 to 6; other than whole numbers from 0 to 10 do not count."""

    def read(self, reader: Reader) -> dict[str, Any]:
        added = super().read(reader)
        amount = self.amounts[self.columns[0]]
        on_scale = reduce(operator.or_, [_equals(amount, answer) for answer in range(11)])
        added[self.name("off")] = amount.value.notnull() & ~on_scale
        added[self.name("promoter")] = _equals(amount, 9) | _equals(amount, 10)
        added[self.name("detractor")] = reduce(operator.or_, [_equals(amount, answer) for answer in range(7)])
        return added

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return [*super().errors(rows), (rows[self.name("off")], OUTSIDE_SCALE)]

    def sums(self, rows: Any) -> dict[str, Any]:
        return {each: rows[self.name(each)].ifelse(1, 0) for each in ("promoter", "detractor")}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(
            denominator=n, promoters=int(sums["promoter"] or 0), detractors=int(sums["detractor"] or 0)
        )


def _equals(amount: Amount, answer: int) -> Any:
    literal = ibis.literal(answer)
    return (amount.value == (literal if amount.exact else literal.cast("float64"))).fill_null(False)


@dataclass
class SumsMeasure(_Valued):
    """A share of sums of columns: numerator over denominator (also up over total)."""

    over: Sum = field(default_factory=lambda: Sum(plus=["?"]))
    under: Sum = field(default_factory=lambda: Sum(plus=["?"]))

    def sums(self, rows: Any) -> dict[str, Any]:
        return {f"sum{at}": rows[self.value(column)] for at, column in enumerate(self.columns)}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        each = {c: as_number(sums[f"sum{at}"], self.scale(c)) for at, c in enumerate(self.columns)}

        def add(parts: Sum) -> Number:
            return exact(sum(map(each.__getitem__, parts.plus)) - sum(map(each.__getitem__, parts.minus)))

        return Counts(numerator=add(self.over), denominator=add(self.under))


@dataclass
class MoneyMeasure(_Valued):
    """Money paid: `total` in cents, each row rounded to the cent; numerator and denominator are the rows."""

    def sums(self, rows: Any) -> dict[str, Any]:
        return {"cents": rows[self.name("cents")]}

    def read(self, reader: Reader) -> dict[str, Any]:
        added = super().read(reader)
        amount = self.amounts[self.columns[0]]
        money = amount.value if amount.exact else amount.value.cast("decimal(38, 6)")
        added[self.name("cents")] = (money * 100).round().cast("decimal(38, 0)")
        return added

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=n, denominator=n, total=as_number(sums["cents"]))


@dataclass
class TestedMeasure(Measure):
    """The share of rows that meet a condition."""

    def uses(self) -> Iterator[tuple[str, str]]:
        for column, is_number in columns_in(self.indicator.success):
            if is_number:
                yield column, "number"

    def read(self, reader: Reader) -> dict[str, Any]:
        return {self.name("met"): meets(reader, self.indicator.success)}

    def sums(self, rows: Any) -> dict[str, Any]:
        return {"met": rows[self.name("met")].ifelse(1, 0)}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=as_number(sums["met"]), denominator=n)


@dataclass
class YesNoMeasure(TestedMeasure):
    """Yes of those asked: the column says true, 1, yes, t, or false, 0, no, f."""

    def uses(self) -> Iterator[tuple[str, str]]:
        yield from ()

    def read(self, reader: Reader) -> dict[str, Any]:
        said = reader.text(self.indicator.success).strip().lower()
        known = said.isin([*TRUE, *FALSE]).fill_null(False)
        return {
            self.name("met"): said.isin(TRUE).fill_null(False),
            self.name("gap"): said.isnull(),
            self.name("bad"): said.notnull() & ~known,
        }

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return [(rows[self.name("gap")], MISSING_VALUE), (rows[self.name("bad")], UNREADABLE)]


@dataclass
class CountMeasure(Measure):
    """How many rows."""

    def uses(self) -> Iterator[tuple[str, str]]:
        yield from ()

    def read(self, reader: Reader) -> dict[str, Any]:
        return {}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=n, denominator=n)
