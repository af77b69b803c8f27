"""The status of an indicator and of a commitment: the four levels, samples, too few, no data, the weakest link."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations, product
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.charter_file.indicators import Target
from charter.domain.readings.status import (
    WORST_FIRST,
    Reading,
    commitment_status,
    evaluate_status,
    is_exceeded,
    is_without_evidence,
    worst_status,
)
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.terms import Basis, Direction, Kind, Reason, Status

S = Status


def make_target(target: str = "0.90", **levels: str) -> Target:
    return Target.model_validate({"from": "2026-01-01", "target": target, **levels})


FULL = make_target(tolerance="0.02", unacceptable="0.50", exceeds="0.95")


def share(good: int, of: int, target: Target | None = FULL, **given: Any) -> Reading:
    """A share of a census, higher is better, minimum 30, unless given otherwise."""
    basis, direction = given.pop("basis", Basis.CENSUS), given.pop("direction", Direction.HIGHER)
    counts = Counts(numerator=good, denominator=of, stopped=of)
    return evaluate_status(
        given.pop("kind", Kind.SHARE_WITHIN), direction, basis, counts, target, given.pop("minimum", 30), **given
    )


@pytest.mark.parametrize(
    ("good", "status"),
    [
        (1000, S.KEPT),
        (900, S.KEPT),
        (899, S.NEAR),
        (880, S.NEAR),
        (879, S.MISSED),
        (500, S.MISSED),
        (499, S.UNACCEPTABLE),
        (0, S.UNACCEPTABLE),
    ],
)
def test_the_four_levels_of_a_census(good: int, status: Status) -> None:
    assert share(good, 1000).status is status


@pytest.mark.parametrize(
    ("bad", "status"),
    [(50, S.KEPT), (51, S.NEAR), (60, S.NEAR), (61, S.MISSED), (200, S.MISSED), (201, S.UNACCEPTABLE)],
)
def test_the_four_levels_when_lower_is_better(bad: int, status: Status) -> None:
    target = make_target("0.05", tolerance="0.01", unacceptable="0.20")
    assert share(bad, 1000, target, direction=Direction.LOWER, kind=Kind.SHARE).status is status


@pytest.mark.parametrize(("good", "of"), [(19, 20), (57, 60), (95, 100), (190, 200), (2_850_019, 3_000_020)])
def test_equality_with_the_target_is_exact(good: int, of: int) -> None:
    """19 of 20 is 0.95, whatever binary floats make of it."""
    assert share(good, of, make_target("0.95"), minimum=1).status is S.KEPT


def test_the_tolerance_band_reads_near_even_below_an_unacceptable_threshold_inside_it() -> None:
    target = make_target("0.90", tolerance="0.10", unacceptable="0.85")
    assert share(82, 100, target).status is S.NEAR
    assert share(79, 100, target).status is S.UNACCEPTABLE


def test_without_an_unacceptable_threshold_nothing_is_unacceptable() -> None:
    assert share(1, 100, make_target()).status is S.MISSED


def test_a_census_shows_a_95_percent_interval_that_does_not_decide() -> None:
    reading = share(90, 100)
    assert (reading.status, reading.value) == (S.KEPT, Decimal("0.9"))
    assert reading.interval == pytest.approx((0.8256, 0.9448), abs=5e-5)
    assert reading.interval_level == 0.95


@pytest.mark.parametrize(
    ("good", "of", "status", "reason"),
    [
        (980, 1000, S.KEPT, None),
        (92, 100, S.UNPROVEN, Reason.INTERVAL_STRADDLES),
        (89, 100, S.UNPROVEN, Reason.INTERVAL_STRADDLES),
        (8850, 10000, S.NEAR, None),
        (700, 1000, S.MISSED, None),
        (300, 1000, S.UNACCEPTABLE, None),
    ],
)
def test_a_sample_is_decided_by_its_90_percent_interval(
    good: int, of: int, status: Status, reason: Reason | None
) -> None:
    reading = share(good, of, basis=Basis.SAMPLE, kind=Kind.SHARE)
    assert (reading.status, reading.reason, reading.interval_level) == (status, reason, 0.90)


@pytest.mark.parametrize(
    ("bad", "status"), [(10, S.KEPT), (55, S.UNPROVEN), (45, S.UNPROVEN), (80, S.MISSED), (300, S.UNACCEPTABLE)]
)
def test_a_sample_is_mirrored_when_lower_is_better(bad: int, status: Status) -> None:
    target = make_target("0.05", unacceptable="0.20")
    reading = share(bad, 1000, target, basis=Basis.SAMPLE, kind=Kind.SHARE, direction=Direction.LOWER)
    assert reading.status is status


def mean(n: int, total: int, squares: int, target: str) -> Reading:
    counts = Counts(denominator=n, total=total, squares=squares)
    return evaluate_status(Kind.MEAN, Direction.HIGHER, Basis.SAMPLE, counts, make_target(target), 2)


def test_a_sampled_mean_is_decided_by_students_interval() -> None:
    """40 marks, mean 4, standard deviation 1.0127: 90 % from 3.73 to 4.27."""
    counts = (40, 160, 680)
    assert mean(*counts, "3.7").status is S.KEPT
    assert mean(*counts, "3.8").status is S.UNPROVEN
    assert mean(*counts, "4.2").status is S.UNPROVEN
    assert mean(*counts, "4.3").status is S.MISSED


def test_a_sampled_mean_of_one_case_proves_nothing() -> None:
    counts = Counts(denominator=1, total=5, squares=25)
    reading = evaluate_status(Kind.MEAN, Direction.HIGHER, Basis.SAMPLE, counts, make_target("3"), 1)
    assert (reading.status, reading.reason) == (S.UNPROVEN, Reason.TOO_FEW)


@pytest.mark.parametrize(("target", "status"), [("15", S.KEPT), ("25", S.UNPROVEN), ("45", S.MISSED)])
def test_a_sampled_net_promoter_score_is_decided_by_its_adjusted_interval(target: str, status: Status) -> None:
    """50 / 30 / 20 of 100: 30, at 90 % from 16.5 to 41.8."""
    counts = Counts(denominator=100, promoters=50, detractors=20)
    reading = evaluate_status(Kind.NPS, Direction.HIGHER, Basis.SAMPLE, counts, make_target(target), 30)
    assert (reading.status, reading.value) == (status, 30)


def test_an_adjusted_interval_that_contradicts_its_value_proves_nothing() -> None:
    """All promoters is +100, but the adjusted interval of 50 answers ends below it."""
    counts = Counts(denominator=50, promoters=50)
    reading = evaluate_status(Kind.NPS, Direction.HIGHER, Basis.SAMPLE, counts, make_target("100"), 30)
    assert (reading.status, reading.reason) == (S.UNPROVEN, Reason.INTERVAL_STRADDLES)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (Kind.COUNT, Counts(numerator=3, denominator=3)),
        (Kind.AVAILABILITY, Counts(numerator=743, denominator=744)),
        (Kind.PERCENTILE, Counts(denominator=80, value=Decimal(3))),
        (Kind.MEAN, Counts(denominator=40, total=160, squares=640)),
    ],
)
def test_a_sample_without_an_interval_is_not_judged_as_if_it_were_exact(kind: Kind, counts: Counts) -> None:
    """A count, time up of time in all, a percentile without its answers; a mean of answers that are all alike."""
    reading = evaluate_status(kind, Direction.LOWER, Basis.SAMPLE, counts, make_target("2"), 30)
    assert (reading.status, reading.reason, reading.interval) == (S.UNPROVEN, Reason.NO_INTERVAL, None)


@pytest.mark.parametrize(("target", "status"), [("3", S.KEPT), ("2", S.UNPROVEN), ("0.4", S.MISSED)])
def test_a_sampled_rate_is_decided_by_its_exact_poisson_interval(target: str, status: Status) -> None:
    """10 complaints of 8,000 flights: 1.25 per 1,000, at 90 % from 0.678 to 2.120 (Garwood 1936)."""
    reading = evaluate_status(
        Kind.RATE, Direction.LOWER, Basis.SAMPLE, Counts(numerator=10, denominator=8000), make_target(target), 30,
        value=Decimal("1.25"), per=1000,
    )  # fmt: skip
    assert reading.status is status
    assert reading.interval == pytest.approx((0.67818, 2.12028), abs=5e-5)


def test_a_census_of_minutes_has_no_interval_of_cases() -> None:
    """743 of 744 hours and the same in seconds would give two intervals: none is printed."""
    for scale in (1, 3600):
        counts = Counts(numerator=743 * scale, denominator=744 * scale)
        reading = evaluate_status(Kind.AVAILABILITY, Direction.HIGHER, Basis.CENSUS, counts, make_target("0.9"), 30)
        assert (reading.status, reading.interval) == (S.KEPT, None)


def test_a_sample_is_seldom_called_missed_where_it_is_kept() -> None:
    """33 cases of a process at its level of 98 %: Wilson called 14.1 % of them missed, this at most 5."""
    wrong = sum(
        comb(33, good) * 0.98**good * 0.02 ** (33 - good)
        for good in range(34)
        if share(good, 33, make_target("0.98"), basis=Basis.SAMPLE).status not in (S.KEPT, S.UNPROVEN)
    )
    assert wrong <= 0.05


@pytest.mark.parametrize(("level", "run"), [("0.90", 29), ("0.95", 59), ("0.98", 149), ("0.99", 299)])
def test_how_many_successes_in_a_row_prove_a_level(level: str, run: int) -> None:
    target = make_target(level)
    given = {"basis": Basis.SAMPLE, "minimum": 1}
    assert [share(n, n, target, **given).status for n in (run, run - 1)] == [S.KEPT, S.UNPROVEN]


@pytest.mark.parametrize("basis", list(Basis))
def test_fewer_cases_than_the_minimum_is_unproven(basis: Basis) -> None:
    reading = share(29, 29, basis=basis)
    assert (reading.status, reading.reason, reading.value) == (S.UNPROVEN, Reason.TOO_FEW, 1)
    assert share(30, 30).status is S.KEPT


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.MONEY, Kind.YES_NO, Kind.COMPOSITE])
def test_kinds_without_a_minimum_are_judged_from_one_case(kind: Kind) -> None:
    reading = evaluate_status(
        kind, Direction.HIGHER, Basis.CENSUS, Counts(numerator=1, denominator=1, total=1, value=1), make_target("1"), 30
    )
    assert reading.status is S.KEPT


def test_a_count_of_zero_is_a_value() -> None:
    reading = evaluate_status(Kind.COUNT, Direction.LOWER, Basis.CENSUS, Counts(), make_target("0"), 30)
    assert (reading.status, reading.value) == (S.KEPT, 0)


def test_no_judged_case_is_no_data() -> None:
    reading = share(0, 0)
    assert (reading.status, reading.reason, reading.value, reading.interval) == (S.NO_DATA, Reason.NO_ROWS, None, None)


@pytest.mark.parametrize("reason", [Reason.CHECK_LATE, Reason.CHECK_FAILED, Reason.CHECK_LAPSED, Reason.SOURCE_SHORT])
def test_a_check_that_is_not_done_is_no_data_whatever_was_counted(reason: Reason) -> None:
    reading = share(100, 100, missing=reason)
    assert (reading.status, reading.reason, reading.value) == (S.NO_DATA, reason, None)


def test_no_counts_at_all_is_no_data() -> None:
    reading = evaluate_status(Kind.SHARE, Direction.HIGHER, Basis.CENSUS, None, FULL, 30)
    assert (reading.status, reading.reason) == (S.NO_DATA, Reason.NO_ROWS)


def test_without_a_target_the_figure_is_shown_and_nothing_is_judged() -> None:
    reading = share(40, 100, None)
    assert (reading.status, reading.reason, reading.value) == (S.NOT_APPLICABLE, Reason.NO_TARGET, Decimal("0.4"))
    assert share(40, 100, None, without=Reason.OUT_OF_SEASON).reason is Reason.OUT_OF_SEASON


def test_without_a_target_no_data_is_not_missed_by_anybody() -> None:
    assert share(0, 0, None).status is S.NOT_APPLICABLE


def test_a_unit_that_stops_no_case_does_not_record() -> None:
    counts = Counts(numerator=0, denominator=30, stopped=0)
    reading = evaluate_status(Kind.SHARE_WITHIN, Direction.HIGHER, Basis.CENSUS, counts, FULL, 30)
    assert (reading.status, reading.reason, reading.value) == (S.NO_DATA, Reason.NOT_RECORDING, None)
    fewer = Counts(numerator=0, denominator=29, stopped=0)
    reading = evaluate_status(Kind.SHARE_WITHIN, Direction.HIGHER, Basis.CENSUS, fewer, FULL, 30)
    assert reading.reason is Reason.TOO_FEW
    slow = Counts(numerator=0, denominator=30, stopped=1)
    reading = evaluate_status(Kind.SHARE_WITHIN, Direction.HIGHER, Basis.CENSUS, slow, FULL, 30)
    assert reading.status is S.UNACCEPTABLE


def test_a_value_can_be_given_for_kinds_that_counts_do_not_hold() -> None:
    counts = Counts(numerator=2, denominator=400_000)
    reading = evaluate_status(
        Kind.RATE, Direction.LOWER, Basis.CENSUS, counts, make_target("0.5"), 30, value=Decimal("0.5")
    )
    assert (reading.status, reading.value) == (S.KEPT, Decimal("0.5"))


def test_more_successes_than_cases_give_no_interval_and_prove_nothing_in_a_sample() -> None:
    assert share(110, 100, kind=Kind.SHARE).interval is None
    assert share(110, 100, kind=Kind.SHARE, basis=Basis.SAMPLE).status is S.UNPROVEN


@pytest.mark.parametrize(
    ("good", "basis", "expected"),
    [
        (95, Basis.CENSUS, True),
        (94, Basis.CENSUS, False),
        (100, Basis.CENSUS, True),
        (97, Basis.SAMPLE, False),
        (100, Basis.SAMPLE, True),
    ],
)
def test_exceeded_is_at_or_beyond_its_own_threshold(good: int, basis: Basis, expected: bool) -> None:
    reading = share(good, 100, kind=Kind.SHARE, basis=basis)
    assert is_exceeded(Direction.HIGHER, basis, reading, FULL) is expected


def test_exceeded_is_mirrored_and_needs_a_threshold() -> None:
    target = make_target("48", exceeds="24")
    for value, expected in (("24", True), ("24.1", False), ("10", True)):
        reading = Reading(S.KEPT, value=Decimal(value))
        assert is_exceeded(Direction.LOWER, Basis.CENSUS, reading, target) is expected
    assert not is_exceeded(Direction.HIGHER, Basis.CENSUS, share(100, 100, make_target()), make_target())
    assert not is_exceeded(Direction.HIGHER, Basis.CENSUS, share(100, 100), None)
    assert not is_exceeded(Direction.HIGHER, Basis.CENSUS, share(0, 0), FULL)


def test_the_order_of_statuses_is_the_contracts() -> None:
    assert [status.value for status in WORST_FIRST] == [
        "unacceptable", "missed", "no-data", "unproven", "near", "kept", "not-applicable",
    ]  # fmt: skip
    assert set(WORST_FIRST) == set(Status)


@pytest.mark.parametrize(
    ("indicators", "status"),
    [
        ([(True, S.KEPT), (True, S.NEAR)], S.NEAR),
        ([(True, S.KEPT), (False, S.UNACCEPTABLE)], S.KEPT),
        ([(True, S.NO_DATA), (True, S.UNPROVEN)], S.NO_DATA),
        ([(True, S.NO_DATA), (True, S.MISSED)], S.MISSED),
        ([(True, S.NOT_APPLICABLE), (True, S.KEPT)], S.KEPT),
        ([(True, S.NOT_APPLICABLE)], S.NOT_APPLICABLE),
        ([(False, S.KEPT)], S.NO_DATA),
        ([], S.NO_DATA),
    ],
)
def test_a_commitment_is_the_worst_of_its_mandatory_indicators(
    indicators: list[tuple[bool, Status]], status: Status
) -> None:
    assert commitment_status(indicators) is status
    for order in permutations(indicators):
        assert commitment_status(order) is status


def test_a_commitment_without_a_mandatory_indicator_is_without_evidence() -> None:
    assert is_without_evidence([(False, S.KEPT)])
    assert is_without_evidence([])
    assert not is_without_evidence([(True, S.NOT_APPLICABLE)])


@given(st.lists(st.sampled_from(Status)))
def test_the_worst_of_worsts_is_the_worst(statuses: list[Status]) -> None:
    assert worst_status([worst_status(statuses)]) is worst_status(statuses)
    assert worst_status([*statuses, *statuses]) is worst_status(statuses)
    assert worst_status([worst_status(statuses[:2]), worst_status(statuses[2:])]) is worst_status(statuses)


LEVELS = st.tuples(
    st.decimals("0", "1", places=3), st.decimals("0", "0.2", places=3), st.decimals("0", "1", places=3) | st.none()
)


@given(LEVELS, st.integers(30, 300), st.data(), st.sampled_from(Direction), st.sampled_from(Basis))
def test_a_better_figure_is_never_a_worse_status(
    levels: tuple[Decimal, Decimal, Decimal | None], n: int, data: st.DataObject, direction: Direction, basis: Basis
) -> None:
    goal, tolerance, unacceptable = levels
    # An unproven sample lies between the sides of the target; a threshold beyond the target is refused by the linter.
    sign = 1 if direction is Direction.HIGHER else -1
    bound = None if unacceptable is None or sign * unacceptable > sign * goal - tolerance else unacceptable
    target = Target.model_validate(
        {"from": "2026-01-01", "target": goal, "tolerance": tolerance, "unacceptable": bound}
    )
    good = sorted(data.draw(st.tuples(st.integers(0, n), st.integers(0, n))), reverse=direction is Direction.LOWER)
    worse, better = (
        evaluate_status(Kind.SHARE, direction, basis, Counts(numerator=x, denominator=n), target, 30).status
        for x in good
    )
    order = [S.UNACCEPTABLE, S.MISSED, S.NEAR, S.UNPROVEN, S.KEPT]
    assert order.index(worse) <= order.index(better)


def test_statuses_are_decided_for_every_kind_direction_and_basis() -> None:
    counts = Counts(50, 100, stopped=100, total=400, squares=1700, promoters=50, detractors=20, value=Decimal("0.5"))
    for kind, direction, basis in product(Kind, Direction, Basis):
        reading = evaluate_status(kind, direction, basis, counts, make_target("0.5"), 30)
        assert reading.status in (S.KEPT, S.MISSED, S.UNPROVEN)
        assert reading.value is not None
