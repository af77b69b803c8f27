"""The distribution list gets the edition once, and again when somebody asks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed
from charter.domain.vocabulary.permissions import SCHEDULER
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.post.links import FILE_HOLDS_FOR, read_signed
from charter.services.people import accounts
from charter.services.people.mail_hours import choose_mail_hours
from charter.services.post.mail import FILE
from charter.services.post.sending import deliver
from charter.services.reports.distribution import deliveries, send_edition
from charter.services.reports.files import make_editions, sent_file
from tests.post.servers import mail_server
from tests.services.people.test_accounts import open_account
from tests.services.post.test_outbox import office
from tests.services.reports.test_editions import ANA, DAN, MIA, OCTOBER, approved
from tests.services.world import NOW, TEXT, apply

LISTED = "ana@example.org, {address: comite@example.org, attach: false}"
REPORT_TO = f'report: {{day: 12, at: "08:00", languages: [fr], to: [{LISTED}]}}'


@pytest.mark.pdf
def test_the_list_gets_the_edition_once_and_again_when_asked(world: Flask) -> None:
    apply(TEXT.replace('report: {day: 12, at: "08:00", languages: [fr]}', REPORT_TO), now=NOW)
    rita = accounts.person(open_account("Rita", Role.AUDITOR))
    assert rita is not None
    choose_mail_hours(rita, NOW, {}, tells=["approvals"])
    approved()
    told = select(Post.recipient).where(Post.template == "month_approved")
    assert db.session.execute(told).scalars().all() == ["rita@example.org"]
    with pytest.raises(Conflict, match="has not been made yet"):
        send_edition(ANA, NOW, period=OCTOBER)
    make_editions(ANA, NOW, period=OCTOBER)
    assert send_edition(ANA, NOW, period=OCTOBER) == 2
    assert send_edition(ANA, NOW, period=OCTOBER) == 0
    assert send_edition(MIA, NOW, period=OCTOBER, to=["ana@example.org"], again=True) == 1
    with pytest.raises(Invalid, match="is not on the distribution list"):
        send_edition(ANA, NOW, period=OCTOBER, to=["eva@example.org"])
    with pytest.raises(NotAllowed):
        send_edition(DAN, NOW, period=OCTOBER)
    log = deliveries(DAN, OCTOBER)
    assert [(one["recipient"], one["state"]) for one in log] == [
        ("ana@example.org", "waiting"),
        ("comite@example.org", "waiting"),
        ("ana@example.org", "waiting"),
    ]
    post = db.session.execute(select(Post).where(Post.template == "report").order_by(Post.id)).scalars().first()
    assert post is not None
    assert (post.params["file_name"], post.person_id) == ("small-2026-10.pdf", None)
    with mail_server() as (inbox, port):
        deliver(SCHEDULER, NOW, replace(office(port), secret="a secret"))
    mails = {to: message for to, message in inbox.messages if message["Subject"].endswith("report of the charter")
             or "rapport" in message["Subject"]}  # fmt: skip
    assert [one.get_filename() for one in mails["ana@example.org"].iter_attachments()] == ["small-2026-10.pdf"]
    linked = mails["comite@example.org"]
    assert list(linked.iter_attachments()) == []
    body = linked.get_body(("plain",))
    assert body is not None
    (token,) = re.findall(r"/attachment/(\S+)", body.get_content())
    facts = read_signed("a secret", FILE, token, FILE_HOLDS_FOR)
    assert facts is not None
    assert sent_file(facts["file"]).content.startswith(b"%PDF")
