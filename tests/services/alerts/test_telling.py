"""Each event is told once to each person, outside their quiet hours, by however many processes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import SCHEDULER
from charter.models.base import db
from charter.models.jobs import Post
from charter.services.alerts.telling import notify_people
from charter.services.alerts.time_watch import detect_changes
from charter.services.checks.running import run_due
from charter.services.people import accounts, mail_hours
from charter.services.records.access import Access
from tests.services.alerts.test_alerts import DAYS, GOOD, Installation, mails, person, put_in_words
from tests.services.watching.test_readings import said
from tests.services.world import write_cases


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_quiet_hours_gather_what_is_urgent(small: Installation) -> None:
    person("Ana", "Service clients", "Facturation")
    ana = accounts.person(1)
    assert ana is not None
    quiet = {"at_once": "all", "digest_at": "08:00", "quiet_from": "20:00", "quiet_until": "11:30"}
    mail_hours.choose_mail_hours(ana, small.now, quiet)
    small.give(7, GOOD)
    small.give(8, {"vannes": (40, 24, 30)})
    assert len(said()) == 2
    assert mails() == []
    small.post(datetime(2026, 9, 10, 9, 29, tzinfo=UTC))
    assert mails() == []
    small.post(datetime(2026, 9, 10, 9, 30, tzinfo=UTC))
    assert mails() == [("ana", "alerts", 2)]


def test_many_processes_tell_each_thing_once(small: Installation, empty: Flask) -> None:
    for number in range(6):
        person(f"P{number}", "Service clients", "Facturation")
    small.give(7, GOOD)
    small.months["2026-08"] = {"vannes": (40, 24, 30)}
    write_cases(small.folder, small.months | {"2026-09": {"vannes": (1, 1, 1)}}, is_clean=True)
    now = datetime(2026, 9, 10, 9, tzinfo=UTC)
    run_due(SCHEDULER, now, Access())
    failures: list[BaseException] = []

    def work() -> None:
        with empty.app_context():
            try:
                for instant in (now, now + timedelta(days=1)):
                    detect_changes(SCHEDULER, instant)
                    notify_people(SCHEDULER, instant, escalate_after=DAYS)
            except BaseException as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    put_in_words(now + timedelta(days=1))
    assert sorted(mails()) == sorted([(f"p{n}", what, 1) for n in range(6) for what in ("alerts", "digest")])
    events = db.session.execute(select(Post.cause).where(Post.channel == "webhook")).scalars().all()
    assert len(events) == len(set(events)) == len(said()) == 2
