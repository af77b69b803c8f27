"""The grouped query against a slow reading of the contract in plain Python, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charter.domain.vocabulary.counts import Counts, add_up, exact
from charter.domain.vocabulary.periods import add_months, parse_period
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import measure, measure_many

ZONE = ZoneInfo("Europe/Paris")
FR, MOSELLE = WorkingDays("FR"), WorkingDays("FR-57")
SETTING = Setting("Europe/Paris", FR, {"Metz": MOSELLE})
PERIODS = [parse_period(key) for key in ("2025-10", "2025-11", "2025-12")]

Case = tuple[dict[str, Any], Any, Any, Any]
# An example costs its query, hardly its rows: few of many rows.
SLOW = settings(max_examples=9, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Around the change of clocks of 26 October 2025, Armistice, Christmas and Saint Stephen.
DAYS = st.sampled_from(
    [
        *(date(2025, 9, 30), date(2025, 10, 1), date(2025, 10, 25), date(2025, 10, 26), date(2025, 10, 27)),
        *(date(2025, 10, 31), date(2025, 11, 10), date(2025, 11, 28), date(2025, 12, 24), date(2025, 12, 26)),
        *(date(2025, 12, 31), date(2026, 1, 2)),
    ]
)
CLOCKS = st.sampled_from(
    ["00:00:00", "00:30", "01:59:59", "02:30:00", "03:00:00", "23:59:59.999999", "09:15:00.5", "23:30"]
)
ZONES = st.sampled_from(["", "", "", "Z", "+00:00", "+02:00", "-05:00", "+0530", "+02"])


@st.composite
def moments(draw: st.DrawFn) -> str | None:
    form = draw(st.integers(0, 9))
    if form == 0:
        return draw(st.sampled_from([None, ""]))
    if form == 1:
        return draw(st.sampled_from(["soon", "2025-02-30", "2025-10-26T25:00", "26th October"]))
    day = draw(DAYS).isoformat()
    if form < 5:
        return day
    return f"{day}{draw(st.sampled_from(['T', ' ']))}{draw(CLOCKS)}{draw(ZONES)}"


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "a": moments(),
            "b": moments(),
            "unit": st.sampled_from(["Metz", "Paris", None, ""]),
            "key": st.sampled_from(["k1", "k2", "k3", None, ""]),
            "type": st.sampled_from(["x", "y", "dup", None]),
            "paused": st.sampled_from(["0", "30", "1.5", None]),
        }
    ),
    min_size=2,
    max_size=36,
)
NOW = st.sampled_from(
    [
        datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
        datetime(2025, 10, 31, 23, 30, tzinfo=UTC),
        datetime(2025, 12, 26, 10, tzinfo=UTC),
        datetime(2026, 6, 1, tzinfo=UTC),
    ]
)


DAY = len("2026-01-31")


def read(text: str | None) -> tuple[date, datetime, bool] | None:
    """Local day, instant, whether the local time is midnight."""
    if not text or text[0] not in "12":
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=ZONE)
    local = aware.astimezone(ZONE) if found.tzinfo else found
    return local.date(), aware.astimezone(UTC), local.time() == datetime.min.time()


def last_in_time(start: date, count: int, unit: str, place: str | None) -> date:
    if unit == "days":
        return start + timedelta(days=count)
    if unit == "months":
        return add_months(start, count)
    day, calendar = start, MOSELLE if place == "Metz" else FR
    while count:
        day += timedelta(days=1)
        count -= calendar.is_working(day)
    return day


def rows_that_count(rows: list[dict[str, Any]], as_of: datetime, distinct: bool) -> list[Case]:
    """What is left after where and distinct: each row with its start, its stop as written and as happened."""
    seen = []
    for row in rows:
        start, stop = read(row["a"]), read(row["b"])
        if row["type"] != "y" and not (start and start[1] > as_of):
            seen.append((row, start, stop, stop if stop and stop[1] <= as_of else None))
    if not distinct:
        return seen

    def order(case: Case) -> Any:
        row, start, _, happened = case
        return start is None, start[1] if start else as_of, happened is None, not row["unit"], row["unit"] or ""

    keys = sorted({row["key"] for row, *_ in seen if row["key"]})
    chosen = [min((case for case in seen if case[0]["key"] == key), key=order) for key in keys]
    return [case for case in seen if not case[0]["key"]] + chosen


def judge(case: Case, within: str, as_of: datetime) -> Counts:
    """The fate of one dated row."""
    row, start, stop, happened = case
    number, unit = within.split(" ", 1)
    elapses = unit in ("seconds", "minutes", "hours")
    if row["type"] == "dup":
        return Counts(excluded={"duplicate": 1})
    if row["b"] and stop is None:
        return Counts(excluded={"unreadable": 1})
    if elapses and (len(row["a"]) <= DAY or (stop and len(row["b"]) <= DAY)):
        return Counts(excluded={"no hour": 1})
    by_date = happened and not elapses and happened[2]
    if happened and (happened[0] < start[0] if by_date else happened[1] < start[1]):
        return Counts(excluded={"stop before start": 1})
    if elapses:
        end = start[1] + timedelta(**{unit: int(number)}) + timedelta(minutes=float(row["paused"] or 0))
        passed, met = as_of > end, bool(happened and happened[1] <= end)
    else:
        last = last_in_time(start[0], int(number), unit, row["unit"])
        passed, met = as_of.astimezone(ZONE).date() > last, bool(happened and happened[0] <= last)
    return Counts(numerator=int(met), denominator=1, stopped=int(bool(happened))) if passed else Counts(pending=1)


def reference(
    rows: list[dict[str, Any]], within: str, as_of: datetime, distinct: bool
) -> tuple[dict[Any, Counts], int]:
    cases = rows_that_count(rows, as_of, distinct)
    cells: dict[Any, Counts] = defaultdict(Counts)
    for case in cases:
        row, start, *_ = case
        period = next((p.key for p in PERIODS if start and p.contains(start[0])), None)
        if period:
            cells[period, row["unit"] or ""] += judge(case, within, as_of)
    return dict(cells), sum(start is None for _, start, *_ in cases)


@SLOW
@given(
    rows=ROWS,
    within=st.sampled_from(
        ["0 days", "2 days", "1 working days", "5 working days", "1 months", "90 seconds", "45 minutes", "26 hours"]
    ),
    as_of=NOW,
    distinct=st.booleans(),
)
def test_share_within_counts_as_the_contract_says(
    rows: list[dict[str, Any]],
    within: str,
    as_of: datetime,
    distinct: bool,
    make_table: Callable[..., Any],
    make_indicator: Callable[..., Any],
) -> None:
    # A table in which nothing of a column can be read is refused: one good row keeps the columns readable.
    good = {"a": "2024-01-01T10:00", "b": "2024-01-02T09:00", "unit": "Paris", "key": None, "type": "x", "paused": "0"}
    table_rows = [*rows, good]
    if distinct and any(
        x["key"] and x["key"] == y["key"] and (read(x["a"]) or (0, 0))[1] == (read(y["a"]) or (0, 0))[1]
        for at, x in enumerate(rows)
        for y in rows[:at]
    ):
        rows = [dict(row, key=f"k{at}") for at, row in enumerate(rows)]
        table_rows = [*rows, good]
    indicator = make_indicator(
        within=within,
        paused="paused",
        unit="unit",
        where={"type": {"not": "y"}},
        exclude=[{"where": {"type": "dup"}, "reason": "duplicate"}],
        **({"distinct": "key"} if distinct else {}),
    )
    expected, undated = reference(table_rows, within, as_of, distinct)
    found = measure(indicator, make_table(table_rows), PERIODS, as_of, SETTING)
    assert {(cell.period, cell.unit): cell.counts for cell in found.cells} == expected
    assert found.undated == undated
    assert found.rows_read == len(table_rows)


NUMBERS = st.sampled_from(["1", "2.5", "0", "-3", "10", " 7 ", "x", "", None, "1e1"])


@SLOW
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"a": moments(), "ok": NUMBERS, "of": NUMBERS, "unit": st.sampled_from(["Metz", "Paris", None])}
        ),
        min_size=2,
        max_size=36,
    ),
    bound=st.integers(-1, 8),
)
def test_share_and_mean_count_as_the_contract_says(
    rows: list[dict[str, Any]], bound: int, make_table: Callable[..., Any], make_indicator: Callable[..., Any]
) -> None:
    rows = [*rows, {"a": "2024-01-01T00:00:00", "ok": "1", "of": "1", "unit": "Paris"}]
    as_of = datetime(2026, 6, 1, tzinfo=UTC)
    tested, summed, mean = (defaultdict(Counts) for _ in range(3))
    for row in rows:
        start = read(row["a"])
        period = next((p.key for p in PERIODS if start and p.contains(start[0])), None)
        if period is None:
            continue
        cell = period, row["unit"] or ""
        ok, of = (None if row[c] in ("x", "", None) else Decimal(row[c]) for c in ("ok", "of"))
        tested[cell] += Counts(numerator=int(ok is not None and ok >= bound), denominator=1)
        for kind, columns in ((summed, ("ok", "of")), (mean, ("ok",))):
            # A row of sums stands for its own denominator, where that can be read.
            left_out = exact(of) if kind is summed and of is not None else 1
            if "x" in [row[c] for c in columns]:
                kind[cell] += Counts(excluded={"unreadable": left_out})
            elif any(row[c] in ("", None) for c in columns):
                kind[cell] += Counts(excluded={"missing value": left_out})
            elif kind is summed:
                kind[cell] += Counts(numerator=ok - of, denominator=of)
            else:
                kind[cell] += Counts(denominator=1, total=ok, squares=ok * ok)
    found = measure_many(
        [
            make_indicator("share", unit="unit", success={"ok": {"at_least": bound}}),
            make_indicator("share", unit="unit", numerator={"plus": ["ok"], "minus": ["of"]}, denominator="of"),
            make_indicator("mean", unit="unit", value="ok"),
        ],
        make_table(rows),
        PERIODS,
        as_of,
        SETTING,
    )
    for measured, expected in zip(found, (tested, summed, mean), strict=True):
        whole = {cell: _without_nothing(counts) for cell, counts in expected.items()}
        assert {(cell.period, cell.unit): cell.counts for cell in measured.cells} == whole


def _without_nothing(counts: Counts) -> Counts:
    return replace(counts, excluded={reason: cases for reason, cases in counts.excluded.items() if cases})


@SLOW
@given(rows=ROWS, as_of=NOW)
def test_counts_add_over_units_and_periods(
    rows: list[dict[str, Any]], as_of: datetime, make_table: Callable[..., Any], make_indicator: Callable[..., Any]
) -> None:
    rows = [*rows, {"a": "2024-01-01T00:00:00", "b": "2024-01-02", "unit": "Paris", "key": "k", "type": "x"}]
    table = make_table(rows)
    fine = measure(make_indicator(within="3 days", unit="unit", channel="type"), table, PERIODS, as_of, SETTING)
    coarse = measure(make_indicator(within="3 days"), table, [parse_period("2025-Q4")], as_of, SETTING)
    assert add_up(cell.counts for cell in fine.cells) == coarse.counts()
    assert fine.undated == coarse.undated


@pytest.mark.parametrize("within", ["2 days", "5 working days", "1 month", "30 hours"])
def test_indicators_counted_together_count_as_each_alone(
    within: str, make_table: Callable[..., Any], make_indicator: Callable[..., Any]
) -> None:
    rows = [
        {"a": f"2025-10-{day:02d}T10:00:00", "b": f"2025-11-{day:02d}T08:00:00", "unit": "Metz", "type": "xy"[day % 2]}
        for day in range(1, 29)
    ]
    table = make_table(rows)
    indicators = [
        make_indicator(within=within, unit="unit"),
        make_indicator(within="31 days", unit="unit", where={"type": "x"}),
        make_indicator("count", unit="unit", exclude=[{"where": {"type": "y"}, "reason": "other"}]),
        make_indicator(within="30 days", distinct="a"),
    ]
    as_of = datetime(2026, 6, 1, tzinfo=UTC)
    together = measure_many(indicators, table, PERIODS, as_of, SETTING)
    assert together == [measure(each, table, PERIODS, as_of, SETTING) for each in indicators]
