"""Weak signals: when more observations than before are a rise, and which unit is named."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.frontline.signals import Rise, chance_of_at_least, lowest, rise_in


def test_chance_is_that_of_the_binomial_law() -> None:
    # 1 - P(0) - P(1) of a binomial of 4 with 1/4: 67/256.
    assert chance_of_at_least(2, 4, 0.25) == pytest.approx(67 / 256, abs=1e-12)
    assert chance_of_at_least(0, 4, 0.25) == pytest.approx(1.0)
    assert chance_of_at_least(4, 4, 0.5) == pytest.approx(1 / 16)


@given(st.integers(1, 400), st.integers(0, 400), st.floats(0.01, 0.99))
def test_chance_agrees_with_the_sum_of_exact_terms(count: int, more: int, share: float) -> None:
    of = count + more
    exact = math.fsum(
        math.exp(math.log(math.comb(of, k)) + k * math.log(share) + (of - k) * math.log(1 - share))
        for k in range(count, of + 1)
    )
    assert chance_of_at_least(count, of, share) == pytest.approx(min(exact, 1.0), rel=1e-8)


QUIET = [(1, 31), (0, 30), (0, 31)]


def test_many_more_than_before_is_a_rise() -> None:
    rise = rise_in((6, 31), QUIET)
    assert rise is not None
    assert (rise.count, rise.earlier, rise.months) == (6, 1, 3)
    # 6 or 7 of 7 in 31 of 123 days.
    share = 31 / 123
    assert rise.chance == pytest.approx(7 * share**6 * (1 - share) + share**7)


@pytest.mark.parametrize(
    ("month", "earlier"),
    [
        ((2, 31), [(0, 30)] * 12),
        ((9, 31), [(0, 30)] * 2),
        ((3, 31), QUIET),
        ((6, 31), [(6, 31)] * 6),
        ((0, 31), [(9, 31)] * 6),
    ],
)
def test_few_or_known_or_untried_is_none(month: tuple[int, int], earlier: list[tuple[int, int]]) -> None:
    assert rise_in(month, earlier) is None


def test_only_the_last_twelve_months_count() -> None:
    rise = rise_in((5, 30), [(500, 30), *[(0, 30)] * 12])
    assert rise is not None
    assert (rise.earlier, rise.months) == (0, 12)


def test_the_lowest_unit_is_named() -> None:
    rise = Rise(5, 0, 6, 0.001)
    parents = {"vannes": "west", "brest": "west", "west": "company", "company": None, "nice": "company"}
    assert lowest({"company": rise, "west": rise, "vannes": rise}, parents) == {"vannes": rise}
    assert lowest({"west": rise, "nice": rise}, parents) == {"west": rise, "nice": rise}
