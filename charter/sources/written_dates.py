"""How people write dates in text, 05/10/2026 14:30: one rule for each column; a guess is refused with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import ibis

from charter.domain.errors import SourceError
from charter.sources.setting import Writing
from charter.sources.written_numbers import fits, one_of

_DAY, _MONTH = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])"
_HOUR = "([01]?[0-9]|2[0-3])[:h][0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?( ?([Zz]|[+-][01][0-9](:?[0-5][0-9])?))?"
_REST = f"[/.-]([1-9][0-9]{{3}})([T ]{_HOUR})?$"
_DAY_FIRST, _MONTH_FIRST = f"^{_DAY}[/.-]{_MONTH}{_REST}", f"^{_MONTH}[/.-]{_DAY}{_REST}"
_PARTS = "^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
_WITH_ZONE, _WITH_FRACTION = "[0-9] ?([Zz]|[+-][0-9:]{2,5})$", ":[0-9]{2}[.,][0-9]"
_FIXED = "^[0-9]{2}[/.-][0-9]{2}[/.-][0-9]{4}([T ][0-9]{2}:.*)?$"
_CLOCK = "^.{8,10}[T ]([0-9]{1,2})[:h](.*)$"

DateStyle = Literal["iso", "day-first", "month-first"]


def questions_of_dates(text: Any) -> dict[str, Any]:
    """What tells in which order the dates of a text column are written."""
    written = text.strip()
    day_first, month_first = fits(written, _DAY_FIRST), fits(written, _MONTH_FIRST)
    slashed = day_first | month_first
    return {
        "slashed": slashed.sum(),
        "timed": (slashed & (written.length() > 10)).sum(),
        "zoned": (slashed & fits(written, _WITH_ZONE)).sum(),
        "fractions": (slashed & fits(written, _WITH_FRACTION)).sum(),
        "a_both": one_of(day_first & month_first, written),
        "a_day_first": one_of(day_first & ~month_first, written),
        "a_month_first": one_of(month_first & ~day_first, written),
    }


def date_style(told: Mapping[str, Any], writing: Writing, source: str, column: str) -> DateStyle:
    """In which order the column's dates are read. Raises SourceError where that would be a guess."""
    if not told["slashed"]:
        return "iso"
    if writing.dates is not None:
        return writing.dates
    if told["a_day_first"] is not None and told["a_month_first"] is not None:
        raise SourceError(
            "The source “%(source)s”, in its column “%(column)s”, writes dates in two ways, “%(one)s” and “%(other)s”: "
            "write them like 2026-10-05, or say dates: day-first or dates: month-first in the source.",
            source=source,
            column=column,
            one=told["a_day_first"],
            other=told["a_month_first"],
        )
    if told["a_month_first"] is not None:
        raise SourceError(
            "The source “%(source)s”, in its column “%(column)s”, writes “%(one)s”, where the month seems to come "
            "first: say dates: month-first in the source, or write dates like 2026-10-05.",
            source=source,
            column=column,
            one=told["a_month_first"],
        )
    if told["a_day_first"] is None and writing.is_doubtful:
        raise SourceError(
            "The source “%(source)s”, in its column “%(column)s”, writes “%(one)s”, which may be two days: say dates: "
            "day-first or dates: month-first in the source, or write dates like 2026-10-05.",
            source=source,
            column=column,
            one=told["a_both"],
        )
    return "day-first"


def plain_date(text: Any, style: DateStyle) -> Any:
    """The dates as 2026-10-05 14:30; what is written otherwise stays as it is."""
    if style == "iso":
        return text
    written = text.strip()
    is_fixed = fits(written, _FIXED)
    # Of the usual width parts are found by their place, which is much faster than by their form.
    parts = [is_fixed.ifelse(written.substr(3 * at, 2), _two_digits(written, at)) for at in (0, 1)]
    day, month = parts if style == "day-first" else reversed(parts)
    year = is_fixed.ifelse(written.substr(6, 4), written.re_extract(_PARTS, 3))
    rest = is_fixed.ifelse(written.substr(10), _clock(written))
    read = year.concat("-").concat(month).concat("-").concat(day).concat(rest)
    return fits(written, _DAY_FIRST if style == "day-first" else _MONTH_FIRST).ifelse(read, written)


def _two_digits(written: Any, at: int) -> Any:
    return written.re_extract(_PARTS, at + 1).lpad(2, "0")


def _clock(written: Any) -> Any:
    """The time of day with the blank before it, as 9h05 becomes 09:05; nothing where there is none."""
    clock = written.re_extract(_CLOCK, 1).lpad(2, "0").concat(":").concat(written.re_extract(_CLOCK, 2))
    return fits(written, _CLOCK).ifelse(ibis.literal(" ").concat(clock), "")
