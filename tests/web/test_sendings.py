"""Eight people's files at once: one is read while its sender waits, everything else is long work, and pages answer."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from charter.domain.vocabulary.permissions import SCHEDULER
from charter.models.base import db
from charter.models.jobs import Job
from charter.models.records import Measurement
from charter.models.surveys import SurveyWave
from charter.services.figures import plan
from charter.services.jobs.queue import OPEN
from charter.services.records.access import access_of
from charter.services.surveys import uploads as survey_uploads
from charter.services.work.worker import run_jobs
from charter.sources import apart
from tests.services.figures.test_look import ROWS, many
from tests.web.figures.test_figures import hidden
from tests.web.intake_world import make_intake_world
from tests.web.world import NOW, sign_in, token_of

AT_ONCE = 8
PEOPLE = ("mia", "boris")
ANSWERS = "attribute;functional;dysfunctional;a;b\n" + "Autre;2;5;;\n" * (survey_uploads.MOST_AT_HAND // 5 + 1)


class Counting:
    """A function that counts how many run it at the same time."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.now, self.most, self.lock = function, 0, 0, threading.Lock()

    def __call__(self, *given: Any, **named: Any) -> Any:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            return self.function(*given, **named)
        finally:
            with self.lock:
                self.now -= 1


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    return make_intake_world(tmp_path)


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """All of them at the same moment, each in a thread of its own, as a server has them."""
    start, found = threading.Barrier(len(calls)), list[Any]()

    def run(call: Callable[[], Any]) -> None:
        start.wait()
        found.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def sending(client: FlaskClient, address: str, content: bytes, **form: str) -> Callable[[], str]:
    form["csrf_token"] = token_of(client.get(address).text)

    def send() -> str:
        answer = client.post(address, data={**form, "file": (io.BytesIO(content), "many.csv")})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    return send


def waiting(site: Flask) -> int:
    with site.app_context():
        return db.session.execute(select(func.count(Job.id)).where(Job.state.in_(OPEN))).scalar_one()


def work(site: Flask) -> int:
    with site.app_context():
        return run_jobs(SCHEDULER, lambda: NOW, access_of(site.extensions["settings"]))


def entered(site: Flask) -> int:
    with site.app_context():
        query = select(func.count(Measurement.id)).where(Measurement.indicator_key == "called")
        return db.session.execute(query).scalar_one()


def previews(site: Flask, jobs: Sequence[str]) -> list[tuple[FlaskClient, str]]:
    """Whose file it is, and where it is looked at, once it is read."""
    with site.app_context():
        askers = [db.session.get_one(Job, int(one.rpartition("/")[2])).asked_by.lower() for one in jobs]
    clients = [sign_in(site.test_client(), name) for name in askers]
    return [(one, str(one.get(job).headers["Location"])) for one, job in zip(clients, jobs, strict=True)]


def test_eight_files_of_many_figures_at_once_are_long_work_to_their_end(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them is read while its sender waits; none is planned, and none entered, by a thread that serves pages."""
    reading, planning = Counting(apart._answer), Counting(plan._add)
    monkeypatch.setattr(apart, "_answer", reading)
    monkeypatch.setattr(plan, "_add", planning)
    reader = sign_in(site.test_client(), "dan")
    pages = [lambda: str(reader.get("/desk").status_code), lambda: str(reader.get("/commitments/visit").status_code)]
    clients = [sign_in(site.test_client(), PEOPLE[n % 2]) for n in range(AT_ONCE)]
    # Packed, so that each is read by a process of its own; each speaks of channels of its own.
    files = [gzip.compress(many(of=f"file{n}-").replace(b"nice", b"brest")) for n in range(AT_ONCE)]
    sends = [sending(client, "/figures/upload", file) for client, file in zip(clients, files, strict=True)]
    found = at_once([*sends, *pages])
    jobs = sorted(set(found) - {"200"})
    assert (len(jobs), found.count("200"), waiting(site)) == (AT_ONCE, 2, AT_ONCE)
    assert (reading.most, planning.most) == (1, 0)
    assert work(site) == AT_ONCE
    assert (planning.most, entered(site)) == (1, 0)
    planning.most = 0
    confirms = []
    for client, where in previews(site, jobs):
        page = client.get(f"{where}?lang=en").text
        assert (f"{ROWS} rows are read. No row is refused" in " ".join(page.split()), "/confirm" in page) == (
            True,
            True,
        )
        confirms.append(partial(client.post, f"{where}/confirm", data=hidden(page)))
    answers = at_once([*confirms, *pages])
    asked = sorted(one.headers["Location"] for one in answers if one != "200")
    assert (len(asked), {one.rpartition("/")[0] for one in asked}) == (AT_ONCE, {"/jobs"})
    assert (planning.most, entered(site), waiting(site)) == (0, 0, AT_ONCE)
    work(site)
    # The first is entered; what the others would change is no more what was confirmed: they are looked at again.
    assert entered(site) == ROWS
    states = [client.get(f"{one}?lang=en").text for one in asked for client in clients[:1]]
    assert sum(f"Figures entered: {ROWS}, corrected: 0, already there: 0." in page for page in states) == 1
    assert sum("changed since you saw the effect" in page and "See the file again" in page for page in states) == 7


def test_a_large_file_of_answers_is_looked_at_mapped_and_kept_as_long_work(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    understanding = Counting(survey_uploads.group_pairs)
    monkeypatch.setattr(survey_uploads, "group_pairs", understanding)
    mia = sign_in(site.test_client(), "mia")
    form = {"kind": "kano", "name": "Large", "asked_on": "2026-10-30"}
    job = sending(mia, "/surveys/import", ANSWERS.encode(), **form)()
    assert job == "/jobs/1"
    work(site)
    where = str(mia.get(job).headers["Location"])
    assert understanding.most == 1
    understanding.most = 0
    page = mia.get(f"{where}?lang=en").text
    assert f"{len(ANSWERS.splitlines()) - 1} rows are read." in page
    again = mia.post(f"{where}/confirm", data={"csrf_token": token_of(page), "to-1": "visit", "again": "1"})
    assert again.headers["Location"] == "/jobs/2"
    work(site)
    assert mia.get("/jobs/2").headers["Location"] == where
    page = mia.get(f"{where}?lang=en").text
    assert '<option value="visit" selected>' in page
    understanding.most = 0
    kept = mia.post(f"{where}/confirm", data={"csrf_token": token_of(page), "to-1": ""})
    assert (kept.headers["Location"], understanding.most) == ("/jobs/3", 0)
    work(site)
    failed = mia.get("/jobs/3?lang=en").text
    assert ("No promise of the charter is called" in failed, f'href="{where}">See the file again' in failed) == (
        True, True,
    )  # fmt: skip
    kept = mia.post(f"{where}/confirm", data={"csrf_token": token_of(page), "to-1": "bill"})
    work(site)
    assert "rows are kept; surveys made: 1." in mia.get(f"{kept.headers['Location']}?lang=en").text
    assert "This file waits no more" in mia.get(f"{where}?lang=en").text
    with site.app_context():
        assert db.session.query(SurveyWave).count() == 1
