from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import (
    Period,
    add_months,
    parse_period,
    parts_of,
    period_at,
    periods_back,
    periods_of,
    year_before,
)
from charter.domain.vocabulary.terms import PeriodKind

KINDS = st.sampled_from(list(PeriodKind))
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("key", "start", "end", "following", "before"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2027", "2025"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "2027-Q1", "2026-Q3"),
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "2026-11", "2026-09"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-03", "2024-01"),
        ("2026-W41", date(2026, 10, 5), date(2026, 10, 11), "2026-W42", "2026-W40"),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3), "2027-W01", "2026-W52"),
        ("2025-W01", date(2024, 12, 30), date(2025, 1, 5), "2025-W02", "2024-W52"),
        ("2026-10-05", date(2026, 10, 5), date(2026, 10, 5), "2026-10-06", "2026-10-04"),
    ],
)
def test_period_written_has_its_days_and_neighbours(
    key: str, start: date, end: date, following: str, before: str
) -> None:
    period = parse_period(key)
    assert (period.start, period.end, period.key) == (start, end, key)
    assert (period.next().key, period.previous().key) == (following, before)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-13", "2026-Q5", "2026-W54", "2025-W53", "2026-02-29", "2026-1", "octobre", "0000", "２０２６"],
)
def test_period_written_wrongly_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid, match="is not a period: write a year 2026") as refused:
        parse_period(text)
    assert refused.value.field == "period"


@pytest.mark.parametrize("text", ["0001-01", "1899", "9999-12", "9999-W52", "9999-12-31", "9999", "2201-Q1"])
def test_period_that_nobody_can_mean_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid, match=r"is out of range: periods lie in the years 1900 to 2200\.") as refused:
        parse_period(text)
    assert refused.value.field == "period"


def test_period_starts_on_its_first_day() -> None:
    with pytest.raises(ValueError, match="not the first day"):
        Period(PeriodKind.MONTH, date(2026, 10, 2))


@given(KINDS, DAYS)
def test_period_of_a_day_holds_it_and_reads_back(kind: PeriodKind, day: date) -> None:
    period = period_at(kind, day)
    assert period.contains(day)
    assert parse_period(period.key) == period
    assert period.next().previous() == period
    assert period.next().start == period.end + timedelta(days=1)
    assert period < period.next()


def test_periods_of_are_whole() -> None:
    keys = [p.key for p in periods_of(PeriodKind.MONTH, date(2026, 1, 2), date(2026, 4, 29))]
    assert keys == ["2026-02", "2026-03"]
    assert [p.key for p in periods_of(PeriodKind.MONTH, date(2026, 1, 1), date(2026, 1, 31))] == ["2026-01"]
    assert periods_of(PeriodKind.YEAR, date(2026, 1, 1), date(2026, 12, 30)) == []
    assert [p.key for p in periods_of(PeriodKind.WEEK, date(2026, 10, 5), date(2026, 10, 19))] == [
        "2026-W41",
        "2026-W42",
    ]


def test_parts_of_a_year_are_its_months_quarters_and_iso_weeks() -> None:
    year = parse_period("2026")
    assert [p.key for p in parts_of(year, PeriodKind.QUARTER)] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert len(parts_of(year, PeriodKind.MONTH)) == 12
    weeks = [p.key for p in parts_of(year, PeriodKind.WEEK)]
    assert (len(weeks), weeks[0], weeks[-1]) == (53, "2026-W01", "2026-W53")
    assert parts_of(year, PeriodKind.YEAR) == [year]


@given(st.integers(2000, 2050))
def test_parts_of_months_share_the_weeks_of_a_year_without_loss(year: int) -> None:
    whole = parse_period(f"{year}")
    months = parts_of(whole, PeriodKind.MONTH)
    assert [w for m in months for w in parts_of(m, PeriodKind.WEEK)] == parts_of(whole, PeriodKind.WEEK)


def test_months_are_clamped_to_the_end_of_the_month() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2026, 11, 30), 1) == date(2026, 12, 30)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-10", "2025-10"),
        ("2026-Q1", "2025-Q1"),
        ("2026", "2025"),
        ("2026-W41", "2025-W41"),
        ("2026-W53", None),
        ("2024-02-29", None),
        ("2026-10-05", "2025-10-05"),
    ],
)
def test_the_same_period_of_the_year_before(period: str, before: str | None) -> None:
    found = year_before(parse_period(period))
    assert (found and found.key) == before


def test_periods_back_end_with_the_calendar() -> None:
    assert [one.key for one in periods_back(parse_period("2026-02"), 3)] == ["2026-02", "2026-01", "2025-12"]
    first = Period(PeriodKind.MONTH, date(1, 1, 1))
    assert [one.key for one in periods_back(first, 3)] == ["0001-01"]
