"""A process that has loaded everything, and forks workers on demand: they begin at once, and may be killed at once.

`start LATER [PHASE]` on its standard input forks a worker, whose clock is LATER seconds ahead, that runs what is due
until nothing is left; one with a phase kills itself, without a word, when it comes there. `post LATER PORT` forks one
that sends what waits in the outbox. `end` waits for all.
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
from pathlib import Path
from typing import Any

import duckdb  # noqa: F401  (loaded once, for all workers)
import ibis  # noqa: F401
from flask import Flask
from sqlalchemy import event, func, select

from charter.domain.permissions import SCHEDULER
from charter.factory import create_app
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.post.mail import MailServer
from charter.post.office import Office
from charter.services.checks import run_due
from charter.services.measuring import Access, Measuring
from charter.services.sending import deliver
from config import Settings
from tests.crash.world import LEASE, NOW

STARTED = datetime.now(UTC)
PHASES = ("claim", "claimed", "query", "write", "written", "committed")


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
        later = timedelta(seconds=int(rest[0]))
        if verb == "post":
            say(fork(lambda later=later, port=int(rest[1]): send(app, later, port)))  # type: ignore[misc]
        else:
            say(fork(lambda later=later, phase=rest[1] if rest[1:] else "": work(app, later, phase)))  # type: ignore[misc]
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


def send(app: Flask, later: timedelta, port: int) -> None:
    """Send what waits in the outbox, one round."""
    ahead = NOW + later - STARTED
    office = Office("https://promesse.example.org", mail=MailServer("127.0.0.1", port, "off", "p@example.org"))
    with app.app_context():
        now = datetime.now(UTC) + ahead
        deliver(SCHEDULER, now, office, clock=lambda: datetime.now(UTC) + ahead)


def work(app: Flask, later: timedelta, phase: str) -> None:
    """Run what is due until every check is done."""
    # The day stands still, its seconds pass: leases end, and no other day becomes due.
    ahead = NOW + later - STARTED
    with app.app_context():
        if phase:
            doom(phase)
        while True:
            now = datetime.now(UTC) + ahead
            tally = run_due(SCHEDULER, now, Access(lease=timedelta(seconds=LEASE)), retry_now=not phase)
            left = select(func.count()).where(DueCheck.state != "done")
            if db.session.execute(left).scalar_one() == 0:
                break
            db.session.rollback()
            if tally.due == 0:
                time.sleep(0.05)


def doom(phase: str) -> None:
    """Die when the work comes to this phase; a kill is a kill, whoever sends it."""

    def come(where: str) -> None:
        if where == phase:
            os.kill(os.getpid(), signal.SIGKILL)

    watch_statements(come)
    watch_counting(come)


def watch_statements(come: Callable[[str], None]) -> None:
    """Within the claim's transaction; while a run is written; just before, and just after, a commit."""

    @event.listens_for(db.engine, "after_cursor_execute")
    def _said(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("UPDATE due_checks SET held_by"):
            come("claim")
        if statement.startswith("INSERT INTO measurements"):
            connection.info["writes"] = True
            come("write")

    @event.listens_for(db.engine, "commit")
    def _before(connection: Any) -> None:
        if connection.info.pop("writes", False):
            come("written")

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


if __name__ == "__main__":
    main(*sys.argv[1:])
