"""A first look at a source: whether its columns can be read, and how they are written, so that reading is exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import ibis

from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.sources.cells.columns import (
    DECIMALS,
    MOST_DECIMALS,
    Digits,
    Reader,
    is_embedded,
    is_finite,
    is_plain_decimal,
)
from charter.sources.cells.local_time import BASE, day_number
from charter.sources.cells.moments import FRACTION, ISO_MOMENT, ZONE_AT_END, Written, is_moment
from charter.sources.cells.queries import answer, rows_of
from charter.sources.cells.written_text import (
    PLAIN_NUMBER,
    date_style,
    number_style,
    plain_number,
    questions_of_dates,
    questions_of_numbers,
)
from charter.sources.counting.deadlines import Now

EXPECTED = {
    "date": Sentence("a date like 2026-10-05 or 05/10/2026, or an instant like 2026-10-05T14:30:00+02:00"),
    "number": Sentence("a number like 12, 12.5 or 12,5"),
}
# Sums of squares must stay below 38 digits in every engine: 18 digits of a scaled value and ten for the rows.
_MOST_DIGITS = 14
_FLOAT_DECIMALS = 6

Use = tuple[str, str]


def look_at(reader: Reader, uses: Iterable[tuple[str, str]]) -> None:
    """Tells the reader of each (column, "date" or "number"); raises SourceError when no value can be read as such.

    What text does not write as engines read it is looked at once more: spreadsheets write 05/10/2026 and 1 234,5.
    Only in the embedded engine, where files are read: the tables of others have types for dates and numbers.
    """
    wanted = sorted(set(uses))
    told = _asked(reader, {use: _questions(reader, *use) for use in wanted})
    looked_at = wanted if is_embedded(reader.given) else []
    odd = [use for use in looked_at if told[use].get("written", 0) > (told[use].get("read") or 0)]
    ways = _asked(reader, {use: _questions_of_ways(reader, *use) for use in odd})
    styles = {use: _style_of(reader, *use, ways[use]) for use in odd}
    other = {use: style for use, style in styles.items() if style not in ("iso", "plain")}
    for use in other:
        told[use] |= {key: (told[use][key] or 0) + (ways[use][key] or 0) for key in ways[use] if key in told[use]}
        told[use]["read"] = (told[use]["read"] or 0) + ways[use].get("slashed", 0)
    numbers = {(name, role): style for (name, role), style in other.items() if role == "number"}
    told |= _asked(reader, {use: _questions(reader, *use, style) for use, style in numbers.items()})
    for (name, role), answers in told.items():
        _refuse_unreadable(reader, name, role, answers)
        if role == "number":
            digits = _digits(reader.column(name).type(), answers)
            reader.digits[name] = replace(digits, style=other.get((name, role), "plain"))
        elif answers:
            timed, zoned, fractions = (bool(answers[key]) for key in ("timed", "zoned", "fractions"))
            reader.written[name] = Written(timed, zoned, fractions, other.get((name, role), "iso"))


def _asked(reader: Reader, asked: Mapping[Use, dict[str, Any]]) -> dict[Use, dict[str, Any]]:
    """The answers to the questions of each use, in one look."""
    sums = {f"{at}_{key}": value for at, each in enumerate(asked.values()) for key, value in each.items()}
    told = answer(reader.table.aggregate(**sums), reader.source)[0] if sums else {}
    return {use: {key: told[f"{at}_{key}"] for key in each} for at, (use, each) in enumerate(asked.items())}


def _questions_of_ways(reader: Reader, name: str, role: str) -> dict[str, Any]:
    text = reader.text(name)
    return questions_of_dates(text) if role == "date" else questions_of_numbers(text)


def _style_of(reader: Reader, name: str, role: str, told: Mapping[str, Any]) -> Any:
    style_of = date_style if role == "date" else number_style
    return style_of(told, reader.writing, reader.source, name)


@dataclass(frozen=True)
class Reach:
    """How many rows a table has, and the first and the last local date in its column of dates, up to now."""

    rows: int
    first: date | None
    last: date | None


def reach_of(reader: Reader, column: str, now: Now) -> Reach:
    """How far the table reaches."""
    moment, given = reader.moment(column), reader.given
    until = reader.local.local_at(now.instant)
    if moment.raw is not None and until is not None:
        # The ends of all values stand in many a file's own summary: mostly no row need be read for them.
        ends = {"first": given[column].min(), "last": given[column].max()}
        told = answer(given.aggregate(rows=given.count(), **ends), reader.source)[0]
        if told["last"] is not None and told["last"] > until:
            reached = given.filter(given[column] <= ibis.literal(until, type="timestamp"))
            told |= answer(reached.aggregate(last=reached[column].max()), reader.source)[0]
        first, last = (told[end] and told[end].date() for end in ends)
        return Reach(int(told["rows"]), first if last else None, last)
    reached = now.has_come(moment).ifelse(moment.day, None)
    ends = {"first": reached.min(), "last": reached.max(), "gaps": moment.day.isnull().any()}
    told = answer(reader.table.aggregate(rows=reader.table.count(), **ends), reader.source)[0]
    reader.gaps[column] = bool(told["gaps"])
    first, last = (None if told[end] is None else BASE + timedelta(days=int(told[end])) for end in ("first", "last"))
    return Reach(int(told["rows"]), first, last)


def rows_by_day(reader: Reader, column: str, last: date) -> dict[date, int]:
    """How many rows each local date has, up to the last; asked only where it matters, for it looks at every row."""
    table, day = reader.table, reader.moment(column).day
    reached = table.filter(day <= day_number(last))
    days = reached.group_by(promesse_of=reader.moment(column).day).aggregate(promesse_rows=reached.count())
    return {BASE + timedelta(days=int(of)): int(rows) for of, rows in sorted(rows_of(days, reader.source))}


def _questions(reader: Reader, name: str, role: str, style: Any = None) -> dict[str, Any]:
    kind = reader.column(name).type()
    if role == "date":
        return {} if is_moment(kind) else _questions_of_dates(reader.text(name))
    if kind.is_floating():
        return _questions_of_floats(reader.column(name).cast("float64"))
    if kind.is_integer() or is_plain_decimal(kind):
        return {"largest": reader.column(name).cast("float64").abs().max()}
    text = reader.text(name)
    return _questions_of_numbers(text if style is None else plain_number(text, style))


def _questions_of_dates(text: Any) -> dict[str, Any]:
    written = text.strip()
    good = written.re_search(ISO_MOMENT).fill_null(False)
    return {
        "written": text.count(),
        "read": good.sum(),
        "example": (~good).ifelse(text, ibis.null("string")).min(),
        "timed": (good & (written.length() > 10)).sum(),
        "zoned": (good & written.re_search(ZONE_AT_END).fill_null(False)).sum(),
        "fractions": (good & written.re_search(FRACTION).fill_null(False)).sum(),
    }


def _questions_of_numbers(text: Any) -> dict[str, Any]:
    written = text.strip()
    good = written.re_search(PLAIN_NUMBER).fill_null(False)
    number = good.ifelse(written, ibis.null("string"))
    decimals = good.ifelse(written.re_extract(DECIMALS, 1), "").fill_null("")
    return {
        "written": text.count(),
        "read": good.sum(),
        "example": (~good).ifelse(text, ibis.null("string")).min(),
        "scale": decimals.length().max(),
        "powers": number.lower().contains("e").sum(),
        "largest": number.try_cast("float64").abs().max(),
    }


def _questions_of_floats(column: Any) -> dict[str, Any]:
    small = is_finite(column) & (column.abs() <= ibis.literal(10**15).cast("float64"))
    value = small.ifelse(column, ibis.null("float64"))
    rounded = value.cast(f"decimal(38, {_FLOAT_DECIMALS})").cast("float64")
    whole = value.cast("decimal(38, 0)").cast("float64")
    return {
        "finite": is_finite(column).sum(),
        "small": (small & (rounded == value)).sum(),
        "whole": (small & (whole == value)).sum(),
        "largest": value.abs().max(),
    }


def _refuse_unreadable(reader: Reader, name: str, role: str, told: dict[str, Any]) -> None:
    if told.get("written") and not told["read"]:
        raise SourceError(
            "The source “%(source)s” has nothing readable in its column “%(column)s”: “%(example)s” is not "
            "%(expected)s.",
            source=reader.source,
            column=name,
            example=told["example"][:80],
            expected=EXPECTED[role],
        )


def _digits(kind: Any, told: dict[str, Any]) -> Digits:
    if kind.is_floating():
        few = told["finite"] == told["small"]
        found = Digits(0 if told["finite"] == told["whole"] else _FLOAT_DECIMALS, exact=bool(few))
    elif kind.is_integer():
        found = Digits()
    elif is_plain_decimal(kind):
        found = Digits(kind.scale)
    else:
        scale = told["scale"] or 0
        found = Digits(min(scale, MOST_DECIMALS), exact=scale <= MOST_DECIMALS and not told["powers"])
    digits = len(f"{int(told['largest'] or 0)}") + found.scale
    return replace(found, squares=found.exact and digits <= _MOST_DIGITS)
