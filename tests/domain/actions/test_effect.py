"""Whether an action worked: figures before and after, in honest words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.actions.effect import Effect, PeriodFigure, compare
from charter.domain.statistics.intervals import wilson
from charter.domain.vocabulary.terms import Direction, EffectVerdict, Kind, PeriodKind

SHARE = Kind.SHARE_WITHIN


def shares(start: int, *counts: tuple[int, int]) -> list[PeriodFigure]:
    return [
        PeriodFigure(f"2026-{start + at:02d}", met / n, float(n), wilson(met, n, 0.95), "a")
        for at, (met, n) in enumerate(counts)
    ]


def judged(before: list[PeriodFigure], after: list[PeriodFigure], **given: object) -> Effect:
    asked = {"kind": SHARE, "direction": Direction.HIGHER, "minimum": 30} | given
    kind, direction, minimum = asked["kind"], asked["direction"], asked["minimum"]
    return compare(kind, direction, (before, after), length=PeriodKind.MONTH, minimum=minimum)  # type: ignore[arg-type]


def test_a_clear_rise_is_better_and_says_its_interval() -> None:
    # Newcombe's method 10 for 56/70 against 48/80: 0.2 with the interval 0.0524 to 0.3339 (Newcombe 1998, table II, a).
    found = judged(shares(9, (48, 80)), shares(12, (56, 70)))
    assert found.verdict is EffectVerdict.BETTER
    assert found.difference == pytest.approx(0.2)
    assert found.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_the_same_rise_of_a_few_cases_is_no_better() -> None:
    assert judged(shares(9, (18, 30)), shares(12, (24, 30))).verdict is EffectVerdict.NO_BETTER


def test_lower_is_better_turns_it_round() -> None:
    before, after = shares(9, (48, 80)), shares(12, (56, 70))
    assert judged(before, after, direction=Direction.LOWER).verdict is EffectVerdict.WORSE
    assert judged(after, before, direction=Direction.LOWER).verdict is EffectVerdict.BETTER


def test_three_months_on_either_side_are_added_up() -> None:
    found = judged(shares(4, *[(10, 40)] * 5), shares(10, *[(30, 40)] * 3))
    assert (found.before.periods, found.before.cases) == (("2026-06", "2026-07", "2026-08"), 120.0)
    assert (found.after.value, found.after.cases) == (0.75, 120.0)


def test_nothing_after_or_too_few_is_too_early() -> None:
    before = shares(9, (48, 80))
    assert judged(before, []).verdict is EffectVerdict.TOO_EARLY
    few = judged(before, shares(12, (12, 12)))
    assert (few.verdict, few.reason) == (EffectVerdict.TOO_EARLY, "too-few")


def test_no_figure_before_or_another_definition_cannot_be_told() -> None:
    after = shares(12, (56, 70))
    assert (judged([], after).verdict, judged([], after).reason) == (EffectVerdict.CANNOT_TELL, "no-figure-before")
    other = [PeriodFigure("2026-09", 0.5, 80.0, None, "b")]
    assert judged(other, after).reason == "other-definition"


def test_means_are_joined_by_their_intervals() -> None:
    before = [PeriodFigure("2026-09", 10.0, 100.0, (9.0, 11.0), "a")]
    after = [PeriodFigure("2026-12", 8.0, 100.0, (7.5, 8.5), "a")]
    found = judged(before, after, kind=Kind.MEAN, direction=Direction.LOWER)
    assert found.verdict is EffectVerdict.BETTER
    assert found.interval == pytest.approx((-2 - 1.25**0.5, -2 + 1.25**0.5))


def counts(start: int, *values: float) -> list[PeriodFigure]:
    return [PeriodFigure(f"2026-{start + at:02d}", value, None, None, "a") for at, value in enumerate(values)]


def test_kinds_without_an_interval_are_held_against_ordinary_variation() -> None:
    # Mean 10.5, mean moving range 1: limits 7.84 and 13.16.
    before = counts(1, 10, 11, 10, 11, 10, 11)
    given = {"kind": Kind.COUNT, "direction": Direction.LOWER}
    assert judged(before, counts(9, 8), **given).verdict is EffectVerdict.NO_BETTER
    assert judged(before, counts(9, 7), **given).verdict is EffectVerdict.BETTER
    assert judged(before, counts(9, 14), **given).verdict is EffectVerdict.WORSE
    short = judged(before[:5], counts(9, 7), **given)
    assert (short.verdict, short.reason) == (EffectVerdict.CANNOT_TELL, "too-few")


@given(st.integers(0, 200), st.integers(0, 200))
def test_better_one_way_is_worse_the_other(old: int, new: int) -> None:
    before, after = shares(9, (old, 200)), shares(12, (new, 200))
    there, back = judged(before, after), judged(after, before)
    turned = {EffectVerdict.BETTER: EffectVerdict.WORSE, EffectVerdict.WORSE: EffectVerdict.BETTER}
    assert back.verdict is turned.get(there.verdict, there.verdict)
    assert judged(before, before).verdict is EffectVerdict.NO_BETTER
