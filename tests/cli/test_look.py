"""look, start, lint --data, measure --charter, plan --figures: what each prints, and what is refused in time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from tests.cli.conftest import charter_on, said
from tests.services.world import MONTHS, TEXT, write_cases

NOW = "2026-11-10T09:00Z"
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small charter and its data, to be changed."""
    write_cases(tmp_path)
    (tmp_path / "small.yaml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_look_json(empty: Flask, folder: Path) -> None:
    found = said(charter_on(empty)("look", str(folder / "cases.csv"), "--json", "--now", NOW))
    assert {"rows", "columns", "guesses", "months", "warnings"} <= set(found)
    rows = sum(n for month in MONTHS.values() for n, _, _ in month.values()) + len(MONTHS) + 1
    assert found["rows"] == rows
    assert set(found["columns"][0]) == {"name", "kind", "missing", "unreadable", "distinct", "examples"}
    assert {one["name"]: one["kind"] for one in found["columns"]} == {
        "id": "text", "opened": "date", "closed": "date", "agency": "text", "channel": "text", "topic": "text",
    }  # fmt: skip
    assert found["guesses"] == {
        "case": "id", "start": "opened", "stop": "closed", "unit": "agency", "channel": "channel",
    }  # fmt: skip
    assert sum(found["months"].values()) + found["undated"] == rows
    assert "Rows without a date in “opened”: 1. They belong to no month." in found["warnings"]


def test_look_for_people(charted: Flask, folder: Path) -> None:
    printed = charter_on(charted)("look", str(folder / "cases.csv"), "--now", NOW).stdout.replace(NBSP, " ")
    assert printed.startswith("cases.csv: 252 rows, 6 columns, 1 July 2026 to 4 November 2026\n")
    for part in ("Possible use of the columns", "  stop    closed: ", "Rows by month, by opened", "To know\n  ! "):
        assert part in printed
    of_source = charter_on(charted)("look", "cases", "--now", NOW).stdout.replace(NBSP, " ")
    assert of_source.splitlines()[1:] == printed.splitlines()[1:]


def test_look_is_refused_in_a_sentence(empty: Flask, folder: Path) -> None:
    (folder / "empty.csv").write_bytes(b"")
    for what, sentence in (
        ("nothing", "There is no file nothing, and the charter in force has no source of that name.\n"),
        (
            str(folder / "empty.csv"),
            "The file empty.csv is empty: it needs a first line with the names of the columns.\n",
        ),
    ):
        refused = charter_on(empty)("look", what)
        assert (refused.exit_code, refused.stdout, refused.stderr) == (1, "", sentence)


def test_from_a_file_to_a_figure(empty: Flask, folder: Path) -> None:
    charter, file = charter_on(empty), str(folder / "charter.yaml")
    told = charter("start", str(folder / "cases.csv"), "--organisation", "Petite Énergie", "--now", NOW)
    assert told.exit_code == 0
    assert "The delay is a guess: 10 working days from “opened” to “closed”." in told.stdout
    checked = said(charter("lint", file, "--data", "--json", "--now", NOW))
    assert checked["ok"] is True
    (figure,) = checked["figures"]
    assert (figure["indicator"], figure["period"], figure["unknown"]) == ("in-time", "2026-10", {})
    tried = said(charter("measure", "in-time", "--charter", file, "--period", "2026-10", "--json", "--now", NOW))
    assert charter("apply", file, "--now", NOW).exit_code == 0
    measured = said(charter("measure", "in-time", "--period", "2026-10", "--json", "--now", NOW))
    assert tried == measured
    # Nine days after the first is never more than ten working days; those still open are late or too young.
    assert (measured["numerator"], measured["denominator"]) == (63, 63)


def test_start_json_and_its_refusal(empty: Flask, folder: Path) -> None:
    charter = charter_on(empty)
    out = folder / "mine.yaml"
    found = said(charter("start", str(folder / "cases.csv"), "--out", str(out), "--json", "--now", NOW))
    assert (found["charter"], found["units"]) == (str(out), str(folder / "units.csv"))
    refused = charter("start", str(folder / "cases.csv"), "--out", str(out))
    assert (refused.exit_code, refused.stderr) == (1, f"{out} is there already: name another with --out.\n")


def test_lint_on_data_finds_what_is_not_there(empty: Flask, folder: Path) -> None:
    charter, file = charter_on(empty), folder / "small.yaml"
    assert said(charter("lint", str(file), "--data", "--json", "--now", NOW))["ok"] is True
    file.write_text(TEXT.replace("stop: closed", "stop: close"), encoding="utf-8")
    assert charter("lint", str(file)).exit_code == 0
    refused = charter("lint", str(file), "--data", "--json", "--now", NOW)
    assert refused.exit_code == 1
    (error,) = [one for one in json.loads(refused.stdout)["findings"] if one["severity"] == "error"]
    assert (error["line"], error["field"], error["about"]) == (34, "commitments[0].indicators[0].stop", "answer")
    assert error["message"] == "the source 'cases' has no column 'close'"
    assert error["remedy"] == "did you mean closed?"


def test_a_column_that_is_not_there_is_told_by_plan_and_refused_by_apply(empty: Flask, folder: Path) -> None:
    charter, file = charter_on(empty), folder / "small.yaml"
    file.write_text(TEXT.replace("stop: closed", "stop: close"), encoding="utf-8")
    sentence = "the source 'cases' has no column 'close' → did you mean closed?"
    assert any(sentence in one for one in said(charter("plan", str(file), "--json"))["warnings"])
    assert f"{sentence}\n" in charter("plan", str(file)).stdout
    refused = charter("apply", str(file), "--now", NOW)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("line 34: commitments[0].indicators[0].stop (answer): ")
    assert charter("status").exit_code == 1
    (folder / "cases.csv").unlink()
    assert charter("apply", str(file), "--now", NOW).exit_code == 0


def test_plan_with_figures(charted: Flask, folder: Path) -> None:
    charter, file = charter_on(charted), folder / "small.yaml"
    file.write_text(TEXT.replace("within: 5 days", "within: 9 days"), encoding="utf-8")
    assert "figures" not in said(charter("plan", str(file), "--json"))
    found = said(charter("plan", str(file), "--figures", "--json", "--now", NOW))
    first = found["figures"][0]
    assert (first["indicator"], first["period"], first["numerator"], first["denominator"]) == (
        "answered",
        "2026-10",
        62,
        62,
    )
    assert (first["before"]["numerator"], first["before"]["denominator"]) == (41, 62)
    printed = charter("plan", str(file), "--figures", "--now", NOW).stdout
    line = "= indicator answered, October 2026: 100.0% of 62, 80% required; by the charter in force 66.1% of 62"
    assert line in printed.replace(NBSP, " ")
