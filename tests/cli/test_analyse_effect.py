"""analyse effect: the shape of its answer, its placebo, what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.cli.conftest import charter_on, said

VALUES = [90.0, 91.0, 90.5, 92.0, 91.5, 90.2, 91.1, 90.9, 91.3, 90.7, 91.2, 90.4]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two years of months; from 2025-02 on three points more."""
    rows = [f"{2024 + at // 12}-{at % 12 + 1:02},{VALUES[at % 12] + 3 * (at > 12)}" for at in range(24)]
    (tmp_path / "series.csv").write_text("\n".join(["period,value", *rows]) + "\n")
    return tmp_path / "series.csv"


def test_the_shape_of_the_answer(empty: Flask, table: Path) -> None:
    found = said(charter_on(empty)("analyse", "effect", str(table), "--done", "2025-01"))
    names = {"verdict", "before", "after", "difference", "interval", "method", "because", "periods"}
    assert set(found) == names
    assert (found["verdict"], found["method"]) == ("better", "plain")
    assert found["difference"] == pytest.approx(found["after"] - found["before"])
    assert found["interval"][0] < found["difference"] < found["interval"][1]
    assert found["because"].startswith("Better since: 90.9 (12 periods, January")
    worse = said(charter_on(empty)("analyse", "effect", str(table), "--done", "2025-01", "--direction", "lower"))
    assert worse["verdict"] == "worse"


def test_an_action_that_took_its_time_leaves_its_months_and_its_miss_out(empty: Flask, table: Path) -> None:
    asked = ("--begun", "2024-12", "--done", "2025-02", "--triggered", "2024-11", "--lang", "fr")
    found = said(charter_on(empty)("analyse", "effect", str(table), *asked))
    assert (found["periods"]["before"][-1], found["periods"]["after"][0]) == ("2024-10", "2025-03")
    assert found["because"].startswith("Mieux depuis")


def test_the_placebo_says_how_often_the_rule_finds_what_nobody_did(empty: Flask, table: Path) -> None:
    assert set(said(charter_on(empty)("analyse", "effect", str(table), "--placebo"))) == {"tried", "better", "worse"}
    both = said(charter_on(empty)("analyse", "effect", str(table), "--done", "2025-01", "--placebo"))
    assert both["tried"] == 24 - 8 - 3
    assert both["verdict"] == "better"


def test_counts_are_read_too(empty: Flask, tmp_path: Path) -> None:
    lines = [f"{2024 + at // 12}-{at % 12 + 1:02}-01,{900 + at % 5},1000" for at in range(24)]
    (tmp_path / "counts.csv").write_text("\n".join(["period,numerator,denominator", *lines]) + "\n")
    found = said(charter_on(empty)("analyse", "effect", str(tmp_path / "counts.csv"), "--done", "2025-01-01"))
    assert found["verdict"] == "no-better"
    assert found["because"].startswith("No better: 90.2%")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ((), "Say when the action was done, as --done 2026-10; or ask for --placebo."),
        (("--done", "2031-01"), "2031-01 is not one of the periods of the file, 2024-01 to 2025-12."),
        (("--done", "2024-10", "--begun", "2024-12"), "The action was done before it began: 2024-10, 2024-12."),
    ],
)
def test_what_it_refuses(empty: Flask, table: Path, asked: tuple[str, ...], sentence: str) -> None:
    refused = charter_on(empty)("analyse", "effect", str(table), *asked)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
