"""Sources and units in the charter file: where rows come from, and the organisation's tree."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from charter.domain.charter_file.values import Day, Key, Number, Strict, Words

TABLE_PATTERN = r"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*){0,2}$"
Path = Annotated[str, Field(min_length=1, max_length=500)]


class Events(Strict):
    """The rows are events of cases: the column that names the case, the instant of the event, the state it led to."""

    case: Annotated[str, Field(min_length=1, max_length=200)]
    at: Annotated[str, Field(min_length=1, max_length=200)]
    state: Annotated[str, Field(min_length=1, max_length=200)]


class RowsSource(Strict):
    """A source with rows: of cases, or of what happened to them."""

    events: Events | None = None


class WrittenByPeople(RowsSource):
    """Text where dates and numbers may be written in more than one way."""

    decimal: Literal["comma", "point"] | None = None
    dates: Literal["day-first", "month-first"] | None = None


class CsvSource(WrittenByPeople):
    """A CSV file (also .gz), or a glob of them with the same columns."""

    kind: Literal["csv"]
    path: Path
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str | None = None


class ParquetSource(RowsSource):
    """A Parquet file or a glob of them."""

    kind: Literal["parquet"]
    path: Path


class XlsxSource(WrittenByPeople):
    """A spreadsheet; the first sheet unless one is named; the first row holds the column names."""

    kind: Literal["xlsx"]
    path: Path
    sheet: str | None = None


class DatabaseSource(WrittenByPeople):
    """A table of the company's own database; its address is read from the environment."""

    kind: Literal["database"]
    url: Annotated[str, Field(pattern=r"^env:[A-Z][A-Z0-9_]*$")]
    table: Annotated[str, Field(pattern=TABLE_PATTERN)]


class HttpJsonSource(WrittenByPeople):
    """A JSON list of objects served over HTTP."""

    kind: Literal["http-json"]
    url: Annotated[str, Field(pattern=r"^(https?://|env:[A-Z][A-Z0-9_]*$)")]
    rows: str | None = None


class ManualSource(Strict):
    """Figures entered by a person."""

    kind: Literal["manual"]


class PushSource(Strict):
    """Figures pushed through the API."""

    kind: Literal["push"]


Source = Annotated[
    CsvSource | ParquetSource | XlsxSource | DatabaseSource | HttpJsonSource | ManualSource | PushSource,
    Field(discriminator="kind"),
]


class Unit(Strict):
    """A node of the organisation tree; providers are units too."""

    key: Annotated[str, Field(min_length=1, max_length=120)]
    name: Words
    parent: str | None = None
    kind: Words
    calendar: Key | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    weight: Annotated[Number, Field(ge=0)] | None = None


class UnitsFile(Strict):
    """Units kept in a CSV file beside the charter: key,name,parent,kind[,calendar,valid_from,valid_until,weight]."""

    file: Path
