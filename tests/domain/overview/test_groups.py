"""In which groups the promises of a month are read."""

from __future__ import annotations

from typing import Any

from charter.domain.overview.groups import FEW, FIRST, groups_of, groups_of_side, is_changed


def view(number: int, status: str, before: str | None = None) -> Any:
    return {"key": f"p{number}", "status": status, "previous_status": before or status}


def test_a_short_charter_is_read_in_its_own_order() -> None:
    views = [view(number, "kept" if number % 2 else "missed") for number in range(FEW)]
    (only,) = groups_of(views)
    assert (only.name, only.keys, only.is_open) == ("all", [one["key"] for one in views], True)
    assert groups_of([]) == []


def test_of_a_long_one_what_calls_for_somebody_stands_open_worst_first_and_nothing_is_left_out() -> None:
    views = [
        *(view(number, "kept") for number in range(31)),
        *(view(40 + number, "missed") for number in range(8)),
        view(50, "unproven"), view(51, "no-data"), view(52, "unacceptable"), view(53, "kept", "missed"),
        view(60, "near"), view(61, "near", "kept"), view(70, "not-applicable"),
    ]  # fmt: skip
    found = {group.name: group for group in groups_of(views)}
    assert list(found) == ["first", "more", "near", "kept", "not-applicable"]
    assert found["first"].keys == ["p52", *(f"p{40 + number}" for number in range(7))]
    assert len(found["first"].keys) == FIRST
    assert found["more"].keys == ["p47", "p51", "p50", "p61", "p53"]
    assert (len(found["kept"].keys), found["near"].keys) == (31, ["p60"])
    assert sorted(key for group in found.values() for key in group.keys) == sorted(one["key"] for one in views)
    assert [group.name for group in found.values() if group.is_open] == ["first"]


def test_a_promise_without_a_month_before_has_not_changed() -> None:
    assert not is_changed(view(1, "kept") | {"previous_status": None})
    assert is_changed(view(1, "kept", "near"))


def test_a_side_of_a_card_is_grouped_where_it_is_long_and_loses_nothing() -> None:
    few = [view(number, "kept") for number in range(FEW)]
    assert [(group.name, len(group.keys)) for group in groups_of_side(few)] == [("all", FEW)]
    many = [view(number, "missed" if number < 10 else "kept") for number in range(60)]
    found = groups_of_side(many)
    assert [(group.name, len(group.keys)) for group in found] == [("first", FIRST), ("more", 2), ("kept", 50)]
    assert sorted(key for group in found for key in group.keys) == sorted(one["key"] for one in many)
