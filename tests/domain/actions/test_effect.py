"""Whether an action worked: what is compared and what is left out, when it is too early; rates: tests/simulations."""

from __future__ import annotations

from datetime import date
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from charter.domain.actions.effect import Around, Effect, EffectMethod, EffectReason, PeriodFigure, judge_effect
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import Direction, EffectVerdict

MONTHS = [f"{2022 + at // 12}-{at % 12 + 1:02}" for at in range(60)]
FLAT = [0.90, 0.92] * 30


def months(values: list[float], *, cases: float | None = None, definition: str = "a") -> list[PeriodFigure]:
    return [PeriodFigure(month, value, cases, definition) for month, value in zip(MONTHS, values, strict=False)]


def in_month(at: int) -> Around:
    month = parse_period(MONTHS[at])
    return Around(month.start, month.end)


def judged(figures: list[PeriodFigure], around: Around, direction: Direction = Direction.HIGHER) -> Effect:
    return judge_effect(figures, direction, around)


def test_the_interval_is_that_of_the_source() -> None:
    """C1 by hand: 8 months before (memory 0.4, what is usual), 3 after; Student's t with 7 degrees."""
    before, after = [0.90, 0.92, 0.91, 0.90, 0.93, 0.91, 0.92, 0.91], [0.95, 0.96, 0.955]
    found = judged(months([*before, 0.5, *after]), in_month(8))
    mean = sum(before) / 8
    variance = sum((one - mean) ** 2 for one in before) / 7

    def of_mean(count: int) -> float:
        return (1 + 2 * sum((1 - lag / count) * 0.4**lag for lag in range(1, count))) / count

    half = stats.t.ppf(0.975, 7) * sqrt(variance * (of_mean(3) + of_mean(8)))
    difference = sum(after) / 3 - mean
    assert found.interval == pytest.approx((difference - half, difference + half), rel=1e-9)
    assert (found.verdict, found.method) == (EffectVerdict.BETTER, EffectMethod.WITH_MEMORY)
    assert (len(found.before.periods), found.after.periods) == (8, tuple(MONTHS[9:12]))


def test_the_month_of_the_miss_and_the_months_of_the_action_count_on_neither_side() -> None:
    values = [*FLAT[:20], 0.1, 0.1, *FLAT[:6]]
    around = Around(date(2023, 10, 3), date(2023, 10, 20), {MONTHS[20]})
    found = judged(months(values), around)
    assert MONTHS[20] not in found.before.periods
    assert (found.before.periods[-1], found.after.periods[0]) == (MONTHS[19], MONTHS[22])
    assert found.verdict is EffectVerdict.NO_BETTER


def test_a_month_that_began_on_the_day_of_the_closing_is_not_after_it() -> None:
    figures = months(FLAT[:30])
    on_the_first = judged(figures, Around(date(2023, 9, 1), date(2023, 9, 1)))
    assert on_the_first.after.periods[0] == "2023-10"


def test_too_early_says_how_many_periods_are_missing() -> None:
    after = judged(months(FLAT[:20]), in_month(17))
    assert (after.verdict, after.reason, after.wanted) == (EffectVerdict.TOO_EARLY, EffectReason.FEW_AFTER, 3)
    assert len(after.after.periods) == 2
    before = judged(months(FLAT[:20]), in_month(7))
    assert (before.reason, before.wanted, len(before.before.periods)) == (EffectReason.FEW_BEFORE, 8, 7)
    assert judged([], in_month(3)).reason is EffectReason.FEW_AFTER


def test_periods_of_another_definition_are_not_compared() -> None:
    old, new = months(FLAT[:30], definition="a"), months(FLAT[:60], definition="b")[30:]
    just_changed = judged([*old, *new], in_month(34))
    assert (just_changed.reason, just_changed.wanted) == (EffectReason.OTHER_DEFINITION, 8)
    later = judged([*old, *new], in_month(40))
    assert later.before.periods == tuple(MONTHS[30:40])
    # One that changes again after the action: only what was measured alike stands after it.
    again = [*old, *months(FLAT[:60], definition="b")[30:36]]
    assert judged(again, in_month(27)).after.periods == tuple(MONTHS[28:30])


def test_where_all_months_before_are_alike_nothing_looks_exact() -> None:
    found = judged(months([1.0] * 20 + [0.9] * 6), in_month(19))
    assert (found.verdict, found.reason, found.interval) == (EffectVerdict.TOO_EARLY, EffectReason.NO_VARIATION, None)


def test_a_season_is_taken_out_where_two_years_show_it() -> None:
    usual = [0.90, 0.90, 0.91, 0.92, 0.94, 0.96, 0.97, 0.97, 0.95, 0.93, 0.92, 0.91]
    values = [usual[at % 12] + 0.001 * (at * 7 % 5) for at in range(42)]
    found = judged(months(values), in_month(35))
    assert (found.method, found.verdict) == (EffectMethod.SEASON, EffectVerdict.NO_BETTER)
    better = [value + 0.01 * (at > 35) for at, value in enumerate(values)]
    assert judged(months(better), in_month(35)).verdict is EffectVerdict.BETTER


def test_months_of_few_cases_are_joined_to_quarters() -> None:
    figures = months([0.5, 1.0, 0.75] * 20, cases=4)
    found = judge_effect(figures, Direction.HIGHER, in_month(36), is_share=True)
    assert found.before.periods[-1] == "2024-Q4"
    assert found.after.periods == ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
    assert found.before.value == pytest.approx(0.75)
    many = judge_effect(months([0.5, 1.0, 0.75] * 20, cases=40), Direction.HIGHER, in_month(36), is_share=True)
    assert many.before.periods[-1] == "2024-12"


VALUES = st.lists(st.floats(0, 1), min_size=20, max_size=45)


@given(VALUES, st.integers(0, 44))
def test_turning_the_direction_turns_the_verdict_and_nothing_else(values: list[float], at: int) -> None:
    figures, around = months(values), in_month(at)
    up, down = judged(figures, around), judged(figures, around, Direction.LOWER)
    turned = {EffectVerdict.BETTER: EffectVerdict.WORSE, EffectVerdict.WORSE: EffectVerdict.BETTER}
    assert down.verdict is turned.get(up.verdict, up.verdict)
    assert (up.difference, up.interval) == (down.difference, down.interval)
    if up.interval is not None and up.difference is not None:
        assert up.interval[0] <= up.difference <= up.interval[1]
