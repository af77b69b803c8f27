"""Long work of each kind that is asked to stop in its midst: put back, taken up, done once and wholly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.jobs import Job
from charter.models.records import AuditEntry, ReportFile, Run
from charter.models.reports import DraftFile, Edition, EditionFile
from charter.services.drafts.drafts import start_draft
from charter.services.jobs.queue import KINDS, ask
from charter.services.reports.editions import approve_month
from charter.services.reports.snapshots import freeze_month
from charter.services.surveys.columns import Asked
from charter.services.surveys.imports import import_answers
from charter.services.surveys.uploads import send_answers
from charter.services.verification.verify import verify
from tests.services.databases import new_url, opened, template_of
from tests.services.jobs.test_queue import Clock, work
from tests.services.reports.test_editions import OCTOBER, corrected
from tests.services.surveys.test_imports import MIA, marks_file
from tests.services.work.test_sent import SENT
from tests.services.world import NOW, measured

IN_DECEMBER = datetime(2026, 12, 10, 9, tzinfo=UTC)
SEPTEMBER = "2026-09"
ARGUMENTS: dict[str, dict[str, Any]] = {
    "verify": {},
    "make-report": {"period": SEPTEMBER},
    "make-draft": {"period": SEPTEMBER},
    "make-sheets": {"period": SEPTEMBER, "language": "fr"},
    "make-poster": {"period": SEPTEMBER, "unit": "vannes", "language": "fr", "paper": "A4"},
    "look-at-source": {"source": "cases", "revision": 1},
    "try-draft": {"indicator": "billed", "period": OCTOBER, "revision": 1},
    "analyse-survey": {},
    "make-editions": {"period": OCTOBER, "units": "all"},
    "publish-erratum": {"period": OCTOBER, "reason": "Recompté."},
}


def at_the_word(heard: Iterator[int], words: int) -> bool:
    """Whether so many questions have been asked before this one."""
    return next(heard) >= words


def stopped(kind: str, arguments: dict[str, Any], now: datetime = NOW) -> int:
    """The work of that kind, stopped at its first word, begun again, stopped at a later one, then done; how often it
    was stopped."""
    clock = Clock()
    clock.now = now
    number = ask(COMMAND_LINE, NOW, kind=kind, arguments=arguments)
    for stops, words in enumerate((1, 3, 1000)):
        clock.now += timedelta(minutes=1)
        work(clock, partial(at_the_word, count(), words))
        db.session.expire_all()
        job = db.session.get_one(Job, number)
        if job.state == "done":
            return stops
        assert (job.state, job.lease_token, job.failure) == ("waiting", None, None), kind
    raise AssertionError(f"{kind} does not end")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Flask]:
    """Four months measured; on SQLite alone, as every word is told by the same lease on both engines."""
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", measured)), tmp_path) as app:
        yield app


@pytest.mark.pdf
def test_work_of_each_kind_that_is_stopped_is_done_once(here: Flask) -> None:
    for period in (SEPTEMBER, OCTOBER):
        freeze_month(COMMAND_LINE, NOW, period=period)
    why = dict.fromkeys(("answer", "bill", "care"), "Pluie.")
    approve_month(COMMAND_LINE, NOW, period=OCTOBER, reason="Relu.", without_comment=why)
    start_draft(COMMAND_LINE, NOW)
    asked = Asked("marks", "Marks", date(2026, 10, 31), draws=200)
    sent = send_answers(MIA, NOW, marks_file().encode(), "marks.csv", asked)
    more = send_answers(COMMAND_LINE, NOW, marks_file().encode(), "more.csv", replace(asked, name="More"))
    (wave,) = import_answers(MIA, NOW, sent, mapping={"Parking": "+"})
    ARGUMENTS["look-at-answers"] = {"upload": more, "stand_for": ["care", "bill", "+"]}
    ARGUMENTS["import-survey"] = {"upload": more, "stand_for": ["care", "bill", "+"], "leave_refused": False}
    # Words are read beside a survey of effort: tests/services/frontline/test_effort_words.py stops that.
    assert {*ARGUMENTS, "run-checks"} == set(KINDS) - {"test", "read-words", *SENT}
    stops = {}
    for kind, arguments in ARGUMENTS.items():
        if kind == "publish-erratum":
            corrected()
        stops[kind] = stopped(kind, {"survey": wave} if kind == "analyse-survey" else arguments)
    stops["run-checks"] = stopped("run-checks", {}, IN_DECEMBER)
    assert all(stops.values()), stops
    ended = Counter(db.session.execute(select(AuditEntry.action)).scalars())
    assert (ended["job:done"], ended["job:fail"]) == (len(ARGUMENTS) + 1, 0)
    # November's checks were due in December: each is done, by one run, and none was left by a dead process.
    of_november = select(Run.indicator_key, Run.outcome).where(Run.period_key == "2026-11")
    assert sorted(db.session.execute(of_november).all()) == [("answered", "done"), ("billed", "done")]
    assert ended["month:correct"] == 1
    assert db.session.execute(select(Edition.number).order_by(Edition.number)).scalars().all() == [1, 2]
    for table, places in (
        (EditionFile, (EditionFile.edition_id, EditionFile.unit_key, EditionFile.language)),
        (ReportFile, (ReportFile.snapshot_id, ReportFile.unit_key, ReportFile.language)),
        (DraftFile, (DraftFile.period_key, DraftFile.unit_key, DraftFile.language)),
    ):
        twice = select(*places).group_by(*places).having(func.count() > 1)
        assert not db.session.execute(twice).all(), table
    assert verify(COMMAND_LINE)["breaks"] == []
