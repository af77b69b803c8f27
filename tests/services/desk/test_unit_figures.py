"""The units beneath: each one's figure and thirteen periods, small ones over longer times, who stands out."""

from __future__ import annotations

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.desk.commitment_page import commitment_page
from tests.services.world import NOW


def test_units_are_told_over_time_in_the_order_of_the_tree(world: Flask) -> None:
    detail = commitment_page(COMMAND_LINE, NOW, "answer")["details"]["answered"]
    assert [row["unit"] for row in detail["breakdown"]] == ["west", "vannes", "brest", "south", "nice"]
    west = detail["breakdown"][0]
    assert [point["period"] for point in west["series"]][-2:] == ["2026-09", "2026-10"]
    assert west["series"][-1]["value"] == west["value"]


def test_only_units_outside_the_funnel_are_named(world: Flask) -> None:
    funnel = commitment_page(COMMAND_LINE, NOW, "answer")["details"]["answered"]["funnel"]
    assert funnel is not None
    assert [point["unit"] for point in funnel["points"]] == ["vannes", "brest", "nice"]
    assert {point["side"] for point in funnel["points"]} == {None}
    assert funnel["curve"][0]["low"] < funnel["centre"]
