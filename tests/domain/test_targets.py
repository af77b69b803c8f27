"""Which target is in force on a day: dates of validity, seasons, seasons over the new year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from charter.domain.charter_file.indicators import Target
from charter.domain.charter_file.sources import Unit
from charter.domain.readings.seasons import in_season
from charter.domain.readings.status import levels_of, target_in_force, why_nothing_is_required
from charter.domain.vocabulary.terms import Direction, Reason

WHOLE = Unit(key="all", name="All", kind="company")
NORTH = Unit(key="north", name="North", kind="region", parent="all")
LILLE = Unit(key="lille", name="Lille", kind="agency", parent="north")
YEAR = date(2026, 6, 1)


def make_target(from_: str = "2026-01-01", target: str = "0.9", season: str = "01-01..12-31", **levels: Any) -> Target:
    return Target.model_validate({"from": from_, "target": target, "season": season, **levels})


def test_the_latest_target_that_has_begun_is_in_force() -> None:
    old, new = make_target("2025-01-01", "0.8"), make_target("2026-07-01", "0.9")
    for order in ([old, new], [new, old]):
        assert target_in_force(order, date(2026, 6, 30)) == old
        assert target_in_force(order, date(2026, 7, 1)) == new


def test_before_the_first_target_none_is_in_force() -> None:
    targets = [make_target("2026-01-01")]
    assert target_in_force(targets, date(2025, 12, 31)) is None
    assert why_nothing_is_required(targets, date(2025, 12, 31)) is Reason.NO_TARGET
    assert why_nothing_is_required([], date(2026, 1, 1)) is Reason.NO_TARGET


def test_out_of_season_is_not_without_a_target() -> None:
    winter = [make_target("2025-11-01", season="11-01..02-28")]
    assert target_in_force(winter, date(2026, 6, 1)) is None
    assert why_nothing_is_required(winter, date(2026, 6, 1)) is Reason.OUT_OF_SEASON
    assert target_in_force(winter, date(2026, 1, 1)) == winter[0]


def test_outside_a_newer_season_the_older_target_still_holds() -> None:
    all_year, summer = make_target("2025-01-01"), make_target("2026-01-01", "0.95", "06-01..08-31")
    assert target_in_force([all_year, summer], date(2026, 7, 1)) == summer
    assert target_in_force([all_year, summer], date(2026, 9, 1)) == all_year


@pytest.mark.parametrize(
    ("units", "held"),
    [
        (None, (True, True, True)),
        ("whole", (True, False, False)),
        ({"kind": "region"}, (False, True, False)),
        (["lille", "metz"], (False, False, True)),
        (["all"], (True, False, False)),
    ],
)
def test_a_target_is_for_the_units_it_names(units: Any, held: tuple[bool, ...]) -> None:
    level = make_target(units=units)
    found = tuple(target_in_force([level], YEAR, unit) == level for unit in (WHOLE, NORTH, LILLE))
    assert found == held
    for unit, is_held in zip((WHOLE, NORTH, LILLE), held, strict=True):
        assert is_held or why_nothing_is_required([level], YEAR, unit) is Reason.NO_OWN_LEVEL


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_targets_the_most_specific_holds_whatever_their_dates(order: int) -> None:
    levels = [
        make_target("2026-05-01", "0.90"),
        make_target("2026-03-01", "0.85", units={"kind": "agency"}),
        make_target("2026-04-01", "0.86", units={"kind": "agency"}),
        make_target("2026-01-01", "0.80", units=["lille"]),
        make_target("2026-01-01", "0.95", units="whole"),
    ][::order]
    metz = Unit(key="metz", name="Metz", kind="agency", parent="all")
    found = [target_in_force(levels, YEAR, unit) for unit in (WHOLE, NORTH, LILLE, metz, None)]
    assert [str(one and one.target) for one in found] == ["0.95", "0.90", "0.80", "0.86", "0.90"]
    assert target_in_force(levels, date(2026, 2, 1), metz) is None


def test_of_two_targets_from_one_day_the_later_written_holds() -> None:
    first, second = make_target(target="0.8"), make_target(target="0.9")
    assert target_in_force([first, second], date(2026, 1, 1)) == second


@pytest.mark.parametrize(
    ("season", "day", "expected"),
    [
        ("11-01..02-28", date(2026, 10, 31), False),
        ("11-01..02-28", date(2026, 11, 1), True),
        ("11-01..02-28", date(2026, 12, 31), True),
        ("11-01..02-28", date(2027, 1, 1), True),
        ("11-01..02-28", date(2027, 2, 28), True),
        ("11-01..02-28", date(2028, 2, 29), True),
        ("11-01..02-28", date(2027, 3, 1), False),
        ("06-01..08-31", date(2026, 5, 31), False),
        ("06-01..08-31", date(2026, 6, 1), True),
        ("06-01..08-31", date(2026, 8, 31), True),
        ("06-01..08-31", date(2026, 9, 1), False),
        ("12-31..12-31", date(2026, 12, 31), True),
        ("12-31..12-31", date(2026, 12, 30), False),
    ],
)
def test_in_season_holds_both_ends_and_passes_the_new_year(season: str, day: date, expected: bool) -> None:
    assert in_season(make_target(season=season), day) is expected


def test_levels_are_mirrored_when_lower_is_better() -> None:
    target = make_target(target="3", tolerance="0.5", unacceptable="6", exceeds="2")
    higher = levels_of(target, Direction.HIGHER)
    assert (higher.kept, higher.near, higher.unacceptable, higher.exceeds) == (3, Decimal("2.5"), 6, 2)
    lower = levels_of(target, Direction.LOWER)
    assert (lower.kept, lower.near, lower.unacceptable, lower.exceeds) == (-3, Decimal("-3.5"), -6, -2)
