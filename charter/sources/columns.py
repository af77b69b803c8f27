"""Columns of a source as the charter names them: missing or not, as text, as moments in local time, as numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import ibis

from charter.domain.charter_file.indicators import Columns as ColumnNames
from charter.domain.errors import SourceError
from charter.sources.zones import BASE, DAY, LocalTime

_BASE_LOCAL = datetime(BASE.year, BASE.month, BASE.day)  # noqa: DTZ001 a naive local time on purpose
_BASE_UTC = _BASE_LOCAL.replace(tzinfo=UTC)

_YEAR = "[1-9][0-9]{3}"
_LEAP = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)"
_MONTH_DAY = (
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_TIME = "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?( ?([Zz]|[+-][01][0-9](:?[0-5][0-9])?))?"
ISO_MOMENT = f"^({_YEAR}-{_MONTH_DAY}|{_LEAP}-02-29)({_TIME})?$"
ZONE_AT_END = "^.{16}[0-9:., ]*([Zz]|[+-][0-9:]{2,5})$"
FRACTION = "^.{19}[.,]([0-9]{1,6})"
NUMBER = r"^[+-]?([0-9]{1,18}([.][0-9]+)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$"
DECIMALS = "[.]([0-9]+)"
MOST_DECIMALS = 9
# Finer instants are read from their text: engines round them to microseconds, sometimes up into the next day.
MICROSECONDS = 6


@dataclass(frozen=True)
class Facts:
    """What a first look at a column has told: how its values are written, so that the reading can be exact."""

    timed: bool = True
    zoned: bool = True
    fractions: bool = True
    scale: int = 0
    exact: bool = True
    squares: bool = False


@dataclass(frozen=True)
class Moment:
    """A date or an instant of each row. `day` and `utc` are null where it is missing or unreadable."""

    day: Any
    utc: Any
    midnight: Any
    present: Any
    timed: bool

    @property
    def unreadable(self) -> Any:
        """Something is written, but it is not a date."""
        return self.present & self.day.isnull()


@dataclass(frozen=True)
class Amount:
    """A number of each row. `value` compares; `scaled` is the number times 10 ** scale, for sums. Null if unreadable."""

    value: Any
    scaled: Any
    present: Any
    scale: int
    exact: bool
    squares: bool

    @property
    def unreadable(self) -> Any:
        """Something is written, but it is not a number."""
        return self.present & self.value.isnull()


@dataclass
class Reader:
    """Reads the columns of one table of a source."""

    table: Any
    source: str
    local: LocalTime
    facts: dict[tuple[str, str], Facts] = field(default_factory=dict)

    def column(self, name: str) -> Any:
        """The raw column; raises SourceError with near names when there is none."""
        if name in self.table.columns:
            return self.table[name]
        near = get_close_matches(name, self.table.columns, n=3, cutoff=0.6)
        near = near or [known for known in self.table.columns if known.lower() == name.lower()]
        hint = f"did you mean {' or '.join(f'“{n}”' for n in near)}?" if near else _listed(self.table.columns)
        raise SourceError(f"The source “{self.source}” has no column “{name}”: {hint}")

    def text(self, name: str) -> Any:
        """The value as text, null where it is missing. Whole numbers kept as floats are written without `.0`."""
        column = self.column(name)
        kind = column.type()
        if kind.is_string():
            return (column.strip() == "").ifelse(ibis.null("string"), column)
        if kind.is_floating():
            column = column.cast("float64")
            small = (column.abs() <= ibis.literal(10**15).cast("float64")).fill_null(False)
            whole = small.ifelse(column, ibis.null("float64")).cast("int64")
            is_whole = (whole.cast("float64") == column).fill_null(False)
            written = is_whole.ifelse(whole.cast("string"), column.cast("string"))
            return is_finite(column).ifelse(written, ibis.null("string"))
        return column.cast("string")

    def present(self, name: str) -> Any:
        """Whether a value is written."""
        return self.text(name).notnull()

    def joined(self, names: ColumnNames | None) -> Any:
        """Column or columns joined by ` › `; missing parts are left out, all missing is the empty text."""
        if names is None:
            return ibis.literal("")
        parts = [self.text(name) for name in ([names] if isinstance(names, str) else names)]
        whole = parts[0].fill_null("")
        for part in parts[1:]:
            later = part.fill_null("")
            between = ((whole != "") & (later != "")).ifelse(" › ", "")
            whole = whole.concat(between).concat(later)
        return whole

    def moment(self, name: str) -> Moment:
        """The column as a date or an instant in the charter's zone."""
        column = self.column(name)
        kind = column.type()
        if kind.is_date():
            day = column.delta(ibis.literal(BASE), unit="day")
            return Moment(day, self.local.utc(day * DAY), ibis.literal(True), column.notnull(), timed=False)
        if kind.is_timestamp() and (kind.scale or 0) > MICROSECONDS:
            return self._of_text(column.cast("string"), Facts())
        if kind.is_timestamp() and kind.timezone is None:
            local = column.delta(ibis.literal(_BASE_LOCAL, type="timestamp"), unit="microsecond")
            return self._of_local(local, self.local.utc(local), column.notnull())
        if kind.is_timestamp():
            utc = column.delta(ibis.literal(_BASE_UTC, type="timestamp('UTC')"), unit="microsecond")
            return self._of_local(self.local.local(utc), utc, column.notnull())
        return self._of_text(self.text(name), self.facts.get((name, "date"), Facts()))

    def _of_local(self, local: Any, utc: Any, present: Any) -> Moment:
        within = local % DAY
        return Moment(((local - within) / DAY).cast("int64"), utc, within == 0, present, timed=True)

    def _of_text(self, text: Any, facts: Facts) -> Moment:
        written = text.strip()
        good = written.re_search(ISO_MOMENT).fill_null(False)
        date = good.ifelse(written.substr(0, 10), ibis.null("string")).try_cast("date")
        day = date.delta(ibis.literal(BASE), unit="day")
        if not facts.timed:
            return Moment(day, self.local.utc(day * DAY), ibis.literal(True), text.notnull(), timed=False)
        local = day * DAY + _time_of_day(written, good, facts)
        if not facts.zoned:
            return self._of_local(local, self.local.utc(local), text.notnull())
        offset = _written_offset(written, good)
        utc = offset.isnull().ifelse(self.local.utc(local), local - offset)
        return self._of_local(offset.isnull().ifelse(local, self.local.local(utc)), utc, text.notnull())

    def amount(self, name: str) -> Amount:
        """The column as a number: exact for whole and decimal numbers, and floats of at most six decimals."""
        column = self.column(name)
        facts = self.facts.get((name, "number"), Facts())
        if column.type().is_floating():
            column = is_finite(column).ifelse(column.cast("float64"), ibis.null("float64"))
            present = column.notnull()
            value = column.cast(f"decimal(38, {facts.scale})") if facts.exact else column
        elif column.type().is_integer():
            present, value = column.notnull(), column
        elif is_plain_decimal(column.type()):
            present, value = column.notnull(), column
        else:
            text = self.text(name)
            good = text.strip().re_search(NUMBER).fill_null(False)
            read = good.ifelse(text.strip(), ibis.null("string"))
            kind = f"decimal({18 + facts.scale}, {facts.scale})" if facts.exact else "float64"
            present, value = text.notnull(), read.try_cast(kind)
        scale = facts.scale if facts.exact else 0
        return Amount(value, _scaled(value, facts), present, scale, facts.exact, facts.squares)


def is_plain_decimal(kind: Any) -> bool:
    """A decimal type that says its scale; the others are read as text."""
    return bool(kind.is_decimal() and kind.scale is not None and kind.scale <= MOST_DECIMALS)


def is_finite(column: Any) -> Any:
    """Neither NaN nor infinite, in every engine (some hold NaN equal to itself and above all numbers)."""
    limit = ibis.literal("1e300").cast("float64")
    return ((column <= limit) & (column >= -limit)).fill_null(False)


def _scaled(value: Any, facts: Facts) -> Any:
    if not facts.exact:
        return value.cast("float64")
    return (value * 10**facts.scale if facts.scale else value).cast("decimal(38, 0)")


def _time_of_day(written: Any, good: Any, facts: Facts) -> Any:
    timed = good & (written.length() > 10)
    hours = timed.ifelse(written.substr(11, 2), "0").cast("int64")
    minutes = timed.ifelse(written.substr(14, 2), "0").cast("int64")
    with_seconds = good & written.re_search("^.{16}:").fill_null(False)
    seconds = with_seconds.ifelse(written.substr(17, 2), "0").cast("int64")
    total = (hours * 3600 + minutes * 60 + seconds) * 1_000_000
    if not facts.fractions:
        return total
    fraction = good.ifelse(written.re_extract(FRACTION, 1), "").fill_null("")
    return total + fraction.concat("000000").substr(0, 6).cast("int64")


def _written_offset(written: Any, good: Any) -> Any:
    """Microseconds east of UTC as written; null when no zone is."""
    zone = good.ifelse(written.re_extract(ZONE_AT_END, 1), "").fill_null("")
    is_numeric = zone.length() > 1
    hours = is_numeric.ifelse(zone.substr(1, 2), "0").cast("int64")
    minutes = (zone.length() > 4).ifelse(zone.re_extract("([0-9]{2})$", 1), "0").cast("int64")
    east = (hours * 3600 + minutes * 60) * 1_000_000
    signed = (zone.substr(0, 1) == "-").ifelse(-east, east)
    return (zone == "").ifelse(ibis.null("int64"), signed)


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:12])
    return f"its columns are {shown}{'…' if len(names) > 12 else '.'}"
