"""How people write dates in text, 05/10/2026 14:30: one rule for each column; a guess is refused with its remedy.

How people write numbers in text, 1 234,5: one rule for each column; a guess is refused with its remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import ibis

from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.context import Writing

_SPACE = "[ \u00a0\u2009\u202f']"
PLAIN_NUMBER = r"^[+-]?([0-9]{1,18}([.][0-9]+)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$"
_SPACED_NUMBER = f"^[+-]?[0-9]{{1,3}}({_SPACE}[0-9]{{3}}){{1,5}}([.][0-9]+)?$"
_COMMA_NUMBER = f"^[+-]?([0-9]{{1,18}}|[0-9]{{1,3}}({_SPACE}[0-9]{{3}}){{1,5}}),[0-9]+$"
# One thousand two hundred and thirty-four for some, one and a bit for others.
_EITHER_NUMBER = "^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
_COMMAS_NUMBER = "^[+-]?[0-9]{1,3}(,[0-9]{3}){1,5}([.][0-9]+)?$"
_WITH_POINT = "[.]"

# "plain": as engines read them.
NumberStyle = Literal["plain", "spaced", "comma", "commas"]


def questions_of_numbers(text: Any) -> dict[str, Any]:
    """What tells how the numbers of a text column are written."""
    written = text.strip()
    comma, either = fits(written, _COMMA_NUMBER), fits(written, _EITHER_NUMBER)
    point = (fits(written, PLAIN_NUMBER) | fits(written, _SPACED_NUMBER)) & fits(written, _WITH_POINT)
    return {
        "comma": comma.sum(),
        "either": either.sum(),
        "a_comma": one_of(comma, written),
        "an_either": one_of(either, written),
        "a_point": one_of(point, written),
    }


def number_style(told: Mapping[str, Any], writing: Writing, source: str, column: str) -> NumberStyle:
    """How the column's numbers are read. Raises SourceError where they are written in two ways, or fit two readings."""
    if writing.decimal == "point":
        return "commas"
    if not told["comma"]:
        return "spaced"
    if writing.decimal is None and told["a_point"] is not None:
        raise SourceError(
            "The source “%(source)s”, in its column “%(column)s”, writes numbers in two ways, “%(one)s” and "
            "“%(other)s”: write them in one way, or say decimal: comma or decimal: point in the source.",
            source=source,
            column=column,
            one=told["a_comma"],
            other=told["a_point"],
        )
    if writing.decimal is None and told["comma"] == told["either"]:
        raise SourceError(
            "The source “%(source)s”, in its column “%(column)s”, writes “%(one)s”, which may be a thousand or a "
            "decimal number: say decimal: comma or decimal: point in the source.",
            source=source,
            column=column,
            one=told["an_either"],
        )
    return "comma"


def plain_number(text: Any, style: NumberStyle) -> Any:
    """The numbers as engines read them; what is no number stays as it is."""
    written = text.strip()
    if style == "plain":
        return written
    if style == "commas":
        return fits(written, _COMMAS_NUMBER).ifelse(written.replace(",", ""), _unspaced(written, _SPACED_NUMBER))
    read = _unspaced(written, _SPACED_NUMBER)
    if style == "comma":
        read = fits(written, _COMMA_NUMBER).ifelse(_without_spaces(written).replace(",", "."), read)
    return read


def _unspaced(written: Any, form: str) -> Any:
    return fits(written, form).ifelse(_without_spaces(written), written)


def _without_spaces(written: Any) -> Any:
    for space in " \u00a0\u2009\u202f'":
        written = written.replace(space, "")
    return written


def fits(text: Any, form: str) -> Any:
    return text.re_search(form).fill_null(False)


def one_of(which: Any, text: Any) -> Any:
    return which.ifelse(text, ibis.null("string")).min()


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
