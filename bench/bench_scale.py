"""Counting on many rows: a promise in working days beside hand-written SQL, beside pandas, and 24 promises in one scan.

`BENCH_ROWS=50000000 BENCH_PANDAS_ROWS=10000000 make bench ARGS="--rounds 1 scale"` for the sizes of docs/speed.md; the
rows are Parquet files below var/bench, made in seconds and removed at the end. Memory is the peak of a process of its
own.
"""

import atexit
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bench.comparison import Comparison

ROWS = int(os.environ.get("BENCH_ROWS", "2000000"))
# Row by row takes twenty seconds a million: 10000000 for all of ten.
PANDAS_ROWS = int(os.environ.get("BENCH_PANDAS_ROWS", "50000"))
# What does not grow with the rows (a query made and read, 14,400 cells: a third of a second) weighs on few of them:
# limits are of many.
MANY, VERY_MANY = ROWS >= 10_000_000, ROWS >= 50_000_000
FOLDER = Path(__file__).resolve().parents[1] / "var" / "bench"
AGENCIES, PROMISES, DELAY = 400, range(1, 25), 10
FIRST, LAST = date(2023, 1, 1), date(2025, 12, 31)
MONTH = date(2025, 11, 1), date(2025, 11, 30)
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
SECONDS = 1096 * 86_400
# Cells of a month and an agency; cases judged, met and pending.
Counted = tuple[int, int, int, int]

# Between six and twenty-two o'clock: the hour that summer time skips does not exist, and the charter would say so.
MADE = """
COPY (SELECT opened_at, 'agency-' || lpad(CAST(hash(i, 1) % {agencies} AS VARCHAR), 3, '0') AS agency,
             CASE WHEN i % 20 <> 0 THEN opened_at + to_seconds(CAST(hash(i) % 2000000 AS BIGINT)) END AS closed_at
      FROM (SELECT i, TIMESTAMP '{first}' + to_seconds(s - s % 86400 + 21600 + s % 86400 * 2 // 3) AS opened_at
            FROM (SELECT i, i * {seconds} // {rows} AS s FROM range({rows}) t(i))))
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

    from charter.domain.vocabulary.working_days import WorkingDays  # noqa: PLC0415 heavy

    found = ibis.duckdb.connect(threads=2)
    found.raw_sql(f"CREATE VIEW cases AS SELECT * FROM read_parquet('{path}')")
    calendar = WorkingDays("FR")
    days = [date.fromordinal(day) for day in range(FIRST.toordinal(), LAST.toordinal() + 1)]
    for delay in PROMISES:
        rows = ", ".join(f"(DATE '{day}', DATE '{calendar.add(day, delay)}')" for day in days)
        found.raw_sql(f"CREATE TABLE due_{delay} AS SELECT * FROM (VALUES {rows}) AS t(day, due)")
    return found


def by_hand(path: Path, delay: int = DELAY, where: str = "") -> Counted:
    said = BY_HAND.format(today=f"DATE '{NOW.date()}'", delay=delay, where=where)
    found = engine(path).raw_sql(said).fetchall()
    judged, met, pending = (sum(row[at] for row in found) for at in (2, 3, 4))
    return len(found), judged, met, pending


def by_charter(path: Path, delays: Sequence[int], first: date = FIRST, last: date = LAST) -> Counted:
    return counted(engine(path).table("cases"), delays, first, last)


def counted(table: Any, delays: Sequence[int], first: date, last: date) -> Counted:
    from pydantic import TypeAdapter  # noqa: PLC0415 heavy

    from charter.domain.charter_file.indicators import Indicator  # noqa: PLC0415 heavy
    from charter.domain.vocabulary.periods import periods_of  # noqa: PLC0415 heavy
    from charter.domain.vocabulary.terms import PeriodKind  # noqa: PLC0415 heavy
    from charter.domain.vocabulary.working_days import WorkingDays  # noqa: PLC0415 heavy
    from charter.sources.cells.context import Setting  # noqa: PLC0415 heavy
    from charter.sources.counting.measure import measure_many  # noqa: PLC0415 heavy

    said = {"key": "i", "title": "i", "source": "cases", "kind": "share-within", "unit": "agency"}
    said |= {"start": "opened_at", "stop": "closed_at"}
    read = TypeAdapter(Indicator).validate_python
    indicators = [read(said | {"within": f"{delay} working days"}) for delay in delays]
    months = periods_of(PeriodKind.MONTH, first, last)
    found = measure_many(indicators, table, months, NOW, Setting("Europe/Paris", WorkingDays("FR")))
    whole = found[0].counts()
    return len(found[0].cells), int(whole.denominator), int(whole.numerator), whole.pending


def by_numpy(path: Path) -> Counted:
    """As a person writes it in pandas who knows numpy's working days."""
    import numpy as np  # noqa: PLC0415 heavy
    import pandas as pd  # noqa: PLC0415 heavy

    cases = pd.read_parquet(path)
    opened = cases["opened_at"].dt.normalize().to_numpy().astype("datetime64[D]")
    due = np.busday_offset(opened, DELAY, roll="backward", holidays=_holidays())
    return _summed(cases, pd.Series(due).astype("datetime64[s]"))


def by_pandas(path: Path) -> Counted:
    """As the handbook of pandas says: its own working days, which are reckoned row by row."""
    import pandas as pd  # noqa: PLC0415 heavy

    cases = pd.read_parquet(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pd.errors.PerformanceWarning)
        due = cases["opened_at"].dt.normalize() + pd.offsets.CustomBusinessDay(DELAY, holidays=_holidays())
    return _summed(cases, due)


def _holidays() -> list[date]:
    from charter.domain.vocabulary.working_days import WorkingDays  # noqa: PLC0415 heavy

    calendar = WorkingDays("FR")
    days = (date.fromordinal(day) for day in range(FIRST.toordinal(), NOW.toordinal() + 60))
    return [day for day in days if day.weekday() < 5 and not calendar.is_working(day)]


def _summed(cases: Any, due: Any) -> Counted:
    """The counts of each month and agency from a table of pandas and its days due."""
    cases["pending"] = due >= NOW.replace(tzinfo=None, hour=0)
    cases["judged"] = ~cases["pending"]
    cases["met"] = cases["judged"] & (cases["closed_at"].dt.normalize() <= due)
    cases["month"] = cases["opened_at"].dt.to_period("M")
    found = cases.groupby(["month", "agency"])[["judged", "met", "pending"]].sum()
    judged, met, pending = (int(found[name].sum()) for name in ("judged", "met", "pending"))
    return len(found), judged, met, pending


def require_agreement(path: Path, *others: Callable[[Path], Counted]) -> None:
    """Who is timed has counted the same."""
    mine = by_charter(path, [DELAY])
    for other in others:
        theirs = other(path)
        if theirs != mine:
            raise SystemExit(f"{other.__name__} counts {theirs}, the charter {mine}: nothing can be compared.")


def peak(path: Path) -> str:
    """The most memory that counting takes, in a process of its own, as opened by the product."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.bench_scale", str(path)],
        cwd=FOLDER.parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def comparisons() -> Iterator[Comparison]:
    path, fifth, ten_millions, few = made(ROWS), made(ROWS // 5), made(min(ROWS, 10_000_000)), made(50_000)
    require_agreement(few, by_hand, by_numpy, by_pandas)
    if MANY:
        require_agreement(ten_millions, by_hand, by_numpy)
    yield Comparison(
        f"a promise in working days, {ROWS:,} rows, 36 months x {AGENCIES} agencies, beside hand-written SQL",
        work=lambda: by_charter(path, [DELAY]),
        baseline=lambda: by_hand(path),
        at_most=1.15 if VERY_MANY else None,
    )
    yield Comparison(
        f"the same, {PANDAS_ROWS:,} rows, beside a script with the working days of pandas",
        work=lambda: by_charter(made(PANDAS_ROWS), [DELAY]),
        baseline=lambda: by_pandas(made(PANDAS_ROWS)),
        at_most=0.2 if PANDAS_ROWS >= 10_000_000 else None,
    )
    yield Comparison(
        f"the same, {min(ROWS, 10_000_000):,} rows, beside a script of pandas with the working days of numpy",
        work=lambda: by_charter(ten_millions, [DELAY]),
        baseline=lambda: by_numpy(ten_millions),
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
    from charter.sources.readers.connect import Place, open_source  # noqa: PLC0415 heavy

    with open_source("cases", ParquetSource(kind="parquet", path=path.name), Place(path.parent)) as opened:
        counted(opened.table, [DELAY], FIRST, LAST)
    # What getrusage tells may be the parent's.
    told = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(told.split()[1]) // 1024


if __name__ == "__main__":
    print(alone(Path(sys.argv[1])))
