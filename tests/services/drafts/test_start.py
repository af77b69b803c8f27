"""A first charter from a file: it passes lint, is applied, and measures what the file holds, counted by hand."""

from __future__ import annotations

import csv
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from charter.domain.charter_file.findings import Severity
from charter.domain.charter_file.reading import ReadCharter, read_charter
from charter.domain.file_profile.first_charter import Organisation
from charter.domain.lint.promises import lint_charter
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.dry_run import measure_dry
from charter.services.drafts.applying import apply_charter
from charter.services.drafts.start import Started, Wanted, start_charter
from charter.services.drafts.unapplied import as_version, measure_unapplied
from charter.services.records.access import Access

NOW = datetime(2026, 12, 20, 9, tzinfo=UTC)


NEVER = frozenset({date(2026, 11, 1), date(2026, 11, 11)})


def working_days_later(day: date, count: int) -> date:
    """The count-th working day after a day; All Saints' and Armistice Day are the holidays of these months."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in NEVER
    return day


def write_cases(path: Path) -> dict[str, tuple[int, int]]:
    """Six weeks of cases at three sites, some late, some open, some twice; gives (met, judged) of October by site."""
    chance = random.Random(7)
    found: dict[str, list[int]] = {}
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(["Dossier", "Reçu le", "Répondu le", "Agence", "Canal"])
        for number in range(600):
            received = date(2026, 10, 1) + timedelta(days=number % 45)
            answered = received + timedelta(days=chance.randrange(30)) if chance.random() < 0.9 else None
            site = ("Lille", "Metz", "Nîmes")[number % 3]
            said = [one.strftime("%d/%m/%Y") if one else "" for one in (received, answered)]
            row = [f"D-{number:05}", *said, site, ("téléphone", "courrier")[number % 2]]
            rows.writerows([row] * (2 if number % 50 == 0 else 1))
            if received.month == 10:
                met = answered is not None and answered <= working_days_later(received, 10)
                counts = found.setdefault(site, [0, 0])
                counts[0] += met
                counts[1] += 1
    return {site: (met, judged) for site, (met, judged) in found.items()}


def start(file: Path, **wanted: Any) -> Started:
    return start_charter(COMMAND_LINE, NOW, file, Access(), Wanted(**wanted))


def read(started: Started) -> ReadCharter:
    folder = started.charter.parent
    return read_charter(
        started.charter.read_text(encoding="utf-8"), lambda name: (folder / name).read_text(encoding="utf-8")
    )


def test_a_file_of_cases_is_promised_on_and_measured(light: Flask, tmp_path: Path) -> None:
    truth = write_cases(tmp_path / "cases.csv")
    started = start(tmp_path / "cases.csv")
    charter = read(started)
    findings = [*charter.findings, *lint_charter(charter)]
    assert [one for one in findings if one.severity is not Severity.ADVICE] == []
    apply_charter(COMMAND_LINE, NOW, charter=charter.charter, folder=str(tmp_path))
    found = measure_dry(COMMAND_LINE, NOW, indicator="in-time", period="2026-10", access=Access())
    assert {one["unit"]: (one["numerator"], one["denominator"]) for one in found["units"]} == truth
    assert found["denominator"] == sum(judged for _, judged in truth.values())
    assert all(one["is_known"] for one in found["units"])
    (indicator,) = charter.charter.commitments[0].indicators
    assert (indicator.distinct, indicator.unit, indicator.channel) == ("Dossier", "Agence", "Canal")
    assert charter.charter.charter.valid_from == date(2026, 10, 1)


def test_the_units_are_those_of_the_file(light: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path / "cases.csv")
    started = start(tmp_path / "cases.csv", organisation=Organisation("Ville"))
    lines = started.units.read_text(encoding="utf-8").splitlines()
    assert lines == [
        "key,name,parent,kind",
        "all,Ville,,company",
        "Lille,Lille,all,unit",
        "Metz,Metz,all,unit",
        "Nîmes,Nîmes,all,unit",
    ]


def test_nothing_that_is_there_is_written_over(light: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path / "cases.csv")
    (tmp_path / "charter.yaml").write_text("mine")
    with pytest.raises(Conflict, match=r"charter.yaml is there already"):
        start(tmp_path / "cases.csv")
    other = tmp_path / "other.yaml"
    (tmp_path / "units.csv").write_text("key,name,parent,kind\nville,Ville,,company\nMetz,Metz,ville,agence\n")
    with pytest.raises(Conflict, match=r"units.csv is there already"):
        start(tmp_path / "cases.csv", out=other)
    assert not other.exists()
    started = start(tmp_path / "cases.csv", out=other, units=tmp_path / "units.csv")
    assert [unit.key for unit in read(started).charter.units] == ["ville", "Metz"]
    assert (tmp_path / "charter.yaml").read_text() == "mine"


def test_a_file_of_answers_promises_the_share_of_yes(light: Flask, tmp_path: Path) -> None:
    rows = [f"2026-10-{n % 28 + 1:02},{'TRUE' if n % 4 else 'FALSE'},site {n % 2}" for n in range(40)]
    (tmp_path / "a.csv").write_text("\n".join(["day,made_sla,site", *rows]) + "\n")
    started = start(tmp_path / "a.csv")
    apply_charter(COMMAND_LINE, NOW, charter=read(started).charter, folder=str(tmp_path))
    found = measure_dry(COMMAND_LINE, NOW, indicator="counted", period="2026-10", access=Access())
    assert (found["numerator"], found["denominator"]) == (30, 40)


def test_a_workbook_with_a_total_leaves_it_out(light: Flask, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["Month", "Region", "Cases", "Met"])
    for month in range(1, 13):
        numbers = [(f"R{at}", 100 * month + at, 90 * month + at) for at in range(3)]
        for name, cases, met in [*numbers, ("All regions", *(sum(one[at] for one in numbers) for at in (1, 2)))]:
            page.append([date(2026, month, 1), name, cases, met])
    book.save(tmp_path / "a.xlsx")
    started = start(tmp_path / "a.xlsx")
    charter = read(started).charter
    assert [unit.key for unit in charter.units] == ["all", "R0", "R1", "R2"]
    apply_charter(COMMAND_LINE, NOW, charter=charter, folder=str(tmp_path))
    found = measure_dry(COMMAND_LINE, NOW, indicator="counted", period="2026-10", access=Access())
    assert (found["n"], found["excluded"]) == (3, {"total in Region": 1})


def test_dates_with_the_month_first_are_said_to_be_so(light: Flask, tmp_path: Path) -> None:
    rows = [f"{n},10/{n:02}/2026,10/{n + 1:02}/2026" for n in range(1, 28)]
    (tmp_path / "a.csv").write_text("\n".join(["id,opened,closed", *rows]) + "\n")
    started = start(tmp_path / "a.csv", organisation=Organisation("City", "America/New_York", "US"))
    apply_charter(COMMAND_LINE, NOW, charter=read(started).charter, folder=str(tmp_path))
    found = measure_dry(COMMAND_LINE, NOW, indicator="in-time", period="2026-10", access=Access())
    assert (found["numerator"], found["denominator"]) == (27, 27)


def test_a_file_in_a_folder_below_and_with_signs_of_globs(light: Flask, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    write_cases(tmp_path / "data" / "cases [2026]*.csv")
    started = start(tmp_path / "data" / "cases [2026]*.csv", out=tmp_path / "charter.yaml")
    assert started.units == tmp_path / "units.csv"
    apply_charter(COMMAND_LINE, NOW, charter=read(started).charter, folder=str(tmp_path))
    found = measure_dry(COMMAND_LINE, NOW, indicator="in-time", period="2026-10", access=Access())
    assert found["denominator"] > 300


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "id,site\n1,a\n2,b\n", "No column of a.csv holds dates"),
        ("a.json", '[{"id": "1", "site": "a"}]', "No column of a.json holds dates"),
    ],
)
def test_what_cannot_be_promised_on_says_why(light: Flask, tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(CharterError, match=told):
        start(tmp_path / name)
    assert not (tmp_path / "charter.yaml").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.csv",
            "Answers of the year;;\n;;\nid;day;site\n1;2026-09-01;a\n2;2026-09-02;a\nid;day;site\n3;2026-09-03;b\n",
        ),
        ("a.csv", "id,day,ID\n1,2026-09-01,a\n2,2026-09-02,a\n3,2026-09-03,b\n"),
        ("a.json", '{"data": [' + ",".join(f'{{"id": "{n}", "day": "2026-09-0{n}"}}' for n in (1, 2, 3)) + "]}"),
    ],
)
def test_a_charter_reads_the_rows_that_its_start_looked_at(light: Flask, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    started = start(tmp_path / name)
    assert started.look.profile.rows == 3
    apply_charter(COMMAND_LINE, NOW, charter=read(started).charter, folder=str(tmp_path))
    found = measure_dry(COMMAND_LINE, NOW, indicator="counted", period="2026-09", access=Access())
    assert (found["n"], found["rows_read"]) == (3, 3)


TELLS: list[tuple[str, str, dict[str, str]]] = [
    ("waits_2026-03.csv", "", {"file_name": "%Y-%m"}),
    # Published in May of what was in March.
    ("waits_2026-05-04.csv", "Attentes\n;mars 2026\n", {"cell": "B2", "format": "%B %Y"}),
]


def test_a_file_without_dates_tells_its_month(light: Flask, tmp_path: Path) -> None:
    for at, (name, above, said) in enumerate(TELLS):
        file = tmp_path / str(at) / name
        file.parent.mkdir()
        file.write_text(above + "site;met;all\nMetz;90;100\nNancy;80;100\nToul;70;100\n")
        started = start(file)
        assert any("tells 2026-03-01" in str(one) for one in started.look.warnings)
        assert any("2026-03-01 is a guess" in str(one) for one in started.notes)
        charter = read(started).charter
        assert charter.sources["cases"].date_from.model_dump(exclude_none=True) == said  # type: ignore[union-attr]
        version = as_version(charter, str(file.parent))
        how = {"indicator": "counted", "period": "2026-03"}
        assert measure_unapplied(COMMAND_LINE, NOW, version, **how, access=Access())["n"] == 3


def test_a_file_that_tells_no_month_is_not_promised_on(light: Flask, tmp_path: Path) -> None:
    (tmp_path / "waits.csv").write_text("from March 2026;to May 2026\nsite;met\nMetz;90\nNancy;80\n")
    with pytest.raises(Conflict, match="its rows cannot be put in a month"):
        start(tmp_path / "waits.csv")


def test_places_that_a_charter_could_not_read_from_are_refused(light: Flask, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "charter").mkdir()
    file = tmp_path / "data" / "cases.csv"
    write_cases(file)
    with pytest.raises(Invalid, match=r"must lie in the folder of cases.csv"):
        start(file, out=tmp_path / "charter" / "charter.yaml")
    with pytest.raises(Invalid, match="is not beside the charter"):
        start(file, units=tmp_path / "units.csv")
    with pytest.raises(Invalid, match="Mars/Olympus is no time zone"):
        start(file, organisation=Organisation(timezone="Mars/Olympus"))
