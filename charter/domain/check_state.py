"""Where a due period of a check stands at an instant: late and lapsed follow from the dates, they are never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from charter.domain.terms import CheckState, Reason

BACK_OFF = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""How long to wait after the first, second, … failure; the last one repeats."""

LEASE = timedelta(minutes=30)
"""How long a claim holds before another process may take it over."""


MOST_TRIES = 8
"""After so many failures in a row nobody tries again by itself: the check asks for a person. About a day."""


HORIZON = timedelta(hours=13)
"""Longer than any lease (twelve hours at most) and any wait for a next try, of checks, long work and post."""


def horizon(now: datetime) -> datetime:
    """The last instant that a lease or a next try can name at `now`.

    A later one was written by a clock that ran ahead and has been set back since: it holds nobody up.
    """
    return now + HORIZON


@dataclass(frozen=True)
class Deadlines:
    """When a check is due, late and lapsed."""

    due_at: datetime
    late_at: datetime
    lapsed_at: datetime


def state_at(stored: CheckState, deadlines: Deadlines, now: datetime) -> CheckState:
    """The state a person sees: done and waived stand; else lapsed, failed, late by the instant; else as stored."""
    if stored in (CheckState.DONE, CheckState.WAIVED):
        return stored
    if now >= deadlines.lapsed_at:
        return CheckState.LAPSED
    if stored is CheckState.FAILED:
        return CheckState.FAILED
    if now >= deadlines.late_at:
        return CheckState.LATE
    return stored


MISSING: dict[CheckState, Reason] = {
    CheckState.LATE: Reason.CHECK_LATE,
    CheckState.FAILED: Reason.CHECK_FAILED,
    CheckState.LAPSED: Reason.CHECK_LAPSED,
    CheckState.WAIVED: Reason.CHECK_WAIVED,
}
"""States in which the newest period has no data: an older figure must not stand in for it."""


def next_try(tries: int, now: datetime) -> datetime:
    """When a check that has failed `tries` times is tried again."""
    return now + BACK_OFF[min(tries, len(BACK_OFF)) - 1]


def next_look(done_at: datetime, lapsed_at: datetime, now: datetime) -> datetime | None:
    """When a figure with pending cases is completed: a day after it was first counted, then after 2, 4, 8 days…

    None once the check would have lapsed: what is open by then stays pending, and the figure says so.
    """
    look = now + max(timedelta(days=1), now - done_at)
    return look if look <= lapsed_at else None
