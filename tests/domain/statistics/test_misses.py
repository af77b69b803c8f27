"""How often a level was missed: the count always, the model only where its assumptions hold (methods.md C2)."""

from __future__ import annotations

import random

import pytest

from charter.domain.statistics.chart_reading import Bounds, bounds_of, read_chart
from charter.domain.statistics.misses import Misses, misses_of, short_share
from charter.domain.statistics.seasons import Timed
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Direction, Kind
from tests.simulations.worlds import remembering

SHARE: Bounds | None = bounds_of(Kind.SHARE)


def misses(
    values: list[float], target: float, direction: Direction = Direction.HIGHER, bounds: Bounds | None = SHARE
) -> Misses:
    points = [Timed(parse_period(f"{2023 + at // 12}-{at % 12 + 1:02}"), value) for at, value in enumerate(values)]
    given = [(one.period.key, one.value) for one in points]
    chart = read_chart(given, direction=direction, target=target, bounds=bounds)
    return misses_of(points, target, direction, chart, bounds)


def poisson(mean: float, seed: int) -> list[float]:
    """Arrivals of a month, one after the other."""
    chance, found = random.Random(seed), []
    for _ in range(36):
        waited, count = chance.expovariate(mean), 0
        while waited < 1:
            waited, count = waited + chance.expovariate(mean), count + 1
        found.append(float(count))
    return found


WINTER = [0.93 if at % 12 in (0, 1, 11) else 0.97 + 0.001 * (at % 5) for at in range(36)]
FIVE = {
    "two months at 99 % of 34 at 100 %": ([1.0] * 10 + [0.99] + [1.0] * 12 + [0.99] + [1.0] * 12, 1.0, SHARE, 0.7),
    "three winters below": (WINTER, 0.95, SHARE, 3),
}
LOWER = {
    "two months with one case": ([0.0] * 10 + [1.0] + [0.0] * 12 + [1.0] + [0.0] * 12, 0.7),
    "0.3 cases a month by chance": (poisson(0.3, 4), 3.1),
}


@pytest.mark.parametrize(("values", "target", "bounds", "truth"), FIVE.values(), ids=FIVE)
def test_no_model_is_printed_that_contradicts_what_happened(
    values: list[float], target: float, bounds: Bounds, truth: float
) -> None:
    found = misses(values, target, bounds=bounds)
    assert found.likely_of_12 is None or abs(found.likely_of_12 - truth) <= 1.5
    assert found.of == 12


@pytest.mark.parametrize(("values", "truth"), LOWER.values(), ids=LOWER)
def test_no_model_is_printed_where_the_level_is_at_a_bound(values: list[float], truth: float) -> None:
    found = misses(values, 0, Direction.LOWER, bounds=None)
    assert found.likely_of_12 is None
    assert found.count == sum(value > 0 for value in values[-12:])


def test_a_series_that_remembers_prints_nothing_far_from_its_count() -> None:
    chance, printed = random.Random(9), 0
    for _ in range(200):
        values = remembering(0.8)(chance, 36)
        found = misses(values, 0.91)
        if found.likely_of_12 is not None:
            printed += abs(found.likely_of_12 - 12 * sum(value < 0.91 for value in values) / 36) > 1.5
    assert printed <= 6


def test_a_quiet_process_near_its_level_prints_the_model_beside_the_count() -> None:
    values = [0.90 + 0.01 * ((at * 7) % 5 - 2) for at in range(36)]
    found = misses(values, 0.895)
    assert found.count == sum(value < 0.895 for value in values[-12:])
    assert found.likely_of_12 == pytest.approx(12 * sum(value < 0.895 for value in values) / 36, abs=1.5)


def test_beside_an_open_special_cause_or_a_broken_promise_nothing_says_about_zero() -> None:
    usual = [0.95 + 0.002 * ((at * 7) % 5 - 2) for at in range(35)]
    assert misses([*usual, 0.80], 0.90).likely_of_12 is None
    assert misses([*usual, 0.80], 0.90).count == 1


def test_the_model_is_half_the_periods_where_the_mean_is_the_level_and_mirrored_when_lower_is_better() -> None:
    assert short_share(0.9, 0.9, 0.02, Direction.HIGHER) == pytest.approx(0.5)
    assert short_share(9, 10, 2, Direction.LOWER) == pytest.approx(short_share(10, 9, 2, Direction.HIGHER))
    # The NHS series of methods.md A9: mean .88471, mean moving range .010808, level .95.
    assert short_share(0.95, 0.88471, 0.010808, Direction.HIGHER) == pytest.approx(1, abs=1e-6)
    assert (short_share(10, 9, 0, Direction.HIGHER), short_share(9, 9, 0, Direction.HIGHER)) == (1, 0)
