"""The outbox on both engines: once per cause and recipient, tried again, taken over, shown, sent again by a person."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.alerts.mail_hours import PostState
from charter.domain.alerts.webhook import FIRST, Target
from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.post.settings import Office
from charter.post.smtp import MailServer
from charter.services.post.outbox import post_mail, post_webhook, posts, send_again, try_post
from charter.services.post.sending import Delivery, deliver
from charter.services.records.transactions import transaction
from tests.post.servers import Inbox, mail_server
from tests.services.people.test_accounts import open_account
from tests.services.world import NOW

Server = tuple[Inbox, int]


@pytest.fixture
def server() -> Iterator[Server]:
    with mail_server() as found:
        yield found


def office(port: int | None = None, hook: str | None = None, **given: Any) -> Office:
    mail = None if port is None else MailServer("127.0.0.1", port, "off", "p@example.org", patience=10, **given)
    told = () if hook is None else (Target(FIRST, f"http://{hook}/hook", "a secret"),)
    return Office("https://promesse.example.org", mail=mail, targets=told, webhooks_allow=(hook or "",))


def person(name: str = "Ana") -> Person:
    email = f"{name.lower()}@example.org"
    found = db.session.execute(select(Person).where(Person.email == email)).scalar_one_or_none()
    if found is None:
        open_account(name)
        return person(name)
    return found


def write(*causes: str, to: str = "Ana") -> list[bool]:
    with transaction():
        return [post_mail(cause, person(to), "trial", {}, NOW) for cause in causes]


def test_processes_that_write_one_mail_at_one_instant_write_it_once(empty: Flask) -> None:
    """Whichever of the table's unique constraints the second one meets, it is no error: the mail is there."""
    ana, processes = person().id, 4
    together = threading.Barrier(processes)
    written: list[bool] = []
    failures: list[BaseException] = []

    def work() -> None:
        with empty.app_context():
            try:
                reader = db.session.get_one(Person, ana)
                for number in range(60):
                    db.session.rollback()
                    together.wait(60)
                    with transaction():
                        written.append(post_mail(f"cause {number}", reader, "trial", {}, NOW))
            except BaseException as error:
                failures.append(error)
                together.abort()
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (written.count(True), len(written)) == (60, 60 * processes)


def row(cause: str = "one") -> Post:
    db.session.expire_all()
    return db.session.execute(select(Post).where(Post.cause == cause)).scalar_one()


def send(where: Office, now: datetime = NOW) -> Delivery:
    return deliver(SCHEDULER, now, where)


def test_a_cause_writes_once_to_each_person(charted: Flask, server: Server) -> None:
    inbox, port = server
    assert write("one", "one", "two") == [True, False, True]
    assert write("one") == [False]
    assert write("one", to="Bruno") == [True]
    assert send(office(port)) == Delivery(sent=3)
    assert send(office(port), NOW + timedelta(days=9)) == Delivery()
    assert sorted(to for to, _ in inbox.messages) == ["ana@example.org", "ana@example.org", "bruno@example.org"]
    assert len({message["Message-ID"] for _, message in inbox.messages}) == 3
    assert (row("two").state, row("two").sent_at, row("two").tries) == (PostState.SENT, NOW, 1)


def test_what_is_rolled_back_never_leaves(charted: Flask, server: Server) -> None:
    ana = person()
    post_mail("one", ana, "trial", {}, NOW)
    db.session.rollback()
    assert send(office(server[1])) == Delivery()


def test_without_a_mail_server_nothing_is_kept_for_later(charted: Flask, server: Server) -> None:
    write("one")
    with transaction():
        post_webhook("one", "alert:opened", {"alert": 1}, NOW)
    assert send(office()) == Delivery(off=2)
    assert row_of("mail").note == "Nothing was sent: SMTP_HOST is not set."
    assert str(restored(row_of("mail").said)) == row_of("mail").note
    assert send(office(server[1]), NOW + timedelta(days=1)) == Delivery()
    shown = posts(COMMAND_LINE, NOW)["waiting"]
    assert [(one["channel"], one["state"]) for one in shown] == [("mail", "off")]
    send_again(COMMAND_LINE, NOW, shown[0]["id"])
    assert send(office(server[1])) == Delivery(sent=1)


def row_of(channel: str) -> Post:
    db.session.expire_all()
    return db.session.execute(select(Post).where(Post.channel == channel)).scalar_one()


def test_who_may_try_whether_mail_leaves(charted: Flask, server: Server) -> None:
    person()
    try_post(COMMAND_LINE, NOW, "Ana@example.org ")
    assert send(office(server[1])) == Delivery(sent=1, off=1)
    with pytest.raises(NotFound, match="no account for eva"):
        try_post(COMMAND_LINE, NOW, "eva@example.org")
    with pytest.raises(NotAllowed):
        try_post(Actor("Carl", Role.CONTRIBUTOR), NOW, "ana@example.org")
    with pytest.raises(NotAllowed):
        posts(Actor("Carl", Role.CONTRIBUTOR), NOW)
