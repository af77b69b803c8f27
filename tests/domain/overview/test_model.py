"""What a month's overview says of changes and of what was not measured."""

from __future__ import annotations

from typing import Any, cast

import pytest

from charter.domain.overview.changes import changes_in, not_measured_in
from charter.domain.overview.model import Overview, parts_of


def indicator(status: str, reason: str | None = None) -> dict[str, Any]:
    return {
        "title": {"fr": "Mesure", "en": "Measure"},
        "status": status,
        "reason": reason,
        "period": "2026-10",
        "denominator": 4,
        "minimum": 30,
    }


def overview(*commitments: tuple[str, str | None, str, list[dict[str, Any]]]) -> Overview:
    views = [
        {
            "number": number,
            "key": key,
            "title": {"fr": key, "en": key},
            "previous_status": before,
            "status": status,
            "indicators": indicators,
        }
        for number, (key, before, status, indicators) in enumerate(commitments, 1)
    ]
    return cast(Overview, {"commitments": views})


def test_changes_are_those_whose_status_is_another_in_the_order_of_the_charter() -> None:
    found = changes_in(
        overview(
            ("a", "kept", "missed", []),
            ("b", "kept", "kept", []),
            ("c", None, "kept", []),
            ("d", "no-data", "near", []),
        )
    )
    assert found == [
        {"number": 1, "key": "a", "title": {"fr": "a", "en": "a"}, "from": "kept", "to": "missed"},
        {"number": 4, "key": "d", "title": {"fr": "d", "en": "d"}, "from": "no-data", "to": "near"},
    ]


@pytest.mark.parametrize("status", ["kept", "near", "missed", "unacceptable", "not-applicable"])
def test_a_verdict_is_measured(status: str) -> None:
    assert not_measured_in(overview(("a", None, status, [indicator(status)]))) == []


def test_not_measured_are_indicators_without_a_verdict_and_why() -> None:
    parts = [indicator("kept"), indicator("unproven", "too-few"), indicator("no-data", "check-late")]
    found = not_measured_in(overview(("a", None, "no-data", parts)))
    assert [(one["key"], one["status"], one["reason"], one["denominator"]) for one in found] == [
        ("a", "unproven", "too-few", 4),
        ("a", "no-data", "check-late", 4),
    ]
    assert found[0]["indicator"] == {"fr": "Mesure", "en": "Measure"}
    assert (found[0]["number"], found[0]["period"], found[0]["minimum"]) == (1, "2026-10", 30)


def test_parts_come_floor_first_and_apart_last() -> None:
    views = [{"key": key, "class": key} for key in ("neither", "trust", "both", "undetermined", "confidence")]
    found = [(name, [view["key"] for view in part]) for name, part in parts_of(views)]
    assert found == [("floor", ["undetermined", "confidence", "both"]), ("beyond", ["trust"]), ("apart", ["neither"])]
    # A charter may choose that what is not known stands apart.
    assert parts_of([{"class": "undetermined", "place": "apart"}])[0][0] == "apart"
    assert parts_of([]) == []
