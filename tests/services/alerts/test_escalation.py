"""Alerts live with their promise: people move, promises leave, the ladder ends at the top."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from charter.domain.alerts.mail_hours import PostState
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.services.actions.actions import Planned, plan_action
from charter.services.alerts import alerts
from charter.services.alerts.telling import notify_people
from charter.services.alerts.week import compose_week
from charter.services.checks.running import run_due
from charter.services.desk.commitment_page import commitment_page
from charter.services.people import accounts, mail_hours
from charter.services.people.owners import units_in_charge
from charter.services.people.reach import reach_page, set_reach
from charter.services.post.sending import deliver
from charter.services.records.access import Access
from charter.words.alerts.sentences import alert_sentence
from tests.services.alerts.test_alerts import BAD, GOOD, Installation, mail_port, mails, person, spaced, told
from tests.services.people.test_accounts import open_account
from tests.services.post.test_outbox import office
from tests.services.watching.test_readings import said
from tests.services.world import TEXT, apply

WEST_BAD = {"vannes": (40, 20, 40), "nice": (400, 400, 400)}
WEST_GOOD = {"vannes": (40, 40, 40), "nice": (400, 400, 400)}


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def moves(number: int, *, units: tuple[str, ...] = (), role: Role = Role.CONTRIBUTOR, is_active: bool = True) -> None:
    name = db.session.get_one(Person, number).name
    accounts.change_account(
        COMMAND_LINE, datetime(2026, 9, 11, tzinfo=UTC), number, name=name, role=role, units=units, is_active=is_active
    )


def lines(which: int = -1) -> list[str]:
    """What the alert mails said, in English."""
    return [spaced(alert_sentence(line, "en")) for line in told("alerts")[which]["lines"]]


def test_who_moves_hands_the_alert_over_and_reads_no_more_of_it(small: Installation) -> None:
    wim = person("Wim", "Service clients", units=("west",))
    person("Ana", "Service clients")
    small.give(7, WEST_GOOD)
    small.give(8, WEST_BAD)
    assert mails() == [("wim", "alerts", 1)]
    alerts.acknowledge(accounts.person(wim), small.now, 1)  # type: ignore[arg-type]
    moves(wim, units=("nice",))
    small.post(small.now + timedelta(hours=1))
    assert mails()[1:] == [("ana", "alerts", 1)]
    assert lines() == [
        "You answer for this from now on: “An answer in 5 days” (Région Ouest) is missed in August 2026."
    ]
    (alert,) = db.session.execute(select(Alert)).scalars()
    assert (alert.state, alert.told_to) == ("open", [2])
    # Nobody is in charge of the west any more, but its alert is watched until it closes.
    small.give(9, WEST_GOOD)
    assert said()[-1] == (
        "“An answer in 5 days” (Région Ouest) is kept again, in September 2026. Thanks to all who made it so."
    )
    small.post(small.now + timedelta(days=1))
    assert [who for who, what, _ in mails() if what == "digest"] == ["ana"]
    wim_now = accounts.person(wim)
    assert wim_now is not None
    assert not any(alerts.alerts_page(wim_now, small.now)["alerts"].values())


def test_rights_are_asked_when_the_mail_leaves(small: Installation) -> None:
    wim = person("Wim", "Service clients", units=("west",))
    person("Ana", "Service clients")
    small.give(7, WEST_GOOD)
    small.give(8, WEST_BAD, tick=False)
    small.now = datetime(2026, 9, 10, 9, tzinfo=UTC)
    run_due(SCHEDULER, small.now, Access())
    notify_people(SCHEDULER, small.now, escalate_after=timedelta(hours=48))
    moves(wim, units=("nice",))
    deliver(SCHEDULER, small.now, office(mail_port()))
    (row,) = db.session.execute(select(Post).where(Post.channel == "mail")).scalars()
    assert (row.recipient, row.state) == ("wim@example.org", PostState.DROPPED)
    assert row.note == "Nothing is left of it that its reader may know."


def test_what_leaves_the_charter_closes_as_no_longer_promised(small: Installation) -> None:
    person("Ana", "Service clients")
    small.give(7, GOOD)
    small.give(8, BAD)
    assert mails() == [("ana", "alerts", 1)]
    start, end = (TEXT.index(f"  - key: {key}\n    ") for key in ("answer", "bill"))
    text = (TEXT[:start] + TEXT[end:]).replace("valid_from: 2026-07-01", "valid_from: 2026-09-01")
    small.now = datetime(2026, 9, 12, 9, tzinfo=UTC)
    apply(text, small.folder, small.now)
    small.post()
    assert said()[-1].startswith("No longer promised there, so this alert is closed: “An answer in 5 days” is missed")
    assert db.session.execute(select(Alert.state)).scalars().all() == ["closed"]
    small.post(small.now + timedelta(days=1))
    assert mails()[1:] == [("ana", "digest", 1)]
    small.post(small.now + timedelta(days=9))
    assert len(mails()) == 2, "it closes once, and nobody is asked for an answer any more"
    assert told("digest")[0]["lines"][0]["group"] == "known", "it is not back to normal"
    page = commitment_page(COMMAND_LINE, datetime(2027, 2, 1, tzinfo=UTC), "answer")
    assert page["overview"]["period"] == "2026-08", "its link leads to the last month that held it"


def test_the_ladder_of_the_floor_ends_at_the_director_who_is_told_so(small: Installation) -> None:
    person("Ana", "Service clients", after=person("Bea"))
    open_account("Mia", Role.MANAGER)
    dora = open_account("Dora", Role.DIRECTOR)
    small.give(7, GOOD)
    small.give(8, BAD)
    for days in (2, 4, 6, 8, 10, 12):
        small.post(datetime(2026, 9, 10, 9, tzinfo=UTC) + timedelta(days=days))
    asked = [(who, what) for who, what, _ in mails_of("alerts")]
    assert asked == [(who, "alerts") for who in ("ana", "bea", "mia", "dora")]
    # Who was asked herself reads in the week's mail that the ladder has ended.
    week = compose_week({}, db.session.get_one(Person, dora), small.now)
    assert week is not None
    assert week["lines"][0]["standing"] == {"code": "unanswered"}
    page = alerts.alerts_page(accounts.person(dora), small.now)  # type: ignore[arg-type]
    assert page["alerts"]["open"][0]["escalate_at"] is None
    events = db.session.execute(select(Post.template).where(Post.channel == "webhook")).scalars().all()
    assert events.count("alert:escalated") == 3
    assert events.count("alert:unanswered") == 1


def mails_of(template: str) -> list[tuple[str, str, int]]:
    return [one for one in mails() if one[1] == template]


def test_who_said_to_be_on_it_and_left_has_let_it_go(small: Installation) -> None:
    ana = person("Ana", "Service clients")
    person("Bea", "Service clients")
    small.give(7, GOOD)
    small.give(8, BAD)
    alerts.acknowledge(accounts.person(ana), small.now, 1)  # type: ignore[arg-type]
    small.post(small.now + timedelta(hours=1))
    moves(ana, is_active=False)
    small.post(small.now + timedelta(hours=1))
    assert mails() == [("ana", "alerts", 1), ("bea", "alerts", 1), ("bea", "alerts", 1)]
    assert lines() == ["You answer for this from now on: “An answer in 5 days” is missed in August 2026."]
    assert db.session.execute(select(Alert.state)).scalars().all() == ["open"]


def test_the_ladder_keeps_to_what_each_chose_and_passes_over_who_may_not_know(small: Installation) -> None:
    bea = person("Bea")
    person("Ana", "Service clients", after=bea)
    open_account("Mia", Role.MANAGER)
    mail_hours.choose_mail_hours(accounts.person(bea), small.now, {"at_once": "none", "digest_at": "17:00"})  # type: ignore[arg-type]
    small.give(7, GOOD)
    small.give(8, BAD)
    small.post(datetime(2026, 9, 12, 9, tzinfo=UTC))
    assert mails() == [("ana", "alerts", 1)], "who wants all in the digest is asked in it"
    late = datetime(2026, 9, 12, 15, tzinfo=UTC)
    notify_people(SCHEDULER, late, escalate_after=timedelta(hours=48))
    moves(bea, role=Role.FRONTLINE)
    deliver(SCHEDULER, late, office(mail_port()))
    (mail,) = db.session.execute(select(Post).where(Post.template == "digest")).scalars()
    assert (mail.recipient, mail.state) == ("bea@example.org", PostState.DROPPED)
    small.post(late + timedelta(minutes=1))
    assert mails()[-1] == ("mia", "alerts", 1), "at once: no answer is awaited of who may not know"


def test_a_pause_ends_when_it_is_as_bad_again_as_before(small: Installation) -> None:
    ana = accounts.person(person("Ana", "Service clients"))
    assert ana is not None
    worst = {"vannes": (40, 10, 40)}
    small.give(7, GOOD)
    small.give(8, worst)
    small.give(9, BAD)
    alerts.snooze(ana, small.now, 1, until=date(2027, 3, 1))
    small.give(10, worst)
    assert db.session.execute(select(Alert.state)).scalars().all() == ["open"]
    assert mails() == [("ana", "alerts", 1), ("ana", "alerts", 1)]
    facts = told("alerts")[1]["lines"][0]["facts"]
    assert (facts["since"], facts["previous"]["period"]) == ("2026-08", "2026-09")


def test_who_cannot_act_is_not_named(small: Installation) -> None:
    ana, boris = person("Ana", "Service clients"), open_account("Boris", Role.CONTRIBUTOR, ("west",))
    clara = open_account("Clara", Role.FRONTLINE)
    now = datetime(2026, 9, 1, tzinfo=UTC)
    open_account("Mia", Role.MANAGER)
    for number in (boris, clara):
        with pytest.raises(Invalid, match=r"nobody can come next who may not read it\. These may: Mia"):
            set_reach(COMMAND_LINE, now, ana, next_id=number)
    with pytest.raises(Invalid, match="Clara may not answer alerts"):
        set_reach(COMMAND_LINE, now, clara, answers_for=["Service clients"])
    set_reach(COMMAND_LINE, now, boris, next_id=ana)
    planned = Planned("answer", "2026-08", "Call more", "Faster", "Boris", date(2026, 12, 1), "nice")
    with pytest.raises(Invalid, match=r"Boris may not act on nice, and so cannot own this action\. These may: Ana"):
        plan_action(COMMAND_LINE, now, planned)
    with pytest.raises(Invalid, match="runs over several lines"):
        plan_action(COMMAND_LINE, now, replace(planned, owner="Ana\nBcc: eva@example.org"))
    # Who may not answer any more holds nothing, whatever was said of them before.
    assert (units_in_charge(), reach_page(COMMAND_LINE)["unheld"]) == (
        {"Service clients": set()},
        ["Facturation", "Direction"],
    )
    moves(ana, role=Role.FRONTLINE)
    assert units_in_charge() == {}
    assert "Service clients" in reach_page(COMMAND_LINE)["unheld"]


def test_a_mail_waits_for_the_end_of_quiet_hours(small: Installation) -> None:
    ana = accounts.person(person("Ana", "Service clients"))
    assert ana is not None
    hours = {"digest_at": "08:00", "quiet_from": "12:00", "quiet_until": "14:00"}
    small.give(7, GOOD)
    small.give(8, BAD, tick=False)
    # Written before noon, refused for a while, and tried again at a quarter past noon.
    small.tick(datetime(2026, 9, 10, 9, tzinfo=UTC))
    mail_hours.choose_mail_hours(ana, small.now, hours)
    again = {"state": PostState.WAITING, "sent_at": None, "tries": 1, "next_try_at": small.now}
    db.session.execute(update(Post).where(Post.channel == "mail").values(**again))
    db.session.commit()
    small.post(datetime(2026, 9, 10, 10, 15, tzinfo=UTC))
    mail = select(Post).where(Post.channel == "mail")
    row = db.session.execute(mail).scalar_one()
    assert (row.state, row.tries) == (PostState.WAITING, 1)
    assert row.next_try_at == datetime(2026, 9, 10, 12, tzinfo=UTC)
    small.post(datetime(2026, 9, 10, 12, tzinfo=UTC))
    assert db.session.execute(mail).scalar_one().state == PostState.SENT


def test_a_class_near_its_term_is_told_once_to_those_who_decide(empty: Flask, tmp_path: Path) -> None:
    decided = "class: {decided: trust, by: Comité, because: On nous le dit, date: 2024-10-15}"
    small = Installation(tmp_path, TEXT.replace("    owner: Direction\n", f"    owner: Direction\n    {decided}\n"))
    person("Dan", "Direction")
    open_account("Mia", Role.MANAGER)
    small.give(7, GOOD)
    for day in (20, 21, 22):
        small.post(datetime(2026, 9, day, 9, tzinfo=UTC))
    assert {who for who, _, _ in mails()} == {"mia"}
    happened = select(AlertEvent.what).join(Alert).where(Alert.kind == "class")
    assert db.session.execute(happened).scalars().all() == ["opened"]
