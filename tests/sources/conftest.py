"""Small tables in an embedded engine, indicators as the charter file writes them, and a way to count them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from pydantic import TypeAdapter

from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import Measured, measure

HERE = Path(__file__).parent
Row = Mapping[str, Any]


@pytest.fixture(scope="session")
def engine() -> Iterator[Any]:
    connection = ibis.duckdb.connect(threads=1)
    yield connection
    connection.disconnect()


@pytest.fixture
def make_indicator() -> Callable[..., Any]:
    def make(kind: str = "share-within", **fields: Any) -> Any:
        start: dict[str, Any] = {"key": "i", "title": "i", "source": "cases", "kind": kind}
        if kind == "share-within":
            start |= {"start": "a", "stop": "b"} | ({} if "tiers" in fields else {"within": "2 days"})
        elif "start" not in fields:
            start |= {"date": "a"}
        return TypeAdapter(Indicator).validate_python(start | fields)

    return make


@pytest.fixture
def make_table(engine: Any) -> Callable[..., Any]:
    def make(rows: Sequence[Row], types: Mapping[str, Any] | None = None) -> Any:
        names = list(dict.fromkeys(name for row in rows for name in row)) or list(types or {})
        columns = [pa.array([row.get(name) for row in rows], (types or {}).get(name, pa.string())) for name in names]
        engine.con.register("given", pa.table(columns, names=names))
        engine.raw_sql("CREATE OR REPLACE TABLE cases AS SELECT * FROM given")
        engine.con.unregister("given")
        return engine.table("cases")

    return make


@pytest.fixture
def paris() -> Setting:
    return Setting("Europe/Paris", WorkingDays("FR"))


@pytest.fixture
def count(
    make_table: Callable[..., Any], make_indicator: Callable[..., Any], paris: Setting
) -> Callable[..., Measured]:
    """Counts rows {a: start, b: stop, …} by an indicator; October 2026 as known on 1 January 2027 unless said."""

    def run(
        rows: Sequence[Row],
        kind: str = "share-within",
        *,
        periods: Sequence[str] = ("2026-10",),
        as_of: datetime = datetime(2027, 1, 1, 12, tzinfo=UTC),
        types: Mapping[str, Any] | None = None,
        setting: Setting = paris,
        **fields: Any,
    ) -> Measured:
        wanted: list[Period] = [parse_period(key) for key in periods]
        return measure(make_indicator(kind, **fields), make_table(rows, types), wanted, as_of, setting)

    return run


@pytest.fixture
def on_day() -> Callable[..., datetime]:
    def make(year: int, month: int, day: int, hour: int = 12) -> datetime:
        return datetime.combine(date(year, month, day), datetime.min.time(), UTC).replace(hour=hour)

    return make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Ibis asks DuckDB for Arrow tables by a name that DuckDB is retiring.
    quiet = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(quiet)
