"""How far a source reaches: its rows, and the first and last day of its dates, from as little as tells them."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from charter.sources.cells.columns import Reader, is_embedded
from charter.sources.cells.local_time import BASE, day_number
from charter.sources.cells.moments import Moment, Written, apply, is_moment, near, near_days, reading_of
from charter.sources.cells.queries import answer, rows_of
from charter.sources.cells.written_text import ISO_MOMENT
from charter.sources.counting.deadlines import Now


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
        rows = rows_near(replace(reader, table=given))
    missing = given.filter(dated.isnull())
    parts = {"last": come[column].max(), "rows": rows.count(), "gaps": missing.count()}
    asked = given.aggregate(first=dated.min()).mutate(**{name: part.as_scalar() for name, part in parts.items()})
    told = answer(asked, reader.source)[0]
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
    if is_embedded(reader.given) and (reader.is_sieved or reader.whole is not None):
        table, moment = _unsieved(reader, column)
    else:
        table, moment = reader.table, reader.moment(column)
    reached = table.filter(moment.day <= day_number(last))
    days = reached.group_by(promesse_of=moment.day).aggregate(promesse_rows=reached.count())
    return {BASE + timedelta(days=int(of)): int(rows) for of, rows in sorted(rows_of(days, reader.source))}


def _unsieved(reader: Reader, column: str, test: Any = None) -> tuple[Any, Moment]:
    """A column of dates as it is read of all rows, or of those that pass a test."""
    given = reader.whole() if test is None and reader.whole is not None else reader.given
    rows = given if test is None else given.filter(test)
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


def rows_near(reader: Reader) -> Any:
    """The rows that may belong to the periods; all of them where a date is read from text."""
    table, wanted = reader.table, reader.wanted
    bounds = [near(reader.column(name), wanted.first, wanted.last) for name in wanted.dates] if wanted else []
    return table.filter(reduce(operator.or_, bounds)) if bounds and all(b is not None for b in bounds) else table
