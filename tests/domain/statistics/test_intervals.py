"""Intervals against published cases, and quantiles against SciPy."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from charter.domain.statistics.intervals import (
    clopper_pearson,
    mean_t,
    nps_interval,
    t_quantile,
    wilson,
)

NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0, 0.1611), (0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("x", "n", "score", "exact"), NEWCOMBE)
def test_wilson_and_clopper_pearson_give_newcombes_cases(
    x: int, n: int, score: tuple[float, float], exact: tuple[float, float]
) -> None:
    assert wilson(x, n, 0.95) == pytest.approx(score, abs=5e-5)
    assert clopper_pearson(x, n, 0.95) == pytest.approx(exact, abs=5e-5)


def test_clopper_pearson_gives_the_case_of_scipys_documentation() -> None:
    assert clopper_pearson(7, 50) == pytest.approx((0.05819, 0.26740), abs=5e-6)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (7, 8, 0.53, 0.98),
        (9, 10, 0.60, 0.98),
        (5, 8, 0.31, 0.86),
        (6, 8, 0.41, 0.93),
        (0, 12, 0, 0.24),
        (0, 11, 0, 0.26),
    ],
)
def test_wilson_of_sector_counts(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n, 0.95) == pytest.approx((low, high), abs=5.1e-3)


def test_wilson_of_a_year_of_cases() -> None:
    """NYC 2023, closed within 30 days."""
    assert wilson(22_217, 34_322, 0.95) == pytest.approx((0.6422, 0.6523), abs=5e-5)


@given(st.integers(1, 3000), st.floats(0, 1), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_agrees_with_scipy(n: int, share: float, level: float) -> None:
    x = round(share * n)
    theirs = stats.binomtest(x, n).proportion_ci(level, "wilson")
    assert wilson(x, n, level) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(st.integers(1, 2000), st.floats(0, 1))
def test_clopper_pearson_agrees_with_scipy(n: int, share: float) -> None:
    x = round(share * n)
    theirs = stats.binomtest(x, n).proportion_ci(0.95, "exact")
    assert clopper_pearson(x, n, 0.95) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(st.integers(1, 400), st.integers(0, 400), st.floats(0.5, 0.999))
def test_wilson_holds_the_share_and_widens_with_the_level(n: int, part: int, level: float) -> None:
    x = part % (n + 1)
    low, high = wilson(x, n, level)
    wider_low, wider_high = wilson(x, n, 0.9995)
    assert 0 <= wider_low <= low <= x / n <= high <= wider_high <= 1


def test_wilson_takes_fractions_and_decimals() -> None:
    assert wilson(Decimal("12.5"), Decimal(50)) == pytest.approx(wilson(12.5, 50.0))


@pytest.mark.parametrize(("x", "n"), [(1, 0), (-1, 10), (11, 10), (0, -5)])
def test_a_share_that_cannot_be_is_refused(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="case"):
        wilson(x, n)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_that_cannot_be_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(1, 2, level)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4.5, 10, 29, 100, 1000, 2000, 2001, 1e5, 1e7])
@pytest.mark.parametrize("probability", [0.75, 0.9, 0.95, 0.975, 0.995, 0.9995])
def test_t_quantile_agrees_with_scipy(degrees: float, probability: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(stats.t.ppf(probability, degrees), rel=1e-9)


def test_mean_t_agrees_with_scipy() -> None:
    marks = [4, 5, 3, 5, 4, 4, 2, 5]
    found = mean_t(len(marks), sum(marks), sum(mark * mark for mark in marks), 0.90)
    theirs = stats.t.interval(0.90, len(marks) - 1, loc=4, scale=stats.sem(marks))
    assert found == pytest.approx(theirs, rel=1e-9)


def test_mean_t_does_not_lose_a_small_spread_on_large_values() -> None:
    values = [Decimal("1000000000.1"), Decimal("1000000000.2"), Decimal("1000000000.3")]
    found = mean_t(3, sum(values), sum(value * value for value in values), 0.95)
    assert found is not None
    assert found[1] - found[0] == pytest.approx(2 * 4.302653 * 0.1 / 3**0.5, rel=1e-4)


def test_mean_t_needs_two_cases_and_may_have_no_width() -> None:
    assert mean_t(1, 4, 16) is None
    assert mean_t(0, 0, 0) is None
    assert mean_t(5, 20, 80) == (4, 4)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((50, 30, 20), 14.1, 44.2), ((5, 3, 2), -19.1, 65.2), ((10, 0, 0), 47.5, 100)],
)
def test_nps_interval_gives_the_published_cases(counts: tuple[int, int, int], low: float, high: float) -> None:
    assert nps_interval(*counts, 0.95) == pytest.approx((low, high), abs=0.06)


def test_nps_interval_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one answer"):
        nps_interval(0, 0, 0)
    with pytest.raises(ValueError, match="no negative count"):
        nps_interval(5, -1, 0)
