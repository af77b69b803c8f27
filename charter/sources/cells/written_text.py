"""How people write numbers in text, 1 234,5, 87,5 % or 00:03:20: one rule for each column; a guess is refused with its
remedy.

How people write dates in text, 05/10/2026 14:30: one rule for each column, likewise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import ibis

from charter.domain.file_profile.file_dates import MONTHS, NAME
from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.context import Writing

_YEAR_FORM = "[1-9][0-9]{3}"
_LEAP = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)"
_MONTH_DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_TIME = "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?( ?([Zz]|[+-][01][0-9](:?[0-5][0-9])?))?"
ISO_MOMENT = f"^({_YEAR_FORM}-{_MONTH_DAY}|{_LEAP}-02-29)({_TIME})?$"
PLAIN_MOMENT = f"^({_YEAR_FORM}-{_MONTH_DAY}|{_LEAP}-02-29)([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?$"
HOURS = "[T ](0?[1-9]|1[0-9]|2[0-3])[:h]|[T ]0?0[:h](0[1-9]|[1-5][0-9]|00:(0[1-9]|[1-5][0-9]|00[.,]0*[1-9]))"
"""A time of day other than midnight."""
_SPACE = "[ \u00a0\u2009\u202f']"
PLAIN_NUMBER = r"^[+-]?([0-9]{1,18}([.][0-9]+)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$"
_SPACED_NUMBER = f"^[+-]?[0-9]{{1,3}}({_SPACE}[0-9]{{3}}){{1,5}}([.][0-9]+)?$"
_COMMA_NUMBER = f"^[+-]?([0-9]{{1,18}}|[0-9]{{1,3}}({_SPACE}[0-9]{{3}}){{1,5}}),[0-9]+$"
# One thousand two hundred and thirty-four for some, one and a bit for others.
_EITHER_NUMBER = "^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
_COMMAS_NUMBER = "^[+-]?[0-9]{1,3}(,[0-9]{3}){1,5}([.][0-9]+)?$"
_WITH_POINT = "[.]"

# "plain": as engines read them; durations are those with colons, in whole hours or in minutes first.
NumberStyle = Literal["plain", "spaced", "comma", "commas", "h:m", "m:s"]
DURATIONS = ("h:m", "m:s")
"""Styles that are read as seconds."""

_PERCENT = " ?%$"
_DAYS = "^(([0-9]{1,4}) days?,? )?"
_LONG = _DAYS + "([0-9]{1,5}):([0-5][0-9]):([0-5][0-9])([.,][0-9]{1,6})?$"
_SHORT = _DAYS + "([0-9]{1,5}):([0-5][0-9])$"
DURATION = "^([0-9]{1,4} days?,? )?[0-9]{1,5}:[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,6})?)?$"


def questions_of_numbers(text: Any) -> dict[str, Any]:
    """What tells how the numbers of a text column are written."""
    written, has_sign = without_percent(text.strip()), fits(text.strip(), _PERCENT)
    short = fits(written, _SHORT)
    amount = fits(written, PLAIN_NUMBER) | fits(written, _SPACED_NUMBER)
    number = amount | fits(written, _COMMA_NUMBER) | fits(written, _COMMAS_NUMBER)
    durations = {
        "durations": (short | fits(written, _LONG)).sum(),
        "short": short.sum(),
        "a_long_short": one_of(
            short & (written.re_extract(_SHORT, 3).try_cast("int64") > 59).fill_null(False), written
        ),
        "percents": (has_sign & number).sum(),
        "a_percent": one_of(has_sign & number, text.strip()),
        "numbers": number.sum(),
        "a_bare": one_of(~has_sign & number & ~fits(written, "^[0.,]+$"), written),
    }
    return durations | _questions_of_signs(written)


def _questions_of_signs(written: Any) -> dict[str, Any]:
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
    if told["durations"] > told["numbers"]:
        return _duration_style(told, writing, source, column)
    if told["a_percent"] is not None and told["a_bare"] is not None:
        raise SourceError(
            "The source “%(source)s”, in its column “%(column)s”, writes numbers with a per cent sign and without, "
            "“%(one)s” and “%(other)s”: write them in one way.",
            source=source,
            column=column,
            one=told["a_percent"],
            other=told["a_bare"],
        )
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


def _duration_style(told: Mapping[str, Any], writing: Writing, source: str, column: str) -> NumberStyle:
    """Hours first, unless the source says that minutes are; more than 59 of them cannot be meant."""
    if writing.durations == "m:s" and told["a_long_short"] is not None:
        raise SourceError(
            "The source “%(source)s”, in its column “%(column)s”, writes “%(one)s”, which has more than 59 minutes: "
            "write hours too, or correct durations in the source.",
            source=source,
            column=column,
            one=told["a_long_short"],
        )
    return writing.durations or "h:m"


def without_percent(written: Any) -> Any:
    """The text without a per cent sign at its end."""
    return fits(written, _PERCENT).ifelse(written.re_replace(_PERCENT, ""), written)


def seconds_of(written: Any, style: NumberStyle) -> Any:
    """Durations with colons as seconds, in text; what is none, and bare numbers other than zero, are nothing."""
    is_long, is_short = fits(written, _LONG), fits(written, _SHORT)

    def part(form: str, group: int) -> Any:
        return written.re_extract(form, group).try_cast("int64").fill_null(0)

    first, second = (60, 1) if style == "m:s" else (3600, 60)
    long = part(_LONG, 2) * 86_400 + part(_LONG, 3) * 3600 + part(_LONG, 4) * 60 + part(_LONG, 5)
    short = part(_SHORT, 2) * 86_400 + part(_SHORT, 3) * first + part(_SHORT, 4) * second
    fraction = written.re_extract(_LONG, 6).replace(",", ".")
    none = fits(written, "^0+([.,]0+)?$").ifelse("0", written)
    return ibis.cases(
        (is_long, long.cast("string").concat(fraction)),
        (is_short, short.cast("string")),
        else_=fits(none, "^0$").ifelse(none, written.concat("?")),
    )


def plain_number(text: Any, style: NumberStyle) -> Any:
    """The numbers as engines read them, durations as seconds; what is no number stays as it is."""
    written = text.strip()
    if style in DURATIONS:
        return seconds_of(written, style)
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
_SEPARATED = "[ ./-]"
_YEARLY = f"^([1-9][0-9]{{3}})[/.-]{_MONTH}[/.-]{_DAY}([T ]{_HOUR})?$"
_YEAR_MONTH = f"^([1-9][0-9]{{3}})[/-]{_MONTH}$"
_MONTH_YEAR = f"^{_MONTH}/([1-9][0-9]{{3}})$"
_SHORT_YEAR = "([1-9][0-9]{3}|[0-9]{2})"
_NAMED = f"(?i)^({_DAY}(er|st|nd|rd|th)?{_SEPARATED})?({NAME})[.]?{_SEPARATED}'?{_SHORT_YEAR}([T ,]+{_HOUR})?$"
_NAME_FIRST = f"(?i)^({NAME})[.]? {_DAY}(st|nd|rd|th)?,? ([1-9][0-9]{{3}})([T ,]+{_HOUR})?$"
_HALF_DAY = "^(.*[T ])(0?[1-9]|1[0-2])(:[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?)? ?([AaPp])[.]?[Mm][.]?$"
_OTHERWISE = (_YEARLY, _YEAR_MONTH, _MONTH_YEAR, _NAMED, _NAME_FIRST, _HALF_DAY)
_FIXED = "^[0-9]{2}[/.-][0-9]{2}[/.-][0-9]{4}([T ][0-9]{2}:.*)?$"
_CLOCK = "^.{8,10}[T ]([0-9]{1,2})[:h](.*)$"

DateStyle = Literal["iso", "day-first", "month-first"]


def questions_of_dates(given: Any, written: Any) -> dict[str, Any]:
    """What tells in which order the dates of a text column are written, and whether in other ways than by numbers.

    `written` is what is `given`, plainly.
    """
    others = (written != given) & fits(written, ISO_MOMENT)
    day_first, month_first = fits(written, _DAY_FIRST), fits(written, _MONTH_FIRST)
    slashed = day_first | month_first
    return {
        "slashed": slashed.sum(),
        "others": others.sum(),
        "halves": fits(given, _HALF_DAY).sum(),
        "timed": ((slashed | others) & (written.length() > 10)).sum(),
        "hours": ((slashed | others) & fits(written, HOURS)).sum(),
        "zoned": ((slashed | others) & fits(written, _WITH_ZONE)).sum(),
        "fractions": ((slashed | others) & fits(written, _WITH_FRACTION)).sum(),
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


def with_plain_dates(table: Any, texts: Mapping[str, Any]) -> Any:
    """The table with each text under its name, said plainly: years first, names of months and halves of days become
    numbers, so that 2026/10/05, Oct-26 and 2:30 PM are 2026-10-05, 2026-10-01 and 14:30. The rest stays
    as it is; a month without a day is its first. In two steps: an engine would be sent the same expressions again and
    again."""
    table = table.mutate(**{name: text.strip() for name, text in texts.items()})
    for step in (whole_days, plainly):
        table = table.mutate(**{name: step(table[name]) for name in texts})
    return table


def whole_days(written: Any) -> Any:
    """2:30 PM as 14:30; what is written otherwise stays as it is."""
    return fits(written, _HALF_DAY).ifelse(_whole_day(written), written)


def plainly(written: Any) -> Any:
    """Years first and names of months as numbers; the second step of `with_plain_dates`."""

    def iso(form: str, year: int, month: Any, day: int, clock: int) -> Any:
        """From the groups of a form; 0 where it has none."""
        said = written.re_extract(form, day) if day else ibis.literal("")
        date = _year(written.re_extract(form, year)).concat("-").concat(month).concat("-")
        date = date.concat((said == "").ifelse("01", said.lpad(2, "0")))
        return date.concat(_clock_of(written.re_extract(form, clock)) if clock else "")

    def number(form: str, group: int) -> Any:
        return written.re_extract(form, group).lpad(2, "0")

    forms = (
        (_YEARLY, iso(_YEARLY, 1, number(_YEARLY, 2), 3, 4)),
        (_YEAR_MONTH, iso(_YEAR_MONTH, 1, number(_YEAR_MONTH, 2), 0, 0)),
        (_MONTH_YEAR, iso(_MONTH_YEAR, 2, number(_MONTH_YEAR, 1), 0, 0)),
        (_NAMED, iso(_NAMED, 5, _month(written.re_extract(_NAMED, 4)), 2, 6)),
        (_NAME_FIRST, iso(_NAME_FIRST, 4, _month(written.re_extract(_NAME_FIRST, 1)), 2, 5)),
    )
    return ibis.cases(*((fits(written, form), read) for form, read in forms), else_=written)


def _whole_day(written: Any) -> Any:
    """2:30 PM as 14:30."""
    hour = written.re_extract(_HALF_DAY, 2).try_cast("int64") % 12
    hour = hour + (written.re_extract(_HALF_DAY, 6).lower() == "p").ifelse(12, 0)
    rest = written.re_extract(_HALF_DAY, 3)
    clock = hour.cast("string").lpad(2, "0").concat((rest == "").ifelse(":00", rest))
    return written.re_extract(_HALF_DAY, 1).concat(clock)


def _year(said: Any) -> Any:
    short = (said.try_cast("int64") + (said.try_cast("int64") < 69).ifelse(2000, 1900)).cast("string")
    return (said.length() == 2).ifelse(short, said)


def _month(name: Any) -> Any:
    named = name.lower()
    return ibis.cases(*((named.isin(names), f"{month:02}") for month, names in MONTHS.items()), else_="00")


def _clock_of(said: Any) -> Any:
    """The time of day with one blank before it, as T9h05 becomes 09:05; nothing where there is none."""
    form = "^[T ,]+([0-9]{1,2})[:h](.*)$"
    clock = said.re_extract(form, 1).lpad(2, "0").concat(":").concat(said.re_extract(form, 2))
    return (said == "").ifelse("", ibis.literal(" ").concat(clock))


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
