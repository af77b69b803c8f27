"""Files as they are published: names below a title, the month in a cell, words for nothing, months by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import TypeAdapter, ValidationError

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.sources import Source
from charter.domain.file_profile.file_dates import dates_in, pattern_of
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.periods import parse_period
from charter.sources.cells.context import Writing, setting_of
from charter.sources.counting.measure import Measured, measure
from charter.sources.readers.connect import Place, open_source
from charter.sources.readers.file_opening import Limits, opened_file
from charter.sources.readers.file_profile import profile_of
from charter.sources.readers.source_names import Reach, names_of

CHARTER = """
charter: {key: c, organisation: O, title: T, timezone: Europe/Paris, calendar: FR, valid_from: 2025-01-01}
units: [{key: o, name: O, kind: company}]
commitments: [{key: a, title: A, promise: {en: Soon.}, owner: Someone, indicators: []}]
"""
NOW, MARCH = datetime(2025, 9, 1, tzinfo=UTC), "2025-03"
Told = Callable[..., Measured]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """What an indicator counts of rows of CSV, whose columns are d and v, or of the files that are there."""

    def count(rows: str = "", kind: str = "count", *, period: str = MARCH, **said: Any) -> Measured:
        if rows:
            (tmp_path / "rows.csv").write_text(rows)
        source: Any = TypeAdapter(Source).validate_python(said.pop("source", {"kind": "csv", "path": "rows.csv"}))
        indicator = {"key": "i", "title": "I", "source": "rows", "kind": kind, **said}
        indicator |= {} if "start" in said or "date" in said else {"date": "d"}
        charter = read_charter(CHARTER).charter
        setting = setting_of(charter.model_copy(update={"sources": {"rows": source}}))
        with open_source("rows", source, Place(tmp_path, zone="Europe/Paris")) as opened:
            one = TypeAdapter[Any](Indicator).validate_python(indicator)
            return measure(one, opened.table, [parse_period(period)], NOW, setting)

    return count


def column(head: str, *cells: str) -> str:
    return f"{head}\n" + "".join(f'"{cell}"\n' for cell in cells)


def valued(*cells: str) -> str:
    return "d;v\n" + "".join(f"2025-03-01;{cell}\n" for cell in cells)


# --- Cells that say nothing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "nil", "-", "--", "?", ".", "\\N", "NaN"]
)
def test_a_word_for_nothing_counts_as_an_empty_cell(told: Told, word: str) -> None:
    rows = f"d,stop,v\n2025-03-01,2025-03-02,12\n2025-03-01,{word},{word}\n{word},2025-03-02,3\n"
    within = told(rows, "share-within", start="d", stop="stop", within="2 days", minimum=1)
    assert (within.counts().numerator, within.counts().denominator, within.undated) == (1, 2, 1)
    mean = told(rows, "mean", value="v")
    assert (mean.counts().denominator, mean.counts().total, mean.counts().excluded) == (1, 12, {"missing value": 1})
    assert told(rows, where={"stop": {"missing": True}}).counts().denominator == 1
    assert bool(word) == any("taken as empty" in str(one) for one in within.told)


def test_the_date_of_a_database_that_has_none_is_none(told: Told) -> None:
    rows = (
        "d,stop\n2025-03-01,2025-03-02\n2025-03-01,1900-01-01\n2025-03-01,1970-01-01 00:00:00\n0001-01-01,2025-03-02\n"
    )
    found = told(rows, "share-within", start="d", stop="stop", within="2 days", minimum=1)
    assert (found.counts().numerator, found.counts().denominator, found.undated) == (1, 3, 1)
    assert sum("taken as empty" in str(one) for one in found.told) == 3
    source = {"kind": "csv", "path": "rows.csv", "missing": []}
    plain = told(rows, "share-within", start="d", stop="stop", within="2 days", minimum=1, source=source)
    assert plain.counts().excluded == {"stop before start": 2}


def test_a_column_of_words_keeps_them_unless_the_source_names_them(told: Told) -> None:
    rows = "d,site\n2025-03-01,NA\n2025-03-02,Oslo\n2025-03-03,?\n"
    assert {cell.unit for cell in told(rows, unit="site").cells} == {"NA", "Oslo", "?"}
    source = {"kind": "csv", "path": "rows.csv", "missing": ["?"]}
    assert {cell.unit for cell in told(rows, unit="site", source=source).cells} == {"NA", "Oslo", ""}
    numbered = "d,site\n2025-03-01,NA\n2025-03-02,12\n2025-03-03,13\n"
    assert {cell.unit for cell in told(numbered, unit="site").cells} == {"", "12", "13"}


def test_what_the_source_names_holds_alone_for_numbers_too(told: Told, tmp_path: Path) -> None:
    source = {"kind": "csv", "path": "rows.csv", "missing": [-1]}
    counts = told(valued("12", "-1", "NA"), "mean", value="v", source=source).counts()
    assert (counts.denominator, counts.excluded) == (1, {"missing value": 1, "unreadable": 1})
    table = {"d": pa.array([date(2025, 3, 1)] * 3), "v": pa.array([2.0, float("nan"), -1.0])}
    pq.write_table(pa.table(table), tmp_path / "rows.parquet")
    counts = told(
        kind="mean", value="v", source={"kind": "parquet", "path": "rows.parquet", "missing": ["-1"]}
    ).counts()
    assert (counts.denominator, counts.excluded) == (1, {"missing value": 2})


@pytest.mark.parametrize(
    ("success", "answers", "kept", "asked"),
    [
        ({"v": {"at_least": 8}}, ("9", "3", "", "NA", "perhaps"), 1, 2),
        ({"v": "yes"}, ("yes", "no", "", "?"), 1, 2),
        ({"v": ["good", "N/A"]}, ("good", "bad", "N/A", ""), 2, 3),
        ({"v": True}, ("oui", "non", "", "x"), 1, 2),
    ],
)
def test_no_answer_is_no_failure(told: Told, success: Any, answers: tuple[str, ...], kept: int, asked: int) -> None:
    rows = valued(*answers)
    counts = told(rows, "share", success=success, nature="perceived").counts()
    assert (counts.numerator, counts.denominator) == (kept, asked)
    assert counts.excluded == {"no answer": len(answers) - asked}
    assert told(rows, "share", success=success).counts().denominator == len(answers)


# --- Dates, numbers, durations ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        ("2025/03/05 06:55", "2025/3/6", "2025-3-7", "2025.03.08"),
        ("Mar-25", "mars 2025", "March 2025", "MARS-25", "2025-03", "03/2025"),
        ("2025-03-05T06:55:00Z", "2025-03-05T06:55:00+01:00", "2025-02-28T23:30:00Z", "2025-03-05 06:55"),
        ("5 mars 2025", "1er mars 2025 9h05", "05-Mar-2025 14:30", "March 7, 2025", "7 Mar. 25"),
        ("2025-03-01", "13/03/2025", "05/03/2025 2:30 PM", "2025-03-05 12:10 am"),
    ],
)
def test_dates_as_people_write_them(told: Told, cells: tuple[str, ...]) -> None:
    found = told(column("d", *cells))
    assert (found.counts().denominator, found.undated) == (len(cells), 0)


def test_a_date_that_no_rule_reads_is_counted_as_undated(told: Told) -> None:
    found = told(column("d", "2025-03-01", "Smarch 2025", "2025/02/30", "mars"))
    assert (found.counts().denominator, found.undated) == (1, 3)


@pytest.mark.parametrize(
    ("cells", "said", "total"),
    [
        (("00:03:20", "00:05:00", "25:00:00"), {}, "90500"),
        (("00:03:20.5", "0 days 00:00:01", "1 day, 1:00:00"), {}, "90201.5"),
        (("3:20", "4:00"), {}, "26400"),
        (("3:20", "4:00"), {"durations": "m:s"}, "440"),
        (("87,5 %", "90%"), {}, "1.775"),
        (("1 234,5", "1\u00a0000", "1\u202f000"), {}, "3234.5"),
    ],
)
def test_numbers_and_durations_as_people_write_them(told: Told, cells: Any, said: Any, total: str) -> None:
    counts = told(valued(*cells), "mean", value="v", source={"kind": "csv", "path": "rows.csv", **said}).counts()
    assert (str(counts.total), counts.denominator, counts.excluded) == (total, len(cells), {})


def test_durations_are_counted_in_the_unit_of_the_indicator(told: Told) -> None:
    rows = valued("00:03:20", "00:06:40", "-00:01:00", "0:61:00", "12")
    counts = told(rows, "mean", value="v", **{"in": "minutes"}).counts()
    assert (counts.total, counts.denominator, counts.excluded) == (10, 2, {"unreadable": 3})
    found = told(valued("00:30:00", "01:30:00"), "percentile", value="v", percentile=50, **{"in": "hours"})
    assert list(found.values.values()) == [1]


@pytest.mark.parametrize(
    ("cells", "said", "sentence"),
    [
        (("3:20", "75:00"), {"durations": "m:s"}, "writes “75:00”, which has more than 59 minutes"),
        (("87 %", "88"), {}, "writes numbers with a per cent sign and without, “87 %” and “88”"),
    ],
)
def test_what_would_be_a_guess_is_refused(told: Told, cells: Any, said: Any, sentence: str) -> None:
    with pytest.raises(SourceError, match=sentence):
        told(valued(*cells), "mean", value="v", source={"kind": "csv", "path": "rows.csv", **said})


def test_a_reading_that_could_be_another_is_told(told: Told) -> None:
    for cells, part in ((("3:20", "4:00"), "hours and minutes"), (("87 %",), "is read in hundredths: 50 % is 0.5")):
        assert part in str(told(valued(*cells), "mean", value="v").told[0])


def test_hours_are_not_counted_from_a_day(told: Told) -> None:
    rows = "d,stop\n" + "".join(
        f"2025-03-01 14:00,{stop}\n" for stop in ("2025-03-01 20:00", "2025-03-02", "2025-03-02 00:00", "")
    )
    counts = told(rows, "share-within", start="d", stop="stop", within="12 hours").counts()
    assert (counts.numerator, counts.denominator, counts.excluded) == (2, 3, {"no hour": 1})
    mean = told(rows, "mean", start="d", stop="stop", **{"in": "hours"}).counts()
    assert (mean.total, mean.denominator, mean.excluded, mean.pending) == (16, 2, {"no hour": 1}, 1)
    for stop in ("2025-03-02", "2025-03-02 00:00"):
        with pytest.raises(SourceError, match="the column “stop” of the source “rows” holds days without an hour"):
            told(f"d,stop\n2025-03-01 14:00,{stop}\n", "share-within", start="d", stop="stop", within="12 hours")


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_columns_of_days_have_no_hours(told: Told, tmp_path: Path, kind: str) -> None:
    days = pa.array([date(2025, 3, 2)]).cast(pa.date32() if kind == "date" else pa.timestamp("us"))
    table = {"d": pa.array([datetime(2025, 3, 1, 14)]), "stop": days}  # noqa: DTZ001 local
    pq.write_table(pa.table(table), tmp_path / "rows.parquet")
    source = {"kind": "parquet", "path": "rows.parquet"}
    with pytest.raises(SourceError, match="holds days without an hour"):
        told(kind="share-within", start="d", stop="stop", within="12 hours", source=source)


# --- Where the names stand, what day it is ------------------------------------------------------------------------


def book(path: Path, rows: list[list[Any]], merged: tuple[str, ...] = ()) -> None:
    made = openpyxl.Workbook()
    page: Any = made.active
    for row in rows:
        page.append(row)
    for block in merged:
        page.merge_cells(block)
    made.save(path)


def test_names_below_a_title_and_the_month_in_a_cell(told: Told, tmp_path: Path) -> None:
    head = "Waits by site,,\nMars 2025,,\n\nsite,in time,in time \n"
    (tmp_path / "a.csv").write_text(head + "a,8,9\nsite,in time,in time \nb,2,1\n")
    names = ["site", "in time", "in time "]
    rows = [["Waits by site"], [date(2025, 3, 1)], [], names, ["a", 8, 9], [None, 2, 1], names]
    book(tmp_path / "a.xlsx", rows, merged=("A5:A6",))
    for kind in ("csv", "xlsx"):
        source = {"kind": kind, "path": f"a.{kind}", "header_row": 4, "date_from": {"cell": "A2", "format": "%B %Y"}}
        found = told(kind="mean", date="$period", value="in time", unit="site", source=source)
        assert (found.counts().total, found.rows_read) == (10, 2)
        assert {cell.unit for cell in found.cells} == ({"a", "b"} if kind == "csv" else {"a"})
        checked: Any = TypeAdapter(Source).validate_python(source)
        assert names_of("rows", checked, Place(tmp_path), Reach.PAGE) == ["site", "in time", "in time (2)", "$period"]


def test_each_file_tells_its_month(told: Told, tmp_path: Path) -> None:
    for month, rows in (("2025-02", 1), ("2025-03", 2)):
        (tmp_path / f"waits {month}.csv").write_text("site\n" + "a\n" * rows)
        (tmp_path / f"waits {month}.json").write_text(str([{"site": "a"}] * rows).replace("'", '"'))
        pq.write_table(pa.table({"site": ["a"] * rows}), tmp_path / f"waits {month}.parquet")
    for kind in ("csv", "json", "parquet"):
        source = {"kind": kind, "path": f"waits *.{kind}", "date_from": {"file_name": "%Y-%m"}}
        assert told(date="$period", source=source).counts().denominator == 2
    (tmp_path / "waits of spring.csv").write_text("site\na\n")
    with pytest.raises(SourceError, match=r"of the file waits of spring.csv its name tells no date like %Y-%m"):
        told(date="$period", source={"kind": "csv", "path": "waits *.csv", "date_from": {"file_name": "%Y-%m"}})


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("cases_2025-03.csv", "%Y-%m", [date(2025, 3, 1)]),
        ("cases_20250317.csv", "%Y%m%d", [date(2025, 3, 17)]),
        ("Décembre  2024", "%B %Y", [date(2024, 12, 1)]),
        ("period: Oct-24, final", "%b-%y", [date(2024, 10, 1)]),
        ("2025-02-30", "%Y-%m-%d", []),
        ("12025-031", "%Y-%m", []),
        ("2024-05 and 2024-06", "%Y-%m", [date(2024, 5, 1), date(2024, 6, 1)]),
        ("report 2025", "%Y", [date(2025, 1, 1)]),
    ],
)
def test_dates_in_names(text: str, form: str, found: list[date]) -> None:
    assert dates_in(text, form) == found


@pytest.mark.parametrize("form", ["%m", "%Y-%Y", "%Y %H", "%Y-%d", "%Y%", "%m-%B-%Y"])
def test_a_format_without_a_year_or_with_a_part_twice_is_none(form: str) -> None:
    assert pattern_of(form) is None
    with pytest.raises(ValidationError):
        TypeAdapter[Any](Source).validate_python({"kind": "csv", "path": "a", "date_from": {"file_name": form}})


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"header_row": 9}, "has no names of columns in line 9: correct header_row"),
        ({"date_from": {"cell": "B2", "format": "%Y"}}, "its cell B2, “”, tells no date like %Y"),
        ({"date_from": {"file_name": "%y"}}, "tells more than one date like %y"),
    ],
)
def test_a_place_where_nothing_stands_is_told(told: Told, tmp_path: Path, said: Any, sentence: str) -> None:
    (tmp_path / "a 24 25.csv").write_text("d\n2025-03-01\n")
    with pytest.raises(SourceError, match=sentence):
        told(source={"kind": "csv", "path": "a*.csv", **said})


def test_a_workbook_says_what_its_text_would(told: Told, tmp_path: Path) -> None:
    days = [datetime(2025, 3, 1), datetime(2025, 3, 2)] * 12_000 + [datetime(2025, 3, 1, 20)]  # noqa: DTZ001 local
    start = datetime(2025, 3, 1, 14)  # noqa: DTZ001 local
    book(tmp_path / "a.xlsx", [["d", "stop"], *([start, day] for day in days)])
    source = {"kind": "xlsx", "path": "a.xlsx"}
    counts = told(kind="share-within", start="d", stop="stop", within="12 hours", source=source).counts()
    # Where others hold hours, midnight is one: before the start on the same day, ten hours after it on the next.
    assert (counts.numerator, counts.excluded) == (12_001, {"stop before start": 12_000})
    spans = [time(0, 3, 20), timedelta(minutes=5), timedelta(hours=25), datetime(1900, 1, 1, 1), "#N/A", -timedelta(1)]  # noqa: DTZ001
    book(tmp_path / "a.xlsx", [["d", "v"], *([date(2025, 3, 1), span] for span in spans)])
    counts = told(kind="mean", value="v", source=source).counts()
    assert counts.total == 200 + 300 + 2 * 90_000
    assert counts.excluded == {"missing value": 1, "unreadable": 1}


# --- Look and count agree; files that change ----------------------------------------------------------------------


def test_a_look_and_a_count_read_the_same(told: Told, tmp_path: Path) -> None:
    rows = "Title,,\nd,stop,v\n2025-03-01,NA,3:20\nd,stop,v\n2025/03/02 06:55,Mar-25,4:00\n,2025-03-04,?\nsoon,-,x\n"
    (tmp_path / "rows.csv").write_text(rows)
    with opened_file(tmp_path / "rows.csv", Place(tmp_path), Limits()) as file:
        profile = profile_of(file.table, file.layout, "rows.csv", "Europe/Paris", NOW.date(), Writing())
    assert (profile.layout.header_line, profile.layout.repeated, profile.rows, profile.undated) == (2, 1, 4, 2)
    stop, value = profile.column("stop"), profile.column("v")
    assert (stop.missing, stop.unreadable, value.missing, value.unreadable) == (2, 0, 1, 1)
    source = {"kind": "csv", "path": "rows.csv", "header_row": 2}
    found = told(kind="mean", value="v", source=source)
    assert (found.counts().denominator, found.rows_read, found.undated) == (2, profile.rows, profile.undated)


def test_a_file_that_changes_while_it_is_read_gives_no_figure(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    source: Any = TypeAdapter(Source).validate_python({"kind": "csv", "path": "rows.csv"})
    for change in (lambda: path.write_text("d\n"), lambda: os.replace(tmp_path / "new.csv", path), path.unlink):
        path.write_text("d\n2025-03-01\n")
        (tmp_path / "new.csv").write_text("d\n2025-03-02\n")
        with open_source("rows", source, Place(tmp_path)) as opened:
            opened.refuse_changed()
            change()
            with pytest.raises(SourceError, match=r"the file rows.csv changed while it was read"):
                opened.refuse_changed()


@pytest.mark.parametrize("case", [{}, {"distinct": "id"}])
@pytest.mark.parametrize("kind", ["count", "share"])
def test_a_total_that_is_left_out_lacks_no_date(told: Told, kind: str, case: dict[str, str]) -> None:
    """It stands where a date should: left out, it is no row that belongs to no month."""
    rows = "id;d;v\n1;2025-03-01;yes\n2;2025-03-02;no\n;Total;2\n3;;yes\n"
    success = {"success": {"v": True}} if kind == "share" else {}
    out = told(rows, kind, **success, **case, exclude=[{"where": {"d": "Total"}, "reason": "total"}])
    assert (out.undated, dict(out.undated_cases), out.counts().denominator) == (1, {"": 1}, 2)
    assert told(rows, kind, **success, **case).undated == 2
