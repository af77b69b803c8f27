"""The order in which alerts are told: what asks for somebody first, and of that the floor."""

from __future__ import annotations

from typing import Any

from charter.services.alerts.alert_lines import told_in_order
from charter.services.classes.current import placed, turn_of


def test_the_floor_is_told_first_and_what_is_well_again_last() -> None:
    lines: list[dict[str, Any]] = [
        {"what": what, "place": place}
        for what, place in [
            ("closed", "floor"),
            ("worsened", "trust"),
            ("opened", None),
            ("opened", "floor"),
            ("worsened", "both"),
            ("restated", "floor"),
        ]
    ]
    assert [(line["what"], line["place"]) for line in told_in_order(lines)] == [
        ("opened", "floor"),
        ("worsened", "both"),
        ("worsened", "trust"),
        ("opened", None),
        ("closed", "floor"),
        ("restated", "floor"),
    ]


def test_what_belongs_to_no_commitment_comes_after_what_stands_apart() -> None:
    assert [turn_of(place) for place in ("floor", "both", "trust", "apart", None)] == [0, 1, 2, 3, 4]
    assert placed("bill", {"bill": "floor"}) == "floor"
    assert placed(None, {"bill": "floor"}) is None
