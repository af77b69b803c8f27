import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.working_days import WorkingDays, is_known_calendar, latest_after

DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize("code", ["FR", "FR-57", "FR-67", "FR-68", "US-NY", "US", "GB", "BE", "CH-GE"])
def test_calendar_of_a_country_or_a_part_of_one_is_known(code: str) -> None:
    assert is_known_calendar(code)


@pytest.mark.parametrize("code", ["XX", "FR-99", "US-ZZ", "", "fr"])
def test_calendar_that_nobody_keeps_is_refused(code: str) -> None:
    assert not is_known_calendar(code)
    with pytest.raises(Invalid, match="is not known: write a country like FR"):
        WorkingDays(code).openings(date(2026, 1, 2))


def test_alsace_moselle_rests_on_good_friday_and_saint_stephen() -> None:
    france, moselle, alsace = WorkingDays("FR"), WorkingDays("FR-57"), WorkingDays("FR-67")
    good_friday, saint_stephen = date(2025, 4, 18), date(2025, 12, 26)
    for day in (good_friday, saint_stephen):
        assert (france.is_working(day), moselle.is_working(day), alsace.is_working(day)) == (True, False, False)
    # Thursday 17 April 2025: Friday, then Tuesday after Easter Monday; in Moselle the Friday is lost.
    assert france.add(date(2025, 4, 17), 2) == date(2025, 4, 22)
    assert moselle.add(date(2025, 4, 17), 2) == date(2025, 4, 23)
    assert latest_after([france, moselle], date(2025, 4, 17), 2) == date(2025, 4, 23)


def test_working_days_skip_weekends_holidays_and_closed_days() -> None:
    france = WorkingDays("FR", frozenset({date(2026, 5, 15)}))
    # Wednesday 13 May 2026; Thursday is Ascension, Friday the bridge is closed, then the weekend.
    assert france.add(date(2026, 5, 13), 1) == date(2026, 5, 18)
    assert WorkingDays("FR").add(date(2026, 5, 13), 1) == date(2026, 5, 15)
    # From a Saturday the first working day is Monday; 0 days is the day itself.
    assert france.add(date(2026, 10, 3), 1) == date(2026, 10, 5)
    assert france.add(date(2026, 10, 3), 0) == date(2026, 10, 3)


def test_working_days_cross_the_year() -> None:
    assert WorkingDays("FR").add(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert WorkingDays("US-NY").add(date(2022, 12, 23), 1) == date(2022, 12, 27)  # Christmas kept on Monday 26


@given(DAYS, st.integers(0, 600), st.sampled_from(["FR", "FR-57", "US-NY"]))
def test_working_days_added_are_the_nth_by_counting(start: date, count: int, code: str) -> None:
    calendar = WorkingDays(code, frozenset({date(2024, 8, 16)}))
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    assert calendar.add(start, count) == day
    assert calendar.between(start, day) == count


def test_offsets_give_the_days_to_the_due_date_for_each_start() -> None:
    # Friday 2 to Monday 5 October 2026, 2 working days: Tuesday, Tuesday, Tuesday, Wednesday.
    assert WorkingDays("FR").offsets(date(2026, 10, 2), date(2026, 10, 5), 2) == [4, 3, 2, 2]
    assert WorkingDays("FR").running_count(date(2026, 10, 2), date(2026, 10, 6)) == [1, 1, 1, 2, 3]


def test_one_country_is_loaded_and_says_what_the_whole_library_says() -> None:
    said = """
import sys
from datetime import date
from charter.domain.vocabulary.working_days import country_year, is_known_calendar
country_year("FR", 2026)
loaded = [one for one in sys.modules if one.startswith(("holidays.calendars.", "holidays.groups."))]
assert 0 < len(loaded) < 10, loaded
faiths = ("IL", "SA", "TR", "CN", "IN", "TH", "LK", "GR", "ET", "VN", "MN", "BT", "IR", "KR", "MM", "ID")
codes = (*faiths, "FR", "FR-57", "FR-6AE", "US-NY", "DE-BY", "GB-SCT", "CH-GE", "BE", "UK", "FRA", "XX", "FR-99", "")
known = [is_known_calendar(one) for one in codes]
ours = {one: sorted(country_year(one, 2026).holidays.items()) for one, there in zip(codes, known) if there}
loaded = [one for one in sys.modules if one.startswith("holidays.countries.")]
assert len(loaded) < 20 + len(faiths), loaded
for name in [one for one in sys.modules if one.startswith("holidays")]:
    del sys.modules[name]
import holidays
supported = holidays.list_supported_countries()
for code, there in zip(codes, known):
    country, _, part = code.partition("-")
    assert there == (country in supported and (not part or part in supported[country])), code
    if there:
        told = holidays.country_holidays(country, subdiv=part or None, years=2026)
        assert ours[code] == sorted((day, str(name)) for day, name in told.items()), code
assert known.count(True) >= 10 + len(faiths)
"""
    subprocess.run([sys.executable, "-c", said], check=True, timeout=120)
