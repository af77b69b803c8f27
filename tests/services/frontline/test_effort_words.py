"""Words beside hard answers: masked, in no table, only where enough wrote, for who reads what customers write."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text as sql

from charter.domain.vocabulary.errors import Conflict, NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Job
from charter.services.checks.running import run_due
from charter.services.frontline.effort_words import SHOWN, may_read_words, read_words, words_read
from charter.services.jobs.queue import ask
from charter.services.jobs.sendings import KEPT_FOR, forget_old
from charter.services.records.access import Access
from charter.services.work.worker import run_jobs
from tests.services.effort_world import NOW, START, charter, write_answers
from tests.services.jobs.test_queue import Clock
from tests.services.world import apply

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")
OCTOBER = {"indicator": "ces", "unit": "company", "period": "2026-10"}


@pytest.fixture
def access(light: Flask, tmp_path: Path) -> Access:
    write_answers(tmp_path, {"a": {7: 20, 3: 4, 2: 9, 1: 4}, "b": {7: 3, 1: 3}})
    apply(charter(), tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    return Access(home=tmp_path)


def test_some_words_are_drawn_and_masked(access: Access) -> None:
    found = read_words(COMMAND_LINE, NOW, OCTOBER, access)
    assert (found["count"], found["mark"] is not None) == (17, True)
    texts = words_read(COMMAND_LINE, OCTOBER, str(found["mark"]), access)
    assert texts is not None
    assert len({*texts}) == SHOWN
    assert all("example.org" not in one and "Martin" not in one and "écrire à" in one for one in texts)


def test_words_of_few_are_not_shown(access: Access) -> None:
    assert read_words(COMMAND_LINE, NOW, OCTOBER | {"unit": "b"}, access) == {"count": 0, "enough": 5, "mark": None}
    assert read_words(COMMAND_LINE, NOW, OCTOBER | {"unit": "a"}, access)["count"] == 17


def test_words_are_gone_after_two_hours_and_stand_in_no_table(access: Access) -> None:
    number = ask(COMMAND_LINE, NOW, kind="read-words", arguments=OCTOBER)
    clock, heard = Clock(), count()
    clock.now = NOW
    run_jobs(SCHEDULER, clock, access, lambda: next(heard) >= 1)
    assert db.session.get_one(Job, number).state == "waiting", "stopped at its first word, it is done the next time"
    run_jobs(SCHEDULER, clock, access)
    db.session.expire_all()
    job = db.session.get_one(Job, number)
    assert job.state == "done", job.failure
    mark = str((job.result or {})["mark"])
    assert len(words_read(COMMAND_LINE, OCTOBER, mark, access) or ()) == SHOWN
    assert "écrire" not in json.dumps(job.result)
    tables = [str(row[0]) for row in db.session.execute(sql("SELECT name FROM sqlite_master WHERE type = 'table'"))]
    for table in tables:
        rows = db.session.execute(sql(f'SELECT * FROM "{table}"')).all()
        assert not any("écrire à" in str(cell) for row in rows for cell in row), table
    forget_old(access, datetime.now(UTC) + 2 * KEPT_FOR)
    assert words_read(COMMAND_LINE, OCTOBER, mark, access) is None


def test_they_are_for_who_reads_what_is_written(access: Access) -> None:
    reader = Actor(name="dan", role=Role.AUDITOR, units=("company",))
    with pytest.raises(NotAllowed):
        may_read_words(reader, OCTOBER)
    with pytest.raises(NotAllowed):
        read_words(reader, NOW, OCTOBER, access)


def test_an_indicator_without_words_says_so(light: Flask, tmp_path: Path) -> None:
    write_answers(tmp_path)
    apply(charter().replace("words: why, ", ""), tmp_path, START)
    with pytest.raises(Conflict):
        may_read_words(COMMAND_LINE, OCTOBER)
