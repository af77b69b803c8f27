"""The clock of service centres: working hours by four calendars beside plain hours, an event log beside SQL by hand.

Memory is the peak of a process of its own that reads the log from a file, as a check does.
"""

import atexit
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bench.comparison import Comparison
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import Events
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.working_days import Opening, WorkingDays
from charter.sources.cells.context import Setting

ROWS, AGENCIES = 10_000_000, 400
CASES, EVENTS = 5_000_000, 20_000_000
FOLDER = Path(__file__).resolve().parents[1] / "var" / "bench"
MOST_MEMORY = 1000
YEAR = [parse_period("2025")]
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _week(*hours: tuple[int, int], saturday: tuple[tuple[int, int], ...] = ()) -> Any:
    day = tuple(Opening(first * 60, until * 60) for first, until in hours)
    return (day,) * 5 + (tuple(Opening(first * 60, until * 60) for first, until in saturday), ())


CALENDARS = [
    WorkingDays("FR", week=_week((9, 18))),
    WorkingDays("FR-57", week=_week((9, 12), (14, 18))),
    WorkingDays("FR", week=_week((8, 20), saturday=((9, 12),)), name="long"),
    WorkingDays("BE", week=_week((7, 15))),
]
SETTING = Setting(
    "Europe/Paris",
    CALENDARS[0],
    {f"agency-{at:03d}": CALENDARS[at % 4] for at in range(AGENCIES) if at % 4},
    events={"log": Events(case="number", at="moment", state="state")},
)
OPENED = f"TIMESTAMP '2025-01-01 08:00:00' + to_seconds(i * 31536000 // {ROWS})"
CASES_MADE = f"""
CREATE TABLE cases AS
SELECT {OPENED} AS opened,
       CASE WHEN i % 7 <> 0 THEN {OPENED} + to_seconds(CAST(hash(i) % 400000 AS BIGINT)) END AS closed,
       'agency-' || lpad(CAST(hash(i, 1) % {AGENCIES} AS VARCHAR), 3, '0') AS agency
FROM range({ROWS}) t(i)
"""
LOG_MADE = f"""
CREATE TABLE log AS
SELECT CAST(i % {CASES} AS BIGINT) AS number,
       TIMESTAMP '2025-01-01 08:00:00'
         + to_seconds(CAST((i % {CASES}) * {31_000_000 // CASES}
                           + (i // {CASES}) * (3600 + hash(i) % 40000) AS BIGINT)) AS moment,
       ['New', 'Active', CASE WHEN i % 9 = 0 THEN 'Resolved' ELSE 'Waiting' END, 'Closed']
         [1 + CAST(i // {CASES} AS INT)] AS state,
       'agency-' || lpad(CAST(hash(i, 1) % {AGENCIES} AS VARCHAR), 3, '0') AS agency
FROM range({EVENTS}) t(i)
"""
BY_HAND = """
WITH told AS (
  SELECT *, state IN ('Resolved', 'Closed') AS stops, row_number() OVER () AS line FROM log
), ordered AS (
  SELECT *, lag(stops, 1, false) OVER w AS stopped, lead(moment) OVER w AS following
  FROM told WINDOW w AS (PARTITION BY number ORDER BY moment, line)
), cases AS (
  SELECT number, min(moment) FILTER (WHERE state = 'New') AS start,
         max(moment) FILTER (WHERE stops AND NOT stopped) AS stop,
         bool_or(stops) FILTER (WHERE following IS NULL) AS there,
         any_value(agency) FILTER (WHERE following IS NULL) AS agency
  FROM ordered GROUP BY number
)
SELECT agency, count(*), count(*) FILTER (WHERE there AND stop <= start + INTERVAL 20 HOUR)
FROM cases WHERE start IS NOT NULL GROUP BY agency
"""


@cache
def engine() -> Any:
    import ibis  # noqa: PLC0415 heavy

    connection = ibis.duckdb.connect(threads=2, memory_limit="1GB")
    connection.raw_sql(CASES_MADE)
    connection.raw_sql(LOG_MADE)
    return connection


def make(within: str, **more: Any) -> Any:
    said = {"key": "i", "title": "i", "kind": "share-within", "start": "opened", "stop": "closed", "source": "cases"}
    return TypeAdapter(Indicator).validate_python(said | {"within": within, "unit": "agency", "period": "year"} | more)


def counted(table: str, indicator: Any, zone: str = "Europe/Paris") -> Any:
    from charter.sources.counting.measure import measure  # noqa: PLC0415 heavy

    return measure(indicator, engine().table(table), YEAR, NOW, replace(SETTING, zone=zone))


def of_log() -> Any:
    states = {"start": {"state": "New"}, "stop": {"state": ["Resolved", "Closed"]}}
    return make("20 hours", source="log", **states)


def by_log() -> Any:
    # The SQL by hand knows no change of clocks.
    found = counted("log", of_log(), "UTC")
    told = {cell.unit: (cell.counts.denominator, cell.counts.numerator) for cell in found.cells}
    assert told == ANSWERS.setdefault("of the log", told)
    return found


def by_hand() -> Any:
    rows = engine().raw_sql(BY_HAND).fetchall()
    told = {agency: (number, met) for agency, number, met in rows}
    assert told == ANSWERS.setdefault("of the log", told)
    return rows


ANSWERS: dict[str, Any] = {}
"""What one way has found, so that the other finds the same."""


def comparisons() -> Iterator[Comparison]:
    yield Comparison(
        f"{ROWS:,} cases within 10 working hours by {AGENCIES} units and 4 calendars, beside plain hours",
        work=lambda: counted("cases", make("10 working hours")),
        baseline=lambda: counted("cases", make("10 hours")),
        at_most=3,
    )
    yield Comparison(
        f"an event log of {EVENTS:,} rows, beside SQL by hand with the same result",
        work=by_log,
        baseline=by_hand,
        at_most=2,
    )
    path = FOLDER / f"log-{os.getpid()}.parquet"
    atexit.register(path.unlink, missing_ok=True)
    write(path)
    print(f"{peak(path):>8} MB  peak memory of an event log of {EVENTS:,} rows, at most {MOST_MEMORY}", flush=True)


def write(path: Path) -> None:
    """The log as a file, in the order of its rows."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    said = "(FORMAT parquet)" if path.suffix == ".parquet" else "(HEADER)"
    engine().raw_sql(f"COPY log TO '{path}' {said}")


def peak(path: Path) -> int:
    """The most memory, in MB, that a process of its own takes to count the log in a file."""
    asked = [sys.executable, "-m", "bench.bench_clock", str(path)]
    told = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[1])
    return int(told.stdout.split()[0])


def alone(path: Path) -> tuple[int, int, int]:
    """Counts as the product opens a file; the most memory taken, in MB, and the cases judged and met."""
    from charter.domain.charter_file.sources import CsvSource, ParquetSource  # noqa: PLC0415 heavy
    from charter.sources.counting.measure import measure  # noqa: PLC0415 heavy
    from charter.sources.readers.connect import Place, open_source  # noqa: PLC0415 heavy

    is_parquet = path.suffix == ".parquet"
    source = ParquetSource(kind="parquet", path=path.name) if is_parquet else CsvSource(kind="csv", path=path.name)
    with open_source("log", source, Place(path.parent)) as opened:
        counts = measure(of_log(), opened.table, YEAR, NOW, replace(SETTING, zone="UTC")).counts()
    # What getrusage tells may be the parent's.
    told = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(told.split()[1]) // 1024, int(counts.denominator), int(counts.numerator)


if __name__ == "__main__":
    print(*alone(Path(sys.argv[1])))
