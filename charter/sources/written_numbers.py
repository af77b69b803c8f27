"""How people write numbers in text, 1 234,5: one rule for each column; a guess is refused with its remedy."""

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
