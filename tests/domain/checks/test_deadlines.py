"""Where a check stands: late and lapsed follow from the dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from charter.domain.checks.deadlines import BACK_OFF, MISSING, Deadlines, next_try, state_at
from charter.domain.vocabulary.terms import CheckState, Reason

DUE = datetime(2026, 11, 4, 5, tzinfo=UTC)
TIMES = Deadlines(DUE, DUE + timedelta(days=1), DUE + timedelta(days=60))
SECOND = timedelta(seconds=1)
S = CheckState


@pytest.mark.parametrize(
    ("stored", "now", "seen"),
    [
        (S.DUE, TIMES.due_at, S.DUE),
        (S.DUE, TIMES.late_at - SECOND, S.DUE),
        (S.DUE, TIMES.late_at, S.LATE),
        (S.DUE, TIMES.lapsed_at - SECOND, S.LATE),
        (S.DUE, TIMES.lapsed_at, S.LAPSED),
        (S.RUNNING, TIMES.late_at - SECOND, S.RUNNING),
        (S.RUNNING, TIMES.late_at, S.LATE),
        (S.RUNNING, TIMES.lapsed_at, S.LAPSED),
        (S.FAILED, TIMES.due_at, S.FAILED),
        (S.FAILED, TIMES.late_at, S.FAILED),
        (S.FAILED, TIMES.lapsed_at, S.LAPSED),
        (S.DONE, TIMES.lapsed_at, S.DONE),
        (S.WAIVED, TIMES.lapsed_at, S.WAIVED),
    ],
)
def test_state_at_an_instant(stored: CheckState, now: datetime, seen: CheckState) -> None:
    assert state_at(stored, TIMES, now) is seen


def test_each_try_waits_longer_and_the_last_wait_repeats() -> None:
    waits = [next_try(tries, DUE) - DUE for tries in range(1, 7)]
    assert waits == [*BACK_OFF, BACK_OFF[-1], BACK_OFF[-1]]
    assert [wait.total_seconds() / 60 for wait in waits[:4]] == [5, 30, 120, 360]


def test_states_without_data_have_their_reason() -> None:
    assert MISSING == {
        S.LATE: Reason.CHECK_LATE,
        S.FAILED: Reason.CHECK_FAILED,
        S.LAPSED: Reason.CHECK_LAPSED,
        S.WAIVED: Reason.CHECK_WAIVED,
    }
