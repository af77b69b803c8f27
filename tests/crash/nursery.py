"""A process that has loaded everything, and forks workers on demand: they begin at once, and may be killed at once.

A line on its standard input forks a worker, whose clock is LATER seconds ahead: `start LATER [PHASE [LEASE]]` one that
runs what is due until nothing is left, `post LATER PORT [PHASE]` one that sends what waits in the outbox,
`jobs LATER [PHASE [TURN]]` one that does the long work, and `publish LATER [PHASE [TURN]]` one that approves sealed
months and prints them. One with a phase kills itself, without a word, when it comes there (for that time). `end` waits
for all.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import duckdb  # noqa: F401  (loaded once, for all workers)
import ibis  # noqa: F401
from flask import Flask
from sqlalchemy import event, func, select

from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.factory import create_app
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.jobs import Job
from charter.models.records import Snapshot
from charter.post.settings import Office
from charter.post.smtp import MailServer
from charter.services.checks.measuring import Measuring
from charter.services.checks.running import run_due
from charter.services.jobs.queue import ask
from charter.services.post.sending import deliver
from charter.services.records.access import Access
from charter.services.reports.editions import approve_month, newest_edition
from charter.services.work import worker
from charter.services.work.worker import run_jobs
from config import Settings
from tests.crash.world import LEASE, NOW

REPORT_ROWS = {"editions": "approval", "edition_files": "pdf"}
REPORT_PHASES = ("approval", "approval-written", "pdf", "pdf-written", "job-claimed", "job-end")
STARTED = datetime.now(UTC)
PHASES = ("claim", "claimed", "query", "write", "written", "committed")
JOB_PHASES = ("job-claim", "job-claimed", "job-told", "job-end", "job-ended", "query", "written")


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main(url: str, folder: str) -> None:
    warnings.simplefilter("ignore")
    app = create_app(Settings(database_url=url, secret_key="k" * 32, var_folder=Path(folder)))
    say("ready")
    for line in sys.stdin:
        verb, *rest = line.split()
        if verb == "end":
            break
        say(fork(partial(DUTIES[verb], app, timedelta(seconds=int(rest[0])), *rest[1:])))
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break


def fork(duty: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            duty()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return child


def send(app: Flask, later: timedelta, port: str, phase: str = "") -> None:
    """Send what waits in the outbox, one round."""
    ahead = NOW + later - STARTED
    office = Office("https://promesse.example.org", mail=MailServer("127.0.0.1", int(port), "off", "p@example.org"))
    with app.app_context():
        doom(phase)
        now = datetime.now(UTC) + ahead
        deliver(SCHEDULER, now, office, clock=lambda: datetime.now(UTC) + ahead)


def do_jobs(app: Flask, later: timedelta, phase: str = "", turn: str = "1") -> None:
    """Do the long work that waits, one round."""
    ahead = NOW + later - STARTED
    with app.app_context():
        doom(phase, int(turn))
        run_jobs(SCHEDULER, lambda: datetime.now(UTC) + ahead, Access(lease=timedelta(seconds=LEASE)))


def work(app: Flask, later: timedelta, phase: str = "", lease: str = str(LEASE)) -> None:
    """Run what is due until every check is done."""
    # The day stands still, its seconds pass: leases end, and no other day becomes due.
    ahead = NOW + later - STARTED
    with app.app_context():
        doom(phase)
        while True:
            now = datetime.now(UTC) + ahead
            tally = run_due(SCHEDULER, now, Access(lease=timedelta(seconds=int(lease))), retry_now=not phase)
            left = select(func.count()).where(DueCheck.state != "done")
            if db.session.execute(left).scalar_one() == 0:
                break
            db.session.rollback()
            if tally.due == 0:
                time.sleep(0.05)


def publish(app: Flask, later: timedelta, phase: str = "", turn: str = "1") -> None:
    """Approve every sealed month, ask for its PDFs, and print what waits."""
    ahead = NOW + later - STARTED
    with app.app_context():
        doom(phase, int(turn))
        now = datetime.now(UTC) + ahead
        for period in db.session.execute(select(Snapshot.period_key).order_by(Snapshot.id)).scalars().all():
            if newest_edition(period) is None:
                approve_month(
                    COMMAND_LINE, now, period=period, reason="It is so.", without_comment=dict.fromkeys(MISSED, "Rain.")
                )
            wanted = {"period": period, "units": "all"}
            # What has died three times waits for a person, who asks for it again.
            asked = db.session.execute(select(Job).where(Job.state != "failed")).scalars()
            if wanted not in [job.arguments for job in asked]:
                ask(COMMAND_LINE, now, kind="make-editions", arguments=wanted)
        run_jobs(SCHEDULER, lambda: datetime.now(UTC) + ahead, Access(lease=timedelta(seconds=LEASE)))


MISSED = ("answer", "bill", "care")
DUTIES: dict[str, Callable[..., None]] = {"start": work, "post": send, "jobs": do_jobs, "publish": publish}


def doom(phase: str, turn: int = 1) -> None:
    """Die when the work comes to this phase for that time; a kill is a kill, whoever sends it. Without one, live."""
    if not phase:
        return
    times = count(1)

    def come(where: str) -> None:
        if where == phase and next(times) == turn:
            os.kill(os.getpid(), signal.SIGKILL)

    watch_statements(come)
    watch_counting(come)
    watch_jobs(come)


def watch_statements(come: Callable[[str], None]) -> None:
    """Within the claim's transaction; while a run is written; just before, and just after, a commit."""

    @event.listens_for(db.engine, "after_cursor_execute")
    def _said(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("UPDATE due_checks") and "tries +" in statement:
            come("claim")
        if statement.startswith("INSERT INTO measurements"):
            connection.info["writes"] = True
            come("write")
        for table, phase in REPORT_ROWS.items():
            if statement.startswith(f"INSERT INTO {table} "):
                connection.info["report"] = phase
                come(phase)

    @event.listens_for(db.engine, "commit")
    def _before(connection: Any) -> None:
        if connection.info.pop("writes", False):
            come("written")
        if phase := connection.info.pop("report", None):
            come(f"{phase}-written")

    @event.listens_for(db.session, "after_commit")
    def _after(session: Any) -> None:
        come("committed")


def watch_counting(come: Callable[[str], None]) -> None:
    """With the claim and before the query; after the query and before anything is written."""
    counted = Measuring.counted

    def count(self: Measuring, *what: Any) -> Any:
        come("claimed")
        found = counted(self, *what)
        come("query")
        return found

    Measuring.counted = count  # type: ignore[method-assign]


def watch_jobs(come: Callable[[str], None]) -> None:
    """Within the claim's transaction, as its progress is told, and as it ends; with the claim, and after its end."""

    @event.listens_for(db.engine, "after_cursor_execute")
    def _said(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("UPDATE jobs"):
            words = {"tries +": "job-claim", "progress_done=": "job-told", "result=": "job-end"}
            come(next((phase for word, phase in words.items() if word in statement), ""))

    done = worker._work

    def do(*what: Any) -> None:
        come("job-claimed")
        done(*what)
        come("job-ended")

    worker._work = do


if __name__ == "__main__":
    main(*sys.argv[1:])
