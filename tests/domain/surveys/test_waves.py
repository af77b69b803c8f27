"""Drift between waves: other words are refused, tests made together are adjusted, small changes are not told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from math import hypot, isclose
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.charter_file.charter import Choices
from charter.domain.surveys.differences import chi_square, drifts, holm, of_draws, successive, two_sided
from charter.domain.surveys.kano import KanoCounts
from charter.domain.surveys.waves import KanoWave, MarksWave, SurveyEvidence

FLOOR, EARNS, IDLE = (2, 5), (1, 3), (3, 3)


def wave(number: int, a: int, m: int, i: int, **given: Any) -> KanoWave:
    """A Kano wave of so many attractive, must-be and indifferent answers, in year 2020 + number."""
    day = date(2020 + number, 5, 1)
    whole = {"segment": "", "wording": "like it", "asked_on": day, "known_on": day} | given
    return KanoWave(number, f"wave {number}", cells={EARNS: a, FLOOR: m, IDLE: i}, **whole)


def kano(*waves: KanoWave) -> SurveyEvidence:
    return SurveyEvidence(kano=waves)


def test_a_large_change_in_the_same_words_is_drift() -> None:
    (found,) = drifts([("care", kano(wave(1, 240, 60, 100), wave(2, 100, 200, 100)))])
    assert (found.before, found.after, found.question, found.is_drift) == ("wave 1", "wave 2", "balance", True)
    assert found.was == pytest.approx(0.45)
    assert found.now == pytest.approx(-0.25)
    assert found.change == pytest.approx(-0.70)
    # z by hand: SE1² = (.75-.2025)/400, SE2² = (.75-.0625)/400.
    assert found.p == pytest.approx(two_sided(-0.70, ((0.5475 + 0.6875) / 400) ** 0.5))


def test_a_small_change_is_no_drift_however_sure() -> None:
    (found,) = drifts([("care", kano(wave(1, 20000, 20000, 10000), wave(2, 21500, 18500, 10000)))])
    assert found.p is not None
    assert found.p < 1e-9
    assert found.is_drift is False
    (found,) = drifts([("care", kano(wave(1, 20000, 20000, 10000), wave(2, 21500, 18500, 10000)))],
                      Choices.model_validate({"drift_least": 0.05}))  # fmt: skip
    assert found.is_drift is True


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"wording": "enjoy it"}, "wording"),
        ({"wording": ""}, "unwritten"),
        ({"table": "pouliot"}, "table"),
        ({"a": 10, "m": 10, "i": 9}, "too-few"),
    ],
)
def test_waves_that_may_not_be_compared_are_refused_with_the_reason(change: dict[str, Any], refused: str) -> None:
    after = {"a": 100, "m": 200, "i": 100} | change
    (found,) = drifts([("care", kano(wave(1, 240, 60, 100), wave(2, **after)))])
    assert (found.refused, found.p, found.change, found.is_drift) == (refused, None, None, False)


def test_segments_are_compared_with_themselves_only() -> None:
    waves = [wave(1, 1, 1, 1), wave(2, 1, 1, 1, segment="homes"), wave(3, 1, 1, 1), wave(4, 1, 1, 1, segment="homes")]
    assert [(one.id, two.id) for one, two in successive(waves)] == [(1, 3), (2, 4)]


def test_tests_made_together_are_adjusted_by_holm() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    # Alone it is drift; among twenty that do not move it is not.
    moved = kano(wave(1, 60, 20, 20), wave(2, 44, 33, 23))
    still = [(f"c{n}", kano(wave(1, 50, 30, 20), wave(2, 50, 30, 20))) for n in range(20)]
    assert [one.is_drift for one in drifts([("care", moved)])] == [True]
    assert not any(one.is_drift for one in drifts([("care", moved), *still]))


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_keeps_order_and_only_raises(ps: list[float]) -> None:
    adjusted = holm(ps)
    assert all(before <= after <= 1 for before, after in zip(ps, adjusted, strict=True))
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    assert [adjusted[i] for i in order] == sorted(adjusted)


def test_chi_square_and_cramers_v() -> None:
    """[[20, 30, 10, 40], [30, 20, 20, 30]]: chi² = 8.7619, df 3, p = .0326 (by hand, and by tables)."""
    p, v = chi_square(KanoCounts(a=20, o=30, m=10, i=40), KanoCounts(a=30, o=20, m=20, i=30))
    assert p == pytest.approx(0.03263, abs=1e-4)
    assert v == pytest.approx((8.7619 / 200) ** 0.5, abs=1e-5)
    assert chi_square(KanoCounts(a=10), KanoCounts(a=20)) == (None, None)
    p, _ = chi_square(KanoCounts(a=10, m=10), KanoCounts(a=15, m=5))
    assert p == pytest.approx(0.1025, abs=1e-4)
    p, _ = chi_square(KanoCounts(a=10, m=10, i=5), KanoCounts(a=15, m=5, i=5))
    assert p is not None
    assert isclose(p, 0.2636, abs_tol=1e-4)


def marks(number: int, penalty: float, reward: float, **given: Any) -> MarksWave:
    day = date(2020 + number, 5, 1)
    result = {
        "penalty": penalty,
        "penalty_se": 0.05,
        "reward": reward,
        "reward_se": 0.05,
        "delta": 0.2,
        "outcome_levels": 10,
        "low": [1, 2],
        "high": [4, 5],
    }
    return MarksWave(number, f"marks {number}", "", "1 to 10", day, day, result=result | given)


def drawn(mean: float, se: float) -> list[float]:
    return [NormalDist(mean, se).inv_cdf((part + 0.5) / 100) for part in range(100)]


@pytest.mark.parametrize(("change", "se"), [(0.0, 0.05), (0.05, 0.05), (0.12, 0.04), (0.2, 0.1)])
def test_the_difference_of_draws_tells_what_the_normal_law_tells_of_normal_draws(change: float, se: float) -> None:
    p = of_draws(drawn(0.3, 0.05), drawn(0.3 + change, se))
    assert isclose(p, two_sided(change, hypot(0.05, se)), abs_tol=0.01)
    assert of_draws([1.0] * 100, [2.0] * 100) == 2 / 10_000


def test_waves_of_marks_are_compared_by_their_draws_where_they_were_kept() -> None:
    """The standard errors alone would say that nothing changed."""
    pair = (marks(1, 0.1, 0.8, penalty_se=1.0), marks(2, 0.9, 0.75, penalty_se=1.0))
    (by_errors, _) = drifts([("care", SurveyEvidence(penalty_reward=pair))])
    spreads = ({"penalty": drawn(0.1, 0.05)}, {"penalty": drawn(0.9, 0.05)})
    kept = tuple(replace(one, spread=spread) for one, spread in zip(pair, spreads, strict=True))
    (by_draws, _) = drifts([("care", SurveyEvidence(penalty_reward=kept))])
    assert (by_errors.is_drift, by_draws.is_drift) == (False, True)


def test_penalty_and_reward_are_compared_on_the_same_scale() -> None:
    found = drifts([("care", SurveyEvidence(penalty_reward=(marks(1, 0.1, 0.8), marks(2, 0.9, 0.75))))])
    assert [(one.question, one.is_drift) for one in found] == [("penalty", True), ("reward", False)]
    found = drifts(
        [("care", SurveyEvidence(penalty_reward=(marks(1, 0.1, 0.8), marks(2, 0.9, 0.75, outcome_levels=5))))]
    )
    assert [one.refused for one in found] == ["scale", "scale"]
    for change, refused in (({"high": [5]}, "coding"), ({"class": "insufficient"}, "too-few")):
        found = drifts([("care", SurveyEvidence(penalty_reward=(marks(1, 0.1, 0.8), marks(2, 0.9, 0.75, **change))))])
        assert [(one.refused, one.is_drift) for one in found] == [(refused, False)] * 2


def test_answers_are_plain() -> None:
    json.dumps([one.__dict__ for one in drifts([("care", kano(wave(1, 240, 60, 100), wave(2, 100, 200, 100)))])])
