"""The tree of units: who is under whom, and how counts add along it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree, is_valid, roll_up
from charter.domain.checks.seen import cases_of
from charter.domain.vocabulary.counts import Cell, Counts, add_up
from charter.domain.vocabulary.terms import Kind


def unit(key: str, parent: str | None = None, **more: object) -> Unit:
    return Unit.model_validate({"key": key, "name": key.capitalize(), "parent": parent, "kind": "agency"} | more)


def tree() -> UnitTree:
    return UnitTree(
        [
            unit("nice", "south"),
            unit("company"),
            unit("west", "company"),
            unit("brest", "west"),
            unit("vannes", "west", valid_until="2026-09-30"),
            unit("south", "company"),
        ]
    )


def cell(place: str, numerator: int, denominator: int, **more: object) -> Cell:
    return Cell("2026-10", place, "", "", Counts(numerator, denominator, **more))  # type: ignore[arg-type]


def test_walk_gives_parents_first_in_the_order_of_the_file() -> None:
    assert [(one.key, depth) for one, depth in tree().walk()] == [
        ("company", 0),
        ("west", 1),
        ("brest", 2),
        ("vannes", 2),
        ("south", 1),
        ("nice", 2),
    ]
    assert [(one.key, depth) for one, depth in tree().walk("west")] == [("west", 0), ("brest", 1), ("vannes", 1)]


def test_path_under_and_leaves_agree() -> None:
    found = tree()
    assert found.root.key == "company"
    assert found.path("nice") == ["nice", "south", "company"]
    assert found.under("west") == {"west", "brest", "vannes"}
    assert [one.key for one in found.children("company")] == ["west", "south"]
    assert found.is_leaf("nice")
    assert not found.is_leaf("west")
    assert "nice" in found
    assert "paris" not in found


def test_leaves_are_those_valid_on_the_day_in_the_order_of_the_tree() -> None:
    assert tree().leaves("company", date(2026, 9, 30)) == ["brest", "vannes", "nice"]
    assert tree().leaves("company", date(2026, 10, 1)) == ["brest", "nice"]
    assert tree().leaves("nice", date(2026, 10, 1)) == ["nice"]
    assert tree().leaves("vannes", date(2026, 10, 1)) == []


@pytest.mark.parametrize(
    ("first", "last", "on", "valid"),
    [
        (None, None, "2026-10-01", True),
        ("2026-10-01", None, "2026-10-01", True),
        ("2026-10-02", None, "2026-10-01", False),
        (None, "2026-10-01", "2026-10-01", True),
        (None, "2026-09-30", "2026-10-01", False),
    ],
)
def test_both_ends_of_a_validity_are_included(first: str | None, last: str | None, on: str, valid: bool) -> None:
    one = unit("a", valid_from=first, valid_until=last)
    assert is_valid(one, date.fromisoformat(on)) is valid


def test_counts_add_along_the_tree() -> None:
    rolled = roll_up(
        tree(), [cell("brest", 1, 2), cell("brest", 3, 4, pending=1), cell("nice", 5, 10), cell("west", 1, 1)]
    )
    assert {key: (one.numerator, one.denominator, one.pending) for key, one in rolled.counts.items()} == {
        "company": (10, 17, 1),
        "west": (5, 7, 1),
        "brest": (4, 6, 1),
        "vannes": (0, 0, 0),
        "south": (5, 10, 0),
        "nice": (5, 10, 0),
    }
    assert rolled.own == {"brest", "nice", "west"}
    assert rolled.unknown == {}


def test_rows_of_an_unknown_unit_count_in_the_root_and_are_named() -> None:
    rolled = roll_up(
        tree(), [cell("nice", 5, 10), cell("paris", 1, 2, pending=3, excluded={"duplicate": 4}), cell("", 1, 1)]
    )
    assert (rolled.counts["company"].numerator, rolled.counts["company"].denominator) == (7, 13)
    assert rolled.counts["west"].denominator == 0
    assert {unit: cases_of(Kind.SHARE, counts) for unit, counts in rolled.unknown.items()} == {"paris": 9, "": 1}


counts = st.builds(
    Counts,
    numerator=st.integers(0, 50),
    denominator=st.integers(50, 99),
    pending=st.integers(0, 9),
    total=st.decimals(0, 1000, places=2),
    excluded=st.dictionaries(st.sampled_from(["duplicate", "error"]), st.integers(0, 9)),
)
cells = st.lists(
    st.builds(
        lambda key, one: Cell("2026-10", key, "", "", one), st.sampled_from(["brest", "vannes", "nice", "?"]), counts
    )
)


@given(cells)
def test_nothing_is_lost_or_counted_twice(given_cells: list[Cell]) -> None:
    rolled = roll_up(tree(), given_cells)
    assert rolled.counts["company"] == add_up(one.counts for one in given_cells)
    strangers = add_up(one.counts for one in given_cells if one.unit == "?")
    assert add_up([rolled.counts["west"], rolled.counts["south"], strangers]) == rolled.counts["company"]
    assert Decimal(rolled.counts["west"].total) == sum(
        Decimal(one.counts.total) for one in given_cells if one.unit in ("brest", "vannes")
    )
