"""Long work from a page: asked with a button, done by the alarm clock, told on its page; workers stay light."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.permissions import SCHEDULER
from charter.domain.vocabulary.sentences import stored
from charter.domain.vocabulary.terms import JobState
from charter.models.base import db
from charter.models.jobs import Job
from charter.services.records.access import Access, access_of
from charter.services.work.worker import run_jobs
from charter.sources import apart
from config import PROJECT
from tests.web.intake_world import make_intake_world
from tests.web.world import NOW, make_world, sign_in, token_of

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


@pytest.fixture
def failing(tmp_path: Path) -> Flask:
    """A world whose source is missing: every check has failed."""
    return make_world(tmp_path, has_source=False)


def press(client: FlaskClient, page: str, action: str, **form: str) -> str:
    """Send the form of a page; where it leads."""
    token = token_of(client.get(page).text)
    answer = client.post(action, data={"csrf_token": token, **form})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_run_everything_that_waits_now(failing: Flask) -> None:
    mia = sign_in(failing.test_client(), "mia")
    assert "Run everything that waits now" in mia.get("/checks?lang=en").text
    where = press(mia, "/checks", "/checks/run")
    assert where == "/jobs/1"
    page = mia.get(f"{where}?lang=en").text
    assert "Checks run now" in page
    assert "Waiting" in page
    assert 'data-again="2000"' in page
    assert "/assets/promesse.js" in page
    with failing.app_context():
        assert run_jobs(SCHEDULER, lambda: NOW, Access()) == 1
    page = mia.get(f"{where}?lang=en").text
    assert "data-again" not in page
    assert "checks were due: 0 done" in page
    assert "contrôles étaient à faire" in mia.get(f"{where}?lang=fr").text
    assert "Checks run now" in mia.get("/jobs?lang=en").text


def test_progress_and_failure_are_told_in_words(failing: Flask) -> None:
    mia = sign_in(failing.test_client(), "mia")
    where = press(mia, "/checks", "/checks/run")
    with failing.app_context():
        one = db.session.execute(select(Job)).scalar_one()
        one.state, one.progress_done, one.progress_total, one.progress_label = JobState.RUNNING, 3, 12, "bill 2026-10"
        db.session.commit()
    page = mia.get(f"{where}?lang=fr").text
    assert "3 sur 12" in page
    assert '<progress id="bar" class="bar" max="12" value="3">' in page
    with failing.app_context():
        one = db.session.execute(select(Job)).scalar_one()
        one.state, one.ended_at = JobState.FAILED, NOW
        why = Sentence("The account of %(who)s, who asked for this, is closed.", who="Max")
        one.failure, one.said = str(why), stored(why)
        db.session.commit()
    assert "Le compte de Max, qui a demandé ce travail, est fermé." in mia.get(f"{where}?lang=fr").text
    assert "Le compte de Max" in mia.get("/jobs?lang=fr").text
    assert "The account of Max, who asked for this, is closed." in mia.get(f"{where}?lang=en").text
    with failing.app_context():
        # As the first release kept it.
        one = db.session.execute(select(Job)).scalar_one()
        one.failure, one.said = "Something that was said long ago.", None
        db.session.commit()
    assert "Something that was said long ago." in mia.get(f"{where}?lang=fr").text
    with failing.app_context():
        one = db.session.execute(select(Job)).scalar_one()
        one.state, one.tries, one.next_try_at = JobState.WAITING, 1, NOW + timedelta(minutes=1)
        db.session.commit()
    assert "sera repris le 6" in mia.get(f"{where}?lang=fr").text


def test_only_the_asker_and_who_may_ask_see_it(failing: Flask) -> None:
    where = press(sign_in(failing.test_client(), "mia"), "/checks", "/checks/run")
    answers = {name: sign_in(failing.test_client(), name).get(where).status_code for name in ("mia", "ana", "boris")}
    assert answers == {"mia": 200, "ana": 403, "boris": 403}
    assert sign_in(failing.test_client(), "ana").post("/checks/run").status_code == 400  # no token
    ana = sign_in(failing.test_client(), "ana")
    assert ana.post("/checks/run", data={"csrf_token": token_of(ana.get("/account").text)}).status_code == 403
    assert "Run everything" not in ana.get("/checks?lang=en").text


@pytest.mark.pdf
def test_the_missing_pdf_of_a_sealed_month_is_made(failing: Flask) -> None:
    ana = sign_in(failing.test_client(), "ana")
    assert ana.get("/reports/2026-10.pdf").status_code == 404
    page = ana.get("/reports?lang=en").text
    assert "Make the PDF in French" in page
    where = press(ana, "/reports", "/reports/2026-10/make", language="fr")
    with failing.app_context():
        run_jobs(SCHEDULER, lambda: datetime.now(UTC), Access())
    page = ana.get(f"{where}?lang=en").text
    assert "The PDF is made and archived." in page
    assert 'href="/reports/2026-10.pdf?lang=fr"' in page
    assert ana.get("/reports/2026-10.pdf?lang=fr").data.startswith(b"%PDF")
    assert "Make the PDF in French" not in ana.get("/reports?lang=en").text


LIGHT = """
import json, sys
from dataclasses import replace
from app import app
from charter.services.jobs import sendings
from tests.web.frame.test_access import MATRIX
from tests.web.world import NOW, sign_in, token_of
app.config["CLOCK"] = lambda: NOW
sendings.AT_HAND = replace(sendings.AT_HAND, seconds=120)
codes = {}
for who in ("eva", "clara", "mia", "ana"):
    client = sign_in(app.test_client(), who)
    for address in MATRIX:
        codes[f"{who} {address}"] = client.get(address).status_code
heavy = ("ibis", "duckdb", "pyarrow", "pandas", "numpy", "scipy", "statsmodels", "weasyprint", "openpyxl")
held = [name for name in heavy if name in sys.modules]
manager = sign_in(app.test_client(), "mia")
asked = {"asked_on": "2026-10-30", "overall": "overall"}
for name in ("pairs.csv", "pairs.csv.gz", "pairs.xlsx", "marks.csv"):
    form = {"name": name, "kind": "marks" if name == "marks.csv" else "kano"}
    form["csrf_token"] = token_of(manager.get("/surveys/import").text)
    form["file"] = (open(f"{sys.argv[1]}/{name}", "rb"), name)
    sent = manager.post("/surveys/import", data={**asked, **form})
    seen = manager.get(sent.headers.get("Location", "/nowhere"))
    confirm = {"csrf_token": token_of(seen.text), "name-1": "bill", "to-1": "bill"}
    codes[f"{name} kept"] = manager.post(sent.headers["Location"] + "/confirm", data=confirm).status_code
codes["map"] = manager.get("/classification?commitment=bill").status_code
print(json.dumps({"codes": codes, "heavy": held, "after": [name for name in heavy if name in sys.modules]}))
"""


def files_of_answers(folder: Path) -> None:
    """Surveys as CSV, packed CSV and spreadsheet; and one of marks."""
    rows = [("attribute", "functional", "dysfunctional"), *(("bill", "2", str(4 + n % 2)) for n in range(40))]
    text = "".join(";".join(row) + "\n" for row in rows)
    (folder / "pairs.csv").write_text(text, encoding="cp1252")
    (folder / "pairs.csv.gz").write_bytes(gzip.compress(text.encode()))
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "pairs.xlsx")
    marks = "".join(f"{1 + n % 5},{n % 9}\n" for n in range(200))
    (folder / "marks.csv").write_text(f"bill,overall\n{marks}", encoding="utf-8")


def test_a_worker_that_has_served_every_page_holds_no_heavy_library(tmp_path: Path) -> None:
    app = make_world(tmp_path)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    files_of_answers(tmp_path)
    environment = {
        "PATH": "",
        "PYTHONPATH": str(PROJECT),
        "VAR_FOLDER": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/web.sqlite3",
    }
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, str(tmp_path)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [where for where, code in told["codes"].items() if code >= 500] == []
    assert told["codes"]["ana /desk"] == 200
    assert told["heavy"] == []
    assert {name: code for name, code in told["codes"].items() if name.endswith("kept")} == dict.fromkeys(
        ("pairs.csv kept", "pairs.csv.gz kept", "pairs.xlsx kept", "marks.csv kept"), 303
    )
    assert told["codes"]["map"] == 200
    # A spreadsheet that is sent has a reader of its own, which takes numpy along; all else is the alarm clock's.
    assert set(told["after"]) <= {"openpyxl", "numpy"}


def test_what_takes_long_to_read_is_shown_with_progress_and_leads_to_its_preview(tmp_path: Path) -> None:
    """While another file is read: the page says so, without scripts too, and goes on by itself once it is read."""
    app = make_intake_world(tmp_path)
    carl = sign_in(app.test_client(), "carl")
    form = {"csrf_token": token_of(carl.get("/figures/upload").text), "indicator": "welcomed"}
    packed = gzip.compress(b"period;unit;numerator;denominator\n2026-10;vannes;45;50\n")
    with apart._ONE_AT_A_TIME:
        sent = carl.post("/figures/upload", data=form | {"file": (io.BytesIO(packed), "octobre.csv.gz")})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/jobs/1")
    page = carl.get("/jobs/1?lang=en").text
    assert ("Reading a file of figures" in page, '<meta http-equiv="refresh"' in page) == (True, True)
    with app.app_context():
        assert run_jobs(SCHEDULER, lambda: NOW, access_of(app.extensions["settings"])) == 1
    done = carl.get("/jobs/1")
    assert (done.status_code, done.headers["Location"]) == (303, "/figures/uploads/1")
    assert "One row is read." in carl.get("/figures/uploads/1?lang=en").text
    wrong = {"csrf_token": token_of(carl.get("/figures/upload").text), "file": (io.BytesIO(packed[:-9]), "x.csv.gz")}
    with apart._ONE_AT_A_TIME:
        assert carl.post("/figures/upload", data=wrong).headers["Location"] == "/jobs/2"
    with app.app_context():
        run_jobs(SCHEDULER, lambda: NOW, access_of(app.extensions["settings"]))
    page = carl.get("/jobs/2?lang=en").text
    assert ("x.csv.gz is damaged" in page, 'href="/figures/upload">Send it again' in page) == (True, True)
