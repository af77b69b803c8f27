"""What a sample concludes is wrong as seldom as it says: 5 % on each side, in worlds of which the truth is known."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter
from scipy.stats import bootstrap

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree, roll_up
from charter.domain.readings.status import interval_of
from charter.domain.readings.weighting import weigh
from charter.domain.statistics.intervals import Interval, mean_t
from charter.domain.statistics.samples import SurePart, composite_interval, mean_of_sample, ranks_around
from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.terms import Basis, Kind

TIMES = 2000
Answers = list[float]


def beyond(intervals: Sequence[Interval | None], truth: float) -> tuple[float, float]:
    """How often the truth lies below, and above, the interval, of all samples."""
    known = [one for one in intervals if one is not None]
    return (
        sum(truth < low for low, _ in known) / len(intervals),
        sum(truth > high for _, high in known) / len(intervals),
    )


def samples(draw: Callable[[random.Random], float], n: int, times: int = TIMES, seed: int = 14) -> list[Answers]:
    chance = random.Random(seed)
    return [[draw(chance) for _ in range(n)] for _ in range(times)]


def hall(answers: Answers) -> Interval | None:
    squares, cubes = (Decimal(repr(math.fsum(one**power for one in answers))) for power in (2, 3))
    return mean_of_sample(len(answers), Decimal(repr(math.fsum(answers))), squares, cubes)


def student(answers: Answers) -> Interval | None:
    return mean_t(len(answers), math.fsum(answers), math.fsum(one * one for one in answers))


def bca(answers: Answers) -> Interval:
    found = bootstrap(
        (answers,), lambda x, axis: x.mean(axis=axis), confidence_level=0.9, n_resamples=2000, method="BCa", rng=14
    ).confidence_interval
    return float(found.low), float(found.high)


def waits(chance: random.Random) -> float:
    return chance.expovariate(1.0)


def marks(chance: random.Random) -> float:
    """Happy customers with a tail: 5 of 5 in most cases, a few ones."""
    return float(chance.choices((5, 4, 3, 2, 1), (70, 17, 6, 3, 4))[0])


@pytest.mark.parametrize(("draw", "truth"), [(waits, 1.0), (marks, 4.46)])
@pytest.mark.parametrize("n", [30, 60, 200])
def test_mean_of_skewed_answers_is_wrong_as_seldom_as_it_says(
    draw: Callable[[random.Random], float], truth: float, n: int
) -> None:
    assert max(beyond([hall(one) for one in samples(draw, n)], truth)) <= 0.065


def test_a_cubic_is_no_worse_than_the_bootstrap_where_answers_are_few_and_skewed() -> None:
    # methods.md C3 asks for BCa of 2,000 draws: it needs the single answers, and is beyond more often.
    few = samples(waits, 15, times=400)
    plain, corrected, drawn = (max(beyond([rule(one) for one in few], 1.0)) for rule in (student, hall, bca))
    assert corrected <= 0.085 < drawn < plain


@pytest.mark.parametrize(("share", "n"), [(0.5, 30), (0.85, 60), (0.95, 60), (0.95, 400)])
def test_percentile_by_ranks(share: float, n: int) -> None:
    truth, ranks = -math.log(1 - share), ranks_around(n, share)
    assert ranks is not None
    found: list[Interval | None] = [
        (one[ranks[0] - 1], one[ranks[1] - 1]) for one in map(sorted, samples(waits, n, times=4000))
    ]
    assert max(beyond(found, truth)) <= 0.056  # 5 %, and what 4,000 draws may add


def test_too_few_answers_bound_a_percentile_on_one_side_only() -> None:
    assert ranks_around(58, 0.95) is None
    assert ranks_around(59, 0.95) == (53, 59)
    assert ranks_around(4, 0.5) is None
    assert ranks_around(5, 0.5) == (1, 5)


@pytest.mark.parametrize("halo", [0.0, 0.9])
def test_composite_of_two_questions_asked_of_the_same_people(halo: float) -> None:
    chance, found = random.Random(14), list[Interval | None]()
    for _ in range(TIMES):
        pairs = [_alike(chance, halo) for _ in range(80)]
        parts = [SurePart(Decimal(1), *_share(sum(one[at] for one in pairs), 80), True, "people") for at in (0, 1)]
        found.append(composite_interval(parts))
    assert max(beyond(found, 0.85)) <= 0.05


def _alike(chance: random.Random, halo: float) -> tuple[bool, bool]:
    """Two answers, each pleased in 85 %; so often the second is that of the first."""
    first = chance.random() < 0.85
    return first, first if chance.random() < halo else chance.random() < 0.85


def _share(successes: int, n: int) -> tuple[float, Interval | None]:
    return successes / n, interval_of(Kind.SHARE, Basis.SAMPLE, Counts(successes, n))


def test_composite_of_two_samples_of_their_own() -> None:
    chance, found = random.Random(14), list[Interval | None]()
    for _ in range(TIMES):
        pleased = sum(chance.random() < 0.9 for _ in range(100))
        waited = [chance.expovariate(4.0) for _ in range(60)]
        parts = [
            SurePart(Decimal(2), *_share(pleased, 100), True, "survey"),
            SurePart(Decimal(1), math.fsum(waited) / 60, hall(waited), True, "visits"),
        ]
        found.append(composite_interval(parts))
    rates = beyond(found, (2 * 0.9 + 0.25) / 3)
    assert max(rates) <= 0.05
    assert min(rates) >= 0.02  # and no wider than it must be


TREE = UnitTree(
    [
        Unit.model_validate({"key": key, "name": key, "parent": parent, "kind": "unit", "weight": weight})
        for key, parent, weight in (
            ("all", None, None),
            ("north", "all", 60),
            ("south", "all", 30),
            ("isles", "all", 10),
        )
    ]
)
PLACES = {"north": 0.95, "south": 0.8, "isles": 0.5}


def weighted(kind: Kind, by_unit: dict[str, Counts]) -> Interval | None:
    own: dict[str, Any] = {"success": {"right": 1}} if kind is Kind.SHARE else {"value": "v"}
    said = {"key": "i", "title": "i", "source": "s", "kind": kind.value, "basis": "sample", "date": "d"}
    indicator: Any = TypeAdapter(Indicator).validate_python(said | own)
    cells = [Cell("2026-10", unit, "", "", counts) for unit, counts in by_unit.items()]
    found = weigh(TREE, indicator, roll_up(TREE, cells).counts)["all"]
    return interval_of(kind, Basis.SAMPLE, found.counts)


@pytest.mark.parametrize("of_each", [{"north": 40, "south": 40, "isles": 40}, {"north": 20, "south": 60, "isles": 100}])
def test_shares_weighted_by_unit(of_each: dict[str, int]) -> None:
    chance, found = random.Random(14), list[Interval | None]()
    for _ in range(TIMES):
        counts = {
            unit: Counts(sum(chance.random() < share for _ in range(of_each[unit])), of_each[unit])
            for unit, share in PLACES.items()
        }
        found.append(weighted(Kind.SHARE, counts))
    assert max(beyond(found, 0.6 * 0.95 + 0.3 * 0.8 + 0.1 * 0.5)) <= 0.055


def test_means_weighted_by_unit() -> None:
    chance, found = random.Random(14), list[Interval | None]()
    for _ in range(TIMES):
        counts = {}
        for unit, share in PLACES.items():
            answers = [Decimal(repr(chance.gauss(10 * share, 3 if unit == "isles" else 1))) for _ in range(30)]
            sums = (sum((one**power for one in answers), Decimal(0)) for power in (1, 2, 3))
            total, squares, cubes = sums
            counts[unit] = Counts(denominator=30, total=total, squares=squares, cubes=cubes)
        found.append(weighted(Kind.MEAN, counts))
    rates = beyond(found, 10 * (0.6 * 0.95 + 0.3 * 0.8 + 0.1 * 0.5))
    assert max(rates) <= 0.06
    assert min(rates) >= 0.03
