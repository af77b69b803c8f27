"""What a reading says to the watch, and whether chance alone could explain a miss."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from charter.domain.alerts.alert_rules import Mark, Subject
from charter.domain.vocabulary.periods import parse_period
from charter.services.charters.versions import history
from charter.services.watching.evidence import Moment, evidence_at, explained_by_chance


def row(met: int, of: int = 40, **changed: Any) -> dict[str, Any]:
    """A reading of 80 % required."""
    return {"unit_key": "company", "status": "missed", "reason": None, "value": met / of, "numerator": met,
            "denominator": of, "interval_low": None, "interval_high": None, "steps": None, "shown": None,
            "definition_hash": "one"} | changed  # fmt: skip


@pytest.mark.parametrize(("met", "by_chance"), [(31, True), (30, True), (24, False), (10, False)])
def test_a_count_that_comes_in_one_of_twenty_months_or_more_is_explained_by_chance(
    charted: Flask, met: int, by_chance: bool
) -> None:
    version, month = history().current, parse_period("2026-08")
    indicator = version.indicators["answered"][1]
    assert explained_by_chance(version, indicator, Moment(month, row(met))) is by_chance
    seen = evidence_at((version, Subject.STATUS), indicator, Moment(month, row(met)))
    assert (seen.mark, seen.is_by_chance) == (Mark.BAD, by_chance)


def test_two_months_short_together_are_not_explained_and_of_no_value_nothing_is_said(charted: Flask) -> None:
    version, month = history().current, parse_period("2026-08")
    indicator = version.indicators["answered"][1]
    assert explained_by_chance(version, indicator, Moment(month, row(29), row(28))) is False
    assert explained_by_chance(version, indicator, Moment(month, row(29), row(28, definition_hash="two"))) is True
    assert explained_by_chance(version, indicator, Moment(month, row(0, value=None))) is None
    lost = row(0, value=None, status="no-data", reason="no-rows")
    assert evidence_at((version, Subject.DATA), indicator, Moment(month, lost)).mark is Mark.BAD
