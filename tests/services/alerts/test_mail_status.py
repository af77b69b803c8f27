"""How far it came that people are told of an alert, as its page says it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.domain.alerts.alert_rules import Happening, Subject
from charter.domain.vocabulary.permissions import SCHEDULER
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.jobs import Post
from charter.services.alerts.mail_status import tellings_of
from charter.services.alerts.telling import notify_people
from charter.services.records.transactions import transaction
from charter.services.watching.alert_changes import About, record_alert_change
from charter.words.alerts.figures import telling_sentence
from tests.services.alerts.test_alerts import DAYS, GOOD, Installation, person

ABOUT = About(Subject.STATUS, "answered", "answer", "Service clients", "company")


@pytest.mark.parametrize(("period", "mails"), [("2026-09-09", 1), ("2026-08", 0)])
def test_a_clear_miss_of_days_goes_along_and_after_four_weeks_is_a_digest(
    empty: Flask, tmp_path: Path, period: str, mails: int
) -> None:
    small = Installation(tmp_path)
    person("Ana", "Service clients")
    small.give(7, GOOD)
    with transaction():
        record_alert_change(ABOUT, Happening.AGAIN, "missed", {"period": period}, small.now, at_once=False)
    alerts = db.session.execute(select(Alert)).scalars().all()
    for days, written in ((1, 0), (27, 0), (29, mails)):
        then = small.now + timedelta(days=days)
        notify_people(SCHEDULER, then, escalate_after=DAYS)
        found = db.session.execute(select(func.count()).where(Post.template == "digest")).scalar_one()
        assert found == written
        (told,) = tellings_of(alerts, {}, then)[1]
        assert told["state"] == ("waiting" if written else "along")
    (along,) = tellings_of(alerts, {}, small.now)[1]
    if not mails:
        assert telling_sentence(along, "UTC", "en") == "Ana: will read it in the next digest"
