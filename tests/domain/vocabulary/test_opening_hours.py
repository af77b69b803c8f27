"""Opening hours as instants, and the week of each country."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from charter.domain.charter_file.values import Delay
from charter.domain.checks.deadlines import working_time
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.opening_hours import OpeningHours
from charter.domain.vocabulary.working_days import Opening, WorkingDays

NINE_TO_SIX = ((Opening(540, 1080),),) * 5 + ((), ())
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        # Friday evening, Saturday and an instant inside opening hours (zammad/zammad#390, glpi PR#22678).
        ("2026-03-06 17:30", 4, "2026-03-09 12:30"),
        ("2026-03-07 10:00", 4, "2026-03-09 13:00"),
        ("2026-03-02 09:00", 9, "2026-03-02 18:00"),
        # 1 May is a holiday, a Friday.
        ("2026-04-30 17:00", 2, "2026-05-04 10:00"),
    ],
)
def test_a_delay_is_used_up_inside_opening_hours(start: str, hours: int, end: str) -> None:
    clock = OpeningHours(WorkingDays("FR", week=NINE_TO_SIX), "Europe/Paris")
    found = clock.deadline(datetime.fromisoformat(start).replace(tzinfo=PARIS), timedelta(hours=hours))
    assert found.astimezone(PARIS).strftime("%Y-%m-%d %H:%M") == end
    begun = datetime.fromisoformat(start).replace(tzinfo=PARIS)
    assert (
        clock.worked(begun, found) == timedelta(hours=hours) == working_time(Delay(count=hours, unit="working hours"))
    )


def test_hours_that_the_clocks_skip_or_show_twice() -> None:
    nights = WorkingDays("FR", week=((Opening(60, 240),),) * 7)
    clock = OpeningHours(nights, "Europe/Paris")

    def hours(day: date) -> float:
        return sum(each.until - each.first for each in clock.intervals(day, day)) / 3600

    assert [hours(date(2026, 3, 29)), hours(date(2026, 10, 25)), hours(date(2026, 10, 26))] == [2, 4, 3]
    # Half past two is shown twice: an opening that ends then is open twice.
    short = OpeningHours(WorkingDays("FR", week=((Opening(120, 150),),) * 7), "Europe/Paris")
    assert [each.until - each.first for each in short.intervals(date(2026, 10, 25), date(2026, 10, 25))] == [1800, 1800]
    assert short.intervals(date(2026, 3, 29), date(2026, 3, 29)) == ()


def test_the_weekend_is_that_of_the_country() -> None:
    assert WorkingDays("SA").add(date(2026, 10, 8), 1) == date(2026, 10, 11)  # Thursday, then Sunday
    # The Emirates rested on Fridays until 2021, on Sundays since.
    assert [WorkingDays("AE").is_working(date(year, 6, day)) for year, day in ((2021, 11), (2021, 13))] == [False, True]
    assert [WorkingDays("AE").is_working(date(year, 6, day)) for year, day in ((2026, 12), (2026, 14))] == [True, False]
    # Hungary works on Saturday 8 August 2026 in exchange for another day.
    assert WorkingDays("HU").is_working(date(2026, 8, 8))
    assert not WorkingDays("HU").is_working(date(2026, 8, 15))


def test_a_calendar_that_never_opens_is_refused_where_it_is_asked() -> None:
    never = WorkingDays("FR", week=((),) * 7, name="never")
    with pytest.raises(Invalid, match="never opens"):
        never.add(date(2026, 1, 1), 1)
    with pytest.raises(Invalid, match="never opens"):
        OpeningHours(never, "UTC").deadline(datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1))
