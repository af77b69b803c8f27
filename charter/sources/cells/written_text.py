"""How people write numbers in text, 1 234,5, 87,5 % or 00:03:20: one rule for each column; a guess is refused with its
remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import ibis

from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.context import Writing

_YEAR_FORM = "[1-9][0-9]{3}"
_LEAP = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)"
_MONTH_DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_TIME = "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?( ?([Zz]|[+-][01][0-9](:?[0-5][0-9])?))?"
ISO_MOMENT = f"^({_YEAR_FORM}-{_MONTH_DAY}|{_LEAP}-02-29)({_TIME})?$"
PLAIN_DAY, PLAIN_CLOCK = (
    f"{_YEAR_FORM}-{_MONTH_DAY}|{_LEAP}-02-29",
    "([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?",
)
PLAIN_MOMENT = f"^({PLAIN_DAY}){PLAIN_CLOCK}$"
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


def without_edges(text: Any) -> Any:
    """The text without blanks around it; only cells that have some are looked at letter by letter."""
    is_padded = (text < "!") | (text.right(1) < "!")
    return is_padded.ifelse(text.strip(), text)


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
