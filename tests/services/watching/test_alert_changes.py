"""What is written of an alert: opened once, closed in the words of what it was, told to those concerned."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from charter.domain.alerts.alert_rules import AlertState, Happening, Subject
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db
from charter.services.records.transactions import transaction
from charter.services.watching.alert_changes import About, record_alert_change, standing_alert
from tests.services.world import NOW

ABOUT = About(Subject.STATUS, "answer", "answer", "Service clients", "company")


def change(what: Happening, code: str = "missed", **facts: object) -> AlertEvent | None:
    with transaction():
        return record_alert_change(ABOUT, what, code, facts, NOW, at_once=True)


def test_an_alert_is_one_while_it_stands_and_another_after_it_closed(charted: Flask) -> None:
    assert change(Happening.CLOSED, "kept") is None, "nothing was open"
    change(Happening.OPENED, value=0.6, period="2026-08")
    change(Happening.WORSENED, "unacceptable", value=0.4, period="2026-09")
    standing = standing_alert(ABOUT)
    assert standing is not None
    assert (standing.code, standing.facts["value"]) == ("unacceptable", 0.4)
    closed = change(Happening.CLOSED, "kept", period="2026-10")
    assert closed is not None
    assert closed.facts == {"value": 0.4, "period": "2026-10"}, "in the words of what it was"
    assert standing_alert(ABOUT) is None
    change(Happening.OPENED, value=0.5)
    assert db.session.execute(select(Alert.state).order_by(Alert.id)).scalars().all() == ["closed", "open"]


def test_news_of_the_past_leaves_nothing_open(charted: Flask) -> None:
    change(Happening.RESTATED, period="2026-08")
    assert standing_alert(ABOUT) is None
    assert db.session.execute(select(Alert.state)).scalars().all() == [AlertState.CLOSED]


def test_a_pause_or_an_answer_ends_when_the_state_worsens(charted: Flask) -> None:
    change(Happening.OPENED, value=0.6, period="2026-08")
    for state in (AlertState.SNOOZED, AlertState.ACKNOWLEDGED):
        with transaction():
            alert = standing_alert(ABOUT)
            assert alert is not None
            alert.state, alert.snoozed_until, alert.escalate_at = state, NOW.date(), NOW
        change(Happening.AGAIN, value=0.5)
        alert = standing_alert(ABOUT)
        assert alert is not None
        assert alert.state == state, "one more of the same is nothing new"
        change(Happening.WORSENED, "unacceptable", value=0.4, period="2026-09")
        alert = standing_alert(ABOUT)
        assert alert is not None
        assert (alert.state, alert.snoozed_until, alert.escalate_at) == (AlertState.OPEN, None, None)
