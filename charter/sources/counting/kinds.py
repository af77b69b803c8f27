"""How each kind of indicator is counted: what it reads of a row, what makes a row an error, and what it sums."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal, localcontext
from functools import partial
from typing import Any

import ibis

from charter.domain.charter_file.evidence import Owed
from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.file_profile.columns import FALSE, TRUE
from charter.domain.vocabulary.counts import Counts, Number, exact
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.terms import Basis, Direction, Nature
from charter.sources.cells.columns import Reader, is_embedded
from charter.sources.cells.context import Wanted, Writing, words_in
from charter.sources.cells.local_time import LocalTime
from charter.sources.cells.moments import Written
from charter.sources.cells.profile import look_at
from charter.sources.cells.queries import Rows
from charter.sources.cells.recent_rows import newest_use
from charter.sources.counting.conditions import is_unanswered, meets, uses_of
from charter.sources.counting.deadlines import Scene as Scene

STOP_BEFORE_START = "stop before start"
UNREADABLE = "unreadable"
MISSING_VALUE = "missing value"
OUTSIDE_SCALE = "outside 0-10"
OUTSIDE_ANSWERS = "outside the scale"
NO_HOUR = "no hour"
NO_ANSWER = "no answer"
NEGATIVE_PAUSE = "negative pause"
LONG_PAUSE = "pause longer than the case"


@dataclass
class Measure(ABC):
    """One indicator in a scan. Columns that it adds to the shared rows begin with its `tag`."""

    indicator: Any
    tag: str
    scene: Scene

    def uses(self) -> Iterator[tuple[str, str]]:
        """The columns it reads as a "date" or a "number"."""
        yield from ()

    def read(self, reader: Reader) -> dict[str, Any]:
        """Columns to add to each row, by name."""
        return {}

    @property
    def needs_calendar(self) -> bool:
        """Whether rows must tell the place of their unit's calendar, as `calendar`."""
        return False

    def widen(self, rows: Any) -> Any:
        """The rows of the periods with what other rows tell of them."""
        return rows

    def judge(self, rows: Any) -> dict[str, Any]:
        """Columns to add to each row of the periods, from those read."""
        return {}

    def conclude(self, rows: Any) -> dict[str, Any]:
        """Columns to add to each row of the periods, from those judged."""
        return {}

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        """Tests that make a row a data error, first match wins, with the reason."""
        return []

    def pending(self, rows: Any) -> Any | None:
        """Whether a row cannot be judged yet."""
        return None

    def sums(self, rows: Any) -> dict[str, Any]:
        """What is summed over judged rows, by name."""
        return {}

    @property
    def owing(self) -> list[Owed]:
        """The amounts that its missed cases owe, where these differ from case to case."""
        said = self.scene.setting.owed.get(self.indicator.key)
        return said.each if said is not None and said.is_by_case else []

    def missed(self, rows: Any) -> Any | None:
        """Whether a judged row was missed; None where rows do not tell."""
        return None

    def still_open(self, rows: Any) -> Any:
        """Whether a missed row has no end yet."""
        return ibis.literal(False)

    def weights(self, rows: Any) -> dict[str, Any]:
        """What is summed over the rows of each reason to know for how many cases they stand, by name."""
        return {}

    def weigh(self, n: int, sums: Mapping[str, Any]) -> Number:
        """The cases for which `n` excluded rows stand."""
        return n

    @abstractmethod
    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        """The counts of one cell of `n` judged rows."""

    def name(self, part: str) -> str:
        """The name of a column of its own."""
        return f"{self.tag}_{part}"


def as_number(told: Any, scale: int = 0) -> Number:
    """A sum from an engine as int or Decimal, less the power of ten it was scaled by; nothing summed is 0."""
    if told is None:
        return 0
    return exact(Decimal(exact(told)).scaleb(-scale)) if scale else exact(told)


def cubes_of(indicator: IndicatorBase, value: Any) -> dict[str, Any]:
    """What tells how skewed the answers of a sample are; of a census nothing is asked."""
    if indicator.basis is not Basis.SAMPLE:
        return {}
    root = value.cast("float64")
    return {"cubes": root * root * root}


def cubes_in(sums: Mapping[str, Any], per: int) -> Number | None:
    """The sum of cubes in the indicator's unit, to twelve digits: engines add floats up in any order."""
    if sums.get("cubes") is None:
        return None
    with localcontext(prec=12):
        return exact(+(Decimal(float(sums["cubes"])) / Decimal(per) ** 3))


@dataclass
class CountMeasure(Measure):
    """How many rows."""

    def missed(self, rows: Any) -> Any:
        return ibis.literal(True)

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=n, denominator=n)


@dataclass
class CasesMeasure(Measure):
    """The cases of a rate whose volume stands in another source (rates.py adds it)."""

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=n)


@dataclass
class TestedMeasure(Measure):
    """The share of rows that meet a condition; of what customers say, rows without an answer do not count."""

    def uses(self) -> Iterator[tuple[str, str]]:
        yield from uses_of(self.indicator.success)

    def read(self, reader: Reader) -> dict[str, Any]:
        success = self.indicator.success
        read = {self.name("met"): meets(reader, success)}
        return read | ({self.name("silent"): is_unanswered(reader, success)} if self._is_said else {})

    @property
    def _is_said(self) -> bool:
        return bool(self.indicator.nature is Nature.PERCEIVED)

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return [(rows[self.name("silent")], NO_ANSWER)] if self._is_said else []

    def missed(self, rows: Any) -> Any:
        """Where lower is better, what it counts is what was missed."""
        met = rows[self.name("met")]
        return met if self.indicator.direction is Direction.LOWER else ~met

    def sums(self, rows: Any) -> dict[str, Any]:
        return {"met": rows[self.name("met")].ifelse(1, 0)}

    def counts(self, n: int, sums: Mapping[str, Any]) -> Counts:
        return Counts(numerator=as_number(sums["met"]), denominator=n)


@dataclass
class YesNoMeasure(TestedMeasure):
    """Yes of those asked: the column says true, 1, yes, t, or false, 0, no, f."""

    @property
    def _is_said(self) -> bool:
        """Nothing written and other words are told apart, whoever says them."""
        return False

    def uses(self) -> Iterator[tuple[str, str]]:
        yield from ()

    def read(self, reader: Reader) -> dict[str, Any]:
        said = reader.text(self.indicator.success).strip().lower()
        return {
            self.name("met"): said.isin(TRUE).fill_null(False),
            self.name("gap"): said.isnull(),
            self.name("bad"): said.notnull() & ~said.isin([*TRUE, *FALSE]).fill_null(False),
        }

    def errors(self, rows: Any) -> list[tuple[Any, str]]:
        return [(rows[self.name("gap")], MISSING_VALUE), (rows[self.name("bad")], UNREADABLE)]


def told_in_date(indicator: IndicatorBase) -> list[int]:
    """Which exclusions speak of the column of dates: a total at the foot is named there, and lacks no date. Any other
    row without a date is told as undated, left out or not."""
    column = getattr(indicator, "date", None) or getattr(indicator, "start", None)
    return [at for at, one in enumerate(indicator.exclude) if isinstance(column, str) and column in one.where]


def date_column(indicator: IndicatorBase) -> str:
    """The column that puts a row in its period: `date`, or the start of a delay. Raises SourceError without one."""
    column: str | None = getattr(indicator, "date", None) or getattr(indicator, "start", None)
    if column is None:
        raise SourceError(
            "The indicator “%(indicator)s” cannot be read from a source: write date, the column that puts a row in its "
            "period.",
            indicator=indicator.key,
        )
    return column


def reader_of(measures: list[Measure], table: Any, written: Mapping[str, Written] | None = None) -> Reader:
    """What reads the columns that the measures use, after a first look at them; text is read once for all.

    `table`: rows as a table, or as Rows of which only those needed are read. `written` tells of columns that need no
    look.
    """
    scene, source = measures[0].scene, measures[0].indicator.source or ""
    # Changes of clocks well before the first period move no row into or out of it.
    local = LocalTime(scene.setting.zone, scene.span.first - timedelta(days=400), scene.now.day)
    rows, wanted = table if isinstance(table, Rows) else Rows(lambda: table), wanted_of(measures)
    found = rows.part(wanted) if rows.part else rows.whole()
    writing = scene.setting.writings.get(source, Writing())
    reader = Reader(found, source or "source", local, writing=writing, wanted=wanted, known=rows.known)
    reader.written |= written or {}
    reader.names = rows.names
    everything = partial(rows.part, replace(wanted, whole=True)) if rows.part else rows.whole
    reader.whole = everything if rows.part or not is_embedded(found) else None
    uses = uses_in(measures, reader)
    look_at(reader, [use for use in uses if use[0] not in reader.written])
    dates, numbers = ([name for name, role in uses if role == wanted_role] for wanted_role in ("date", "number"))
    reader.prepare(dates, numbers)
    return reader


def wanted_of(measures: Sequence[Measure]) -> Wanted:
    """What of a source the measures need."""
    span, indicators = measures[0].scene.span, [each.indicator for each in measures]
    dates, is_whole = tuple(dict.fromkeys(map(date_column, indicators))), any(each.distinct for each in indicators)
    owed = [one for each in measures for one in each.owing]
    return Wanted(words_in([*indicators, *owed]), dates, span.first, span.last, measures[0].scene.now.day, is_whole)


def uses_in(measures: list[Measure], reader: Reader) -> list[tuple[str, str]]:
    """The columns that indicators read as a "date" or a "number"; conditions on dates and numbers among them."""
    uses = [(date_column(each.indicator), "date") for each in measures]
    uses += [use for each in measures for use in newest_use(each.indicator, reader)]
    for each in measures:
        uses += each.uses()
        for condition in _conditions(each):
            uses += uses_of(condition)
        said = (getattr(each.indicator, part) or () for part in ("case_key", "unit", "channel", "segment"))
        uses += [(name, "text") for names in said for name in ([names] if isinstance(names, str) else names)]
    return uses


def _conditions(measure: Measure) -> Iterator[Mapping[str, Any] | None]:
    """Every condition that an indicator puts to a row."""
    yield measure.indicator.where
    yield from (exclusion.where for exclusion in measure.indicator.exclude)
    yield from (owed.where for owed in measure.owing)
