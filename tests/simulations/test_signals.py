"""How many weak signals a year of chance brings, and whether a threefold rise is found (methods.md C7, "accept")."""

from __future__ import annotations

import random

from charter.domain.frontline.signals import MOST_MONTHS, WINDOW, Told, rise_in
from tests.simulations.worlds import arrivals

CELLS, BEFORE = 960, MOST_MONTHS + WINDOW
MEANS = (0.5, 1.0, 2.0, 3.0)


def months(chance: random.Random, mean: float, count: int) -> list[Told]:
    return [Told(arrivals(chance, mean), 30) for _ in range(count)]


def signals(line: list[Told]) -> list[bool]:
    """Of each month after the first, whether it is a signal."""
    return [rise_in(line[: at + 1], CELLS) is not None for at in range(BEFORE, len(line))]


def test_chance_brings_few_signals_a_year() -> None:
    chance = random.Random(3)
    assert sum(sum(signals(months(chance, MEANS[at % 4], BEFORE + 12))) for at in range(CELLS)) <= 6


def test_a_threefold_rise_of_two_months_is_found_where_there_is_enough_to_see() -> None:
    chance = random.Random(4)
    lines = [months(chance, 3.0, BEFORE) + months(chance, 9.0, 2) for _ in range(600)]
    assert sum(any(signals(line)) for line in lines) / 600 >= 0.6
