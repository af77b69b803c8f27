"""What a run saw of its source, as it is kept; a row that is a total."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.checks.reach import Hole
from charter.domain.checks.seen import Seen, beside, doubled_by
from charter.domain.vocabulary.counts import Cell, Counts


@given(
    st.builds(
        Seen,
        st.none() | st.dates(),
        st.none() | st.dates(),
        st.integers(0, 400),
        st.integers(0, 400),
        st.dictionaries(st.text(), st.integers(1, 10**9) | st.decimals("0.5", 10**6, places=2)),
        st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)),
        hole=st.none() | st.builds(Hole, st.dates(), st.dates(), st.integers(1, 31), st.integers(0, 10**6)),
    )
)
def test_what_was_seen_is_kept_and_read_back(seen: Seen) -> None:
    assert Seen.from_json(seen.as_json()) == seen
    assert Seen.from_json(None) is None


def test_cases_stand_beside_the_median_of_the_periods_before() -> None:
    found = beside(Seen(), 70, [100, 90, 120, 80])
    assert (found.cases, found.median, found.of) == (70, 95, 4)
    assert beside(Seen(), 70, []).median is None


TREE = UnitTree(
    [
        Unit.model_validate({"key": key, "name": key, "parent": parent, "kind": "unit"})
        for key, parent in [("company", None), ("north", "company"), ("lille", "north"), ("metz", "company")]
    ]
)
SHARE: Any = TypeAdapter(Indicator).validate_python(
    {"key": "i", "title": "i", "source": "cases", "kind": "share", "date": "d", "numerator": "n", "denominator": "m"}
)


MONEY: Any = TypeAdapter(Indicator).validate_python(
    {"key": "i", "title": "i", "source": "cases", "kind": "money", "date": "d", "value": "v"}
)


def cells(**counts: tuple[int, int]) -> list[Cell]:
    return [Cell("2026-03", unit, "", "", Counts(n, of)) for unit, (n, of) in counts.items()]


@pytest.mark.parametrize(
    ("counts", "is_doubled"),
    [
        ({"lille": (40, 50), "metz": (30, 50), "France": (70, 100)}, True),
        ({"lille": (400, 500), "metz": (300, 500), "France": (701, 1004)}, True),
        ({"lille": (400, 500), "metz": (300, 500), "France": (700, 1006)}, False),
        # Many by chance, but not as many met; too few to say anything.
        ({"lille": (40, 50), "metz": (30, 50), "Nice": (20, 100)}, False),
        ({"lille": (1, 1), "Nice": (1, 1)}, False),
        # A unit above others whose own rows are their sum.
        ({"lille": (40, 50), "metz": (30, 50), "company": (70, 100)}, True),
        ({"lille": (40, 50), "metz": (30, 50), "north": (40, 50)}, True),
        ({"France": (70, 100)}, False),
    ],
)
def test_a_row_that_is_the_sum_of_the_others_is_named(counts: dict[str, tuple[int, int]], *, is_doubled: bool) -> None:
    said = doubled_by(SHARE, TREE, cells(**counts))
    assert (said is not None) is is_doubled
    if said is not None:
        assert f"“{list(counts)[-1]}”" in str(said)
        assert "total row" in str(said)


def test_one_row_may_be_the_sum_of_many_amounts() -> None:
    def said(**totals: int) -> str:
        found = [Cell("2026-03", unit, "", "", Counts(1, 1, total=total)) for unit, total in totals.items()]
        return str(doubled_by(MONEY, TREE, found) or "")

    assert "what “Gesamt” has in the source “cases” is the sum" in said(lille=100_050, metz=107_050, Gesamt=207_100)
    assert said(lille=100_050, metz=107_050, Nice=150_000) == ""
    # Two units that have as much as each other are no total.
    assert said(lille=100_050, Nice=100_050) == ""


def test_the_share_of_rows_of_a_period_is_exact() -> None:
    assert Seen(dated=(1, 4)).share_of_dated == Decimal("0.25")
    assert Seen().share_of_dated == 1
