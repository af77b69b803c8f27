from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.values import Delay
from charter.domain.checks.deadlines import after, due_at, judged_from, lapsed_at, last_day, late_at
from charter.domain.vocabulary.periods import parse_period, period_at
from charter.domain.vocabulary.terms import PeriodKind
from charter.domain.vocabulary.working_days import WorkingDays

FR, MOSELLE, NY = WorkingDays("FR"), WorkingDays("FR-57"), WorkingDays("US-NY")
PARIS, NEW_YORK = "Europe/Paris", "America/New_York"


def make_delay(text: str) -> Delay:
    return Delay.model_validate(text)


def make_indicator(within: str | None = None, **fields: Any) -> Any:
    base: dict[str, Any] = {"key": "i", "title": "i", "source": "s"}
    if within or "tiers" in fields:
        base |= {"kind": "share-within", "start": "a", "stop": "b"} | ({"within": within} if within else {})
    else:
        base |= {"kind": "count", "date": "a"}
    return TypeAdapter(Indicator).validate_python(base | fields)


@pytest.mark.parametrize(
    ("start", "delay", "expected"),
    [
        (date(2026, 10, 5), "0 days", date(2026, 10, 5)),
        (date(2026, 2, 25), "5 days", date(2026, 3, 2)),
        (date(2024, 2, 25), "5 days", date(2024, 3, 1)),
        (date(2024, 1, 31), "1 month", date(2024, 2, 29)),
        (date(2023, 10, 31), "4 months", date(2024, 2, 29)),
        (date(2026, 10, 2), "10 working days", date(2026, 10, 16)),
    ],
)
def test_last_day_counts_from_day_zero(start: date, delay: str, expected: date) -> None:
    assert last_day(start, make_delay(delay), FR) == expected


def test_last_day_of_an_elapsed_delay_is_refused() -> None:
    with pytest.raises(ValueError, match="counted on instants"):
        last_day(date(2026, 10, 5), make_delay("3 hours"), FR)


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        (None, date(2026, 11, 1)),
        ("0 days", date(2026, 11, 1)),
        ("30 days", date(2026, 12, 1)),
        # Saturday 31 October; Monday 2 November to Friday 13, less Wednesday 11: the tenth is Monday 16.
        ("10 working days", date(2026, 11, 17)),
        ("1 month", date(2026, 12, 1)),
        ("4 months", date(2027, 3, 1)),
        ("1 hour", date(2026, 11, 1)),
        ("48 hours", date(2026, 11, 3)),
    ],
)
def test_october_can_be_judged_from(within: str | None, expected: date) -> None:
    assert judged_from(make_indicator(within), parse_period("2026-10"), [FR], zone=PARIS) == expected


def test_judged_from_waits_for_the_slowest_calendar_and_the_longest_step() -> None:
    april = parse_period("2025-04-17")
    assert judged_from(make_indicator("2 working days"), april, [FR, MOSELLE]) == date(2025, 4, 24)
    tiers = [{"within": "10 days", "target": 0.5}, {"within": "30 days", "target": 1}]
    assert judged_from(make_indicator(tiers=tiers), parse_period("2026-10"), [FR]) == date(2026, 12, 1)
    tail = {"beyond": "60 days", "at_most": 0.01}
    assert judged_from(make_indicator("10 days", ceiling=tail), parse_period("2026-10"), [FR]) == date(2026, 12, 31)


def test_due_keeps_the_local_hour_across_the_change_of_clocks() -> None:
    indicator = make_indicator(check={"due": "3 days", "at": "06:00"})
    # Judged from 1 November 2026, due 4 November 06:00: 05:00 UTC in winter, in Paris.
    assert due_at(indicator, parse_period("2026-10"), [FR], zone=PARIS) == datetime(2026, 11, 4, 5, tzinfo=UTC)
    assert due_at(indicator, parse_period("2026-03"), [FR], zone=PARIS) == datetime(2026, 4, 4, 4, tzinfo=UTC)
    assert due_at(indicator, parse_period("2026-10"), [NY], zone=NEW_YORK) == datetime(2026, 11, 4, 11, tzinfo=UTC)


def test_due_late_and_lapsed_by_each_unit_of_delay() -> None:
    indicator = make_indicator(
        check={"due": "2 working days", "at": "08:00", "late_after": "12 hours", "lapses_after": "2 months"}
    )
    # Judged from Sunday 1 November 2026: the second working day after it is Tuesday 3.
    due = due_at(indicator, parse_period("2026-10"), [FR], zone=PARIS)
    assert due == datetime(2026, 11, 3, 7, tzinfo=UTC)
    assert late_at(indicator, due, [FR], zone=PARIS) == datetime(2026, 11, 3, 19, tzinfo=UTC)
    assert lapsed_at(indicator, due, [FR], zone=PARIS) == datetime(2027, 1, 3, 7, tzinfo=UTC)


def test_due_by_default_is_three_days_after_at_six() -> None:
    indicator = make_indicator("30 days")
    due = due_at(indicator, parse_period("2026-10"), [FR], zone=PARIS)
    assert due == datetime(2026, 12, 4, 5, tzinfo=UTC)
    assert late_at(indicator, due, [FR], zone=PARIS) == due + timedelta(days=1)
    assert lapsed_at(indicator, due, [FR], zone=PARIS) == due + timedelta(days=60)


def test_late_keeps_the_local_hour_over_the_night_of_the_change() -> None:
    indicator = make_indicator(check={"due": "0 days", "at": "06:00"}, period="day")
    due = due_at(indicator, parse_period("2026-10-23"), [FR], zone=PARIS)  # Saturday 24 October, summer time
    assert due == datetime(2026, 10, 24, 4, tzinfo=UTC)
    assert late_at(indicator, due, [FR], zone=PARIS) == datetime(2026, 10, 25, 5, tzinfo=UTC)


def test_due_is_never_between_midnight_and_four() -> None:
    indicator = make_indicator(check={"due": "0 days", "at": "02:30"}, period="day")
    # 29 March 2026: 02:30 does not exist in Paris.
    assert due_at(indicator, parse_period("2026-03-28"), [FR], zone=PARIS) == datetime(2026, 3, 29, 2, tzinfo=UTC)
    night = after(datetime(2026, 10, 24, 20, tzinfo=UTC), make_delay("4 hours"), [FR], zone=PARIS)
    assert night.astimezone(ZoneInfo(PARIS)).isoformat() == "2026-10-25T04:00:00+01:00"


def test_due_waits_for_the_last_elapsed_deadline() -> None:
    indicator = make_indicator("8 hours", check={"due": "0 days", "at": "06:00"})
    # The last case of October may be in time until 1 November 08:00: not yet at 06:00.
    assert due_at(indicator, parse_period("2026-10"), [FR], zone=PARIS) == datetime(2026, 11, 2, 5, tzinfo=UTC)


DELAYS = st.sampled_from(["0 days", "3 days", "1 working day", "1 month", "5 hours", "90 minutes"])


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.sampled_from(list(PeriodKind)),
    st.sampled_from(["0 days", "10 days", "10 working days", "2 months", "4 hours", "36 hours"]),
    DELAYS,
    DELAYS,
    st.sampled_from([(PARIS, FR), (NEW_YORK, NY), ("Asia/Tokyo", FR), ("America/Santiago", FR)]),
)
def test_due_comes_after_judging_and_before_lapsing(
    day: date, kind: PeriodKind, within: str, due_after: str, late_after: str, place: tuple[str, WorkingDays]
) -> None:
    zone, calendar = place
    check = {"due": due_after, "late_after": late_after, "lapses_after": "60 days"}
    indicator = make_indicator(within, check=check)
    period = period_at(kind, day)
    due = due_at(indicator, period, [calendar], zone=zone)
    local = due.astimezone(ZoneInfo(zone))
    assert local.date() >= judged_from(indicator, period, [calendar], zone=zone)
    assert local.hour >= 4
    assert due_at(indicator, period.next(), [calendar], zone=zone) >= due
    assert late_at(indicator, due, [calendar], zone=zone) >= due
    assert lapsed_at(indicator, due, [calendar], zone=zone) > due
    if due_after.endswith("days"):
        assert (local.hour, local.minute) == (6, 0)
