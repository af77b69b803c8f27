"""Columns of a source as the charter names them: missing or not, as text, as moments in local time, as numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from typing import Any, cast

import ibis

from charter.domain.charter_file.indicators import Columns as ColumnNames
from charter.domain.file_profile.columns import PLACEHOLDERS
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.domain.vocabulary.sentences import in_quotes
from charter.sources.cells.amounts import (
    Amount,
    Digits,
    as_number,
    is_finite,
    is_plain_decimal,
    numbers_in,
    scaled,
    text_of_float,
)
from charter.sources.cells.context import Wanted, Writing
from charter.sources.cells.known import Known
from charter.sources.cells.local_time import LocalTime
from charter.sources.cells.moments import (
    PARTS,
    Moment,
    Reading,
    Written,
    apply,
    is_moment,
    lies_near,
    reading_of,
    text_lies_near,
)
from charter.sources.cells.queries import answer, drop, keep
from charter.sources.cells.written_text import without_percent

MOST_NAMED = 12
"""So many columns are named in a refusal."""


@dataclass
class Reader:
    """Reads the columns of one table of a source. `written` and `digits` are what a first look at it has told.

    In the columns `stand_ins` placeholders like NA are missing cells; `told` says how cells were read that can be read
    in more than one way. `given` is the table as it came; `gaps` tells of columns of dates, where it is known, whether
    some have none. `wanted` is the part of it that is read, `known` what was answered of it before, `whole` all rows
    where `table` may be a part, `names` those of all its columns. `is_sieved`: of text, rows near the periods alone.
    """

    table: Any
    source: str
    local: LocalTime
    written: dict[str, Written] = field(default_factory=dict)
    digits: dict[str, Digits] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    gaps: dict[str, bool] = field(default_factory=dict)
    writing: Writing = field(default_factory=Writing)
    values: dict[str, int] = field(default_factory=dict)
    stand_ins: set[str] = field(default_factory=set)
    told: list[Sentence] = field(default_factory=list)
    kept: Any = None
    wanted: Wanted | None = None
    known: Known | None = None
    whole: Callable[[], Any] | None = None
    names: Sequence[str] = ()
    seen: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    is_sieved: bool = False
    texts: dict[str, int] = field(default_factory=dict)
    bare: Any = None
    given: Any = field(init=False)

    def __post_init__(self) -> None:
        self.given = self.table

    def prepare(self, dates: Iterable[str], numbers: Iterable[str] = ()) -> None:
        """Adds to the table the parts of its columns of dates; before any of them is read.

        In our own engine what text says is read once, not by each query again, and only of rows that may count.
        """
        dates, numbers = list(dict.fromkeys(dates)), list(numbers)
        is_dated = all(is_moment(self.column(name).type()) for name in dates)
        is_text = not is_dated or any(map(self._is_text_of_numbers, numbers))
        self._narrow(with_rows=is_text and is_embedded(self.given))
        there = self.table.columns
        if is_text and is_embedded(self.given):
            self.spell_out(name for name in dates if self.column(name).type().is_string())
        for at, name in enumerate(dates):
            written = self.written.get(name, Written())
            self.readings[name] = reading_of(f"promesse_{at}", self.column(name), self.text(name), written, self.local)
        self.bare, self.table = self.table, apply(self.table, list(self.readings.values()))
        if not is_embedded(self.given):
            return
        typed = {name: self.amount(name) for name in dict.fromkeys(numbers) if self._is_text_of_numbers(name)}
        for at, (name, amount) in enumerate(typed.items()):
            self.table = self.table.mutate(
                **{f"promesse_value_{at}": amount.value, f"promesse_present_{at}": amount.present}
            )
            self.values[name] = at
        if is_text:
            self.texts = {}
            parts = [reading.name(part) for reading in self.readings.values() for part in PARTS]
            parts += [f"promesse_{part}_{at}" for at in range(len(typed)) for part in ("value", "present")]
            needed = [name for name in (*there, *parts) if name in self.table.columns]
            self.table = self.kept = keep(self.table.select(needed), self.source)

    def _narrow(self, *, with_rows: bool) -> None:
        """Leaves away the columns that no definition names, and rows too far from the periods to count in them."""
        wanted = self.wanted
        if wanted is None:
            return
        if with_rows and not wanted.whole and all(map(self._is_in_order, wanted.dates)):
            self.is_sieved = True
            self.table = self.table.filter(reduce(operator.or_, [self._lies_near(name) for name in wanted.dates]))
        named = [name for name in self.table.columns if name in wanted.names or name.startswith(("promesse_", "$"))]
        self.table = self.table.select(named or self.table.columns[:1])

    def _is_in_order(self, name: str) -> bool:
        """Whether the values of a column of dates follow one another in time as they stand."""
        kind = self.column(name).type()
        return is_moment(kind) or (kind.is_string() and self.written.get(name, Written()).is_in_order)

    def _lies_near(self, name: str) -> Any:
        column, wanted = self.table[name], cast("Wanted", self.wanted)
        if is_moment(column.type()):
            return lies_near(column, wanted.first, wanted.last)
        return text_lies_near(column, self.text(name), self.written.get(name, Written()), wanted.first, wanted.last)

    def spell_out(self, names: Iterable[str]) -> None:
        """Has the text of columns as columns of their own: long questions would repeat how it is read in each part."""
        self.table = self.table.drop(*(f"promesse_text_{at}" for at in self.texts.values()))
        self.texts = {}
        texts = {name: self.text(name) for name in dict.fromkeys(names)}
        added = {f"promesse_text_{at}": text for at, text in enumerate(texts.values())}
        self.table = self.table.mutate(**added) if added else self.table
        self.texts = {name: at for at, name in enumerate(texts)}

    def let_go(self) -> None:
        """Forgets what was read of text; nothing is asked of the reader after it."""
        if self.kept is not None:
            drop(self.kept)
            self.kept = None

    def _is_text_of_numbers(self, name: str) -> bool:
        kind = self.column(name).type()
        return not (kind.is_floating() or kind.is_integer() or is_plain_decimal(kind))

    def column(self, name: str) -> Any:
        """The raw column; raises SourceError with near names when there is none."""
        if name in self.table.columns and not name.startswith("promesse_"):
            return self.table[name]
        known = self.names or self.given.columns
        raise self._no_column(name, [each for each in known if not each.startswith("promesse_")])

    def _no_column(self, name: str, known: list[str]) -> SourceError:
        near = [each for each in known if each.lower() == name.lower()] or get_close_matches(name, known, n=3)
        if near:
            return SourceError(
                "The source “%(source)s” has no column “%(column)s”: did you mean %(near)s?",
                source=self.source,
                column=name,
                near=reduce(_or, in_quotes(near)),
            )
        return SourceError(
            "The source “%(source)s” has no column “%(column)s”: its columns are %(columns)s%(end)s",
            source=self.source,
            column=name,
            columns=in_quotes(known[:MOST_NAMED]),
            end="…" if len(known) > MOST_NAMED else ".",
        )

    def text(self, name: str) -> Any:
        """The value as text, null where it is missing. Whole numbers kept as floats are written without `.0`."""
        if (at := self.texts.get(name)) is not None:
            return self.table[f"promesse_text_{at}"]
        column, words = self.column(name), self.words_for_nothing(name)
        kind = column.type()
        if kind.is_string():
            says_nothing = column.strip() == ""
            # Blanks come before all that is written: our own engine need not look for them in every cell.
            says_nothing = (column < "!").ifelse(says_nothing, False) if is_embedded(self.given) else says_nothing
            says_nothing = says_nothing | column.strip().isin(words) if words else says_nothing
            return says_nothing.ifelse(ibis.null("string"), column)
        found = text_of_float(column.cast("float64")) if kind.is_floating() else column.cast("string")
        return found.isin(words).ifelse(ibis.null("string"), found) if words else found

    def words_for_nothing(self, name: str) -> tuple[str, ...]:
        """What means in a column that nothing is there: as the source says; else what stands in for it."""
        if self.writing.missing is not None:
            return self.writing.missing
        return PLACEHOLDERS if name in self.stand_ins else ()

    def has_hours(self, name: str) -> bool:
        """Whether a column of dates tells times of day: one other than midnight is enough."""
        kind = self.column(name).type()
        if kind.is_date():
            return False
        if not is_moment(kind):
            return self.written.get(name, Written()).hours
        later = self.table.filter(~self.moment(name).midnight).limit(1)
        return bool(answer(later.aggregate(rows=later.count()), self.source)[0]["rows"])

    def present(self, name: str) -> Any:
        """Whether a value is written."""
        return self.text(name).notnull()

    def joined(self, names: ColumnNames | None) -> Any:
        """Column or columns joined by ` › `; missing parts are left out, all missing is the empty text."""
        if names is None:
            return ibis.literal("")
        whole, *parts = [self.text(name).fill_null("") for name in ([names] if isinstance(names, str) else names)]
        for part in parts:
            between = ((whole != "") & (part != "")).ifelse(" › ", "")
            whole = whole.concat(between).concat(part)
        return whole

    def moment(self, name: str) -> Moment:
        """The column as a date or an instant in the charter's zone; it was prepared."""
        return self.readings[name].moment(self.table)

    def amount(self, name: str) -> Amount:
        """The column as a number: exact for whole and decimal numbers, and floats of at most six decimals."""
        column, digits = self.column(name), self.digits.get(name, Digits())
        if column.type().is_numeric() and (numbers := numbers_in(self.words_for_nothing(name))):
            nothing = column.cast("float64").isin(numbers)
            is_said = ~nothing & is_finite(column.cast("float64")) if column.type().is_floating() else ~nothing
            column = is_said.ifelse(column, ibis.null(column.type()))
        if (at := self.values.get(name)) is not None:
            present, value = self.table[f"promesse_present_{at}"], self.table[f"promesse_value_{at}"]
        elif column.type().is_floating():
            present = is_finite(column)
            column = present.ifelse(column.cast("float64"), ibis.literal(0).cast("float64"))
            value = column.cast(f"decimal(38, {digits.scale})") if digits.exact else column
            value = present.ifelse(value, ibis.null(value.type()))
        elif column.type().is_integer() or is_plain_decimal(column.type()):
            present, value = column.notnull(), column
        else:
            text = self.text(name)
            written = without_percent(text.strip()) if digits.percent else text
            present, value = text.notnull(), as_number(written, digits)
        return Amount(value, scaled(value, digits), present, digits)


def is_embedded(table: Any) -> bool:
    """Whether rows are in our own engine, as those of files are."""
    return bool(table.get_backend().name == "duckdb")


def _or(left: Sentence, right: Sentence) -> Sentence:
    return Sentence("%(left)s or %(right)s", left=left, right=right)
