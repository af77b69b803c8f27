"""The alarm clock: wakes, asks what is due, has it done. Which checks are due stands in the database, never here.

Any number of these processes may run: a due check is claimed by one (services/due.py).
"""

from __future__ import annotations

import logging
import signal
import threading
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from charter.domain.permissions import SCHEDULER
from charter.post.office import office_of
from charter.services import health
from charter.services.charters import history_or_none
from charter.services.checks import run_due
from charter.services.lookout import look
from charter.services.measuring import Access
from charter.services.months import seal_due_months
from charter.services.senders import forget_senders
from charter.services.sending import deliver
from charter.services.surveys import close_due_waves
from charter.services.telling import tell
from charter.services.working import run_jobs
from config import Settings

JOBS_EVERY = 2
"""Seconds between two looks for long work: a person waits before the page."""

logger = logging.getLogger(__name__)


def tick(app: Flask, access: Access) -> None:
    """One wake-up: every due check, then every month whose day of report has come. A failure waits for the next."""
    with app.app_context():
        now = datetime.now(UTC)
        try:
            health.ticked(now)
            forget_senders(now)
            if history_or_none() is None:
                return
            tally = run_due(SCHEDULER, now, access)
            if tally.due:
                logger.info("checks: %s due, %s done, %s failed", tally.due, tally.done, tally.failed)
            for name in close_due_waves(SCHEDULER, now):
                logger.info("survey closed: %s", name)
            for period in seal_due_months(SCHEDULER, now):
                logger.info("month sealed: %s", period)
        except Exception:
            logger.exception("this tick failed; the next one tries again")


def post(app: Flask, settings: Settings) -> None:
    """Look what time has brought, have people told, send what waits; a duty of its own that no long check holds up."""
    with app.app_context():
        try:
            look(SCHEDULER, datetime.now(UTC))
            tell(SCHEDULER, datetime.now(UTC), escalate_after=office_of(settings).escalate_after)
            sent = deliver(SCHEDULER, datetime.now(UTC), office_of(settings), clock=lambda: datetime.now(UTC))
            if sent.sent or sent.refused:
                logger.info("post: %s sent, %s refused", sent.sent, sent.refused)
        except Exception:
            logger.exception("the post could not leave at this tick; the next one tries again")


def work(app: Flask, access: Access, stopping: threading.Event) -> None:
    """Do the long work that was asked for on pages; what is under way when the clock stops is put back."""
    with app.app_context():
        try:
            run_jobs(SCHEDULER, lambda: datetime.now(UTC), access, stopping.is_set)
        except Exception:
            logger.exception("the long work could not be looked at; the next look tries again")


def start(app: Flask, settings: Settings) -> None:
    """Tick until TERM or Ctrl-C; a tick under way is finished first."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    clock = BackgroundScheduler(timezone=UTC)
    access = Access(settings.data_folders, settings.environment, settings.http_sources_allow)
    every = (
        (tick, settings.scheduler_tick_seconds, (app, access)),
        (post, settings.scheduler_tick_seconds, (app, settings)),
        (work, JOBS_EVERY, (app, access, stopping)),
    )
    for duty, seconds, arguments in every:
        clock.add_job(
            duty,
            IntervalTrigger(seconds=seconds, timezone=UTC),
            args=arguments,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    clock.start()
    logger.info("alarm clock started, a tick every %s s", settings.scheduler_tick_seconds)
    stopping.wait()
    clock.shutdown(wait=True)
    logger.info("alarm clock stopped")
