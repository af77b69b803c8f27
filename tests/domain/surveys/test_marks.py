"""Penalty and reward: the exact cases, statsmodels' figures, the published tables, and data that may not be classed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.domain.analyses.penalty_reward import analyse_marks
from charter.domain.surveys import penalty_reward
from charter.domain.surveys.mark_groups import group_marks
from charter.domain.surveys.marks import Coding, Sheet, marks_written, scale_written
from charter.domain.surveys.regression import design
from charter.domain.vocabulary.errors import Invalid

Effect = Callable[[int, int], float]
FULL = list(itertools.product([1, 3, 5], repeat=2))


def crossed(times: int = 1, *, levels: float = 0.0) -> Sheet:
    """Two attributes fully crossed: the first costs 2 when low, the second brings 1 when high."""
    people = [(a, b, 4 - 2 * (a == 1) + (b == 5)) for _ in range(times) for a, b in FULL]
    return Sheet(
        ("a", "b"), [(a, b) for a, b, _ in people], [y + levels * (n % 2) for n, (_, _, y) in enumerate(people)]
    )


def survey(effects: dict[str, Effect], people: int = 1500, seed: int = 7) -> Sheet:
    """Marks of 1 to 5 drawn alone, and an overall mark that their effects make, with noise, on 1 to 10."""
    chance = random.Random(seed)
    marks = [[chance.choice((1, 2, 3, 3, 4, 5)) for _ in effects] for _ in range(people)]
    overall = [
        min(10.0, max(1.0, round(5.5 + sum(f(m, i) for i, (f, m) in enumerate(zip(effects.values(), row, strict=True)))
                                 + chance.gauss(0, 0.6), 2)))
        for row in marks
    ]  # fmt: skip
    return Sheet(tuple(effects), marks, overall)


BUILT: dict[str, Effect] = {
    "basic": lambda mark, _: -1.6 if mark <= 2 else 0.0,
    "performance": lambda mark, _: -0.9 if mark <= 2 else 0.9 if mark >= 4 else 0.0,
    "excitement": lambda mark, _: 1.4 if mark >= 4 else 0.0,
    "neutral": lambda mark, _: 0.0,
}


@pytest.fixture(scope="module")
def built() -> dict[str, dict[str, object]]:
    found = analyse_marks(survey(BUILT), Coding(), draws=400)
    return {line["attribute"]: line for line in found["attributes"]}


def test_the_exact_case_is_exact() -> None:
    found = analyse_marks(crossed(), Coding(), draws=100)
    first, second = found["attributes"]
    assert (found["n"], found["const"]) == (9, pytest.approx(4, abs=1e-9))
    assert [first["penalty"], first["reward"], second["penalty"], second["reward"]] == pytest.approx(
        [2, 0, 0, 1], abs=1e-9
    )
    assert {first["class"], second["class"]} == {"insufficient"}


@pytest.mark.parametrize("name", sorted(BUILT))
def test_attributes_are_classed_as_they_were_built(built: dict[str, dict[str, object]], name: str) -> None:
    assert (built[name]["class"], built[name]["stable"]) == (name, True)


def test_coefficients_and_errors_are_those_of_statsmodels() -> None:
    sheet = survey(BUILT, people=400)
    found = analyse_marks(sheet, Coding(), draws=100)
    grouped = group_marks(sheet, Coding())
    other = sm.OLS(grouped.outcome, design(grouped.groups, grouped.terms(grouped.chosen))).fit(cov_type="HC1")
    ours = [found["const"]]
    errors = []
    for line in found["attributes"]:
        ours += [-line["penalty"], line["reward"]]
        errors += [line["penalty_se"], line["reward_se"]]
    assert ours == pytest.approx(list(other.params), abs=1e-8)
    assert errors == pytest.approx(list(other.bse[1:]), abs=1e-8)
    assert found["r2"] == pytest.approx(other.rsquared, abs=1e-8)


def test_weighted_coefficients_and_errors_are_those_of_statsmodels() -> None:
    sheet = survey(BUILT, people=400)
    weights = [(0.0, 0.5, 1.0, 2.5)[n % 4] for n in range(400)]
    found = analyse_marks(replace(sheet, weights=weights), Coding(), draws=200)
    grouped = group_marks(sheet, Coding())
    kept = [n for n, weight in enumerate(weights) if weight]
    columns = design(grouped.groups, grouped.terms(grouped.chosen))[kept]
    other = sm.WLS(grouped.outcome[kept], columns, [weights[n] for n in kept]).fit(cov_type="HC1")
    line = found["attributes"][0]
    assert (found["n"], found["const"]) == (300, pytest.approx(other.params[0], abs=1e-8))
    assert [-line["penalty"], line["reward"]] == pytest.approx(list(other.params[1:3]), abs=1e-8)
    assert [line["penalty_se"], line["reward_se"]] == pytest.approx(list(other.bse[1:3]), abs=1e-8)
    assert found["r2"] == pytest.approx(other.rsquared, abs=1e-8)
    low, high = line["penalty_interval"]
    assert low < line["penalty"] < high
    assert high - low == pytest.approx(4 * line["penalty_se"], rel=0.3)


def test_the_same_seed_gives_the_same_intervals_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    sheet = survey(BUILT, people=300)
    first = analyse_marks(sheet, Coding(), draws=600, seed=3, progress=lambda done, of: told.append((done, of)))
    assert first == analyse_marks(sheet, Coding(), draws=600, seed=3)
    assert told == [(250, 600), (500, 600), (600, 600)]
    other = analyse_marks(sheet, Coding(), draws=600, seed=4)
    assert first["attributes"][0]["penalty_interval"] != other["attributes"][0]["penalty_interval"]


def test_the_bootstrap_agrees_with_refitting_each_draw() -> None:
    sheet = survey(BUILT, people=300)
    line = analyse_marks(sheet, Coding(), draws=1000)["attributes"][0]
    grouped = group_marks(sheet, Coding())
    columns, chance = design(grouped.groups, grouped.terms(grouped.chosen)), np.random.default_rng(1)
    draws = [chance.integers(0, 300, 300) for _ in range(1000)]
    refitted = [-np.linalg.lstsq(columns[rows], grouped.outcome[rows])[0][1] for rows in draws]
    assert line["penalty_interval"] == pytest.approx(np.percentile(refitted, [2.5, 97.5]), abs=0.05)


LI_2025 = [  # high, low, ratio, class: Li, Lee & Kim 2025, tables 4 to 6 (3-, 4- and 5-star)
    (0.421, 0.246, 1.711, "E"), (0.376, 0.110, 3.418, "E"), (0.745, 0.796, 0.936, "P"), (0.444, 0.044, 10.091, "E"),
    (0.319, 0.010, 31.9, "E"), (0.074, 0.427, 0.173, "B"), (0.657, 0.487, 1.349, "E"), (0.359, 0.796, 0.451, "B"),
    (0.381, 0.170, 2.241, "E"), (0.385, 0.037, 10.405, "E"), (0.728, 0.905, 0.804, "B"), (0.345, 0.145, 2.379, "E"),
    (0.286, 0.028, 10.214, "E"), (0.115, 0.300, 0.383, "B"), (0.758, 0.555, 1.366, "E"), (0.451, 0.977, 0.462, "B"),
    (0.142, 0.343, 0.414, "B"), (0.361, 0.129, 2.798, "E"), (0.677, 0.708, 0.956, "P"), (0.233, 0.124, 1.879, "E"),
    (0.162, 0.140, 1.157, "E"), (0.880, 0.227, 3.877, "E"), (0.696, 0.614, 1.134, "E"), (0.395, 0.913, 0.433, "B"),
]  # fmt: skip
LETTERS = {"B": "basic", "P": "performance", "E": "excitement"}


@pytest.mark.parametrize(("reward", "penalty", "ratio", "letter"), LI_2025)
def test_ratios_of_li_2025(reward: float, penalty: float, ratio: float, letter: str) -> None:
    assert penalty_reward.ratio(penalty, reward) == pytest.approx(ratio, abs=1.5e-3)
    assert penalty_reward.class_by_ratio(penalty, reward) == LETTERS[letter]


@pytest.mark.parametrize(
    ("low", "high", "index"),
    [(-0.71, 0.22, -0.53), (-0.46, 0.84, 0.30), (-0.02, 0.18, 0.81), (-0.36, 0.18, -0.32), (-0.75, 0.73, -0.02)],
)
def test_asymmetries_of_wang_2024(low: float, high: float, index: float) -> None:
    assert penalty_reward.asymmetry(-low, high) == pytest.approx(index, abs=0.015)


def test_published_rules_say_nothing_without_any_effect() -> None:
    assert penalty_reward.asymmetry(0, 0) is None
    assert penalty_reward.asymmetry(-0.5, -0.1) is None
    assert penalty_reward.class_by_ratio(0, 1) is None
    by_significance = penalty_reward.class_by_significance
    assert [by_significance(p, r) for p in ((1, 0.1), (0, 1)) for r in ((1, 0.1), (0, 1))] == [
        "performance", "basic", "excitement", "neutral",
    ]  # fmt: skip


# What may not be classed.


def codes(line: dict[str, object]) -> list[str]:
    return [one["code"] for one in line["warnings"]]  # type: ignore[attr-defined]


def with_column(sheet: Sheet, name: str, marks: Sequence[float | None]) -> Sheet:
    rows = [[*row, mark] for row, mark in zip(sheet.marks, marks, strict=True)]
    return Sheet((*sheet.attributes, name), rows, sheet.overall)


@pytest.fixture(scope="module")
def plain() -> Sheet:
    return survey({"a": BUILT["basic"], "b": BUILT["excitement"]}, people=400)


def test_a_yes_or_no_outcome_is_refused(plain: Sheet) -> None:
    yes_no = Sheet(plain.attributes, plain.marks, [float(one > 5) for one in plain.overall])
    with pytest.raises(Invalid, match=r"overall mark: 2\. At least 5 are needed"):
        analyse_marks(yes_no, Coding())


def test_twelve_answers_are_named_and_nothing_is_classed(plain: Sheet) -> None:
    few = Sheet(plain.attributes, plain.marks[:12], plain.overall[:12])
    found = analyse_marks(few, Coding(), draws=100)
    assert {line["class"] for line in found["attributes"]} == {"insufficient"}
    assert found["warnings"] == [{"code": "marks-too-few-people", "n": 12, "minimum": 150}]


@pytest.mark.parametrize("people", [0, 1, 3])
def test_hardly_anybody_is_no_crash(plain: Sheet, people: int) -> None:
    found = analyse_marks(Sheet(plain.attributes, plain.marks[:people], plain.overall[:people]), Coding(), draws=100)
    assert (found["n"], found["const"]) == (people, None)
    assert {line["class"] for line in found["attributes"]} == {"insufficient"}


def test_a_constant_column_is_named_and_left_out(plain: Sheet) -> None:
    found = analyse_marks(with_column(plain, "same", [4.0] * 400), Coding(), draws=100)
    *others, line = found["attributes"]
    assert (line["class"], line["penalty"], codes(line)) == ("insufficient", None, ["marks-constant"])
    assert [one["class"] for one in others] == ["basic", "excitement"]


def test_an_attribute_that_nobody_marked_low_is_named(plain: Sheet) -> None:
    chance = random.Random(1)
    found = analyse_marks(
        with_column(plain, "fine", [chance.choice((3, 4, 5)) for _ in range(400)]), Coding(), draws=100
    )
    line = found["attributes"][-1]
    assert (line["class"], line["n_low"], codes(line)) == ("insufficient", 0, ["marks-one-sided"])


def test_two_identical_columns_are_named_and_fitted_once(plain: Sheet) -> None:
    alone = analyse_marks(plain, Coding(), draws=100)
    found = analyse_marks(with_column(plain, "twin", [row[0] for row in plain.marks]), Coding(), draws=100)
    twin = found["attributes"][-1]
    assert (twin["class"], twin["warnings"]) == ("insufficient", [{"code": "marks-alike", "attribute": "a"}])
    assert found["attributes"][0]["penalty"] == pytest.approx(alone["attributes"][0]["penalty"])


def test_a_column_that_follows_from_others_is_named(plain: Sheet) -> None:
    # Low where both are low, high where both are high or middle: a mixture that the others span.
    mixed = [1.0 if row[0] in (1, 2) else 5.0 if row[0] in (4, 5) else 3.0 for row in plain.marks]
    found = analyse_marks(with_column(plain, "mixed", mixed), Coding(), draws=100)
    assert codes(found["attributes"][-1]) in (["marks-alike"], ["marks-tangled"])


def test_a_thin_cell_is_insufficient(plain: Sheet) -> None:
    chance = random.Random(2)
    thin = [1 if n < 29 else chance.choice((3, 4, 5)) for n in range(400)]
    line = analyse_marks(with_column(plain, "thin", thin), Coding(), draws=100)["attributes"][-1]
    assert (line["n_low"], line["class"]) == (29, "insufficient")
    assert "penalty-reward-too-few" in codes(line)


def test_a_wrong_sign_is_anomalous() -> None:
    wrong = survey({"a": BUILT["basic"], "odd": lambda mark, _: 1.5 if mark <= 2 else 0.0}, people=600)
    line = analyse_marks(wrong, Coding(), draws=200)["attributes"][1]
    assert line["class"] == "anomalous"
    assert codes(line) == ["penalty-reward-wrong-sign", "marks-negative-penalty"]


def test_a_class_that_turns_with_the_grouping_is_not_kept() -> None:
    def kinked(mark: int, _: int) -> float:
        return {1: 0.6, 2: -1.5, 3: 0.0, 4: 0.0, 5: 0.0}[mark]

    line = analyse_marks(survey({"a": BUILT["basic"], "kinked": kinked}, people=900), Coding(), draws=200)[
        "attributes"
    ][1]
    assert (line["class"], line["stable"], codes(line)) == ("undetermined", False, ["penalty-reward-unstable"])


def test_one_possible_grouping_is_said() -> None:
    three = survey({"a": BUILT["basic"]}, people=400)
    squeezed = Sheet(("a",), [[{1: 1, 2: 1, 3: 2, 4: 3, 5: 3}[int(row[0] or 0)]] for row in three.marks], three.overall)
    line = analyse_marks(squeezed, Coding(low=(1,), high=(3,)), draws=100)["attributes"][0]
    assert (line["class"], codes(line)) == ("undetermined", ["marks-one-grouping"])


def test_single_marks_are_widened_to_see_whether_the_class_stays(plain: Sheet) -> None:
    line = analyse_marks(plain, Coding(low=(1,), high=(5,)), draws=200)["attributes"][1]
    assert (line["class"], line["stable"], len(line["groupings"])) == ("excitement", True, 3)


def test_not_applicable_has_its_own_column_or_its_people_are_left_out(plain: Sheet) -> None:
    coding = Coding(not_applicable=0)
    chance = random.Random(3)
    marks = [0.0 if n < 60 else chance.choice((1, 2, 3, 4, 5)) for n in range(400)]
    many = analyse_marks(with_column(plain, "advice", marks), coding, draws=100)
    assert (many["n"], many["warnings"]) == (400, [])
    marks = [0.0 if n < 20 else chance.choice((1, 2, 3, 4, 5)) for n in range(400)]
    few = analyse_marks(with_column(plain, "advice", marks), coding, draws=100)
    assert (few["n"], few["warnings"]) == (380, [{"code": "marks-not-applicable", "count": 20, "minimum": 30}])


def test_people_with_a_mark_missing_are_counted_and_left_out(plain: Sheet) -> None:
    rows = [[None, *row[1:]] if n < 7 else list(row) for n, row in enumerate(plain.marks)]
    found = analyse_marks(Sheet(plain.attributes, rows, plain.overall), Coding(), draws=100)
    assert (found["n"], found["warnings"]) == (393, [{"code": "marks-partial", "count": 7}])


def test_marks_that_move_together_are_said() -> None:
    chance = random.Random(5)
    moods = [chance.choice((1, 2, 3, 4, 5)) for _ in range(500)]
    rows = [[mood if chance.random() < 0.9 else chance.randint(1, 5) for _ in range(3)] for mood in moods]
    found = analyse_marks(
        Sheet(("a", "b", "c"), rows, [mood * 2 + chance.random() for mood in moods]), Coding(), draws=100
    )
    assert "marks-halo" in codes(found)


def test_plain_means_stand_beside(plain: Sheet) -> None:
    line = analyse_marks(plain, Coding(), draws=100)["attributes"][0]
    lows = [overall for row, overall in zip(plain.marks, plain.overall, strict=True) if row[0] in (1, 2)]
    assert line["alone"]["low"] == pytest.approx(sum(lows) / len(lows))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Coding(low=(), high=(5,)), "which marks are low"),
        (lambda: Coding(low=(1, 4), high=(4, 5)), "below every high one"),
        (lambda: Coding(not_applicable=1), "neither a low nor a high"),
        (lambda: marks_written("one", "low"), "not a list of marks"),
        (lambda: marks_written(" , ", "low"), "not a list of marks"),
        (lambda: scale_written("ten"), "by its two ends"),
        (lambda: Coding(scale=(10, 0)), "from its lowest to its highest"),
        (lambda: analyse_marks(Sheet((), [], []), Coding()), "no marks besides"),
        (lambda: analyse_marks(crossed(), Coding(), draws=10), "make no interval"),
        (lambda: analyse_marks(Sheet(("x",) * 61, [], []), Coding()), "at most 60"),
    ],
)
def test_what_cannot_be_taken_is_said(make: Callable[[], object], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        make()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]))] * 3, st.integers(1, 10)),
        max_size=60,
    )
)
def test_whatever_the_marks_nothing_crashes_and_few_people_class_nothing(people: list[tuple[object, ...]]) -> None:
    sheet = Sheet(("a", "b", "c"), [row[:3] for row in people], [float(row[3]) for row in people])  # type: ignore[misc,arg-type]
    found = analyse_marks(sheet, Coding(not_applicable=0), draws=100)
    assert {line["class"] for line in found["attributes"]} == {"insufficient"}
    assert all(line["warnings"] for line in found["attributes"])
