"""A class that moved has its alert: who it is for, no second mail, and when it ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert, AlertNotice
from charter.models.base import db
from charter.models.jobs import Post
from charter.services.alerts.alerts import alerts_page
from charter.services.alerts.class_changes import detect_moved_classes
from charter.services.alerts.telling import notify_people
from charter.services.alerts.time_watch import detect_changes
from charter.services.charters.versions import history
from charter.services.classes.changes import tell_changes
from charter.services.classes.deciding import decide_class
from charter.services.people.accounts import create_account
from charter.words.alerts.figures import alert_detail
from charter.words.alerts.sentences import alert_sentence
from tests.services.classes.test_known_evidence import make_wave
from tests.services.world import NOW

DAY = timedelta(days=1)


@pytest.fixture
def moved(charted: Flask) -> Flask:
    """The class of `care` moved this morning, by a survey."""
    given = {"email": "mia@example.org", "name": "Mia", "password": "correct horse battery"}
    create_account(COMMAND_LINE, NOW - 4 * DAY, role=Role.MANAGER, **given)
    tell_changes(COMMAND_LINE, NOW - 3 * DAY)
    make_wave("Autumn", known_on=date(2026, 11, 9), pairs={"11": 1, "33": 99})
    assert tell_changes(COMMAND_LINE, NOW) == 1
    return charted


def look(now: datetime) -> list[Alert]:
    """What the alarm clock does; then the alerts about classes that moved, oldest first."""
    detect_changes(COMMAND_LINE, now)
    notify_people(COMMAND_LINE, now, escalate_after=DAY)
    return list(db.session.execute(select(Alert).where(Alert.kind == "move").order_by(Alert.id)).scalars())


def test_a_class_that_moved_is_an_alert_that_says_why_and_who_was_written_to(moved: Flask) -> None:
    (sight,) = detect_moved_classes(history().current, NOW)
    assert (sight.about.commitment, sight.seen.code) == ("care", "moved")
    (alert,) = look(NOW)
    written = {one.recipient for one in db.session.execute(select(Post)).scalars() if one.template == "class_move"}
    (row,) = [one for one in alerts_page(COMMAND_LINE, NOW)["alerts"]["open"] if one["kind"] == "move"]
    assert {f"{one['name'].lower()}@example.org" for one in row["told"]} == written
    assert db.session.execute(select(AlertNotice)).first() is None, "no second mail"
    assert alert_sentence(row, "en") == "The class of “Some care” moved from “undetermined” to “neither”."
    assert "The floor of" in alert_detail(row, "en")
    assert "Le socle de" in alert_detail(row, "fr")
    assert len(look(NOW + DAY)) == 1, "told once"
    assert alert.escalate_at is None


def test_it_ends_when_somebody_decides(moved: Flask) -> None:
    look(NOW)
    decide_class(COMMAND_LINE, NOW + DAY, commitment="care", decided="neither", because="As customers say.")
    assert [one.state for one in look(NOW + 2 * DAY)] == ["closed"]


def test_it_ends_after_a_month(moved: Flask) -> None:
    look(NOW)
    assert [one.state for one in look(NOW + 30 * DAY)] == ["open"]
    (alert,) = look(NOW + 31 * DAY)
    (row,) = [one for one in alerts_page(COMMAND_LINE, NOW)["alerts"]["closed"] if one["kind"] == "move"]
    assert alert.state == "closed"
    assert alert_sentence(row, "en").endswith("nothing is asked about it any more.")


def test_a_class_that_moves_again_is_another_alert(moved: Flask) -> None:
    look(NOW)
    make_wave("Winter", known_on=date(2026, 11, 11), pairs={"25": 150})
    assert tell_changes(COMMAND_LINE, NOW + DAY) == 1
    assert [one.state for one in look(NOW + DAY)] == ["closed", "open"]


def test_a_class_that_a_person_moved_asks_for_nothing(moved: Flask) -> None:
    look(NOW)
    decide_class(COMMAND_LINE, NOW + DAY, commitment="care", decided="trust", because="A pilot.")
    assert tell_changes(COMMAND_LINE, NOW + 2 * DAY) == 1
    alerts = look(NOW + 2 * DAY)
    assert [(one.state, one.code) for one in alerts] == [("closed", "over"), ("closed", "decided")]
    rows = alerts_page(COMMAND_LINE, NOW)["alerts"]["closed"]
    said = {alert_sentence(row, "en") for row in rows if row["kind"] == "move"}
    assert any(
        one.startswith("The class of “Some care” was decided: “") and "no longer “neither”" in one for one in said
    )
    assert len(look(NOW + 3 * DAY)) == 2, "once"
