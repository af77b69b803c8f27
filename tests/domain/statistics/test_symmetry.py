"""Two figures of the same units: the error that is stated is the error that is made."""

from __future__ import annotations

from random import Random

import pytest
from scipy.stats import spearmanr

from charter.domain.statistics.symmetry import ERROR, FEWEST_UNITS, Verdict, go_together


def pairs(units: int, link: float, seed: int, decimals: int = 1) -> list[tuple[float, float]]:
    """Units with a common part and noise; rounded, so that some are equal."""
    random = Random(seed)
    found = []
    for _ in range(units):
        common = random.gauss(0, 1)
        one, other = (link * common + (1 - link) * random.gauss(0, 1) for _ in range(2))
        found.append((round(one, decimals), round(other, decimals)))
    return found


def test_the_correlation_of_ranks_is_spearmans() -> None:
    for seed in range(5):
        found = pairs(24, 0.4, seed)
        told = go_together(found)
        assert told.correlation == pytest.approx(spearmanr(*zip(*found, strict=True)).statistic)
        assert told.chance == pytest.approx(spearmanr(*zip(*found, strict=True)).pvalue, abs=0.02)


def test_without_a_link_it_is_wrong_as_seldom_as_it_says() -> None:
    told = [go_together(pairs(14, 0.0, seed)) for seed in range(80)]
    wrong = sum(one.verdict is not Verdict.NOTHING for one in told)
    assert wrong <= 10, "5 in 100 are stated: of 80, more than 10 come about once in 500"
    shared = sum((one.chance or 0) <= ERROR / 10 for one in told)
    assert shared <= 3, "shared among ten pairs, each is wrong a tenth as often"
    by_choice = next(pairs(14, 0.0, seed) for seed, one in enumerate(told) if one.verdict is not Verdict.NOTHING)
    assert go_together(by_choice, looks=40).verdict is Verdict.NOTHING


def test_a_strong_link_is_found_and_its_direction_told() -> None:
    together = go_together(pairs(40, 0.7, 1))
    assert (together.verdict, together.units) == (Verdict.TOGETHER, 40)
    assert 0 < (together.chance or 0) <= ERROR
    against = go_together([(one, -other) for one, other in pairs(40, 0.7, 1)])
    assert against.verdict is Verdict.AGAINST
    assert against.correlation == pytest.approx(-(together.correlation or 0))


def test_few_units_and_figures_that_do_not_vary_conclude_nothing() -> None:
    line = [(float(one), float(one)) for one in range(FEWEST_UNITS - 1)]
    assert go_together(line) == (Verdict.TOO_FEW, FEWEST_UNITS - 1, None, None)
    assert go_together([*line, (99.0, 99.0)]).verdict is Verdict.TOGETHER
    assert go_together([(1.0, float(one)) for one in range(20)]).verdict is Verdict.NOTHING


def test_a_page_that_is_looked_at_again_says_the_same() -> None:
    found = pairs(20, 0.3, 4)
    assert go_together(found, 3) == go_together(found, 3)


def test_the_order_of_units_changes_no_conclusion() -> None:
    found = pairs(30, 0.6, 2)
    assert go_together(found).verdict is go_together(sorted(found)).verdict
