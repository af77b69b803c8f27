"""A link to choose a password: for one account, once, for a week; the outbox holds no secret."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.models.records import AuditEntry
from charter.services.people import accounts
from charter.services.post.invitations import HOLDS_FOR, accept, invite, invited, link_of
from charter.services.post.sending import deliver
from tests.post.servers import mail_server
from tests.services.post.test_outbox import office
from tests.services.world import NOW

SECRET, PASSWORD = "k" * 32, "correct horse battery"


def without_password(name: str = "Zoe", role: Role = Role.CONTRIBUTOR) -> int:
    email = f"{name}@example.org".lower()
    return accounts.create_account(COMMAND_LINE, NOW, email=email, name=name, role=role, password=None)


def test_a_link_lets_one_person_choose_once(world: Flask) -> None:
    zoe, yan = without_password(), without_password("Yan")
    assert accounts.authenticate("zoe@example.org", "", NOW) is None
    link, other = link_of(COMMAND_LINE, SECRET, NOW, zoe), link_of(COMMAND_LINE, SECRET, NOW, yan)
    assert invited(SECRET, NOW, link).name == "Zoe"
    with pytest.raises(Invalid):
        accept(SECRET, NOW, link, "short")
    assert accept(SECRET, NOW, link, PASSWORD).user_id == zoe
    found = accounts.authenticate("zoe@example.org", PASSWORD, NOW)
    assert found is not None
    with pytest.raises(NotFound):
        accept(SECRET, NOW, link, "another one altogether")
    assert invited(SECRET, NOW, other).name == "Yan", "of somebody else it still holds"
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "account:password")).scalar_one()
    assert entry.actor == "Zoe"


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: "1" + t, lambda t: "", lambda t: "zz-1-2", lambda t: "-"]
)
def test_no_other_link_is_ours(world: Flask, spoil: object) -> None:
    number = without_password()
    link = link_of(COMMAND_LINE, SECRET, NOW, number)
    assert callable(spoil)
    for wrong in (spoil(link), link.replace(link.split("-")[1], "ffffffff")):
        with pytest.raises(NotFound):
            invited(SECRET, NOW, wrong)
    with pytest.raises(NotFound):
        invited("another key" * 3, NOW, link)
    with pytest.raises(NotFound):
        invited(SECRET, NOW + HOLDS_FOR, link)
    assert invited(SECRET, NOW + HOLDS_FOR - timedelta(seconds=1), link)
    db.session.get_one(Person, number).is_active = False
    db.session.commit()
    with pytest.raises(NotFound):
        invited(SECRET, NOW, link)


def test_the_mail_brings_the_link_and_the_outbox_does_not(world: Flask) -> None:
    number = without_password()
    invite(COMMAND_LINE, NOW, number, by_mail=True)
    with mail_server() as (inbox, port):
        deliver(SCHEDULER, NOW, replace(office(port), secret=SECRET))
    ((to, message),) = inbox.messages
    body = message.get_body(("plain",))
    assert body is not None
    (token,) = re.findall(r"/invitation/(\S+)", body.get_content())
    assert (to, invited(SECRET, NOW, token).user_id) == ("zoe@example.org", number)
    post = db.session.execute(select(Post).where(Post.template == "invitation")).scalar_one()
    assert token not in str(post.params)
    assert token.split("-")[2] not in str(post.params)


def test_a_mail_that_leaves_too_late_is_dropped(world: Flask) -> None:
    number = without_password()
    invite(COMMAND_LINE, NOW, number, by_mail=True)
    accept(SECRET, NOW, link_of(COMMAND_LINE, SECRET, NOW, number), PASSWORD)
    with mail_server() as (inbox, port):
        deliver(SCHEDULER, NOW, replace(office(port), secret=SECRET))
    assert inbox.messages == []


def test_only_who_may_give_the_role_gives_the_link(world: Flask) -> None:
    admin = without_password("Adam", Role.ADMIN)
    for actor in (Actor("Mia", Role.MANAGER), Actor("Dan", Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            invite(actor, NOW, admin, by_mail=True)
        with pytest.raises(NotAllowed):
            link_of(actor, SECRET, NOW, admin)
    assert db.session.execute(select(Post)).scalars().all() == []
