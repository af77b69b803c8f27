"""Mail and kill -9: nothing written is lost; what a dying process had given to the server may come twice, with the same
Message-ID, by which mailboxes show one; nothing comes twice otherwise."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from charter.domain.alerts.mail_hours import LEASE
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.services.people import accounts
from charter.services.post.outbox import post_mail
from charter.services.records.transactions import transaction
from tests.crash.world import BOTH, NOW, Nursery, lives, nursery, wait_for
from tests.post.servers import mail_server
from tests.services.databases import new_url, opened, template_of
from tests.services.world import applied

MAILS, KILLS = 20, 12
STEP = int(LEASE.total_seconds()) + 1


def write_mails() -> None:
    """So many causes, each written to one person, in the same transaction as its cause would be."""
    accounts.create_account(
        COMMAND_LINE, NOW, email="ana@example.org", name="Ana", role=Role.DIRECTOR, password="correct horse battery"
    )
    person = db.session.execute(select(Person)).scalar_one()
    with transaction():
        for number in range(MAILS):
            assert post_mail(f"cause {number}", person, "trial", {}, NOW)


def kill_while_sending(workers: Nursery, port: int, arrived: list[object]) -> int:
    """Kill senders at random instants after their first mail has arrived; how many were alive when they were killed."""
    luck, killed = random.Random(20261121), 0
    for turn in range(KILLS):
        before, pid = len(arrived), workers.post(turn * STEP, port)
        until = time.monotonic() + 90
        while len(arrived) == before and lives(pid) and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(luck.uniform(0.0, 0.02))
        if lives(pid):
            os.kill(pid, signal.SIGKILL)
            killed += 1
        wait_for([pid])
    return killed


@pytest.mark.parametrize("engine", BOTH)
def test_killed_senders_lose_no_mail_and_double_only_what_the_server_had_taken(engine: str, tmp_path: Path) -> None:
    url = new_url(engine, tmp_path, template_of(engine, applied))
    with mail_server() as (inbox, port), opened(url, tmp_path):
        write_mails()
        inbox.slow = 0.01
        with nursery(url, tmp_path) as workers:
            killed = kill_while_sending(workers, port, inbox.messages)  # type: ignore[arg-type]
            assert killed > 0
            wait_for([workers.post(KILLS * STEP, port)])
        db.session.expire_all()
        assert {post.state for post in db.session.execute(select(Post)).scalars()} == {"sent"}
        times = Counter(message["Message-ID"] for _, message in inbox.messages)
        assert len(times) == MAILS
        # Each kill falls on one mail at most: the one on its way.
        assert sum(times.values()) - MAILS <= killed
