"""When a chart may be drawn, what it says, and what is said instead."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.domain.statistics.chart_reading import (
    assurance_of,
    bounds_of,
    chart_end,
    read_chart,
    touched,
    variation_of,
)
from charter.domain.statistics.control_chart_signals import labels, last_label, limits_of
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.terms import Direction, Kind

NHS = [0.90, 0.89, 0.90, 0.91, 0.90, 0.89, 0.91, 0.90, 0.89, 0.90, 0.91, 0.90, 0.89, 0.90]


def months(values: list[float | None], year: int = 2025) -> list[tuple[str, float | None]]:
    return [(f"{year + at // 12}-{at % 12 + 1:02d}", value) for at, value in enumerate(values)]


def test_read_chart_says_stable_and_never_capable_of_its_target() -> None:
    reading = read_chart(months(list(NHS)), direction=Direction.HIGHER, target=Decimal("0.95"), bounds=(0, 1))
    assert (reading.drawable, reading.reason) == (True, None)
    assert (reading.variation, reading.assurance) == ("common", "will-miss")


def test_read_chart_takes_the_nist_flow_rates_with_the_constant_2_66() -> None:
    flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    reading = read_chart(months([*flow, None, None]), direction=Direction.HIGHER)
    assert reading.reason == "too-short"  # ten points: no limits are shown
    assert all(point.mean is None for point in reading.points)
    mean, move = 50.81, 16.9 / 9
    assert (mean + 2.66 * move, mean - 2.66 * move) == (
        pytest.approx(55.8049, abs=5e-5),
        pytest.approx(45.8151, abs=5e-5),
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "too-short"),
        ([0.9, 0.8] * 5 + [0.9], "too-short"),
        ([1.0] * 11, "too-short"),
        ([1.0] * 12, "constant"),
        ([1.0] * 18 + [0.95], "too-regular"),  # the reference calls all 19 points special causes
        ([1.0] * 16 + [0.95, 1.0], "too-regular"),
        ([1.0] * 14 + [0.95, 1.0, 0.95], None),
        ([0.9, 0.8] * 6, None),
        ([0.9, None, 0.8, None] * 6, "too-regular"),  # twelve values, but no two neighbours
    ],
)
def test_read_chart_is_drawn_from_twelve_points_and_three_moves(values: list[float | None], reason: str | None) -> None:
    reading = read_chart(months(values), direction=Direction.HIGHER, target=0.9)
    assert (reading.drawable, reading.reason) == (reason is None, reason)
    if reason is not None:
        assert (reading.variation, reading.assurance, reading.mean) == ("none", None, None)
        assert {point.type for point in reading.points} <= {"common_cause"}


def test_limits_do_not_collapse_when_screening_would_leave_no_move() -> None:
    reading = read_chart(months([*[1.0] * 14, 0.95, 1.0, 0.95]), direction=Direction.HIGHER, target=0.9)
    assert reading.drawable
    assert reading.moving_range == pytest.approx(0.15 / 16)
    assert reading.assurance == "will-keep"  # as published, every limit would be the mean


def test_a_missing_period_breaks_a_run_and_keeps_common_limits() -> None:
    whole = [1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 4.0, 4.1, 4.0, 4.1, 4.0, 4.1, 4.0]
    with_gap = [*whole[:10], None, *whole[10:]]
    labels = [point.label for point in read_chart(months(list(whole)), direction=Direction.HIGHER).points]
    assert labels[7:] == ["7 Points Above CL"] * 7
    broken = read_chart(months(with_gap), direction=Direction.HIGHER)
    assert {point.label for point in broken.points} == {"Common Cause"}
    assert len({point.mean for point in broken.points}) == 1
    assert broken.points[10].value is None


def test_a_missing_value_is_never_a_zero() -> None:
    reading = read_chart(months([*NHS, None]), direction=Direction.HIGHER)
    assert reading.mean == pytest.approx(sum(NHS) / len(NHS))
    assert reading.variation == "none"  # the last period was not measured: it says nothing


def test_limits_are_clipped_to_what_can_happen_and_kept_raw() -> None:
    values = [0.99, 0.93, 1.0, 0.94, 0.99, 0.92, 1.0, 0.95, 0.99, 0.93, 1.0, 0.94]
    last = read_chart(months(list(values)), direction=Direction.HIGHER, bounds=bounds_of(Kind.SHARE)).points[-1]
    assert last.upper == 1.0
    assert last.raw_upper is not None
    assert last.raw_upper > 1.0
    assert last.lower == last.raw_lower


@pytest.mark.parametrize(
    ("direction", "last", "variation"),
    [
        (Direction.HIGHER, 0.99, "improvement-high"),
        (Direction.HIGHER, 0.70, "concern-low"),
        (Direction.LOWER, 0.99, "concern-high"),
        (Direction.LOWER, 0.70, "improvement-low"),
    ],
)
def test_variation_is_that_of_the_last_point(direction: Direction, last: float, variation: str) -> None:
    assert read_chart(months([*NHS, last]), direction=direction).variation == variation


@pytest.mark.parametrize(
    ("direction", "target", "assurance"),
    [
        (Direction.HIGHER, 0.50, "will-keep"),
        (Direction.HIGHER, 0.90, "hit-or-miss"),
        (Direction.LOWER, 0.50, "will-miss"),
        (Direction.LOWER, 0.99, "will-keep"),
        (Direction.HIGHER, None, None),
    ],
)
def test_assurance_compares_the_target_with_the_limits(
    direction: Direction, target: float | None, assurance: str | None
) -> None:
    assert read_chart(months(list(NHS)), direction=direction, target=target).assurance == assurance


def test_a_changed_definition_restarts_and_a_short_group_shows_no_limits() -> None:
    points = months([*NHS, 0.5, 0.6, 0.5])
    reading = read_chart(points, direction=Direction.HIGHER, rebase=[points[14][0]])
    assert (reading.drawable, reading.reason) == (False, "too-short")
    assert reading.points[0].mean == pytest.approx(sum(NHS) / 14)
    assert reading.points[-1].mean is None


def test_a_group_that_is_too_short_does_not_forbid_the_chart_of_the_next() -> None:
    points = months([0.5, 0.6, 0.5, *NHS])
    reading = read_chart(points, direction=Direction.HIGHER, rebase=[points[3][0]])
    assert reading.drawable
    assert [point.mean is None for point in reading.points[:4]] == [True, True, True, False]


def test_touched_counts_the_failures() -> None:
    assert touched(Counts(numerator=90, denominator=100), Direction.HIGHER) == 10
    assert touched(Counts(numerator=7, denominator=100), Direction.LOWER) == 7


SERIES = st.lists(
    st.one_of(st.none(), st.sampled_from([0.0, 0.8, 0.81, 0.85, 0.9, 0.95, 1.0]), st.floats(0, 1)),
    min_size=1,
    max_size=36,
)


@given(values=SERIES, direction=st.sampled_from(Direction), target=st.one_of(st.none(), st.floats(0, 1)))
@settings(max_examples=300, deadline=None)
def test_the_end_of_a_chart_says_what_the_whole_chart_says(
    values: list[float | None], direction: Direction, target: float | None
) -> None:
    whole = read_chart(months(values), direction=direction, target=target, bounds=(0, 1))
    end = chart_end(values)
    said = (variation_of(end, direction), assurance_of(end, direction, target))
    assert said == ((whole.variation, whole.assurance) if whole.drawable else (None, None))


def test_the_end_of_a_rising_chart_is_high_and_good_only_where_higher_is_better() -> None:
    end = chart_end([*NHS[:7], 0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96])
    assert end.says == "high"
    assert variation_of(end, Direction.HIGHER) == "improvement-high"
    assert variation_of(end, Direction.LOWER) == "concern-high"


@settings(max_examples=300)
@given(
    st.lists(st.one_of(st.none(), st.integers(-9, 9).map(float)), min_size=1, max_size=30),
    st.floats(-3, 3).map(lambda rise: round(rise, 1)),
)
def test_the_last_label_alone_is_that_of_the_whole(values: list[float | None], rise: float) -> None:
    moved = [None if one is None else one + rise * at for at, one in enumerate(values)]
    limits = limits_of(moved, collapse=False)
    assert moved[-1] is None or last_label(moved, limits) == labels(moved, limits)[-1]
