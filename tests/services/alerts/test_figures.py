"""The figures of alerts are those of today: newest period, what was before, the worst place, chance."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.alerts import Alert
from charter.models.base import db
from charter.services.alerts.figures import by_chance, code_today, facts_today
from charter.services.charters.versions import history
from tests.services.alerts.test_alerts import BAD, GOOD, Installation, person


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_an_alert_tells_the_newest_period_not_that_of_its_opening(small: Installation) -> None:
    person("Ana", "Service clients")
    small.give(7, GOOD)
    small.give(8, BAD)
    small.give(9, {"vannes": (40, 20, 40), "nice": (40, 26, 40)})
    (alert,) = db.session.execute(select(Alert)).scalars()
    assert alert.facts["period"] == "2026-08"
    facts = facts_today(history(), [alert])[alert.id]
    assert (facts["period"], facts["since"], facts["value"]) == ("2026-09", "2026-08", 0.575)
    assert facts["previous"] == {"period": "2026-08", "value": 0.6}
    assert facts["worst"]["unit_name"] == "Agence de Vannes"
    assert facts["worst"]["value"] == 0.5
    assert facts["chance"] is False
    assert code_today(alert, facts) == facts["status"]
    told = by_chance(COMMAND_LINE, history().current)
    assert told is None or told["expected"] <= told["missed"]


def test_what_is_near_again_is_not_told_as_missed(small: Installation) -> None:
    person("Ana", "Service clients")
    for number, figures in ((7, GOOD), (8, BAD), (9, {"vannes": (40, 31, 40)})):
        small.give(number, figures)
    (alert,) = db.session.execute(select(Alert)).scalars()
    facts = facts_today(history(), [alert])[alert.id]
    assert (alert.state, code_today(alert, facts)) == ("open", "near")
    assert "worst" not in facts
