"""What is missed without an alert is said: before anybody watched the unit, and while it has yet to hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.services.alerts.alerts import alerts_page
from charter.services.alerts.misses import missed_unwatched, missed_without_alert
from charter.services.charters.versions import history
from charter.services.people import accounts
from tests.services.alerts.test_alerts import GOOD, Installation
from tests.services.alerts.test_week import WEST_BAD
from tests.services.people.test_accounts import open_account


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_what_is_missed_without_an_alert_is_not_passed_over(small: Installation) -> None:
    """A region is watched from when somebody sees it; what it missed before opens nothing, and is said."""
    small.give(7, GOOD)
    small.give(8, WEST_BAD)
    rita = open_account("Rita", Role.MANAGER, ("west",))
    found = accounts.person(rita)
    assert found is not None
    assert alerts_page(found, small.now)["alerts"]["open"] == []
    version = history().current
    told = missed_without_alert(found, version, small.now, "west")
    assert told == {"unit": "west", "unit_name": "Région Ouest", "period": "2026-08", "missed": 1, "unwatched": 1}
    assert missed_without_alert(COMMAND_LINE, version, small.now, version.tree.root.key) is None, "the whole holds"
    small.give(9, WEST_BAD)
    assert len(alerts_page(found, small.now)["alerts"]["open"]) == 1
    assert missed_without_alert(found, version, small.now, "west") is None, "the alert says it now"
    assert missed_unwatched(found, version, small.now, ["west"]) == []
