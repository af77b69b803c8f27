"""Segments and units side by side: tested after Holm, nothing of few, and nothing that a subtraction would find."""

from __future__ import annotations

import pytest

from charter.domain.analyses.groups_apart import Groups, MarkCounts, PairCounts, count_marks, side_by_side
from charter.domain.surveys.differences import chi_square
from charter.domain.surveys.kano import KanoCounts
from charter.domain.surveys.marks import Coding


def test_segments_side_by_side_are_tested_together_and_too_few_are_left_out() -> None:
    alike, other, few = KanoCounts(a=20, o=20, m=40, i=20), KanoCounts(a=45, o=20, m=10, i=25), KanoCounts(m=9)
    first, second = PairCounts(alike), PairCounts(other)
    two = side_by_side({"pro": {"care": first}, "home": {"care": second}, "new": {"care": PairCounts(few)}})
    assert [(one.group, one.differs, one.counts is None) for one in two] == [
        ("pro", True, False), ("home", True, False), ("new", False, True),
    ]  # fmt: skip
    p = chi_square(alike, other)[0]
    only = side_by_side({"pro": {"care": first, "bill": first}, "home": {"care": second, "bill": first}})
    assert p is not None
    assert [one.p for one in only] == [pytest.approx(2 * p), pytest.approx(2 * p), 1.0, 1.0], "two tests, after Holm"


def test_units_of_marks_are_tested_by_their_low_middle_and_high_marks() -> None:
    groups: Groups = {
        "north": {"care": MarkCounts(40, 30, 30)},
        "south": {"care": MarkCounts(10, 30, 60)},
        "few": {"care": MarkCounts(9, 10, 10)},
    }
    north, south, few = side_by_side(groups)
    # Chi-squared with two degrees of freedom, reckoned by hand: 18 + 0 + 10 = 28, p = exp(-14).
    assert north.p == pytest.approx(8.315287e-07, rel=1e-5)
    assert (north.differs, south.differs, few.counts, few.p) == (True, True, None, None)


@pytest.mark.parametrize(
    ("rest", "shown"), [(0, ["a", "b", "c"]), (1, ["a", "c"]), (4, ["a", "c"]), (5, ["a", "b", "c"])]
)
def test_what_is_in_no_unit_is_found_by_no_subtraction(rest: int, shown: list[str]) -> None:
    groups: Groups = {
        "a": {"care": MarkCounts(20, 20, 20)},
        "b": {"care": MarkCounts(10, 10, 10)},
        "c": {"care": MarkCounts(20, 20, 30)},
    }
    whole = MarkCounts(50 + rest, 50, 60)
    assert [one.group for one in side_by_side(groups, whole={"care": whole}) if one.counts] == shown


def test_marks_are_counted_low_between_and_high_without_those_that_say_nothing() -> None:
    coding = Coding(low=(1, 2), high=(4, 5), not_applicable=9)
    answers = [{"care": mark} for mark in (1, 2, 3, 4, 5, 5, 9, None)]
    assert count_marks(answers, ["care", "bill"], coding) == {"care": [2, 1, 3], "bill": [0, 0, 0]}


def test_weighted_marks_are_parts_of_the_effective_number_of_people() -> None:
    answers = [{"care": 1, "$weight": 2.0}, {"care": 3, "$weight": 1.0}, {"care": 5, "$weight": 0.0}]
    # (2 + 1)² / (4 + 1) = 1.8 people, two thirds of them low.
    assert count_marks(answers, ["care"], Coding()) == {"care": [1.2, 0.6, 0.0]}
