"""A charter that is not in force, on its data: measured, its columns and units seen, its figures beside the plan."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from flask import Flask

from charter.domain.charter_file.findings import CharterFileError, Finding, Severity
from charter.domain.charter_file.reading import ReadCharter, read_charter
from charter.domain.vocabulary.errors import Conflict, Invalid, SourceError
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import Measurement, Run
from charter.services.checks.dry_run import measure_dry
from charter.services.drafts.data_lint import findings_on_data
from charter.services.drafts.drafts import Publication, columns_not_there, open_draft, publish_draft, start_draft
from charter.services.drafts.source_columns import look_at_columns, refuse_columns_not_there
from charter.services.drafts.trial_run import try_draft
from charter.services.drafts.unapplied import as_version, figures_beside, last_figures, measure_unapplied
from charter.services.records.access import Access
from charter.sources.readers.source_names import Reach
from tests.services.world import ANSWER, BILL, HEAD, TEXT, apply, charter_of, data, write_cases
from tests.services.world import NOW as NOVEMBER

NOW = NOVEMBER
Said = list[tuple[Severity, str, str]]


def read(text: str = TEXT) -> ReadCharter:
    return read_charter(text)


def measure(text: str, indicator: str, period: str, folder: Path | None = None) -> dict[str, object]:
    version = as_version(charter_of(text), str(folder or data()))
    return measure_unapplied(COMMAND_LINE, NOW, version, indicator=indicator, period=period, access=Access())


# --- Measured -----------------------------------------------------------------------------------------------------


def test_a_charter_file_is_measured_as_it_would_be_in_force(charted: Flask) -> None:
    for indicator, period in (("answered", "2026-10"), ("billed", "2026-Q3")):
        dry = measure_dry(COMMAND_LINE, NOW, indicator=indicator, period=period, access=Access())
        assert measure(TEXT, indicator, period) == dry


def test_it_is_measured_by_its_own_words_and_nothing_is_stored(empty: Flask) -> None:
    found = measure(TEXT.replace("within: 5 days", "within: 9 days"), "answered", "2026-10")
    assert (found["numerator"], found["denominator"]) == (62, 62)
    assert db.session.query(Run).count() == db.session.query(Measurement).count() == 0


def test_what_reads_no_rows_says_so(empty: Flask) -> None:
    text = HEAD.replace("commitments:", "  hand: {kind: manual}\ncommitments:") + ANSWER
    text += "      - {key: typed, title: Saisi, source: hand, kind: share}\n"
    text += "      - {key: both, title: Les deux, kind: composite, of: [{indicator: answered, weight: 1}]}\n"
    for key in ("typed", "both"):
        with pytest.raises(Invalid, match="figures"):
            measure(text, key, "2026-10")


# --- Columns ------------------------------------------------------------------------------------------------------


def not_there(text: str, folder: Path | None = None, reach: Reach = Reach.HERE) -> list[tuple[str, str, str]]:
    found = look_at_columns(charter_of(text), str(folder or data()), Access(), reach=reach).not_there
    return [(one.field, str(one.message), str(one.remedy)) for one in found]


def test_columns_that_are_there_are_not_told(empty: Flask) -> None:
    assert not_there(TEXT) == []


def test_each_place_that_names_a_column_is_looked_at(empty: Flask) -> None:
    text = (
        TEXT.replace("stop: closed", "stop: close")
        .replace("distinct: id", "distinct: number")
        .replace("{topic: duplicate}", "{subject: duplicate}")
        .replace("channel: channel", "channel: [channel, way]")
        .replace("{right: 1}", "{rite: 1}")
    )
    place = "commitments[0].indicators[0]"
    found = not_there(text)
    assert [field for field, _, _ in found] == [
        f"{place}.stop",
        f"{place}.distinct",
        f"{place}.channel",
        f"{place}.exclude[0].where.subject",
        "commitments[1].indicators[0].success",
    ]
    assert found[0][1:] == ("the source 'cases' has no column 'close'", "did you mean closed?")
    assert found[2][2] == "its columns are id, opened, closed, agency, channel, topic"


def test_a_file_that_cannot_be_opened_is_not_judged_unless_it_is_asked(empty: Flask, tmp_path: Path) -> None:
    assert not_there(TEXT, tmp_path) == []
    refused = look_at_columns(charter_of(), str(tmp_path), Access(), reach=Reach.ANYWHERE).not_opened
    assert sorted(refused) == ["bills", "cases"]
    assert refused["cases"].field == "sources.cases"
    assert "no such file" in str(refused["cases"].message)


def in_csv(folder: Path) -> str:
    (folder / "rows.csv").write_bytes("Agencé;opened;right\n".encode("cp1252"))
    return "{kind: csv, path: rows.csv}"


def in_xlsx(folder: Path) -> str:
    book = openpyxl.Workbook()
    book.create_sheet("Data").append(["Agencé", "opened", "right"])
    book.save(folder / "rows.xlsx")
    return "{kind: xlsx, path: rows.xlsx, sheet: Data}"


def in_parquet(folder: Path) -> str:
    with duckdb.connect() as engine:
        engine.execute(f"COPY (SELECT 1 AS Agencé, 2 AS opened, 3 AS right) TO '{folder / 'rows.parquet'}'")
    return "{kind: parquet, path: rows.parquet}"


def in_sqlite(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "rows.db")) as connection:
        connection.execute('CREATE TABLE rows ("Agencé" TEXT, opened TEXT, "right" TEXT)')
    return "{kind: database, url: env:ROWS, table: rows}"


def in_duckdb(folder: Path) -> str:
    with duckdb.connect(folder / "rows.duckdb") as engine:
        engine.execute('CREATE TABLE rows ("Agencé" TEXT, opened TEXT, "right" TEXT)')
    return "{kind: database, url: env:ROWS, table: rows}"


@pytest.mark.parametrize(
    ("write", "address", "on_page"),
    [
        (in_csv, "", True),
        (in_xlsx, "", True),
        (in_parquet, "", False),
        (in_sqlite, "sqlite:///{}/rows.db", False),
        (in_duckdb, "duckdb:///{}/rows.duckdb", False),
    ],
)
def test_names_are_known_of_every_kind_of_source(
    tmp_path: Path, write: Callable[[Path], str], address: str, on_page: bool
) -> None:
    source = write(tmp_path)
    text = HEAD.replace("{kind: csv, path: bills.csv}", source) + BILL.replace("unit: agency", "unit: Agence")
    access = Access(environment={"ROWS": address.format(tmp_path)})
    for reach, is_seen in ((Reach.HERE, True), (Reach.PAGE, on_page)):
        found = look_at_columns(charter_of(text), str(tmp_path), access, reach=reach).not_there
        assert [str(one.remedy) for one in found] == (["did you mean Agencé?"] if is_seen else [])


def test_a_database_without_the_table_cannot_be_opened(tmp_path: Path) -> None:
    in_sqlite(tmp_path)
    source = "{kind: database, url: env:ROWS, table: other}"
    text = HEAD.replace("{kind: csv, path: bills.csv}", source) + BILL
    access = Access(environment={"ROWS": f"sqlite:///{tmp_path}/rows.db"})
    refused = look_at_columns(charter_of(text), str(tmp_path), access).not_opened
    assert "has no table “other”" in str(refused["bills"].message)


def test_a_rate_reads_the_other_source_by_its_own_columns(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("opened,agency\n")
    (tmp_path / "bills.csv").write_text("day,agency,sent\n")
    text = HEAD + BILL.replace("kind: share", "kind: rate").replace(
        "success: {right: 1}", "volume: {source: cases, column: cases}\n        per: 1000"
    )
    assert [field for field, _, _ in not_there(text, tmp_path)] == [
        "commitments[0].indicators[0].date",
        "commitments[0].indicators[0].volume.column",
    ]


def test_applying_is_refused_with_line_and_remedy(tmp_path: Path) -> None:
    read_ = read(TEXT.replace("stop: closed", "stop: close"))
    with pytest.raises(CharterFileError) as refusal:
        refuse_columns_not_there(read_.charter, str(data()), Access(), lines=read_.lines)
    assert str(refusal.value) == (
        "line 34: commitments[0].indicators[0].stop (answer): the source 'cases' has no column 'close' → "
        "did you mean closed?"
    )


# --- Lint on data -------------------------------------------------------------------------------------------------


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
    said = [message for _, _, message in short(lint(HEAD + BILL, tmp_path))]
    assert "the unit 'France', which is not under units, has as many cases as all others" in said


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


# --- Figures beside the plan --------------------------------------------------------------------------------------


def test_the_newest_figure_stands_beside_that_of_the_charter_in_force(charted: Flask) -> None:
    version = as_version(charter_of(TEXT.replace("within: 5 days", "within: 9 days")), str(data()))
    found = figures_beside(COMMAND_LINE, NOW, version, Access())
    told = {now.indicator.key: (now.plain, before and before.plain) for now, before in found}
    now, before = told["answered"]
    assert before is not None
    assert (now["period"], now["numerator"], now["denominator"]) == ("2026-10", 62, 62)
    assert (before["period"], before["numerator"], before["denominator"]) == ("2026-10", 41, 62)
    assert (now["target"], now["unknown"], now["undated"]) == (0.8, {"lorient": 2}, 1)


def test_a_first_charter_has_nothing_beside_it(empty: Flask) -> None:
    found = figures_beside(COMMAND_LINE, NOW, as_version(charter_of(), str(data())), Access())
    assert [before for _, before in found] == [None, None]


def test_a_figure_that_cannot_be_had_says_why(empty: Flask, tmp_path: Path) -> None:
    figures = last_figures(COMMAND_LINE, NOW, as_version(charter_of(), str(tmp_path)), Access())
    assert all("no such file" in str(one.error) for one in figures)


# --- The folder of a draft ----------------------------------------------------------------------------------------

SMALL = """\
charter: {key: small, organisation: O, title: T, timezone: Europe/Paris, calendar: FR, valid_from: 2026-07-01}
units: [{key: all, name: All, kind: company}]
sources: {rows: {kind: csv, path: rows.csv}}
commitments:
  - key: c
    title: C
    promise: We answer you.
    owner: O
    indicators: [{key: i, title: I, source: rows, kind: count, date: day}]
"""


def write_rows(folder: Path, count: int, name: str = "day") -> None:
    folder.mkdir(exist_ok=True)
    (folder / "rows.csv").write_text("\n".join([name, *["2026-10-05"] * count]) + "\n")


@pytest.mark.parametrize("has_data_folder", [False, True])
def test_a_first_draft_and_its_publication_read_the_same_folder(
    empty: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_data_folder: bool
) -> None:
    for name, count in (("started", 400), ("home", 3), ("data", 5)):
        write_rows(tmp_path / name, count)
    monkeypatch.chdir(tmp_path / "started")
    access = Access((tmp_path / "data",) if has_data_folder else (), home=tmp_path / "home")
    start_draft(COMMAND_LINE, NOW, text=SMALL)
    tried = try_draft(COMMAND_LINE, NOW, indicator="i", period="2026-10", access=access)
    publish_draft(COMMAND_LINE, NOW, 1, Publication("first", date(2026, 7, 1), access))
    measured = measure_dry(COMMAND_LINE, NOW, indicator="i", period="2026-10", access=access)
    assert tried["n"] == measured["n"] == (5 if has_data_folder else 3)


def test_a_draft_reads_the_folder_of_the_version_in_force(empty: Flask, tmp_path: Path) -> None:
    write_rows(tmp_path / "mine", 7)
    apply(SMALL, tmp_path / "mine")
    start_draft(COMMAND_LINE, NOW)
    access = Access(home=tmp_path / "home")
    assert try_draft(COMMAND_LINE, NOW, indicator="i", period="2026-10", access=access)["n"] == 7


def test_without_any_folder_a_first_draft_says_so(empty: Flask) -> None:
    start_draft(COMMAND_LINE, NOW, text=SMALL)
    with pytest.raises(SourceError, match="DATA_FOLDERS"):
        try_draft(COMMAND_LINE, NOW, indicator="i", period="2026-10", access=Access())


def test_a_draft_that_reads_a_column_that_is_not_there_is_not_published(empty: Flask, tmp_path: Path) -> None:
    write_rows(tmp_path / "home", 3, name="days")
    access = Access(home=tmp_path / "home")
    start_draft(COMMAND_LINE, NOW, text=SMALL)
    (missing,) = columns_not_there(open_draft(COMMAND_LINE), access)
    assert (missing.about, str(missing.remedy)) == ("c", "did you mean days?")
    how = Publication("first", date(2026, 7, 1), access)
    with pytest.raises(Conflict, match="the source 'rows' has no column 'day'"):
        publish_draft(COMMAND_LINE, NOW, 1, how)
    write_rows(tmp_path / "home", 3)
    assert publish_draft(COMMAND_LINE, NOW, 1, how).changes
