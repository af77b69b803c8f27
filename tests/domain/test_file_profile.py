"""What the columns of a file are, may be for, and what is doubtful: from counts, without a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from charter.domain.file_profile.columns import Column, Counted, judge_column
from charter.domain.file_profile.file_dates import day_told
from charter.domain.file_profile.guesses import Order, guess_roles, plain_name, taken
from charter.domain.file_profile.headers import distinct_names, header_line, without_blank_end
from charter.domain.file_profile.profile import Layout, Profile, Repeats, plain_profile
from charter.domain.file_profile.remarks import remarks_on
from charter.domain.file_profile.totals import totals_in
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import ColumnKind, ColumnRole

# --- Where the names stand ----------------------------------------------------------------------------------------

PUBLISHED = [
    ["WAIT FROM URGENT REFERRAL", "", "", "", ""],
    ["Oct-24", "", "", "", ""],
    [],
    ["", "", "NUMBER OF PEOPLE", "", "PERCENTAGE"],
    ["CODE", "PROVIDER", "TOTAL", "WITHIN", "SHARE"],
    ["RCF", "AIREDALE", "703", "571", "0.812"],
    ["RBS", "ALDER HEY", "20", "20", "1"],
]


def test_names_are_found_below_a_title() -> None:
    assert header_line(PUBLISHED) == 5


@pytest.mark.parametrize(
    "lines",
    [
        [["id", "opened"], ["1", "2026-10-01"]],
        [["id"], ["1"], ["2"]],
        [["id", "", "closed", "agency"], ["1", "2026-10-01", "", "nice"]],
        [["region", "2025", "2026", "kind"], ["north", "12", "13", "a"]],
        [["2026-10-01", "12"], ["2026-10-02", "13"]],
        [["1", "2", "3"], ["4", "5", "6"]],
        [[]],
        [],
    ],
)
def test_names_are_in_the_first_line_unless_another_is_better(lines: list[list[str]]) -> None:
    assert header_line(lines) == 1


def test_names_come_once_each() -> None:
    assert distinct_names(["id", " ", "ID", "id ", "n"]) == ["id (1)", "column 2", "ID (2)", "id (3)", "n"]
    assert distinct_names(["within", "n", "within "]) == ["within", "n", "within (2)"]
    assert distinct_names(["a", "a (1)", "a"]) == ["a (2)", "a (1)", "a (3)"]
    assert without_blank_end(["", "a", "", " "]) == ["", "a"]


# --- What a column is ---------------------------------------------------------------------------------------------


def counted(**given: Any) -> Counted:
    return Counted(**({"name": "c", "filled": 100, "distinct": 50} | given))


@pytest.mark.parametrize(
    ("given", "kind", "missing", "unreadable"),
    [
        ({"dates": 100}, ColumnKind.DATE, 0, 0),
        ({"dates": 100, "timed": 3}, ColumnKind.INSTANT, 0, 0),
        ({"dates": 55}, ColumnKind.DATE, 0, 45),
        ({"dates": 45}, ColumnKind.TEXT, 0, 0),
        ({"numbers": 100}, ColumnKind.NUMBER, 0, 0),
        ({"numbers": 91}, ColumnKind.NUMBER, 0, 9),
        ({"numbers": 80}, ColumnKind.TEXT, 0, 0),
        ({"durations": 99}, ColumnKind.DURATION, 0, 1),
        ({"truths": 100, "distinct": 2}, ColumnKind.YES_NO, 0, 0),
        ({"truths": 100, "distinct": 2, "numbers": 100}, ColumnKind.YES_NO, 0, 0),
        ({"truths": 100, "distinct": 1, "numbers": 100}, ColumnKind.NUMBER, 0, 0),
        ({"truths": 99, "distinct": 3}, ColumnKind.TEXT, 0, 0),
        ({"filled": 85, "dates": 70, "stand_ins": {"NA": 15}}, ColumnKind.DATE, 30, 0),
        ({"numbers": 90, "stand_ins": {"?": 6, "-": 4}}, ColumnKind.NUMBER, 10, 0),
        ({"stand_ins": {"?": 6}}, ColumnKind.TEXT, 0, 0),
        ({"stand_ins": {"?": 100}, "distinct": 1}, ColumnKind.EMPTY, 100, 0),
        ({"filled": 0, "distinct": 0}, ColumnKind.EMPTY, 100, 0),
        ({"filled": 90, "known": ColumnKind.NUMBER}, ColumnKind.NUMBER, 10, 0),
    ],
)
def test_the_kind_of_a_column(given: dict[str, Any], kind: ColumnKind, missing: int, unreadable: int) -> None:
    column = judge_column(counted(**given), 100)
    assert (column.kind, column.missing, column.unreadable) == (kind, missing, unreadable)
    assert column.read(100) == 100 - missing - unreadable


def test_a_placeholder_is_a_word_in_text_and_nothing_elsewhere() -> None:
    text = judge_column(counted(stand_ins={"NA": 3}, top=("NA", "x")), 100)
    assert (text.kept_as_text, text.taken_as_missing, text.distinct, text.top) == ({"NA": 3}, {}, 50, ("NA", "x"))
    dates = judge_column(counted(stand_ins={"NA": 3}, top=("NA", "2026-10-01"), dates=97), 100)
    assert (dates.kept_as_text, dates.taken_as_missing, dates.distinct) == ({}, {"NA": 3}, 49)
    assert dates.top == ("2026-10-01",)


def test_examples_hide_what_is_personal() -> None:
    values = ("ann@example.org", "06 12 34 56 78", "nice", "brest")
    assert Column("site", ColumnKind.TEXT, 0, 0, 4, values).examples == ["•••", "•••", "nice"]
    assert Column("customer_name", ColumnKind.TEXT, 0, 0, 1, ("Ann",)).examples == ["•••"]
    assert Column("at", ColumnKind.INSTANT, 0, 0, 1, ("01-03-2016 09:36",)).examples == ["01-03-2016 09:36"]
    assert Column("phone", ColumnKind.NUMBER, 0, 0, 1, ("612345678",)).examples == ["•••"]


# --- What the columns may be for ----------------------------------------------------------------------------------


def column(
    name: str, kind: ColumnKind = ColumnKind.TEXT, *, missing: int = 0, distinct: int = 100, top: Any = ()
) -> Column:
    return Column(name, kind, missing, 0, distinct, tuple(top))


DATE = ColumnKind.DATE
IN_ORDER = {("opened", "closed"): Order(80, 10, 0), ("closed", "opened"): Order(0, 10, 80)}


def test_a_file_of_cases_is_understood() -> None:
    columns = [
        column("case_id", top=["C-1"]),
        column("opened", DATE),
        column("closed", DATE, missing=10),
        column("agency", distinct=4),
        column("contact", distinct=3, top=["Phone", "E-mail", "letter"]),
        column("topic", distinct=9),
    ]
    guesses = guess_roles(columns, 100, IN_ORDER)
    assert {role.value: taken(guesses, role) for role in ColumnRole} == {
        "case": "case_id", "start": "opened", "stop": "closed", "unit": "agency", "channel": "contact",
    }  # fmt: skip
    assert [one.column for one in guesses[ColumnRole.UNIT]] == ["agency", "topic"]


def test_dates_in_other_words_are_told_by_their_order() -> None:
    columns = [column("b", DATE, missing=10), column("a", DATE)]
    orders = {("a", "b"): Order(80, 10, 0), ("b", "a"): Order(0, 10, 80)}
    guesses = guess_roles(columns, 100, orders)
    assert (taken(guesses, ColumnRole.START), taken(guesses, ColumnRole.STOP)) == ("a", "b")


def test_a_birthday_is_neither_start_nor_stop() -> None:
    columns = [column("birth_date", DATE), column("received", DATE), column("answered", DATE, missing=4)]
    names = [one.name for one in columns]
    orders = {
        (one, other): Order(100, 0, 0) if names.index(one) < names.index(other) else Order(0, 0, 100)
        for one in names
        for other in names
        if one != other
    }
    guesses = guess_roles(columns, 100, orders)
    assert (taken(guesses, ColumnRole.START), taken(guesses, ColumnRole.STOP)) == ("received", "answered")


def test_a_file_of_figures_has_no_case_and_no_stop() -> None:
    columns = [column("month", DATE, distinct=10), column("station", distinct=10), column("trains", ColumnKind.NUMBER)]
    guesses = guess_roles(columns, 100, {})
    assert {role.value: taken(guesses, role) for role in ColumnRole} == {
        "case": None, "start": "month", "stop": None, "unit": "station", "channel": None,
    }  # fmt: skip


def test_a_word_of_few_values_is_offered_but_not_taken() -> None:
    guesses = guess_roles([column("day", DATE), column("flavour", distinct=5)], 100, {})
    assert taken(guesses, ColumnRole.UNIT) is None
    assert [one.column for one in guesses[ColumnRole.UNIT]] == ["flavour"]


@pytest.mark.parametrize(
    ("name", "plain"), [("openDate", "open date"), ("Reçue_le", "recue le"), ("N°", "n"), ("ID", "id")]
)
def test_names_are_read_without_accents_and_capitals(name: str, plain: str) -> None:
    assert plain_name(name) == plain


# --- Totals -------------------------------------------------------------------------------------------------------


def months(**values: list[float]) -> dict[str, dict[str, list[float]]]:
    return {month: dict(values) for month in ("1", "2", "3")}


def test_a_row_that_adds_up_the_others_is_a_total() -> None:
    found = totals_in("site", months(A=[10, 5], B=[20, 6], Everywhere=[30, 11]))
    assert [(one.value, one.is_sum) for one in found] == [("Everywhere", True)]


def test_an_empty_code_may_be_the_total() -> None:
    assert [one.value for one in totals_in("code", {"": {"A": [10.0], "B": [20.0], "C": [1.0], "": [31.0]}})] == [""]


def test_one_equal_number_among_others_is_chance_unless_it_is_called_a_total() -> None:
    sums = {"": {"A": [10.0, 5.0], "B": [20.0, 6.0], "C": [30.0, 7.0]}}
    assert totals_in("site", sums) == []
    named = {"": {"A": [10.0, 0.5], "B": [20.0, 0.6], "All regions": [30.0, 0.55]}}
    assert [one.value for one in totals_in("site", named)] == ["All regions"]


def test_a_total_must_be_one_in_nearly_every_month() -> None:
    sums = months(A=[10, 5], B=[20, 6], C=[30, 11])
    sums["2"] = {"A": [10, 5], "B": [20, 6], "C": [50, 40]}
    assert totals_in("site", sums) == []


def test_two_equal_halves_are_no_total() -> None:
    assert totals_in("site", months(A=[10, 5], B=[10, 5])) == []


def test_a_service_called_national_is_no_total_by_its_name() -> None:
    assert totals_in("service", months(National=[70, 7], International=[30, 3], Local=[1, 1])) == []


def test_where_no_number_can_tell_the_name_does() -> None:
    sums: dict[str, dict[str, list[float]]] = {"": {"A": [], "National": [], "Grand total": []}}
    found = [(one.value, one.is_sum) for one in totals_in("site", sums)]
    assert found == [("National", False), ("Grand total", False)]


# --- What is to be known ------------------------------------------------------------------------------------------


def days(first: date, count: int, step: int = 1) -> dict[date, int]:
    return {first + timedelta(days=step * at): 2 for at in range(count)}


def remarks(**given: Any) -> list[str]:
    whole = {"layout": Layout("csv"), "rows": 100, "columns": (), "dated": "opened", "days": days(date(2026, 8, 1), 92)}
    return [str(one) for one in remarks_on(Profile(**(whole | given)))]


def test_a_clean_file_is_not_doubted() -> None:
    assert remarks(columns=(column("opened", DATE),)) == []


def test_an_export_that_ends_in_the_month_is_told() -> None:
    assert remarks(days=days(date(2026, 1, 1), 69)) == ["The newest row is of 2026-03-10: 2026-03 is not whole."]
    assert remarks(days=days(date(2026, 1, 1), 88)) == []


def test_months_of_figures_begin_on_the_first_and_are_whole() -> None:
    assert remarks(days={date(2026, month, 1): 1 for month in range(1, 7)}) == []


def test_months_without_rows_are_named() -> None:
    said = remarks(days={date(2026, month, 1): 1 for month in (1, 2, 5)})
    assert said == ["There is no row in 2026-03, 2026-04."]


def test_what_is_unreadable_is_told_with_an_example() -> None:
    odd = Column("closed", DATE, 10, 40, 50, odd="5 March")
    assert remarks(columns=(odd,)) == [
        "In the column “closed”, 40 of 90 cells cannot be read as date, like “5 March”: these rows would be lost "
        "to the count."
    ]
    doubted = Column("closed", DATE, 0, 40, 50, doubt=Sentence("It is written in two ways."))
    told = remarks(columns=(doubted,))
    assert (told[0], "40 of 100 cells cannot be read" in told[1]) == ("It is written in two ways.", True)
    half = Column("closed", ColumnKind.TEXT, 0, 0, 50, dates=45)
    assert remarks(columns=(half,))[0].startswith("In the column “closed”, only 45 of 100 cells are dates")


def test_placeholders_are_told_together() -> None:
    columns = (
        Column("a", DATE, 5, 0, 9, taken_as_missing={"NA": 5}),
        Column("b", DATE, 3, 0, 9, taken_as_missing={"NA": 3}),
        Column("c", ColumnKind.TEXT, 0, 0, 9, kept_as_text={"?": 2}),
        Column("d", ColumnKind.EMPTY, 100, 0, 0, taken_as_missing={"?": 100}),
    )
    said = remarks(columns=columns)
    assert said[0] == "Cells that say “NA”, taken as empty: 8, in a, b."
    assert said[1].startswith("Cells that say “?”, stored as a word: 2, in c. ")
    assert said[2] == "Nothing is said in these columns: d."


def test_repeated_cases_and_events_are_told_apart() -> None:
    case = column("id", distinct=95)
    few = remarks(columns=(case,), repeats=Repeats("id", 5, 2))
    assert few == [
        "Rows that repeat a case of “id”: 5, of which word for word: 2. Count each case once, with distinct:."
    ]
    many = remarks(columns=(column("id", distinct=20),), repeats=Repeats("id", 80, 0))
    assert many[0].startswith("Each value of “id” has several rows, 100 for 20")


def test_how_the_file_lies_there_is_told() -> None:
    layout = Layout(
        "xlsx", header_line=9, repeated=2, renamed=("Total",), sheet="Data", sheets=("Title", "Data"), seen=10
    )
    said = " ".join(remarks(layout=layout))
    for part in ("first of 2 sheets", "stand in line 9", "named “Total”", "again, left out: 2", "first 10"):
        assert part in said
    assert "rows:" in remarks(layout=Layout("json", path="data.items"))[0]


def test_a_file_without_rows_or_dates_says_so() -> None:
    assert remarks(rows=0) == ["There is no row below the names of the columns."]
    assert remarks(dated=None, days={}) == ["No column holds dates: a row cannot be put in its month."]


def test_the_plain_profile_has_the_shape_that_is_promised() -> None:
    profile = Profile(
        Layout("csv"),
        100,
        (column("opened", DATE, top=["2026-08-01"]),),
        dated="opened",
        days=days(date(2026, 8, 1), 40),
    )
    found = plain_profile(profile, remarks_on(profile))
    assert {"rows", "columns", "guesses", "months", "warnings"} <= set(found)
    assert found["columns"] == [
        {"name": "opened", "kind": "date", "missing": 0, "unreadable": 0, "distinct": 100, "examples": ["2026-08-01"]}
    ]
    assert found["guesses"] == dict.fromkeys(("case", "start", "stop", "unit", "channel"))
    assert (found["months"], found["first"], found["last"]) == (
        {"2026-08": 62, "2026-09": 18},
        "2026-08-01",
        "2026-09-09",
    )


@pytest.mark.parametrize(
    ("name", "above", "told"),
    [
        ("Attentes mars 2026.csv", [], ("2026-03-01", "%B %Y", "")),
        ("waits_202603.csv", [], ("2026-03-01", "%Y%m", "")),
        ("waits.csv", [["Waiting times"], ["", "March 2026"]], ("2026-03-01", "%B %Y", "B2")),
        # Published in May of what was in March; cells that tell two months leave it to the name.
        ("waits_2026-05-04.csv", [["Attentes", "mars 2026"]], ("2026-03-01", "%B %Y", "B1")),
        ("waits_2026-05.csv", [["from March 2026", "to April 2026"]], ("2026-05-01", "%Y-%m", "")),
        ("waits.csv", [["from March 2026", "to April 2026"]], None),
        ("waits_12345.csv", [], None),
    ],
)
def test_the_day_that_a_file_tells(name: str, above: list[list[str]], told: tuple[str, str, str] | None) -> None:
    found = day_told(name, above)
    assert (found and (found.day.isoformat(), found.format, found.cell)) == told


def test_what_speaks_of_a_person_tells_no_case_apart_and_names_no_unit() -> None:
    """Not by its name, not by its values; a site that has a name of its own still names a unit."""
    columns = [
        Column("opened", DATE, 0, 0, 90),
        Column("customer_name 1", ColumnKind.TEXT, 0, 0, 100, top=("Ann 1", "Bea 2")),
        Column("agent", ColumnKind.TEXT, 0, 0, 7, top=("Zoe", "Max")),
    ]
    guesses = guess_roles(columns, 100, {})
    assert (guesses[ColumnRole.CASE], guesses[ColumnRole.UNIT]) == ([], [])
    named = Column("office_name", ColumnKind.TEXT, 0, 0, 7, top=("Lille", "Brest"))
    assert taken(guess_roles([*columns, named], 100, {}), ColumnRole.UNIT) == "office_name"
