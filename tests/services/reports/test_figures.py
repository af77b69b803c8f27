"""A month is put together unit by unit: what pages say, each reading read once, by one process or two."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.charters.versions import history
from charter.services.desk.commitment_page import commitment_page
from charter.services.records.sealing import canonical_json
from charter.services.reports import figures as putting_together
from charter.services.reports.figures import compose, draft
from charter.services.reports.parts import edition_of
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
