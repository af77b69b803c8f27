"""What the data say of a charter before it is applied: levels, unknown units, columns that are not there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from charter.domain.charter_file.findings import Finding, Severity
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.drafts.data_lint import findings_on_data
from charter.services.records.access import Access
from tests.services.drafts.test_source_columns import read
from tests.services.drafts.test_unapplied import NOW
from tests.services.world import ANSWER, BILL, HEAD, TEXT, data, write_cases

Said = list[tuple[Severity, str, str]]


def lint(text: str = TEXT, folder: Path | None = None, now: datetime = NOW) -> list[Finding]:
    return findings_on_data(COMMAND_LINE, now, read(text), str(folder or data()), Access())[0]


def short(findings: list[Finding]) -> Said:
    return [(one.severity, one.field, str(one.message)) for one in findings]


def test_levels_stand_beside_what_is_measured_and_unknown_units_by_name(empty: Flask) -> None:
    place = "commitments[0].indicators[0]"
    found = short(lint(HEAD + ANSWER))
    assert found == [
        (Severity.WARNING, place, "rows without a readable date, which belong to no period: 1"),
        (
            Severity.WARNING,
            f"{place}.unit",
            "names of the data that are not under units: 1, with 3.2 % of the cases: 'lorient' (2)",
        ),
        (
            Severity.ADVICE,
            f"{place}.targets",
            "in 2026-10 66.1 % is measured, of 62; 80 % is required",
        ),
    ]


def test_old_data_are_measured_where_they_end(empty: Flask) -> None:
    found = short(lint(HEAD + BILL, now=datetime(2029, 5, 1, tzinfo=UTC)))
    assert ("in 2026-11 100 % is measured, of 4; 90 % is required") in [message for _, _, message in found]


def test_a_total_among_the_units_is_told(empty: Flask, tmp_path: Path) -> None:
    rows = [f"2026-10-{day:02},{site},1" for day in range(1, 31) for site in ("vannes", "brest", "nice")]
    rows += [f"2026-10-{day:02},France,1" for day in range(1, 31)] * 3
    (tmp_path / "bills.csv").write_text("\n".join(["opened,agency,right", *rows]) + "\n")
    ((severity, _, said),) = short(lint(HEAD + BILL, tmp_path))
    assert (severity, "the 90 cases of “France” in the source “bills” equal the sum" in said) == (Severity.ERROR, True)


def test_errors_of_columns_and_sources_stand_alone(empty: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path)
    (tmp_path / "bills.csv").unlink()
    found = short(lint(TEXT.replace("stop: closed", "stop: close"), tmp_path))
    assert [(severity, field) for severity, field, _ in found] == [
        (Severity.ERROR, "sources.bills"),
        (Severity.ERROR, "commitments[0].indicators[0].stop"),
    ]


def test_what_cannot_be_measured_is_an_error(empty: Flask, tmp_path: Path) -> None:
    (tmp_path / "bills.csv").write_text("opened,agency,right\nyesterday,vannes,1\n")
    ((severity, field, message),) = short(lint(HEAD + BILL, tmp_path))
    assert (severity, field) == (Severity.ERROR, "commitments[0].indicators[0]")
    assert "nothing readable in its column “opened”" in message
