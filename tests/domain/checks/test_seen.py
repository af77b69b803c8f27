"""What a run saw of its source: days that are missing, rows that are dated by period, a row that is a total."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.checks.seen import Missing, Seen, beside, days_missing, doubled_by, longer, may_be_short
from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Kind

MARCH = parse_period("2026-03")


def every(first: str, last: str, step: int = 1, but: Sequence[str] = ()) -> list[date]:
    """Days from the first to the last, every so many, without some."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [start + timedelta(days=at) for at in range(0, (end - start).days + 1, step)]
    return [day for day in days if day.isoformat() not in but]


def worked(first: str, last: str) -> list[date]:
    return [day for day in every(first, last) if day.weekday() < 5]


@pytest.mark.parametrize(
    ("days", "kind", "period", "found"),
    [
        # An export that stops on the 10th, on the 20th, three days before the end.
        (every("2026-01-01", "2026-03-10"), "share", "2026-03", Missing(21, 0)),
        (every("2026-01-01", "2026-03-20"), "share", "2026-03", Missing(11, 0)),
        (every("2026-01-01", "2026-03-28"), "share", "2026-03", Missing()),
        (every("2026-01-01", "2026-03-27"), "share", "2026-03", Missing(4, 0)),
        # A day without a row is no end; days not worked are not missed.
        (every("2026-01-01", "2026-04-10", but=["2026-03-12"]), "count", "2026-03", Missing()),
        (worked("2026-01-01", "2026-05-29"), "count", "2026-05", Missing()),
        # Weekly and fortnightly files have natural gaps.
        (every("2026-01-01", "2026-03-26", 7), "share", "2026-03", Missing()),
        (every("2026-01-01", "2026-03-19", 7), "share", "2026-03", Missing(12, 0)),
        (every("2026-01-01", "2026-03-26", 14), "share", "2026-03", Missing()),
        # The source begins in the middle of a month; two days called March.
        (every("2026-03-12", "2026-04-30"), "share", "2026-03", Missing(0, 11)),
        (every("2026-03-04", "2026-04-30"), "share", "2026-03", Missing()),
        (every("2026-03-01", "2026-03-02"), "share", "2026-03", Missing(29, 0)),
        # Rows dated by month, at its beginning, its end or within it; by year; by quarter.
        ([date(2026, at, 1) for at in (2, 3)], "share", "2026-03", Missing()),
        ([date(2026, 2, 28), date(2026, 3, 31)], "count", "2026-02", Missing()),
        ([date(2026, 1, 9), date(2026, 2, 14), date(2026, 3, 15)], "money", "2026-03", Missing()),
        ([date(2025, 1, 1), date(2026, 1, 1)], "rate", "2026", Missing()),
        ([date(2026, 1, 1)], "availability", "2026", Missing()),
        ([date(2026, 3, 2)], "share", "2026-03", Missing()),
        ([date(2026, 3, 2)], "count", "2026-03", Missing(29, 0)),
        ([date(2026, 3, 1)], "share-within", "2026-03", Missing()),
        ([date(2025, 10, 1), date(2026, 1, 1)], "share", "2026-Q2", Missing(91, 0)),
        # A yearly figure of monthly rows whose last months are not there.
        ([date(2026, at, 1) for at in range(1, 10)], "sum", "2026", Missing(121, 0)),
        ([date(2026, at, 1) for at in range(1, 13)], "count", "2026", Missing()),
        ([], "count", "2026-03", Missing()),
    ],
)
def test_days_that_a_source_does_not_reach(days: list[date], kind: str, period: str, found: Missing) -> None:
    of = Kind(kind) if kind != "sum" else Kind.MONEY
    assert days_missing(parse_period(period), days, of) == found


def test_days_on_which_nobody_works_are_not_missed() -> None:
    december, closed = parse_period("2026-12"), set(every("2026-12-24", "2027-01-03"))
    days = every("2026-10-01", "2026-12-23")
    assert days_missing(december, days, Kind.SHARE, lambda day: day not in closed) == Missing()
    assert days_missing(december, days, Kind.SHARE) == Missing(8, 0)


def test_what_is_read_from_two_sources_lacks_what_either_lacks() -> None:
    assert longer(Missing(3, 0), Missing(1, 2)) == Missing(3, 2)


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 4, 30)), min_size=2))
def test_days_need_not_be_looked_at_where_the_ends_are_near(some: set[date]) -> None:
    days = sorted(some)
    if not may_be_short(MARCH, days[0], days[-1]):
        assert days_missing(MARCH, days, Kind.SHARE_WITHIN) == Missing()


@given(
    st.builds(
        Seen,
        st.none() | st.dates(),
        st.none() | st.dates(),
        st.integers(0, 400),
        st.integers(0, 400),
        st.dictionaries(st.text(), st.integers(1, 10**9) | st.decimals("0.5", 10**6, places=2)),
        st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
    )
)
def test_what_was_seen_is_kept_and_read_back(seen: Seen) -> None:
    assert Seen.from_json(seen.as_json()) == seen
    assert Seen.from_json(None) is None


def test_cases_stand_beside_the_median_of_the_periods_before() -> None:
    found = beside(Seen(), 70, [100, 90, 120, 80])
    assert (found.cases, found.median, found.of) == (70, 95, 4)
    assert beside(Seen(), 70, []).median is None


TREE = UnitTree(
    [
        Unit.model_validate({"key": key, "name": key, "parent": parent, "kind": "unit"})
        for key, parent in [("company", None), ("north", "company"), ("lille", "north"), ("metz", "company")]
    ]
)
SHARE: Any = TypeAdapter(Indicator).validate_python(
    {"key": "i", "title": "i", "source": "cases", "kind": "share", "date": "d", "numerator": "n", "denominator": "m"}
)


def cells(**counts: tuple[int, int]) -> list[Cell]:
    return [Cell("2026-03", unit, "", "", Counts(n, of)) for unit, (n, of) in counts.items()]


@pytest.mark.parametrize(
    ("counts", "is_doubled"),
    [
        ({"lille": (40, 50), "metz": (30, 50), "France": (70, 100)}, True),
        ({"lille": (400, 500), "metz": (300, 500), "France": (701, 1004)}, True),
        ({"lille": (400, 500), "metz": (300, 500), "France": (700, 1006)}, False),
        # Many by chance, but not as many met; too few to say anything.
        ({"lille": (40, 50), "metz": (30, 50), "Nice": (20, 100)}, False),
        ({"lille": (1, 1), "Nice": (1, 1)}, False),
        # A unit above others whose own rows are their sum.
        ({"lille": (40, 50), "metz": (30, 50), "company": (70, 100)}, True),
        ({"lille": (40, 50), "metz": (30, 50), "north": (40, 50)}, True),
        ({"France": (70, 100)}, False),
    ],
)
def test_a_row_that_is_the_sum_of_the_others_is_named(counts: dict[str, tuple[int, int]], *, is_doubled: bool) -> None:
    said = doubled_by(SHARE, TREE, cells(**counts))
    assert (said is not None) is is_doubled
    if said is not None:
        assert f"“{list(counts)[-1]}”" in str(said)
        assert "total row" in str(said)


def test_the_share_of_rows_of_a_period_is_exact() -> None:
    assert Seen(dated=(1, 4)).share_of_dated == Decimal("0.25")
    assert Seen().share_of_dated == 1
