"""Alerts from the figures to the mail, on both engines: what is told to whom, when, and how often."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.models.records import AuditEntry
from charter.services.alerts import alerts
from charter.services.alerts.telling import notify_people
from charter.services.alerts.time_watch import detect_changes
from charter.services.alerts.worklist import worklist
from charter.services.checks.running import run_due
from charter.services.people import accounts
from charter.services.people.reach import set_reach
from charter.services.post.mail import MAILS
from charter.services.post.sending import deliver
from charter.services.records.access import Access
from charter.words.alerts.sentences import alert_sentence
from tests.post.servers import mail_server
from tests.services.people.test_accounts import open_account
from tests.services.post.test_outbox import office
from tests.services.world import TEXT, Month, apply, write_cases

DAYS = timedelta(hours=48)


GOOD, BAD = {"vannes": (40, 40, 40)}, {"vannes": (40, 24, 40)}


def month(number: int) -> str:
    return f"2026-{number:02}"


class Installation:
    """A charter whose months are given one by one; the clock ticks on the tenth of the month after."""

    def __init__(self, folder: Path, text: str = TEXT) -> None:
        self.folder, self.months = folder, dict[str, Month]()
        write_cases(folder, self.months, is_clean=True)
        LETTERS.clear()
        apply(text, folder, datetime(2026, 7, 1, tzinfo=UTC))
        self.now = datetime(2026, 7, 1, tzinfo=UTC)

    def give(self, number: int, figures: Month, *, tick: bool = True) -> None:
        self.months[month(number)] = figures
        write_cases(self.folder, self.months | {month(number + 1): {"vannes": (1, 1, 1)}}, is_clean=True)
        if tick:
            self.tick(datetime(2026, number + 1, 10, 9, tzinfo=UTC))

    def tick(self, now: datetime) -> None:
        self.now = now
        run_due(SCHEDULER, now, Access())
        self.post()

    def post(self, now: datetime | None = None) -> None:
        self.now = now or self.now
        detect_changes(SCHEDULER, self.now)
        notify_people(SCHEDULER, self.now, escalate_after=DAYS)
        put_in_words(self.now)
        deliver(SCHEDULER, self.now, office(mail_port()))


LETTERS: dict[int, Mapping[str, Any] | None] = {}
"""By the number of its row, what each mail says as it leaves."""


def put_in_words(now: datetime) -> None:
    """What each mail that has not left says now."""
    rows = db.session.execute(select(Post).where(Post.channel == "mail", Post.sent_at.is_(None))).scalars().all()
    for row in rows:
        if row.id not in LETTERS and row.template in MAILS and row.person_id:
            person = db.session.get_one(Person, row.person_id)
            LETTERS[row.id] = MAILS[row.template].compose(row.params, person, now)


@lru_cache(maxsize=1)
def mail_port() -> int:
    """The port of a mail server that runs as long as the tests do."""
    server = mail_server()
    _, port = server.__enter__()
    atexit.register(server.__exit__, None, None, None)
    return port


def spaced(text: str) -> str:
    """With plain spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def mails() -> list[tuple[str, str, int]]:
    """To whom, what, about how many things; of the mails written so far."""
    rows = db.session.execute(select(Post).where(Post.channel == "mail").order_by(Post.id)).scalars()
    said = [(row, LETTERS.get(row.id)) for row in rows]
    return [(row.recipient.partition("@")[0], row.template, one["count"]) for row, one in said if one is not None]


def told(template: str) -> list[Mapping[str, Any]]:
    rows = db.session.execute(select(Post).where(Post.template == template).order_by(Post.id)).scalars()
    return [said for row in rows if (said := LETTERS.get(row.id)) is not None]


def person(name: str, *owners: str, role: Role = Role.CONTRIBUTOR, units: tuple[str, ...] = (), after: int = 0) -> int:
    made = open_account(name, role, units)
    set_reach(COMMAND_LINE, datetime(2026, 7, 1, tzinfo=UTC), made, answers_for=owners, next_id=after or None)
    return made


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_without_an_answer_the_next_one_is_written_to_then_those_who_see_the_whole(small: Installation) -> None:
    second = person("Bea")
    person("Ana", "Service clients", after=second)
    open_account("Mia", Role.MANAGER)
    small.give(7, GOOD)
    small.give(8, BAD)
    began = small.now
    assert [who for who, _, _ in mails()] == ["ana"]
    small.post(began + timedelta(hours=47))
    assert len(mails()) == 1
    small.post(began + timedelta(hours=48))
    assert [who for who, _, _ in mails()] == ["ana", "bea"]
    assert spaced(alert_sentence(told("alerts")[1]["lines"][0], "en")) == (
        "Without an answer so far: “An answer in 5 days” is missed in August 2026."
    )
    small.post(began + timedelta(hours=96))
    assert [who for who, _, _ in mails()] == ["ana", "bea", "mia"]
    small.post(began + timedelta(hours=500))
    assert spaced(alert_sentence(told("alerts")[3]["lines"][0], "en")).startswith("Nobody has answered, and nobody is")
    small.post(began + timedelta(hours=600))
    assert len(mails()) == 4
    small.give(9, GOOD)
    small.post(small.now + timedelta(days=1))
    assert sorted(who for who, what, _ in mails() if what == "digest") == ["ana", "bea", "mia"]


def test_an_acknowledged_alert_goes_no_further_and_a_paused_one_comes_back(small: Installation) -> None:
    person("Ana", "Service clients")
    open_account("Mia", Role.MANAGER)
    small.give(7, GOOD)
    small.give(8, BAD)
    ana = accounts.person(1)
    assert ana is not None
    (row,) = alerts.alerts_page(ana, small.now)["alerts"]["open"]
    assert row["told"] == [{"name": "Ana", "state": "sent", "at": small.now.isoformat(), "why": None}]
    assert (row["may_handle"], row["state"]) == (True, "open")
    alerts.acknowledge(ana, small.now, row["id"], note="We look\ninto it")
    small.post(small.now + timedelta(days=9))
    assert len(mails()) == 1
    shown = alerts.alerts_page(ana, small.now)["alerts"]
    assert [(one["acted_by"], one["note"]) for one in shown["acknowledged"]] == [("Ana", "We look into it")]
    alerts.snooze(ana, small.now, row["id"], until=date(2026, 9, 25))
    assert worklist(ana, small.now).alerts_open == 0
    small.post(datetime(2026, 9, 24, 12, tzinfo=UTC))
    assert worklist(ana, small.now).alerts_open == 0
    small.post(datetime(2026, 9, 25, 12, tzinfo=UTC))
    assert worklist(ana, small.now).alerts_open == 1
    small.post(datetime(2026, 9, 26, 12, tzinfo=UTC))
    assert alert_sentence(told("digest")[0]["lines"][0], "en").startswith("The pause is over: “An answer in 5 days”")
    actions = select(AuditEntry.action).where(AuditEntry.action.like("alert:%"))
    assert db.session.execute(actions).scalars().all() == ["alert:acknowledge", "alert:snooze"]
    # Open again, and awaiting an answer again.
    small.post(datetime(2026, 9, 28, 13, tzinfo=UTC))
    assert mails()[-1] == ("mia", "alerts", 1)


def test_who_may_answer_an_alert(small: Installation) -> None:
    small.give(7, GOOD)
    small.give(8, BAD)
    number = db.session.execute(select(Alert.id)).scalar_one()
    boris, clara = Actor("Boris", Role.MANAGER, ("west",)), Actor("Clara", Role.FRONTLINE)
    dan = Actor("Dan", Role.AUDITOR)
    with pytest.raises(NotFound):
        alerts.acknowledge(boris, small.now, number)
    with pytest.raises(NotAllowed):
        alerts.acknowledge(dan, small.now, number)
    with pytest.raises(NotAllowed):
        alerts.alerts_page(clara, small.now)
    assert len(alerts.alerts_page(dan, small.now)["alerts"]["open"]) == 1
    assert alerts.alerts_page(boris, small.now)["alerts"]["open"] == []
    mia = Actor("Mia", Role.MANAGER)
    with pytest.raises(Invalid, match="within a year"):
        alerts.snooze(mia, small.now, number, until=date(2026, 9, 10))
    with pytest.raises(Invalid, match="within a year"):
        alerts.snooze(mia, small.now, number, until=date(2027, 12, 1))
    with pytest.raises(Invalid, match="over 500 characters"):
        alerts.acknowledge(mia, small.now, number, note="x" * 501)
    small.give(9, GOOD)
    with pytest.raises(Conflict, match="closed"):
        alerts.acknowledge(mia, small.now, number)
