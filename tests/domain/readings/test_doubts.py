"""What is doubted of a figure: its bounds, whether its verdict could turn, and what is withheld."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.charter_file.indicators import Target
from charter.domain.charter_file.unit_tree import roll_up
from charter.domain.checks.seen import Seen
from charter.domain.readings.judging import Standard, UnitReading, judge_units
from charter.domain.vocabulary.counts import Cell, Counts
from tests.domain.readings.test_judging import LEVELS, TREE, indicator

VERDICTS = ("kept", "near", "missed", "unacceptable")
DATED = (1, 1)


def standard(seen: Seen | None, levels: dict[str, Any] | None = LEVELS) -> Standard:
    targets = [] if levels is None else [Target.model_validate({"from": "2026-01-01"} | levels)]
    return Standard(targets, date(2026, 10, 1), date(2026, 10, 31), True, seen)


def read(of: Any, counts: dict[str, Counts], seen: Seen | None, levels: dict[str, Any] | None = LEVELS) -> Any:
    cells = [Cell("2026-10", key, "", "", one) for key, one in counts.items()]
    return {one.unit: one for one in judge_units(TREE, of, standard(seen, levels), roll_up(TREE, cells))}


def whole(of: Any, counts: Counts, seen: Seen | None, levels: dict[str, Any] | None = LEVELS) -> UnitReading:
    found: UnitReading = read(of, {"brest": counts}, seen, levels)["company"]
    return found


def said(found: UnitReading) -> tuple[str, str | None]:
    return found.reading.status.value, found.reading.reason and found.reading.reason.value


def codes(found: UnitReading) -> list[str]:
    return [doubt.code.value for doubt in found.doubts]


SHARE = indicator("share")
SHORT = Seen(date(2026, 1, 1), date(2026, 10, 10), short=21)
LATE = Seen(date(2026, 10, 12), date(2026, 11, 10), late=11)


@pytest.mark.parametrize("seen", [SHORT, LATE])
def test_a_share_of_a_part_of_the_period_is_unproven_with_its_figure(seen: Seen) -> None:
    for met in (95, 77, 60, 10):
        found = whole(SHARE, Counts(met, 100), seen)
        assert said(found) == ("unproven", "source-short")
        assert found.reading.value == Decimal(met) / 100
        assert [one.changes for one in found.doubts] == [True]
    on = (seen.last if seen.short else seen.first) or date.min
    assert found.doubts[0].as_json() == {
        "code": "source-short" if seen.short else "late-start",
        "count": seen.short or seen.late,
        "share": None,
        "low": 0.0,
        "high": 1.0,
        "changes": True,
        "on": on.isoformat(),
    }


@pytest.mark.parametrize("kind", ["count", "money", "availability"])
def test_what_adds_up_over_a_period_has_no_figure_of_a_part_of_it(kind: str) -> None:
    of = (
        indicator("money")
        if kind == "money"
        else indicator(kind, **({"up": "u", "total": "t"} if kind[0] == "a" else {}))
    )
    found = whole(of, Counts(90, 100, total=500), SHORT)
    assert said(found) == ("no-data", "source-short")
    assert (found.reading.value, codes(found)) == (None, ["source-short"])
    assert said(whole(of, Counts(90, 100, total=500), Seen())) != said(found)


def test_tiers_of_a_part_of_a_period_are_not_kept_either() -> None:
    of = indicator(within=None, tiers=[{"within": "5 days", "target": 0.5}, {"within": "9 days", "target": 0.8}])
    counts = Counts(60, 100, stopped=100, steps={"9 days": 90})
    assert [one.reading.status.value for one in whole(of, counts, Seen()).steps] == ["kept", "kept"]
    short = whole(of, counts, SHORT)
    assert [one.reading.status.value for one in short.steps] == ["unproven", "unproven"]
    assert said(short) == ("unproven", "source-short")


def test_half_of_the_cases_without_a_date_withhold_the_verdict() -> None:
    found = whole(SHARE, Counts(60, 60), Seen(undated={"brest": 50}, dated=(60, 60)))
    assert said(found) == ("unproven", "unreadable")
    (doubt,) = found.doubts
    assert (doubt.count, doubt.high, doubt.changes) == (50, 1, True)
    assert float(doubt.low or 0) == pytest.approx(60 / 110)
    assert float(doubt.share or 0) == pytest.approx(50 / 110)


def test_undated_cases_weigh_in_proportion_to_the_period_and_stand_where_they_turn_nothing() -> None:
    found = whole(SHARE, Counts(950, 1000), Seen(undated={"brest": 100}, dated=(1000, 10_000)))
    assert said(found) == ("kept", None)
    assert (found.doubts[0].count, found.doubts[0].changes) == (100, False)
    assert float(found.doubts[0].low or 0) == pytest.approx(950 / 1010)


def test_unreadable_cells_of_a_unit_are_doubted_there_and_above_and_nowhere_else() -> None:
    counts = {"brest": Counts(80, 100, excluded={"unreadable": 40, "duplicate": 7}), "nice": Counts(95, 100)}
    found = read(SHARE, counts, Seen())
    assert {unit: said(one) for unit, one in found.items() if one.counts.denominator} == {
        "company": ("unproven", "unreadable"),
        "west": ("unproven", "unreadable"),
        "brest": ("unproven", "unreadable"),
        "nice": ("kept", None),
    }
    assert [doubt.count for doubt in found["west"].doubts] == [40]


def test_an_unreadable_answer_is_no_answer_and_no_doubt() -> None:
    perceived = indicator("share", nature="perceived")
    assert whole(perceived, Counts(80, 100, excluded={"unreadable": 40}), Seen()).doubts == ()


def test_contradictory_cases_are_judged_at_worst_as_failed() -> None:
    found = whole(SHARE, Counts(85, 100), Seen(contradictory={"brest": 10}))
    assert said(found) == ("unproven", "unreadable")
    assert [(one.code.value, one.low, one.high) for one in found.doubts] == [
        ("contradictory", Decimal("0.75"), Decimal("0.95"))
    ]


def test_units_that_the_charter_does_not_know_are_named_with_their_weight_in_the_whole_alone() -> None:
    counts = {"brest": Counts(90, 100), "lorient": Counts(0, 60), "": Counts(20, 40)}
    found = read(SHARE, counts, Seen())
    (doubt,) = found["company"].doubts
    assert doubt.as_json() == {
        "code": "unknown-unit",
        "count": 100,
        "share": 0.5,
        "low": 0.55,
        "high": 0.9,
        "changes": True,
        "units": {"lorient": 60, "": 40},
        "without": 0.9,
    }
    assert said(found["company"]) == ("missed", None)
    assert found["brest"].doubts == ()


def test_units_that_do_not_record_are_told_with_the_value_without_them() -> None:
    counts = {"brest": Counts(90, 100, stopped=90), "nice": Counts(0, 50)}
    (doubt,) = read(indicator(), counts, Seen())["company"].doubts
    assert (doubt.code.value, doubt.count, doubt.more["units"], doubt.more["without"]) == (
        "not-recording",
        50,
        {"nice": 50},
        0.9,
    )


@pytest.mark.parametrize(("cases", "is_told"), [(20, True), (60, False), (49, True), (201, True), (199, False)])
def test_an_odd_number_of_cases_is_told_beside_the_usual_one(cases: int, *, is_told: bool) -> None:
    found = whole(SHARE, Counts(cases, cases), Seen(cases=cases, median=100, of=12))
    assert codes(found) == ["volume"] * is_told
    assert codes(whole(SHARE, Counts(1, 1), Seen(cases=1, median=4, of=12))) == []
    assert codes(whole(SHARE, Counts(1, 1), Seen(cases=20, median=100, of=2))) == []


def test_a_figure_that_was_entered_or_pushed_is_not_doubted() -> None:
    found = whole(SHARE, Counts(80, 100, excluded={"unreadable": 40}), None)
    assert (said(found), found.doubts) == (("kept", None), ())


def test_without_a_level_doubts_are_printed_and_nothing_is_withheld() -> None:
    found = whole(SHARE, Counts(95, 100), SHORT, None)
    assert (said(found), codes(found)) == (("not-applicable", "no-target"), ["source-short"])


KINDS = {
    "share": indicator("share", minimum=1),
    "low": indicator("share", minimum=1, direction="lower"),
    "sample": indicator("share", minimum=1, basis="sample", nature="perceived"),
    "within": indicator(
        minimum=1, within=None, tiers=[{"within": "5 days", "target": 0.5}, {"within": "9 days", "target": 0.8}]
    ),
    "count": indicator("count"),
    "nps": indicator("nps", minimum=1, value="v"),
    "mean": indicator("mean", minimum=1),
}


@st.composite
def figures(draw: st.DrawFn) -> tuple[Any, Counts, Seen]:
    of = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    n = draw(st.integers(1, 300))
    met = draw(st.integers(0, n))
    more = draw(st.integers(met, n))
    kind = of.kind.value
    counts = Counts(
        n if kind == "count" else met,
        n,
        stopped=n,
        steps={"9 days": more} if of is KINDS["within"] else {},
        total=met,
        promoters=met if kind == "nps" else 0,
        detractors=n - more if kind == "nps" else 0,
        excluded={"unreadable": draw(st.integers(0, 50)), "no hour": draw(st.integers(0, 5))},
    )
    seen = Seen(
        undated={"brest": draw(st.integers(0, 80))},
        dated=(draw(st.integers(0, 50)), 50),
        contradictory={"brest": draw(st.integers(0, met))},
    )
    return of, counts, seen


@pytest.mark.parametrize(("unread", "told"), [(5, ("kept", None)), (6, ("unproven", "unreadable"))])
def test_a_mean_of_which_more_than_a_twentieth_cannot_be_read_is_unproven(
    unread: int, told: tuple[str, str | None]
) -> None:
    counts = Counts(0, 100, total=9000, squares=820_000, excluded={"unreadable": unread})
    assert said(whole(KINDS["mean"], counts, Seen(), {"target": "60"})) == told


LOWER = {"target": "0.3", "tolerance": "0.05", "unacceptable": "0.6"}


@given(figures())
def test_a_value_lies_between_its_bounds_and_changes_says_whether_its_verdict_is_another_there(figure: Any) -> None:
    of, counts, seen = figure
    levels = LOWER if of is KINDS["low"] else {"target": "40"} if of.kind.value in ("count", "nps") else LEVELS
    plain, found = whole(of, counts, None, levels), whole(of, counts, seen, levels)
    for doubt in found.doubts:
        assert doubt.low is None or doubt.low <= (plain.reading.value or 0) <= (doubt.high or 0)
        # Nothing bounds a mean: more than one missing case in twenty could turn its verdict.
        assert doubt.low is not None or not doubt.changes or of.kind.value == "mean"
    turning = any(doubt.changes for doubt in found.doubts)
    was = plain.reading.status.value
    assert said(found) == (("unproven", "unreadable") if turning else said(plain))
    if of is KINDS["share"] and found.doubts and was in VERDICTS:
        low, high = (float(end or 0) for end in (found.doubts[0].low, found.doubts[0].high))
        assert turning is any(verdict_of(end) != was for end in (low, high))


def verdict_of(share: float) -> str:
    value = round(share, 12)
    return "kept" if value >= 0.8 else "near" if value >= 0.75 else "unacceptable" if value < 0.5 else "missed"
