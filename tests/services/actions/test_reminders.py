"""Reminders of actions: before and after the due date, once each, to whoever answers for them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.post.templates import write_mail
from charter.services.actions.actions import Planned, change_action, close_action, plan_action
from charter.services.actions.reminders import remind_owners
from charter.services.people import accounts as people
from charter.services.people.accounts import create_account
from charter.services.people.mail_hours import choose_mail_hours
from charter.services.post.sending import deliver
from tests.post.servers import mail_server
from tests.services.post.test_outbox import office
from tests.services.world import NOW

MIA = Actor("Mia", Role.MANAGER)
DUE = date(2026, 12, 1)


def account(email: str, name: str, role: Role = Role.MANAGER) -> None:
    create_account(COMMAND_LINE, NOW, email=email, name=name, role=role, password="a long enough one")


def on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=UTC)


def sent() -> list[tuple[str, str]]:
    rows = db.session.execute(select(Post).where(Post.template == "action").order_by(Post.id)).scalars()
    return [(row.recipient, row.cause) for row in rows]


def test_owners_are_reminded_before_and_after_once_each(world: Flask) -> None:
    account("carl@example.org", "Carl", Role.CONTRIBUTOR)
    account("mia@example.org", "Mia")
    number = plan_action(MIA, NOW, Planned("answer", "2026-10", "Rouvrir <b>", "80 %", "carl", DUE))
    other = plan_action(MIA, NOW, Planned("answer", "2026-10", "Relire", "80 %", "Personne d'ici", DUE))
    assert remind_owners(SCHEDULER, on("2026-11-20")) == 0
    assert remind_owners(SCHEDULER, on("2026-11-24")) == 2
    assert remind_owners(SCHEDULER, on("2026-11-25")) == 0
    assert sent() == [
        ("carl@example.org", f"action {number} due 2026-12-01 day -7"),
        ("mia@example.org", f"action {other} due 2026-12-01 day -7"),
    ]
    close_action(MIA, on("2026-11-25"), number=other)
    assert remind_owners(SCHEDULER, on("2026-11-30")) == 1
    assert remind_owners(SCHEDULER, on("2026-12-02")) == 1
    post = db.session.execute(select(Post).order_by(Post.id.desc())).scalars().first()
    assert post is not None
    facts = {"timezone": "Europe/Paris", "address": "http://p", "name": "Carl", "is_example": False, **post.params}
    mail = write_mail("action", "fr", facts)
    assert mail.subject == f"En retard depuis le 1er\u00a0décembre\u00a02026\u00a0: action {number}"
    assert "Rouvrir <b>" in mail.text
    assert "Rouvrir &lt;b&gt;" in mail.html


def test_a_reminder_leaves_at_the_hour_of_its_reader_and_says_what_is_so_then(world: Flask) -> None:
    account("mia@example.org", "Mia")
    mia = people.person(1)
    assert mia is not None
    choose_mail_hours(mia, NOW, {"digest": "weekly", "digest_at": "09:30", "timezone": "America/Cayenne"})
    numbers = [plan_action(MIA, NOW, Planned("answer", "2026-10", what, "80 %", "Mia", DUE)) for what in "ABC"]
    night = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert remind_owners(SCHEDULER, night) == 3
    with mail_server() as (inbox, port):
        deliver(SCHEDULER, night, office(port))
        waiting = db.session.execute(select(Post.next_try_at).where(Post.channel == "mail").distinct()).scalar_one()
        assert waiting == datetime(2026, 11, 24, 12, 30, tzinfo=UTC), "half past nine in Cayenne, whatever the day"
        close_action(MIA, night, number=numbers[0])
        change_action(MIA, night, number=numbers[1], due_on=date(2027, 1, 4), reason="Later")
        deliver(SCHEDULER, waiting, office(port))
        assert [message["Subject"].endswith(f"action {numbers[2]}") for _, message in inbox.messages] == [True]


def test_who_is_given_an_action_is_told_once(world: Flask) -> None:
    account("carl@example.org", "Carl", Role.CONTRIBUTOR)
    account("mia@example.org", "Mia")
    number = plan_action(MIA, NOW, Planned("answer", "2026-10", "Rouvrir", "80 %", "carl", DUE))
    change_action(MIA, NOW, number=number, owner="Mia", reason="Je m'en charge.")
    change_action(MIA, NOW, number=number, owner="carl@example.org", reason="Finalement non.")
    rows = db.session.execute(select(Post).where(Post.template == "action_given")).scalars().all()
    assert [(one.recipient, one.params["by"]) for one in rows] == [("carl@example.org", "Mia")]
    with mail_server() as (inbox, port):
        deliver(SCHEDULER, NOW, office(port))
    ((to, message),) = inbox.messages
    assert (to, str(number) in message["Subject"], "Mia" in message["Subject"]) == ("carl@example.org", True, True)
