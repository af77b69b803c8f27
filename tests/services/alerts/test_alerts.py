"""Alerts from the figures to the mail, on both engines: what is told to whom, when, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.records import AuditEntry
from charter.services.alerts import alerts
from charter.services.alerts.telling import notify_people
from charter.services.alerts.time_watch import detect_changes
from charter.services.checks.running import run_due
from charter.services.desk.desk import header_counts
from charter.services.figures.write import correct_figure
from charter.services.people import accounts, mail_hours
from charter.services.people.owners import set_reach
from charter.services.records.access import Access
from charter.words.alerts import alert_detail, alert_sentence
from tests.services.people.test_accounts import open_account
from tests.services.world import TEXT, Month, apply, write_cases

DAYS = timedelta(hours=48)
GOOD, BAD = {"vannes": (40, 40, 40)}, {"vannes": (40, 24, 40)}


def month(number: int) -> str:
    return f"2026-{number:02}"


class Installation:
    """A charter whose months are given one by one; the clock ticks on the tenth of the month after."""

    def __init__(self, folder: Path, text: str = TEXT) -> None:
        self.folder, self.months = folder, dict[str, Month]()
        write_cases(folder, self.months)
        apply(text, folder, datetime(2026, 7, 1, tzinfo=UTC))
        self.now = datetime(2026, 7, 1, tzinfo=UTC)

    def give(self, number: int, figures: Month, *, tick: bool = True) -> None:
        self.months[month(number)] = figures
        write_cases(self.folder, self.months | {month(number + 1): {"vannes": (1, 1, 1)}})
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


def said(language: str = "en") -> list[str]:
    """What happened so far, in words."""
    rows = db.session.execute(select(AlertEvent, Alert).join(Alert).order_by(AlertEvent.id)).all()
    return [
        alert_sentence({"kind": alert.kind, "what": event.what, "code": event.code, "commitment": alert.commitment_key,
                        "facts": event.facts}, language).replace("\u00a0", " ").replace("\u202f", " ")
        for event, alert in rows
    ]  # fmt: skip


def spaced(text: str) -> str:
    """With plain spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def mails() -> list[tuple[str, str, int]]:
    """To whom, what, about how many things; of the mails written so far."""
    rows = db.session.execute(select(Post).where(Post.channel == "mail").order_by(Post.id)).scalars()
    return [(row.recipient.partition("@")[0], row.template, row.params["count"]) for row in rows]


def told(template: str) -> list[Mapping[str, Any]]:
    rows = db.session.execute(select(Post).where(Post.template == template).order_by(Post.id)).scalars()
    return [row.params for row in rows]


def person(name: str, *owners: str, role: Role = Role.CONTRIBUTOR, units: tuple[str, ...] = (), after: int = 0) -> int:
    made = open_account(name, role, units)
    set_reach(COMMAND_LINE, datetime(2026, 7, 1, tzinfo=UTC), made, answers_for=owners, next_id=after or None)
    return made


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_a_miss_of_the_floor_is_told_at_once_and_the_return_with_thanks(small: Installation) -> None:
    person("Ana", "Service clients")
    small.give(7, GOOD)
    assert (said(), mails()) == ([], [])
    small.give(8, BAD)
    assert said() == ["“An answer in 5 days” is missed in August 2026."]
    assert mails() == [("ana", "alerts", 1)]
    line = told("alerts")[0]["lines"][0]
    assert alert_detail(line, "en") == "Answers in 5 days: 60.0%, required at least 80%, of 40 cases"
    assert alert_sentence(line, "fr") == (
        "L’engagement «\u202fUne réponse en 5 jours\u202f» n’est pas tenu en août\u00a02026."
    )
    # It is still so: nothing new to say.
    small.give(9, BAD)
    assert len(said()) == len(mails()) == 1
    small.give(10, GOOD)
    assert said()[1:] == ["“An answer in 5 days” is kept again, in October 2026. Thanks to all who made it so."]
    assert len(mails()) == 1, "good news waits for the digest"
    small.post(datetime(2026, 11, 11, 7, 30, tzinfo=UTC))
    assert mails()[1:] == [("ana", "digest", 1)]
    states = db.session.execute(select(Alert.state)).scalars().all()
    assert states == ["closed"]
    small.post(datetime(2026, 11, 30, 7, 30, tzinfo=UTC))
    assert len(mails()) == 2


def test_what_is_not_floor_waits_for_the_digest_and_unacceptable_is_told_as_worse(small: Installation) -> None:
    person("Bea", "Facturation")
    small.give(7, {"vannes": (40, 40, 40)})
    small.give(8, {"vannes": (40, 40, 32)})
    assert said() == ["“A right bill” is missed in August 2026."]
    assert mails() == []
    small.post(datetime(2026, 9, 11, 5, 59, tzinfo=UTC))
    assert mails() == []
    small.post(datetime(2026, 9, 11, 6, 0, tzinfo=UTC))
    assert mails() == [("bea", "digest", 1)]
    small.give(9, {"vannes": (40, 40, 10)})
    assert said()[1:] == ["“A right bill” has come to an unacceptable level in September 2026."]
    reach_of = {"at_once": "all", "digest": "weekly", "digest_day": "0", "digest_at": "08:00"}
    bea = accounts.person(1)
    assert bea is not None
    mail_hours.choose_mail_hours(bea, small.now, reach_of)
    small.give(10, {"vannes": (40, 40, 40)})
    # The tenth of November 2026 is a Tuesday: the digest of Monday the 16th holds both.
    small.post(datetime(2026, 11, 15, 23, tzinfo=UTC))
    assert [what for _, what, _ in mails()] == ["digest", "digest"]
    small.post(datetime(2026, 11, 16, 7, 0, tzinfo=UTC))
    assert mails()[2:] == [("bea", "digest", 1)]


def test_history_that_is_loaded_at_once_gives_one_digest_of_how_things_stand(small: Installation) -> None:
    person("Ana", "Service clients", "Facturation")
    for number, figures in ((7, BAD), (8, GOOD), (9, BAD), (10, BAD)):
        small.give(number, figures, tick=False)
    small.tick(datetime(2026, 11, 10, 9, tzinfo=UTC))
    assert said() == ["“An answer in 5 days” is missed in October 2026."]
    assert mails() == []
    small.post(datetime(2026, 11, 11, 7, 0, tzinfo=UTC))
    assert mails() == [("ana", "digest", 1)]
    assert told("digest")[0]["lines"][0]["facts"]["since"] == "2026-09"


def correct(small: Installation, period: str, numerator: int) -> None:
    """The letters of Vannes, twenty of its forty cases."""
    numbers = {"numerator": numerator, "denominator": 20}
    small.now += timedelta(hours=1)
    figure = Figure("answered", period, "vannes", numbers, f"Recount {numerator}", "letter", "")
    correct_figure(COMMAND_LINE, small.now, figure)
    small.post()


def test_a_correction_of_the_past_is_told_once(small: Installation) -> None:
    person("Ana", "Service clients")
    for number in (7, 8, 9):
        small.give(number, GOOD)
    correct(small, "2026-08", 4)
    told_once = "The past of “An answer in 5 days” was corrected or completed, in August 2026: kept → missed."
    assert said() == [told_once]
    correct(small, "2026-08", 5)
    assert said() == [told_once], "the status is the same"
    assert db.session.execute(select(Alert.state)).scalars().all() == ["closed"]
    # The newest month: how things stand today has changed, and that is told as it always is.
    correct(small, "2026-09", 4)
    assert said()[1:] == ["“An answer in 5 days” is missed in September 2026."]
    small.post(datetime(2026, 10, 11, 7, tzinfo=UTC))
    assert mails() == [("ana", "alerts", 1), ("ana", "digest", 1)]
    correct(small, "2026-09", 20)
    assert said()[2:] == ["“An answer in 5 days” is kept again, in September 2026. Thanks to all who made it so."]


def test_a_correction_of_the_past_may_end_what_is_open_today(small: Installation) -> None:
    person("Ana", "Service clients")
    for number, figures in ((7, GOOD), (8, BAD), (9, {"vannes": (40, 31, 40)})):
        small.give(number, figures)
    # September is near: it neither opens nor closes. Without the miss of August nothing is open.
    assert said() == ["“An answer in 5 days” is missed in August 2026."]
    correct(small, "2026-08", 20)
    assert said()[1:] == [
        "“An answer in 5 days” is no longer missed, in September 2026: near.",
        "The past of “An answer in 5 days” was corrected or completed, in August 2026: missed → kept.",
    ]


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
    assert len(mails()) == 3
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
    assert (row["told"], row["may_handle"], row["state"]) == (["Ana"], True, "open")
    alerts.acknowledge(ana, small.now, row["id"], note="We look\ninto it")
    small.post(small.now + timedelta(days=9))
    assert len(mails()) == 1
    shown = alerts.alerts_page(ana, small.now)["alerts"]
    assert [(one["acted_by"], one["note"]) for one in shown["acknowledged"]] == [("Ana", "We look into it")]
    alerts.snooze(ana, small.now, row["id"], until=date(2026, 9, 25))
    assert header_counts(ana, small.now)["alerts_open"] == 0
    small.post(datetime(2026, 9, 24, 12, tzinfo=UTC))
    assert header_counts(ana, small.now)["alerts_open"] == 0
    small.post(datetime(2026, 9, 25, 12, tzinfo=UTC))
    assert header_counts(ana, small.now)["alerts_open"] == 1
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
    with pytest.raises(Invalid, match="over 500 letters"):
        alerts.acknowledge(mia, small.now, number, note="x" * 501)
    small.give(9, GOOD)
    with pytest.raises(Conflict, match="closed"):
        alerts.acknowledge(mia, small.now, number)
