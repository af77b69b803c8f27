"""How many alerts a year of chance brings, and how soon a real fall is told (methods.md C6, C7, "accept")."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from charter.domain.alerts.alert_rules import HOLDS, Counted, Figure, Happening, Level, Watch, evidence_of_status, step
from charter.domain.charter_file.indicators import Target
from charter.domain.readings.status import evaluate_status
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.terms import Basis, Direction, Kind, PeriodKind
from tests.simulations.worlds import kept_of

CASES, CELLS, YEARS = 50, 40 * 24, 3
LEVEL = Target.model_validate({"from": "2020-01-01", "target": 0.9, "tolerance": 0.02})
HELD = Level(Direction.HIGHER, LEVEL.target, LEVEL.tolerance)
AT_ONCE = (Happening.OPENED, Happening.CONFIRMED, Happening.WORSENED)


def told(kept: list[int]) -> Iterator[bool]:
    """Of each month, whether an alert leaves at once."""
    watch, before = Watch(), None
    for at, count in enumerate(kept):
        status = evaluate_status(
            Kind.SHARE, Direction.HIGHER, Basis.CENSUS, Counts(count, CASES), LEVEL, minimum=10
        ).status
        counted = Counted(count, CASES)
        seen = evidence_of_status(Figure(status, count / CASES, None, counted, before), HELD)
        watch, change = step(watch, seen, str(at), HOLDS[PeriodKind.MONTH])
        yield change in AT_ONCE and not watch.waits
        before = counted


def test_forty_stable_units_bring_few_alerts_a_year() -> None:
    chance = random.Random(7)
    alerts = sum(sum(told([kept_of(chance, 0.92, CASES) for _ in range(12 * YEARS)])) for _ in range(CELLS // 4))
    assert alerts * 4 / YEARS <= 150


@pytest.mark.parametrize(("share", "in_two", "in_three"), [(0.82, 0.80, 0.90), (0.80, 0.90, 0.95)])
def test_a_real_fall_is_told_within_months(share: float, in_two: float, in_three: float) -> None:
    chance, found = random.Random(8), [0, 0, 0]
    for _ in range(1500):
        months = [kept_of(chance, 0.92, CASES) for _ in range(6)] + [kept_of(chance, share, CASES) for _ in range(3)]
        after = list(told(months))[6:]
        for at in range(3):
            found[at] += any(after[: at + 1])
    assert found[1] / 1500 >= in_two
    assert found[2] / 1500 >= in_three
