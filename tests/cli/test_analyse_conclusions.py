"""The same by command: the chart that pages draw, whether chance explains a miss, whether reports rise."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.cli.conftest import charter_on, said


def test_the_chart_of_pages_is_drawn_from_a_file(empty: Flask, tmp_path: Path) -> None:
    sizes = [400] * 7 + [12] + [400] * 6
    rows = [f"{2025 + at // 12}-{at % 12 + 1:02},,{int(n * 0.9) - at % 3},{n}" for at, n in enumerate(sizes)]
    rows = [f"{period},{int(x) / int(n)},{x},{n}" for period, _, x, n in (row.split(",") for row in rows)]
    table = tmp_path / "series.csv"
    table.write_text("\n".join(["period,value,numerator,denominator", *rows, ""]))
    found = said(charter_on(empty)("analyse", "spc", str(table), "--direction", "increase", "--fitted", "share"))
    assert (found["kind"], found["drawable"], found["variation"]) == ("shares", True, "common")
    limits = {point["period"]: point["lower"] for point in found["points"]}
    assert limits["2025-08"] < limits["2025-07"]
    plain = said(charter_on(empty)("analyse", "spc", str(table), "--direction", "increase"))
    assert set(plain) == {"points", "variation", "assurance", "drawable", "reason"}
    assert plain["points"][7]["label"] == "Below LCL", "the published chart knows nothing of the number of cases"


@pytest.mark.parametrize(
    ("asked", "leaves"),
    [
        (("43/50", "--target", "0.9"), False),
        (("40/50", "--target", "0.9"), True),
        (("42/50", "--target", "0.9", "--before", "43/50"), True),
        (("43/50", "--target", "0.9", "--before", "45/50"), False),
        (("7/50", "--target", "0.1", "--direction", "lower"), False),
    ],
)
def test_whether_chance_explains_a_miss(empty: Flask, asked: tuple[str, ...], leaves: bool) -> None:
    found = said(charter_on(empty)("analyse", "chance", *asked))
    assert found["leaves_at_once"] is leaves
    assert 0 <= found["chance"] <= 1


def test_whether_reports_rise(empty: Flask) -> None:
    quiet = ["1/30"] * 12
    rise = said(charter_on(empty)("analyse", "rise", *quiet, "4/30", "5/30", "--cells", "3"))["rise"]
    assert (rise["count"], rise["earlier"], rise["window"]) == (9, 12, 2)
    assert said(charter_on(empty)("analyse", "rise", *quiet, "1/30", "1/30"))["rise"] is None


@pytest.mark.parametrize("asked", [("60/50", "--target", "0.9"), ("x", "--target", "0.9"), ("0/0", "--target", "0.9")])
def test_counts_that_cannot_be_are_refused_in_a_sentence(empty: Flask, asked: tuple[str, ...]) -> None:
    refused = charter_on(empty)("analyse", "chance", *asked)
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1


def test_the_units_that_stand_out_and_what_mix_does(empty: Flask, tmp_path: Path) -> None:
    table = tmp_path / "units.csv"
    heading = "unit,numerator,denominator,numerator_before,denominator_before\n"
    table.write_text(heading + "".join(f"u{at},90,100,90,100\n" for at in range(9)) + "low,60,100,30,50\n")
    assert said(charter_on(empty)("analyse", "units", str(table)))["outside"] == {"low": "low"}
    found = said(charter_on(empty)("analyse", "mix", str(table)))
    assert found["rate"] == pytest.approx(0)
    assert found["mix"] == pytest.approx(870 / 1000 - 840 / 950)


def test_what_is_still_missing(empty: Flask) -> None:
    assert said(charter_on(empty)("analyse", "missing", "43/50", "--target", "0.9"))["missing"] == 2
    rate = ("12/8000", "--target", "1", "--kind", "rate", "--direction", "lower", "--per", "1000")
    assert said(charter_on(empty)("analyse", "missing", *rate))["missing"] == 4


def test_few_cases_and_changed_definitions_count_as_on_the_page(empty: Flask, tmp_path: Path) -> None:
    """Shares of few cases are joined to quarters; what was measured otherwise is left out."""
    table = tmp_path / "few.csv"
    months = [f"{year}-{month:02}" for year in (2023, 2024, 2025) for month in range(1, 13)]
    rows = [f"{one},{0.8 + at % 5 / 50},{1 if at < 3 else 2},20" for at, one in enumerate(months)]
    table.write_text("\n".join(["period,value,definition,share_of", *rows, ""]))
    found = said(charter_on(empty)("analyse", "effect", str(table), "--done", "2025-03"))
    assert found["periods"]["after"] == ["2025-Q2", "2025-Q3", "2025-Q4"]
    assert found["periods"]["before"][0] == "2023-Q2"
