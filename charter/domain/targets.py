"""The level that is required on a given day: targets have dates of validity and seasons.

A period is read with the target in force on its first day; an old month keeps the target of that month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from charter.domain.charter_file.indicators import Target
from charter.domain.terms import Direction


def target_in_force(targets: Sequence[Target], on: date) -> Target | None:
    """The target with the latest `from` on or before that day whose season holds the day; None when there is none.

    Of two written with the same `from`, the later in the file.
    """
    found: Target | None = None
    for target in targets:
        if target.from_ <= on and in_season(target, on) and (found is None or target.from_ >= found.from_):
            found = target
    return found


def has_target_out_of_season(targets: Sequence[Target], on: date) -> bool:
    """A target has begun, but none of those that have is for this season: out of season, not without a target."""
    return target_in_force(targets, on) is None and any(target.from_ <= on for target in targets)


def in_season(target: Target, on: date) -> bool:
    """Whether the day lies in the target's season, both ends included; a season may pass over the new year.

    A season that ends on 28 February holds 29 February too: the end of the month is meant.
    """
    first, last = (_month_and_day(text) for text in target.season.split(".."))
    if last == (2, 28):
        last = (2, 29)
    day = (on.month, on.day)
    return first <= day <= last if first <= last else day >= first or day <= last


def _month_and_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


@dataclass(frozen=True)
class Levels:
    """The levels of a target turned so that higher is always better (values are negated when lower is)."""

    sign: int
    kept: Decimal
    near: Decimal
    unacceptable: Decimal | None
    exceeds: Decimal | None


def levels_of(target: Target, direction: Direction) -> Levels:
    """The bounds a value is compared with: kept from `target`, near from `target - tolerance`, and so on, mirrored."""
    sign = 1 if direction is Direction.HIGHER else -1
    kept = sign * target.target
    return Levels(
        sign=sign,
        kept=kept,
        near=kept - target.tolerance,
        unacceptable=None if target.unacceptable is None else sign * target.unacceptable,
        exceeds=None if target.exceeds is None else sign * target.exceeds,
    )
