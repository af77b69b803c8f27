"""The calendar of checks: what needs somebody first, what comes next."""

from __future__ import annotations

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import CheckState
from charter.services.charters.versions import history
from charter.services.checks.calendar import calendar, next_due
from tests.services.month.test_overview import at, set_state
from tests.services.world import NOW, TEXT, apply


def test_the_calendar_puts_first_what_needs_somebody_and_tells_what_comes_next(world: Flask) -> None:
    set_state("billed", "2026-10", CheckState.FAILED)
    found = calendar(COMMAND_LINE, NOW)
    assert [(row["indicator"], row["state"]) for row in found["rows"]] == [("billed", "failed"), ("answered", "done")]
    assert [(row["indicator"], row["period"], row["due_at"]) for row in found["next"]] == [
        ("billed", "2026-11", "2026-12-04T05:00:00+00:00"),
        ("answered", "2026-11", "2026-12-06T05:00:00+00:00"),
    ]


def test_no_check_is_announced_for_a_period_before_the_charter(empty: Flask) -> None:
    apply(TEXT.replace("2026-07-01", "2026-11-01"))
    found = next_due(history(), at("2026-11-02T09:00+01:00"))
    assert {row["period"] for row in found} == {"2026-11"}
