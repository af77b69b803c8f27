"""The list of checks as it must stand: nothing is told of one that a person or the charter changed in its own way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.records.transactions import transaction
from charter.services.verification.checks import AWAY, compare_checks
from charter.services.verification.entries import Log
from charter.services.verification.verify import verify


def told() -> list[str]:
    return [str(one) for one in compare_checks(Log(), [])]


def change(statement: str) -> None:
    with transaction():
        db.session.execute(text(statement))


def test_a_list_as_the_alarm_clock_wrote_it_is_whole(world: Flask) -> None:
    assert db.session.query(DueCheck).count() > 3
    assert told() == []


@pytest.mark.parametrize(("days", "is_told"), [(AWAY.days - 1, False), (AWAY.days + 1, True), (-AWAY.days - 1, True)])
def test_times_may_move_with_the_list_of_holidays_and_no_more(world: Flask, days: int, is_told: bool) -> None:
    check = db.session.query(DueCheck).order_by(DueCheck.id).first()
    assert check is not None
    with transaction():
        check.late_at += timedelta(days=days)
    assert bool(told()) == is_told


def test_what_is_taken_away_between_others_is_told_and_the_newest_is_written_again(world: Flask) -> None:
    change("DELETE FROM due_checks WHERE indicator_key = 'billed' AND period_key = '2026-08'")
    assert told() == ["The check of billed for 2026-08 is not there any more."]
    change("DELETE FROM due_checks WHERE indicator_key = 'billed' AND period_key >= '2026-08'")
    assert told() == []
    assert verify(COMMAND_LINE)["ok"] is True
