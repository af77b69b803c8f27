"""How often charts see something where nothing happened, and whether they see what did (methods.md C4, C5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from charter.domain.statistics.chart_kinds import Cases, Measured
from charter.domain.statistics.chart_reading import CHART_PERIODS, chart_end, variation_of
from charter.domain.vocabulary.terms import Direction, Kind
from tests.simulations.worlds import World, cases_kept, drawn, poisson, seasonal, shifted, stable

YEAR = 12
TIMES = 100


def worse(values: Sequence[float], measured: Measured, direction: Direction = Direction.HIGHER) -> list[bool]:
    """Of each month of the fourth year, whether its chart says that it is worse."""
    found = []
    for at in range(CHART_PERIODS, CHART_PERIODS + YEAR):
        window = slice(at - CHART_PERIODS + 1, at + 1)
        end = chart_end(values[window], Measured(measured.kind, measured.year, measured.cases[window]))
        found.append(str(variation_of(end, direction)).startswith("concern"))
    return found


def rate(
    world: World, measure: Callable[[Sequence[float]], Measured], direction: Direction = Direction.HIGHER
) -> float:
    """How many times a year a chart says "worse"."""
    series = drawn(world, CHART_PERIODS + YEAR, TIMES, seed=5)
    return sum(sum(worse(values, measure(values), direction)) for values in series) / TIMES


def of_months(values: Sequence[float]) -> Measured:
    return Measured(Kind.MEAN, YEAR)


def counted(values: Sequence[float]) -> Measured:
    return Measured(Kind.COUNT, YEAR, [Cases(value, None) for value in values])


SIZES = [12.0 if at % 12 == 7 else 400.0 for at in range(CHART_PERIODS + YEAR)]


def of_cases(values: Sequence[float]) -> Measured:
    return Measured(Kind.SHARE, YEAR, [Cases(value * n, n) for value, n in zip(values, SIZES, strict=True)])


def test_every_winter_is_no_special_cause() -> None:
    assert rate(seasonal, of_months) <= 0.3


def test_a_drop_of_three_deviations_is_seen_in_its_season() -> None:
    seen = 0
    for values in drawn(shifted(seasonal, CHART_PERIODS, -0.015), CHART_PERIODS + YEAR, TIMES, seed=5):
        seen += any(worse(values, of_months(values))[1:7])
    assert seen / TIMES >= 0.9


def test_normal_data_are_seldom_called_worse() -> None:
    assert rate(stable, of_months) <= 0.15


@pytest.mark.parametrize("mean", [0.1, 0.3])
def test_rare_events_are_seldom_called_worse(mean: float) -> None:
    assert rate(poisson(mean), counted, Direction.LOWER) <= 0.15


def test_a_month_of_few_cases_is_seldom_called_worse() -> None:
    assert rate(cases_kept(0.9, SIZES), of_cases) <= 0.15


def test_rare_events_that_come_five_at_once_are_seen() -> None:
    values = [*next(drawn(poisson(0.3), CHART_PERIODS - 1, 1, seed=5)), 5.0]
    assert variation_of(chart_end(values, counted(values)), Direction.LOWER) == "concern-high"
