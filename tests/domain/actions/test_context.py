"""A volume that rises while its promise falls: said of what both series bear out, and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from charter.domain.actions.context import Series, reflex_of
from charter.domain.vocabulary.terms import Direction

MONTHS = [f"{2025 + at // 12}-{at % 12 + 1:02}" for at in range(14)]
SOLD = [1180, 1165, 1192, 1174, 1201, 1188, 1215, 1206, 1304, 1342, 1391, 1420, 1478, 1503]
ADVISED = [0.862, 0.858, 0.861, 0.853, 0.846, 0.848, 0.838, 0.829, 0.826, 0.815, 0.806, 0.797, 0.789, 0.778]


def series(values: Sequence[float | None], direction: Direction = Direction.HIGHER, broken: int = 0) -> Series:
    points = [
        {"period": key, "value": value, "numerator": None, "denominator": 900, "status": "kept", "target": None}
        | ({"break": True} if broken and at == broken else {})
        for at, (key, value) in enumerate(zip(MONTHS, values, strict=True))
    ]
    return {"key": "one", "direction": direction, "is_share": True, "points": points}  # type: ignore[typeddict-item]


def test_a_rise_and_a_fall_in_the_same_months_are_told_with_what_they_were() -> None:
    found = reflex_of(series(SOLD), series(ADVISED))
    assert found is not None
    assert (found["first"], found["last"], found["periods"]) == ("2025-09", "2026-02", 8)
    assert round(found["of_volume"]["before"]) == 1190
    assert round(found["of_volume"]["after"]) == 1406
    assert round(found["of_promise"]["before"], 4) == 0.8494
    assert round(found["of_promise"]["after"], 4) == 0.8018
    assert not found["by_season"]


def test_where_lower_is_better_getting_worse_is_rising() -> None:
    waits = [1 - value for value in ADVISED]
    assert reflex_of(series(SOLD), series(waits, Direction.LOWER)) is not None
    assert reflex_of(series(SOLD), series(waits, Direction.HIGHER)) is None


@pytest.mark.parametrize(
    ("volume", "promise"),
    [
        (series(SOLD[::-1]), series(ADVISED)),
        (series(SOLD), series(ADVISED[::-1])),
        (series(SOLD), series([0.85] * 14)),
        (series(SOLD), series([*ADVISED[:-1], None])),
        (series(SOLD), series(ADVISED, broken=3)),
    ],
    ids=["the volume fell", "the promise rose", "the promise stood", "too few shared periods", "another definition"],
)
def test_otherwise_nothing_is_said(volume: Series, promise: Series) -> None:
    assert reflex_of(volume, promise) is None
