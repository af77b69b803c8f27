"""Promises in steps: tiers, the ceiling on the tail, and the step whose figure stands for all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree, roll_up
from charter.domain.readings.judging import Standard, UnitReading, judge_units
from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.terms import Status

TREE = UnitTree(
    [
        Unit.model_validate({"key": key, "name": key, "parent": parent, "kind": "unit"})
        for key, parent in [("company", None), ("a", "company"), ("b", "company")]
    ]
)
TIERS = [
    {"within": "10 days", "target": "0.5"},
    {"within": "20 days", "target": "0.85"},
    {"within": "30 days", "target": 1},
]


def indicator(**fields: Any) -> Any:
    said = {"key": "i", "title": "i", "source": "s", "kind": "share-within", "start": "a", "stop": "b", "minimum": 10}
    return TypeAdapter(Indicator).validate_python(said | fields)


def met(n: int, *within: int, delays: tuple[str, ...] = ("10 days", "20 days", "30 days")) -> Counts:
    return Counts(within[0], n, stopped=n, steps=dict(zip(delays, within, strict=True)))


def judged(of: Any, target: Any = None, **counts: Counts) -> dict[str, UnitReading]:
    levels = [] if target is None else [Target.model_validate({"from": "2026-01-01", "target": target})]
    standard = Standard(levels, date(2026, 10, 1), date(2026, 10, 31), True)
    cells = [Cell("2026-10", key, "", "", one) for key, one in counts.items()]
    return {one.unit: one for one in judge_units(TREE, of, standard, roll_up(TREE, cells))}


@pytest.mark.parametrize(
    ("within", "statuses", "shown", "value"),
    [
        ((50, 85, 100), "kept kept kept", 0, "0.5"),
        ((49, 85, 100), "missed kept kept", 0, "0.49"),
        ((60, 84, 100), "kept missed kept", 1, "0.84"),
        ((60, 85, 99), "kept kept missed", 2, "0.99"),
        ((10, 20, 30), "missed missed missed", 0, "0.1"),
    ],
)
def test_each_tier_is_judged_by_its_own_target_and_the_worst_decides(
    within: tuple[int, ...], statuses: str, shown: int, value: str
) -> None:
    found = judged(indicator(tiers=TIERS), a=met(100, *within))["a"]
    assert [one.reading.status for one in found.steps] == statuses.split()
    assert found.reading.status == (Status.MISSED if "missed" in statuses else Status.KEPT)
    assert (found.shown, found.reading.value) == (shown, Decimal(value))


@pytest.mark.parametrize(("late", "status"), [(1, Status.KEPT), (2, Status.MISSED)])
def test_ceiling_is_missed_strictly_above_its_share(late: int, status: Status) -> None:
    of = indicator(within="2 days", ceiling={"beyond": "4 days", "at_most": "0.01"})
    found = judged(of, "0.9", a=met(100, 95, 100 - late, delays=("2 days", "4 days")))["a"]
    assert [one.reading.status for one in found.steps] == [Status.KEPT, status]
    assert found.reading.status is status
    assert found.reading.value == (Decimal("0.95") if status is Status.KEPT else Decimal("0.98"))


def test_own_level_decides_where_it_is_the_worst() -> None:
    of = indicator(within="2 days", ceiling={"beyond": "4 days", "at_most": "0.01"})
    found = judged(of, "0.96", a=met(100, 95, 100, delays=("2 days", "4 days")))["a"]
    assert (found.reading.status, found.shown, found.reading.value) == (Status.MISSED, None, Decimal("0.95"))


def test_steps_add_over_units_and_the_weakest_is_furthest_below_its_step() -> None:
    found = judged(indicator(tiers=TIERS), a=met(100, 60, 84, 100), b=met(100, 48, 99, 100))
    assert found["company"].counts.steps == {"10 days": 108, "20 days": 183, "30 days": 200}
    assert found["company"].reading.status is Status.KEPT
    assert found["company"].weakest_unit == "b"


def test_steps_of_few_cases_and_of_none() -> None:
    of = indicator(tiers=TIERS)
    assert judged(of, a=met(9, 9, 9, 9))["a"].reading.status is Status.UNPROVEN
    assert judged(of)["a"].reading.status is Status.NO_DATA


def test_steps_of_a_sample_are_decided_by_their_interval() -> None:
    of = indicator(tiers=TIERS[:1], basis="sample")
    assert judged(of, a=met(100, 52, delays=("10 days",)))["a"].reading.status is Status.UNPROVEN
    assert judged(of, a=met(100, 65, delays=("10 days",)))["a"].reading.status is Status.KEPT
