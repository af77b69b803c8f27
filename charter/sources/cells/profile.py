"""A first look at a source: whether its columns can be read, and how they are written, so that reading is exact."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

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
from charter.sources.cells.moments import (
    FRACTION,
    ISO_MOMENT,
    PLAIN_MOMENT,
    ZONE_AT_END,
    Moment,
    Written,
    apply,
    is_moment,
    near,
    near_days,
    reading_of,
)
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
_LENGTH_OF_DAY = len("2026-10-05")

Use = tuple[str, str]


def look_at(reader: Reader, uses: Iterable[tuple[str, str]]) -> None:
    """Tells the reader of each (column, "date" or "number"); raises SourceError when no value can be read as such.

    What text does not write as engines read it is looked at once more: spreadsheets write 05/10/2026 and 1 234,5.
    Only in the embedded engine, where files are read: the tables of others have types for dates and numbers, and are
    looked at in the rows near the periods alone, where a typed date says which these are.
    """
    wanted = sorted(set(uses))
    told = _asked(reader, {use: _questions(reader, *use) for use in wanted})
    told |= _asked_of_all(reader, [use for use in wanted if told[use].get("written") and not told[use]["read"]])
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
            is_clean = answers["clean"] == answers["written"]
            reader.written[name] = Written(timed, zoned, fractions, other.get((name, role), "iso"), is_clean)
            reader.seen[name] = answers


def _asked(reader: Reader, asked: Mapping[Use, dict[str, Any]], table: Any = None) -> dict[Use, dict[str, Any]]:
    """The answers to the questions of each use, in one look; in servers of companies at rows near the periods."""
    sums = {f"{at}_{key}": value for at, each in enumerate(asked.values()) for key, value in each.items()}
    if table is None:
        table = reader.table if is_embedded(reader.given) else _rows_near(reader)
    told = answer(table.aggregate(**sums), reader.source, reader.known)[0] if sums else {}
    return {use: {key: told[f"{at}_{key}"] for key in each} for at, (use, each) in enumerate(asked.items())}


def _asked_of_all(reader: Reader, uses: Sequence[Use]) -> dict[Use, dict[str, Any]]:
    """A column of which nothing can be read near the periods is refused only where that is so of all its rows."""
    if not uses or reader.whole is None:
        return {}
    table = reader.whole()
    everything = replace(reader, table=table, known=None)
    return _asked(everything, {use: _questions(everything, *use) for use in uses}, table)


def _rows_near(reader: Reader) -> Any:
    """The rows that may belong to the periods; all of them where a date is read from text."""
    table, wanted = reader.table, reader.wanted
    bounds = [near(reader.column(name), wanted.first, wanted.last) for name in wanted.dates] if wanted else []
    return table.filter(reduce(operator.or_, bounds)) if bounds and all(b is not None for b in bounds) else table


def _questions_of_ways(reader: Reader, name: str, role: str) -> dict[str, Any]:
    text = reader.text(name)
    return questions_of_dates(text) if role == "date" else questions_of_numbers(text)


def _style_of(reader: Reader, name: str, role: str, told: Mapping[str, Any]) -> Any:
    style_of = date_style if role == "date" else number_style
    return style_of(told, reader.writing, reader.source, name)


@dataclass(frozen=True)
class Reach:
    """How many rows were read, and the first and the last local date in the column of dates, up to now."""

    rows: int
    first: date | None
    last: date | None


def reach_of(reader: Reader, column: str, now: Now) -> Reach:
    """How far the source reaches.

    Of files all rows are read. Of a table whose dates are typed: those near the periods and those without a date.
    """
    if is_moment(reader.given[column].type()):
        return _reach_of_typed(reader, column, now)
    if not reader.is_sieved:
        moment = reader.moment(column)
        asked = {"rows": reader.table.count(), "gaps": moment.day.isnull().any(), **_ends(moment, now)}
        told = answer(reader.table.aggregate(**asked), reader.source)[0]
        reader.gaps[column] = bool(told["gaps"])
        return Reach(int(told["rows"]), _date(told["first"]), _date(told["last"]))
    seen = reader.seen[column]
    reader.gaps[column] = int(seen["rows"]) > int(seen["read"] or 0)
    return _reach_of_text(reader, column, now)


def _reach_of_typed(reader: Reader, column: str, now: Now) -> Reach:
    """Small questions in one: each of them is answered by an index on the column, or by a file's own summary."""
    given, wanted = reader.given, reader.wanted
    dated = given[column]
    come = given.filter(dated <= _until(dated, now))
    rows = given
    if wanted is not None and not wanted.whole and not is_embedded(given):
        rows = _rows_near(replace(reader, table=given))
    missing = given.filter(dated.isnull())
    asked = [
        given.aggregate(first=dated.min()),
        come.aggregate(last=dated.max()),
        rows.aggregate(rows=rows.count()),
        missing.aggregate(gaps=missing.count()),
    ]
    told = answer(reduce(lambda one, other: one.cross_join(other), asked), reader.source)[0]
    reader.gaps[column] = bool(told["gaps"])
    count = int(told["rows"]) + (0 if rows is given else int(told["gaps"]))
    first, last = (_local_date(told[end], now) for end in ("first", "last"))
    return Reach(count, first if last else None, last)


def _until(column: Any, now: Now) -> Any:
    """The last moment that has come, as the column writes it."""
    kind = column.type()
    if kind.is_date():
        return ibis.literal(now.day, type="date")
    if kind.timezone is not None:
        return ibis.literal(now.instant.astimezone(UTC), type="timestamp('UTC')")
    return ibis.literal(now.instant.astimezone(ZoneInfo(now.zone)).replace(tzinfo=None), type="timestamp")


def _local_date(told: date | datetime | None, now: Now) -> date | None:
    if not isinstance(told, datetime):
        return told
    return (told.astimezone(ZoneInfo(now.zone)) if told.tzinfo else told).date()


def _reach_of_text(reader: Reader, column: str, now: Now) -> Reach:
    """The ends of text in ISO writing: mostly the least and the greatest value say them, else a few days are read."""
    seen, zoned = reader.seen[column], reader.written[column].zoned
    rows = int(seen["rows"])
    if seen["most"] is None:
        return Reach(rows, None, None)
    least, most = (date.fromisoformat(seen[end][:10]) for end in ("least", "most"))
    if not zoned and most < now.day:
        return Reach(rows, least, most)
    last = _last_near(reader, column, min(most, now.day), now) or _last_before(reader, column, now)
    first = (_ends_near(reader, column, least, now)[0] if zoned else None) or least
    return Reach(rows, first if last else None, last)


def _last_before(reader: Reader, column: str, now: Now) -> date | None:
    """The newest day that is well past."""
    cells = reader.given[column]
    past = reader.given.filter(cells < near_days(now.day, now.day)[0].isoformat(), cells.re_search(ISO_MOMENT))
    most = answer(past.aggregate(most=past[column].max()), reader.source)[0]["most"]
    return None if most is None else _last_near(reader, column, date.fromisoformat(most[:10]), now)


def _last_near(reader: Reader, column: str, day: date, now: Now) -> date | None:
    return _ends_near(reader, column, day, now)[1]


def _ends_near(reader: Reader, column: str, day: date, now: Now) -> tuple[date | None, date | None]:
    """The first and last day up to now of the values that lie about a day."""
    low, high = near_days(day, day)
    cells = reader.given[column]
    table, moment = _unsieved(reader, column, (cells >= low.isoformat()) & (cells < high.isoformat()))
    told = answer(table.aggregate(**_ends(moment, now)), reader.source)[0]
    return _date(told["first"]), _date(told["last"])


def rows_by_day(reader: Reader, column: str, last: date) -> dict[date, int]:
    """How many rows each local date has, up to the last; asked only where it matters, for it looks at every row."""
    if not is_embedded(reader.given) or not reader.is_sieved:
        table, moment = reader.table, reader.moment(column)
    else:
        table, moment = _unsieved(reader, column)
    reached = table.filter(moment.day <= day_number(last))
    days = reached.group_by(promesse_of=moment.day).aggregate(promesse_rows=reached.count())
    return {BASE + timedelta(days=int(of)): int(rows) for of, rows in sorted(rows_of(days, reader.source))}


def _unsieved(reader: Reader, column: str, test: Any = None) -> tuple[Any, Moment]:
    """A column of dates as it is read of all rows, or of those that pass a test."""
    rows = reader.given if test is None else reader.given.filter(test)
    part = replace(reader, table=rows)
    written = reader.written.get(column, Written())
    reading = reading_of("promesse_reach", part.column(column), part.text(column), written, reader.local)
    table = apply(rows.select(column), [reading])
    return table, reading.moment(table)


def _ends(moment: Moment, now: Now) -> dict[str, Any]:
    reached = now.has_come(moment).ifelse(moment.day, None)
    return {"first": reached.min(), "last": reached.max()}


def _date(number: Any) -> date | None:
    return None if number is None else BASE + timedelta(days=int(number))


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
    # Most columns have neither zones, nor fractions, nor blanks around: these are looked for where one may be.
    plainly = text.re_search(PLAIN_MOMENT).fill_null(False)
    written = plainly.ifelse(text, text.strip())
    good = plainly.ifelse(True, written.re_search(ISO_MOMENT).fill_null(False))
    more = good & ~plainly
    dated = good.ifelse(written, ibis.null("string"))
    return {
        "rows": text.isnull().count(),
        "written": text.count(),
        "read": good.sum(),
        "clean": (good & (written == text)).sum(),
        "example": good.ifelse(ibis.null("string"), text).min(),
        "least": dated.min(),
        "most": dated.max(),
        "timed": (good & (written.length() > _LENGTH_OF_DAY)).sum(),
        "zoned": more.ifelse(written.re_search(ZONE_AT_END), False).fill_null(False).sum(),
        "fractions": more.ifelse(written.re_search(FRACTION), False).fill_null(False).sum(),
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
