"""What each command prints as JSON, key by key, as the contract says; exit codes; messages on standard error."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from charter.cli.shared import instant
from charter.domain.charter_file.reading import read_charter
from tests.cli.conftest import charter_on, said
from tests.services.verification.test_verify import rewrite
from tests.services.world import TEXT

NOW = "2026-11-10T09:00Z"


def test_lint_json(empty: Flask, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(TEXT, encoding="utf-8")
    bad.write_text(TEXT.replace("within: 5 days", "within: soon"), encoding="utf-8")
    charter = charter_on(empty)
    found = said(charter("lint", str(good), "--json"))
    assert found["ok"] is True
    assert all({"line", "field", "severity", "message", "remedy"} <= set(one) for one in found["findings"])
    refused = charter("lint", str(bad), "--json")
    assert refused.exit_code == 1
    told = json.loads(refused.stdout)
    assert told["ok"] is False
    (error,) = [one for one in told["findings"] if one["severity"] == "error"]
    assert (error["line"], error["field"]) == (35, "commitments[0].indicators[0].within")
    assert error["message"] == "'soon' is not a delay"
    assert error["remedy"].startswith("write a whole number and a unit, like '10 working days' (seconds, ")
    plain = charter("lint", str(bad))
    assert plain.exit_code == 1
    assert f"{bad}:line 35: commitments[0].indicators[0].within (answer): " in plain.stdout
    assert "findings" in plain.stderr


def test_plan_apply_export_round_trip(empty: Flask, tmp_path: Path) -> None:
    charter = charter_on(empty)
    file, again = tmp_path / "charter.yaml", tmp_path / "again.yaml"
    file.write_text(TEXT, encoding="utf-8")
    planned = said(charter("plan", str(file), "--json"))
    assert {"action", "thing", "key", "field", "before", "after"} <= set(planned["changes"][0])
    applied = said(charter("apply", str(file), "--json", "--now", NOW))
    assert applied["changes"] == planned["changes"]
    assert charter("export", "--out", str(again)).exit_code == 0
    assert said(charter("plan", str(again), "--json"))["changes"] == []
    assert said(charter("apply", str(again), "--json"))["changes"] == []
    printed = charter("export")
    assert printed.stdout == again.read_text(encoding="utf-8")
    assert read_charter(printed.stdout).charter == read_charter(TEXT).charter
    quiet = charter("apply", str(again))
    assert (quiet.stdout, quiet.stderr) == ("", "Nothing changed.\n")


def test_run_due_json(charted: Flask) -> None:
    charter = charter_on(charted)
    assert said(charter("run-due", "--now", NOW, "--json")) == {"due": 8, "done": 8, "failed": 0, "late": 0}
    assert said(charter("run-due", "--now", NOW, "--json")) == {"due": 0, "done": 0, "failed": 0, "late": 0}
    plain = charter("run-due", "--now", NOW)
    assert plain.stdout == ""
    assert plain.stderr == "0 checks due: 0 done, 0 failed, 0 late.\n"


def test_measure_json(charted: Flask) -> None:
    found = said(
        charter_on(charted)("measure", "answered", "--period", "2026-10", "--by", "unit", "--json", "--now", NOW)
    )
    keys = {"indicator", "period", "as_of", "value", "numerator", "denominator", "excluded", "pending", "units"}
    assert keys <= set(found)
    assert (found["numerator"], found["denominator"], found["excluded"]) == (41, 62, {"duplicate": 1})
    assert {"unit", "value", "numerator", "denominator"} <= set(found["units"][0])
    assert [one["unit"] for one in found["units"]] == ["brest", "lorient", "nice", "vannes"]


def test_status_json(world: Flask) -> None:
    charter = charter_on(world)
    found = said(charter("status", "--json", "--now", NOW))
    assert {"charter", "period", "unit", "headline", "checks", "commitments"} <= set(found)
    assert (found["charter"], found["period"], found["unit"]) == ("small", "2026-10", "company")
    assert set(found["headline"]) == {"kept", "of", "floor", "trust"}
    assert set(found["headline"]["floor"]) == {"state", "kept", "of", "broken_by", "near"}
    assert set(found["headline"]["trust"]) == {"earned", "of", "credited", "suspended"}
    assert set(found["checks"]) == {"due", "done", "late", "failed", "lapsed", "waived"}
    assert {"key", "class", "strength", "status", "indicators"} <= set(found["commitments"][0])
    assert set(found["commitments"][0]["indicators"][0]) >= {
        "key", "nature", "basis", "period", "status", "reason", "value", "numerator", "denominator", "excluded",
        "pending", "target", "tolerance", "unacceptable", "interval", "interval_level", "signal", "assurance",
        "weakest_unit", "coverage",
    }  # fmt: skip
    west = said(charter("status", "--json", "--now", NOW, "--unit", "west", "--period", "2026-09"))
    assert (west["unit"], west["period"]) == ("west", "2026-09")


def test_status_for_people(world: Flask) -> None:
    printed = charter_on(world)("status", "--now", NOW, "--lang", "en").stdout
    assert printed.startswith("Petite Énergie · October\N{NO-BREAK SPACE}2026 · Petite Énergie\n")
    assert "An answer in 5 days" in printed
    french = charter_on(world)("status", "--now", NOW, "--lang", "fr").stdout
    assert "octobre\N{NO-BREAK SPACE}2026" in french
    assert "Une réponse en 5 jours" in french


def test_freeze_and_verify_json(world: Flask) -> None:
    charter = charter_on(world)
    sealed = said(charter("freeze", "2026-10", "--json", "--now", NOW))
    assert set(sealed) == {"period", "sha256", "frozen_at"}
    assert said(charter("freeze", "2026-10", "--json", "--now", "2026-12-01T00:00Z")) == sealed
    proven = said(charter("verify", "--json"))
    assert (proven["ok"], proven["broken"], proven["snapshots"]) == (True, None, 1)
    with world.app_context():
        rewrite("sqlite", "snapshots", "UPDATE snapshots SET document = '{}'")
    broken = charter("verify", "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["broken"] == "The frozen month 2026-10 is not what was frozen."
    told = broken.stderr.splitlines()
    assert told[0] == "The frozen month 2026-10 is not what was frozen."
    assert told[-1] == f"{len(told) - 1} broken links."
    plain = charter("verify")
    assert (plain.exit_code, plain.stdout) == (1, "")


@pytest.mark.pdf
def test_report_writes_a_draft_then_the_sealed_one(world: Flask, tmp_path: Path) -> None:
    charter, out = charter_on(world), tmp_path / "report.pdf"
    draft = charter("report", "2026-10", "--out", str(out), "--json", "--now", NOW)
    assert said(draft)["draft"] is True
    assert "this is a DRAFT" in draft.stderr
    assert charter("freeze", "2026-10", "--now", NOW).exit_code == 0
    made = said(charter("report", "2026-10", "--out", str(out), "--json", "--now", NOW))
    assert (made["draft"], made["size"], made["file"]) == (False, out.stat().st_size, str(out))
    first = out.read_bytes()
    assert charter("report", "2026-10", "--out", str(out), "--now", "2027-01-01T00:00Z").exit_code == 0
    assert out.read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "said_on_stderr"),
    [
        (("status", "--unit", "paris"), "The charter has no unit paris."),
        (("status", "--period", "October"), "is not a period"),
        (("freeze", "2026-11", "--now", NOW), "2026-11 has not ended yet"),
        (("freeze", "2026-Q3", "--now", NOW), "2026-Q3 is not a month"),
        (
            ("measure", "nothing", "--period", "2026-10"),
            "The charter has no indicator nothing. It has: answered, billed.",
        ),
        (("export", "--out", "/nowhere/at/all.yaml"), "/nowhere/at/all.yaml: No such file or directory."),
    ],
)
def test_a_refusal_is_one_sentence_on_standard_error_and_exit_code_1(
    world: Flask, arguments: tuple[str, ...], said_on_stderr: str
) -> None:
    result = charter_on(world)(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said_on_stderr in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--now", "soon"),
        ("status", "--now", "0001-01-01T00:00+14:00"),
        ("status", "--colour"),
        ("measure", "answered"),
        ("lint", "/no/such/file.yaml"),
        ("report", "2026-10"),
        ("nothing",),
    ],
)
def test_wrong_usage_is_exit_code_2(world: Flask, arguments: tuple[str, ...]) -> None:
    result = charter_on(world)(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_without_a_charter_every_command_says_what_to_do(empty: Flask) -> None:
    charter = charter_on(empty)
    for arguments in (
        ("status",),
        ("run-due",),
        ("export",),
        ("freeze", "2026-10"),
        ("measure", "a", "--period", "2026"),
    ):
        result = charter(*arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "No charter has been applied yet. Write one and say: flask charter apply FILE\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-10T09:00Z", datetime(2026, 11, 10, 9, tzinfo=UTC)),
        ("2026-11-10T09:00+01:00", datetime(2026, 11, 10, 8, tzinfo=UTC)),
        # Without a zone it is the charter's: Paris, in winter and in summer.
        ("2026-11-10T09:00", datetime(2026, 11, 10, 8, tzinfo=UTC)),
        ("2026-07-10 09:00:30", datetime(2026, 7, 10, 7, 0, 30, tzinfo=UTC)),
        ("2026-11-10", datetime(2026, 11, 9, 23, tzinfo=UTC)),
    ],
)
def test_forms_of_now(world: Flask, text: str, found: datetime) -> None:
    assert instant(text) == found


def test_now_is_now_by_default(world: Flask) -> None:
    assert abs((datetime.now(UTC) - instant(None)).total_seconds()) < 60


def test_an_account_is_opened(world: Flask, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse battery\n", encoding="utf-8")
    charter = charter_on(world)
    more = ("--name", "Ana", "--role", "director", "--password-file", str(secret))
    made = said(charter("account", "Ana@example.org", *more, "--json"))
    assert made == {"id": 1, "email": "ana@example.org", "role": "director", "units": []}
    again = charter("account", "ana@example.org", *more)
    assert (again.exit_code, again.stderr) == (1, "There is an account for ana@example.org already.\n")
    assert charter("account", "b@example.org", "--name", "B", "--role", "boss").exit_code == 2
