"""Numbers of a column: how many digits they have, and how exact they are."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis

from charter.sources.cells.written_text import PLAIN_NUMBER, NumberStyle, plain_number

DECIMALS = "[.]([0-9]+)"
MOST_DECIMALS = 9


@dataclass(frozen=True)
class Digits:
    """How exactly a column of numbers can be read: decimals; whether all are exact; whether their squares stay so.

    `style`: how text writes them. `percent`: with a per cent sign, so that 87.5 % is 0.875.
    """

    scale: int = 0
    exact: bool = True
    squares: bool = False
    style: NumberStyle = "plain"
    percent: bool = False


@dataclass(frozen=True)
class Amount:
    """A number of each row, null if unreadable. `value` compares; `scaled` is it times 10 ** scale, for sums."""

    value: Any
    scaled: Any
    present: Any
    digits: Digits

    @property
    def scale(self) -> int:
        """The power of ten by which `scaled` is larger."""
        return self.digits.scale if self.digits.exact else 0

    @property
    def unreadable(self) -> Any:
        """Something is written, but it is not a number."""
        return self.present & self.value.isnull()


def is_plain_decimal(kind: Any) -> bool:
    """A decimal type that says its scale; the others are read as text."""
    return bool(kind.is_decimal() and kind.scale is not None and kind.scale <= MOST_DECIMALS)


def is_finite(column: Any) -> Any:
    """Neither NaN nor infinite, in every engine (some hold NaN equal to itself and above all numbers)."""
    limit = ibis.literal("1e300").cast("float64")
    return ((column <= limit) & (column >= -limit)).fill_null(False)


def text_of_float(column: Any) -> Any:
    """A column of floats as text: whole numbers without a point, null for what is no number."""
    small = (column.abs() <= ibis.literal(10**15).cast("float64")).fill_null(False)
    whole = small.ifelse(column, ibis.null("float64")).cast("int64")
    is_whole = (whole.cast("float64") == column).fill_null(False)
    written = is_whole.ifelse(whole.cast("string"), column.cast("string"))
    return is_finite(column).ifelse(written, ibis.null("string"))


def as_number(text: Any, digits: Digits) -> Any:
    """What a text says as a number: exact as far as its digits are, those of a per cent sign two places further."""
    trimmed = plain_number(text, digits.style)
    read = trimmed.re_search(PLAIN_NUMBER).fill_null(False).ifelse(trimmed, ibis.null("string"))
    if not digits.exact:
        return read.try_cast("float64") / (100 if digits.percent else 1)
    scale = digits.scale - (2 if digits.percent else 0)
    value = read.try_cast(f"decimal({18 + scale}, {scale})")
    if not digits.percent:
        return value
    return (value.cast("decimal(30, 12)") * ibis.literal(Decimal("0.01"), type="decimal(3, 2)")).cast(
        f"decimal({18 + digits.scale}, {digits.scale})"
    )


def numbers_in(words: Iterable[str]) -> list[float]:
    """Those of the words that are numbers: -1 or 9999 may mean that nothing is known."""
    found = []
    for word in words:
        with suppress(ValueError):
            found.append(float(word))
    return found


def scaled(value: Any, digits: Digits) -> Any:
    """A number times 10 ** scale where its digits are exact, for sums; else as a float."""
    if not digits.exact:
        return value.cast("float64")
    return (value * 10**digits.scale if digits.scale else value).cast("decimal(38, 0)")
