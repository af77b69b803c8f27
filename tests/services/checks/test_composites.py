"""Composites: the weighted mean of the values of their parts, at each level where every part has one."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.charter_file.indicators import Composite
from charter.domain.charter_file.unit_tree import roll_up
from charter.domain.readings.judging import judge_units
from charter.domain.vocabulary.periods import parse_period
from charter.services.charters.versions import history
from charter.services.checks.composites import PartFigure, composed, values_of_parts
from charter.services.readings.projection import Recorded, standard_of
from tests.services.kinds_world import text
from tests.services.world import apply

OCTOBER = parse_period("2026-10")
RUN = Recorded(0, datetime(2026, 11, 4, tzinfo=UTC), "", True, "index")


def exactly(value: str) -> PartFigure:
    return PartFigure(Decimal(value), False, None)


def test_a_composite_has_a_value_where_every_part_has_one(empty: Flask, tmp_path: Path) -> None:
    apply(text(), tmp_path)
    version = history().current
    _, index = version.indicators["index"]
    assert isinstance(index, Composite)
    root = version.tree.root.key
    leaf = next(key for key in version.tree.by_key if key != root)
    values = {(root, "pleased"): exactly("0.8"), (root, "easy"): exactly("0.4"), (leaf, "pleased"): exactly("0.9")}
    (cell,) = composed(version, index, OCTOBER, values)
    assert (cell.unit, cell.counts.value, cell.counts.denominator) == (root, Decimal("0.7"), 2)
    assert (cell.counts.low, cell.counts.high) == (None, None)


@pytest.mark.parametrize(
    ("easy", "low", "high"),
    [
        (PartFigure(Decimal("0.4"), False, None), Decimal("0.625"), Decimal("0.745")),
        (PartFigure(Decimal("0.4"), True, (0.2, 0.5)), Decimal("0.575"), Decimal("0.77")),
        (PartFigure(Decimal("0.4"), True, None), Decimal("0.7"), None),
    ],
)
def test_a_composite_of_samples_is_as_sure_as_its_parts(
    empty: Flask, tmp_path: Path, easy: PartFigure, low: Decimal, high: Decimal | None
) -> None:
    """Three quarters of one and one of the other, of the same people: distances add. One that is not sure, none is."""
    apply(text(), tmp_path)
    version = history().current
    _, index = version.indicators["index"]
    assert isinstance(index, Composite)
    root = version.tree.root.key
    pleased = PartFigure(Decimal("0.8"), True, (0.7, 0.86))
    (cell,) = composed(version, index, OCTOBER, {(root, "pleased"): pleased, (root, "easy"): easy})
    assert (cell.counts.value, cell.counts.low, cell.counts.high) == (Decimal("0.7"), low, high)
    tree = roll_up(version.tree, [cell], adds_up=False)
    whole = next(iter(judge_units(version.tree, index, standard_of(index, OCTOBER, RUN), tree)))
    assert whole.reading.interval == (None if high is None else (float(low), float(high)))


def test_parts_that_were_not_measured_have_no_value(empty: Flask, tmp_path: Path) -> None:
    apply(text(), tmp_path)
    _, index = history().current.indicators["index"]
    assert isinstance(index, Composite)
    assert values_of_parts(history().current, index, OCTOBER) == {}
