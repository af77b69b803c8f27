"""A month is put together unit by unit: what pages say, each reading read once, by one process or two."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from charter.domain.statistics.units import Part
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Basis
from charter.services.charters.versions import history
from charter.services.desk.commitment_page import commitment_page
from charter.services.records.sealing import canonical_json
from charter.services.reports import figures as putting_together
from charter.services.reports.figures import compose, draft
from charter.services.reports.parts import edition_of
from charter.services.reports.unit_parts import LeafCounts, beside, leaf_counts
from tests.services.databases import statements
from tests.services.world import NOW

OCTOBER = parse_period("2026-10")


@pytest.mark.parametrize("unit", ["company", "west"])
def test_details_are_those_of_the_commitment_page(world: Flask, unit: str) -> None:
    found = edition_of(compose(history(), OCTOBER, NOW).figures, None, unit)["details"]
    for promise, indicator in (("answer", "answered"), ("bill", "billed")):
        page = commitment_page(COMMAND_LINE, NOW, promise, unit=unit)["details"][indicator]
        own = dict(found[promise]["indicators"][indicator])
        funnel, mix = own.pop("funnel", None), own.pop("mix", None)
        assert own == sealed(json.loads(canonical_json(page)))
        assert mix in (None, page["mix"])
        assert funnel is None or funnel["centre"] == page["funnel"]["centre"]


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


ON_PAGES_ONLY = {"funnel", "mix", "in_tree"}
OVER_TIME = {"series", "longer"}


def sealed(page: dict[str, Any]) -> dict[str, Any]:
    """The details of a page without what is drawn for a screen: how units lie among each other, and over time."""
    rows = [{name: one for name, one in row.items() if name not in OVER_TIME} for row in page["breakdown"]]
    kept = {name: one for name, one in page.items() if name not in ON_PAGES_ONLY}
    return kept | {"breakdown": rows}


def test_the_readings_of_all_units_are_asked_for_together(world: Flask) -> None:
    with statements() as sent:
        compose(history(), OCTOBER, NOW)
    assert sum("FROM readings" in one for one in sent) == 4, (
        "the whole for its words, the agencies, the regions, the whole"
    )


def test_a_draft_of_one_unit_writes_no_other(world: Flask) -> None:
    made = draft(history(), OCTOBER, NOW, "west")
    assert [name for name in made.index["parts"] if name.startswith("unit ")] == ["unit west"]
    assert [row["unit"] for row in made.breakdown("west", "answered")] == ["vannes", "brest"]


def test_two_processes_put_the_same_month_together(world: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(putting_together, "SHARED_FROM", 1)
    alone, together = (compose(history(), OCTOBER, NOW, workers=workers) for workers in (1, 2))
    assert alone.index == together.index
    assert {one.sha256 for one in alone.parts} == {one.sha256 for one in together.parts}
