"""Counting on many rows: a promise in working days beside hand-written SQL, beside pandas, and 24 promises in one scan.

`BENCH_ROWS=50000000 make bench ARGS="--rounds 3 scale"` for the sizes of docs/speed.md; the rows are Parquet files
below var/bench, made in seconds and removed at the end. Memory is the peak of a process of its own.
"""

import atexit
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bench.comparison import Comparison

ROWS = int(os.environ.get("BENCH_ROWS", "2000000"))
# What does not grow with the rows (a query made and read, 14,400 cells: a third of a second) weighs on few of them:
# limits are of many.
MANY, VERY_MANY = ROWS >= 10_000_000, ROWS >= 50_000_000
FOLDER = Path(__file__).resolve().parents[1] / "var" / "bench"
AGENCIES, PROMISES, DELAY = 400, range(1, 25), 10
FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)
MONTH = date(2025, 11, 1), date(2025, 11, 30)
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
SECONDS = 1096 * 86_400

MADE = """
COPY (SELECT opened_at, 'agency-' || lpad(CAST(hash(i, 1) % {agencies} AS VARCHAR), 3, '0') AS agency,
             CASE WHEN i % 20 <> 0 THEN opened_at + to_seconds(CAST(hash(i) % 2000000 AS BIGINT)) END AS closed_at
      FROM (SELECT i, TIMESTAMP '{first}' + to_seconds(i * {seconds} // {rows}) AS opened_at FROM range({rows}) t(i)))
TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
# One join to the due date; late and open are failures, what is not due yet is pending.
BY_HAND = """
SELECT date_trunc('month', c.opened_at)::DATE AS month, c.agency,
       count(*) FILTER (WHERE d.due < {today}) AS judged,
       count(*) FILTER (WHERE d.due < {today} AND c.closed_at < d.due + INTERVAL 1 DAY) AS met,
       count(*) FILTER (WHERE d.due >= {today}) AS pending
FROM cases c JOIN due_{delay} d ON d.day = c.opened_at::DATE {where} GROUP BY ALL
"""
ONE_MONTH = "WHERE c.opened_at >= TIMESTAMP '2025-11-01' AND c.opened_at < TIMESTAMP '2025-12-01'"


@cache
def made(rows: int) -> Path:
    """A file of cases of three years."""
    import duckdb  # noqa: PLC0415 heavy

    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"cases-{os.getpid()}-{rows}.parquet"
    atexit.register(path.unlink, missing_ok=True)
    with duckdb.connect() as engine:
        engine.execute("SET threads = 2")
        engine.execute(MADE.format(agencies=AGENCIES, first=FIRST, seconds=SECONDS, rows=rows, path=path))
    return path


@cache
def engine(path: Path) -> Any:
    """Both sides ask the same engine, of two threads."""
    import ibis  # noqa: PLC0415 heavy

    from charter.domain.calendars import WorkingDays  # noqa: PLC0415 heavy

    found = ibis.duckdb.connect(threads=2)
    found.raw_sql(f"CREATE VIEW cases AS SELECT * FROM read_parquet('{path}')")
    calendar = WorkingDays("FR")
    days = [date.fromordinal(day) for day in range(FIRST.toordinal(), LAST.toordinal() + 1)]
    for delay in PROMISES:
        rows = ", ".join(f"(DATE '{day}', DATE '{calendar.add(day, delay)}')" for day in days)
        found.raw_sql(f"CREATE TABLE due_{delay} AS SELECT * FROM (VALUES {rows}) AS t(day, due)")
    return found


def by_hand(path: Path, delay: int, where: str = "") -> None:
    said = BY_HAND.format(today=f"DATE '{NOW.date()}'", delay=delay, where=where)
    engine(path).raw_sql(said).fetchall()


def by_charter(path: Path, delays: Sequence[int], first: date = FIRST, last: date = LAST) -> None:
    counted(engine(path).table("cases"), delays, first, last)


def counted(table: Any, delays: Sequence[int], first: date, last: date) -> None:
    from pydantic import TypeAdapter  # noqa: PLC0415 heavy

    from charter.domain.calendars import WorkingDays  # noqa: PLC0415 heavy
    from charter.domain.charter_file.indicators import Indicator  # noqa: PLC0415 heavy
    from charter.domain.periods import periods_of  # noqa: PLC0415 heavy
    from charter.domain.terms import PeriodKind  # noqa: PLC0415 heavy
    from charter.sources.measure import measure_many  # noqa: PLC0415 heavy
    from charter.sources.setting import Setting  # noqa: PLC0415 heavy

    said = {"key": "i", "title": "i", "source": "cases", "kind": "share-within", "unit": "agency"}
    said |= {"start": "opened_at", "stop": "closed_at"}
    read = TypeAdapter(Indicator).validate_python
    indicators = [read(said | {"within": f"{delay} working days"}) for delay in delays]
    months = periods_of(PeriodKind.MONTH, first, last)
    measure_many(indicators, table, months, NOW, Setting("Europe/Paris", WorkingDays("FR")))


def by_pandas(path: Path) -> None:
    """As a person would write it who knows numpy's working days; pandas' own are some hundred times slower."""
    import numpy as np  # noqa: PLC0415 heavy
    import pandas as pd  # noqa: PLC0415 heavy

    from charter.domain.calendars import WorkingDays  # noqa: PLC0415 heavy

    calendar = WorkingDays("FR")
    days = (date.fromordinal(day) for day in range(FIRST.toordinal(), NOW.toordinal()))
    holidays = [day for day in days if day.weekday() < 5 and not calendar.is_working(day)]
    cases = pd.read_parquet(path)
    started = cases["opened_at"].dt.normalize().to_numpy().astype("datetime64[D]")
    stopped = cases["closed_at"].fillna(pd.Timestamp(NOW.date())).dt.normalize().to_numpy().astype("datetime64[D]")
    cases["met"] = cases["closed_at"].notna() & (np.busday_count(started, stopped, holidays=holidays) <= DELAY)
    cases["month"] = cases["opened_at"].dt.to_period("M")
    cases.groupby(["month", "agency"]).agg(judged=("met", "size"), met=("met", "sum"))


def peak(path: Path) -> str:
    """The most memory that counting takes, in a process of its own, as opened by the product."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.bench_scale", str(path)],
        cwd=FOLDER.parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def comparisons() -> Iterator[Comparison]:
    path, fifth, ten_millions = made(ROWS), made(ROWS // 5), made(min(ROWS, 10_000_000))
    yield Comparison(
        f"a promise in working days, {ROWS:,} rows, 36 months x {AGENCIES} agencies, beside hand-written SQL",
        work=lambda: by_charter(path, [DELAY]),
        baseline=lambda: by_hand(path, DELAY),
        at_most=1.15 if VERY_MANY else None,
    )
    yield Comparison(
        f"the same, {min(ROWS, 10_000_000):,} rows, beside the pandas script of a user",
        work=lambda: by_charter(ten_millions, [DELAY]),
        baseline=lambda: by_pandas(ten_millions),
    )
    yield Comparison(
        f"{len(PROMISES)} promises on one month of {ROWS:,} rows, beside as many hand-written queries",
        work=lambda: by_charter(path, PROMISES, *MONTH),
        baseline=lambda: [by_hand(path, delay, ONE_MONTH) for delay in PROMISES],
        at_most=0.4 if MANY else None,
    )
    yield Comparison(
        "five times the rows",
        work=lambda: by_charter(path, [DELAY]),
        baseline=lambda: by_charter(fifth, [DELAY]),
        at_most=5.5,
    )
    print(f"{peak(path):>8} MB  peak memory of a promise counted on {ROWS:,} rows, at most 600", flush=True)


def alone(path: Path) -> int:
    """Counts as the product opens a file; the most memory taken, in MB."""
    from charter.domain.charter_file.sources import ParquetSource  # noqa: PLC0415 heavy
    from charter.sources.connect import Place, open_source  # noqa: PLC0415 heavy

    with open_source("cases", ParquetSource(kind="parquet", path=path.name), Place(path.parent)) as opened:
        counted(opened.table, [DELAY], FIRST, LAST)
    # What getrusage tells may be the parent's.
    told = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(told.split()[1]) // 1024


if __name__ == "__main__":
    print(alone(Path(sys.argv[1])))
