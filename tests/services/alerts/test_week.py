"""Who sees a unit, or follows it, reads its alerts in one mail a week, and is asked for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from charter.domain.frontline.observations import ObservationKind
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, VISITOR, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.post.templates import write_mail
from charter.services.alerts import alerts
from charter.services.alerts.week import compose_week, tell_followers
from charter.services.frontline.observations import Told, send_observation
from charter.services.people import accounts, following, mail_hours
from tests.services.alerts.test_alerts import BAD, GOOD, Installation, mails, person, spaced
from tests.services.alerts.test_time_watch import READER
from tests.services.people.test_accounts import open_account

# The whole holds, the region does not: only who sees the region is told of it.
WEST_BAD = {"vannes": (40, 24, 40), "nice": (400, 400, 400)}
MONDAY = datetime(2026, 9, 14, 6, 30, tzinfo=UTC)


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def who(number: int) -> Actor:
    found = accounts.person(number)
    assert found is not None
    return found


def week_of(number: int, now: datetime = MONDAY) -> Mapping[str, Any] | None:
    return compose_week({}, db.session.get_one(Person, number), now)


def written(number: int, language: str = "en") -> str:
    return spaced(write_mail("week", language, {**READER, **(week_of(number) or {})}).text)


def settled() -> None:
    db.session.execute(update(Person).values(created_at=datetime(2026, 7, 1, tzinfo=UTC)))
    db.session.commit()


def test_who_sees_a_region_reads_its_alerts_without_answering(small: Installation) -> None:
    ana, dora = person("Ana", "Service clients"), open_account("Dora", Role.DIRECTOR)
    assert alerts.alerts_page(who(dora), small.now)["untold"] == ["Région Ouest", "Région Sud"]
    rita = open_account("Rita", Role.MANAGER, ("west",))
    settled()
    small.give(7, GOOD)
    small.give(8, WEST_BAD)
    assert mails() == [], "the whole holds, and nobody answers for the region"
    (alert,) = db.session.execute(select(Alert).where(Alert.unit_key == "west")).scalars()
    assert alert.told_to == []
    page = alerts.alerts_page(who(rita), small.now)
    assert page["alerts"]["open"][0]["followed_by"] == ["Dora", "Rita"]
    assert alerts.alerts_page(who(dora), small.now)["untold"] == ["Région Sud"]
    assert [tell_followers(SCHEDULER, MONDAY) for _ in range(2)] == [2, 0], "each once"
    text = written(rita)
    assert text.startswith("The week at Région Ouest: ")
    assert "“An answer in 5 days” (Région Ouest) is missed in August 2026." in text
    assert "Agence de Vannes (60.0%)" in text
    assert "Nobody answers for it there." in text
    assert "· Région Ouest · Owner: Service clients" in text
    assert "Personne n’en répond à cet endroit." in written(rita, "fr")
    mail_hours.choose_mail_hours(who(rita), MONDAY, {"weekly_line": "off"})
    assert week_of(rita) is None
    assert tell_followers(SCHEDULER, MONDAY + timedelta(days=7)) == 1, "only the director"
    # Who is put in charge of it answers from then on.
    accounts.change_account(
        COMMAND_LINE, MONDAY, ana, name="Ana", role=Role.CONTRIBUTOR, units=["west"], is_active=True
    )
    small.post(datetime(2026, 9, 15, 9, tzinfo=UTC))
    asked = db.session.execute(select(Post.recipient).where(Post.template == "alerts")).scalars().all()
    assert asked == ["ana@example.org"]
    db.session.expire_all()
    assert alert.told_to == [ana]


def test_a_promise_or_a_unit_is_followed_by_choice_within_ones_rights(small: Installation) -> None:
    person("Ana", "Service clients")
    nina, adam = open_account("Nina", Role.CONTRIBUTOR), open_account("Adam", Role.ADMIN)
    settled()
    small.give(7, GOOD)
    small.give(8, BAD)
    assert week_of(nina) is None
    following.follow(who(nina), MONDAY, commitment="answer")
    following.follow(who(adam), MONDAY, unit="west")
    assert following.is_followed(who(nina), commitment="answer") is True
    assert "“An answer in 5 days” is missed in August 2026." in written(nina)
    assert "You get this because you see or follow An answer in 5 days." in written(nina)
    db.session.execute(update(Person).where(Person.id == nina).values(units=["south"]))
    db.session.commit()
    mail_hours.choose_mail_hours(who(nina), MONDAY, {"weekly_line": "own"})
    assert week_of(nina) is None, "rights are asked when it leaves"
    following.follow(who(nina), MONDAY, commitment="answer", is_on=False)
    assert following.is_followed(who(nina), commitment="answer") is False


def test_what_is_followed_and_may_not_be_read_any_more_is_in_no_mail(small: Installation) -> None:
    nina = open_account("Nina", Role.AUDITOR)
    settled()
    small.give(7, GOOD)
    small.give(8, {"vannes": (40, 10, 40), "brest": (2000, 2000, 2000)})
    following.follow(who(nina), MONDAY, unit="west")
    assert "Agence de Vannes" in written(nina)
    for role, units in ((Role.AUDITOR, ["south"]), (Role.FRONTLINE, [])):
        db.session.execute(update(Person).where(Person.id == nina).values(role=role.value, units=units))
        db.session.commit()
        assert week_of(nina) is None


def test_a_place_at_an_unacceptable_level_is_named_though_its_region_holds(small: Installation) -> None:
    rita = open_account("Rita", Role.CONTRIBUTOR, ("west",))
    settled()
    small.give(7, GOOD)
    small.give(8, {"vannes": (40, 10, 40), "brest": (2000, 2000, 2000)})
    text = written(rita)
    assert "UNACCEPTABLE AT SINGLE PLACES" in text
    assert "(Agence de Vannes) is at an unacceptable level in August 2026." in text


def test_what_can_wait_waits_after_three_mails_of_a_week(small: Installation) -> None:
    ana = person("Ana", "Service clients", "Facturation")
    mail_hours.choose_mail_hours(who(ana), small.now, {"at_once": "all"})
    small.give(7, GOOD)
    reader = db.session.get_one(Person, ana)
    for turn in range(3):
        sent = {"cause": f"digest {turn}", "recipient": reader.email, "channel": "mail", "person_id": ana}
        row = {"template": "digest", "params": {}, "message_id": f"m{turn}", "state": "sent", "tries": 1}
        when = datetime(2026, 9, 7, 9, tzinfo=UTC)
        db.session.add(Post(**sent, **row, written_at=when, next_try_at=when, sent_at=when))
    db.session.commit()
    small.give(8, {"vannes": (40, 40, 32)})
    fresh = select(Post.id).where(Post.channel == "mail", Post.written_at > datetime(2026, 9, 8, tzinfo=UTC))
    assert db.session.execute(fresh).first() is None
    (row,) = alerts.alerts_page(who(ana), small.now)["alerts"]["open"]
    assert row["told"] == [{"name": "Ana", "state": "digest", "at": "2026-09-14T09:00:00+00:00", "why": None}]
    small.post(datetime(2026, 9, 14, 9, 1, tzinfo=UTC))
    assert len(db.session.execute(fresh).all()) == 1, "once the first of them are a week old"
    small.give(9, {"vannes": (40, 24, 32)})
    assert len(db.session.execute(fresh).all()) == 2, "what touches the floor waits for nothing"


def test_what_staff_have_told_and_nobody_has_read_stands_in_the_week_of_who_asked(small: Installation) -> None:
    rita = open_account("Rita", Role.MANAGER, ("west",))
    settled()
    for unit in ("vannes", "vannes", "nice"):
        told = Told(ObservationKind.OBSTACLE, unit, "answer", "The form is too long", "en")
        send_observation(VISITOR, MONDAY, told, sender=unit, form=f"form {len(list(said_by_staff()))}")
    assert week_of(rita) is None, "only by choice"
    mail_hours.choose_mail_hours(who(rita), MONDAY, {}, tells=["observations"])
    week = week_of(rita)
    assert week is not None
    assert week["observations"] == [{"unit_name": "Agence de Vannes", "count": 2}], "of their own units"
    assert "* Agence de Vannes: 2" in written(rita)
    # Without the mail of what she follows, what she asked for still comes, and says no more than it knows.
    mail_hours.choose_mail_hours(who(rita), MONDAY, {"weekly_line": "off"}, tells=["observations"])
    text = written(rita)
    assert text.startswith("The week: what staff have told and nobody has read yet\n")
    assert "No alert" not in text
    assert "You get this because you asked for what staff report." in text
    mail_hours.stop_mail(who(rita), MONDAY)
    assert week_of(rita) is None
    facts = [one.params for one in said_by_staff()]
    assert {one["unit"] for one in facts} == {"vannes", "nice"}
    assert all("form is too long" not in str(one) for one in facts), "programs get no words"


def said_by_staff() -> list[Post]:
    return list(db.session.execute(select(Post).where(Post.template == "observation:sent")).scalars())


def test_a_week_without_an_alert_is_no_month_that_was_kept(small: Installation) -> None:
    """Missed before anybody saw the region: nothing is open, and its mail says so and what is missed."""
    small.give(7, GOOD)
    small.give(8, WEST_BAD)
    rita = open_account("Rita", Role.MANAGER, ("west",))
    assert alerts.alerts_page(who(rita), small.now)["alerts"]["open"] == []
    week = week_of(rita)
    assert week is not None
    assert week["unalerted"] == [
        {"unit": "west", "unit_name": "Région Ouest", "period": "2026-08", "missed": 1, "unwatched": 1}
    ]
    assert "In August 2026, one promise is missed at Région Ouest without an alert." in written(rita)
    assert "/desk?unit=west&period=2026-08" in written(rita)
    french = written(rita, "fr")
    assert "Région Ouest, août 2026 : un engagement n’est pas tenu sans qu’il y ait d’alerte." in french
