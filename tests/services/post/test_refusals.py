"""An address that is refused is told to an administrator by another way, and the ladder goes on without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from charter.domain.alerts.mail_hours import PostState
from charter.domain.vocabulary.permissions import SCHEDULER
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.services.alerts import alerts
from charter.services.alerts.telling import tell_and_send
from charter.services.checks.running import run_due
from charter.services.people import accounts
from charter.services.people.reach import refused_addresses
from charter.services.post.refusals import administrators
from charter.services.records.access import Access
from charter.words.alerts.figures import telling_sentence
from tests.post.servers import mail_server
from tests.services.alerts.test_alerts import BAD, GOOD, Installation, mails, person
from tests.services.people.test_accounts import open_account
from tests.services.post.test_outbox import office


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_an_address_that_is_refused_for_good_is_passed_over_at_once(small: Installation) -> None:
    ana = person("Ana", "Service clients", after=person("Bea"))
    small.give(7, GOOD)
    db.session.execute(update(Person).where(Person.id == ana).values(email="a na@example.org"))
    db.session.commit()
    adam = open_account("Adam", Role.ADMIN)
    small.give(8, BAD)
    row = db.session.execute(select(Post).where(Post.channel == "mail").order_by(Post.id)).scalars().first()
    assert row is not None
    assert row.state == PostState.REFUSED
    small.post(small.now + timedelta(minutes=1))
    assert [who for who, _, _ in mails()] == ["a na", "bea"]
    told = db.session.execute(select(Post).where(Post.template == "address_refused")).scalars().all()
    assert [(one.recipient, one.params["email"], one.state) for one in told] == [
        ("adam@example.org", "a na@example.org", PostState.SENT)
    ], "an administrator is told, at their own address, once"
    (event,) = db.session.execute(select(Post).where(Post.template == "address:refused")).scalars()
    assert event.params["account"] == "Ana"
    admin, contributor = accounts.person(adam), accounts.person(ana)
    assert admin is not None
    assert contributor is not None
    assert [one["email"] for one in refused_addresses(admin)] == ["a na@example.org"]
    assert refused_addresses(contributor) == []
    states = {one["name"]: one["state"] for one in alerts.alerts_page(admin, small.now)["alerts"]["open"][0]["told"]}
    assert states == {"Ana": "refused", "Bea": "sent"}


def test_what_was_given_up_says_why_and_is_no_refused_address(small: Installation) -> None:
    ana = person("Ana", "Service clients")
    small.give(7, GOOD)
    small.give(8, BAD, tick=False)
    with mail_server() as (inbox, port):
        inbox.refuse = {"ana@example.org": "450 4.2.2 mailbox full"}
        run_due(SCHEDULER, datetime(2026, 9, 10, 9, tzinfo=UTC), Access())
        for hour in range(0, 96, 6):
            now = datetime(2026, 9, 10, 9, tzinfo=UTC) + timedelta(hours=hour)
            tell_and_send(SCHEDULER, lambda now=now: now, office(port))  # type: ignore[misc]
    reader = accounts.person(ana)
    assert reader is not None
    (told,) = alerts.alerts_page(reader, small.now)["alerts"]["open"][0]["told"]
    said = telling_sentence(told, "UTC", "en")
    assert said.startswith("Ana: not reached, the mail was given up. The mail server does not take this recipient: 450")
    assert db.session.execute(select(Post).where(Post.template == "address_refused")).first() is None


def test_where_no_administrator_is_reached_those_who_see_the_whole_are_told(charted: Flask) -> None:
    for name, role in (("Adam", Role.ADMIN), ("Mia", Role.MANAGER)):
        open_account(name, role)
    assert [one.name for one in administrators()] == ["Adam"]
    assert [one.name for one in administrators(but={"adam@example.org"})] == ["Mia"]
