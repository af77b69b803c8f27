"""Weak signals: when more observations than before are a rise, and which unit is named."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.frontline.signals import Rise, Told, dispersion, lowest, mid_chance, rise_in
from charter.domain.statistics.intervals import chance_of_at_least


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


QUIET = [Told(1, 31), Told(0, 30), Told(0, 31)]


def test_many_more_than_before_is_a_rise() -> None:
    rise = rise_in([*QUIET, Told(1, 30), Told(6, 31)], 3)
    assert rise is not None
    assert (rise.count, rise.earlier, rise.months, rise.window) == (7, 1, 3, 2)
    # 8 of 8, and half of 7 of 8, in 61 of 153 days.
    share = 61 / 153
    assert rise.chance == pytest.approx(share**8 + 8 * share**7 * (1 - share) / 2)


@pytest.mark.parametrize(
    "line",
    [
        [*[Told(0, 30)] * 12, Told(0, 30), Told(2, 31)],
        [Told(0, 30), Told(5, 30), Told(9, 31)],
        [*QUIET, Told(0, 30), Told(3, 31)],
        [*[Told(6, 31)] * 7, Told(6, 31)],
        [*[Told(0, 30)] * 12, Told(9, 30), Told(0, 31)],
        [*[Told(0, 0)] * 12, Told(9, 30), Told(9, 31)],
    ],
    ids=["few", "untried", "by chance", "known", "over", "no exposure"],
)
def test_few_or_known_or_untried_is_none(line: list[Told]) -> None:
    assert rise_in(line, 3) is None


def test_the_more_is_looked_at_the_rarer_a_signal_must_be() -> None:
    line = [*[Told(1, 30)] * 12, Told(4, 30), Told(5, 30)]
    assert rise_in(line, 3) is not None
    assert rise_in(line, 10_000) is None


def test_only_the_last_two_years_count() -> None:
    rise = rise_in([Told(30, 30), *[Told(0, 30)] * 24, Told(0, 30), Told(5, 30)], 3)
    assert rise is not None
    assert (rise.earlier, rise.months) == (0, 24)


def test_months_that_scatter_by_themselves_make_a_rise_less_of_a_signal() -> None:
    restless = [Told(one, 30) for one in (0, 0, 9, 0, 0, 8, 0, 0, 9, 0, 0, 8)]
    assert dispersion(restless) > 4
    assert dispersion([Told(one, 30) for one in (3, 2, 4, 3, 1, 3, 2, 5, 3, 2, 4, 3)]) == 1
    lately = [Told(6, 30), Told(9, 30)]
    assert rise_in([*restless, *lately], 3) is None
    assert mid_chance(4, 0, 0.5) == pytest.approx(1 / 32)


def test_the_lowest_unit_is_named() -> None:
    rise = Rise(5, 0, 6, 0.001)
    parents = {"vannes": "west", "brest": "west", "west": "company", "company": None, "nice": "company"}
    assert lowest({"company": rise, "west": rise, "vannes": rise}, parents) == {"vannes": rise}
    assert lowest({"west": rise, "nice": rise}, parents) == {"west": rise, "nice": rise}
