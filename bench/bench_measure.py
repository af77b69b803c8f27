"""Counting a source: what the contract's counts cost beside a bare SQL count, and one scan beside one per indicator."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bench.comparison import Comparison
from charter.domain.charter_file.indicators import Indicator
from charter.domain.vocabulary.periods import Period, periods_of
from charter.domain.vocabulary.terms import PeriodKind
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting

ROWS, AGENCIES, INDICATORS = 1_000_000, 400, 8
MONTHS = periods_of(PeriodKind.MONTH, date(2025, 1, 1), date(2025, 12, 31))
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SETTING = Setting("Europe/Paris", WorkingDays("FR"), {"agency-007": WorkingDays("FR-57")})

OPENED = f"TIMESTAMP '2025-01-01 08:00:00' + to_seconds(i * 31536000 // {ROWS})"
MADE = f"""
CREATE TABLE cases AS
SELECT {OPENED} AS opened,
       CASE WHEN i % 7 <> 0 THEN {OPENED} + to_seconds(CAST(hash(i) % 2000000 AS BIGINT)) END AS closed,
       'agency-' || lpad(CAST(hash(i, 1) % {AGENCIES} AS VARCHAR), 3, '0') AS agency,
       ['phone', 'mail', 'web'][CAST(1 + hash(i, 2) % 3 AS BIGINT)] AS channel
FROM range({ROWS}) t(i)
"""
BARE = """
SELECT date_trunc('month', opened) AS m, agency, count(*) AS n,
       count(*) FILTER (WHERE closed < opened + INTERVAL 14 DAY) AS met
FROM cases GROUP BY ALL
"""


@cache
def engine() -> Any:
    import ibis  # noqa: PLC0415 heavy

    connection = ibis.duckdb.connect(threads=2)
    connection.raw_sql(MADE)
    return connection


def make(within: str) -> Any:
    said = {
        "key": "i", "title": "i", "source": "cases", "kind": "share-within", "start": "opened", "stop": "closed",
        "within": within, "unit": "agency", "channel": "channel",
    }  # fmt: skip
    return TypeAdapter(Indicator).validate_python(said)


def counted(*within: str, periods: Sequence[Period] = MONTHS) -> None:
    from charter.sources.counting.measure import measure_many  # noqa: PLC0415 heavy

    measure_many([make(each) for each in within], engine().table("cases"), periods, NOW, SETTING)


def comparisons() -> Iterator[Comparison]:
    several = [f"{count} working days" for count in range(3, 3 + INDICATORS)]
    yield Comparison(
        "a year of cases counted by the contract (working days, 400 agencies, 3 channels), beside a bare SQL count",
        work=lambda: counted("10 working days"),
        baseline=lambda: engine().raw_sql(BARE).fetchall(),
    )
    yield Comparison(
        f"{INDICATORS} indicators counted together, beside each alone",
        work=lambda: counted(*several),
        baseline=lambda: [counted(each) for each in several],
        at_most=0.9,
    )
    yield Comparison(
        "a month counted out of a year of cases, beside the year",
        work=lambda: counted("10 working days", periods=MONTHS[-1:]),
        baseline=lambda: counted("10 working days"),
        at_most=0.8,
    )
