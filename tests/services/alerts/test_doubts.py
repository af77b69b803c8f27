"""What is newly doubted of a figure is told once, to who keeps the charter; that nothing is left of it, too."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.terms import Role
from charter.models.alerts import Alert
from charter.models.base import db
from charter.words.alerts.figures import alert_detail
from charter.words.alerts.sentences import alert_sentence
from tests.services.alerts.test_alerts import GOOD, Installation, mails, month, person, spaced, told
from tests.services.world import write_cases


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_a_new_doubt_is_told_once_to_who_keeps_the_charter(small: Installation) -> None:
    person("Ana", "Service clients")
    person("Max", role=Role.MANAGER)
    small.give(7, GOOD)
    small.months[month(8)] = {"vannes": (10, 10, 10)}
    write_cases(small.folder, small.months, is_clean=True)
    small.tick(datetime(2026, 9, 10, 9, tzinfo=UTC))
    assert mails() == [("max", "alerts", 1)], "what is not of the floor waits for the digest"
    (line,) = told("alerts")[0]["lines"]
    assert spaced(alert_sentence(line, "en")) == ("“Answers in 5 days” is in doubt for August 2026.")
    assert spaced(alert_detail(line, "en")) == "Figures end on 10 August 2026: 21 days of the period are missing."
    assert "s’arrêtent au 10 août 2026" in spaced(alert_detail(line, "fr"))
    small.tick(datetime(2026, 9, 11, 9, tzinfo=UTC))
    assert mails()[1:] == [("max", "digest", 1)]
    small.tick(datetime(2026, 9, 12, 9, tzinfo=UTC))
    assert len(mails()) == 2, "what is known is not told again"
    small.give(8, GOOD, tick=False)
    small.give(9, GOOD)
    closed = db.session.execute(select(Alert.state).where(Alert.kind == "doubt")).scalars().all()
    assert closed == ["closed", "closed"]
