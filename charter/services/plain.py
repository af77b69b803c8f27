"""Numbers as JSON takes them."""

from __future__ import annotations

from decimal import Decimal

from charter.domain.measures import Number


def plain(number: Number | None) -> float | int | None:
    """A number for JSON: whole numbers stay whole."""
    return float(number) if isinstance(number, Decimal) else number
