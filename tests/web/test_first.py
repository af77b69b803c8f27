"""From an empty installation to a first figure by pages alone; the newer file beside the one before."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.running import run_due
from charter.services.drafts import sent_files
from charter.services.people.first_account import first_code
from charter.services.records.access import access_of
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
    assert sent(client, "/first", **house).headers["Location"] == "/first/file"
    assert sent(client, "/first/file", file=(io.BytesIO(b"no\nrows"), "x.csv")).status_code == 400
    file = (io.BytesIO(cases(date(2026, 11, 5))), NAME)
    assert sent(client, "/first/file", file=file).headers["Location"] == "/first/columns"
    page = client.get("/first/columns")
    assert "Dupont" not in page.text
    assert "50" in page.text.partition("live-sentence")[2][:300]
    columns = {"start": "recue_le", "stop": "repondue_le", "unit": "agence", "case": "n_dossier"}
    said = {"count": "10", "of": "working days", "level": "45", "owner": "Responsable des réclamations"}
    words = {"promise.fr": "À toute réclamation, nous répondons sous 10 jours ouvrés."}
    assert sent(client, "/first/columns", **columns, **said, **words, do="preview").status_code == 200
    published = sent(client, "/first/columns", **columns, **said, **words, do="publish")
    assert published.headers["Location"] == "/first/figure/1"
    assert client.get("/first/figure/1").status_code == 200
    with founded.app_context():
        found = run_due(COMMAND_LINE, NOW, access_of(founded.extensions["settings"]))
        assert (found.failed, found.done > 1) == (0, True)
        (version,) = sent_files.versions_of("cases")
        assert (version.name, version.sent_by) == (NAME, "Zoé")
        assert sent_files.months_read([version])[1][0] == "2026-07"
    assert "50,0" in client.get("/desk").text
    again = client.get("/first")
    assert (again.status_code, again.headers["Location"]) == (303, "/desk")


def test_the_newer_file_stands_beside_the_one_before(founded: Flask) -> None:
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
    with founded.app_context():
        access = access_of(founded.extensions["settings"])
        versions = sent_files.versions_of("cases")
        assert [(one.number, one.name) for one in versions] == [(2, "d.csv"), (1, NAME)]
        home = sent_files.folder_of(access)
        assert all((home / one.stored).read_bytes() for one in versions)
        assert list((home / "sent/.waiting").iterdir()) == []
