"""Files that people really have: figures of months, dates written shortly, formulas, objects within objects; forms of
other sources with all their faults at once."""

from __future__ import annotations

import gzip
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


def chosen_in(page: str) -> dict[str, str]:
    """What the form of columns suggests: what is selected and what is checked."""
    selected = re.findall(r'<select id="([^"]+)"(?:(?!</select>).)*?value="([^"]*)" selected', page, re.S)
    return dict(selected) | dict(re.findall(r'name="([^"]+)" value="([^"]*)" checked', page))


SAID = {"count": "", "of": "days", "level": "80", "owner": "Head", "promise.en": "Fast."}


def counted(client: FlaskClient, page: str, **given: str) -> str:
    """The sentence that tells what the columns count, as suggested but for what is given."""
    asked = sent(client, "/first/columns", **{**chosen_in(page), **SAID, **given, "do": "preview"})
    text = html.unescape(asked.text).replace("\u202f", "").replace("\xa0", " ")
    return text.partition("live-sentence")[2][1:400]


def test_words_of_a_column_tell_what_was_kept(client: FlaskClient) -> None:
    """A fifth of October's rounds says each word: N/A is left out and named, an empty cell is not kept."""
    words = ("Oui", "Non", "Partielle", "N/A", "")
    rows = [("date", "effectuée"), *((day, words[n % 5]) for n, day in enumerate(DAYS))]
    page = given(client, lines(rows), "rounds.csv")
    found = chosen_in(page)
    assert (found["how"], found["word"]) == ("words", "effectuée")
    assert "within 10 working days." not in page, "no promise of a delay stands beside what words count"
    assert {found[f"says.1.{at}"] for at in range(4)} == {"kept", "missed", "left"}
    told = counted(client, page)
    days = [n for n, day in enumerate(DAYS) if day.month == 10]
    kept, out = (sum(words[n % 5] == word for n in days) for word in ("Oui", "N/A"))
    assert f"Of {len(days) - out} cases of October 2026, {kept} say “Oui” in “effectuée”" in told
    assert f"Excluded: effectuée: N/A: {out}" in re.sub(r"<[^>]+>", "", told)
    some = [f"says.1.{at}" for at in range(4) if found[f"says.1.{at}"] == "kept"]
    none = sent(client, "/first/columns", **{**found, **SAID, some[0]: "missed", "do": "publish"})
    assert (none.status_code, set(re.findall(r'id="(\w+)-error"', none.text))) == (400, {"word"})


def test_lines_that_are_no_case_are_left_out_where_somebody_says_so(client: FlaskClient) -> None:
    """Cancelled, doubled and trial lines are named beside the dates; nobody leaves them out but a person."""
    states = ("Fermé", "Annulé", "Doublon", "Fermé")
    rows = [("ref", "ouvert le", "fermé le", "état"), *(
        (f"R{n}", day, day + timedelta(days=1) if states[n % 4] == "Fermé" else "", states[n % 4])
        for n, day in enumerate(DAYS)
    )]  # fmt: skip
    page = given(client, lines(rows), "cases.csv")
    assert "Leave out the lines with “état” = “Annulé”, “état” = “Doublon”" in html.unescape(page)
    assert "keep.no-cases" not in chosen_in(page)
    days = [n for n, day in enumerate(DAYS) if day.month == 10]
    kept = sum(n % 4 in (0, 3) for n in days)
    within = {"count": "2", "of": "days"}
    assert f"Of {len(days)} cases of October 2026, {kept}" in counted(client, page, **within)
    assert f"Of {kept} cases of October 2026, {kept}" in counted(client, page, **within, **{"keep.no-cases": "yes"})


def test_what_customers_say_in_words_is_an_answer_of_some(client: FlaskClient) -> None:
    """The share of a few who answered is no count of all: it is perceived, of a sample, and silence is no answer."""
    words = ("Très satisfait", "Plutôt satisfait", "Peu satisfait", "")
    rows = [("jour", "Accueil"), *((day, words[n % 4]) for n, day in enumerate(DAYS))]
    page = given(client, lines(rows), "answers.csv")
    found = chosen_in(page)
    assert (found["how"], found["word"], found["asked"]) == ("words", "Accueil", "yes")
    days = [n for n, day in enumerate(DAYS) if day.month == 10]
    good = {name: "kept" for name in found if name.startswith("says.1.")}
    silent = sum(n % 4 == 3 for n in days)
    assert f"Of {len(days) - silent} cases of October 2026, {len(days) - silent} say" in counted(client, page, **good)


def test_a_number_may_have_a_limit_and_an_empty_one_is_not_kept(client: FlaskClient) -> None:
    late = ("0", "15", "16", "", "-3")
    rows = [("flight", "date", "minutes_late"), *((f"X{n % 7}", day, late[n % 5]) for n, day in enumerate(DAYS))]
    page = given(client, lines(rows), "flights.csv")
    assert (chosen_in(page)["how"], chosen_in(page)["number"]) == ("limit", "minutes_late")
    days = [n for n, day in enumerate(DAYS) if day.month == 10]
    kept = sum(n % 5 in (0, 1, 4) for n in days)
    assert f"Of {len(days)} cases of October 2026, {kept} are 15 or less in “minutes_late”" in counted(
        client, page, most="15"
    )


@pytest.mark.parametrize("name", ["SLA breached", "Annulé", "en retard", "not answered"])
def test_a_yes_that_is_bad_news_is_not_taken_for_kept(client: FlaskClient, name: str) -> None:
    """Three of four cases were not cancelled: 25 % must never be called the share that was kept, nor 75 % of late."""
    rows = [("ref", "day", name), *((f"R{n}", day, ("no", "no", "no", "yes")[n % 4]) for n, day in enumerate(DAYS))]
    page = given(client, lines(rows), "said.csv")
    assert (chosen_in(page)["how"], chosen_in(page)["keeps"]) == ("answer", "no")
    days = [n for n, day in enumerate(DAYS) if day.month == 10]
    assert f"{sum(n % 4 != 3 for n in days)} are kept" in counted(client, page)


def test_a_mark_is_sought_where_marks_are_and_not_in_the_number_of_the_answer(client: FlaskClient) -> None:
    rows = [("response_id", "answered", "recommend us 0-10"), *((n, day, n % 11) for n, day in enumerate(DAYS))]
    found = chosen_in(given(client, lines(rows), "nps.csv"))
    assert (found["how"], found["mark"]) == ("mark", "recommend us 0-10")


def test_numbers_of_cases_beside_a_month_are_no_figures(client: FlaskClient) -> None:
    """Fifty cases in a month of two offices are cases: "936 of 105,561" would be the sum of their numbers."""
    rows = [(n, f"0{7 + n % 4}/2026".replace("010", "10"), n % 13, "AB"[n % 2]) for n in range(200)]
    page = given(client, lines([("Dossier", "Mois", "Délai (jours)", "Service"), *rows]), "delays.csv")
    assert (chosen_in(page)["how"], chosen_in(page)["number"]) == ("limit", "Délai (jours)")
    assert "figures of whole months" not in page


def test_a_part_is_told_from_its_whole_by_name_where_sizes_are_seen_by_half(client: FlaskClient) -> None:
    """Thousands with commas: the most frequent texts are no sample of their sizes."""
    rows = [
        (f"2026-{m:02}", place, f"{n:,}", f"{n - 600:,}")
        for m in range(1, 11)
        for place, n in (("N", 9_900 + 311 * m), ("S", 8_100 + 97 * m))
    ]
    found = chosen_in(given(client, lines([("Month", "Depot", "Parcels", "On time"), *rows]), "parcels.csv"))
    assert (found["how"], found["whole"], found["done"], found["parts"]) == ("figures", "Parcels", "On time", "yes")


def test_dates_in_both_orders_are_never_read_by_a_guess(client: FlaskClient) -> None:
    """One in four is month-first: of those that fit both orders nobody knows the month, so nothing is counted."""
    shown = [f"{day:%m/%d/%Y}" if n % 4 == 0 else f"{day:%d/%m/%Y}" for n, day in enumerate(DAYS)]
    rows = [("ref", "opened", "closed"), *((f"R{n}", at, at) for n, at in enumerate(shown))]
    page = given(client, lines(rows), "mixed.csv")
    assert "writes dates in two ways" in page.partition('id="live"')[2]
    assert "live-sentence" not in page


def test_what_is_neither_text_nor_a_book_says_what_it_is(client: FlaskClient) -> None:
    web = b"<html><table><tr><th>Ref</th><th>Opened</th></tr><tr><td>1</td><td>2026-10-05</td></tr></table></html>"
    assert "is a page of the web (HTML), whatever its name says" in given(client, web, "export.xls")
    packed = gzip.compress(b"\n".join(json.dumps({"ref": n, "day": str(day)}).encode() for n, day in enumerate(DAYS)))
    assert "is JSON packed by gzip: unpack it" in given(client, packed, "cases.jsonl.gz")


def test_a_total_at_the_foot_is_left_out_and_named(client: FlaskClient) -> None:
    """It has no day: weighed by its calls it would make every month of the file unproven."""
    rows = [(day, f"{hour}:00", 40, 36) for day in DAYS for hour in (9, 10)]
    rows += [("Total", "", 40 * len(rows), 36 * len(rows))]  # type: ignore[list-item]
    page = given(client, lines([("Date", "Intervalle", "Appels offerts", "Appels répondus"), *rows]), "calls.csv")
    assert "These lines are left out: “Date” = “Total”" in page
    figures = {"how": "figures", "whole": "Appels offerts", "done": "Appels répondus"}
    told = counted(client, page, **figures)
    assert "Total" not in told.partition("doubts")[2]
    assert "your file tells 2,088 of 2,320: 90.0%" in told, "29 days of October, two lines a day"
    assert "no date" not in told
    assert "without a date" not in told
