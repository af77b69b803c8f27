"""Sources and units in the charter file: where rows come from, and the organisation's tree."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, WithJsonSchema, model_validator

from charter.domain.charter_file.evidence import IncidentsSource as IncidentsSource
from charter.domain.charter_file.values import Condition, Day, Key, Number, Strict, WholeNumber, Words, refuse, shown
from charter.domain.file_profile.file_dates import pattern_of
from charter.domain.vocabulary.errors import Sentence

TABLE_PATTERN = r"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*){0,2}$"
Path = Annotated[str, Field(min_length=1, max_length=500)]


class Events(Strict):
    """The rows are events of cases: the column that names the case, the instant of the event, the state it led to."""

    case: Annotated[str, Field(min_length=1, max_length=200)]
    at: Annotated[str, Field(min_length=1, max_length=200)]
    state: Annotated[str, Field(min_length=1, max_length=200)]


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
    """Rows of cases or of events; cells that mean that nothing is there, beside the empty ones."""

    events: Events | None = None
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


Which = Literal["newest"] | None
"""Of several files that a path names, `newest` is the one whose name sorts last; unless said, all are read."""


class LinedSource(WrittenByPeople):
    """Rows below a line of names."""

    header_row: Annotated[WholeNumber, Field(ge=1, le=10_000)] = 1
    date_from: FromNameOrCell | None = None


class CsvSource(LinedSource):
    """A CSV file (also .gz), or a glob of them with the same columns; the line of names is the first unless said."""

    kind: Literal["csv"]
    path: Path
    which: Which = None
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str | None = None


class ParquetSource(Cells):
    """A Parquet file or a glob of them."""

    kind: Literal["parquet"]
    path: Path
    which: Which = None
    date_from: FromName | None = None


class JsonSource(WrittenByPeople):
    """A file of JSON that holds a list of objects, or a glob of them; `rows` is the path to the list."""

    kind: Literal["json"]
    path: Path
    which: Which = None
    rows: str | None = None
    date_from: FromName | None = None


class XlsxSource(LinedSource):
    """A spreadsheet; the first sheet unless one is named; the first row holds the column names unless said."""

    kind: Literal["xlsx"]
    path: Path
    which: Which = None
    sheet: str | None = None


DATABASES = ("PostgreSQL", "SQLite", "DuckDB", "Spark", "Trino")
"""What a source of kind `database` reads."""

_OTHER_NAMES = {
    "PostgreSQL": ("postgres", "postgresql", "psql", "pg"),
    "SQLite": ("sqlite", "sqlite3"),
    "DuckDB": ("duckdb", "motherduck", "md"),
    "Spark": ("spark", "pyspark"),
    "Trino": ("trino", "presto"),
    "MySQL": ("mysql", "mysql2", "mysqldb"),
    "MariaDB": ("mariadb",),
    "SQL Server": ("mssql", "sqlserver", "sqlsrv", "tds", "azuresql"),
    "Oracle": ("oracle", "oracledb"),
    "Snowflake": ("snowflake",),
    "BigQuery": ("bigquery",),
    "Redshift": ("redshift",),
    "ClickHouse": ("clickhouse", "clickhousedb"),
    "Databricks": ("databricks",),
    "Db2": ("db2", "ibm_db", "ibm_db_sa"),
    "Access": ("access", "msaccess"),
    "MongoDB": ("mongodb", "mongo", "mongodb+srv"),
    "Impala": ("impala",),
    "Hive": ("hive",),
    "Athena": ("athena", "awsathena"),
    "SAP HANA": ("hana", "saphana"),
    "Informix": ("informix",),
    "Firebird": ("firebird",),
    "Teradata": ("teradata", "teradatasql"),
    "ODBC": ("odbc",),
    "JDBC": ("jdbc",),
}


def database_named(word: str) -> str | None:
    """The database that a word of an address or a charter means; None for any other word."""
    plain = word.lower().replace(" ", "").replace("-", "")
    return next((name for name, words in _OTHER_NAMES.items() if plain in words), None)


def scheme_of(address: str) -> str:
    """The word that an address of a database begins with: `mssql` of `mssql+pyodbc://…` and of `jdbc:mssql:…`."""
    return re.split(r"[:+]", address.removeprefix("jdbc:"), maxsplit=1)[0].lower()


def database_not_supported(address: str) -> str | None:
    """The name of the database at an address, where it is one that is not read."""
    name = database_named(scheme_of(address))
    return None if name in DATABASES else name


class DatabaseSource(WrittenByPeople):
    """A table of the company's own database; its address is read from the environment."""

    kind: Literal["database"]
    url: Annotated[str, Field(pattern=r"^env:[A-Z][A-Z0-9_]*$")]
    table: Annotated[str, Field(pattern=TABLE_PATTERN)]


_FROM_ENVIRONMENT = re.compile(r"env:[A-Z][A-Z0-9_]*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HOLDS_SECRET = re.compile(r"auth|cookie|key|token|secret|passw|signature|credential|session", re.I)
_LOOKS_SECRET = re.compile(r"\s*(bearer|basic|token|digest|apikey)\s+\S", re.I)
_SECRET_ARGUMENT = re.compile(
    r"[?&]([\w.-]*(auth|token|secret|passw|signature|credential)[\w.-]*|(api|app|access|subscription)[-_]?key)=[^&]",
    re.I,
)
_OUR_OWN = ("host", "connection", "content-length", "transfer-encoding", "accept-encoding", "te", "upgrade", "expect")


def _headers(value: Any) -> Any:
    """Header -> value; no secret stands in the file, and none is echoed."""
    if not isinstance(value, dict):
        remedy = Sentence('write {Authorization: "env:NAME"}')
        raise refuse(Sentence("%(value)s is written where headers are expected", value=shown(value)), remedy)
    for name, text in value.items():
        _check_header(name, text)
    return value


def _check_header(name: Any, text: Any) -> None:
    if not isinstance(name, str) or not _HEADER.fullmatch(name):
        raise refuse(Sentence("%(value)s is not the name of a header", value=shown(name)), Sentence("correct it"))
    if name.lower() in _OUR_OWN:
        said = Sentence("the header %(header)s is written by Promesse itself", header=name)
        raise refuse(said, Sentence("remove it"))
    if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable():
        said = Sentence("the header %(header)s is not one line of plain letters", header=name)
        raise refuse(said, Sentence("put it in quotes, or write env:NAME"))
    is_named = _FROM_ENVIRONMENT.fullmatch(text) is not None
    if not is_named and (_HOLDS_SECRET.search(name) or _LOOKS_SECRET.match(text) or text.startswith("env:")):
        raise refuse(
            Sentence("the header %(header)s holds a secret, which has no place in the charter file", header=name),
            Sentence("write env:NAME, and the whole value in the environment variable NAME"),
        )


Headers = Annotated[
    dict[str, str],
    BeforeValidator(_headers),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string", "minLength": 1}}),
]
"""What is sent with each request; the value of a header that holds a secret is the name of a variable, `env:NAME`."""


def _address(value: Any) -> Any:
    is_written = isinstance(value, str) and re.match(r"https?://", value) is not None
    if is_written and ("@" in value.split("/")[2] or _SECRET_ARGUMENT.search(value)):
        raise refuse(
            Sentence("the address holds a secret, which has no place in the charter file"),
            Sentence("write env:NAME, and the whole address in the environment variable NAME"),
        )
    return value


class Pages(Strict):
    """How the next page of an answer is found: one of `next`, `link` and `page`."""

    next: Path | None = None
    link: Literal[True] | None = None
    page: Path | None = None
    first: Annotated[StrictInt, Field(ge=0, le=1)] = 1
    size: Path | None = None
    of: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None
    total: Path | None = None

    @model_validator(mode="after")
    def _says_one_way(self) -> Self:
        ways = Sentence("write {next: links.next}, {link: true} or {page: page, size: per_page, of: 100}")
        if sum(1 for way in (self.next, self.link, self.page) if way) != 1:
            raise refuse(Sentence("pages are found in one way"), ways)
        if (self.size is None) != (self.of is None) or (self.page is None and (self.size or self.first != 1)):
            raise refuse(Sentence("size and of stand together, beside page"), ways)
        return self


class HttpJsonSource(WrittenByPeople):
    """A JSON list of objects served over HTTP, on one page or several."""

    kind: Literal["http-json"]
    url: Annotated[str, BeforeValidator(_address), Field(pattern=r"^(https?://|env:[A-Z][A-Z0-9_]*$)")]
    rows: str | None = None
    headers: Headers = {}
    pages: Pages | None = None
    total: Path | None = None

    @property
    def total_at(self) -> str | None:
        """Where an answer says how many rows there are in all; it may be written beside `pages` or within."""
        return self.total or (self.pages.total if self.pages else None)


class ManualSource(Strict):
    """Figures entered by a person."""

    kind: Literal["manual"]


class PushSource(Strict):
    """Figures pushed through the API."""

    kind: Literal["push"]


FileSource = CsvSource | ParquetSource | XlsxSource | JsonSource
Source = Annotated[
    FileSource | DatabaseSource | HttpJsonSource | ManualSource | PushSource | IncidentsSource,
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


class Exclusion(Strict):
    """Rows that do not count, and why."""

    where: Condition
    reason: Words
