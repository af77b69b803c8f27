"""Tables as CSV and XLSX: text stays text, numbers stay numbers, the same tables give the same bytes."""

from __future__ import annotations

import csv
import io
import warnings
from datetime import datetime

import pytest
from openpyxl import load_workbook

from charter.reports.spreadsheet import to_csv, to_xlsx
from charter.reports.tables import figures_table, units_table
from tests.reports.sample_month import make_snapshot

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
EVIL += ["\uff1d1+1", '=HYPERLINK("x")', "<b>gras</b> & שלום 🙂", "a\x00\x1fb", "'=1"]


def test_no_text_becomes_a_formula_in_csv() -> None:
    content = to_csv([["text"], *([one] for one in EVIL), [-1.5], [None]])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = [row[0] if row else "" for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    assert rows[1:7] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1"]
    assert rows[7] == "'\uff1d1+1"
    assert rows[9:] == ["<b>gras</b> & שלום 🙂", "ab", "'=1", "-1.5", ""]


def test_no_text_becomes_a_formula_in_a_workbook() -> None:
    content = to_xlsx({"Figures & more": [["text"], *([one] for one in EVIL), [-1.5, 2, None, "é" * 40_000]]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = load_workbook(io.BytesIO(content))["Figures & more"]
    cells = [row[0] for row in sheet.iter_rows()]
    assert {cell.data_type for cell in cells[:-1]} <= {"s", "inlineStr"}
    assert [cell.value for cell in cells[1:5]] == ["=1+1", "+1", "-1", "@SUM(A1)"]
    last = list(sheet.iter_rows())[-1]
    assert [cell.value for cell in last[:3]] == [-1.5, 2, None]
    assert len(str(last[3].value)) == 32_767


def test_numbers_are_shown_as_what_they_are() -> None:
    head = ["kind", "value", "numerator", "due_on", "text"]
    rows = [["share", 0.8254, 12345, "2026-12-01", "2026-12-01"], ["mean", 3.25, 7, None, None]]
    share, mean = list(load_workbook(io.BytesIO(to_xlsx({"a": [head, *rows]})))["a"].iter_rows(min_row=2))
    assert [cell.number_format for cell in share[1:4]] == ["0.0##%", "#,##0", "mm-dd-yy"]
    assert (share[1].value, share[2].value, share[3].value) == (0.8254, 12345, datetime(2026, 12, 1))  # noqa: DTZ001
    assert (share[4].value, mean[1].number_format, mean[1].value) == ("2026-12-01", "General", 3.25)


def test_the_same_tables_give_the_same_bytes() -> None:
    tables = {"figures": figures_table(make_snapshot(), "fr"), "units": units_table(make_snapshot())}
    assert to_xlsx(tables) == to_xlsx(tables)
    assert to_csv(tables["figures"]) == to_csv(tables["figures"])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_line_per_indicator_with_its_figures(language: str) -> None:
    table = figures_table(make_snapshot(), language)
    assert len({len(row) for row in table}) == 1
    views = make_snapshot()["overview"]["commitments"]
    assert len(table) - 1 == sum(len(view["indicators"]) or 1 for view in views)
    told = dict(zip(table[0], table[1], strict=True))
    first = views[0]["indicators"][0]
    assert (told["value"], told["denominator"], told["status"]) == (
        first["value"],
        first["denominator"],
        first["status"],
    )
