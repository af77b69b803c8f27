"""A survey of marks: how customers marked each commitment, and how they marked the company as a whole.

Marks are grouped as low, high or between (the reference); a mark of its own may say "not applicable". Effects are
looked at under the grouping that was chosen and under its neighbours: a class that changes with the grouping is not
a class (methods.md A2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from math import isfinite

from charter.domain.file_profile.columns import said_in
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
    """Which marks are low, which are high, and which one says "not applicable".

    `scale`: the two ends of the overall mark, as they were offered; None where nobody has said.
    """

    low: tuple[float, ...] = (1, 2)
    high: tuple[float, ...] = (4, 5)
    not_applicable: float | None = None
    scale: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not self.low or not self.high:
            raise Invalid("Say which marks are low and which are high, like 1,2 and 4,5.", "low")
        if max(self.low) >= min(self.high):
            raise Invalid("Every low mark is below every high one, like 1,2 and 4,5.", "low")
        if self.not_applicable is not None and self.not_applicable in (*self.low, *self.high):
            raise Invalid("The mark for “not applicable” is neither a low nor a high one.", "not_applicable")

        if self.scale is not None and self.scale[0] >= self.scale[1]:
            raise Invalid("The scale of the overall mark runs from its lowest to its highest, like 0-10.", "scale")

    def holds_overall(self, mark: float) -> bool:
        """Whether an overall mark lies on its scale; where none is declared, any number does."""
        return self.scale is None or self.scale[0] <= mark <= self.scale[1]

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
    """Marks by attribute and person (None: not answered), and each person's overall mark; `weights`: how many customers
    each stands for, where the survey says so."""

    attributes: tuple[str, ...]
    marks: Sequence[Sequence[float | None]]
    overall: Sequence[float]
    weights: Sequence[float] | None = None


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


def scale_written(text: str) -> tuple[float, float] | None:
    """The two ends of a scale written as `0-10`, `1 10` or `1;5`; None where nothing is written. Raises Invalid."""
    if not text.strip():
        return None
    ends = re.fullmatch(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?:-|–|;|\s|to|à)\s*(-?\d+(?:[.,]\d+)?)\s*", text)
    if ends is None:
        raise Invalid("Write the scale of the overall mark by its two ends, like 0-10.", "scale")
    return number_written(ends[1]), number_written(ends[2])


class Odd(StrEnum):
    """Why a cell is taken as missing. What it says is told to nobody: it may be a name, an address, a telephone."""

    NO_MARK = "no-mark"
    OFF_SCALE = "off-scale"


def mark_of(text: str, holds: Callable[[float], bool]) -> float | Odd | None:
    """One mark of a file, which must lie on its scale; None where the cell is empty."""
    if not said_in(text):
        return None
    try:
        mark = number_written(text)
    except ValueError:
        return Odd.NO_MARK
    return mark if holds(mark) else Odd.OFF_SCALE


def levels_of(overall: Sequence[float]) -> int:
    """How many different overall marks there are."""
    return len(set(overall))


def require_both_ends(overall: Sequence[float]) -> None:
    """An overall mark has at least 5 levels. Raises Invalid: with a yes or no everything looks like one class."""
    levels = levels_of(overall)
    if levels < MINIMUM_LEVELS:
        raise Invalid(
            "Different values of the overall mark: %(levels)s. At least %(least)s are needed, with both ends: "
            "fewer, like a yes or no, make attributes look alike.",
            "overall",
            levels=levels,
            least=MINIMUM_LEVELS,
        )
