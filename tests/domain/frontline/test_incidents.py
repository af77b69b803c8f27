"""Incivility written down: no count that is shown, nor any difference of two, tells of a few."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.frontline.incidents import (
    Incident,
    count_by_touchpoint,
    read_day,
    require_day,
    require_kind,
    require_support_day,
    told_apart,
)
from charter.domain.frontline.observations import ObservationKind, Step
from charter.domain.vocabulary.errors import Conflict, Invalid

LEAST = 5


def tree_of(*pairs: tuple[str, str | None]) -> UnitTree:
    return UnitTree([Unit(key=key, name=key, kind="unit", parent=parent) for key, parent in pairs])


TREE = tree_of(
    ("whole", None), ("north", "whole"), ("south", "whole"), ("lille", "north"), ("arras", "north"), ("nice", "south")
)


def met(unit: str, touchpoint: str, count: int, month: int = 3) -> list[Incident]:
    return [Incident(date(2026, month, 1 + at), unit, touchpoint) for at in range(count)]


def groups(told: list[Incident]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for one in told:
        found[one.touchpoint, one.unit] = found.get((one.touchpoint, one.unit), 0) + 1
    return found


def test_enough_stay_where_they_happened() -> None:
    told = told_apart(met("lille", "phone", 5) + met("nice", "counter", 6), TREE, LEAST)
    assert groups(told) == {("phone", "lille"): 5, ("counter", "nice"): 6}


def test_few_are_told_further_up_with_others_of_their_touchpoint() -> None:
    told = told_apart(met("lille", "phone", 3) + met("arras", "phone", 2), TREE, LEAST)
    assert groups(told) == {("phone", "north"): 5}
    told = told_apart(met("lille", "phone", 3) + met("nice", "phone", 2), TREE, LEAST)
    assert groups(told) == {("phone", "whole"): 5}
    told = told_apart(met("lille", "phone", 3) + met("nice", "counter", 2), TREE, LEAST)
    assert groups(told) == {("", "whole"): 5}


def test_the_few_that_are_left_take_the_smallest_group_with_them() -> None:
    """11 on the phone and 12 in all would tell of one at the counter; the larger group stays to be seen."""
    told = told_apart(met("lille", "phone", 11) + met("nice", "phone", 6) + met("nice", "counter", 1), TREE, LEAST)
    assert groups(told) == {("phone", "lille"): 11, ("", "whole"): 7}
    told = told_apart(met("lille", "phone", 11) + met("arras", "phone", 6) + met("nice", "phone", 1), TREE, LEAST)
    assert groups(told) == {("phone", "lille"): 11, ("phone", "whole"): 7}


def test_a_month_with_few_in_all_tells_nothing() -> None:
    assert told_apart(met("lille", "phone", 4), TREE, LEAST) == []
    both = met("lille", "phone", 4) + met("lille", "phone", 5, month=4)
    assert {one.day.month for one in told_apart(both, TREE, LEAST)} == {4}


def test_the_day_and_the_support_stay_with_each_and_an_unknown_unit_is_of_the_whole() -> None:
    incidents = [Incident(date(2026, 3, day), "closed", "phone", date(2026, 3, day + 1)) for day in range(1, 6)]
    told = told_apart(incidents, TREE, LEAST)
    assert [(one.day, one.supported_on, one.unit) for one in told] == [
        (one.day, one.supported_on, "whole") for one in incidents
    ]


trees = st.lists(st.integers(0, 6), min_size=1, max_size=7).map(
    lambda parents: tree_of(("u0", None), *((f"u{at}", f"u{min(p, at - 1)}") for at, p in enumerate(parents, 1)))
)
written = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(["", "phone", "counter"]), st.integers(1, 2)), max_size=60
)


@settings(max_examples=300, deadline=None)
@given(trees, written, st.integers(5, 8))
def test_every_sum_and_difference_of_what_is_shown_is_nothing_or_enough(
    tree: UnitTree, rows: list[tuple[int, str, int]], least: int
) -> None:
    """Parents less their units, the whole less a touchpoint, unions and what is left of them: any cells that a page,
    a file or a program may lay beside each other."""
    incidents = [Incident(date(2026, month, 1), f"u{unit}", place) for unit, place, month in rows]
    told = told_apart(incidents, tree, least)
    for month in (1, 2):
        own = [one for one in told if one.day.month == month]
        meant = sum(one.day.month == month for one in incidents)
        assert len(own) == (meant if meant >= least else 0)
        shown = {(unit, place) for unit in tree.by_key for place in ("", "phone", "counter", None)}
        cells = {
            (unit, place): frozenset(
                at for at, one in enumerate(own) if one.unit in tree.under(unit) and place in (None, one.touchpoint)
            )
            for unit, place in shown
        }
        for first, second in combinations(cells.values(), 2):
            for part in (first, first - second, second - first, first & second, first | second):
                assert len(part) == 0 or len(part) >= least
        for unit in tree.by_key:
            assert all(count >= least for count in count_by_touchpoint(own, tree, unit).values())


@settings(max_examples=100, deadline=None)
@given(trees, written)
def test_the_order_in_which_they_were_written_down_tells_nothing(
    tree: UnitTree, rows: list[tuple[int, str, int]]
) -> None:
    incidents = [Incident(date(2026, month, 1), f"u{unit}", place) for unit, place, month in rows]
    assert told_apart(incidents, tree, LEAST) == told_apart(incidents[::-1], tree, LEAST)


@pytest.mark.parametrize("step", [Step.ACCEPT, Step.ANSWER])
def test_an_incident_is_shown_to_nobody(step: Step) -> None:
    with pytest.raises(Conflict):
        require_kind(ObservationKind.INCIDENT, step)
    require_kind(ObservationKind.OBSTACLE, step)


def test_only_an_incident_is_supported() -> None:
    require_kind(ObservationKind.INCIDENT, Step.SUPPORT)
    require_kind(ObservationKind.INCIDENT, Step.SET_ASIDE)
    with pytest.raises(Conflict):
        require_kind(ObservationKind.OBSTACLE, Step.SUPPORT)


def test_days_are_days_that_have_come() -> None:
    today = date(2026, 11, 10)
    for day in (today, date(2026, 8, 10)):
        require_day(day, today)
    for day in (date(2026, 11, 11), date(2026, 8, 9)):
        with pytest.raises(Invalid):
            require_day(day, today)
    require_support_day(today, today, today)
    for day in (date(2026, 11, 8), date(2026, 11, 11)):
        with pytest.raises(Invalid):
            require_support_day(day, date(2026, 11, 9), today)
    assert read_day(" 2026-03-15 ") == date(2026, 3, 15)
    for said in ("", "15/03/2026", "2026-02-30"):
        with pytest.raises(Invalid):
            read_day(said)
