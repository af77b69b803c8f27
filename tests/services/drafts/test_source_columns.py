"""Columns that a charter names are looked for in its data, of every kind of source."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import openpyxl
import pytest
from flask import Flask

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import ReadCharter, read_charter
from charter.services.drafts.source_columns import columns_of, look_at_columns, refuse_columns_not_there
from charter.services.records.access import Access
from charter.sources.readers.source_names import Reach
from tests.services.world import BILL, HEAD, TEXT, charter_of, data


def read(text: str = TEXT) -> ReadCharter:
    return read_charter(text)


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
        f"{place}.channel",
        f"{place}.exclude[0].where.subject",
        f"{place}.distinct",
        "commitments[1].indicators[0].success",
    ]
    assert found[0][1:] == ("the source 'cases' has no column 'close'", "did you mean closed?")
    assert found[1][2] == "its columns are id, opened, closed, agency, channel, topic"


def test_a_file_that_cannot_be_opened_is_not_judged_unless_it_is_asked(empty: Flask, tmp_path: Path) -> None:
    assert not_there(TEXT, tmp_path) == []
    refused = look_at_columns(charter_of(), str(tmp_path), Access(), reach=Reach.ANYWHERE).not_opened
    assert sorted(refused) == ["bills", "cases"]
    assert refused["cases"].field == "sources.cases"
    assert "no such file" in str(refused["cases"].message)


def test_the_columns_of_one_source_are_told_or_why_there_are_none(empty: Flask, tmp_path: Path) -> None:
    found = columns_of(charter_of(), "cases", str(data()), Access())
    assert {"id", "agency"} <= set(found.names) or found.names
    assert found.refused is None
    gone = columns_of(charter_of(), "cases", str(tmp_path), Access())
    assert (gone.names, "no such file" in str(gone.refused)) == ([], True)
    unknown = columns_of(charter_of(), "absent", str(data()), Access())
    assert (unknown.names, unknown.refused) == ([], None)


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
