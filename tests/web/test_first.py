"""From an empty installation to a first figure by pages alone; the newer file beside the one before."""

from __future__ import annotations

import csv
import html
import io
import re
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.models.base import db
from charter.models.jobs import Job
from charter.models.people import Person
from charter.services.checks.running import run_due
from charter.services.drafts import sent_files
from charter.services.jobs.sendings import folder_of
from charter.services.people.first_account import first_code
from charter.services.records.access import access_of
from charter.services.work.worker import run_jobs
from charter.sources import apart
from tests.web.world import NOW, make_empty_app

NAME = "réclamations.csv"


def cases(until: date, header: str = "repondue_le") -> bytes:
    """Two cases a day: one answered after four days, one after forty; nobody's name is shown."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerow(["n_dossier", "recue_le", header, "agence", "nom_client"])
    days = [date(2026, 7, 1) + timedelta(days=n) for n in range((until - date(2026, 7, 1)).days)]
    for n, (day, late) in enumerate((day, late) for day in days for late in (4, 40)):
        closed = day + timedelta(days=late)
        shown = f"{closed:%d/%m/%Y}" if closed < until else ""
        rows.writerow([f"R-{n:05}", f"{day:%d/%m/%Y}", shown, ("Lille", "Vannes")[n % 2], "Mme Dupont"])
    return text.getvalue().encode()


def sent(client: FlaskClient, address: str, **given: object) -> TestResponse:
    page = client.get(address)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None, page.text[-500:]
    return client.post(address, data={"csrf_token": found[1], **given})


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_empty_app(Path(tmp_path_factory.mktemp("first")))


def test_from_nothing_to_a_figure(founded: Flask) -> None:
    client, code = founded.test_client(), first_code("k" * 32, NOW)
    assert client.get(f"/welcome/{code}").headers["Referrer-Policy"] == "strict-origin"
    who = {"name": "Zoé", "email": "zoe@example.org", "password": "correct horse battery"}
    assert sent(client, f"/welcome/{code}", **who | {"password": "short"}).status_code == 400
    assert sent(client, f"/welcome/{code}", **who).headers["Location"] == "/first"
    assert founded.test_client().get(f"/welcome/{code}").status_code == 404
    assert sent(client, "/first", name="", country="FR").status_code == 400
    house = {"name": "Ambre Énergie", "country": "FR", "language.fr": "1"}
    assert sent(client, "/first", **house).headers["Location"] == "/first/promise"
    assert client.get("/first/promise").text.count("/first/promise?sector=") == 8
    energy = "/first/promise?sector=energy"
    assert "/first/promise" in client.get(energy).text
    assert sent(client, energy, sector="energy", first="parcel-claim").status_code == 400
    chosen = sent(client, energy, sector="energy", first="energy-complaint")
    assert chosen.headers["Location"] == "/first/file"
    assert sent(client, "/first/file", file=(io.BytesIO(b"no\nrows"), "x.csv")).status_code == 400
    for _ in ("sent", "sent once more, by who went back"):
        file = (io.BytesIO(cases(date(2026, 11, 5))), NAME)
        assert sent(client, "/first/file", file=file).headers["Location"] == "/first/columns"
    page = client.get("/first/columns")
    assert "Dupont" not in page.text
    assert "50" in page.text.partition("live-sentence")[2][:300]
    assert "Nous répondons sur le fond à chaque réclamation sous 10 jours ouvrés." in page.text
    columns = {"start": "recue_le", "stop": "repondue_le", "unit": "agence", "case": "n_dossier"}
    said = {"count": "10", "of": "working days", "level": "45", "owner": "Responsable des réclamations"}
    words = {"promise.fr": "À toute réclamation, nous répondons sous 10 jours ouvrés."}
    assert sent(client, "/first/columns", **columns, **said, **words, do="preview").status_code == 200
    published = sent(client, "/first/columns", **columns, **said, **words, do="publish")
    assert published.headers["Location"] == "/first/figure/1"
    assert "data-again" in client.get("/first/figure/1").text
    waiting = client.get("/charter/draft").text
    assert "Exemple\u00a0: Une facture fondée sur un relevé" in waiting
    assert "Une réponse de fond" not in waiting
    with founded.app_context():
        found = run_due(COMMAND_LINE, NOW, access_of(founded.extensions["settings"]))
        assert (found.failed, found.done > 1) == (0, True)
        (version,) = sent_files.versions_of("cases")
        assert (version.name, version.sent_by) == (NAME, "Zoé")
        assert sent_files.months_read([version])[1][0] == "2026-07"
    figure = html.unescape(client.get("/first/figure/1?lang=en").text)
    assert ("<b>50.0%</b>" in figure, " cases" in figure) == (True, True), "the figure stands on the step of its name"
    assert "takes it over from you; a person who is invited" in html.unescape(client.get("/accounts/new?lang=en").text)
    desk = client.get("/desk?lang=fr").text
    assert ("50,0" in desk, "6 attendent dans le brouillon" in desk or "6 wait in the draft" in desk) == (True, True)
    assert f"{NAME}, " in client.get("/checks/in-time/2026-09").text, "the month says which file it was counted from"
    again = client.get("/first")
    assert (again.status_code, again.headers["Location"]) == (303, "/desk")


def test_mails_are_in_the_language_in_which_the_first_account_was_opened(tmp_path: Path) -> None:
    """Whoever they invite is written to in it, too, until they choose another."""
    app = make_empty_app(tmp_path, smtp_host="127.0.0.1", mail_sender="promesse@example.org")
    client, who = app.test_client(), {"name": "Zoe", "email": "zoe@example.org", "password": "correct horse battery"}
    assert sent(client, f"/welcome/{first_code('k' * 32, NOW)}?lang=en", **who).status_code == 303
    ben = {"name": "Ben", "email": "ben@example.org", "role": "contributor", "password": ""}
    assert sent(client, "/accounts/new", **ben).status_code == 303
    with app.app_context():
        assert set(db.session.execute(select(Person.language)).scalars()) == {"en"}


def begun(folder: Path, **given: object) -> FlaskClient:
    """A founder who has said what organisation it is, and chosen their own words."""
    app = make_empty_app(folder, **given)
    client = app.test_client()
    who = {"name": "Zoé", "email": "zoe@example.org", "password": "correct horse battery"}
    assert sent(client, f"/welcome/{first_code('k' * 32, NOW)}", **who).status_code == 303
    assert sent(client, "/first", name="Amber", country="FR", **{"language.en": "1"}).status_code == 303
    return client


def test_a_column_of_yes_and_no_tells_what_was_kept(tmp_path: Path) -> None:
    """Of October's 31 lines 25 say no to “late”; where no is what is promised, 25 are kept."""
    client = begun(tmp_path)
    lines = [f"{n},2026-{8 + n // 31:02}-{1 + n % 31:02},{'yes' if n % 5 == 0 else 'no'}" for n in range(93) if n != 61]
    file = (io.BytesIO("\n".join(["id,day,late", *lines]).encode()), "visits.csv")
    assert sent(client, "/first/file", file=file).headers["Location"] == "/first/columns"
    page = client.get("/first/columns").text
    assert ('value="answer" checked' in page, "late" in page.partition("live-sentence")[2][:200]) == (True, True)
    said = {"how": "answer", "start": "day", "met": "late", "keeps": "no", "level": "80", "owner": "Head"}
    found = sent(client, "/first/columns", **said, **{"promise.en": "We are never late."}, do="preview").text
    assert "25" in found.partition("live-sentence")[2][:200]
    assert sent(client, "/first/columns", **said | {"met": ""}, **{"promise.en": "x"}, do="publish").status_code == 400
    done = sent(client, "/first/columns", **said, **{"promise.en": "We are never late."}, do="publish")
    assert done.headers["Location"] == "/first/figure/1"


def test_a_database_is_tried_before_it_is_promised_on(tmp_path: Path) -> None:
    """Its address stands in a setting; the form takes the setting's name, and no page tells the address."""
    with closing(sqlite3.connect(tmp_path / "cases.sqlite3")) as base, base:
        base.execute("CREATE TABLE cases (id INTEGER, opened TEXT, closed TEXT)")
        days = [date(2026, 10, 1) + timedelta(days=n) for n in range(20)]
        base.executemany(
            "INSERT INTO cases VALUES (?, ?, ?)", [(n, str(d), str(d + timedelta(days=2))) for n, d in enumerate(days)]
        )
    address = f"sqlite:///{tmp_path}/cases.sqlite3"
    (tmp_path / "var").mkdir()
    client = begun(tmp_path / "var", environment={"CASES_DATABASE": address})
    wrong = sent(client, "/first/file", kind="database", url="NOT_THERE", table="cases")
    assert (wrong.status_code, "NOT_THERE" in wrong.text) == (400, True)
    assert sent(client, "/first/file", kind="database", url="", table="cases").status_code == 400
    tried = sent(client, "/first/file", kind="database", url="CASES_DATABASE", table="cases")
    assert tried.headers["Location"] == "/first/columns"
    page = client.get("/first/columns").text
    assert ("20" in page.partition("live-sentence")[2][:200], address in page) == (True, False)


def counted(client: FlaskClient, later: timedelta) -> str:
    """The page of the newest work, once the worker has been there, so much later."""
    app = client.application
    with app.app_context():
        run_jobs(SCHEDULER, lambda: NOW + later, access_of(app.extensions["settings"]))
        number = db.session.execute(select(func.max(Job.id))).scalar_one()
    return html.unescape(client.get(f"/jobs/{number}?lang=en").text)


def test_the_newer_file_stands_beside_the_one_before(founded: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the journey above: a file that lacks a column is refused, the same one too; a newer one is kept."""
    client = founded.test_client()
    sign_in = {"email": "zoe@example.org", "password": "correct horse battery"}
    assert sent(client, "/sign-in", **sign_in).status_code == 303
    other = (io.BytesIO(cases(date(2026, 11, 6), "fermee_le")), "b.csv")
    assert "repondue_le" in sent(client, "/charter/files", file=other).text
    same = (io.BytesIO(cases(date(2026, 11, 5))), "c.csv")
    assert sent(client, "/charter/files", file=same).status_code == 400
    newer = (io.BytesIO(cases(date(2026, 11, 6))), "../../d.csv")
    assert sent(client, "/charter/files", file=newer).status_code == 303
    # The first file was a day old when it was counted: a case of October was answered on that day.
    told = counted(client, timedelta(hours=1))
    assert "Months counted before that it counts otherwise: 1 of 3" in told
    mended = cases(date(2026, 11, 6)).decode().splitlines()
    late = [n for n, line in enumerate(mended) if "/09/2026;" in line and line.endswith("Mme Dupont")][1]
    number, came, _, site, who = mended[late].split(";")
    mended[late] = ";".join([number, came, came, site, who])
    text = "\n".join(mended).encode()
    assert sent(client, "/charter/files", file=(io.BytesIO(text), "e.csv")).status_code == 303
    told = counted(client, timedelta(hours=2))
    assert "Months counted before that it counts otherwise: 2 of 3" in told
    where = re.search(r'href="(/checks[^"]*#changed)"', told)
    assert where is not None
    monkeypatch.setitem(founded.config, "CLOCK", lambda: NOW + timedelta(hours=2))
    changed = client.get(where[1]).text
    assert '<h2 id="changed">' in changed
    assert "/figures/in-time/2026-09" in changed, "whoever may correct the figure gets there by one link"
    with founded.app_context():
        access = access_of(founded.extensions["settings"])
        versions = sent_files.versions_of("cases")
        assert [(one.number, one.name) for one in versions] == [(3, "e.csv"), (2, "d.csv"), (1, NAME)]
        home = folder_of(access)
        assert all((home / one.stored).read_bytes() for one in versions)
        assert list((home / "sent/.waiting").iterdir()) == []


def test_a_worse_newer_file_waits_for_its_sender(tmp_path: Path) -> None:
    """Fewer lines, no July, dates that are words: told before anything is counted; let go or counted all the same."""
    client = begun(tmp_path)
    assert client.get("/first?lang=en").status_code == 303
    app = client.application
    assert sent(client, "/first/file", file=(io.BytesIO(cases(date(2026, 11, 5))), NAME)).status_code == 303
    said = {"start": "recue_le", "stop": "repondue_le", "count": "10", "of": "days", "level": "45", "owner": "Head"}
    hours = sent(client, "/first/columns", **said | {"of": "hours"}, **{"promise.en": "We answer."}, do="preview").text
    assert ("“recue_le” holds days without an hour" in hours, "in-time" in hours) == (True, False), "no key is named"
    assert sent(client, "/first/columns", **said, **{"promise.en": "We answer."}, do="publish").status_code == 303
    lines = cases(date(2026, 11, 5)).decode().splitlines()
    late = "\n".join([lines[0], *lines[100:]]).replace(";30/10/2026", ";soon").encode()
    for choice, number in (("discard", 1), ("count", 2)):
        asked = sent(client, "/charter/files", file=(io.BytesIO(late), "late.csv"))
        where = str(asked.headers["Location"])
        if where.startswith("/jobs/"):  # on a machine with other work it is read by long work, which leads there too
            with app.app_context():
                run_jobs(SCHEDULER, lambda: NOW, access_of(app.extensions["settings"]))
            where = str(client.get(where).headers["Location"])
        assert re.fullmatch(r"/charter/files/[0-9a-f]{32}", where), where
        page = html.unescape(client.get(where).text).replace("\xa0", " ")
        assert ("Fewer lines" in page, "No line is left of July 2026" in page, "soon" in page) == (True, True, True)
        stranger = app.test_client()
        assert stranger.get(where).status_code == 302
        assert sent(client, where, do=choice).status_code == 303
        assert client.get(where).status_code == 404
        with app.app_context():
            access = access_of(app.extensions["settings"])
            assert len(sent_files.versions_of("cases")) == number
            assert list((folder_of(access) / "sent/.waiting").iterdir()) == []


def test_what_a_file_leaves_open_is_told_and_asked_before_it_is_promised_on(tmp_path: Path) -> None:
    """Dates that fit both orders are asked about, a total is left out and no unit, lines turned round are told."""
    client = begun(tmp_path)
    assert client.get("/first?lang=en").status_code == 303
    lines = [
        f"R{n},{1 + n % 9:02}/{2 + n % 9:02}/2026,{1 + n % 9:02}/{3 + n % 9 - (n % 10 == 0) * 2:02}/2026,{'AB'[n % 2]}"
        for n in range(200)
    ]
    text = "\n".join(["ref,opened,closed,office", *lines, "T,03/04/2026,03/05/2026,Total"])
    assert sent(client, "/first/file", file=(io.BytesIO(text.encode()), "a.csv")).status_code == 303
    page = html.unescape(client.get("/first/columns").text)
    assert 'name="dates"' in page
    assert re.search(r'name="keep.exclude" value="yes" checked', page)
    assert re.search(r"before “opened”: \d+. They are left out", page)
    given = {"start": "opened", "stop": "closed", "unit": "office", "count": "60", "of": "days", "level": "50"}
    given |= {"owner": "Head", "promise.en": "We answer.", "keep.exclude": "yes"}
    given |= {"dates": "month-first"}
    turned = html.unescape(sent(client, "/first/columns", **given, do="preview").text).replace("\xa0", " ")
    # The month comes first: the file ends in September, so that August is its last whole month.
    assert ("They are left out" in turned, "of August 2026" in turned, "October" in turned) == (False, True, False)
    assert sent(client, "/first/columns", **given, do="publish").status_code == 303
    charter = client.get("/charter/versions/1.yaml").text
    assert ("dates: month-first" in charter, "office: Total" in charter, "key: Total" in charter) == (True, True, False)


def test_every_fault_of_a_form_is_told_at_once(tmp_path: Path) -> None:
    """Each in the summary, which has the keyboard, and beside its field; a page that was only opened refuses none."""
    app = make_empty_app(tmp_path)
    client, code = app.test_client(), first_code("k" * 32, NOW)
    wrong = sent(client, f"/welcome/{code}", name="", email="zoe", password="short")
    assert wrong.status_code == 400
    assert re.findall(r'id="(\w+)-error"', wrong.text) == ["name", "email", "password"]
    assert re.search(r'class="error-summary block" role="alert" tabindex="-1"', wrong.text)
    (tmp_path / "second").mkdir()
    client = begun(tmp_path / "second")
    text = "day,colour\n2026-10-01,red\n2026-10-02,blue"
    assert sent(client, "/first/file", file=(io.BytesIO(text.encode()), "a.csv")).status_code == 303
    opened = client.get("/first/columns")
    assert (opened.status_code, "error-summary" in opened.text) == (200, False)
    given = {"start": "", "stop": "", "count": "soon", "of": "days", "level": "0", "owner": "", "promise.en": ""}
    refused = sent(client, "/first/columns", **given, do="publish")
    fields = set(re.findall(r'id="([\w.]+)-error"', refused.text))
    assert (refused.status_code, fields) == (400, {"start", "stop", "count", "level", "owner", "promise.en"})
    listed = re.findall(r'<li><a href="#([\w.]+)"', refused.text)
    assert listed == re.findall(r'id="([\w.]+)-error"', refused.text), "the summary is in the order of the page"


def test_a_refusal_calls_the_file_as_its_sender_does(tmp_path: Path) -> None:
    client = begun(tmp_path)
    found = sent(client, "/first/file", file=(io.BytesIO(b"ref,colour\n1,red"), "réclamations 2026.csv"))
    assert (found.status_code, "réclamations 2026.csv" in found.text, ".file" in found.text) == (400, True, False)


def test_a_file_that_takes_long_is_looked_at_and_counted_as_long_work(tmp_path: Path) -> None:
    """Each page waits behind that of the work, and says what it said when it was at once; while the form is filled in
    nothing is put in the queue."""
    client = begun(tmp_path)
    app = client.application

    def worked(where: str | None) -> str:
        assert where is not None
        assert client.get(where).status_code == 200
        with app.app_context():
            assert run_jobs(SCHEDULER, lambda: NOW, access_of(app.extensions["settings"])) == 1
        return str(client.get(where).headers["Location"])

    with apart._ONE_AT_A_TIME:
        file = (io.BytesIO(cases(date(2026, 11, 5))), NAME)
        assert worked(sent(client, "/first/file", file=file).headers["Location"]) == "/first/columns"
        counted = worked(client.get("/first/columns").headers["Location"])
        assert counted == "/first/columns?read=2"
        page = client.get(counted).text
        assert "50" in page.partition("live-sentence")[2][:300]
        given = dict(re.findall(r'name="([a-z.]+)"[^>]* value="([^"]*)"', page))
        given |= {"how": "delay", "start": "recue_le", "stop": "repondue_le", "promise.en": "We answer.", "level": "45"}
        given |= {"count": "10", "of": "working days", "owner": "Head"}
        given = {name: value for name, value in given.items() if name not in ("csrf_token", "do")}
        live = sent(client, counted, **given, do="live")
        assert (live.status_code, "live-sentence" in live.text) == (200, False)
        again = worked(sent(client, counted, **given, do="publish").headers["Location"])
        assert sent(client, again, **given, do="publish").headers["Location"] == "/first/figure/4"


def test_a_newer_charter_file_that_takes_long_is_read_as_long_work(tmp_path: Path) -> None:
    """With findings the page shows the text again, beside what is to be mended."""
    client = begun(tmp_path)
    app, address = client.application, "/charter/draft/file"
    text = html.unescape(client.get(address).text.partition('spellcheck="false">')[2].partition("</textarea>")[0])
    long = text + "# " + "x" * 20_000 + "\n"
    for written, where in ((long.replace("Amber", "Azur"), "/charter/draft"), (long + "odd: 1\n", address + "?read=2")):
        revision = re.findall(r'name="revision" value="(\d+)"', client.get(address).text)[0]
        with apart._ONE_AT_A_TIME:
            asked = sent(client, address, text=written, revision=revision).headers["Location"]
        with app.app_context():
            run_jobs(SCHEDULER, lambda: NOW, access_of(app.extensions["settings"]))
        assert client.get(asked).headers["Location"] == where
    found = client.get(f"{address}?read=2")
    assert ("Azur" in client.get("/charter/draft").text, found.status_code, "odd: 1" in found.text) == (True, 400, True)
