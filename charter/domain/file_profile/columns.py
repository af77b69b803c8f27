"""What a column of a file is: dates, numbers, words; how many of its cells say nothing, or cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.privacy import LONGEST, is_personal, masked
from charter.domain.vocabulary.terms import ColumnKind

ZERO_DATES = tuple(
    day + hour
    for day in (
        "0000-00-00",
        "0001-01-01",
        "1753-01-01",
        "1899-12-30",
        "1899-12-31",
        "1900-01-01",
        "1970-01-01",
        "1980-01-01",
    )
    for hour in ("", " 00:00", " 00:00:00", "T00:00:00", " 00:00:00.000")
)
"""What databases, spreadsheets and anonymous questionnaires write where there is no date."""
AFTER_ZERO = "1970-01-02"
"""No later one is among them."""
PLACEHOLDERS = (
    "NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "nil", "-", "--", "?", ".", "\\N", "NaN", *ZERO_DATES,
)  # fmt: skip
"""Cells that mean: nothing there."""
TRUE = ("true", "1", "yes", "t", "oui", "vrai")
FALSE = ("false", "0", "no", "f", "non", "faux")
"""What says yes, and no, in whatever capitals."""
EXAMPLES, MOST_WORDS = 3, 12


def said_in(text: str) -> str:
    """What a cell says, without blanks around it; nothing where it holds a word for nothing, like NA.

    >>> said_in(" 4 "), said_in("N/A")
    ('4', '')
    """
    said = text.strip()
    return "" if said in PLACEHOLDERS else said


_HALF, _NEARLY_ALL = 0.5, 0.9


@dataclass(frozen=True)
class Counted:
    """What was counted of the cells of one column. `filled` ones say something, `stand_ins` among them by placeholder.

    `dates` (of them `timed`), `numbers`, `durations` and `truths` can be read as such; `odd` is a cell that cannot be,
    by kind. `known` is the kind of a column with a type of its own. `doubt`: why its writing would be a guess, by kind.
    `order`: whether day or month come first in its dates, where they are not written year-month-day; `either` is one of
    them where nothing in the column tells which. `told`: how its cells are read, where another reading can be thought
    of.
    """

    name: str
    filled: int
    distinct: int
    stand_ins: Mapping[str, int] = field(default_factory=dict)
    dates: int = 0
    timed: int = 0
    numbers: int = 0
    durations: int = 0
    truths: int = 0
    top: tuple[str, ...] = ()
    odd: Mapping[ColumnKind, str] = field(default_factory=dict)
    known: ColumnKind | None = None
    doubt: Mapping[ColumnKind, Sentence] = field(default_factory=dict)
    order: str = ""
    either: str = ""
    told: Mapping[ColumnKind, Sentence] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column judged. `missing` cells say nothing, `unreadable` ones (`odd` is one) say what is not of its kind.

    `taken_as_missing` and `kept_as_text` are placeholders with their cells. `dates` can be read as dates, `truths` as
    yes or no, in a column that is none of these.
    """

    name: str
    kind: ColumnKind
    missing: int
    unreadable: int
    distinct: int
    top: tuple[str, ...] = ()
    odd: str = ""
    taken_as_missing: Mapping[str, int] = field(default_factory=dict)
    kept_as_text: Mapping[str, int] = field(default_factory=dict)
    dates: int = 0
    truths: int = 0
    doubt: Sentence | None = None
    order: str = ""
    either: str = ""
    told: tuple[Sentence, ...] = ()

    def read(self, rows: int) -> int:
        """The cells that say something of its kind."""
        return rows - self.missing - self.unreadable

    @property
    def is_nested(self) -> bool:
        """Whether it holds objects or lists of JSON: no name of anything."""
        return bool(self.top) and all(value.startswith(("{", "[")) for value in self.top)

    @property
    def words(self) -> tuple[str, ...]:
        """All that a column of a few words says; nothing of one that says much, holds objects, speaks of a person."""
        is_of_words = self.kind is ColumnKind.TEXT and not self.is_nested and not is_personal(self.name)
        return self.top if is_of_words and 1 < self.distinct <= MOST_WORDS and len(self.top) == self.distinct else ()

    @property
    def examples(self) -> list[str]:
        """A few of its values, the frequent ones first; what is personal is masked."""
        if self.kind is ColumnKind.TEXT or is_personal(self.name):
            return [masked(self.name, value) for value in self.top[:EXAMPLES]]
        return [value[:LONGEST] for value in self.top[:EXAMPLES]]


def judge_column(counted: Counted, rows: int) -> Column:
    """The kind of a column: that of nearly all numbers, of half of the dates or durations, of all the yes and no.

    A placeholder is a missing cell, except in a column of text, which keeps it as a word.
    """
    kind = counted.known or _kind(counted)
    words = sum(counted.stand_ins.values())
    blank = rows - counted.filled
    if kind is ColumnKind.TEXT:
        return Column(
            counted.name, kind, blank, 0, counted.distinct, counted.top, kept_as_text=counted.stand_ins,
            dates=counted.dates, truths=counted.truths,
            doubt=counted.doubt.get(ColumnKind.DATE) if counted.dates else None,
        )  # fmt: skip
    odd = counted.filled - words - _read(counted, kind)
    return Column(
        counted.name,
        kind,
        blank + words,
        odd,
        counted.distinct - len(counted.stand_ins),
        tuple(value for value in counted.top if value not in counted.stand_ins),
        counted.odd.get(kind, "") if odd else "",
        taken_as_missing=counted.stand_ins,
        doubt=counted.doubt.get(ColumnKind.DATE if kind.is_moment else kind),
        order=counted.order if kind.is_moment else "",
        either=counted.either if kind.is_moment else "",
        told=(counted.told[kind],) if kind in counted.told else (),
    )


def _kind(counted: Counted) -> ColumnKind:
    said = counted.filled - sum(counted.stand_ins.values())
    values = counted.distinct - len(counted.stand_ins)
    if not said:
        return ColumnKind.EMPTY
    if counted.truths == said and (values == 2 or (values == 1 and counted.numbers < said)):
        return ColumnKind.YES_NO
    if counted.dates >= _HALF * said:
        return ColumnKind.INSTANT if counted.timed else ColumnKind.DATE
    if counted.numbers >= _NEARLY_ALL * said:
        return ColumnKind.NUMBER
    return ColumnKind.DURATION if counted.durations >= _HALF * said else ColumnKind.TEXT


def _read(counted: Counted, kind: ColumnKind) -> int:
    if counted.known is not None:
        return counted.filled - sum(counted.stand_ins.values())
    return {
        ColumnKind.DATE: counted.dates,
        ColumnKind.INSTANT: counted.dates,
        ColumnKind.NUMBER: counted.numbers,
        ColumnKind.DURATION: counted.durations,
        ColumnKind.YES_NO: counted.truths,
    }.get(kind, 0)
