"""Sources as they come: what opens, and the one sentence for what does not."""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter

from charter.domain.charter_file.sources import Source
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.periods import parse_period
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import measure
from charter.sources.readers.connect import OpenSource, Place, open_source

Open = Callable[..., OpenSource]


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """The rows of a source in the test's folder."""

    def read(kind: str, *, columns: list[str] | None = None, place: Place | None = None, **fields: Any) -> Any:
        source: Any = TypeAdapter(Source).validate_python({"kind": kind, **fields})
        with open_source("cases", source, place or Place(tmp_path), columns) as found:
            rows = found.table.to_pyarrow().to_pylist()
            assert found.rows_read == len(rows)
            return rows

    return read


def write_csv(folder: Path, content: bytes | str, name: str = "cases.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- CSV ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_separator_is_found_and_every_value_stays_text(opened: Any, tmp_path: Path, separator: str) -> None:
    write_csv(tmp_path, separator.join(["code", "n"]) + "\n" + separator.join(["01", "2.0"]) + "\n")
    assert opened("csv", path="cases.csv") == [{"code": "01", "n": "2.0"}]


@pytest.mark.parametrize(
    "content",
    [
        "ville;n\nOrléans;1\n".encode(),
        b"\xef\xbb\xbf" + "ville;n\nOrléans;1\n".encode(),
        "ville;n\nOrléans;1\n".encode("cp1252"),
        "ville;n\nOrléans;1\n".encode("utf-16"),
        "ville;n\nOrléans;1\n".encode("utf-16-le"),
        "ville;n\nOrléans;1\n".encode("utf-16-be"),
        "ville;n\r\nOrléans;1\r\n".encode(),
        "ville;n\nOrléans;1".encode(),
    ],
)
def test_csv_encoding_is_found(opened: Any, tmp_path: Path, content: bytes) -> None:
    write_csv(tmp_path, content)
    assert opened("csv", path="cases.csv") == [{"ville": "Orléans", "n": "1"}]


def test_csv_encoding_may_be_written(opened: Any, tmp_path: Path) -> None:
    write_csv(tmp_path, "ville,n\nŁódź,1\n".encode("cp1250"))
    assert opened("csv", path="cases.csv", encoding="cp1250") == [{"ville": "Łódź", "n": "1"}]


def test_csv_packed_and_quoted(opened: Any, tmp_path: Path) -> None:
    text = 'text,n\n"a, ""b""\nsecond line",1\n,\n"",2\n'
    (tmp_path / "cases.csv.gz").write_bytes(gzip.compress(text.encode("cp1252")))
    assert opened("csv", path="cases.csv.gz") == [
        {"text": 'a, "b"\nsecond line', "n": "1"},
        {"text": None, "n": None},
        {"text": None, "n": "2"},
    ]


def test_quotes_after_many_plain_lines_are_still_quotes(opened: Any, tmp_path: Path) -> None:
    write_csv(tmp_path, "a,b\n" + "1,2\n" * 60_000 + '1,"MOTORIST, BICYCLIST"\n')
    rows = opened("csv", path="cases.csv")
    assert (len(rows), rows[-1]) == (60_001, {"a": "1", "b": "MOTORIST, BICYCLIST"})


def test_csv_glob_reads_files_with_the_same_columns(opened: Any, tmp_path: Path) -> None:
    write_csv(tmp_path, "a,b\n1,2\n", "cases-1.csv")
    write_csv(tmp_path, "b;a\n4;3\n", "cases-2.csv")
    assert opened("csv", path="cases-*.csv") == [
        {"a": "1", "b": "2", "promesse_file": "000000", "promesse_line": 0},
        {"a": "3", "b": "4", "promesse_file": "000001", "promesse_line": 1},
    ]
    write_csv(tmp_path, "a,c\n1,2\n", "cases-3.csv")
    with pytest.raises(SourceError, match=r"cases-3.csv has not the same columns as the first: “b”, “c”"):
        opened("csv", path="cases-*.csv")


def test_only_the_columns_asked_for_are_loaded(opened: Any, tmp_path: Path) -> None:
    write_csv(tmp_path, "a,b,c\n1,2,3\n")
    assert opened("csv", path="cases.csv", columns=["a", "c", "absent"]) == [{"a": "1", "c": "3"}]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file cases.csv is empty: it needs a first line with the names of the columns."),
        (b"\n \n", "The file cases.csv is empty"),
        (b"C12,2026-10-05,open\n", "The file cases.csv has no header: its first line holds the value “2026-10-05”"),
        (b"1,2\n3,4\n", "The file cases.csv has no header: its first line holds the value “1”"),
        (b"a,b\n1,2\n1,2,3\n", "The file cases.csv, line 3: 3 values where the header has 2 columns"),
        (b"a,b\n1,2\n1\n", "The file cases.csv, line 3: 1 values where the header has 2 columns"),
        (b'a,b\n1,2\n1,"2\n3,4\n', "The file cases.csv, line 3: a quoted value is not closed properly"),
        (b"a,b\n1,2\r\n3,4\n", "The file cases.csv: its lines do not all end in the same way"),
        (b"a,b\n1,\x81\n", "The file cases.csv is neither UTF-8 nor cp1252: save it as UTF-8"),
    ],
)
def test_bad_csv_is_refused_in_one_sentence(opened: Any, tmp_path: Path, content: bytes, sentence: str) -> None:
    write_csv(tmp_path, content)
    with pytest.raises(SourceError) as refused:
        opened("csv", path="cases.csv")
    assert str(refused.value).startswith(sentence)
    assert "\n" not in str(refused.value)


def test_csv_that_is_not_what_its_name_says_is_refused(opened: Any, tmp_path: Path) -> None:
    write_csv(tmp_path, "a,b\n", "cases.csv.gz")
    with pytest.raises(SourceError, match=r"The file cases.csv.gz cannot be opened"):
        opened("csv", path="cases.csv.gz")
    write_csv(tmp_path, "a,b\n1,2\n")
    with pytest.raises(SourceError, match="“klingon” is not an encoding"):
        opened("csv", path="cases.csv", encoding="klingon")


def test_csv_with_a_header_alone_has_no_rows(opened: Any, tmp_path: Path) -> None:
    write_csv(tmp_path, "a,b\n")
    assert opened("csv", path="cases.csv") == []


# --- where files may be -------------------------------------------------------------------------------------------


def test_file_is_looked_up_beside_the_charter_then_in_the_data_folders(opened: Any, tmp_path: Path) -> None:
    home, other = tmp_path / "charter", tmp_path / "feeds"
    home.mkdir()
    other.mkdir()
    write_csv(other, "a\nfeed\n")
    place = Place(home, [other])
    assert opened("csv", path="cases.csv", place=place) == [{"a": "feed"}]
    assert opened("csv", path=str(other / "cases.csv"), place=place) == [{"a": "feed"}]
    assert opened("csv", path="../feeds/cases.csv", place=place) == [{"a": "feed"}]
    write_csv(home, "a\nhome\n")
    assert opened("csv", path="cases.csv", place=place) == [{"a": "home"}]


@pytest.mark.parametrize("path", ["../secret.csv", "{tmp}/secret.csv", "link.csv", "sub/../../secret.csv", "l*.csv"])
def test_file_outside_is_refused_naming_the_setting(opened: Any, tmp_path: Path, path: str) -> None:
    home = tmp_path / "charter"
    home.mkdir()
    secret = write_csv(tmp_path, "a\n1\n", "secret.csv")
    (home / "link.csv").symlink_to(secret)
    with pytest.raises(SourceError, match=r"lies outside the charter's folder: .* the setting DATA_FOLDERS"):
        opened("csv", path=path.format(tmp=tmp_path), place=Place(home))


def test_file_that_is_not_there_is_named(opened: Any) -> None:
    with pytest.raises(SourceError, match=r"“cases” names “missing.csv”, but there is no such file"):
        opened("csv", path="missing.csv")


def test_fingerprint_changes_with_the_bytes(tmp_path: Path) -> None:
    source: Any = TypeAdapter(Source).validate_python({"kind": "csv", "path": "cases.csv"})
    prints = []
    for content in ("a\n1\n", "a\n1\n", "a\n2\n"):
        write_csv(tmp_path, content)
        with open_source("cases", source, Place(tmp_path)) as found:
            prints.append(found.fingerprint)
            assert found.read_as_known_on
    assert prints[0] == prints[1] != prints[2]
    assert len(prints[0]) == 64


# --- Parquet, spreadsheets ----------------------------------------------------------------------------------------


def test_parquet_is_read_in_place_with_its_types(opened: Any, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [date(2026, 10, 5)], "n": [1]}), tmp_path / "cases-1.parquet")
    pq.write_table(pa.table({"a": [date(2026, 10, 6)], "n": [2]}), tmp_path / "cases-2.parquet")
    assert opened("parquet", path="*.parquet") == [
        {"a": date(2026, 10, 5), "n": 1, "promesse_file": "000000", "promesse_line": 0},
        {"a": date(2026, 10, 6), "n": 2, "promesse_file": "000001", "promesse_line": 0},
    ]


def test_parquet_that_is_none_is_refused(opened: Any, tmp_path: Path) -> None:
    write_csv(tmp_path, "a,b\n1,2\n", "cases.parquet")
    with pytest.raises(SourceError, match="The source “cases” cannot be read"):
        opened("parquet", path="cases.parquet")


def make_book(path: Path, rows: list[list[Any]], sheet: str = "Cases") -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    book.save(path)


def test_spreadsheet_cells_become_text_in_iso_writing(opened: Any, tmp_path: Path) -> None:
    moment = datetime(2026, 10, 5, 14, 30)  # noqa: DTZ001 spreadsheets know no zones
    make_book(
        tmp_path / "cases.xlsx",
        [
            ["day", "at", "n", "code", "ok", None],
            [date(2026, 10, 5), moment, 3.0, "01", True, None],
            [None, None, 2.5, None, False],
            [None, None, None, None, None],
        ],
    )
    assert opened("xlsx", path="cases.xlsx") == [
        {"day": "2026-10-05", "at": "2026-10-05 14:30:00", "n": "3", "code": "01", "ok": "true"},
        {"day": None, "at": None, "n": "2.5", "code": None, "ok": "false"},
    ]
    assert opened("xlsx", path="cases.xlsx", columns=["n"]) == [{"n": "3"}, {"n": "2.5"}]


def test_spreadsheet_faults_are_told_in_one_sentence(opened: Any, tmp_path: Path) -> None:
    make_book(tmp_path / "cases.xlsx", [["a", "b"], [1, 2]])
    with pytest.raises(SourceError, match=r"The file cases.xlsx has no sheet “Other”: it has “Cases”"):
        opened("xlsx", path="cases.xlsx", sheet="Other")
    make_book(tmp_path / "cases.xlsx", [])
    with pytest.raises(SourceError, match=r"The file cases.xlsx is empty: its first row needs the names"):
        opened("xlsx", path="cases.xlsx")
    write_csv(tmp_path, "a,b\n", "cases.xlsx")
    with pytest.raises(SourceError, match=r"The file cases.xlsx cannot be read as a spreadsheet"):
        opened("xlsx", path="cases.xlsx")


def test_spreadsheet_that_unpacks_too_large_is_refused_before_reading(opened: Any, tmp_path: Path) -> None:
    zeros = bytes(1024 * 1024)
    path = tmp_path / "cases.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/sheet1.xml", "w") as sheet:
        for _ in range(201):
            sheet.write(zeros)
    assert path.stat().st_size < 2 * 1024 * 1024
    with pytest.raises(SourceError, match="unpacks to 201 MB, more than the 200 MB allowed: save it as CSV"):
        opened("xlsx", path="cases.xlsx")


# --- databases ----------------------------------------------------------------------------------------------------


def test_sqlite_is_read_as_text(opened: Any, tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cases (a TEXT, n REAL, i INTEGER)")
        connection.execute("INSERT INTO cases VALUES ('2026-10-05', 2.0, 7), (NULL, 2.5, NULL)")
        connection.commit()
    place = Place(tmp_path, environ={"CRM_URL": f"sqlite:///{path}"})
    assert opened("database", url="env:CRM_URL", table="cases", place=place) == [
        {"a": "2026-10-05", "n": "2", "i": "7"},
        {"a": None, "n": "2.5", "i": None},
    ]
    with pytest.raises(SourceError, match="“cases” has no table “people”"):
        opened("database", url="env:CRM_URL", table="people", place=place)


def test_duckdb_file_is_read_in_place(opened: Any, tmp_path: Path) -> None:
    path = tmp_path / "crm.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA s; CREATE TABLE s.cases AS SELECT DATE '2026-10-05' AS a, 1 AS n")
    place = Place(tmp_path, environ={"CRM_URL": f"duckdb:///{path}"})
    assert opened("database", url="env:CRM_URL", table="s.cases", place=place) == [{"a": date(2026, 10, 5), "n": 1}]


def test_database_whose_address_is_not_set_is_named_by_its_setting(opened: Any) -> None:
    with pytest.raises(SourceError, match="reads its address from the setting CRM_URL, which is not set"):
        opened("database", url="env:CRM_URL", table="cases")


@pytest.mark.parametrize(
    "address", ["postgresql://me:secret@localhost:1/x", "trino://me:secret@localhost:1/x", "sqlite:////no/x"]
)
def test_database_that_does_not_answer_keeps_its_password_to_itself(opened: Any, tmp_path: Path, address: str) -> None:
    place = Place(tmp_path, environ={"CRM_URL": address})
    with pytest.raises(SourceError, match="could not open the table “cases” at the address in CRM_URL") as refused:
        opened("database", url="env:CRM_URL", table="cases", place=place)
    assert "secret" not in str(refused.value)


# --- other kinds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "manual"}, "“cases” is entered by people: it has no rows to read"),
        ({"kind": "push"}, "“cases”: kind push is pushed by programs: it has no rows to read"),
    ],
)
def test_kind_that_cannot_be_read_is_refused(opened: Any, fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        opened(**fields)


def test_embedded_engine_keeps_its_limits(tmp_path: Path) -> None:
    write_csv(tmp_path, "a\n1\n")
    source: Any = TypeAdapter(Source).validate_python({"kind": "csv", "path": "cases.csv"})
    with open_source("cases", source, Place(tmp_path, zone="Europe/Paris", memory="256MB", threads=1)) as found:
        engine = found.table._find_backend().con
        names = ["threads", "TimeZone", "autoinstall_known_extensions", "autoload_known_extensions"]
        told = [engine.execute(f"SELECT current_setting('{name}')").fetchone()[0] for name in names]
        assert told == [1, "Europe/Paris", False, False]
        spill = Path(engine.execute("SELECT current_setting('temp_directory')").fetchone()[0])
        assert spill.is_dir()
    assert not spill.exists()


def test_opened_source_is_counted(tmp_path: Path, make_indicator: Any, paris: Setting) -> None:
    write_csv(tmp_path, "opened;closed;unit\n2026-10-05;2026-10-06;01\n2026-10-05;;01\n")
    source: Any = TypeAdapter(Source).validate_python({"kind": "csv", "path": "cases.csv"})
    indicator = make_indicator(start="opened", stop="closed", within="2 days", unit="unit")
    with open_source("cases", source, Place(tmp_path)) as found:
        measured = measure(indicator, found.table, [parse_period("2026-10")], datetime(2026, 12, 1, tzinfo=UTC), paris)
    assert [(c.unit, c.counts.numerator, c.counts.denominator) for c in measured.cells] == [("01", 1, 2)]
