"""The table that `analyse spc` reads: order, gaps, refusals, and the shape of its answer."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from charter.domain.analyses.control_chart import Row, analyse
from charter.domain.vocabulary.errors import Invalid

CASES = {c["id"]: c for c in json.loads((Path(__file__).parents[1] / "golden" / "spc_cases.json").read_text())}


def test_analyse_answers_in_the_shape_of_the_contract() -> None:
    case = CASES["ae_RAS_perf_inc_t95"]
    rows: list[Row] = list(zip(case["x"], case["y"], strict=True))
    answer = analyse(rows, "increase", target=0.95)
    assert set(answer) == {"points", "variation", "assurance", "drawable", "reason"}
    assert set(answer["points"][0]) == {"period", "value", "mean", "lower", "upper", "label", "type"}
    assert [point["label"] for point in answer["points"]] == case["expected"]["special"]
    assert (answer["assurance"], answer["drawable"], answer["reason"]) == ("consistent_fail", True, None)
    json.dumps(answer)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if isinstance(case["y"], list)])
def test_analyse_keeps_the_published_values_for_every_golden_series(name: str) -> None:
    case = CASES[name]
    rebase = case["rebase"] or []
    answer = analyse(
        list(zip(case["x"], case["y"], strict=True)),
        case["direction"],
        target=case["target"],
        rebase=[rebase] if isinstance(rebase, str) else rebase,
        fix_after=case["fix_after_n_points"],
        screen=case["screen_outliers"],
    )
    assert [point["type"] for point in answer["points"]] == case["expected"]["point"]
    for point, lower in zip(answer["points"], case["expected"]["lpl"], strict=True):
        assert point["lower"] == (None if lower is None else pytest.approx(lower, rel=1e-9, abs=1e-9))


@pytest.mark.parametrize(("name", "reason"), [("constant", "constant"), ("n3", "too-short"), ("rising14", None)])
def test_analyse_says_when_the_chart_should_not_be_drawn(name: str, reason: str | None) -> None:
    case = CASES[name]
    answer = analyse(list(zip(case["x"], case["y"], strict=True)), case["direction"])
    assert (answer["drawable"], answer["reason"]) == (reason is None, reason)


def test_analyse_near_a_ceiling_keeps_the_method_and_says_too_regular() -> None:
    rows: list[Row] = [(f"{2024 + at // 12}-{at % 12 + 1:02d}", 1.0) for at in range(18)]
    answer = analyse([*rows, ("2025-07", 0.95)], "increase")
    assert (answer["drawable"], answer["reason"]) == (False, "too-regular")


def test_rows_are_put_in_order() -> None:
    answer = analyse([("2026-03", 3), ("2026-01", "1"), ("2026-02", Decimal("2"))], "increase")
    assert [(p["period"], p["value"]) for p in answer["points"]] == [("2026-01", 1), ("2026-02", 2), ("2026-03", 3)]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        (["2025-11", "2026-02"], ["2025-11", "2025-12", "2026-01", "2026-02"]),
        (["2025", "2027"], ["2025", "2026", "2027"]),
        (["2025-Q3", "2026-Q1"], ["2025-Q3", "2025-Q4", "2026-Q1"]),
        (["2026-W52", "2027-W01"], ["2026-W52", "2026-W53", "2027-W01"]),
        (["2026-01-01", "2026-02-01", "2026-04-01"], ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]),
        (["2026-01-01", "2026-04-01", "2026-10-01"], ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"]),
        (["2026-01-05", "2026-01-12", "2026-01-26"], ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]),
        (["2026-01-03", "2026-01-04", "2026-01-06"], ["2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"]),
        # A Friday and the Monday after it are neighbours where no weekend is ever counted.
        (["2026-01-08", "2026-01-09", "2026-01-12"], ["2026-01-08", "2026-01-09", "2026-01-12"]),
        (["2026-01-08", "2026-01-09", "2026-01-13"], ["2026-01-08", "2026-01-09", "2026-01-12", "2026-01-13"]),
        (["2026-01-08", "2026-01-19", "2026-02-03"], ["2026-01-08", "2026-01-19", "2026-02-03"]),
    ],
)
def test_missing_periods_are_seen(periods: list[str], expected: list[str]) -> None:
    answer = analyse([(period, 1) for period in periods], "increase")
    assert [point["period"] for point in answer["points"]] == expected
    assert [p["value"] for p in answer["points"]] == [1 if p in periods else None for p in expected]


@pytest.mark.parametrize("nothing", ["", " ", "NA", None, float("nan")])
def test_an_empty_value_is_missing_not_zero(nothing: Any) -> None:
    answer = analyse([("2026-01", 4), ("2026-02", nothing), ("2026-03", 6)], "neutral")
    assert [point["value"] for point in answer["points"]] == [4, None, 6]
    assert answer["points"][0]["mean"] == 5


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("2026-01", 1), ("2026-02", 2), ("2026-01", 3)], "line 4: 2026-01 stands already on line 2"),
        ([("2026-01", 1), ("janvier", 2)], "line 3: 'janvier' is not a period"),
        ([("2026-13", 1)], "line 2: '2026-13' is not a period"),
        ([("2026-W60", 1)], "is not a period"),
        ([("2026-02-30", 1)], "is not a period"),
        ([("2026-01", "12,5")], "line 2: '12,5' is not a number"),
        ([("2026-01", "inf")], "line 2: inf is not a finite number"),
        ([("2026-01", 1), ("2026-Q2", 1)], "written in different ways"),
        ([], "holds no row"),
    ],
)
def test_analyse_refuses_and_names_the_line(rows: list[Row], message: str) -> None:
    with pytest.raises(Invalid, match=message.replace("(", r"\(")):
        analyse(rows, "increase")


def test_analyse_refuses_a_rebase_that_is_no_period_of_the_file() -> None:
    with pytest.raises(Invalid, match="rebase 2027-01 is not one of the periods"):
        analyse([("2026-01", 1), ("2026-02", 2)], "increase", rebase=["2027-01"])


def test_analyse_takes_a_rebase_by_its_day() -> None:
    rows: list[Row] = [(f"2026-{month:02d}", month) for month in range(1, 9)]
    answer = analyse(rows, "increase", rebase=["2026-05-01"])
    assert [point["mean"] for point in answer["points"]] == [2.5] * 4 + [6.5] * 4


def test_analyse_refuses_an_unknown_direction() -> None:
    with pytest.raises(Invalid, match="increase, decrease or neutral"):
        analyse([("2026-01", 1)], "up")  # type: ignore[arg-type]
