"""The page of checks in use: filters, the log of one check, run now, waive with a reason; who watches the watcher."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from sqlite3 import sqlite_version

import pytest
from flask import Flask
from sqlalchemy import insert, select

from charter import VERSION
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.log import Json, Plain
from charter.models.base import db
from charter.models.checks import DueCheck, Tick
from charter.services.checks.calendar import calendar
from charter.services.records.audit_log import ContextFilter, log_context
from charter.services.schedule import clock_health
from tests.services.databases import newest_migration
from tests.web.world import NOW, make_empty_app, make_world, sign_in, token_of

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A world whose source is missing: every check has failed."""
    return make_world(Path(tmp_path_factory.mktemp("checks")), has_source=False)


def test_checks_are_filtered_run_and_waived(failing: Flask) -> None:
    mia = sign_in(failing.test_client(), "mia")
    page = mia.get("/checks?lang=en&state=failed&indicator=billed").text
    assert page.count("/checks/billed/2026-10#waive") == 1
    assert "/checks/answered/2026-10" not in page
    assert "No checks match these filters" in mia.get("/checks?lang=en&state=done").text
    log = mia.get("/checks/billed/2026-10?lang=en").text
    assert "Its runs, newest first" in log
    assert "names “cases.csv”, but there is no such file" in log
    in_french = mia.get("/checks/billed/2026-10?lang=fr").text.replace("\u202f", " ")
    assert "nomme « cases.csv », mais il n’y a pas de tel fichier" in in_french
    assert "Run now" in log
    token = token_of(log)
    answer = mia.post("/checks/billed/2026-10/waive", data={"csrf_token": token, "reason": " "})
    assert answer.status_code == 400
    assert 'id="reason-error"' in answer.text
    answer = mia.post("/checks/billed/2026-10/waive", data={"csrf_token": token, "reason": "Strike in October"})
    assert answer.headers["Location"] == "/checks/billed/2026-10"
    log = mia.get("/checks/billed/2026-10?lang=en").text
    assert "Strike in October" in log
    assert "Skipped by" in log
    assert "Why it will not be run" not in log
    assert mia.get("/checks/billed/1999-01").status_code == 404


def test_who_may_not_waive_is_offered_nothing(failing: Flask) -> None:
    dan = sign_in(failing.test_client(), "dan")
    assert "Run now" not in dan.get("/checks?lang=en").text
    token = token_of(dan.get("/account").text)
    answer = dan.post("/checks/answered/2026-10/waive", data={"csrf_token": token, "reason": "x"})
    assert answer.status_code == 403


def test_a_silent_clock_is_told_to_those_who_must_know(failing: Flask) -> None:
    with failing.app_context():
        clock_health.ticked(NOW - timedelta(minutes=61))
    for name, is_told in (("ana", True), ("mia", True), ("dan", False), ("carl", False)):
        for address in ("/desk", "/checks", "/alerts", "/post"):
            page = sign_in(failing.test_client(), name).get(f"{address}?lang=en").text
            assert ("The scheduler has been silent since" in page) is is_told, (name, address)
    with failing.app_context():
        clock_health.ticked(NOW)
        assert clock_health.alarm(NOW + timedelta(hours=1))["silent_since"] is None
        # The machine's clock is set back by an hour: it is told until the time has come again.
        clock_health.ticked(NOW - timedelta(hours=1))
        assert clock_health.alarm(NOW - timedelta(minutes=59))["set_back_from"] == NOW.isoformat()
        assert clock_health.health(NOW - timedelta(minutes=59))["status"] == "degraded"
        assert clock_health.alarm(NOW)["set_back_from"] is None


def test_a_clock_that_never_ran_is_told_when_checks_wait(tmp_path: Path) -> None:
    app = make_world(tmp_path)
    with app.app_context():
        assert clock_health.alarm(NOW)["never"] is False
        check = db.session.execute(select(DueCheck).limit(1)).scalar_one()
        check.state, check.done_at = "due", None
        db.session.commit()
        assert clock_health.alarm(NOW)["never"] is True
    assert "The scheduler has never run." in sign_in(app.test_client(), "ana").get("/desk?lang=en").text


def test_metrics_are_for_those_who_bring_the_token(tmp_path: Path) -> None:
    app = make_empty_app(tmp_path, metrics_token="a long token")
    client = app.test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    with app.app_context():
        db.session.execute(insert(Tick).values(id=1, at=NOW - timedelta(seconds=90)))
        db.session.commit()
    answer = client.get("/metrics", headers={"Authorization": "Bearer a long token"})
    lines = answer.text.splitlines()
    assert answer.content_type.startswith("text/plain")
    assert "promesse_up 1.0" in lines
    labels = f'engine="SQLite {sqlite_version}",release="{VERSION}",schema="{newest_migration()}"'
    assert f"promesse_build_info{{{labels}}} 1.0" in lines
    assert "promesse_last_tick_age_seconds 90.0" in lines
    assert "promesse_outbox_failed 0.0" in lines
    assert "# TYPE promesse_checks_late gauge" in lines


def test_a_calendar_program_reads_the_address(failing: Flask) -> None:
    mia = sign_in(failing.test_client(), "mia")
    token = token_of(mia.get("/account").text)
    answer = mia.post("/account/calendar", data={"csrf_token": token}, follow_redirects=True)
    address = answer.text.partition("http://127.0.0.1:8000")[2].partition(".ics")[0] + ".ics"
    feed = failing.test_client().get(address)
    assert feed.status_code == 200
    assert feed.content_type == "text/calendar; charset=utf-8"
    assert "UID:answered-2026-10@small.promesse\r\n" in feed.text
    again = failing.test_client().get(address, headers={"If-None-Match": feed.headers["ETag"]})
    assert again.status_code == 304


def test_each_line_of_the_log_says_what_it_belongs_to() -> None:
    line = logging.LogRecord("charter.x", logging.INFO, "x.py", 1, "check %s done", ("billed",), None)
    with log_context(tick="1f"), log_context(run=87):
        ContextFilter().filter(line)
    told = json.loads(Json().format(line))
    assert (told["level"], told["message"], told["tick"], told["run"]) == ("INFO", "check billed done", "1f", 87)
    assert Plain().format(line).endswith("INFO charter.x check billed done [tick=1f run=87]")


def test_checks_are_a_calendar_of_days_too(failing: Flask) -> None:
    mia = sign_in(failing.test_client(), "mia")
    page = mia.get("/checks?lang=en&view=days").text
    with failing.app_context():
        found = calendar(COMMAND_LINE, NOW)
    assert page.count('<td><a href="/checks/') >= len(found["rows"]) > 1
    assert 'title="Failed, October\N{NO-BREAK SPACE}2026"' in page
    day = found["rows"][0]["day"]
    open_still = ("due", "late", "failed", "lapsed")
    rows = [row for row in found["rows"] if row["day"] == day and row["state"] in open_still]
    assert rows
    assert mia.get(f"/checks?lang=en&day={day}").text.count("#waive") == len(rows)
    assert "No checks match these filters" in mia.get("/checks?lang=en&day=2020-01-01").text
