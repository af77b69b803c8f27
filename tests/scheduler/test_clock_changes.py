"""What a timer's own triggers do in the nights of the change of clocks, beside what ours do: the reason why due
periods are reckoned from the calendar, and the timer only wakes us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger

from charter.domain.checks.deadlines import due_at
from charter.domain.vocabulary.periods import periods_of
from charter.domain.vocabulary.terms import PeriodKind
from charter.domain.vocabulary.working_days import WorkingDays
from tests.services.world import charter_of

FIRST, AFTER = date(2026, 1, 1), date(2028, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range((AFTER - FIRST).days)]

# zone, weekly or daily, hour and minute: the days of two years on which the library does not fire, or fires twice.
TIMER = [
    ("Europe/Paris", "daily", 0, 0, ["2026-03-30", "2027-03-29"], []),
    ("Europe/Paris", "daily", 2, 0, [], ["2026-10-25", "2027-10-31"]),
    ("Europe/Paris", "daily", 2, 30, [], ["2026-10-25", "2027-10-31"]),
    ("Europe/Paris", "weekly", 0, 0, ["2026-03-30", "2027-03-29"], []),
    ("Europe/Paris", "daily", 6, 0, [], []),
    ("America/New_York", "daily", 0, 0, ["2026-03-09", "2027-03-15"], []),
    ("America/New_York", "daily", 1, 30, [], ["2026-11-01", "2027-11-07"]),
    ("America/New_York", "weekly", 0, 0, ["2026-03-09", "2027-03-15"], []),
    ("America/New_York", "daily", 6, 0, [], []),
]


def fired(zone: str, each: str, hour: int, minute: int) -> Iterator[datetime]:
    """When the library's trigger fires in two years."""
    weekly = {"day_of_week": "mon"} if each == "weekly" else {}
    trigger = CronTrigger(timezone=ZoneInfo(zone), hour=hour, minute=minute, **weekly)
    now, last = datetime(2025, 12, 31, 23, 59, 59, tzinfo=ZoneInfo(zone)), None
    while (last := trigger.get_next_fire_time(last, now)) is not None and last.date() < AFTER:
        yield last
        now = last


@pytest.mark.parametrize(("zone", "each", "hour", "minute", "missed", "doubled"), TIMER)
def test_a_timer_misses_days_and_doubles_them(
    zone: str, each: str, hour: int, minute: int, missed: list[str], doubled: list[str]
) -> None:
    wanted = [day for day in DAYS if each == "daily" or day.weekday() == 0]
    times = Counter(instant.date() for instant in fired(zone, each, hour, minute))
    assert [day.isoformat() for day in wanted if not times[day]] == missed
    assert [day.isoformat() for day, count in sorted(times.items()) if count > 1] == doubled


@pytest.mark.parametrize(("zone", "each", "hour", "minute"), [line[:4] for line in TIMER])
def test_ours_come_once_at_the_hour_asked_for_and_never_in_the_night(
    zone: str, each: str, hour: int, minute: int
) -> None:
    """The same wishes as checks: a period each day or week, due at that hour, in the night at four."""
    kind = PeriodKind.DAY if each == "daily" else PeriodKind.WEEK
    text = CHECK.format(zone=zone, period=kind.value, at=f"{max(hour, 4):02d}:{minute if hour >= 4 else 0:02d}")
    charter = charter_of(text)
    indicator = charter.commitments[0].indicators[0]
    periods, calendars = periods_of(kind, FIRST, AFTER - timedelta(days=1)), [WorkingDays("FR")]
    times = [due_at(indicator, period, calendars, zone=zone) for period in periods]
    local = [instant.astimezone(ZoneInfo(zone)) for instant in times]
    assert len(set(times)) == len(times) == (730 if each == "daily" else 103)
    assert {(one.hour, one.minute) for one in local} == {(max(hour, 4), minute if hour >= 4 else 0)}
    assert [later.date() - one.date() for one, later in pairwise(local)] == (
        [timedelta(days=1 if each == "daily" else 7)] * (len(local) - 1)
    )


CHECK = """
charter:
  {{key: c, organisation: O, title: {{en: C}}, timezone: {zone}, calendar: FR, valid_from: 2026-01-01}}
units: [{{key: all, name: All, kind: company}}]
sources: {{cases: {{kind: csv, path: cases.csv}}}}
commitments:
  - key: one
    title: {{en: One}}
    promise: {{en: We keep it each day.}}
    owner: Somebody
    indicators:
      - {{key: i, title: {{en: I}}, kind: share, source: cases, date: day, period: {period}, success: {{ok: 1}},
         targets: [{{from: 2026-01-01, target: 0.8}}], check: {{due: 0 days, at: "{at}"}}}}
"""
