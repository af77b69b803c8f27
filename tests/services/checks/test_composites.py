"""Composites: the weighted mean of the values of their parts, at each level where every part has one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from flask import Flask

from charter.domain.charter_file.indicators import Composite
from charter.domain.vocabulary.periods import parse_period
from charter.services.charters.versions import history
from charter.services.checks.composites import composed, values_of_parts
from tests.services.kinds_world import text
from tests.services.world import apply

OCTOBER = parse_period("2026-10")


def test_a_composite_has_a_value_where_every_part_has_one(empty: Flask, tmp_path: Path) -> None:
    apply(text(), tmp_path)
    version = history().current
    _, index = version.indicators["index"]
    assert isinstance(index, Composite)
    root = version.tree.root.key
    leaf = next(key for key in version.tree.by_key if key != root)
    values = {(root, "pleased"): Decimal("0.8"), (root, "easy"): Decimal("0.4"), (leaf, "pleased"): Decimal("0.9")}
    (cell,) = composed(version, index, OCTOBER, values)
    assert (cell.unit, cell.counts.value, cell.counts.denominator) == (root, Decimal("0.7"), 2)


def test_parts_that_were_not_measured_have_no_value(empty: Flask, tmp_path: Path) -> None:
    apply(text(), tmp_path)
    _, index = history().current.indicators["index"]
    assert isinstance(index, Composite)
    assert values_of_parts(index, OCTOBER) == {}
