"""A vote: one source's two answers on a commitment, with how firmly it speaks and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from charter.domain.intervals import Interval
from charter.domain.terms import Strength

Answer = Literal["yes", "no"]
Level = Literal["law", "customers", "sector", "experts"]
Note = Mapping[str, Any]
"""{"code": …} and its figures; charter/words/classes.py gives each code its sentence."""

LEVELS: tuple[Level, ...] = ("law", "customers", "sector", "experts")
"""Order, not weights: the first that speaks decides."""


@dataclass(frozen=True)
class Vote:
    """`floor` and `earns` are yes, no or None (this source does not settle it)."""

    source: str
    level: Level
    floor: Answer | None
    earns: Answer | None
    strength: Strength
    because: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()

    @property
    def speaks(self) -> bool:
        """It settles at least one of the two questions."""
        return self.floor is not None or self.earns is not None


def silent(source: str, level: Level, *warnings: Note) -> Vote:
    """A source that is set aside, and why."""
    return Vote(source, level, None, None, Strength.NONE, warnings=warnings)


def majority(interval: Interval, cut: float = 0.5) -> Answer | None:
    """Yes when the whole interval of a share lies above the cut, no when it lies below."""
    low, high = interval
    return "yes" if low > cut else "no" if high < cut else None


def outcome(floor: Answer | None, earns: Answer | None) -> str:
    """What two answers say together, as the last word of a code."""
    named = {
        ("yes", "yes"): "both",
        ("yes", "no"): "floor",
        ("yes", None): "floor-open",
        ("no", "yes"): "earns",
        ("no", "no"): "neither",
        ("no", None): "not-floor",
        (None, "yes"): "leaning",
        (None, "no"): "not-earning",
    }
    return named.get((floor, earns), "open")


def note(code: str, **figures: Any) -> Note:
    """A code with its figures; those that are None are left out."""
    return {"code": code, **{name: figure for name, figure in figures.items() if figure is not None}}
