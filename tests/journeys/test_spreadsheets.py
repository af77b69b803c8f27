"""A real LibreOffice, where there is one: it links a sheet to the address of the figures, refreshes it, and opens our
workbooks. What is asked of it runs in its own Python (linked_sheet.py)."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Scope
from charter.reports.spreadsheet import to_xlsx
from charter.services.figures.write import correct_figure
from charter.services.people.tokens import create_token
from tests.serving import serve
from tests.web.world import NOW, make_world

ITS_PYTHON = "/usr/bin/python3"
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
"""Commas, quotes, UTF-8; numbers as their format shows them."""


pytestmark = pytest.mark.program("soffice", "/usr/lib/python3/dist-packages/uno.py")
"""LibreOffice is 400 MB, which no set-up installs for one test; its Python comes with python3-uno."""


@contextmanager
def linked_sheet(address: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A sheet that is linked to an address: it prints its rows as it is linked, and at each line that it is sent."""
    script = Path(__file__).with_name("linked_sheet.py")
    command = [ITS_PYTHON, str(script), address, str(folder / "profile"), folder.name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sheet:
        yield sheet


def rows_told(sheet: subprocess.Popen[str]) -> list[dict[str, Any]]:
    assert sheet.stdout is not None
    names, *rows = json.loads(sheet.stdout.readline())
    return [dict(zip(names, row, strict=True)) for row in rows]


def october(rows: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [one for one in rows if (one["unit"], one["period"]) == ("vannes", "2026-10")]
    return found


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_world(tmp_path)


def test_a_linked_sheet_is_refreshed(app: Flask, tmp_path: Path) -> None:
    """By a token that may only read, in the address; a figure that is corrected stands in the sheet after a refresh."""
    with app.app_context():
        token = create_token(COMMAND_LINE, NOW, name="sheets", units=(), scopes=[Scope.READ])
    client = app.test_client()
    with (
        serve(app) as site,
        linked_sheet(f"{site}/api/v1/series.csv?token={token}&indicator=billed&beneath=yes", tmp_path) as sheet,
    ):
        first = rows_told(sheet)
        served = client.get(f"/api/v1/series.csv?token={token}&indicator=billed&beneath=yes")
        sent = list(csv.DictReader(io.StringIO(served.data.decode("utf-8-sig"))))
        assert [(one["unit"], one["period"], one["value"]) for one in first] == [
            (one["unit"], one["period"], float(one["value"]) if one["value"] else "") for one in sent
        ]
        assert {type(one["denominator"]) for one in first if one["denominator"] != ""} == {float}, "numbers are numbers"
        with app.app_context():
            for channel in ("letter", "phone"):
                counts = {"numerator": 1, "denominator": 2}
                figure = Figure("billed", "2026-10", "vannes", counts, "Counted anew.", channel=channel)
                correct_figure(COMMAND_LINE, NOW, figure)
        assert sheet.stdin is not None
        sheet.stdin.write("refresh\n")
        sheet.stdin.flush()
        again = october(rows_told(sheet))
        assert (again["numerator"], again["denominator"]) == (2.0, 4.0)
        assert again != october(first)
        sheet.stdin.close()
        assert sheet.wait(60) == 0


def test_a_workbook_shows_its_numbers_as_what_they_are(tmp_path: Path) -> None:
    names = ["indicator", "kind", "value", "denominator", "due_on", "text"]
    billed, wait = ["billed", "share-within", 0.8625, 12345, "2026-10-05", "=1+1"], ["wait", "mean", 1.5, 7, None, "é"]
    table = [names, billed, wait]
    (tmp_path / "figures.xlsx").write_bytes(to_xlsx({"Figures": table}))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", AS_SHOWN]
    command += ["--outdir", str(tmp_path), str(tmp_path / "figures.xlsx")]
    subprocess.run(command, check=True, capture_output=True)
    shown = list(csv.reader(io.StringIO((tmp_path / "figures.csv").read_text(encoding="utf-8-sig"))))
    assert shown[0] == names
    assert shown[1][2:4] == ["86.25%", "12,345"]
    assert "2026" in shown[1][4]
    assert shown[1][4] != "2026-10-05", "a date is a date, in the reader's own writing"
    assert shown[1][5] == "=1+1"
    assert shown[2][2:4] == ["1.5", "7"]
