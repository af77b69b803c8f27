"""Files as people hand them over: what is seen of them, with values known beforehand; and what cannot be looked at."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import duckdb
import openpyxl
import pytest

from charter.domain.file_profile.profile import Profile
from charter.domain.file_profile.remarks import remarks_on
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.terms import ColumnKind, ColumnRole
from charter.sources.readers.connect import Place
from charter.sources.readers.file_opening import Limits, opened_file
from charter.sources.readers.file_profile import profile_of

Look = Callable[..., Profile]
TODAY = date(2026, 12, 1)


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """The profile of a file of the test's folder."""

    def at(name: str, *, zone: str = "Europe/Paris", limits: Limits | None = None, sheet: str | None = None) -> Profile:
        with opened_file(tmp_path / name, Place(tmp_path, zone=zone), limits or Limits(), sheet) as opened:
            return profile_of(opened.table, opened.layout, name, zone, TODAY)

    return at


def lines(*rows: str) -> str:
    return "\n".join(rows) + "\n"


def facts(profile: Profile) -> dict[str, tuple[str, int, int, int]]:
    return {one.name: (one.kind.value, one.missing, one.unreadable, one.distinct) for one in profile.columns}


def said(profile: Profile) -> str:
    return " ".join(map(str, remarks_on(profile)))


def roles(profile: Profile) -> dict[str, str | None]:
    return {role.value: profile.taken(role) for role in ColumnRole}


CASES = lines(
    "id,opened,closed,agency,channel,stars,paid,answered",
    "C-1,2026-08-01,2026-08-03,nice,phone,5,00:03:20,yes",
    "C-2,2026-08-02,2026-08-20,nice,letter,4,00:05:00,no",
    "C-2,2026-08-02,2026-08-20,nice,letter,4,00:05:00,no",
    "C-3,2026-09-03,,brest,phone,NA,25:00:00,yes",
    "C-4,2026-09-04,NA,brest,phone,?,00:00:10,yes",
    "C-5,,2026-09-06,brest,phone,3,00:00:10,yes",
    "C-6,2026-09-30,2026-09-06,brest,phone,3.5,00:00:10,yes",
)


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_of_cases(look: Look, tmp_path: Path, packed: bool) -> None:
    name = "cases.csv.gz" if packed else "cases.csv"
    (tmp_path / name).write_bytes(gzip.compress(CASES.encode(), mtime=0) if packed else CASES.encode())
    found = look(name)
    assert (found.rows, found.layout.kind, found.layout.header_line) == (7, "csv", 1)
    assert facts(found) == {
        "id": ("text", 0, 0, 6),
        "opened": ("date", 1, 0, 5),
        "closed": ("date", 2, 0, 3),
        "agency": ("text", 0, 0, 2),
        "channel": ("text", 0, 0, 2),
        "stars": ("number", 2, 0, 4),
        "paid": ("duration", 0, 0, 4),
        "answered": ("yes-no", 0, 0, 2),
    }
    assert roles(found) == {
        "case": "id", "start": "opened", "stop": "closed", "unit": "agency", "channel": "channel",
    }  # fmt: skip
    assert (found.months, found.undated) == ({"2026-08": 3, "2026-09": 3}, 1)
    assert (found.first, found.last) == (date(2026, 8, 1), date(2026, 9, 30))
    assert found.repeats is not None
    assert (found.repeats.rows, found.repeats.equal) == (1, 1)
    assert found.orders["opened", "closed"].after == 1
    assert found.column("agency").examples == ["brest", "nice"]
    assert "Cells that say “NA”, taken as empty: 2, in closed, stars." in said(found)


def test_a_column_where_half_is_written_otherwise(look: Look, tmp_path: Path) -> None:
    rows = [f"{n},2026-03-{n:02},{'2026-04-01' if n % 2 else 'about Easter'}" for n in range(1, 21)]
    (tmp_path / "a.csv").write_text(lines("id;opened;closed".replace(";", ","), *rows))
    found = look("a.csv")
    assert facts(found)["closed"] == ("date", 0, 10, 2)
    assert "10 of 20 cells cannot be read as date, like “about Easter”" in said(found)


def test_dates_of_spreadsheets_are_read_as_a_check_reads_them(look: Look, tmp_path: Path) -> None:
    rows = ["05/10/2026 09h30;1 234,5", "25/10/2026;2,5", "26.10.2026 23:59;-7"]
    (tmp_path / "a.csv").write_text(lines("day;amount", *rows))
    found = look("a.csv")
    assert facts(found) == {"day": ("instant", 0, 0, 3), "amount": ("number", 0, 0, 3)}
    assert found.days == {date(2026, 10, 5): 1, date(2026, 10, 25): 1, date(2026, 10, 26): 1}


def test_dates_in_two_orders_are_a_doubt(look: Look, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines("day,n", "25/10/2026,1", "10/25/2026,2", "26/10/2026,3"))
    found = look("a.csv")
    assert facts(found)["day"] == ("date", 0, 1, 3)
    assert "writes dates in two ways, “25/10/2026” and “10/25/2026”" in said(found)


def test_instants_with_a_zone_are_told_by_local_days(look: Look, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(lines("at,n", "2026-10-31T23:30:00Z,1", "2026-10-31T21:30:00Z,2"))
    assert look("a.csv").months == {"2026-10": 1, "2026-11": 1}
    assert look("a.csv", zone="America/New_York").months == {"2026-10": 2}


def test_names_below_a_title_are_found(look: Look, tmp_path: Path) -> None:
    text = lines(
        "Waiting times, by provider", "Oct-24", "", "code;provider;total;within", "A;Airedale;10,5;9", "B;Barts;20;11"
    )
    (tmp_path / "a.csv").write_text(text)
    found = look("a.csv")
    assert (found.layout.header_line, found.rows) == (4, 2)
    assert facts(found)["total"] == ("number", 0, 0, 2)
    assert "stand in line 4" in said(found)


def test_a_title_over_several_lines_of_one_cell_counts_as_lines(look: Look, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        lines('"A title', 'on two lines"', "id,day,site", "1,2026-10-01,a", "2,2026-10-02,b")
    )
    found = look("a.csv")
    assert (found.layout.header_line, found.rows, found.first) == (3, 2, date(2026, 10, 1))


def test_a_line_that_is_wrong_is_named_by_its_place_in_the_file(look: Look, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        lines("Title", "", "id,day,site", "1,2026-10-01,a", "2,2026-10-02", "3,2026-10-02,b")
    )
    with pytest.raises(SourceError, match=r"a.csv, line 5: 2 values where the header has 3 columns"):
        look("a.csv")


def test_repeated_names_are_told(look: Look, tmp_path: Path) -> None:
    rows = ["site,day,Total,total", "a,2026-10-01,1,2", "site,day,Total,total", "b,2026-10-02,3,4"]
    (tmp_path / "a.csv").write_text(lines(*rows))
    found = look("a.csv")
    assert [one.name for one in found.columns] == ["site", "day", "Total (1)", "total (2)"]
    assert (found.layout.renamed, found.layout.repeated, found.rows) == (("Total", "total"), 1, 2)
    (tmp_path / "b.csv").write_text(lines(*(row.rpartition(",")[0] for row in rows)))
    assert look("b.csv").layout.repeated == 1


def test_a_national_line_among_regions_is_found_month_by_month(look: Look, tmp_path: Path) -> None:
    rows = []
    for month in range(1, 7):
        numbers = {site: (100 * month + 10 * at, 80 * month + 7 * at) for at, site in enumerate(("A", "B", "C"))}
        numbers["Republic"] = tuple(map(sum, zip(*numbers.values(), strict=True)))  # type: ignore[assignment]
        rows += [f"2026-{month:02}-01,{site},{all_},{met}" for site, (all_, met) in numbers.items()]
    (tmp_path / "a.csv").write_text(lines("month,region,cases,met", *rows))
    found = look("a.csv")
    assert [(one.column, one.value) for one in found.totals] == [("region", "Republic")]
    assert "“Republic” in the column “region” is the sum of the others" in said(found)


def make_book(path: Path, **sheets: Sequence[Sequence[Any]]) -> None:
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    del book["Sheet"]
    book.save(path)


def test_a_workbook_as_published(look: Look, tmp_path: Path) -> None:
    data = [
        ["WAITING TIMES"],
        ["Oct-24"],
        [],
        [None, None, "NUMBER", None],
        [None, "CODE", "PROVIDER", "TOTAL", "MONTH"],
        [None, "RCF", "AIREDALE", 10.5, date(2026, 10, 1)],
        [None, "RBS", "BARTS", 20, date(2026, 10, 1)],
        [],
        [None, None, "ALL PROVIDERS", 30.5, date(2026, 10, 1)],
    ]
    make_book(tmp_path / "a.xlsx", Front=[["Statistics"], [], ["Contact"]], Data=data, Notes=[["None"]])
    found = look("a.xlsx")
    assert (found.layout.sheet, found.layout.header_line, found.rows) == ("Data", 5, 3)
    assert facts(found)["MONTH"] == ("date", 0, 0, 1)
    assert {(one.column, one.value) for one in found.totals} == {("CODE", ""), ("PROVIDER", "ALL PROVIDERS")}
    assert look("a.xlsx", sheet="Notes").rows == 0
    with pytest.raises(SourceError, match="has no sheet “Other”"):
        look("a.xlsx", sheet="Other")


def test_durations_of_a_workbook_are_written_with_colons(look: Look, tmp_path: Path) -> None:
    times = [time(0, 3, 20), timedelta(minutes=5), timedelta(hours=25)]
    make_book(tmp_path / "a.xlsx", Data=[["day", "took"], *([date(2026, 10, 1), one] for one in times)])
    found = look("a.xlsx")
    assert facts(found)["took"] == ("duration", 0, 0, 3)
    assert found.column("took").examples == ["00:03:20", "00:05:00", "25:00:00"]


def test_parquet_has_kinds_of_its_own(look: Look, tmp_path: Path) -> None:
    with duckdb.connect() as engine:
        engine.execute(
            "COPY (SELECT 'C-' || n AS id, DATE '2026-10-01' + CAST(n AS INTEGER) AS day, TIMESTAMP '2026-10-02 10:00' "
            "+ INTERVAL (n) DAY AS at, n % 2 = 0 AS ok, CASE WHEN n > 5 THEN n * 1.5 END AS amount FROM range(10) t(n))"
            f" TO '{tmp_path / 'a.parquet'}' (FORMAT parquet)"
        )
    found = look("a.parquet")
    assert facts(found) == {
        "id": ("text", 0, 0, 10),
        "day": ("date", 0, 0, 10),
        "at": ("instant", 0, 0, 10),
        "ok": ("yes-no", 0, 0, 2),
        "amount": ("number", 6, 0, 4),
    }
    assert (found.dated, found.months) == ("day", {"2026-10": 10})


@pytest.mark.parametrize("wrapped", [False, True])
def test_json_rows_are_found_where_they_stand(look: Look, tmp_path: Path, wrapped: bool) -> None:
    rows = [{"id": f"C{n}", "opened": f"2026-10-{n + 1:02}", "tags": ["a"]} for n in range(5)]
    whole = {"meta": {"n": 5}, "data": {"items": rows}} if wrapped else rows
    (tmp_path / "a.json").write_text(json.dumps(whole))
    found = look("a.json")
    assert (found.rows, found.layout.kind, found.layout.path) == (5, "json", "data.items" if wrapped else "")
    assert facts(found)["opened"] == ("date", 0, 0, 5)


def test_what_a_file_is_decides_not_its_name(look: Look, tmp_path: Path) -> None:
    make_book(tmp_path / "export.csv", Data=[["id", "day"], ["1", "2026-10-01"]])
    assert look("export.csv").layout.kind == "xlsx"


def test_only_names_are_a_file_too(look: Look, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,opened\n")
    found = look("a.csv")
    assert found.rows == 0
    assert [one.kind for one in found.columns] == [ColumnKind.EMPTY] * 2
    assert "There is no row" in said(found)


# --- What cannot be looked at -------------------------------------------------------------------------------------


def with_empty_rows(path: Path, count: int, last: bytes = b"") -> None:
    make_book(path, Data=[["id", "day"], ["1", "2026-10-01"]])
    with zipfile.ZipFile(path) as packed:
        parts = {entry.filename: packed.read(entry) for entry in packed.infolist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", b"<row/>" * count + last + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry, content in parts.items():
            packed.writestr(entry, content)


def test_millions_of_empty_rows_cost_little(look: Look, tmp_path: Path) -> None:
    with_empty_rows(tmp_path / "a.xlsx", 7_000_000)
    assert (tmp_path / "a.xlsx").stat().st_size < 70_000
    began = process_time()
    assert look("a.xlsx").rows == 1
    # Read cell by cell it took minutes.
    assert process_time() - began < 20


def test_millions_of_empty_rows_above_a_value_are_refused(look: Look, tmp_path: Path) -> None:
    with_empty_rows(tmp_path / "a.xlsx", 1_100_000, b"<row><c><v>1</v></c></row>")
    with pytest.raises(SourceError, match="more than 1048576 rows, empty ones counted"):
        look("a.xlsx")


def test_a_few_empty_rows_are_left_out(look: Look, tmp_path: Path) -> None:
    with_empty_rows(tmp_path / "a.xlsx", 5_000)
    assert look("a.xlsx").rows == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "is empty"),
        ("values.csv", b"2026-10-01,3\n2026-10-02,4\n", "has no header"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel format"),
        ("bare", gzip.compress(b"a,b\n1,2\n", mtime=0), "packed by gzip"),
        ("cut.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 5000, mtime=0)[:-20], "is damaged"),
        ("bomb.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 500_000, mtime=0), "larger than the 1 MB"),
        ("broken.xlsx", b"PK\x03\x04" + b"\0" * 600, "cannot be read as a spreadsheet"),
        ("broken.parquet", b"PAR1" + b"\0" * 600 + b"PAR1", "cannot be read as Parquet"),
        ("broken.json", b'{"rows": [', "does not answer JSON"),
        ("lone.json", b'{"a": 1}', "answers no list"),
        ("wide.csv", (",".join(f"c{n}" for n in range(300)) + "\n").encode(), "has 300 columns: keep at most 200"),
        ("quote.csv", b'a,b\n1,"2\n', "cannot be read|not closed|misplaced|values where"),
    ],
)
def test_what_cannot_be_looked_at_says_why(look: Look, tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=told) as refusal:
        look(name, limits=Limits(unpacked=1 << 20, columns=200))
    assert "\n" not in str(refusal.value)


def test_a_folder_and_a_missing_file_are_refused(look: Look, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("folder", "nothing.csv"):
        with pytest.raises(SourceError, match="There is no file"):
            look(name)


def test_a_look_ends_at_its_time(look: Look, tmp_path: Path) -> None:
    rows = (f"C-{n},2026-10-01,{n % 7},word {n % 1000}" for n in range(400_000))
    (tmp_path / "a.csv").write_text(lines("id,day,n,text", *rows))
    with pytest.raises(SourceError, match=r"takes longer than 0\.05 seconds"):
        look("a.csv", limits=Limits(seconds=0.05))


def test_a_hidden_sheet_is_not_what_a_person_sent(look: Look, tmp_path: Path) -> None:
    """The first sheet that is shown is looked at, and named; a workbook of hidden ones alone is read as it is."""
    rows = [["ref", "opened"], ["1", date(2026, 9, 1)], ["2", date(2026, 9, 2)]]
    make_book(tmp_path / "a.xlsx", Old=rows[:2], New=rows)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book["Old"].sheet_state = "hidden"
    book.active = book["New"]
    book.save(tmp_path / "a.xlsx")
    found = look("a.xlsx")
    assert (found.layout.sheet, found.rows) == ("New", 2)
    assert "“New” is looked at, the first of 2 sheets that is shown" in str(remarks_on(found)[0])
    assert look("a.xlsx", sheet="Old").rows == 1


def test_json_of_one_object_a_line_is_a_list_of_them(look: Look, tmp_path: Path) -> None:
    """Cut off in its last line it is refused whole: nothing is read by half."""
    lines = [json.dumps({"id": n, "opened": f"2026-09-{n:02}"}) for n in range(1, 10)]
    (tmp_path / "a.json").write_text("\n".join(lines) + "\n\n")
    assert look("a.json").rows == 9
    (tmp_path / "b.json").write_text("\n".join(lines)[:-4])
    with pytest.raises(SourceError, match="does not answer JSON"):
        look("b.json")


def test_dates_that_fit_both_orders_say_so(look: Look, tmp_path: Path) -> None:
    """One day above twelve tells the order of the column; without one, a date is kept as the example."""
    for last, either in (("13/04/2026", ""), ("11/04/2026", "03/04/2026")):
        (tmp_path / "a.csv").write_text(f"ref,opened\n1,03/04/2026\n2,03/04/2026\n3,{last}\n")
        found = look("a.csv")
        assert found.column("opened").either == either
        assert any("read with the day first" in str(one) for one in remarks_on(found)) is bool(either)
