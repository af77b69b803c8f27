"""Words as they were written, states of actions, days of reminders."""

from __future__ import annotations

from datetime import date

import pytest

from charter.domain.actions.action_rules import action_state, reminder_on, written
from charter.domain.vocabulary.errors import Invalid

DUE = date(2026, 12, 1)


def test_words_are_kept_as_written() -> None:
    said = "  Deux guichets\r\nfermés <b>شكرا</b> 🙂\x00\x1b  "
    assert written(said, "text", 100) == "Deux guichets\nfermés <b>شكرا</b> 🙂"
    assert written("x" * 100, "text", 100) == "x" * 100
    with pytest.raises(Invalid, match="This text has 101 characters: at most 100 are saved"):
        written("x" * 101, "text", 100)
    with pytest.raises(Invalid, match="Say it"):
        written(" \u200a\n", "text", 100, needed="Say it.")
    assert written(" ", "text", 100) == ""


def test_an_action_is_late_from_the_day_after_its_due_date() -> None:
    assert action_state(DUE, None, DUE) == "open"
    assert action_state(DUE, None, date(2026, 12, 2)) == "late"
    assert action_state(DUE, date(2026, 12, 9), date(2026, 12, 20)) == "done"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-23", None),
        ("2026-11-24", -7),
        ("2026-11-29", -7),
        ("2026-11-30", -1),
        ("2026-12-01", -1),
        ("2026-12-02", 1),
        ("2026-12-08", 1),
        ("2026-12-09", 8),
        ("2026-12-16", 15),
        ("2026-12-30", 29),
        ("2027-06-01", 29),
    ],
)
def test_reminders_come_before_and_after_the_due_date(day: str, expected: int | None) -> None:
    assert reminder_on(DUE, date.fromisoformat(day)) == expected
