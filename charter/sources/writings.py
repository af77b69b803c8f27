"""How people write dates and numbers in text: 05/10/2026 14:30, 1 234,5. One rule for each column, never for a cell.

A date is read as day/month/year, and a comma as the decimal sign, where every such value of the column can be read so.
What two readings fit, or none, is refused with a sentence that says what to write in the charter's source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import ibis

from charter.domain.errors import SourceError
from charter.sources.setting import Writing

_SPACE = "[ \u00a0\u2009\u202f']"
PLAIN_NUMBER = r"^[+-]?([0-9]{1,18}([.][0-9]+)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$"
_SPACED_NUMBER = f"^[+-]?[0-9]{{1,3}}({_SPACE}[0-9]{{3}}){{1,5}}([.][0-9]+)?$"
_COMMA_NUMBER = f"^[+-]?([0-9]{{1,18}}|[0-9]{{1,3}}({_SPACE}[0-9]{{3}}){{1,5}}),[0-9]+$"
# One thousand two hundred and thirty-four for some, one and a bit for others.
_EITHER_NUMBER = "^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
_COMMAS_NUMBER = "^[+-]?[0-9]{1,3}(,[0-9]{3}){1,5}([.][0-9]+)?$"
_WITH_POINT = "[.]"

_DAY, _MONTH = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])"
_HOUR = "([01]?[0-9]|2[0-3])[:h][0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?( ?([Zz]|[+-][01][0-9](:?[0-5][0-9])?))?"
_REST = f"[/.-]([1-9][0-9]{{3}})([T ]{_HOUR})?$"
_DAY_FIRST, _MONTH_FIRST = f"^{_DAY}[/.-]{_MONTH}{_REST}", f"^{_MONTH}[/.-]{_DAY}{_REST}"
_PARTS = "^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
_WITH_ZONE, _WITH_FRACTION = "[0-9] ?([Zz]|[+-][0-9:]{2,5})$", ":[0-9]{2}[.,][0-9]"
_FIXED = "^[0-9]{2}[/.-][0-9]{2}[/.-][0-9]{4}([T ][0-9]{2}:.*)?$"
_CLOCK = "^.{8,10}[T ]([0-9]{1,2})[:h](.*)$"

DateStyle = Literal["iso", "day-first", "month-first"]
# "plain": as engines read them.
NumberStyle = Literal["plain", "spaced", "comma", "commas"]

# --- numbers ---


def questions_of_numbers(text: Any) -> dict[str, Any]:
    """What tells how the numbers of a text column are written."""
    written = text.strip()
    comma, either = _fits(written, _COMMA_NUMBER), _fits(written, _EITHER_NUMBER)
    point = (_fits(written, PLAIN_NUMBER) | _fits(written, _SPACED_NUMBER)) & _fits(written, _WITH_POINT)
    return {
        "comma": comma.sum(),
        "either": either.sum(),
        "a_comma": _one(comma, written),
        "an_either": _one(either, written),
        "a_point": _one(point, written),
    }


def number_style(told: Mapping[str, Any], writing: Writing, where: str) -> NumberStyle:
    """How the column's numbers are read. Raises SourceError where they are written in two ways, or fit two readings."""
    if writing.decimal == "point":
        return "commas"
    if not told["comma"]:
        return "spaced"
    if writing.decimal is None and told["a_point"] is not None:
        raise SourceError(
            f"{where} writes numbers in two ways, “{told['a_comma']}” and “{told['a_point']}”: write them in one way, "
            "or say decimal: comma or decimal: point in the source."
        )
    if writing.decimal is None and told["comma"] == told["either"]:
        raise SourceError(
            f"{where} writes “{told['an_either']}”, which may be a thousand or a decimal number: say decimal: comma or "
            "decimal: point in the source."
        )
    return "comma"


def plain_number(text: Any, style: NumberStyle) -> Any:
    """The numbers as engines read them; what is no number stays as it is."""
    written = text.strip()
    if style == "plain":
        return written
    if style == "commas":
        return _fits(written, _COMMAS_NUMBER).ifelse(written.replace(",", ""), _unspaced(written, _SPACED_NUMBER))
    read = _unspaced(written, _SPACED_NUMBER)
    if style == "comma":
        read = _fits(written, _COMMA_NUMBER).ifelse(_without_spaces(written).replace(",", "."), read)
    return read


def _unspaced(written: Any, form: str) -> Any:
    return _fits(written, form).ifelse(_without_spaces(written), written)


def _without_spaces(written: Any) -> Any:
    for space in " \u00a0\u2009\u202f'":
        written = written.replace(space, "")
    return written


# --- dates ---


def questions_of_dates(text: Any) -> dict[str, Any]:
    """What tells in which order the dates of a text column are written."""
    written = text.strip()
    day_first, month_first = _fits(written, _DAY_FIRST), _fits(written, _MONTH_FIRST)
    slashed = day_first | month_first
    return {
        "slashed": slashed.sum(),
        "timed": (slashed & (written.length() > 10)).sum(),
        "zoned": (slashed & _fits(written, _WITH_ZONE)).sum(),
        "fractions": (slashed & _fits(written, _WITH_FRACTION)).sum(),
        "a_both": _one(day_first & month_first, written),
        "a_day_first": _one(day_first & ~month_first, written),
        "a_month_first": _one(month_first & ~day_first, written),
    }


def date_style(told: Mapping[str, Any], writing: Writing, where: str) -> DateStyle:
    """In which order the column's dates are read. Raises SourceError where that would be a guess."""
    if not told["slashed"]:
        return "iso"
    if writing.dates is not None:
        return writing.dates
    if told["a_day_first"] is not None and told["a_month_first"] is not None:
        raise SourceError(
            f"{where} writes dates in two ways, “{told['a_day_first']}” and “{told['a_month_first']}”: write them like "
            "2026-10-05, or say dates: day-first or dates: month-first in the source."
        )
    if told["a_month_first"] is not None:
        raise SourceError(
            f"{where} writes “{told['a_month_first']}”, where the month seems to come first: say dates: month-first "
            "in the source, or write dates like 2026-10-05."
        )
    if told["a_day_first"] is None and writing.is_doubtful:
        raise SourceError(
            f"{where} writes “{told['a_both']}”, which may be two days: say dates: day-first or dates: month-first in "
            "the source, or write dates like 2026-10-05."
        )
    return "day-first"


def plain_date(text: Any, style: DateStyle) -> Any:
    """The dates as 2026-10-05 14:30; what is written otherwise stays as it is."""
    if style == "iso":
        return text
    written = text.strip()
    is_fixed = _fits(written, _FIXED)
    # Of the usual width parts are found by their place, which is much faster than by their form.
    parts = [is_fixed.ifelse(written.substr(3 * at, 2), _two_digits(written, at)) for at in (0, 1)]
    day, month = parts if style == "day-first" else reversed(parts)
    year = is_fixed.ifelse(written.substr(6, 4), written.re_extract(_PARTS, 3))
    rest = is_fixed.ifelse(written.substr(10), _clock(written))
    read = year.concat("-").concat(month).concat("-").concat(day).concat(rest)
    return _fits(written, _DAY_FIRST if style == "day-first" else _MONTH_FIRST).ifelse(read, written)


def _two_digits(written: Any, at: int) -> Any:
    return written.re_extract(_PARTS, at + 1).lpad(2, "0")


def _clock(written: Any) -> Any:
    """The time of day with the blank before it, as 9h05 becomes 09:05; nothing where there is none."""
    clock = written.re_extract(_CLOCK, 1).lpad(2, "0").concat(":").concat(written.re_extract(_CLOCK, 2))
    return _fits(written, _CLOCK).ifelse(ibis.literal(" ").concat(clock), "")


def _fits(text: Any, form: str) -> Any:
    return text.re_search(form).fill_null(False)


def _one(which: Any, text: Any) -> Any:
    return which.ifelse(text, ibis.null("string")).min()
