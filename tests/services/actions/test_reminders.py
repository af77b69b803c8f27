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
from charter.services.actions.actions import Planned, close_action, plan_action
from charter.services.actions.reminders import remind_owners
from charter.services.people.accounts import create_account
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


def test_no_reminder_leaves_at_night(world: Flask) -> None:
    account("mia@example.org", "Mia")
    plan_action(MIA, NOW, Planned("answer", "2026-10", "Rouvrir", "80 %", "Mia", DUE))
    remind_owners(SCHEDULER, datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    (post,) = db.session.execute(select(Post).where(Post.channel == "mail")).scalars()
    assert post.next_try_at == datetime(2026, 11, 24, 7, tzinfo=UTC)
