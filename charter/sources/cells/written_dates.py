"""How people write dates in text, 05/10/2026 14:30: one rule for each column; a guess is refused with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import ibis

from charter.domain.file_profile.file_dates import MONTHS, NAME
from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.context import Writing
from charter.sources.cells.queries import as_a_step
from charter.sources.cells.written_text import HOURS, ISO_MOMENT, PLAIN_CLOCK, PLAIN_DAY, fits, one_of

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
_HALF_DAY = (
    "^(.*[T ])(0?[1-9]|1[0-2])(:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?)? ?([AaPp])[.]?[Mm][.]?"
    "(?: (?:([GU])(?:MT|TC)|(?:GMT|UTC)([+-][0-9]{2}(?::[0-5][0-9])?)|(?:GMT|UTC)([+-])([0-9](?::[0-5][0-9])?)))?$"
)
"""With the offset that forms on the web write: UTC, GMT+2, UTC-03:30."""
_OTHERWISE = (_YEARLY, _YEAR_MONTH, _MONTH_YEAR, _NAMED, _NAME_FIRST, _HALF_DAY)
_FIXED = "^[0-9]{2}[/.-][0-9]{2}[/.-][0-9]{4}([T ][0-9]{2}:.*)?$"
_CLOCK = "^.{8,10}[T ]([0-9]{1,2})[:h](.*)$"
_LENGTH_OF_DAY, _LONGEST_CLOCK = len("2026-10-05"), len("T14:30:00")
DateStyle = Literal["iso", "day-first", "month-first"]


def question_of_plain_dates(table: Any, text: Any) -> Any:
    """Of a column: its `rows`, those `written`, the `least` and the `most` day; how many different days and times of
    day are `odd`, not written like 2026-10-05 and T14:30:00; whether some are `timed`, and have `hours` but midnight.

    A file has many dates of few days and few times: whether one can be read is asked once of each.
    """
    cut = table.select(day=text.substr(0, _LENGTH_OF_DAY), clock=text.substr(_LENGTH_OF_DAY, _LONGEST_CLOCK + 1))
    days = cut.group_by("day").aggregate(rows=cut.count())
    clocks = cut.filter(cut["clock"].notnull()).select("clock").distinct()
    day, clock = days["day"], clocks["clock"]
    asked = days.aggregate(
        rows=days["rows"].sum(),
        written=days["rows"].sum(where=day.notnull()),
        least=day.min(),
        most=day.max(),
        odd_days=(day.notnull() & ~fits(day, f"^({PLAIN_DAY})$")).sum(),
    )
    odd, timed, hours = ~fits(clock, f"^{PLAIN_CLOCK}$"), clock != "", fits(clock, HOURS)
    return asked.cross_join(clocks.aggregate(odd=odd.sum(), timed=timed.sum(), hours=hours.sum()))


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
    table = as_a_step(table.mutate(**{name: text.strip() for name, text in texts.items()}))
    for step in (whole_days, plainly):
        table = as_a_step(table.mutate(**{name: step(table[name]) for name in texts}))
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
    """2:30 PM as 14:30, and 2:30 PM GMT+2 as 14:30+02. Each group is named once: engines repeat what is named."""

    def group(number: int) -> Any:
        return written.re_extract(_HALF_DAY, number)

    hour = group(2).try_cast("int64") % 12 + (group(4).lower() == "p").ifelse(12, 0)
    clock = hour.cast("string").lpad(2, "0").concat(group(3).nullif("").fill_null(":00"))
    zero = ibis.literal("Z").concat(group(5).nullif("").substr(1)).fill_null("")
    short = ibis.literal("0").concat(group(8).nullif("")).fill_null("")
    return group(1).concat(clock).concat(zero).concat(group(6)).concat(group(7)).concat(short)


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
