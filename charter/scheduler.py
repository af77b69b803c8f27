"""The alarm clock: wakes, asks what is due, has it done. Which checks are due stands in the database, never here.

Any number of these processes may run: a due check is claimed by one (services/schedule/claims.py).
"""

from __future__ import annotations

import logging
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from charter.domain.vocabulary.permissions import SCHEDULER
from charter.post.settings import office_of
from charter.services.alerts.telling import tell_and_send
from charter.services.charters.versions import history_or_none
from charter.services.checks.running import run_due, sources_waiting
from charter.services.classes.changes import tell_changes
from charter.services.frontline.word_reading import ask_due_words, erase_old_texts
from charter.services.people.rate_limit import forget_senders
from charter.services.records.access import Access, access_of
from charter.services.records.audit_log import log_context
from charter.services.records.transactions import as_refusal
from charter.services.reports.snapshots import seal_due_months
from charter.services.schedule import clock_health
from charter.services.surveys.privacy import erase_due_answers
from charter.services.surveys.waves import close_due_waves
from charter.services.verification.audit import keep_head
from charter.services.work.worker import run_jobs
from charter.stopping import Stopping
from charter.watchdog import Crew, Watchdog
from config import Settings

PULSE = timedelta(minutes=1)
TICK = "tick"
UNWATCHED = Watchdog(float("inf"))
LEASES_STUCK, LEAST_STUCK = 2, 600
"""A duty without a sign of life for twice LEASE_SECONDS, ten minutes at least, is stuck."""

HELP_AFTER = 5
"""Seconds after which a tick waits for a slow source, as likely as not: other processes take what else is due."""

ONE_OF_MANY = (sys.executable, "-m", "flask", "charter", "run-due", "--one-of-many")
"""What each process of a tick's crew does."""

ALONE = Crew((), 0, 0)

JOBS_EVERY = 2
"""Seconds between two looks for long work: a person waits before the page."""


class Duty(NamedTuple):
    """What is done, every how many seconds, with what."""

    work: Callable[..., None]
    seconds: float
    arguments: tuple[object, ...]


logger = logging.getLogger(__name__)


def tick(
    app: Flask,
    access: Access,
    stopping: Stopping | None = None,
    watchdog: Watchdog = UNWATCHED,
    crew: Crew = ALONE,
) -> None:
    """One wake-up: every due check, then every month whose day of report has come. A failure waits for the next.

    The clock shows that it is alive while a long tick goes on; one that is asked to stop begins nothing new. No month
    is sealed before the processes of its crew have done what they took.
    """
    with app.app_context(), log_context(tick=uuid.uuid4().hex[:8]), watchdog.watching(TICK):
        now = datetime.now(UTC)
        try:
            clock_health.ticked(now)
            _tick(now, access, stopping or Stopping(), watchdog, crew)
            clock_health.tick_succeeded(datetime.now(UTC))
        except Exception as error:
            _told(error, "this tick failed; the next one tries again")
            clock_health.tick_failed()


def _tick(now: datetime, access: Access, stopping: Stopping, watchdog: Watchdog, crew: Crew) -> None:
    forget_senders(now)
    if history_or_none() is None:
        return
    is_stopping = stopping.is_set
    tally = run_due(SCHEDULER, now, access, progress=Pulse(now, watchdog), is_stopping=is_stopping, is_one_of_many=True)
    if tally.due:
        logger.info("checks: %s due, %s done, %s failed", tally.due, tally.done, tally.failed)
    while crew.is_at_work() and not is_stopping():
        watchdog.alive(TICK)
        time.sleep(0.5)
    if is_stopping():
        return
    _end_surveys(now)
    _read_words(now)
    sealed = seal_due_months(SCHEDULER, now)
    for period in sealed:
        logger.info("month sealed: %s", period)
    if access.home is not None:
        keep_head(access.home, now, at_once=bool(sealed))


def _end_surveys(now: datetime) -> None:
    """Surveys are closed on their day and their answers deleted after their time; classes that move are told."""
    for name in close_due_waves(SCHEDULER, now):
        logger.info("survey closed: %s", name)
    for name in erase_due_answers(SCHEDULER, now):
        logger.info("answers of a survey deleted after their time: %s", name)
    if moved := tell_changes(SCHEDULER, now):
        logger.info("classes that moved: %s", moved)


def _read_words(now: datetime) -> None:
    """Free texts of an ended month are asked to be read; those that were kept are erased after their months."""
    if asked := ask_due_words(SCHEDULER, now):
        logger.info("free texts not read yet: %s", asked)
    if erased := erase_old_texts(SCHEDULER, now):
        logger.info("free texts erased after their months: %s", erased)


class Pulse:
    """Notes each minute of a long tick that the clock is alive, and tells the log how far it is."""

    def __init__(self, since: datetime, watchdog: Watchdog) -> None:
        self._last, self._watchdog = since, watchdog

    def __call__(self, done: int, total: int, label: str) -> None:
        self._watchdog.alive(TICK)
        now = datetime.now(UTC)
        if now - self._last >= PULSE or now < self._last:
            self._last = now
            clock_health.ticked(now)
            logger.info("checks: %s of %s, %s", done, total, label)


def help_tick(app: Flask, access: Access, stopping: Stopping, watchdog: Watchdog, crew: Crew) -> None:
    """Have other processes take what else is due, while a tick takes long: each source is read by one of them."""
    if watchdog.since(TICK) < HELP_AFTER or stopping.is_set():
        return
    with app.app_context():
        try:
            if history_or_none() is not None:
                crew.call(sources_waiting(datetime.now(UTC), access))
        except Exception as error:
            _told(error, "nobody could be called to help a long tick; the next look tries again")


def _told(error: Exception, what: str) -> None:
    """A fault that has a remedy (a locked database, a full disk) in one sentence; any other with where it happened."""
    refusal = as_refusal(error)
    if refusal is None:
        logger.exception(what)
    else:
        logger.error("%s: %s", what, refusal)


def post(app: Flask, settings: Settings, watchdog: Watchdog = UNWATCHED) -> None:
    """Look what time has brought, have people told, send what waits; a duty of its own that no long check holds up."""
    with app.app_context(), watchdog.watching("post"):
        try:
            sent = tell_and_send(SCHEDULER, lambda: datetime.now(UTC), office_of(settings))
            if sent.sent or sent.refused:
                logger.info("post: %s sent, %s refused", sent.sent, sent.refused)
        except Exception as error:
            _told(error, "the post could not leave at this tick; the next one tries again")


def work(app: Flask, access: Access, stopping: Stopping, watchdog: Watchdog = UNWATCHED) -> None:
    """Do the long work that was asked for on pages; what is under way when the clock stops is put back."""

    def is_stopping() -> bool:
        watchdog.alive("work")
        return stopping.is_set()

    with app.app_context(), watchdog.watching("work"):
        try:
            run_jobs(SCHEDULER, lambda: datetime.now(UTC), access, is_stopping)
        except Exception as error:
            _told(error, "the long work could not be looked at; the next look tries again")


def clock_of(duties: Sequence[Duty]) -> BackgroundScheduler:
    """A clock that wakes for each duty at once and then so many seconds apart, never twice at a time."""
    clock = BackgroundScheduler(timezone=UTC)
    for duty, seconds, arguments in duties:
        clock.add_job(
            duty,
            IntervalTrigger(seconds=seconds, timezone=UTC),
            args=arguments,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    return clock


def start(app: Flask, settings: Settings) -> None:
    """Tick until TERM or Ctrl-C; what is under way then is finished, and nothing new begun.

    A duty that runs long is not begun a second time beside itself: its next turn waits for it. One that is stuck ends
    this process, which whoever started it starts again.
    """
    stopping = Stopping().listen()
    access = access_of(settings)
    each = settings.scheduler_tick_seconds
    watchdog = Watchdog(max(LEASES_STUCK * settings.lease_seconds, LEAST_STUCK))
    crew = Crew(ONE_OF_MANY, settings.tick_processes - 1, settings.lease_seconds)
    clock = clock_of(
        [
            Duty(tick, each, (app, access, stopping, watchdog, crew)),
            Duty(help_tick, HELP_AFTER, (app, access, stopping, watchdog, crew)),
            Duty(post, each, (app, settings, watchdog)),
            Duty(work, JOBS_EVERY, (app, access, stopping, watchdog)),
        ]
    )
    watchdog.start()
    clock.start()
    logger.info("alarm clock started, a tick every %s s", settings.scheduler_tick_seconds)
    stopping.wait()
    crew.end()
    clock.shutdown(wait=True)
    logger.info("alarm clock stopped")
