"""One period judged for every unit: statuses, the weakest unit, coverage, who does not record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.charter_file.sources import Unit
from charter.domain.charter_file.unit_tree import UnitTree, roll_up
from charter.domain.readings.judging import Standard, UnitReading, judge_units
from charter.domain.vocabulary.counts import Cell, Counts
from charter.domain.vocabulary.terms import Reason, Status

TREE = UnitTree(
    [
        Unit.model_validate({"key": key, "name": key, "parent": parent, "kind": "unit"} | more)
        for key, parent, more in [
            ("company", None, {}),
            ("west", "company", {}),
            ("brest", "west", {}),
            ("vannes", "west", {}),
            ("nice", "company", {}),
            ("old", "company", {"valid_until": "2026-06-30"}),
        ]
    ]
)
LEVELS: dict[str, Any] = {"target": "0.8", "tolerance": "0.05", "unacceptable": "0.5"}


def indicator(kind: str = "share-within", **fields: Any) -> Any:
    own: dict[str, Any] = {"start": "a", "stop": "b", "within": "5 days"} if kind == "share-within" else {"date": "a"}
    if kind == "share":
        own["success"] = {"right": 1}
    if kind in ("mean", "money", "sum"):
        own["value"] = "v"
    said = {"key": "i", "title": "i", "source": "cases", "kind": kind, "minimum": 10} | own | fields
    return TypeAdapter(Indicator).validate_python(said)


def standard(levels: dict[str, Any] | None = LEVELS, *, in_season: bool = True, reaches: bool = True) -> Standard:
    season = {} if in_season else {"season": "03-01..04-30"}
    target = Target.model_validate({"from": "2026-01-01"} | (levels or LEVELS) | season)
    wanted = [] if levels is None and in_season else [target]
    return Standard(wanted, date(2026, 10, 1), date(2026, 10, 31), reaches)


def judged(counts: dict[str, Counts], of: Any, by: Standard | None = None) -> dict[str, UnitReading]:
    cells = [Cell("2026-10", key, "", "", one) for key, one in counts.items()]
    found = judge_units(TREE, of, by or standard(), roll_up(TREE, cells))
    assert [one.unit for one in found] == ["company", "west", "brest", "vannes", "nice", "old"]
    return {one.unit: one for one in found}


def done(numerator: int, denominator: int) -> Counts:
    return Counts(numerator, denominator, stopped=denominator)


def statuses(found: dict[str, UnitReading]) -> dict[str, tuple[str, str | None]]:
    return {key: (one.reading.status.value, one.reading.reason) for key, one in found.items()}


def test_every_unit_is_judged_by_its_own_counts() -> None:
    found = judged({"brest": done(19, 20), "vannes": done(9, 20), "nice": done(4, 5)}, indicator())
    assert statuses(found) == {
        "company": ("missed", None),
        "west": ("missed", None),
        "brest": ("kept", None),
        "vannes": ("unacceptable", None),
        "nice": ("unproven", "too-few"),
        "old": ("no-data", "no-rows"),
    }
    assert found["company"].reading.value == Decimal(32) / 45
    assert found["company"].counts.denominator == 45


def test_the_weakest_unit_is_the_leaf_with_the_worst_value_and_enough_cases() -> None:
    found = judged({"brest": done(19, 20), "vannes": done(17, 20), "nice": done(0, 9)}, indicator())
    # Nice is worse, but nine cases are too few to be named.
    assert (found["company"].weakest_unit, found["west"].weakest_unit) == ("vannes", "vannes")
    assert found["nice"].weakest_unit is None


def test_the_weakest_unit_is_the_highest_where_lower_is_better() -> None:
    slow = indicator("mean", direction="lower")
    counts = {key: Counts(denominator=20, total=total) for key, total in (("brest", 100), ("vannes", 60), ("nice", 80))}
    assert judged(counts, slow, standard({"target": "4"}))["company"].weakest_unit == "brest"


def test_of_equals_the_first_key_is_the_weakest() -> None:
    found = judged({"vannes": done(10, 20), "brest": done(10, 20)}, indicator())
    assert found["company"].weakest_unit == "brest"


def test_coverage_counts_leaves_of_that_time() -> None:
    found = judged({"brest": done(1, 1), "vannes": Counts(pending=4)}, indicator())
    assert (found["company"].coverage, found["west"].coverage) == (1 / 3, 1 / 2)
    assert (found["brest"].coverage, found["nice"].coverage, found["old"].coverage) == (1.0, 0.0, None)


def test_a_unit_that_records_no_stop_has_no_data_and_is_named_above() -> None:
    found = judged({"brest": Counts(0, 12), "vannes": done(11, 12), "nice": Counts(0, 30)}, indicator())
    assert statuses(found)["brest"] == ("no-data", "not-recording")
    assert found["brest"].reading.value is None
    assert found["west"].not_recording == ("brest",)
    assert found["company"].not_recording == ("brest", "nice")
    # Their cases stay in the counts of those above.
    assert (found["company"].counts.numerator, found["company"].counts.denominator) == (11, 54)
    assert statuses(found)["company"] == ("unacceptable", None)


def test_fewer_cases_without_a_stop_are_too_few_not_silent() -> None:
    assert statuses(judged({"brest": Counts(0, 9)}, indicator()))["brest"] == ("unproven", "too-few")


def test_other_kinds_are_never_said_not_to_record() -> None:
    assert statuses(judged({"brest": Counts(0, 12)}, indicator("share")))["brest"] == ("unacceptable", None)


@pytest.mark.parametrize(("reaches", "said"), [(True, ("kept", None)), (False, ("no-data", "source-short"))])
def test_a_count_of_zero_needs_a_source_that_reaches_past_the_period(reaches: bool, said: tuple[str, str]) -> None:
    none_wanted = indicator("count", direction="lower")
    by = standard({"target": "0"}, reaches=reaches)
    assert statuses(judged({}, none_wanted, by))["company"] == said


def test_a_count_above_zero_is_judged_wherever_the_source_ends() -> None:
    none_wanted = indicator("count", direction="lower")
    found = judged({"nice": Counts(2, 2)}, none_wanted, standard({"target": "0", "unacceptable": "5"}, reaches=False))
    assert statuses(found)["nice"] == ("missed", None)
    assert statuses(found)["brest"] == ("no-data", "source-short")


def test_money_paid_is_its_sum() -> None:
    found = judged({"nice": Counts(2, 2, total=4550)}, indicator("money"), standard(None))
    assert found["company"].reading.value == 4550
    assert statuses(found)["company"] == ("not-applicable", "no-target")


def test_each_unit_is_judged_by_its_own_level() -> None:
    level = [{"from": date(2026, 1, 1), "target": Decimal(one), "units": units} for one, units in (
        ("0.9", "whole"), ("0.6", ["west"]), ("0.5", ["nice"]),
    )]  # fmt: skip
    by = Standard([Target.model_validate(one) for one in level], date(2026, 10, 1), date(2026, 10, 31), True)
    found = judged({"nice": done(11, 20), "brest": done(14, 20)}, indicator(), by)
    assert statuses(found)["company"] == ("missed", None)
    assert statuses(found)["nice"] == ("kept", None)
    assert statuses(found)["west"] == ("kept", None)
    assert statuses(found)["brest"] == ("not-applicable", "no-own-level")
    assert found["brest"].reading.value == Decimal("0.7")


def test_a_sum_is_judged_like_a_count_and_nothing_read_is_no_zero() -> None:
    total = Counts(3, 3, total=Decimal("12.5"))
    of = indicator("sum", direction="lower")
    found = judged({"nice": total, "brest": total}, of, standard({"target": "20"}))
    assert (found["company"].reading.status, found["company"].reading.value) == ("missed", Decimal("25.0"))
    assert found["nice"].reading.status == "kept"
    assert statuses(judged({}, of, standard({"target": "20"}, reaches=False)))["nice"] == ("no-data", "source-short")


@pytest.mark.parametrize(("in_season", "reason"), [(True, "no-target"), (False, "out-of-season")])
def test_without_a_target_nothing_is_required_and_the_value_is_shown(in_season: bool, reason: str) -> None:
    found = judged({"nice": done(15, 20)}, indicator(), standard(None, in_season=in_season))["company"]
    assert (found.reading.status, found.reading.reason, found.reading.value) == (
        "not-applicable",
        reason,
        Decimal("0.75"),
    )
    assert found.exceeded is None


@pytest.mark.parametrize(("met", "exceeded"), [(19, True), (18, False), (10, False)])
def test_exceeded_is_told_where_a_threshold_is_in_force(met: int, exceeded: bool) -> None:
    by = standard(LEVELS | {"exceeds": "0.95"})
    assert judged({"nice": done(met, 20)}, indicator(), by)["nice"].exceeded is exceeded
    assert judged({"nice": done(met, 20)}, indicator())["nice"].exceeded is None


AMOUNTS: dict[str, Any] = {"success": None, "numerator": "up", "denominator": "all", "in": "minutes"}


def test_a_share_of_minutes_has_no_interval_and_is_judged_by_its_value() -> None:
    cases, minutes = indicator("share"), indicator("share", **AMOUNTS)
    counts = {"brest": done(743, 744)}
    of_cases, of_minutes = judged(counts, cases)["brest"], judged(counts, minutes)["brest"]
    assert of_cases.reading.interval is not None
    assert (of_minutes.reading.interval, of_minutes.reading.interval_level) == (None, None)
    assert of_minutes.reading.value == of_cases.reading.value == Decimal(743) / 744
    assert of_minutes.reading.status == of_cases.reading.status == Status.KEPT


def test_743_of_744_hours_and_the_same_in_seconds_say_the_same() -> None:
    minutes = indicator("share", **AMOUNTS)
    hours, seconds = (
        judged({"brest": done(743, 744)}, minutes),
        judged({"brest": done(743 * 3600, 744 * 3600)}, minutes),
    )
    assert hours["brest"].reading == seconds["brest"].reading


@pytest.mark.parametrize(
    "counts", [done(7, 8), Counts(Decimal("743.5"), 744, stopped=744), Counts(743, Decimal("744.25"))]
)
def test_what_holds_parts_of_cases_is_no_share_of_cases(counts: Counts) -> None:
    reading = judged({"brest": counts}, indicator("share", **AMOUNTS | {"in": None}, minimum=1))["brest"].reading
    assert (reading.interval is None) == (counts.denominator != 8)


def test_a_sample_of_amounts_stays_unproven() -> None:
    reading = judged({"brest": done(743, 744)}, indicator("share", basis="sample", **AMOUNTS))["brest"].reading
    assert (reading.status, reading.reason) == (Status.UNPROVEN, Reason.NO_INTERVAL)
