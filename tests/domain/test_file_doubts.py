"""What a person is told, and asked, while they choose the columns of a file."""

from __future__ import annotations

from datetime import date

from charter.domain.file_profile.columns import Column
from charter.domain.file_profile.file_doubts import dates_asked, doubts_of, left_out, names_left_out, orders_told
from charter.domain.file_profile.first_charter import Organisation, first_charter
from charter.domain.file_profile.guesses import Guess, Order
from charter.domain.file_profile.profile import Layout, Profile
from charter.domain.file_profile.totals import Total
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import ColumnKind, ColumnRole

NO = Sentence("")


def column(name: str, kind: ColumnKind = ColumnKind.DATE, **given: object) -> Column:
    return Column(name, kind, 0, 0, 10, **given)  # type: ignore[arg-type]


def profile(*columns: Column, **given: object) -> Profile:
    guesses = {ColumnRole.START: [Guess("opened", NO, True)], ColumnRole.STOP: [Guess("closed", NO, True)]}
    told = {"guesses": guesses, "dated": "opened", "days": {date(2026, 9, 30): 100}} | given
    return Profile(Layout("csv"), 100, columns, **told)  # type: ignore[arg-type]


def said(found: Profile) -> list[str]:
    return [str(one.said) for one in doubts_of(found)]


def test_dates_that_fit_both_orders_are_asked_about_unless_another_column_tells() -> None:
    """The example is one in which the order matters."""
    either = column("opened", order="day-first", either="01/01/2026", top=("01/01/2026", "03/04/2026"))
    asked = dates_asked(profile(either, column("closed", order="day-first", either="05/04/2026")))
    assert asked == {"order": "day-first", "example": "03/04/2026"}
    told = profile(either, column("closed", order="month-first"))
    assert (dates_asked(told), orders_told(told)) == (None, {"closed": "month-first"})
    assert dates_asked(profile(column("opened"), column("closed"))) is None


def test_a_column_that_tells_decides_for_one_that_does_not() -> None:
    """The month stands first in one column, so in the other too: one setting reads both."""
    opened = column("opened", order="month-first", doubt=NO)
    found = profile(opened, column("closed", order="day-first", either="03/04/2026"))
    first = first_charter(found, "cases.csv", "", Organisation())
    assert first.charter["sources"]["cases"]["dates"] == "month-first"


def test_what_rests_on_an_order_is_told_while_it_is_chosen() -> None:
    found = profile(
        column("opened", order="day-first", either="03/04/2026"),
        column("closed", order="day-first", either="05/04/2026"),
        days={date(2026, 10, 3): 100},
        orders={("opened", "closed"): Order(90, 0, 10), ("closed", "opened"): Order(10, 0, 0)},
    )
    parts = [one.parts for one in doubts_of(found)]
    assert parts == [
        {"start": "opened", "stop": "closed", "dates": "day-first"},
        {"start": "opened", "dates": "day-first"},
    ]


def test_rows_to_come_make_no_file_newer() -> None:
    """Two rows of next year are told; the months that count are those before."""
    found = profile(
        column("opened"), column("closed"), days={date(2026, 9, 30): 98, date(2027, 3, 1): 2}, today=date(2026, 10, 2)
    )
    assert "Rows dated after today in “opened”: 2." in said(found)
    assert not any("There is no row in" in one for one in said(found))
    first = first_charter(found, "cases.csv", "", Organisation())
    assert first.charter["charter"]["valid_from"] == "2026-09-01"


def test_figures_of_months_are_told_from_cases() -> None:
    days = {date(2026, month, 1): 1 for month in range(1, 11)}
    numbers = [column(name, ColumnKind.NUMBER) for name in ("kept", "total")]
    figures = profile(column("opened"), *numbers, guesses={}, days=days)
    assert any("figures of whole months" in one for one in said(figures))
    many = profile(column("opened"), *numbers, guesses={}, days=dict.fromkeys(days, 10))
    assert not any("figures of whole months" in one for one in said(many)), "ten rows of a month are cases"
    cases = profile(column("opened"), *numbers, column("note", ColumnKind.TEXT), guesses={}, days=days)
    assert not any("figures of whole months" in one for one in said(cases))


def test_a_column_that_mostly_says_yes_or_no_tells_why_it_is_text() -> None:
    answers = column("in time", ColumnKind.TEXT, truths=60)
    told = [one for one in doubts_of(profile(column("opened"), column("closed"), answers)) if one.columns]
    assert [(str(one.said), one.columns) for one in told] == [
        ("In the column “in time”, only 60 of 100 cells say yes or no: it is taken as text.", ("in time",))
    ]


def test_totals_are_left_out_by_number_or_by_a_name_that_leaves_no_doubt() -> None:
    totals = (Total("office", "Total", False), Total("office", "", True), Total("region", "France", False))
    rows = left_out(profile(column("opened"), totals=totals), [{"where": {"kind": "test"}, "reason": "test"}])
    assert [one["where"] for one in rows] == [{"kind": "test"}, {"office": "Total"}, {"office": {"missing": True}}]
    assert (names_left_out(rows, "office"), names_left_out(rows, "region")) == ({"Total"}, set())


def test_a_file_that_ends_early_tells_of_the_cases_open_in_it() -> None:
    """Four days after its last row, not three; and only where some case is open."""
    closed = Column("closed", ColumnKind.DATE, 7, 0, 10)
    ended = {"days": {date(2026, 9, 30): 100}, "today": date(2026, 10, 4)}
    told = [
        one for one in doubts_of(profile(column("opened"), closed, **ended)) if "count as not kept" in str(one.said)
    ]
    assert [(str(one.said).rpartition(" ")[2], one.parts) for one in told] == [
        ("7.", {"start": "opened", "stop": "closed"})
    ]
    for changed in (ended | {"today": date(2026, 10, 3)}, ended | {"today": None}):
        assert not any("count as not kept" in one for one in said(profile(column("opened"), closed, **changed)))
    assert not any("count as not kept" in one for one in said(profile(column("opened"), column("closed"), **ended)))
