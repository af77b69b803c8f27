"""Places on paper: scales hold figures at the edge, ticks are round, gaps cut lines, hatching stays inside."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.charts.scales import (
    Scale,
    apart,
    bounds_of,
    from_zero,
    hatch,
    line,
    number,
    runs,
    steps,
    ticks,
    window,
    wrap,
)

figures = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.001, "0"), (12.0, "12"), (1.005, "1"), (3.146, "3.15"), (-2.5, "-2.5")]
)
def test_number_is_short(value: float, text: str) -> None:
    assert number(value) == text


def test_scale_maps_ends_and_holds_what_is_outside() -> None:
    scale = Scale(0.0, 1.0, 100.0, 0.0)
    assert [scale.at(v) for v in (0.0, 0.25, 1.0, 1.7, -3.0)] == [100.0, 75.0, 0.0, 0.0, 100.0]


def test_scale_without_extent_answers_the_middle() -> None:
    assert Scale(5.0, 5.0, 0.0, 10.0).at(5.0) == 5.0


@pytest.mark.parametrize(
    ("kind", "bounds"),
    [("share", (0.0, 1.0)), ("nps", (-100.0, 100.0)), ("count", (0.0, None)), ("mean", (None, None))],
)
def test_bounds_follow_the_kind(kind: str, bounds: tuple[float | None, float | None]) -> None:
    assert bounds_of(kind) == bounds


def test_window_stays_inside_what_a_share_can_be() -> None:
    assert window("share", [0.98, 1.0, None]) == (pytest.approx(0.9776), 1.0)
    assert window("share", [None]) == (0.0, 1.0)


@given(st.lists(figures, min_size=1), st.sampled_from(["mean", "count", "composite", "nps", "share"]))
def test_window_is_never_empty(values: list[float], kind: str) -> None:
    least, greatest = bounds_of(kind)
    floored = [v if least is None else max(v, least) for v in values]
    inside = [v if greatest is None else min(v, greatest) for v in floored]
    low, high = window(kind, inside)
    assert low < high
    assert low <= min(inside)
    assert high >= max(inside)


@pytest.mark.parametrize(
    ("kind", "values", "axis"),
    [
        ("share", [0.9], (0.0, 1.0)),
        ("nps", [12.0], (-100.0, 100.0)),
        ("mean", [2.1, 3.0], (0.0, 4.0)),
        ("count", [0.0], (0.0, 1.0)),
        ("money", [-30.0, 10.0], (-30.0, 15.0)),
    ],
)
def test_bars_start_at_zero(kind: str, values: list[float], axis: tuple[float, float]) -> None:
    assert from_zero(kind, values) == pytest.approx(axis)


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(0.0, 1.0, [0.0, 0.5, 1.0]), (0.874, 0.981, [0.9, 0.95]), (3.0, 3.0, [3.0])],
)
def test_ticks_are_round(low: float, high: float, found: list[float]) -> None:
    assert ticks(low, high) == found


def test_window_is_not_negative_where_no_figure_is() -> None:
    assert window("mean", [0.0, 10.0]) == (0.0, pytest.approx(11.2))
    assert window("mean", [-1.0, 10.0])[0] == pytest.approx(-2.32)


@given(figures, st.floats(1e-3, 1e6))
def test_ticks_lie_between_the_ends_and_are_few(low: float, spread: float) -> None:
    found = ticks(low, low + spread)
    slack = spread * 1e-6 + abs(low) * 1e-9
    assert len(found) <= 6
    assert all(low - slack <= tick <= low + spread + slack for tick in found)


def test_runs_are_cut_at_gaps() -> None:
    assert runs([None, 1.0, 2.0, None, 3.0]) == [[1, 2], [4]]


def test_line_through_spots() -> None:
    assert line([(0.0, 1.5), (10.0, 2.0)]) == "M0 1.5L10 2"


def test_steps_step_half_way_and_are_cut_when_not_joined() -> None:
    scale = Scale(0.0, 10.0, 10.0, 0.0)
    assert steps([2.0, 2.0, 5.0], [0.0, 10.0, 20.0], scale) == "M0 8L15 8L15 5L20 5"
    assert steps([2.0, 2.0, 5.0], [0.0, 10.0, 20.0], scale, is_joined=False) == "M0 8L15 8M15 5L20 5"
    assert steps([2.0, None, 2.0], [0.0, 10.0, 20.0], scale) == "M0 8L5 8M15 8L20 8"
    assert steps([None, None], [0.0, 10.0], scale) == ""


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5))
def test_labels_are_apart_and_inside(places: list[float]) -> None:
    moved = apart(places, 12.0, 0.0, 100.0)
    ordered = sorted(moved)
    assert all(b - a >= 11.98 for a, b in pairwise(ordered))
    assert ordered[0] >= -0.01
    assert ordered[-1] <= 100.01


def test_hatching_stays_inside_its_polygon() -> None:
    path = hatch([(0.0, 0.0), (20.0, 0.0), (20.0, 10.0), (0.0, 10.0)])
    ends = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]
    assert len(ends) == 8
    assert all(0 <= x <= 20 and 0 <= y <= 10 for x, y in ends)


def test_wrap_breaks_between_words_only_and_keeps_no_break_spaces() -> None:
    assert wrap("Socle\u00a0: 3 sur 5, rompu par le n°\u00a04", 108.0, 12.0) == [
        "Socle\u00a0: 3 sur 5,",
        "rompu par le",
        "n°\u00a04",
    ]
