"""The figure of an indicator from its counts, as people read it: a rate is per so many of its volume."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

from charter.domain.charter_file.indicators import IndicatorBase, Rate
from charter.domain.measures import Counts, value_of
from charter.domain.terms import Kind

_STEP = Decimal(1).scaleb(-12)


def figure_of(indicator: IndicatorBase, counts: Counts) -> Decimal | None:
    """The value by the indicator's kind (`value_of`); of a rate: numerator x per / volume, None without a volume."""
    if isinstance(indicator, Rate):
        if counts.denominator <= 0:
            return None
        return Decimal(counts.numerator) * indicator.per / Decimal(counts.denominator)
    return value_of(kind_of(indicator), counts)


def kind_of(indicator: IndicatorBase) -> Kind:
    """The indicator's kind."""
    return Kind(getattr(indicator, "kind", Kind.COUNT))


def weighted_mean(parts: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """The weighted mean of (weight, value), to twelve decimals; None when a value is missing.

    A composite leaves no part out: the mean of the others would be another indicator.
    """
    total, weights = Decimal(0), Decimal(0)
    for weight, value in parts:
        if value is None:
            return None
        total += weight * value
        weights += weight
    return rounded(total / weights) if weights else None


def rounded(value: Decimal) -> Decimal:
    """To twelve decimals, so that thirds and binary fractions meet a level that they equal."""
    return value.quantize(_STEP, ROUND_HALF_EVEN)
