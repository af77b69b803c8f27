"""The clock of promises: the last day of a delay, when a period can be judged, when its check is due, late, lapsed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from charter.domain.calendars import WorkingDays, latest_after
from charter.domain.charter_file.indicators import IndicatorBase, ShareWithin
from charter.domain.charter_file.values import Delay
from charter.domain.periods import Period, add_months

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

    For delays of days, working days and months (same day, clamped to the month's end); raises ValueError for others.
    """
    if delay.unit == "days":
        return start + timedelta(days=delay.count)
    if delay.unit == "working days":
        return working_days.add(start, delay.count)
    if delay.unit == "months":
        return add_months(start, delay.count)
    raise ValueError(f"{delay} elapses: it has no last day")


def delays_of(indicator: IndicatorBase) -> list[Delay]:
    """The delays an indicator judges by: within, tiers and ceiling; none for kinds without a delay."""
    if not isinstance(indicator, ShareWithin):
        return []
    within = [indicator.within] if indicator.within else [tier.within for tier in indicator.tiers]
    return within + ([indicator.ceiling.beyond] if indicator.ceiling else [])


def judged_from(
    indicator: IndicatorBase, period: Period, calendars: Sequence[WorkingDays], *, zone: str = "UTC"
) -> date:
    """The first local date on which every case of the period can be judged.

    Kinds without a delay: the day after the period's end. N days, working days, months: the day after the last day of
    a case started on the period's last day, the latest over all calendars. Elapsed delays: the local date of the
    period's end plus the delay. Several delays (tiers, ceiling): the latest.
    """
    return max([period.end + timedelta(days=1), *(_judged(d, period, calendars, zone) for d in delays_of(indicator))])


def _judged(delay: Delay, period: Period, calendars: Sequence[WorkingDays], zone: str) -> date:
    if delay.is_elapsed:
        return (_end_of(period, zone) + elapsed(delay)).astimezone(ZoneInfo(zone)).date()
    if delay.unit == "months":
        # A month's clamp makes the last start not always the last deadline, but never later than it.
        return add_months(period.end, delay.count) + timedelta(days=1)
    if delay.unit == "working days":
        return latest_after(calendars, period.end, delay.count) + timedelta(days=1)
    return period.end + timedelta(days=delay.count + 1)


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
    ends = [_end_of(period, zone) + elapsed(d) for d in delays_of(indicator) if d.is_elapsed]
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
