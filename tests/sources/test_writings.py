"""Files as French spreadsheets write them: 05/10/2026 14:30 and 1 234,5, in whatever encoding; never a guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.working_days import WorkingDays
from charter.sources.cells.context import Setting, setting_of
from charter.sources.counting.measure import Measured, measure_many
from charter.sources.readers.connect import Place, open_source

CHARTER = """
charter: {key: c, organisation: O, title: T, timezone: Europe/Paris, calendar: CALENDAR, valid_from: 2026-01-01}
units: [{key: o, name: O, kind: company}]
sources: {cases: {kind: csv, path: cases.csv SAID}}
commitments:
  - key: a
    title: A
    promise: {fr: Sous 30 heures.}
    owner: Someone
    indicators:
      - {key: h, title: H, kind: share-within, source: cases, start: Reçu le, stop: Répondu le, within: 30 hours}
      - {key: m, title: M, kind: mean, source: cases, date: Reçu le, value: Montant}
"""
HEADER = "Reçu le ; Répondu le;Montant  \r\n"
ROWS = (
    "05/10/2026 14:30;06/10/2026 9:05;1 234,50\r\n"
    "12/10/2026;26/10/2026 00:00:01;12,5\r\n"
    "31/10/2026 23h59;;1\u00a0000\r\n"
    "30/02/2026;01/10/2026;7\r\n"
)

Found = Callable[..., list[Measured]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    def count(text: str, encoding: str = "utf-8", *, calendar: str = "FR", said: str = "") -> list[Measured]:
        (tmp_path / "cases.csv").write_bytes((HEADER + text).encode(encoding))
        charter = read_charter(CHARTER.replace("CALENDAR", calendar).replace("SAID", said)).charter
        with open_source("cases", charter.sources["cases"], Place(tmp_path, zone="Europe/Paris")) as opened:
            october, as_of = [parse_period("2026-10")], datetime(2026, 12, 20, tzinfo=UTC)
            return measure_many(charter.commitments[0].indicators, opened.table, october, as_of, setting_of(charter))

    return count


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_source_as_a_french_spreadsheet_writes_it(found: Found, encoding: str) -> None:
    within, mean = found(ROWS, encoding)
    # 18 h 35 is in time, what is open is not; hours are not counted from a day; 30 February is no day.
    assert within.counts() == Counts(numerator=1, denominator=2, stopped=1, excluded={"no hour": 1})
    assert (within.undated, mean.undated) == (1, 1)
    assert (mean.counts().denominator, mean.counts().total) == (3, 2247)


def test_narrow_spaces_between_thousands_are_read(found: Found) -> None:
    assert found("05/10/2026 8:00;;1\u202f234\u202f567,5\r\n")[1].counts().total * 10 == 12345675


def test_day_comes_first_where_every_date_can_be_read_so(found: Found) -> None:
    assert found("05/10/2026 8:00;06/10/2026 9:00;1\r\n")[0].counts() == Counts(1, 1, stopped=1)
    both = "05/10/2026 8:00;06/10/2026 9:00;1\r\n2026-10-07 08:00;2026-10-08 09:00;1\r\n"
    assert found(both)[0].counts() == Counts(2, 2, stopped=2)


def test_month_comes_first_where_the_source_says_so(found: Found) -> None:
    assert found("10/25/2026 8:00;10/26/2026 9:00;1\r\n", said=", dates: month-first")[0].counts() == Counts(
        1, 1, stopped=1
    )


@pytest.mark.parametrize(
    ("rows", "calendar", "sentence"),
    [
        ("25/10/2026;;1\r\n10/25/2026;;1\r\n", "FR", "writes dates in two ways, “25/10/2026” and “10/25/2026”"),
        ("10/25/2026;;1\r\n", "FR", "writes “10/25/2026”, where the month seems to come first"),
        ("05/10/2026;;1\r\n", "US-NY", "writes “05/10/2026”, which may be two days: say dates: day-first or"),
        ("05/10/2026;;1,5\r\n05/10/2026;;1.5\r\n", "FR", "writes numbers in two ways, “1,5” and “1.5”"),
        ("05/10/2026;;1,234\r\n", "FR", "writes “1,234”, which may be a thousand or a decimal number"),
    ],
)
def test_what_would_be_a_guess_is_refused(found: Found, rows: str, calendar: str, sentence: str) -> None:
    with pytest.raises(SourceError) as told:
        found(rows, calendar=calendar)
    assert sentence in str(told.value)
    assert str(told.value).startswith("The source “cases”, in its column “")


@pytest.mark.parametrize(("said", "total"), [("comma", "1.234"), ("point", "1234")])
def test_source_may_say_what_a_comma_is(found: Found, said: str, total: str) -> None:
    assert str(found("05/10/2026 8:00;;1,234\r\n", said=f", decimal: {said}")[1].counts().total) == total


def test_yes_and_no_are_read_in_french(count: Callable[..., Measured]) -> None:
    rows = [{"a": "2026-10-01", "b": said} for said in ("Oui", "vrai", "NON", "faux", "peut-être")]
    told = count(rows, "yes-no", success="b").counts()
    assert (told.numerator, told.denominator, told.excluded) == (2, 4, {"unreadable": 1})


def test_conditions_read_what_spreadsheets_write(count: Callable[..., Measured], paris: Setting) -> None:
    rows = [{"a": "2026-10-01", "b": "1 500,5", "c": "30/09/2026"}, {"a": "2026-10-02", "b": "2,25", "c": "01/10/2026"}]
    assert count(rows, "count", where={"b": {"at_least": 1500}}).counts().denominator == 1
    assert count(rows, "count", where={"c": {"at_least": "2026-10-01"}}).counts().denominator == 1
    assert count(rows, "count", setting=replace(paris, calendar=WorkingDays("FR-57"))).counts().denominator == 2
