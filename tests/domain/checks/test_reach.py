"""How far a source reaches into a period: days that are missing, rows that are dated by period, a hole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.checks.reach import Hole, Missing, days_missing, hole_in, longer, may_be_short
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Kind

MARCH = parse_period("2026-03")


def every(first: str, last: str, step: int = 1, but: Sequence[str] = ()) -> list[date]:
    """Days from the first to the last, every so many, without some."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [start + timedelta(days=at) for at in range(0, (end - start).days + 1, step)]
    return [day for day in days if day.isoformat() not in but]


def every_text(first: str, last: str) -> list[str]:
    return [day.isoformat() for day in every(first, last)]


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


@pytest.mark.parametrize(
    ("days", "found"),
    [
        # The export of March stops on the 12th, that of April is whole; it begins on the 20th; a week without rows.
        (every("2026-01-01", "2026-04-30", but=every_text("2026-03-13", "2026-03-31")), ("03-12", "04-01", 19)),
        (every("2026-01-01", "2026-04-30", but=every_text("2026-03-01", "2026-03-19")), ("02-28", "03-20", 19)),
        (every("2026-01-01", "2026-04-30", but=every_text("2026-03-13", "2026-03-19")), None),
        (every("2026-01-01", "2026-04-30", but=every_text("2026-03-13", "2026-03-20")), ("03-12", "03-21", 8)),
        # Gaps as long as half of it were there before; too few days tell no habit; nothing comes after.
        (every("2026-01-01", "2026-04-30", 7), None),
        (every("2025-11-01", "2026-04-30", 4, ["2026-02-09", *every_text("2026-03-03", "2026-03-12")]), None),
        (every("2026-03-01", "2026-04-30", but=every_text("2026-03-13", "2026-03-31")), None),
        (every("2026-01-01", "2026-03-12"), None),
    ],
)
def test_a_hole_between_days_with_rows(days: list[date], found: tuple[str, str, int] | None) -> None:
    hole = hole_in(MARCH, dict.fromkeys(days, 3))
    assert (hole and (f"{hole.after:%m-%d}", f"{hole.before:%m-%d}", hole.days)) == found
    assert hole is None or hole.rows == 3 * hole.days
    assert hole_in(MARCH, dict.fromkeys(days, 3), lambda _: False) is None


def test_a_hole_is_as_long_as_it_is_in_the_period() -> None:
    days = every("2026-01-01", "2026-04-30", but=every_text("2026-02-20", "2026-03-04"))
    rows = dict.fromkeys(days, 2)
    assert hole_in(MARCH, rows) == Hole(date(2026, 2, 19), date(2026, 3, 5), 4, 8)
