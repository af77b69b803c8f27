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
