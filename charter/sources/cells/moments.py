"""Dates and instants inside a query: each way of writing them becomes a local day, an instant, and a time of day.

The work is done in steps, each a column of its own: engines would otherwise be sent the same long expression again
and again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from charter.sources.cells.local_time import BASE, DAY, LocalTime
from charter.sources.cells.written_dates import DateStyle, plain_date, plainly, whole_days
from charter.sources.cells.written_text import ISO_MOMENT

_BASE_LOCAL = datetime(BASE.year, BASE.month, BASE.day)  # noqa: DTZ001 a naive local time on purpose
_BASE_UTC = _BASE_LOCAL.replace(tzinfo=UTC)
# Finer instants are read from their text: engines round them to microseconds, sometimes up into the next day.
_FINEST = 6

ZONE_AT_END = "^.{16}[0-9:., ]*([Zz]|[+-][0-9:]{2,5})$"
FRACTION = "^.{19}[.,]([0-9]{1,6})"

PARTS = ("day", "utc", "midnight", "present", "clocked")
"""What a moment is made of, once it is read."""

Step = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Written:
    """How the values of a text column are written, as a first look has told.

    `hours`: some hold a time of day other than midnight; `otherwise`: some name a month, begin with the year and
    slashes, or halve the day. `clean`: every one is written as 2026-10-05 or 2026-10-05T14:30, without blanks around
    it: no form need be tested. `counted` are instants as numbers.
    """

    timed: bool = True
    zoned: bool = True
    fractions: bool = True
    style: DateStyle = "iso"
    hours: bool = True
    otherwise: bool = False
    clean: bool = False
    counted: bool = False

    @property
    def is_in_order(self) -> bool:
        """Whether the values follow one another in time as they stand."""
        return self.style == "iso" and not self.otherwise


@dataclass(frozen=True)
class Moment:
    """A date or an instant of each row. `day` and `utc` are null where it is missing or unreadable.

    `clocked`: whether an hour is written; null where the whole column has one or none. `raw` is the column itself where
    it holds local times (`local` says whose): engines compare these fastest.
    """

    day: Any
    utc: Any
    midnight: Any
    present: Any
    timed: bool
    raw: Any | None = None
    local: LocalTime | None = None
    clocked: Any | None = None

    @property
    def unreadable(self) -> Any:
        """Something is written, but it is not a date."""
        return self.present & self.day.isnull()


@dataclass(frozen=True)
class Reading:
    """The reading of one column: the steps that add its parts to the table, under names of its own."""

    tag: str
    local: LocalTime
    timed: bool
    raw: str | None = None
    of_text: bool = False
    steps: list[Step] = field(default_factory=list)
    in_days: bool = False

    @property
    def of_days(self) -> Reading:
        """The same with the local day alone, beside the column itself; only of a column of local times."""
        return replace(
            self, steps=[lambda table: {self.name("day"): _day_number(table[self.raw].date())}], in_days=True
        )

    def name(self, part: str) -> str:
        return f"{self.tag}_{part}"

    def moment(self, table: Any) -> Moment:
        """The moment, from a table to which every step was applied."""
        if self.in_days:
            return Moment(table[self.name("day")], None, None, None, self.timed, table[self.raw], self.local)
        midnight = table[self.name("midnight")] if self.timed else ibis.literal(True)
        day, utc, present = (table[self.name(part)] for part in ("day", "utc", "present"))
        if self.raw is None:
            clocked = table[self.name("clocked")] if self.of_text and self.timed else None
            return Moment(day, utc, midnight, present, self.timed, clocked=clocked)
        return Moment(day, utc, midnight, present, self.timed, table[self.raw], self.local)

    def utc_of_local(self, table: Any) -> dict[str, Any]:
        return {self.name("utc"): self.local.utc(table[self.name("local")])}

    def local_of_utc(self, table: Any) -> dict[str, Any]:
        return {self.name("local"): self.local.local(table[self.name("utc")])}

    def day_of_local(self, table: Any) -> dict[str, Any]:
        local = table[self.name("local")]
        within = local % DAY
        return {self.name("day"): ((local - within) / DAY).cast("int64"), self.name("midnight"): within == 0}


def apply(table: Any, readings: list[Reading]) -> Any:
    """The table with the parts of every reading, step by step."""
    for together in zip_longest(*(reading.steps for reading in readings)):
        added: dict[str, Any] = {}
        for step in together:
            added |= step(table) if step else {}
        table = table.mutate(**added)
    return table


def is_moment(kind: Any) -> bool:
    """Types whose values need no reading of text."""
    return bool(kind.is_date() or (kind.is_timestamp() and (kind.scale or 0) <= _FINEST))


def lies_near(column: Any, first: date, last: date) -> Any:
    """Whether a date or instant lies within two days of a span, or is missing: a rough sieve that engines can use
    before they read further. Types that are read from text all pass."""
    bounds = near(column, first, last)
    return ibis.literal(True) if bounds is None else column.isnull() | bounds


def near_days(first: date, last: date) -> tuple[date, date]:
    """The days from which and before which a moment may belong to a span: two days for zones, on either side."""
    return first - timedelta(days=2), last + timedelta(days=3)


def text_lies_near(column: Any, text: Any, written: Written, first: date, last: date) -> Any:
    """The same sieve for text in ISO writing, which is in order as it stands; what cannot be read as such passes."""
    low, high = (day.isoformat() for day in near_days(first, last))
    if written.clean:
        return text.isnull() | ((column >= low) & (column < high))
    is_iso = column.re_search(ISO_MOMENT).fill_null(False)
    return text.isnull() | ((column >= low) & (column < high)) | ~is_iso


def near(column: Any, first: date, last: date) -> Any | None:
    """Whether a date or instant lies within two days of a span; None for types that are read from text."""
    return _between(column, *near_days(first, last))


def in_span(column: Any, first: date, last: date) -> Any | None:
    """Whether a row may lie in a span: exactly where the column holds local days or times, else as `near`."""
    kind = column.type()
    if kind.is_timestamp() and kind.timezone is not None:
        return near(column, first, last)
    return _between(column, first, last + timedelta(days=1))


def _between(column: Any, *days: date) -> Any | None:
    kind = column.type()
    if not is_moment(kind):
        return None
    bounds: list[Any] = list(days)
    if not kind.is_date():
        zone = UTC if kind.timezone is not None else None
        bounds = [datetime(day.year, day.month, day.day, tzinfo=zone) for day in bounds]
    typed = "date" if kind.is_date() else "timestamp" if kind.timezone is None else "timestamp('UTC')"
    low, high = (ibis.literal(bound, type=typed) for bound in bounds)
    return (column >= low) & (column < high)


def reading_of(tag: str, column: Any, text: Any, written: Written, local: LocalTime) -> Reading:
    """How a column is read, by its type; `text` is its value as text."""
    kind = column.type()
    if written.counted:
        return _of_instants(Reading(tag, local, timed=written.timed), column)
    if kind.is_date():
        return _of_dates(Reading(tag, local, timed=False), column)
    if not is_moment(kind):
        return _of_text(Reading(tag, local, timed=written.timed, of_text=True), text, written)
    if kind.timezone is None:
        return _of_local_times(Reading(tag, local, timed=True, raw=column.get_name()), column)
    reading = Reading(tag, local, timed=True)
    found = column.delta(ibis.literal(_BASE_UTC, type="timestamp('UTC')"), unit="microsecond")
    first = {reading.name("utc"): found, reading.name("present"): column.notnull()}
    reading.steps.extend([lambda _: first, reading.local_of_utc, reading.day_of_local])
    return reading


def _of_instants(reading: Reading, column: Any) -> Reading:
    """Microseconds since the base, as `Moment.utc` tells them."""
    first = {reading.name("utc"): column, reading.name("present"): column.notnull()}
    reading.steps.extend([lambda _: first, reading.local_of_utc, reading.day_of_local])
    return reading


def _of_dates(reading: Reading, column: Any) -> Reading:
    day = _day_number(column)
    first = {reading.name("day"): day, reading.name("local"): day * DAY, reading.name("present"): column.notnull()}
    reading.steps.extend([lambda _: first, reading.utc_of_local])
    return reading


# The whole days from one date to another as PostgreSQL calls them: ten times as fast as by way of instants.
_days_between = ibis.udf.scalar.builtin(
    lambda later, earlier: 0, name="date_mi", signature=((dt.date, dt.date), dt.int32)
)


def _day_number(column: Any) -> Any:
    """Days since the base, of a column of dates."""
    if column.get_backend().name == "postgres":
        return _days_between(column, ibis.literal(BASE)).cast("int64")
    return column.delta(ibis.literal(BASE), unit="day")


def local_microseconds(column: Any) -> Any:
    """Microseconds since the base, of a column of local times."""
    return column.delta(ibis.literal(_BASE_LOCAL, type="timestamp"), unit="microsecond")


def _of_local_times(reading: Reading, column: Any) -> Reading:
    first = {
        reading.name("local"): local_microseconds(column),
        reading.name("day"): _day_number(column.date()),
        reading.name("midnight"): column.truncate("D") == column,
        reading.name("present"): column.notnull(),
    }
    reading.steps.extend([lambda _: first, reading.utc_of_local])
    return reading


def _of_text(reading: Reading, text: Any, written: Written) -> Reading:
    if written.clean:
        reading.steps.append(lambda _: {reading.name("good"): text, reading.name("present"): text.notnull()})
    else:
        reading.steps.extend(_steps_to_good(reading, text, written))
    reading.steps.append(lambda table: _parts(reading, table[reading.name("good")], written))
    if not written.timed:
        reading.steps.append(reading.utc_of_local)
        return reading
    reading.steps.append(lambda table: {reading.name("local"): table[reading.name("local")] + _time(reading, table)})
    if not written.zoned:
        reading.steps.append(lambda table: reading.utc_of_local(table) | reading.day_of_local(table))
        return reading
    more: list[Step] = [
        lambda table: {reading.name("offset"): _offset(table[reading.name("zone")])},
        lambda table: {reading.name("utc"): _utc_by_offset(reading, table)},
        lambda table: {reading.name("local"): _local_by_offset(reading, table)},
        reading.day_of_local,
    ]
    reading.steps.extend(more)
    return reading


def _steps_to_good(reading: Reading, text: Any, written: Written) -> list[Step]:
    said = reading.name("plain")
    steps: list[Step] = [lambda _: {said: text.strip(), reading.name("present"): text.notnull()}]
    if written.otherwise:
        steps += [lambda table: {said: whole_days(table[said])}, lambda table: {said: plainly(table[said])}]
    return [
        *steps,
        lambda table: {said: plain_date(table[said], written.style).strip()},
        lambda table: {reading.name("good"): _good(table[said])},
    ]


def _good(text: Any) -> Any:
    return text.re_search(ISO_MOMENT).fill_null(False).ifelse(text, ibis.null("string"))


def _parts(reading: Reading, good: Any, written: Written) -> dict[str, Any]:
    day = good.substr(0, 10).try_cast("date").delta(ibis.literal(BASE), unit="day")
    parts = {"day": day, "local": day * DAY}
    if written.timed:
        timed = (good.length() > 10).fill_null(False)
        parts["clocked"] = timed
        precise = good.re_search("^.{16}:").fill_null(False)
        parts |= {
            "hours": timed.ifelse(good.substr(11, 2), "0").cast("int64"),
            "minutes": timed.ifelse(good.substr(14, 2), "0").cast("int64"),
            "seconds": precise.ifelse(good.substr(17, 2), "0").cast("int64"),
        }
    if written.timed and written.fractions:
        parts["fraction"] = good.re_extract(FRACTION, 1).fill_null("").concat("000000").substr(0, 6).cast("int64")
    if written.timed and written.zoned:
        parts["zone"] = good.re_extract(ZONE_AT_END, 1).fill_null("")
    return {reading.name(part): value for part, value in parts.items()}


def _time(reading: Reading, table: Any) -> Any:
    hours, minutes, seconds = (table[reading.name(part)] for part in ("hours", "minutes", "seconds"))
    total = (hours * 3600 + minutes * 60 + seconds) * 1_000_000
    return total + table[reading.name("fraction")] if reading.name("fraction") in table.columns else total


def _offset(zone: Any) -> Any:
    """Microseconds east of UTC as written (`Z`, `+02`, `+0200`, `+02:00`); null when no zone is."""
    hours = (zone.length() > 1).ifelse(zone.substr(1, 2), "0").cast("int64")
    minutes = (zone.length() > 4).ifelse(zone.re_extract("([0-9]{2})$", 1), "0").cast("int64")
    east = (hours * 3600 + minutes * 60) * 1_000_000
    signed = (zone.substr(0, 1) == "-").ifelse(-east, east)
    return (zone == "").ifelse(ibis.null("int64"), signed)


def _utc_by_offset(reading: Reading, table: Any) -> Any:
    local, offset = table[reading.name("local")], table[reading.name("offset")]
    return offset.isnull().ifelse(reading.local.utc(local), local - offset)


def _local_by_offset(reading: Reading, table: Any) -> Any:
    local, utc, offset = (table[reading.name(part)] for part in ("local", "utc", "offset"))
    return offset.isnull().ifelse(local, reading.local.local(utc))
