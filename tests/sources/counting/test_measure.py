"""Each rule of counting on a table small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import Measured, measure

Run = Callable[..., Measured]


def judged(numerator: int, denominator: int, stopped: int, **more: Any) -> Counts:
    return Counts(numerator=numerator, denominator=denominator, stopped=stopped, **more)


# --- share-within: days -------------------------------------------------------------------------------------------


def test_case_stopped_on_its_last_day_is_in_time_and_the_day_after_is_not(count: Run) -> None:
    found = count([{"a": "2026-10-05", "b": "2026-10-07"}, {"a": "2026-10-05", "b": "2026-10-08"}])
    assert found.cells == [Cell("2026-10", "", "", "", judged(1, 2, 2))]


def test_start_day_is_day_zero(count: Run) -> None:
    rows = [{"a": "2026-10-05T23:59", "b": "2026-10-05T23:59:30"}, {"a": "2026-10-05T23:59", "b": "2026-10-06T00:01"}]
    assert count(rows, within="0 days").counts() == judged(1, 2, 2)


def test_open_case_past_its_last_day_has_failed(count: Run) -> None:
    assert count([{"a": "2026-10-05", "b": None}, {"a": "2026-10-05", "b": ""}]).counts() == judged(0, 2, 0)


def test_case_is_pending_through_its_last_day_closed_or_not(count: Run, on_day: Callable[..., datetime]) -> None:
    rows = [{"a": "2026-10-05", "b": "2026-10-05"}, {"a": "2026-10-05", "b": None}]
    assert count(rows, as_of=on_day(2026, 10, 7)).counts() == Counts(pending=2)
    assert count(rows, as_of=on_day(2026, 10, 8)).counts() == judged(1, 2, 1)


def test_last_day_passes_at_local_midnight(count: Run) -> None:
    rows = [{"a": "2026-10-05", "b": "2026-10-05"}]
    # 7 October ends in Paris at 22:00 UTC.
    assert count(rows, as_of=datetime(2026, 10, 7, 21, 59, tzinfo=UTC)).counts() == Counts(pending=1)
    assert count(rows, as_of=datetime(2026, 10, 7, 22, 0, tzinfo=UTC)).counts() == judged(1, 1, 1)


def test_start_after_now_is_not_there_and_stop_after_now_has_not_happened(
    count: Run, on_day: Callable[..., datetime]
) -> None:
    rows = [{"a": "2026-10-05", "b": "2026-10-20"}, {"a": "2026-10-15", "b": None}, {"a": "2026-10-10T13:30", "b": ""}]
    found = count(rows, as_of=on_day(2026, 10, 10, 11), within="1 day")  # 13:00 in Paris
    assert found.counts() == judged(0, 1, 0)
    assert found.latest == date(2026, 10, 5)
    assert found.rows_read == 3


# --- share-within: working days, months ---------------------------------------------------------------------------


def test_working_days_skip_the_holiday_of_the_units_own_calendar(count: Run) -> None:
    # Good Friday 18 April 2025 is worked in France, not in Moselle; Monday 21 is Easter Monday for all.
    rows = [
        {"a": "2025-04-17", "b": "2025-04-22", "unit": "Paris"},
        {"a": "2025-04-17", "b": "2025-04-23", "unit": "Paris"},
        {"a": "2025-04-17", "b": "2025-04-23", "unit": "Metz"},
        {"a": "2025-04-17", "b": "2025-04-24", "unit": "Metz"},
        {"a": "2025-04-17", "b": "2025-04-23", "unit": None},
    ]
    setting = Setting("Europe/Paris", WorkingDays("FR"), {"Metz": WorkingDays("FR-57")})
    found = count(rows, within="2 working days", unit="unit", periods=["2025-04"], setting=setting)
    assert {cell.unit: cell.counts for cell in found.cells} == {
        "": judged(0, 1, 1),
        "Metz": judged(1, 2, 2),
        "Paris": judged(1, 2, 2),
    }


def test_working_days_skip_saint_stephen_in_moselle_and_closed_days_everywhere(count: Run) -> None:
    rows = [{"a": "2025-12-24", "b": "2025-12-26"}, {"a": "2025-12-24", "b": "2025-12-29"}]
    fields = {"within": "1 working day", "periods": ["2025-12"], "as_of": datetime(2026, 2, 1, tzinfo=UTC)}
    closed = frozenset({date(2025, 12, 26)})
    for calendar, met in ((WorkingDays("FR"), 1), (WorkingDays("FR-57"), 2), (WorkingDays("FR", closed), 2)):
        assert count(rows, setting=Setting("Europe/Paris", calendar), **fields).counts() == judged(met, 2, 2)


def test_case_started_on_a_saturday_has_its_first_working_day_on_monday(count: Run) -> None:
    rows = [{"a": "2026-10-03", "b": "2026-10-05"}, {"a": "2026-10-03", "b": "2026-10-06"}]
    assert count(rows, within="1 working day").counts() == judged(1, 2, 2)


@pytest.mark.parametrize(
    ("start", "last"),
    [("2024-01-31", "2024-02-29"), ("2023-01-31", "2023-02-28"), ("2024-02-29", "2024-03-29")],
)
def test_month_ends_on_the_same_day_clamped_to_the_months_end(count: Run, start: str, last: str) -> None:
    after = date.fromisoformat(last).toordinal() + 1
    rows = [{"a": start, "b": last}, {"a": start, "b": date.fromordinal(after).isoformat()}]
    assert count(rows, within="1 month", periods=[start[:7]]).counts() == judged(1, 2, 2)


# --- share-within: elapsed time -----------------------------------------------------------------------------------


def test_elapsed_time_counts_to_the_fraction_of_a_second(count: Run) -> None:
    rows = [
        {"a": "2026-10-05T10:00:00.250", "b": "2026-10-05T10:01:30.250"},
        {"a": "2026-10-05T10:00:00.250", "b": "2026-10-05T10:01:30.250001"},
        {"a": "2026-10-05 10:00", "b": None},
    ]
    assert count(rows, within="90 seconds").counts() == judged(1, 3, 2)


def test_elapsed_case_is_pending_until_its_deadline_has_passed(count: Run) -> None:
    rows = [{"a": "2026-10-05T10:00", "b": "2026-10-05T10:05"}]
    # 10:00 in Paris is 08:00 UTC.
    assert count(rows, within="2 hours", as_of=datetime(2026, 10, 5, 10, tzinfo=UTC)).counts() == Counts(pending=1)
    assert count(rows, within="2 hours", as_of=datetime(2026, 10, 5, 10, 0, 1, tzinfo=UTC)).counts() == judged(1, 1, 1)


def test_paused_minutes_do_not_count(count: Run) -> None:
    rows = [
        {"a": "2026-10-05T10:00", "b": "2026-10-05T11:30", "p": "30"},
        {"a": "2026-10-05T10:00", "b": "2026-10-05T11:30", "p": "29.5"},
        {"a": "2026-10-05T10:00", "b": "2026-10-05T11:00", "p": None},
        {"a": "2026-10-05T10:00", "b": "2026-10-05T11:00", "p": "lunch"},
    ]
    found = count(rows, within="1 hour", paused="p").counts()
    assert found == judged(2, 3, 3, excluded={"unreadable": 1})


def test_night_of_the_change_of_clocks_adds_or_takes_no_hour(count: Run) -> None:
    # 25 October 2026: 01:30 to 03:30 is three hours in Paris. 29 March 2026: 01:30 to 03:30 is one hour.
    autumn = [{"a": "2026-10-25T01:30", "b": "2026-10-25T03:30"}]
    assert count(autumn, within="2 hours").counts() == judged(0, 1, 1)
    assert count(autumn, within="3 hours").counts() == judged(1, 1, 1)
    spring = [{"a": "2026-03-29T01:30", "b": "2026-03-29T03:30"}]
    assert count(spring, within="1 hour", periods=["2026-03"]).counts() == judged(1, 1, 1)


def test_night_of_the_change_of_clocks_in_new_york(count: Run) -> None:
    setting = Setting("America/New_York", WorkingDays("US-NY"))
    rows = [{"a": "2026-11-01T00:30", "b": "2026-11-01T02:30"}]  # three hours
    assert count(rows, within="2 hours", periods=["2026-11"], setting=setting).counts() == judged(0, 1, 1)
    # The same two instants with their zones, on a server in UTC.
    zoned = [{"a": "2026-11-01T04:30:00Z", "b": "2026-11-01T07:30:00Z"}]
    assert count(zoned, within="3 hours", periods=["2026-11"], setting=setting).counts() == judged(1, 1, 1)


# --- local dates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "period"),
    [
        ("2026-09-30T21:59:59Z", "2026-09"),
        ("2026-09-30T22:00:00Z", "2026-10"),
        ("2026-09-30 22:00:00+00", "2026-10"),
        ("2026-09-30T23:30:00+0200", "2026-09"),
        ("2026-10-01T00:30:00+05:30", "2026-09"),
        ("2026-10-01T00:00", "2026-10"),
        (" 2026-10-01 ", "2026-10"),
        ("2026-10-31T23:59:59.999999999", "2026-10"),
        ("2026-10-31T23:59:59,9Z", "2026-11"),
    ],
)
def test_row_belongs_to_the_period_of_its_local_date(count: Run, start: str, period: str) -> None:
    found = count([{"a": start}], "count", periods=["2026-09", "2026-10", "2026-11"])
    assert [(cell.period, cell.counts.numerator) for cell in found.cells] == [(period, 1)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pa.date32(), date(2026, 10, 1)),
        (pa.timestamp("us"), datetime(2026, 10, 1, 0, 0)),  # noqa: DTZ001 a naive local time
        (pa.timestamp("s"), datetime(2026, 10, 31, 23, 59, 59)),  # noqa: DTZ001
        (pa.timestamp("us", "UTC"), datetime(2026, 9, 30, 22, 0, tzinfo=UTC)),
        (pa.timestamp("us", "UTC"), datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)),
        (pa.timestamp("ns"), datetime(2026, 10, 31, 23, 59, 59, 999999)),  # noqa: DTZ001
    ],
)
def test_typed_dates_and_instants_are_read_in_the_charters_zone(count: Run, kind: Any, value: Any) -> None:
    found = count([{"a": value}, {"a": None}], "count", types={"a": kind}, periods=["2026-09", "2026-10", "2026-11"])
    assert [(cell.period, cell.counts.numerator) for cell in found.cells] == [("2026-10", 1)]
    assert found.undated == 1


def test_nanoseconds_before_midnight_stay_on_their_day(count: Run, engine: Any, make_indicator: Any) -> None:
    engine.raw_sql("CREATE OR REPLACE TABLE fine AS SELECT TIMESTAMP_NS '2026-10-31 23:59:59.999999999' AS a")
    setting = Setting("Europe/Paris", WorkingDays("FR"))
    now = datetime(2027, 1, 1, tzinfo=UTC)
    found = measure(make_indicator("count"), engine.table("fine"), [parse_period("2026-10")], now, setting)
    assert found.counts().numerator == 1


def test_rows_without_a_readable_date_are_undated(count: Run) -> None:
    rows = [{"a": "2026-10-05"}, {"a": None}, {"a": ""}, {"a": "tomorrow"}, {"a": "2026-02-30"}, {"a": "2026-09-05"}]
    found = count(rows, "count")
    assert (found.counts().numerator, found.undated, found.rows_read) == (1, 4, 6)


def test_undated_rows_are_counted_after_where_and_distinct_and_before_exclude(count: Run) -> None:
    rows = [
        {"a": "2026-10-05", "k": "1", "t": "x"},
        {"a": None, "k": "1", "t": "x"},
        {"a": None, "k": "2", "t": "x"},
        {"a": None, "k": "2", "t": "x"},
        {"a": None, "k": "3", "t": "y"},
        {"a": None, "k": "4", "t": "dup"},
    ]
    exclude = [{"where": {"t": "dup"}, "reason": "duplicate"}]
    assert count(rows, "count", distinct="k", where={"t": ["x", "dup"]}, exclude=exclude).undated == 2


def test_latest_tells_whether_the_source_reaches_past_the_period(count: Run) -> None:
    rows = [{"a": "2026-10-05", "t": "x"}, {"a": "2026-11-02T08:00", "t": "y"}, {"a": "2099-01-01", "t": "x"}]
    assert count(rows, "count", where={"t": "x"}).latest == date(2026, 11, 2)
    assert count([{"a": None}], "count").latest is None


# --- the order of a row's fate ------------------------------------------------------------------------------------


def test_distinct_keeps_the_earliest_start_over_all_periods(count: Run) -> None:
    rows = [
        {"a": "2026-09-30", "b": "2026-10-01", "k": "1"},
        {"a": "2026-10-05", "b": "2026-10-05", "k": "1"},
        {"a": "2026-10-06", "b": "2026-10-06", "k": "2"},
        {"a": "2026-10-07", "b": None, "k": "2"},
    ]
    found = count(rows, distinct="k", periods=["2026-09", "2026-10"])
    assert [(cell.period, cell.counts) for cell in found.cells] == [
        ("2026-09", judged(1, 1, 1)),
        ("2026-10", judged(1, 1, 1)),
    ]


def test_distinct_prefers_a_row_with_a_stop_then_the_smallest_unit(count: Run) -> None:
    rows = [
        {"a": "2026-10-05", "b": None, "k": "1", "unit": "A"},
        {"a": "2026-10-05", "b": "2026-10-06", "k": "1", "unit": "B"},
        {"a": "2026-10-05", "b": "2026-10-06", "k": "2", "unit": None},
        {"a": "2026-10-05", "b": "2026-10-06", "k": "2", "unit": "D"},
        {"a": "2026-10-05", "b": "2026-10-06", "k": "2", "unit": "C"},
    ]
    found = count(rows, distinct="k", unit="unit")
    assert {cell.unit: cell.counts for cell in found.cells} == {"B": judged(1, 1, 1), "C": judged(1, 1, 1)}


def test_rows_without_a_key_are_each_kept(count: Run) -> None:
    rows = [{"a": "2026-10-05", "k": None}, {"a": "2026-10-05", "k": ""}, {"a": "2026-10-05", "k": "1"}] * 2
    assert count(rows, "count", distinct="k").counts().numerator == 5


def test_where_comes_before_distinct_and_distinct_before_exclude(count: Run) -> None:
    rows = [
        {"a": "2026-10-04", "k": "1", "t": "other"},
        {"a": "2026-10-05", "k": "1", "t": "dup"},
        {"a": "2026-10-06", "k": "1", "t": "x"},
    ]
    exclude = [{"where": {"t": "dup"}, "reason": "duplicate"}]
    found = count(rows, "count", distinct="k", where={"t": {"not": "other"}}, exclude=exclude)
    assert found.counts() == Counts(excluded={"duplicate": 1})


def test_first_exclusion_that_matches_gives_the_reason_and_comes_before_data_errors(count: Run) -> None:
    exclude = [
        {"where": {"t": "x"}, "reason": "first"},
        {"where": {"t": ["x", "y"]}, "reason": "second"},
        {"where": {"t": "z"}, "reason": "first"},
    ]
    rows = [{"a": "2026-10-05", "b": "2026-10-01", "t": t} for t in "xyzw"]
    found = count(rows, exclude=exclude)
    assert found.counts() == Counts(excluded={"first": 2, "second": 1, "stop before start": 1})


def test_stop_before_start_is_excluded_by_dates_when_the_stop_is_a_plain_date(count: Run) -> None:
    rows = [
        {"a": "2026-10-05T14:00", "b": "2026-10-05"},
        {"a": "2026-10-05T14:00", "b": "2026-10-05T00:00:00"},
        {"a": "2026-10-05T14:00", "b": "2026-10-05T13:59"},
        {"a": "2026-10-05T14:00", "b": "2026-10-04"},
    ]
    assert count(rows).counts() == judged(2, 2, 2, excluded={"stop before start": 2})
    # Elapsed time has only instants: midnight is before two o'clock, a day alone is no instant.
    assert count(rows[:3], within="3 hours").counts() == Counts(excluded={"stop before start": 2, "no hour": 1})


def test_stop_that_cannot_be_read_is_excluded(count: Run) -> None:
    rows = [{"a": "2026-10-05", "b": "yesterday"}, {"a": "2026-10-05", "b": "2026-10-06"}]
    assert count(rows).counts() == judged(1, 1, 1, excluded={"unreadable": 1})


def test_exclusions_are_counted_in_their_period_and_unit(count: Run) -> None:
    rows = [
        {"a": "2026-09-05", "t": "dup", "unit": "A"},
        {"a": "2026-10-05", "t": "dup", "unit": "A"},
        {"a": "2026-10-05", "t": "x", "unit": "B"},
    ]
    exclude = [{"where": {"t": "dup"}, "reason": "duplicate"}]
    found = count(rows, "count", exclude=exclude, unit="unit")
    assert found.cells == [
        Cell("2026-10", "A", "", "", Counts(excluded={"duplicate": 1})),
        Cell("2026-10", "B", "", "", Counts(numerator=1, denominator=1)),
    ]


# --- units, channels, segments ------------------------------------------------------------------------------------


def test_units_channels_and_segments_make_cells(count: Run) -> None:
    rows = [
        {"a": "2026-10-05", "r": "North", "o": "Lille", "c": "phone", "s": "new"},
        {"a": "2026-10-05", "r": "North", "o": None, "c": None, "s": "new"},
        {"a": "2026-10-05", "r": None, "o": "", "c": "phone", "s": "old"},
    ]
    found = count(rows, "count", unit=["r", "o"], channel="c", segment=["s"])
    assert [(cell.unit, cell.channel, cell.segment) for cell in found.cells] == [
        ("", "phone", "old"),
        ("North", "", "new"),
        ("North › Lille", "phone", "new"),
    ]


@pytest.mark.parametrize(
    ("kind", "values"), [(pa.int64(), [12, None]), (pa.float64(), [12.0, float("nan")]), (pa.string(), ["12", ""])]
)
def test_unit_is_compared_as_text(count: Run, kind: Any, values: list[Any]) -> None:
    rows = [{"a": "2026-10-05", "unit": value} for value in values]
    found = count(rows, "count", unit="unit", types={"a": pa.string(), "unit": kind})
    assert [cell.unit for cell in found.cells] == ["", "12"]


def test_units_that_the_charter_does_not_know_are_told_and_counted(count: Run) -> None:
    setting = Setting("Europe/Paris", WorkingDays("FR"), units=frozenset({"A"}))
    rows = [{"a": "2026-10-05", "unit": unit} for unit in ("A", "B", None)]
    found = count(rows, "count", unit="unit", setting=setting)
    assert (found.unknown_units, found.counts().numerator) == (("", "B"), 3)


# --- share, mean, nps, count and the others -----------------------------------------------------------------------


def test_share_of_rows_that_meet_a_condition(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": v} for v in ("8", "7", "10", None, "x")]
    found = count(rows, "share", success={"v": {"at_least": 8}})
    assert found.counts() == Counts(numerator=2, denominator=5)


def test_share_of_sums_leaves_out_the_cases_of_rows_with_a_missing_number(count: Run) -> None:
    rows = [
        {"a": "2026-10-05", "run": "90", "late": "9", "planned": "100"},
        {"a": "2026-10-06", "run": "10.5", "late": "0.25", "planned": "10.5"},
        {"a": "2026-10-07", "run": "50", "late": "", "planned": "50"},
        {"a": "2026-10-07", "run": "50", "late": "none", "planned": "40"},
        {"a": "2026-10-08", "run": "50", "late": "2", "planned": ""},
    ]
    found = count(rows, "share", numerator={"plus": ["run"], "minus": ["late"]}, denominator="planned")
    assert found.counts() == Counts(
        numerator=Decimal("91.25"), denominator=Decimal("110.5"), excluded={"missing value": 51, "unreadable": 40}
    )


def test_mean_of_decimals_is_exact(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": v} for v in ["0.1"] * 10 + [None, "?"]]
    found = count(rows, "mean", value="v").counts()
    assert found == Counts(denominator=10, total=1, squares=Decimal("0.1"), excluded={"missing value": 2})


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.int32(), [1, 2, None]),
        (pa.float64(), [1.0, 2.0, None]),
        (pa.float64(), [1.0, 2.0, float("nan")]),
        (pa.decimal128(12, 2), [Decimal("1.00"), Decimal("2.00"), None]),
        (pa.string(), ["1", "2.0", ""]),
    ],
)
def test_mean_of_typed_numbers(count: Run, kind: Any, values: list[Any]) -> None:
    rows = [{"a": "2026-10-05", "v": value} for value in values]
    found = count(rows, "mean", value="v", types={"a": pa.string(), "v": kind}).counts()
    assert found == Counts(denominator=2, total=3, squares=5, excluded={"missing value": 1})


def test_mean_of_floats_with_few_decimals_is_exact(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": value} for value in (0.1, 0.2, 0.3)]
    found = count(rows, "mean", value="v", types={"a": pa.string(), "v": pa.float64()}).counts()
    assert (found.total, found.squares) == (Decimal("0.6"), Decimal("0.14"))


def test_mean_of_other_floats_is_near(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": value} for value in (1 / 3, 1e-9, 2 / 3)]
    found = count(rows, "mean", value="v", types={"a": pa.string(), "v": pa.float64()}).counts()
    assert float(found.total) == pytest.approx(1.000000001)


@pytest.mark.parametrize(
    ("unit", "total", "squares"),
    [
        ("days", 3, 9),
        ("working days", 1, 1),
        ("hours", Decimal("72.5"), Decimal("5256.25")),
        ("minutes", 4350, 4350**2),
        ("seconds", 261000, 261000**2),
    ],
)
def test_mean_delay_in_each_unit(count: Run, unit: str, total: Any, squares: Any) -> None:
    # Friday 2 October 10:00 to Monday 5 October 10:30; one open; one stopped before it started.
    rows = [
        {"a": "2026-10-02T10:00", "b": "2026-10-05T10:30"},
        {"a": "2026-10-02T10:00", "b": None},
        {"a": "2026-10-02T10:00", "b": "2026-10-01T10:00"},
    ]
    found = count(rows, "mean", start="a", stop="b", **{"in": unit}).counts()
    assert found == Counts(denominator=1, total=total, squares=squares, pending=1, excluded={"stop before start": 1})


def test_nps_counts_promoters_and_detractors_of_whole_answers_from_0_to_10(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": v} for v in ["10", "9", "9.0", "8", "7", "6", "0", "11", "-1", "7.5", "", "good"]]
    found = count(rows, "nps", value="v").counts()
    assert found == Counts(
        denominator=7,
        promoters=3,
        detractors=2,
        excluded={"outside 0-10": 3, "missing value": 1, "unreadable": 1},
    )


def test_an_effort_counts_each_whole_answer_of_its_scale(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": v} for v in ["1", "1.0", "2", "3", "5", "0", "6", "4.5", "", "easy", None]]
    said = {"question": "?", "scale": {"from": 1, "to": 5, "hard": "high"}}
    assert count(rows, "effort", value="v", **said).counts() == Counts(
        numerator=3,
        denominator=5,
        steps={"1": 2, "2": 1, "3": 1, "5": 1},
        excluded={"outside the scale": 3, "missing value": 2, "unreadable": 1},
    )


def test_availability_is_time_up_of_total_time(count: Run) -> None:
    rows = [{"a": "2026-10-05", "u": "23.5", "t": "24"}, {"a": "2026-10-06", "u": "24", "t": "24"}]
    found = count(rows, "availability", up="u", total="t").counts()
    assert (found.numerator, found.denominator) == (Decimal("47.5"), 48)


def test_yes_no_is_yes_of_those_asked(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": v} for v in ("yes", "True", "1", "no", "F", "0", None, "perhaps")]
    assert count(rows, "yes-no", success="v").counts() == Counts(
        numerator=3, denominator=6, excluded={"missing value": 1, "unreadable": 1}
    )


def test_money_is_summed_in_cents(count: Run) -> None:
    rows = [{"a": "2026-10-05", "v": v} for v in ("12.50", "0.105", "30", "")]
    found = count(rows, "money", value="v").counts()
    assert found == Counts(numerator=3, denominator=3, total=1250 + 11 + 3000, excluded={"missing value": 1})


def test_tiers_are_judged_together_when_the_longest_has_passed(count: Run, on_day: Callable[..., datetime]) -> None:
    tiers = [{"within": "2 days", "target": 0.5}, {"within": "10 days", "target": 1}]
    rows = [
        {"a": "2026-10-01", "b": "2026-10-02"},
        {"a": "2026-10-01", "b": "2026-10-08"},
        {"a": "2026-10-01", "b": "2026-10-20"},
        {"a": "2026-10-20", "b": "2026-10-20"},
    ]
    found = count(rows, tiers=tiers, as_of=on_day(2026, 10, 25))
    assert found.counts() == judged(1, 3, 3, pending=1, steps={"2 days": 1, "10 days": 2})


def test_ceiling_waits_for_its_own_delay(count: Run, on_day: Callable[..., datetime]) -> None:
    rows = [{"a": "2026-10-01", "b": "2026-10-02"}, {"a": "2026-10-10", "b": "2026-10-10"}]
    found = count(rows, within="2 days", ceiling={"beyond": "10 days", "at_most": 0.1}, as_of=on_day(2026, 10, 15))
    assert found.counts() == judged(1, 1, 1, pending=1, steps={"2 days": 1, "10 days": 1})


def test_kind_that_is_not_measured_from_a_source_is_refused(
    make_indicator: Any, make_table: Any, paris: Setting
) -> None:
    indicator = make_indicator("yes-no", success="manual")
    now = datetime(2027, 1, 1, tzinfo=UTC)
    with pytest.raises(SourceError, match="kind yes-no is not measured from a source yet"):
        measure(indicator, make_table([{"a": "2026-10-05", "v": "1"}]), [parse_period("2026-10")], now, paris)


# --- what cannot be read ------------------------------------------------------------------------------------------


def test_missing_column_is_named_with_near_names(count: Run) -> None:
    with pytest.raises(SourceError, match=r"“cases” has no column “opendate”: did you mean “open_date”"):
        count([{"open_date": "2026-10-05", "b": ""}], "count", date="opendate")
    with pytest.raises(SourceError, match="no column “zzz”: its columns are “open_date”, “b”"):
        count([{"open_date": "2026-10-05", "b": ""}], "count", date="zzz")


def test_column_without_one_readable_date_is_refused_with_an_example(count: Run) -> None:
    with pytest.raises(SourceError, match="column “a”: “05/10/26” is not a date like 2026-10-05"):
        count([{"a": "05/10/26"}, {"a": ""}], "count")


def test_column_without_one_readable_number_is_refused_with_an_example(count: Run) -> None:
    with pytest.raises(SourceError, match=r"column “v”: “12 €” is not a number like 12, 12.5 or 12,5"):
        count([{"a": "2026-10-05", "v": "12 €"}, {"a": "2026-10-05", "v": None}], "mean", value="v")


def test_whole_numbers_are_not_dates(count: Run) -> None:
    with pytest.raises(SourceError, match="“20261005” is not a date"):
        count([{"a": 20261005}], "count", types={"a": pa.int64()})


def test_source_without_rows_has_no_cells(count: Run) -> None:
    found = count([], "count", types={"a": pa.string()})
    assert (found.cells, found.rows_read, found.undated, found.latest) == ([], 0, 0, None)
