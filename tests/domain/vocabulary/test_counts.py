"""Counts and their values: exact, additive, and never a value where nothing was judged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.vocabulary.counts import Counts, add_up, exact, value_of
from charter.domain.vocabulary.terms import Kind


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        (3, 3),
        (3.0, 3),
        ("12", 12),
        (0.1, Decimal("0.1")),
        (1e300, 10**300),
        ("2.50", Decimal("2.5")),
        (Decimal("7.000"), 7),
        (-0.5, Decimal("-0.5")),
    ],
)
def test_numbers_are_kept_by_their_shortest_writing(given_value: Any, kept: Any) -> None:
    assert exact(given_value) == kept
    assert type(exact(given_value)) is type(kept)


@pytest.mark.parametrize("given_value", [float("nan"), float("inf"), "-Infinity", Decimal("NaN")])
def test_what_is_no_finite_number_is_refused(given_value: Any) -> None:
    with pytest.raises(ValueError, match="is not a finite number"):
        exact(given_value)


SHARE = Counts(numerator=41, denominator=62)


@pytest.mark.parametrize(
    ("kind", "counts", "value"),
    [
        (Kind.SHARE, SHARE, Decimal(41) / 62),
        (Kind.SHARE_WITHIN, SHARE, Decimal(41) / 62),
        (Kind.AVAILABILITY, Counts(Decimal("99.5"), 100), Decimal("0.995")),
        (Kind.YES_NO, Counts(1, 1), Decimal(1)),
        (Kind.MEAN, Counts(denominator=4, total=Decimal("18.6"), squares=90), Decimal("4.65")),
        (Kind.NPS, Counts(denominator=10, promoters=5, detractors=2), Decimal(30)),
        (Kind.NPS, Counts(denominator=3, promoters=0, detractors=3), Decimal(-100)),
        (Kind.COUNT, Counts(7, 7), Decimal(7)),
        (Kind.COUNT, Counts(), Decimal(0)),
        (Kind.MONEY, Counts(2, 2, total=4550), Decimal(4550)),
        (Kind.MONEY, Counts(), Decimal(0)),
        (Kind.SUM, Counts(2, 2, total=Decimal("4.55")), Decimal("4.55")),
        (Kind.PERCENTILE, Counts(denominator=9, value=Decimal("47.5")), Decimal("47.5")),
        (Kind.COMPOSITE, Counts(denominator=2, value=Decimal("0.8")), Decimal("0.8")),
    ],
)
def test_the_value_of_each_kind(kind: Kind, counts: Counts, value: Decimal) -> None:
    assert value_of(kind, counts) == value


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.COUNT, Kind.SUM, Kind.MONEY)])
def test_without_a_judged_case_there_is_no_value(kind: Kind) -> None:
    assert value_of(kind, Counts(pending=4, excluded={"duplicate": 2})) is None


def test_passives_are_the_rest() -> None:
    assert Counts(denominator=10, promoters=5, detractors=2).passives == 3


def test_reasons_are_added_one_by_one() -> None:
    first, second = Counts(excluded={"b": 1, "a": 2}), Counts(excluded={"b": 3, "c": 4})
    assert (first + second).excluded == {"a": 2, "b": 4, "c": 4}
    assert list((first + second).excluded) == ["a", "b", "c"]


def test_the_sum_of_nothing_is_zero_counts() -> None:
    assert add_up([]) == Counts()


numbers = st.integers(0, 10**12) | st.decimals(0, 10**9, places=3)
some = st.builds(
    Counts,
    numerator=numbers,
    denominator=numbers,
    pending=st.integers(0, 99),
    stopped=st.integers(0, 99),
    total=numbers,
    squares=numbers,
    promoters=st.integers(0, 99),
    detractors=st.integers(0, 99),
    excluded=st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)),
)


@given(some, some, some)
def test_counts_add_in_any_order(a: Counts, b: Counts, c: Counts) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert add_up([a, b, c]) == a + b + c
