"""Who stands out of a funnel, small numbers over longer times, and what mix does to a total."""

from __future__ import annotations

import random
from typing import Any

import pytest

from charter.domain.statistics.units import Part, added, funnel_of, longer_of, mix_of
from tests.simulations.worlds import kept_of

SIZES = [20, 35, 50, 80, 120, 200, 300, 450]


def steady(chance: random.Random, share: float = 0.9) -> list[Part]:
    return [Part(str(at), kept_of(chance, share, size), size) for at, size in enumerate(SIZES * 5)]


def test_the_lowest_of_many_is_not_named_where_chance_explains_it() -> None:
    chance, named = random.Random(4), 0
    for _ in range(100):
        funnel = funnel_of(steady(chance))
        assert funnel is not None
        named += len(funnel.outside)
    assert named <= 100 * len(SIZES) * 5 * 0.002 * 1.5


def test_a_unit_that_is_really_lower_is_named_with_its_side() -> None:
    parts = [*steady(random.Random(5)), Part("vannes", 120, 200)]
    funnel = funnel_of(parts)
    assert funnel is not None
    assert dict(funnel.outside) == {"vannes": "low"}
    edges = funnel.limits(200)
    assert edges.low > 120 / 200
    assert funnel.limits(50).low < edges.low


def test_one_that_stands_out_among_few_does_not_widen_its_own_funnel() -> None:
    funnel = funnel_of([Part("a", 90, 100), Part("b", 91, 100), Part("c", 89, 100), Part("d", 50, 100)])
    assert funnel is not None
    assert "d" in funnel.outside


def test_units_that_scatter_by_themselves_widen_the_funnel() -> None:
    chance = random.Random(6)
    parts = [Part(str(at), kept_of(chance, chance.gauss(0.85, 0.05), 400), 400) for at in range(40)]
    funnel = funnel_of(parts)
    assert funnel is not None
    assert funnel.sigma > 2
    assert len(funnel.outside) <= 2


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [Part("a", 9, 10), Part("b", 1, 10)],
        [Part(name, 10, 10) for name in "abcd"],
        [Part(name, 0, 10) for name in "abcd"],
        [Part(name, 0, 0) for name in "abcd"],
    ],
)
def test_no_funnel_is_drawn_of_too_few_or_at_a_bound(parts: list[Part]) -> None:
    assert funnel_of(parts) is None


def test_a_rate_has_no_upper_bound_and_huge_counts_are_no_trouble() -> None:
    rates = [Part(str(at), 30 + at % 3, 10_000) for at in range(10)] + [Part("x", 95, 10_000)]
    funnel = funnel_of(rates, is_rate=True)
    assert funnel is not None
    assert dict(funnel.outside) == {"x": "high"}
    huge = [Part("a", 9 * 10**8, 10**9), Part("b", 9 * 10**8 + 10, 10**9), Part("c", 9 * 10**8 - 7, 10**9)]
    found = funnel_of(huge)
    assert found is not None
    assert not found.outside


def test_a_total_that_falls_though_every_unit_rises_is_mix() -> None:
    before = [Part("a", 90, 100), Part("b", 50, 100)]
    now = [Part("a", 46, 50), Part("b", 78, 150)]
    mix = mix_of(before, now)
    assert mix is not None
    assert mix.change == pytest.approx(124 / 200 - 140 / 200)
    assert mix.rate == pytest.approx(0.02, abs=1e-9)
    assert mix.mix == pytest.approx(-0.1, abs=1e-9)
    assert mix.is_worth_saying


def test_without_a_move_of_weights_there_is_nothing_to_say_of_mix() -> None:
    mix = mix_of([Part("a", 90, 100), Part("b", 50, 100)], [Part("a", 80, 100), Part("b", 40, 100)])
    assert mix is not None
    assert (mix.rate, mix.mix, mix.is_worth_saying) == (pytest.approx(-0.1), pytest.approx(0), False)
    assert mix_of([], [Part("a", 1, 2)]) is None


def test_a_unit_that_came_only_moves_weight() -> None:
    mix = mix_of([Part("a", 90, 100)], [Part("a", 90, 100), Part("new", 10, 100)])
    assert mix is not None
    assert mix.rate == 0
    assert mix.change == pytest.approx(0.5 - 0.9)


def test_periods_of_a_unit_are_added_by_their_counts() -> None:
    assert added([Part("a", 9, 10), Part("a", 40, 50)], "a") == Part("a", 49, 60)


def points(*counts: tuple[int | None, int | None], broken: int | None = None) -> list[dict[str, Any]]:
    """A line of months up to October, oldest first; at `broken` the definition changed."""
    found = [{"period": "2026-10", "numerator": kept, "denominator": of} for kept, of in counts]
    return [point | ({"break": True} if at == broken else {}) for at, point in enumerate(found)]


def view(line: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"kind": "share", "period": "2026-10", "reason": "too-few", "series": line} | more


def test_of_few_cases_a_month_three_and_twelve_months_are_added() -> None:
    line = points(*[(4, 8)] * 10, (5, 5), (3, 6), (1, 4))
    assert longer_of(view(line)) == [
        {"months": 3, "value": pytest.approx(9 / 15), "cases": 15},
        {"months": 12, "value": pytest.approx((9 * 4 + 9) / (9 * 8 + 15)), "cases": 87},
    ]


def test_months_are_counted_as_they_were_measured_never_as_they_were_asked_for() -> None:
    assert [one["months"] for one in longer_of(view(points(*[(4, 8)] * 5)))] == [3, 5]
    assert [one["months"] for one in longer_of(view(points((4, 8), (4, 8))))] == [2]
    assert [one["months"] for one in longer_of(view(points((4, 8), (None, None), (0, 0), (4, 8), (4, 8))))] == [2, 3]
    assert longer_of(view(points((4, 8)))) == []


def test_months_before_a_changed_definition_are_left_out() -> None:
    assert [one["cases"] for one in longer_of(view(points(*[(4, 8)] * 6, broken=4)))] == [16]


@pytest.mark.parametrize(
    "more",
    [{"reason": None}, {"kind": "mean"}, {"tiers": [{}]}, {"period": "2026-Q3"}, {"amounts": {}}, {"series": []}],
)
def test_nothing_stands_in_where_cases_cannot_be_added_or_a_month_can_be_judged(more: dict[str, Any]) -> None:
    assert longer_of(view(points(*[(4, 8)] * 5), **more)) == []


def test_a_rate_is_of_its_volume_and_has_its_events_as_cases() -> None:
    line = points(*[(2, 1000)] * 3)
    assert longer_of(view(line, kind="rate", per=1000)) == [{"months": 3, "value": pytest.approx(2.0), "cases": 6}]
