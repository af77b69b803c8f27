"""What stands beside a figure of too few cases: the nearest unit above that has enough."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import Any

from charter.domain.overview.areas import tell_areas


def view(key: str, reason: str | None = None, **more: Any) -> dict[str, Any]:
    plain = {"kind": "share", "period": "2026-10", "value": 0.9, "denominator": 200.0, "status": "kept"}
    return plain | {"key": key, "reason": reason} | more


def overview(name: str, *views: dict[str, Any]) -> dict[str, Any]:
    return {"unit_name": name, "commitments": [{"key": "one", "indicators": list(views)}]}


def areas(found: dict[str, Any]) -> dict[str, Any]:
    return {one["key"]: one.get("area") for each in found["commitments"] for one in each["indicators"]}


def test_the_nearest_unit_above_that_has_enough_stands_beside_too_few_cases() -> None:
    site = overview("Vannes", view("calls", "too-few", value=0.5, denominator=8.0), view("bills"))
    sector = overview("Secteur 4", view("calls", "too-few", denominator=20.0), view("bills", value=0.1))
    region = overview("Région Ouest", view("calls", status="missed"))
    before = deepcopy(site)
    found = tell_areas(site, [partial(dict, sector), partial(dict, region)])
    assert areas(found) == {
        "calls": {"unit": "Région Ouest", "value": 0.9, "cases": 200.0, "status": "missed"},
        "bills": None,
    }
    assert site == before


def test_no_unit_above_is_read_where_nothing_is_missing() -> None:
    read: list[str] = []

    def higher() -> dict[str, Any]:
        read.append("read")
        return overview("Région", view("calls"))

    assert areas(tell_areas(overview("Vannes", view("calls")), [higher])) == {"calls": None}
    assert read == []
    few = overview("Vannes", view("calls", "too-few"))
    tell_areas(few, [higher, higher])
    assert read == ["read"]


def test_another_period_and_no_figure_are_nothing_to_stand_beside() -> None:
    few = overview("Vannes", view("calls", "too-few"), view("visits", "too-few"))
    higher = overview("Région", view("calls", period="2026-09"), view("visits", "no-data", value=None))
    assert areas(tell_areas(few, [partial(dict, higher)])) == {"calls": None, "visits": None}


def test_the_volume_of_a_rate_is_no_cases() -> None:
    few = overview("Vannes", view("complaints", "too-few", kind="rate"))
    found = areas(tell_areas(few, [partial(dict, overview("Région", view("complaints", kind="rate")))]))
    assert found["complaints"]["cases"] is None
