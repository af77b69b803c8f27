"""Where a month stands in one line: what was sent is what the post says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.models.base import db
from charter.models.jobs import Job
from charter.services.jobs import queue
from charter.services.post.sending import deliver
from charter.services.reports.distribution import deliveries, send_edition
from charter.services.reports.files import make_editions
from charter.services.reports.status import Stage, stage_of
from charter.services.reports.view import month_page
from tests.post.servers import mail_server
from tests.services.post.test_outbox import office
from tests.services.reports.test_distribution import REPORT_TO
from tests.services.reports.test_editions import ANA, OCTOBER, approved, explained, frozen
from tests.services.world import NOW, TEXT, apply


def stage() -> Stage:
    return stage_of(month_page(ANA, NOW, OCTOBER), deliveries(ANA, OCTOBER))


def test_a_month_waits_until_it_is_frozen_explained_and_approved(world: Flask) -> None:
    assert (stage()["step"], stage()["freezes_at"][:10]) == ("open", "2026-11-12")
    frozen()
    assert (stage()["step"], stage()["silent"]) == ("draft", 1)
    explained()
    assert (stage()["step"], stage()["silent"]) == ("draft", 0)


@pytest.mark.pdf
def test_nothing_is_called_sent_before_the_mail_server_took_it(world: Flask) -> None:
    apply(TEXT.replace('report: {day: 12, at: "08:00", languages: [fr]}', REPORT_TO), now=NOW)
    approved()
    assert (stage()["step"], stage()["job"]) == ("unprinted", None)
    number = queue.ask(COMMAND_LINE, NOW, kind="make-editions", arguments={"period": OCTOBER, "send": True})
    assert (stage()["step"], stage()["job"]) == ("printing", number)
    assert stage()["mails"] == 0
    make_editions(ANA, NOW, period=OCTOBER)
    send_edition(ANA, NOW, period=OCTOBER)
    db.session.get_one(Job, number).state = "done"
    db.session.commit()
    told = stage()
    assert (told["step"], told["waiting"], told["sent"]) == ("sending", 2, 0)
    deliver(SCHEDULER, NOW, replace(office(1), mail=None))
    told = stage()
    assert (told["step"], told["off"], told["sent"]) == ("sent", 2, 0), "without a mail server nothing left"
    send_edition(ANA, NOW, period=OCTOBER, again=True)
    assert stage()["step"] == "sending"
    with mail_server() as (_inbox, port):
        deliver(SCHEDULER, NOW, replace(office(port), secret="a secret"))
    told = stage()
    assert (told["step"], told["sent"], told["off"]) == ("sent", 2, 0)
