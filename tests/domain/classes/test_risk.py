"""What stands at risk: missed promises by who would mind, and what matters beside how it is kept."""

from __future__ import annotations

from typing import Any

from charter.domain.classes.risk import at_risk, priorities


def view(key: str, status: str, touched: float | None = None) -> Any:
    indicator = {"key": key, "mandatory": True, "status": status, "touched": touched, "period": "2026-10"}
    return {"key": key, "title": {"fr": key, "en": key}, "status": status, "indicators": [indicator]}


def point(share: float) -> dict[str, Any]:
    return {"x": share, "x_interval": [share - 0.1, share + 0.1], "n": 120, "date": "2026-06-30"}


def test_missed_promises_are_weighed_by_cases_and_customers_who_would_mind() -> None:
    views = [view("few", "missed", 40), view("late", "unacceptable", 216), view("unasked", "missed", 900),
             view("sample", "missed"), view("kept", "kept", 3)]  # fmt: skip
    lines = at_risk(views, {"late": point(0.75), "few": point(0.5), "sample": point(0.5), "kept": point(0.9)})
    assert [(line["key"], line["weight"]) for line in lines] == [
        ("late", 162), ("few", 20), ("unasked", None), ("sample", None),
    ]  # fmt: skip
    assert lines[0]["weight_interval"] == [140, 184]
    assert (lines[2]["missed"], lines[2]["mind"], lines[3]["missed"]) == (900, None, None)


def test_what_matters_stands_beside_how_it_is_kept() -> None:
    views = [view("a", "missed"), view("b", "kept"), view("c", "unproven"), view("d", "near"),
             view("e", "not-applicable"), view("gone", "kept")]  # fmt: skip
    classes = {"a": "confidence", "b": "trust", "c": "both", "d": "confidence", "e": "trust"}
    rows = priorities(views, classes, {"d": point(0.8), "a": point(0.6)})
    assert [row["matters"] for row in rows] == ["destroys", "earns"]
    first, second = ({name: [one["key"] for one in placed] for name, placed in row["cells"].items()} for row in rows)
    assert first == {"not-kept": ["d", "a"], "not-known": ["c"], "kept": []}
    assert second == {"not-kept": [], "not-known": [], "kept": ["b"]}
