"""A survey of marks: how customers marked each commitment, and how they marked the company as a whole.

Marks are grouped as low, high or between (the reference); a mark of its own may say "not applicable". Effects are
looked at under the grouping that was chosen and under its neighbours: a class that changes with the grouping is not
a class (methods.md A2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

from charter.domain.file_profile.columns import said_in
from charter.domain.overview.model import json_number
from charter.domain.vocabulary.counts import exact
from charter.domain.vocabulary.errors import Invalid

MINIMUM_LEVELS = 5
MOST_ATTRIBUTES = 60


class Group(IntEnum):
    """Where a mark stands. Inner and outer parts are grouped together, or the inner one with the middle."""

    MIDDLE = 0
    LOWEST = 1
    LOW = 2
    HIGH = 3
    HIGHEST = 4
    NOT_APPLICABLE = 5


@dataclass(frozen=True)
class Coding:
    """Which marks are low, which are high, and which one says "not applicable"."""

    low: tuple[float, ...] = (1, 2)
    high: tuple[float, ...] = (4, 5)
    not_applicable: float | None = None

    def __post_init__(self) -> None:
        if not self.low or not self.high:
            raise Invalid("Say which marks are low and which are high, like 1,2 and 4,5.", "low")
        if max(self.low) >= min(self.high):
            raise Invalid("Every low mark is below every high one, like 1,2 and 4,5.", "low")
        if self.not_applicable is not None and self.not_applicable in (*self.low, *self.high):
            raise Invalid("The mark for “not applicable” is neither a low nor a high one.", "not_applicable")

    @property
    def lowest(self) -> float:
        return min(self.low)

    @property
    def highest(self) -> float:
        return max(self.high)

    def holds(self, mark: float) -> bool:
        """Whether a mark lies on the scale that the groups span, or says "not applicable"."""
        return mark == self.not_applicable or self.lowest <= mark <= self.highest


@dataclass(frozen=True)
class Sheet:
    """Marks by attribute and person (None: not answered), and each person's overall mark."""

    attributes: tuple[str, ...]
    marks: Sequence[Sequence[float | None]]
    overall: Sequence[float]


def marks_written(text: str, field: str) -> tuple[float, ...]:
    """Marks written as `1,2` or `9;10`. Raises Invalid."""
    try:
        found = tuple(sorted({number_written(part) for part in text.replace(";", ",").split(",") if part.strip()}))
    except ValueError:
        found = ()
    if not found:
        raise Invalid("“%(written)s” is not a list of marks: write it like 1,2 or 9,10.", field, written=text)
    return found


def number_written(text: str) -> float:
    """A mark as a number; a decimal comma is understood. Raises ValueError."""
    number = float(text.strip().replace(",", "."))
    if not isfinite(number):
        raise ValueError(text)
    return number


def not_a_mark(text: str | None) -> Invalid:
    """The mark that says “not applicable” is no number."""
    return Invalid("“%(written)s” is not a mark: write a number, like 0.", "not_applicable", written=text)


def mark_of(text: str, coding: Coding, field: str) -> float | None:
    """One mark of a file; None where it is empty. Raises Invalid for anything that is not on the scale."""
    if not said_in(text):
        return None
    try:
        mark = number_written(text)
    except ValueError:
        raise _no_mark(text, field) from None
    if not coding.holds(mark):
        raise Invalid(
            "%(field)s: %(mark)s lies outside the scale of %(lowest)s to %(highest)s that low and high marks span.",
            field,
            field=field,
            mark=json_number(exact(mark)),
            lowest=json_number(exact(coding.lowest)),
            highest=json_number(exact(coding.highest)),
        )
    return mark


def overall_of(text: str, field: str) -> float | None:
    """The overall mark of a file; None where it is empty. Raises Invalid."""
    if not said_in(text):
        return None
    try:
        return number_written(text)
    except ValueError:
        raise _no_mark(text, field) from None


def _no_mark(text: str, field: str) -> Invalid:
    written = text.strip()[:40]
    return Invalid(
        "%(field)s: “%(written)s” is not a mark; write a number, or nothing.", field, field=field, written=written
    )


def levels_of(overall: Sequence[float]) -> int:
    """How many different overall marks there are."""
    return len(set(overall))


def require_both_ends(overall: Sequence[float]) -> None:
    """An overall mark has at least 5 levels. Raises Invalid: with a yes or no everything looks like one class."""
    levels = levels_of(overall)
    if levels < MINIMUM_LEVELS:
        raise Invalid(
            "The overall mark has only %(levels)s different values: at least %(least)s are needed, "
            "with both ends. With a yes or no, every attribute drifts to one class.",
            "overall",
            levels=levels,
            least=MINIMUM_LEVELS,
        )
