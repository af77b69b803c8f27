"""Calendars in the charter file: what they open, what is wrong with one, and years that begin in April."""

from datetime import date
from pathlib import Path

import pytest

from charter.domain.charter_file.charter import calendar_named, calendars_of, calendars_told
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.plan import plan_change
from charter.domain.charter_file.reading import ReadCharter, read_charter
from charter.domain.charter_file.text.canonical import canonical, from_canonical, write_charter
from charter.domain.lint.promises import lint_charter
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.periods import parse_period, period_at, year_before, years_from
from charter.domain.vocabulary.terms import PeriodKind
from charter.domain.vocabulary.working_days import Opening
from charter.words.calendars import hours_sentence
from charter.words.formats import format_period

MINIMAL = """
charter:
  key: c
  organisation: O
  title: T
  timezone: Europe/Paris
  calendar: centre
  valid_from: 2026-01-01
calendars:
  centre:
    country: FR-57
    open: {mon-fri: ["13:30-18:00", "09:00-12:30"], sat: ["09:00-12:00"]}
    closed_days: [2026-05-15]
    open_days: {2026-12-25: ["10:00-16:00"]}
  night: {open: {sun-thu: ["22:00-24:00"]}}
units:
  - {key: all, name: All, kind: company}
  - {key: n, name: Nord, kind: site, parent: all, calendar: night}
sources:
  log: {kind: csv, path: log.csv, events: {case: id, at: at, state: state}}
commitments:
  - key: p
    title: T
    promise: Within 4 hours
    owner: Head
    indicators:
      - {key: i, title: I, source: log, kind: share-within, start: {state: [New]}, stop: {state: Closed},
         within: 4 working hours, pauses: {state: Waiting}}
"""


def read(*changes: tuple[str, str]) -> ReadCharter:
    text = MINIMAL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return read_charter(text)


def test_an_own_calendar_opens_as_it_says() -> None:
    charter = read().charter
    centre = calendar_named("centre", charter)
    assert centre.openings(date(2026, 5, 13)) == (Opening(540, 750), Opening(810, 1080))
    assert centre.openings(date(2026, 5, 16)) == (Opening(540, 720),)
    # Good Friday in Moselle, the closed day, a Sunday; Christmas is opened.
    assert not any(map(centre.openings, (date(2026, 4, 3), date(2026, 5, 15), date(2026, 5, 17))))
    assert centre.openings(date(2026, 12, 25)) == (Opening(600, 960),)
    night = calendar_named("night", charter)
    assert (night.code, night.is_working(date(2026, 5, 17)), night.is_working(date(2026, 5, 15))) == (
        "FR-57",
        True,
        False,
    )
    assert [one.name for one in calendars_of(charter)] == ["centre", "night"]
    assert from_canonical(canonical(charter)) == charter == read_charter(write_charter(charter)).charter


def test_a_calendar_is_told_in_words() -> None:
    first, second = calendars_told(read().charter, date(2026, 1, 1))
    assert hours_sentence(dict(first), "en") == (
        "Working hours: Monday to Friday 9:00–12:30 and 13:30–18:00, Saturday 9:00–12:00, "
        "except public holidays (France (57))."
    )
    assert "du lundi au vendredi de 9\u00a0h à 12\u00a0h\u00a030 et de 13" in hours_sentence(dict(first), "fr")
    assert hours_sentence(dict(second), "en").startswith("Working hours at Nord: Monday to Thursday")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('["09:00-12:00"]', '["09:00-12:00", "11:30-13:00"]', "the hours 09:00-12:00 and 11:30-13:00 overlap"),
        ('["09:00-12:00"]', '["12:00-09:00"]', "'12:00-09:00' closes before it opens"),
        ('["09:00-12:00"]', '["9-12"]', "'9-12' is not a time from opening to closing"),
        ('sat: ["09', 'fri: ["09', "mon-fri and fri speak of the same day"),
        ("sat: [", "samedi: [", "'samedi' is no day of the week"),
        ('{sun-thu: ["22:00-24:00"]}', "{sun-thu: []}", "the calendar 'night' never opens"),
        ("[2026-05-15]", "[2026-12-25]", "2026-12-25 is both closed and opened"),
        ("    country: FR-57\n", "", "nothing says whose public holidays the calendar 'centre' keeps"),
        ("country: FR-57", "country: QQ", "the country 'QQ' does not exist"),
        ("calendar: night", "calendar: nihgt", "the calendar 'nihgt' does not exist"),
        (", events: {case: id, at: at, state: state}", "", "the source 'log' is no event log, so it shows no states"),
        ("stop: {state: Closed}", "stop: {state: [New]}", "the state 'New' both starts and stops the case"),
        ("calendar: centre\n", "calendar: centre\n  year_starts: 04-15\n", "'04-15' is not the first day of a month"),
        (
            "pauses: {state: Waiting}",
            "pauses: {state: Waiting}, paused: m",
            "paused and pauses both say when the clock is stopped",
        ),
    ],
)
def test_what_is_wrong_with_a_calendar_is_one_sentence(before: str, after: str, said: str) -> None:
    with pytest.raises(CharterFileError) as refused:
        read((before, after))
    assert said in [str(one.message) for one in refused.value.findings]


def test_lint_tells_of_calendars_that_are_perhaps_a_slip() -> None:
    said = [str(one.message) for one in lint_charter(read((", calendar: night", "")))]
    assert any(one.startswith("2026-12-25 is opened and is a public holiday: ") for one in said)
    assert "no unit keeps the calendar 'night'" in said
    without = [str(one.message) for one in lint_charter(read(("calendar: centre", "calendar: FR")))]
    assert "the calendar 'FR' has no opening hours: a working day is 24 hours" in without


def test_years_and_quarters_begin_in_the_month_of_the_charter() -> None:
    with years_from(4):
        year, quarter = parse_period("2026"), parse_period("2026-Q4")
        assert (year.start, year.end, year.key) == (date(2026, 4, 1), date(2027, 3, 31), "2026")
        assert (quarter.start, quarter.end) == (date(2027, 1, 1), date(2027, 3, 31))
        assert period_at(PeriodKind.QUARTER, date(2026, 4, 30)).key == "2026-Q1"
        assert period_at(PeriodKind.YEAR, date(2026, 3, 31)).key == "2025"
        before = year_before(quarter)
        assert str(before) == "2025-Q4"
        assert format_period("2026", "en") == "2026 (April\u00a02026–March\u00a02027)"
        assert format_period("2026-Q1", "fr") == "1er\u00a0trimestre\u00a02026 (avril\u00a02026–juin\u00a02026)"
    assert (parse_period("2026").start, format_period("2026", "en")) == (date(2026, 1, 1), "2026")
    monthly = read().charter
    moved = read(("calendar: centre\n", 'calendar: centre\n  year_starts: "04-01"\n')).charter
    assert any(one.field == "year_starts" for one in plan_change(monthly, moved).changes)
    by_year = ("within: 4", "period: year, within: 4")
    with pytest.raises(Conflict, match="year_starts"):
        plan_change(
            read(by_year).charter,
            read(by_year, ("calendar: centre\n", 'calendar: centre\n  year_starts: "04-01"\n')).charter,
        )


def test_the_schema_knows_the_new_keys() -> None:
    told = (Path(__file__).resolve().parents[2] / "docs" / "charter.schema.json").read_text(encoding="utf-8")
    assert all(f'"{key}"' in told for key in ("calendars", "year_starts", "events", "pauses", "open_days"))
