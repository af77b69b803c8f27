"""How often the rule of effects is wrong, and how often it finds what is there (methods.md C1, "accept")."""

from __future__ import annotations

from collections import Counter

import pytest

from charter.domain.actions.effect import Around, PeriodFigure, judge_effect
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Direction, EffectVerdict
from tests.simulations.worlds import Series, World, binomial, drawn, remembering, seasonal, shifted, stable

TIMES, BEFORE, AFTER = 600, 36, 6
MONTHS = [parse_period(f"{2020 + at // 12}-{at % 12 + 1:02}") for at in range(BEFORE + AFTER + 1)]
DONE = BEFORE
Verdict = EffectVerdict


def verdicts(world: World, *, triggered_by_a_miss: bool = False) -> Counter[Verdict]:
    """The share of each verdict on an action in the month after three years; or after the worst month of the last."""
    found = Counter(_judged(series, triggered_by_a_miss) for series in drawn(world, len(MONTHS), TIMES, seed=16))
    return Counter({verdict: count / TIMES for verdict, count in found.items()})  # type: ignore[misc]


def _judged(series: Series, triggered_by_a_miss: bool) -> Verdict:
    figures = [PeriodFigure(month.key, value) for month, value in zip(MONTHS, series, strict=True)]
    worst = min(range(BEFORE - 12, BEFORE), key=series.__getitem__)
    begun = worst + 1 if triggered_by_a_miss else DONE
    around = Around(MONTHS[begun].start, MONTHS[begun].end, {MONTHS[worst].key} if triggered_by_a_miss else set())
    return judge_effect(figures, Direction.HIGHER, around).verdict


@pytest.mark.parametrize(
    ("world", "most"),
    [(stable, 0.07), (binomial(0.9, 1000), 0.07), (seasonal, 0.07), (remembering(0.6), 0.12)],
    ids=["stable", "binomial", "season", "memory 0.6"],
)
def test_where_nothing_happened_it_seldom_says_that_something_did(world: World, most: float) -> None:
    found = verdicts(world)
    assert found[Verdict.TOO_EARLY] == 0
    assert found[Verdict.BETTER] + found[Verdict.WORSE] <= most


@pytest.mark.parametrize("world", [stable, seasonal], ids=["stable", "season"])
def test_an_action_begun_at_a_bad_month_is_not_praised_for_the_return_to_the_usual(world: World) -> None:
    assert verdicts(world, triggered_by_a_miss=True)[Verdict.BETTER] <= 0.07


@pytest.mark.parametrize(
    ("world", "least"),
    [
        (shifted(stable, DONE, 0.01), 0.48),
        (shifted(stable, DONE, 0.02), 0.94),
        (shifted(seasonal, DONE, 0.01), 0.75),
    ],
    ids=["one deviation", "two deviations", "two deviations of a season's noise"],
)
def test_what_is_there_is_found(world: World, least: float) -> None:
    assert verdicts(world)[Verdict.BETTER] >= least
