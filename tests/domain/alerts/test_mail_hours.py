"""Quiet hours and digests, in the zone of who reads, over both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from charter.domain.alerts.mail_hours import (
    BACK_OFF,
    MOST_TRIES,
    MailHours,
    is_quiet,
    is_told_at_once,
    last_digest,
    next_sending,
)

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "now", "expected"),
    [
        ("20:00", "07:00", "2026-11-10T18:59", False),
        ("20:00", "07:00", "2026-11-10T19:00", True),
        ("20:00", "07:00", "2026-11-11T05:59", True),
        ("20:00", "07:00", "2026-11-11T06:00", False),
        ("12:00", "14:00", "2026-11-10T11:00", True),
        ("12:00", "14:00", "2026-11-10T13:00", False),
        ("08:00", "08:00", "2026-11-10T07:00", False),
        # Summer: two hours before Paris.
        ("20:00", "07:00", "2026-07-10T05:00", False),
        ("20:00", "07:00", "2026-07-10T04:59", True),
    ],
)
def test_quiet_hours_are_those_of_the_reader(start: str, end: str, now: str, expected: bool) -> None:
    hours = MailHours(PARIS, quiet_from=time.fromisoformat(start), quiet_until=time.fromisoformat(end))
    assert is_quiet(hours, at(now)) is expected
    assert is_quiet(MailHours(PARIS), at(now)) is False


@pytest.mark.parametrize("zone", [PARIS, NEW_YORK])
@pytest.mark.parametrize(("rhythm", "expected"), [("daily", 730), ("weekly", 104)])
def test_two_years_of_digests_are_each_due_once(zone: ZoneInfo, rhythm: str, expected: int) -> None:
    hours = MailHours(zone, digest=rhythm, day=2, at=time(8, 30))
    now, found = at("2026-01-01T00:00"), []
    while now < at("2028-01-01T00:00"):
        found.append(last_digest(hours, now))
        now += timedelta(hours=1)
    each = sorted(set(found))
    assert abs(len(each) - 1 - expected) <= 1
    assert {one.astimezone(zone).strftime("%H:%M") for one in each} == {"08:30"}
    days = [one.astimezone(zone).date() for one in each]
    assert {(after - before).days for before, after in pairwise(days)} == {1 if rhythm == "daily" else 7}
    if rhythm == "weekly":
        assert {day.weekday() for day in days} == {2}


def test_what_is_told_at_once() -> None:
    choices = {
        choice: [
            is_told_at_once(MailHours(PARIS, at_once=choice), is_urgent=urgent, is_floor=floor)
            for urgent, floor in ((True, True), (True, False), (False, True))
        ]
        for choice in ("floor", "all", "none")
    }
    assert choices == {"floor": [True, False, False], "all": [True, True, False], "none": [False, False, False]}


def test_a_sending_is_given_up_after_about_two_days() -> None:
    now, waits = at("2026-11-10T09:00"), []
    for tries in range(1, MOST_TRIES):
        again = next_sending(tries, now)
        assert again is not None
        waits.append(again - now)
    assert waits[: len(BACK_OFF)] == list(BACK_OFF)
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=3)
    assert next_sending(MOST_TRIES, now) is None
