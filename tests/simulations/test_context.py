"""How often a volume is said to have risen while its promise fell where nothing happened, and how often it is found."""

from __future__ import annotations

import pytest

from charter.domain.actions.context import Series, reflex_of
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Direction
from tests.simulations.worlds import World, drawn, remembering, seasonal, shifted, stable

TIMES = 600
MONTHS = [parse_period(f"{2020 + at // 12}-{at % 12 + 1:02}").key for at in range(42)]


def told(volume: World, promise: World, months: int) -> float:
    """The share of pairs of series of which it is said."""
    pairs = zip(drawn(volume, months, TIMES, seed=18), drawn(promise, months, TIMES, seed=81), strict=True)
    return sum(reflex_of(series(one), series(other)) is not None for one, other in pairs) / TIMES


def series(values: list[float]) -> Series:
    points = [
        {"period": key, "value": value, "numerator": None, "denominator": None, "status": "kept", "target": None}
        for key, value in zip(MONTHS, values, strict=False)
    ]
    return {"key": "any", "direction": Direction.HIGHER, "is_share": True, "points": points}  # type: ignore[typeddict-item]


@pytest.mark.parametrize("months", [14, 42])
@pytest.mark.parametrize(
    "world", [stable, remembering(0.6), remembering(0.8)], ids=["stable", "memory 0.6", "memory 0.8"]
)
def test_two_series_that_know_nothing_of_each_other_seldom_go_apart(world: World, months: int) -> None:
    assert told(world, world, months) <= 0.012


def test_a_winter_that_comes_each_year_is_no_reflex() -> None:
    def opposed(chance, length):  # type: ignore[no-untyped-def]
        return [1.84 - value for value in seasonal(chance, length)]

    assert told(seasonal, opposed, 42) <= 0.012


@pytest.mark.parametrize(("months", "least"), [(14, 0.35), (42, 0.9)])
def test_a_rise_and_a_fall_of_two_deviations_are_found(months: int, least: float) -> None:
    begun = months - 7
    assert told(shifted(stable, begun, 0.02), shifted(stable, begun, -0.02), months) >= least
