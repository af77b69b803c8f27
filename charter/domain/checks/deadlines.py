"""The clock of promises: the last day of a delay, when a period can be judged, when its check is due, late, lapsed.

Where a due period of a check stands at an instant: late and lapsed follow from the dates, they are never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from charter.domain.charter_file.indicators import IndicatorBase, ShareWithin
from charter.domain.charter_file.values import Delay, Text
from charter.domain.vocabulary.opening_hours import OpeningHours
from charter.domain.vocabulary.periods import Period, add_months
from charter.domain.vocabulary.terms import CheckState, Reason
from charter.domain.vocabulary.working_days import WorkingDays, latest_after

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


# Nothing is due between midnight and four: those local times may not exist, or exist twice.
EARLIEST = time(4, 0)
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}


def elapsed(delay: Delay) -> timedelta:
    """The length of a delay of seconds, minutes or hours; raises ValueError for the others."""
    if not delay.is_elapsed:
        raise ValueError(f"{delay} is counted on dates")
    return timedelta(seconds=delay.count * _SECONDS[delay.unit])


def last_day(start: date, delay: Delay, working_days: WorkingDays) -> date:
    """The last local date on which a case that started on `start` (day 0) is still in time.

    For delays of days, weeks, working days and months (same day, clamped to the month's end); ValueError for others.
    """
    if delay.unit == "days":
        return start + timedelta(days=delay.count)
    if delay.unit == "weeks":
        return start + timedelta(days=7 * delay.count)
    if delay.unit == "working days":
        return working_days.add(start, delay.count)
    if delay.unit == "months":
        return add_months(start, delay.count)
    raise ValueError(f"{delay} is counted on instants: it has no last day")


def delays_of(indicator: IndicatorBase) -> list[Delay]:
    """The delays an indicator judges by: within, tiers and ceiling; none for kinds without a delay."""
    if not isinstance(indicator, ShareWithin):
        return []
    within = [indicator.within] if indicator.within else [tier.within for tier in indicator.tiers]
    return within + ([indicator.ceiling.beyond] if indicator.ceiling else [])


def counts_working_days(indicator: IndicatorBase) -> bool:
    """Whether holidays, closed days and opening hours change what is counted."""
    units = [*(delay.unit for delay in delays_of(indicator)), unit_of_delay(indicator) or ""]
    return any(unit.startswith("working") for unit in units)


def unit_of_delay(indicator: IndicatorBase) -> str | None:
    """The unit in which a mean or a percentile of delays is counted; a sum's `in` is a word, and counts nothing."""
    unit = getattr(indicator, "in_", None)
    return unit if isinstance(unit, str) else None


def seconds_in(indicator: IndicatorBase) -> int:
    """How many seconds make one of the indicator's unit, where its column holds durations written with colons."""
    unit = getattr(indicator, "in_", None)
    word = unit.in_language("en") if isinstance(unit, Text) else unit
    return {"minutes": 60, "hours": 3600}.get(word or "", 1)


def judged_from(
    indicator: IndicatorBase, period: Period, calendars: Sequence[WorkingDays], *, zone: str = "UTC"
) -> date:
    """The first local date on which every case of the period can be judged.

    Kinds without a delay: the day after the period's end. N days, working days, months: the day after the last day of
    a case started on the period's last day, the latest over all calendars. Elapsed delays and working hours: the local
    date of the deadline of a case started at the period's end. Several delays (tiers, ceiling): the latest.
    """
    return max([period.end + timedelta(days=1), *(_judged(d, period, calendars, zone) for d in delays_of(indicator))])


def _judged(delay: Delay, period: Period, calendars: Sequence[WorkingDays], zone: str) -> date:
    if not delay.is_by_day:
        return _deadline(delay, _end_of(period, zone), calendars, zone).astimezone(ZoneInfo(zone)).date()
    if delay.unit == "months":
        # A month's clamp makes the last start not always the last deadline, but never later than it.
        return add_months(period.end, delay.count) + timedelta(days=1)
    if delay.unit == "working days":
        return latest_after(calendars, period.end, delay.count) + timedelta(days=1)
    return last_day(period.end, delay, calendars[0]) + timedelta(days=1)


def _deadline(delay: Delay, start: datetime, calendars: Sequence[WorkingDays], zone: str) -> datetime:
    """The instant at which a delay of hours or working hours is used up, the latest over all calendars."""
    if delay.is_elapsed:
        return start + elapsed(delay)
    return max(OpeningHours(calendar, zone).deadline(start, working_time(delay)) for calendar in calendars)


def working_time(delay: Delay) -> timedelta:
    """The length of a delay of working hours or minutes."""
    return timedelta(minutes=delay.count * (60 if delay.unit == "working hours" else 1))


def _end_of(period: Period, zone: str) -> datetime:
    """The instant at which the period ends: the first moment of the day after its last."""
    return at_local(period.end + timedelta(days=1), time(0, 0), zone)


def at_local(day: date, at: time, zone: str) -> datetime:
    """The instant (UTC) of a local date and time; a time that the clocks skip is read as shortly after the gap."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def due_at(indicator: IndicatorBase, period: Period, calendars: Sequence[WorkingDays], *, zone: str) -> datetime:
    """The instant (UTC) a check of the period is due: `check.due` after judged_from, at `check.at` (04:00 or later).

    Never before the last deadline of an elapsed delay: then the next day at the same time. The first calendar (the
    charter's) counts the working days of `due`.
    """
    at = max(time.fromisoformat(indicator.check.at), EARLIEST)
    first = at_local(judged_from(indicator, period, calendars, zone=zone), at, zone)
    due = after(first, indicator.check.due, calendars, zone=zone)
    ends = [_deadline(d, _end_of(period, zone), calendars, zone) for d in delays_of(indicator) if not d.is_by_day]
    while ends and due <= max(ends):
        due = after(due, Delay(count=1, unit="days"), calendars, zone=zone)
    return due


def late_at(indicator: IndicatorBase, due: datetime, calendars: Sequence[WorkingDays], *, zone: str) -> datetime:
    """The instant (UTC) from which a check not done is late: `check.late_after` beyond due."""
    return after(due, indicator.check.late_after, calendars, zone=zone)


def lapsed_at(indicator: IndicatorBase, due: datetime, calendars: Sequence[WorkingDays], *, zone: str) -> datetime:
    """The instant (UTC) from which a check not done has lapsed: `check.lapses_after` beyond due."""
    return after(due, indicator.check.lapses_after, calendars, zone=zone)


def after(instant: datetime, delay: Delay, calendars: Sequence[WorkingDays], *, zone: str) -> datetime:
    """An instant (UTC) a delay later: days, working days and months keep the local time of day, others elapse.

    What would fall between midnight and 04:00 local waits until 04:00.
    """
    if delay.is_elapsed:
        later = (instant.astimezone(UTC) + elapsed(delay)).astimezone(ZoneInfo(zone))
        return at_local(later.date(), EARLIEST, zone) if later.time() < EARLIEST else later.astimezone(UTC)
    local = instant.astimezone(ZoneInfo(zone))
    day = last_day(local.date(), delay, calendars[0])
    return at_local(day, max(local.time().replace(tzinfo=None), EARLIEST), zone)
