"""Answers on how much effort it took: what is easy, what is hard, and what may be told of few."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.kinds.scales import EffortScale, is_reworded, wording_of
from charter.domain.charter_file.values import Text
from charter.domain.figures.entries import asked_of, counts_entered, numbers_of
from charter.domain.readings.effort import counts_of_answers, effort_of, told_apart
from charter.domain.vocabulary.counts import Counts, add_up, value_of
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.terms import Kind


def scale(low: int, high: int, hard: str, **ends: int) -> EffortScale:
    return EffortScale.model_validate({"from": low, "to": high, "hard": hard} | ends)


def effort(**said: Any) -> Any:
    plain = {"key": "e", "title": "E", "kind": "effort", "date": "d", "value": "v", "question": {"fr": "Facile ?"}}
    return TypeAdapter(Indicator).validate_python(plain | {"scale": {"from": 1, "to": 5, "hard": "high"}} | said)


@pytest.mark.parametrize(
    ("of", "easy", "hard"),
    [
        (scale(1, 7, "low"), [5, 6, 7], [1, 2, 3]),  # CES 2.0: 5 of 7 and more agree that it was made easy
        (scale(1, 5, "high"), [1, 2], [4, 5]),  # CES 1.0: 1 is a very low effort
        (scale(0, 10, "low", easy_answers=2), [9, 10], [0, 1, 2, 3, 4]),
        (scale(1, 4, "low"), [3, 4], [1, 2]),
        (scale(1, 3, "high", hard_answers=1), [1], [3]),
    ],
)
def test_the_sides_of_the_middle_are_easy_and_hard(of: EffortScale, easy: list[int], hard: list[int]) -> None:
    assert (list(of.easy), list(of.hard_ones)) == (easy, hard)


@pytest.mark.parametrize(
    "said",
    [
        {"from": 1, "to": 2, "hard": "low"},
        {"from": 5, "to": 1, "hard": "low"},
        {"from": 1, "to": 11, "hard": "low"},
        {"from": 1, "to": 5, "hard": "low", "easy_answers": 3, "hard_answers": 3},
        {"from": 1, "to": 5},
    ],
)
def test_a_scale_that_cannot_be_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EffortScale.model_validate(said)


def test_answers_add_up_and_their_share_is_the_figure() -> None:
    of = scale(1, 5, "high")
    one = counts_of_answers(of, {1: 6, 2: 2, 3: 0, 4: 1, 5: 1})
    other = counts_of_answers(of, dict.fromkeys(range(1, 6), 1))
    both = add_up([one, other])
    assert (both.numerator, both.denominator, both.steps) == (10, 15, {"1": 7, "2": 3, "3": 1, "4": 2, "5": 2})
    assert "3" not in one.steps
    assert value_of(Kind.EFFORT, both) == Decimal(10) / 15
    assert Kind.EFFORT.is_share
    assert Kind.EFFORT.adds_up


def test_what_was_answered_is_told_from_five_answers_on() -> None:
    few = effort_of(effort(), counts_of_answers(effort().scale, {1: 3, 2: 0, 3: 0, 4: 1, 5: 0}))
    assert few is not None
    assert (few["n"], few["answers"], few["hard"], few["hard_share"], few["mean"]) == (4, [], None, None, None)
    enough = effort_of(effort(), counts_of_answers(effort().scale, {1: 3, 2: 0, 3: 1, 4: 1, 5: 0}))
    assert enough is not None
    assert [(one["answer"], one["count"], one["side"]) for one in enough["answers"]] == [
        (1, 3, "easy"), (2, 0, "easy"), (3, 1, "between"), (4, 1, "hard"), (5, 0, "hard"),
    ]  # fmt: skip
    assert (enough["hard"], enough["hard_share"], enough["mean"], "words" in enough) == (1, 0.2, 2.0, False)


def test_answers_of_another_scale_are_not_told_on_this_one() -> None:
    seven = counts_of_answers(scale(1, 7, "low"), dict.fromkeys(range(1, 8), 2))
    assert effort_of(effort(), seven) is None
    assert effort_of(effort(), Counts()) is None
    other = TypeAdapter(Indicator).validate_python({"key": "n", "title": "N", "kind": "nps", "date": "d", "value": "v"})
    assert effort_of(other, Counts(denominator=9)) is None


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"a": 10, "b": 7}, {"a", "b"}),
        ({"a": 10, "b": 3}, set()),  # b could be reckoned from the whole and a
        ({"a": 10, "b": 7, "c": 3}, {"a"}),
        ({"a": 10, "b": 3, "c": 2}, {"a"}),
        ({"a": 10, "b": 0}, {"a"}),
    ],
)
def test_parts_are_told_as_long_as_none_can_be_reckoned(parts: dict[str, int], told: set[str]) -> None:
    assert set(told_apart({name: Counts(denominator=n) for name, n in parts.items()})) == told


def test_a_wording_is_its_words_not_its_typing() -> None:
    asked = Text(fr="Était-ce facile ?", en="Was it easy?")
    assert wording_of(asked) == wording_of(Text(fr=" etait-ce  FACILE", en="Was it “easy”?"))
    assert wording_of(asked) != wording_of(Text(fr="Était-ce simple ?", en="Was it easy?"))
    assert wording_of(asked) != wording_of(Text(fr="Était-ce facile ?"))
    assert wording_of(Text(fr="ab c")) != wording_of(Text(fr="a bc"))


@pytest.mark.parametrize(
    ("field", "before", "after", "is_other"),
    [
        ("question.fr", "Était-ce facile ?", "Etait-ce facile ?", False),
        ("question.fr", "Était-ce facile ?", "Était-ce simple ?", True),
        ("question.en", None, "Was it easy?", True),
        ("scale.hard_answers", None, 2, False),
        ("scale.easy_answers", None, 2, True),
        ("value", "mark", "note", True),
    ],
)
def test_a_change_of_typing_makes_no_other_question(field: str, before: object, after: object, is_other: bool) -> None:
    assert is_reworded(field, before, after) is is_other


def test_entered_numbers_are_each_answer() -> None:
    asked = asked_of(effort())
    assert asked == ("answer_1", "answer_2", "answer_3", "answer_4", "answer_5")
    given = dict(zip(asked, (5, 0, 2, 1, 0), strict=True))
    counts = counts_entered(effort(), given)
    assert (counts.numerator, counts.denominator) == (5, 8)
    assert numbers_of(effort(), counts) == given
    with pytest.raises(Invalid):
        counts_entered(effort(), given | {"answer_6": 1})
    with pytest.raises(Invalid):
        counts_entered(effort(), {name: given[name] for name in asked[:4]})
