"""Estimates: which answers are taken, when a result shows, and what it is held against."""

from __future__ import annotations

from typing import Any

import pytest

from charter.domain.frontline.estimates import Answers, Measured, measured_share, question_of, read_answer
from charter.domain.vocabulary.errors import Invalid


@pytest.mark.parametrize(("text", "number"), [("0", 0), (" 78 ", 78), ("100", 100)])
def test_an_answer_is_a_whole_number_of_customers(text: str, number: int) -> None:
    assert read_answer(text) == number


@pytest.mark.parametrize("text", ["", "101", "-1", "7.5", "٣", "1e2", "abc", "9" * 5000])
def test_another_answer_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="a whole number from 0 to 100"):
        read_answer(text)


def test_four_answers_show_nothing_five_show_their_mean() -> None:
    assert Answers(4, 320).share is None
    assert Answers(5, 400).share == 0.8
    assert (Answers(3, 200) + Answers(2, 190)).share == 0.78


def view(key: str, **given: Any) -> Any:
    whole = {"key": key, "nature": "delivered", "kind": "share", "value": 0.9, "direction": "higher"}
    return whole | {"period": "2026-10"} | given


@pytest.mark.parametrize(
    ("views", "found"),
    [
        ([view("a"), view("b", nature="perceived", value=0.7)], Measured(0.7, "perceived", "b", "2026-10")),
        (
            [view("a"), view("b", nature="perceived", kind="mean", value=4.2)],
            Measured(0.9, "delivered", "a", "2026-10"),
        ),
        ([view("a"), view("b", nature="perceived", value=None)], Measured(0.9, "delivered", "a", "2026-10")),
        ([view("a", direction="lower", value=0.25)], Measured(0.75, "delivered", "a", "2026-10")),
        ([view("a", kind="nps", value=12.0), view("b", kind="count", value=3.0)], None),
        ([], None),
    ],
)
def test_an_estimate_is_held_against_what_customers_say_else_what_is_delivered(
    views: list[Any], found: Measured | None
) -> None:
    assert measured_share(views) == found


def test_promises_take_turns() -> None:
    keys = ["a", "b", "c"]
    asked = [question_of(keys, 2026 + (month - 1) // 12, (month - 1) % 12 + 1) for month in range(1, 37)]
    assert all({*asked[start : start + 3]} == {*keys} for start in range(34))
    assert question_of([], 2026, 1) is None
