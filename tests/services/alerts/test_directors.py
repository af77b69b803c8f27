"""What directors are told though nothing has happened: once, true when it leaves, and off by choice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from charter.domain.vocabulary.permissions import SCHEDULER
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.people import Person
from charter.post.templates import write_mail
from charter.services.alerts import alerts
from charter.services.alerts.directors import compose_month, tell_directors
from charter.services.alerts.week import compose_week, tell_followers
from charter.services.people import accounts, mail_hours
from charter.services.reports.snapshots import freeze_month
from tests.services.alerts.test_alerts import BAD, GOOD, Installation, person, spaced
from tests.services.alerts.test_time_watch import READER
from tests.services.people.test_accounts import open_account

MONDAY = datetime(2026, 9, 14, 6, 30, tzinfo=UTC)


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_each_week_a_director_gets_one_line_that_says_who_is_at_it(small: Installation) -> None:
    ana, dora = person("Ana", "Service clients"), open_account("Dora", Role.DIRECTOR)
    db.session.execute(update(Person).values(created_at=datetime(2026, 7, 1, tzinfo=UTC)))
    db.session.commit()
    small.give(7, GOOD)
    small.give(8, BAD)
    assert tell_followers(SCHEDULER, datetime(2026, 9, 13, 12, tzinfo=UTC)) == 0, "only on her day"
    assert [tell_followers(SCHEDULER, MONDAY) for _ in range(3)] == [1, 0, 0]
    reader = db.session.get_one(Person, dora)

    def written(language: str = "en") -> str:
        facts = compose_week({}, reader, MONDAY)
        assert facts is not None
        return spaced(write_mail("week", language, {**READER, **facts}).text)

    assert "“An answer in 5 days” is missed in August 2026." in written()
    assert "Nobody has taken it on yet." in written()
    answering = accounts.person(ana)
    assert answering is not None
    alerts.acknowledge(answering, MONDAY, 1)
    assert "Ana is on it." in written()
    assert "Ana s’en occupe." in written("fr").replace("'", "’")
    director = accounts.person(dora)
    assert director is not None
    mail_hours.stop_mail(director, MONDAY)
    assert tell_followers(SCHEDULER, datetime(2026, 9, 21, 6, 30, tzinfo=UTC)) == 0


def test_a_sealed_month_asks_its_director_and_no_longer_once_it_is_approved(small: Installation) -> None:
    dora = open_account("Dora", Role.DIRECTOR)
    person("Ana", "Service clients")
    small.give(7, GOOD)
    small.give(8, BAD)
    now = datetime(2026, 9, 10, 9, tzinfo=UTC)
    freeze_month(SCHEDULER, now, period="2026-08")
    assert [tell_directors(SCHEDULER, now) for _ in range(2)] == [1, 0]
    reader = db.session.get_one(Person, dora)
    facts = compose_month({"period": "2026-08"}, reader, now)
    assert facts is not None
    text = spaced(write_mail("month_waits", "en", {**READER, **facts}).text)
    assert text.startswith("August 2026 waits for you: one miss without an explanation.\n")
    assert "* An answer in 5 days" in text
    assert "Nothing goes out before you approve it." in text
    assert compose_month({"period": "2026-07"}, reader, now) is None, "what does not wait is not told"
