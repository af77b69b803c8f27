"""The published control-chart method, case by case against the reference implementation's own output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from charter.domain.statistics.control_chart import plot_the_dots
from charter.domain.vocabulary.errors import Invalid

CASES = json.loads((Path(__file__).parents[1] / "golden" / "spc_cases.json").read_text())


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def agree(found: list[Any], expected: Any) -> None:
    wanted = as_list(expected)
    assert len(found) == len(wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours == (None if theirs is None else pytest.approx(theirs, rel=1e-9, abs=1e-9))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_plot_the_dots_agrees_with_the_reference(case: dict[str, Any]) -> None:
    expected = case["expected"]
    dots = plot_the_dots(
        as_list(case["x"]),
        [None if value is None else float(value) for value in as_list(case["y"])],
        better=case["direction"],
        target=case["target"],
        rebase=[] if case["rebase"] is None else as_list(case["rebase"]),
        fix_after=case["fix_after_n_points"],
        screen=case["screen_outliers"],
    )
    agree([limits.mean for limits in dots.limits], expected["mean"])
    agree([limits.lower for limits in dots.limits], expected["lpl"])
    agree([limits.upper for limits in dots.limits], expected["upl"])
    agree(dots.outside, expected["outside"])
    agree(dots.close, expected["close"])
    agree(dots.side, expected["rel"])
    assert dots.group == as_list(expected["rebase_group"])
    assert dots.label == as_list(expected["special"])
    assert dots.type == as_list(expected["point"])
    assert dots.is_short == as_list(expected["short"])
    assert dots.variation == expected["variation"]
    assert dots.assurance == expected["assurance"]


def test_all_golden_cases_are_there() -> None:
    assert len(CASES) == 64


def test_plot_the_dots_refuses_limits_fixed_on_fewer_than_twelve_points() -> None:
    with pytest.raises(Invalid, match="12 points or more, not on 11"):
        plot_the_dots(["2026-01"] * 20, [1.0] * 20, better="increase", fix_after=11)


def test_plot_the_dots_refuses_an_empty_series() -> None:
    with pytest.raises(ValueError, match="at least one point"):
        plot_the_dots([], [], better="increase")


def test_a_rebase_on_the_first_period_numbers_its_group_one() -> None:
    dots = plot_the_dots(["a", "b", "c"], [1.0, 2.0, 3.0], better="increase", rebase=["a", "c"])
    assert dots.group == [1, 1, 2]
