"""A process whose clock runs four hundred days ahead takes something and is killed: the next one, whose clock is right,
does it at once. Checks, long work and post, on both engines."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import Leased, db
from charter.models.checks import DueCheck
from charter.models.jobs import Job, Post
from charter.services.jobs.queue import ask
from tests.crash.test_mail_once import MAILS, write_mails
from tests.crash.world import BOTH, NOW, assert_each_once, fill, nursery, wait_for
from tests.post.servers import mail_server
from tests.services.databases import new_url, opened, template_of
from tests.services.world import applied

AHEAD = timedelta(days=400)
SECONDS = int(AHEAD.total_seconds())


def fill_2() -> None:
    fill(2)


def assert_held_ahead(table: type[Leased]) -> None:
    """The dead process holds something for more than a year."""
    held = db.session.execute(select(table.state, table.lease_until).where(table.lease_token.is_not(None))).all()
    db.session.rollback()
    assert held
    for state, until in held:
        assert state in table.HELD_AS
        assert until > NOW + AHEAD


def states_of(table: type[Leased]) -> set[str]:
    db.session.expire_all()
    return set(db.session.execute(select(table.state)).scalars())


@pytest.mark.parametrize("engine", BOTH)
def test_checks_that_a_clock_ahead_held_are_run_at_once(engine: str, tmp_path: Path) -> None:
    url = new_url(engine, tmp_path, template_of(engine, fill_2))
    with opened(url, tmp_path), nursery(url, tmp_path) as workers:
        # Its leases alone are long: with its whole clock ahead, a year of days would be due.
        wait_for([workers.start(0, "claimed", SECONDS)])
        assert_held_ahead(DueCheck)
        wait_for([workers.start()])
        assert_each_once(2)


@pytest.mark.parametrize("engine", BOTH)
def test_long_work_that_a_clock_ahead_held_is_done_at_once(engine: str, tmp_path: Path) -> None:
    url = new_url(engine, tmp_path, template_of(engine, fill_2))
    with opened(url, tmp_path), nursery(url, tmp_path) as workers:
        for number in range(2):
            only = {"indicator": f"i{number}", "period": "2026-11-19"}
            ask(COMMAND_LINE, NOW, kind="run-checks", arguments=only)
        wait_for([workers.jobs(SECONDS, "job-claimed")])
        assert_held_ahead(Job)
        wait_for([workers.jobs()])
        assert states_of(Job) == {"done"}
        done = select(DueCheck.indicator_key, DueCheck.period_key).where(DueCheck.state == "done")
        assert {(row.indicator_key, row.period_key) for row in db.session.execute(done)} == {
            ("i0", "2026-11-19"),
            ("i1", "2026-11-19"),
        }


@pytest.mark.parametrize("engine", BOTH)
def test_mail_that_a_clock_ahead_held_leaves_at_once(engine: str, tmp_path: Path) -> None:
    url = new_url(engine, tmp_path, template_of(engine, applied))
    with mail_server() as (inbox, port), opened(url, tmp_path):
        write_mails()
        with nursery(url, tmp_path) as workers:
            wait_for([workers.post(SECONDS, port, "committed")])
            assert_held_ahead(Post)
            wait_for([workers.post(0, port)])
        assert states_of(Post) == {"sent"}
        assert len(inbox.messages) == len({message["Message-ID"] for _, message in inbox.messages}) == MAILS
