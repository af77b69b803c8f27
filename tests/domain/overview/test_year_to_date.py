"""What stands beside a figure: counts of the year added, never percentages averaged."""

from __future__ import annotations

import pytest

from charter.domain.overview.year_to_date import Part, year_to_date
from charter.domain.vocabulary.terms import Kind


def test_shares_of_the_year_add_their_counts() -> None:
    parts = [Part("2026-01", 0.5, 1, 2, is_kept=True), Part("2026-02"), Part("2026-03", 0.9, 90, 100)]
    found = year_to_date(Kind.SHARE, parts)
    assert found is not None
    assert (found["value"], found["cases"]) == (91 / 102, 102)
    assert (found["periods"], found["of"], found["kept"], found["since"]) == (2, 3, 1, "2026-01")
    assert year_to_date(Kind.SHARE, []) is None


@pytest.mark.parametrize(
    ("kind", "parts", "value", "cases"),
    [
        (Kind.MEAN, [Part("a", 4.0, None, 10), Part("b", 1.0, None, 30)], 1.75, 40),
        (Kind.NPS, [Part("a", 50.0, None, 2), Part("b", -100.0, None, 2)], -25.0, 4),
        (Kind.COUNT, [Part("a", 3.0, 3, 3), Part("b", 4.0, 4, 4)], 7.0, 7),
        (Kind.MONEY, [Part("a", 1050.0, 2, 2), Part("b", 50.0, 1, 1)], 1100.0, 3),
        (Kind.RATE, [Part("a", 20.0, 2, 100), Part("b", 10.0, 3, 300)], 12.5, 5),
        (Kind.SHARE, [Part("a", None, 0, 0)], None, None),
    ],
)
def test_each_kind_adds_up_as_it_does_over_units(
    kind: Kind, parts: list[Part], value: float | None, cases: int | None
) -> None:
    found = year_to_date(kind, parts, per=1000)
    assert found is not None
    assert (found["value"], found["cases"], found["reason"]) == (value, cases, None)


def test_what_does_not_add_up_says_so() -> None:
    for kind in (Kind.PERCENTILE, Kind.COMPOSITE):
        found = year_to_date(kind, [Part("2026-01", 5.0, None, 10)])
        assert found is not None
        assert (found["value"], found["reason"]) == (None, "not-added")
    weighted = year_to_date(Kind.SHARE, [Part("2026-01", 0.5, 5, 10, is_weighted=True)])
    assert weighted is not None
    assert (weighted["value"], weighted["reason"]) == (None, "weighted")


def test_a_changed_definition_cuts_the_year() -> None:
    found = year_to_date(Kind.SHARE, [Part("2026-01", 1.0, 10, 10), Part("2026-02", 0.5, 5, 10, is_break=True)])
    assert found is not None
    assert (found["value"], found["cases"], found["since"], found["is_cut"]) == (0.5, 10, "2026-02", True)
