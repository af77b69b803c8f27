"""What a sealed month tells of the units beneath: who stands out, and what mix does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from charter.domain.statistics.units import Part
from charter.domain.vocabulary.terms import Basis
from charter.services.charters.versions import history
from charter.services.reports.unit_parts import LeafCounts, beside, leaf_counts


def leaf(events: int, of: int, before: int | None = None, definition: str = "a", status: str = "missed") -> Any:
    said = {"denominator": of, "definition_hash": "a", "status": status, "unit_key": "?"}
    row = SimpleNamespace(**said, numerator=events)
    return row, None if before is None else SimpleNamespace(**said | {"definition_hash": definition}, numerator=before)


def test_who_stands_out_and_what_mix_does_is_sealed(world: Flask) -> None:
    """Ten units at 90 % and one at 60 %; a unit that does not record and one measured otherwise before are left out."""
    _, answered = history().current.indicators["answered"]
    rows = {f"u{at}": leaf(90, 100, 90) for at in range(10)} | {"low": leaf(60, 100, 60)}
    rows |= {"silent": leaf(0, 100, status="no-data"), "new": leaf(90, 100, 10, definition="b")}
    known = {}
    for unit, (row, before) in rows.items():
        row.unit_key = unit
        known[unit] = leaf_counts(answered, row, before)
    found = beside(answered, "2026-10", {unit: one for unit, one in known.items() if one is not None})
    assert found["funnel"]["outside"] == {"low": "low"}
    assert found["funnel"]["centre"] == pytest.approx((11 * 90 + 60) / 1200)
    assert known["new"] is not None
    assert known["new"].before is None
    sample = answered.model_copy(update={"basis": Basis.SAMPLE})
    assert leaf_counts(sample, *rows["low"]) is None


def test_mix_is_sealed_where_it_is_worth_a_sentence(world: Flask) -> None:
    _, answered = history().current.indicators["answered"]

    def moved(unit: str, events: tuple[int, int], of: tuple[int, int]) -> LeafCounts:
        before, now = (Part(unit, one, all_) for one, all_ in zip(events, of, strict=True))
        return LeafCounts(now, before, True)

    leaves = {"good": moved("good", (95, 19), (100, 20)), "bad": moved("bad", (10, 90), (20, 180))}
    found = beside(answered, "2026-10", leaves)
    assert found["mix"]["since"] == "2026-09"
    assert found["mix"]["rate"] == pytest.approx(0)
    assert found["mix"]["mix"] < -0.3
