"""survey and analyse penalty-reward on the command line: shapes, refusals, exit codes."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from charter.services.classes.known_evidence import heard
from tests.services.databases import new_url, opened, template_of
from tests.services.world import applied


@pytest.fixture
def charted(tmp_path: Path) -> Any:
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", applied)), tmp_path) as app:
        yield app


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["charter", *words])


def marks(path: Path, people: int = 240, tail: str = "") -> str:
    lines = ["care,bill,overall"]
    for n in range(people):
        care, bill = 1 + n % 5, 1 + n // 5 % 5
        lines.append(f"{care},{bill},{5 - 3 * (care <= 2) + 2 * (bill >= 4) + n % 3 * 0.1}")
    path.write_text("\n".join(lines) + "\n" + tail, encoding="utf-8")
    return str(path)


def test_penalty_reward_prints_the_contract(charted: Flask, tmp_path: Path) -> None:
    done = run(charted, "analyse", "penalty-reward", marks(tmp_path / "m.csv"), "--overall", "overall",
               "--bootstrap", "200", "--seed", "3")  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert {"n", "r2", "const", "delta", "attributes"} <= set(found)
    care, bill = found["attributes"]
    assert {"attribute", "n_low", "n_high", "penalty", "penalty_se", "penalty_interval", "reward", "reward_se",
            "reward_interval", "asymmetry", "class", "warnings"} <= set(care)  # fmt: skip
    assert (care["class"], bill["class"]) == ("basic", "excitement")
    assert care["penalty"] == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize(
    ("tail", "options", "message"),
    [
        ("", ("--low", "x"), "“x” is not a list of marks"),
        ("", ("--not-applicable", "never"), "“never” is not a mark"),
        ("", ("--bootstrap", "5"), "5 draws make no interval"),
        ("", ("--leave-out", "care", "--leave-out", "bill"), "no column of marks"),
    ],
)
def test_penalty_reward_refuses_in_one_sentence(
    charted: Flask, tmp_path: Path, tail: str, options: tuple[str, ...], message: str
) -> None:
    file = marks(tmp_path / "m.csv", tail=tail)
    done = run(charted, "analyse", "penalty-reward", file, "--overall", "overall", *options)
    assert done.exit_code == 1
    assert message in done.stderr


def test_answers_are_imported_from_files(charted: Flask, tmp_path: Path) -> None:
    file = tmp_path / "kano.csv"
    rows = "".join(f"r{n},care,2,5\n" for n in range(40))
    file.write_text(
        f"respondent,attribute,functional,dysfunctional\n{rows}r1,care,2,5\nr2,Other,1,1\n", encoding="utf-8"
    )
    common = (
        "survey",
        "import-kano",
        str(file),
        "--name",
        "Spring",
        "--date",
        "2026-06-30",
        "--now",
        "2026-11-10T09:00",
    )
    refused = run(charted, *common)
    assert refused.exit_code == 1
    assert "No promise of the charter is called “Other”" in refused.stderr
    assert "Line 42: The same respondent answered this in line 3" in refused.stderr
    looked = run(charted, *common, "--dry-run", "--json")
    assert (looked.exit_code, json.loads(looked.stdout)["unknown"]) == (0, ["Other"])
    done = run(charted, *common, "--leave-out", "Other", "--leave-refused", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["surveys"] == [1]
    done = run(charted, "survey", "import-marks", marks(tmp_path / "m.csv"), "--name", "Marks", "--date", "2026-06-30",
               "--overall", "overall", "--bootstrap", "200", "--now", "2026-11-10T09:00")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    listed = json.loads(run(charted, "survey", "list", "--json", "--now", "2026-11-10T09:00").stdout)
    assert [(one["name"], one["state"]) for one in listed] == [("Marks", "counted"), ("Spring", "counted")]


def lime(path: Path, answers: str = "A") -> str:
    """A LimeSurvey export: 40 people of weight 1 expect care, 20 of weight 3 like it; served by two agencies."""
    lines = ["id,submitdate,lastpage,email,Q1,Q2,Poids,Agence"]
    lines += [f"{n},2026-05-04 10:00:00,3,p{n}@example.org,{answers}2,{answers}5,1,Vannes" for n in range(40)]
    lines += [f"{n},2026-05-04 10:00:00,3,p{n}@example.org,{answers}1,{answers}3,3,Mars" for n in range(40, 60)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_a_tools_columns_are_told_once_weighed_and_known_in_the_next_wave(charted: Flask, tmp_path: Path) -> None:
    common = ("--json", "--now", "2026-11-10T09:00")
    file = lime(tmp_path / "lime.csv")
    refused = run(charted, "survey", "import-kano", file, "--name", "Spring", "--date", "2026-05-31", *common)
    assert refused.exit_code == 1
    assert "say what its columns are" in refused.stderr
    told = ("--column", "Q1=kept:care", "--column", "Q2=not-kept:care")
    done = run(charted, "survey", "import-kano", file, "--name", "Spring", "--date", "2026-05-31", *told, *common)
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["tool"] == "limesurvey"
    assert (found["columns"]["Q2"], found["columns"]["Poids"]) == ("not-kept:care", "weight")
    assert "@" not in done.stdout
    assert found["units_unknown"] == 20
    with charted.app_context():
        (wave,) = heard().kano["care"]
        # (40 + 60)^2 / (40 + 180) people, of whom 60 % would be pleased (Kish 1965).
        assert wave.counts.n == pytest.approx(45.4545, abs=1e-3)
        assert wave.counts.a / wave.counts.n == pytest.approx(0.6, abs=1e-6)
    again = lime(tmp_path / "again.csv")
    done = run(charted, "survey", "import-kano", again, "--name", "Autumn", "--date", "2026-10-31", *common)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["columns"]["Q1"] == "kept:care"


@pytest.mark.parametrize(
    ("weight", "message"),
    [("0", "every weight is 0"), ("-1", "weight: write a number from 0"), ("", "weight: write a number from 0")],
)
def test_weights_that_say_nothing_are_refused_and_nothing_is_kept(
    charted: Flask, tmp_path: Path, weight: str, message: str
) -> None:
    file = tmp_path / "weights.csv"
    file.write_text("care_F,care_D,Poids\n" + f"2,5,{weight}\n" * 40, encoding="utf-8")
    done = run(charted, "survey", "import-kano", str(file), "--name", "W", "--date", "2026-05-31",
               "--now", "2026-11-10T09:00")  # fmt: skip
    assert (done.exit_code, message in done.stderr) == (1, True), done.stderr
    assert json.loads(run(charted, "survey", "list", "--json").stdout) == []


def test_a_questionnaire_is_opened_closed_and_withdrawn(charted: Flask, tmp_path: Path) -> None:
    out, now = tmp_path / "links.csv", ("--now", "2026-11-10T09:00")
    opening = ("survey", "open", "--name", "Autumn", "--commitment", "care", "--closes", "2026-12-01",
               "--invitations", "5", "--address", "https://ask.example/", "--out", str(out), *now)  # fmt: skip
    assert run(charted, *opening).exit_code == 0
    with out.open(encoding="utf-8") as file:
        links = [row["link"] for row in csv.DictReader(file)]
    assert len(links) == 5
    assert all(link.startswith("https://ask.example/answer/") for link in links)
    assert "is there already" in run(charted, *opening).stderr
    assert run(charted, "survey", "close", "1", *now).exit_code == 0
    assert "is closed" in run(charted, "survey", "close", "1", *now).stderr
    assert run(charted, "survey", "withdraw", "1", "--reason", "wrong people", *now).exit_code == 0
    assert "There is no survey 9." in run(charted, "survey", "close", "9", *now).stderr
