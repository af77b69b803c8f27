"""Files that people really have: figures of months, dates written shortly, formulas, objects within objects; forms of
other sources with all their faults at once."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.running import run_due
from charter.services.records.access import access_of
from tests.web.test_first import begun, sent
from tests.web.world import NOW

DAYS = [date(2026, 8, 1) + timedelta(days=n) for n in range(90)]
LATER = timedelta(days=4)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    begins = begun(Path(tmp_path_factory.mktemp("files")))
    begins.get("/first?lang=en")
    return begins


def lines(rows: Sequence[Sequence[object]]) -> bytes:
    return "\n".join(";".join(map(str, row)) for row in rows).encode()


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(kept)
    return kept.getvalue()


def given(client: FlaskClient, content: bytes, name: str) -> str:
    """What the page of columns says of a file; or, where it is refused, the page of the file."""
    asked = sent(client, "/first/file", file=(io.BytesIO(content), name))
    page = asked.text if asked.status_code == 400 else client.get("/first/columns").text
    return html.unescape(page).replace("\xa0", " ")


def number(day: date) -> int:
    return (day - date(1899, 12, 30)).days


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        (lambda day: f"{day:%d/%m/%y}", "have a year of two digits"),
        (number, "as spreadsheets count days"),
        (lambda day: f"{number(day)},25", "as spreadsheets count days"),
        (lambda day: 86_400 * (day - date(1970, 1, 1)).days, "as computers count the time since 1970"),
    ],
)
def test_dates_that_cannot_be_read_say_how_to_mend_them(client: FlaskClient, shown: Any, why: str) -> None:
    rows = [("ref", "opened", "closed"), *((f"R{n}", shown(day), shown(day + LATER)) for n, day in enumerate(DAYS))]
    page = given(client, lines(rows), "cases.csv")
    assert ("No column of cases.csv is read as dates. " in page, why in page) == (True, True)
    half = [rows[0], *((row[0], day, row[2]) for row, day in zip(rows[1:], DAYS, strict=True))]
    assert why in given(client, lines(half), "cases.csv").partition('id="doubts"')[2]


def test_months_beside_each_other_are_told_to_be_put_below(client: FlaskClient) -> None:
    rows = [("agence", "juin 2026", "juillet 2026"), ("Lille", 80, 85), ("Metz", 70, 75)]
    assert "(“juin 2026”): put them below each other" in given(client, lines(rows), "wide.csv")


def test_formulas_without_results_are_told_and_no_empty_column(client: FlaskClient) -> None:
    """A program wrote them and nobody has opened the workbook since; those that have a result are read as it."""
    rows = [("ref", "opened", "closed"), *((f"R{n}", day, f"=B{n + 2}+4") for n, day in enumerate(DAYS))]
    told = "Formulas whose results are not stored in the file, read as empty: 90, in “closed”."
    assert told in given(client, workbook(rows), "cases.xlsx").partition('id="doubts"')[2]
    every = [rows[0], *((ref, f"=DATE(2026,8,1)+{n}", stop) for n, (ref, _, stop) in enumerate(rows[1:]))]
    assert "read as empty: 180, in “opened”, “closed”." in given(client, workbook(every), "cases.xlsx")


def test_objects_within_objects_are_columns_of_their_own(client: FlaskClient) -> None:
    found = [
        {"ref": f"R{n}", "at": {"opened": str(day), "closed": str(day + LATER)}, "office": {"title": "AB"[n % 2]}}
        for n, day in enumerate(DAYS)
    ]
    page = given(client, json.dumps({"data": found}).encode(), "cases.json")
    chosen = dict(re.findall(r'<select id="(\w+)"(?:(?!</select>).)*?value="([^"]*)" selected', page, re.S))
    assert {name: chosen[name] for name in ("start", "stop", "unit", "case")} == {
        "start": "at.opened", "stop": "at.closed", "unit": "office.title", "case": "ref",
    }  # fmt: skip


def test_figures_of_months_lead_to_a_promise_and_a_lone_percentage_says_what_to_send(tmp_path: Path) -> None:
    """Of October's 210 cases of two offices 20 were late: 190 are kept."""
    client = begun(tmp_path)
    client.get("/first?lang=en")
    alone = given(client, lines([("Mois", "Taux"), *((f"0{m}/2026", f"8{m} %") for m in (7, 8, 9))]), "rate.csv")
    assert "Send two numbers for each month" in alone.partition('id="doubts"')[2]
    rows = [(f"2026-{m:02}", office, 95 + m, m) for m in (6, 7, 8, 9, 10) for office in ("Lille", "Metz")]
    page = given(client, lines([("mois", "agence", "recues", "en retard"), *rows]), "months.csv")
    assert ('value="figures" checked' in page, "190 of 210" in page.partition("live-sentence")[2][:200]) == (True, True)
    said = {"how": "figures", "start": "mois", "unit": "agence", "level": "90", "owner": "Head", "promise.en": "Fast."}
    same = sent(client, "/first/columns", **said, whole="recues", done="recues", do="publish")
    assert (same.status_code, 'id="whole-error"' in same.text) == (400, True)
    none = sent(client, "/first/columns", **said, do="publish")
    assert set(re.findall(r'id="(\w+)-error"', none.text)) == {"whole", "done"}
    done = sent(client, "/first/columns", **said, whole="recues", done="en retard", parts="no", do="publish")
    assert done.headers["Location"].startswith("/first/figure/")
    with client.application.app_context():
        found = run_due(COMMAND_LINE, NOW, access_of(client.application.extensions["settings"]))
    assert (found.failed, found.done > 0) == (0, True)
    assert "90.5%" in client.get("/desk").text.replace("\u202f", "")


def test_every_fault_of_a_form_of_another_source_is_told_at_once(client: FlaskClient) -> None:
    for said, fields in (
        ({"kind": "database", "url": "", "table": ""}, ["url", "table"]),
        ({"kind": "database", "url": "NOT_THERE", "table": "a b;"}, ["table", "url"]),
        ({"kind": "http-json", "url": "nowhere", "header": "Bearer abc"}, ["url", "header"]),
        ({"kind": "http-json", "url": "https://example.org/cases", "header": "NOT_THERE"}, ["header"]),
    ):
        refused = sent(client, "/first/file", **said)
        assert (refused.status_code, set(re.findall(r'id="(\w+)-error"', refused.text))) == (400, set(fields)), said
