"""What stands beside a month's figure: the same period of the year before, and the year to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from charter.domain.vocabulary.counts import Number
from charter.domain.vocabulary.terms import Kind

NOT_ADDED = "not-added"
WEIGHTED = "weighted"


@dataclass(frozen=True)
class Part:
    """One period of the year: its value, its counts, and whether its definition is another than the one before.

    `value` None: nothing was measured. A rate's value is per `per` of its volume, the denominator.
    """

    period: str
    value: float | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    is_break: bool = False
    is_weighted: bool = False
    is_kept: bool = False


class YearBefore(TypedDict):
    """The same period of the year before; `is_other`: by another definition, so that no change is told."""

    period: str
    value: float
    status: str
    change: float | None
    is_other: bool


class ToDate(TypedDict):
    """The year to date: value and cases, from which period on, and how many periods it holds of how many.

    `reason`, where there is no value: not-added (what does not add up is made anew from its source), weighted
    (so are answers weighted by unit), or None (nothing was measured yet).
    """

    value: float | None
    cases: float | int | None
    since: str
    periods: int
    of: int
    kept: int
    is_cut: bool
    reason: str | None


class Beside(TypedDict):
    """What stands beside a figure: the year before, and the year so far."""

    before: YearBefore | None
    to_date: ToDate | None


def year_to_date(kind: Kind, parts: Sequence[Part], per: int = 1) -> ToDate | None:
    """The counts of the periods of a year added up, oldest first; percentages are never averaged. None without periods.

    Counts under different definitions are not added: a changed definition cuts the year, and `is_cut` says so. Shares
    are the sum of numerators over the sum of denominators; means and net promoter scores weigh by their cases; a rate
    is `per` times its cases over its volume. methods.md A8, contract "Counts add".
    """
    if not parts:
        return None
    first = max((at for at, part in enumerate(parts) if part.is_break), default=0)
    held = parts[first:]
    measured = [part for part in held if part.value is not None]
    reason = _why_not(kind, measured)
    value, cases = (None, None) if reason or not measured else _added(kind, measured, per)
    return {
        "value": value,
        "cases": cases,
        "since": held[0].period,
        "periods": len(measured),
        "of": len(held),
        "kept": sum(part.is_kept for part in measured),
        "is_cut": first > 0,
        "reason": reason,
    }


def _why_not(kind: Kind, measured: Sequence[Part]) -> str | None:
    if not kind.adds_up:
        return NOT_ADDED
    return WEIGHTED if any(part.is_weighted for part in measured) else None


def _added(kind: Kind, measured: Sequence[Part], per: int) -> tuple[float | None, float | int | None]:
    values = [Decimal(repr(part.value)) for part in measured]
    numerator = sum((Decimal(part.numerator or 0) for part in measured), Decimal(0))
    volume = sum((Decimal(part.denominator or 0) for part in measured), Decimal(0))
    if kind in (Kind.COUNT, Kind.SUM, Kind.MONEY):
        return float(sum(values)), _plain(volume)
    if volume <= 0:
        return None, None
    if kind is Kind.RATE:
        return float(numerator * per / volume), _plain(numerator)
    if kind in (Kind.MEAN, Kind.NPS):
        pairs = zip(values, measured, strict=True)
        return float(sum(value * Decimal(part.denominator or 0) for value, part in pairs) / volume), _plain(volume)
    return float(numerator / volume), _plain(volume)


def _plain(number: Decimal) -> float | int:
    return int(number) if number == number.to_integral_value() else float(number)
