"""What a version counts: told with the calendars where working time is counted, told apart by a unit's own."""

from __future__ import annotations

from flask import Flask

from charter.services.charters.rules import definition_of, told_definition
from charter.services.charters.versions import find_indicator, history
from tests.services.world import TEXT, apply

WITHIN = TEXT.replace("key: nice,", "key: nice, calendar: DE,")


def test_a_unit_on_another_calendar_has_a_rule_of_its_own_where_working_days_are_counted(empty: Flask) -> None:
    apply(WITHIN)
    version = history().current
    for key in version.indicators:
        _, indicator = find_indicator(version, key)
        told = told_definition(version, indicator)
        counts_days = "calendars" in told
        assert told["kind"] == indicator.kind.value
        assert definition_of(version, indicator, "abc", "vannes") == "abc"
        assert (definition_of(version, indicator, "abc", "nice") != "abc") is counts_days
