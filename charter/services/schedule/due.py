"""Due periods as rows: made from the calendar, one for each, by any number of processes (claimed in claiming.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select

from charter.domain.charter_file.indicators import Composite, Indicator
from charter.domain.checks.deadlines import Deadlines, due_at, lapsed_at, late_at, state_at
from charter.domain.vocabulary.periods import Period, periods_of
from charter.domain.vocabulary.terms import CheckState
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.records.transactions import insert_new, transaction

if TYPE_CHECKING:
    from charter.services.charters.versions import History, Version


class _Due(NamedTuple):
    """A period of an indicator, and when its check is due, late and lapsed."""

    indicator: Indicator
    period: Period
    times: Deadlines


def make_due(history: History, now: datetime) -> int:
    """Write a row for every period that has become due and has none yet; returns how many.

    A period belongs to an indicator if it starts on or after the first day of a version that holds the indicator.
    Two processes may do this at once: the unique key keeps one row.
    """
    newest = _newest(history)
    rows = [_row(*one) for one in _due_periods(history, newest, now)]
    if not rows:
        return 0
    with transaction():
        for start in range(0, len(rows), 50):
            db.session.execute(insert_new(DueCheck, rows[start : start + 50]))
    return len(rows)


def _newest(history: History) -> dict[tuple[int, str], date]:
    """The start of the newest row by version and indicator.

    Each version has its own: a version that judges sooner must not hide the last periods of the one before. Nor does
    a figure that a person entered before it was due.
    """
    in_turn = or_(DueCheck.done_at.is_(None), DueCheck.done_at >= DueCheck.due_at)
    newest: dict[tuple[int, str], date] = {}
    for version, following in zip_longest(history.versions, history.versions[1:]):
        query = select(DueCheck.indicator_key, func.max(DueCheck.period_start)).group_by(DueCheck.indicator_key)
        query = query.where(DueCheck.period_start >= version.valid_from, in_turn)
        if following is not None:
            query = query.where(DueCheck.period_start < following.valid_from)
        newest |= {(version.id, key): start for key, start in db.session.execute(query)}
    return newest


def _due_periods(history: History, newest: dict[tuple[int, str], date], now: datetime) -> Iterator[_Due]:
    zone = ZoneInfo(history.current.charter.charter.timezone)
    today = now.astimezone(zone).date()
    for version in history.versions:
        for key, (_, indicator) in version.indicators.items():
            known = newest.get((version.id, key))
            first = version.valid_from if known is None else max(version.valid_from, known + timedelta(days=1))
            for period in periods_of(indicator.period, first, today):
                if history.on(period.start) is version:
                    times = deadlines_of(version, indicator, period)
                    if times.due_at <= now:
                        yield _Due(indicator, period, times)


def write_due(version: Version, indicator: Indicator, period: Period) -> None:
    """The row of one period, if there is none yet; within the caller's transaction."""
    db.session.execute(insert_new(DueCheck, [_row(indicator, period, deadlines_of(version, indicator, period))]))


def deadlines_of(version: Version, indicator: Indicator, period: Period) -> Deadlines:
    """When the check of this period is due, late and lapsed, by the version's calendars and zone."""
    known = version.deadlines.get((indicator.key, period))
    if known is not None:
        return known
    zone, calendars = version.charter.charter.timezone, version.calendars
    due = _due_at(version, indicator, period)
    late = late_at(indicator, due, calendars, zone=zone)
    found = Deadlines(due, late, lapsed_at(indicator, due, calendars, zone=zone))
    version.deadlines[indicator.key, period] = found
    return found


def _due_at(version: Version, indicator: Indicator, period: Period) -> datetime:
    """A composite is due when the last of its parts is."""
    if isinstance(indicator, Composite):
        parts = (version.indicators[part.indicator][1] for part in indicator.of)
        return max(deadlines_of(version, part, period).due_at for part in parts)
    return due_at(indicator, period, version.calendars, zone=version.charter.charter.timezone)


def _row(indicator: Indicator, period: Period, times: Deadlines) -> dict[str, Any]:
    return {
        "indicator_key": indicator.key,
        "period_key": period.key,
        "period_start": period.start,
        "period_end": period.end,
        "due_at": times.due_at,
        "late_at": times.late_at,
        "lapsed_at": times.lapsed_at,
        "state": CheckState.DUE,
        "tries": 0,
        "next_try_at": times.due_at,
    }


def state_of(check: DueCheck, now: datetime) -> CheckState:
    """The state of a row as a person sees it at an instant: what was done later is not done yet.

    Before it is due, a check that is not done is only awaited, whatever became of it afterwards.
    """
    stored = CheckState(check.state)
    if stored is CheckState.DONE and check.done_at is not None and check.done_at > now:
        stored = CheckState.DUE
    if stored is not CheckState.DONE and now < check.due_at:
        return CheckState.DUE
    return state_at(stored, Deadlines(check.due_at, check.late_at, check.lapsed_at), now)
