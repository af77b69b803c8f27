"""Sources and units in the charter file: where rows come from, and the organisation's tree."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from charter.domain.charter_file.file_dates import pattern_of
from charter.domain.charter_file.values import Day, Number, Strict, WholeNumber, Words, refuse, shown
from charter.domain.vocabulary.errors import Sentence

TABLE_PATTERN = r"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*){0,2}$"
Path = Annotated[str, Field(min_length=1, max_length=500)]


PERIOD = "$period"
"""The column that `date_from` adds to a source: the day that a file tells of all its rows."""


def _cell_text(value: Any) -> Any:
    return str(value) if not isinstance(value, (bool, str, list, dict)) and value is not None else value


def _format(value: str) -> str:
    if pattern_of(value) is None:
        said = Sentence("%(value)s is not a format of a date", value=shown(value))
        raise refuse(said, Sentence("write it like %%Y-%%m or %%B %%Y: a year, and if need be a month and a day"))
    return value


Format = Annotated[str, Field(max_length=100), AfterValidator(_format)]
"""How a name or a cell tells a date: %Y, %y, %m, %B, %b, %d among other signs."""
CellText = Annotated[str, BeforeValidator(_cell_text), Field(max_length=100)]


class Cells(Strict):
    """Cells that mean that nothing is there, beside the empty ones."""

    missing: Annotated[list[CellText], Field(max_length=100)] | None = None


class WrittenByPeople(Cells):
    """Text where dates, numbers and durations may be written in more than one way."""

    decimal: Literal["comma", "point"] | None = None
    dates: Literal["day-first", "month-first"] | None = None
    durations: Literal["h:m", "m:s"] | None = None


class FromName(Strict):
    """The day of all rows of a file, told by its name."""

    file_name: Format


class FromNameOrCell(Strict):
    """The day of all rows of a file, told by its name, or by a cell above them."""

    file_name: Format | None = None
    cell: Annotated[str, Field(pattern=r"^[A-Z]{1,3}[1-9][0-9]{0,6}$")] | None = None
    format: Format | None = None

    @model_validator(mode="after")
    def _one_way(self) -> FromNameOrCell:
        if (self.file_name is None) == (self.cell is None) or (self.cell is None and self.format is not None):
            remedy = Sentence('write {file_name: "%%Y-%%m"}, or {cell: A2, format: "%%B %%Y"}')
            raise refuse(Sentence("date_from needs either the name of the file or one cell"), remedy)
        return self


class LinedSource(WrittenByPeople):
    """Rows below a line of names."""

    header_row: Annotated[WholeNumber, Field(ge=1, le=10_000)] = 1
    date_from: FromNameOrCell | None = None


class CsvSource(LinedSource):
    """A CSV file (also .gz), or a glob of them with the same columns; the line of names is the first unless said."""

    kind: Literal["csv"]
    path: Path
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str | None = None


class ParquetSource(Cells):
    """A Parquet file or a glob of them."""

    kind: Literal["parquet"]
    path: Path
    date_from: FromName | None = None


class JsonSource(WrittenByPeople):
    """A file of JSON that holds a list of objects, or a glob of them; `rows` is the path to the list."""

    kind: Literal["json"]
    path: Path
    rows: str | None = None
    date_from: FromName | None = None


class XlsxSource(LinedSource):
    """A spreadsheet; the first sheet unless one is named; the first row holds the column names unless said."""

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


FileSource = CsvSource | ParquetSource | XlsxSource | JsonSource
Source = Annotated[
    CsvSource | ParquetSource | XlsxSource | JsonSource | DatabaseSource | HttpJsonSource | ManualSource | PushSource,
    Field(discriminator="kind"),
]


class Unit(Strict):
    """A node of the organisation tree; providers are units too."""

    key: Annotated[str, Field(min_length=1, max_length=120)]
    name: Words
    parent: str | None = None
    kind: Words
    calendar: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Za-z0-9]+)?$")] | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    weight: Annotated[Number, Field(ge=0)] | None = None


class UnitsFile(Strict):
    """Units kept in a CSV file beside the charter: key,name,parent,kind[,calendar,valid_from,valid_until,weight]."""

    file: Path
