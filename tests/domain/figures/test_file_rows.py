"""Rows of a file of figures: columns in two languages, periods as spreadsheets write them, numbers as people do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.figures.entries import number_of
from charter.domain.figures.file_rows import read_figures
from charter.domain.vocabulary.errors import CharterError, Invalid
from charter.domain.vocabulary.terms import PeriodKind

LENGTHS = {"welcomed": PeriodKind.MONTH, "weekly": PeriodKind.WEEK, "daily": PeriodKind.DAY, "yearly": PeriodKind.YEAR}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("37", 37),
        (" 12,5 ", Decimal("12.5")),
        ("12.50", Decimal("12.50")),
        ("1 234", 1234),
        ("1\u202f234,5", Decimal("1234.5")),
        ("1\u00a0234", 1234),
        ("1'234", 1234),
        ("20,0", 20),
        ("+3", 3),
        ("-3", -3),
    ],
)
def test_numbers_as_people_write_them(text: str, number: object) -> None:
    assert number_of(text, "n") == number


@pytest.mark.parametrize("text", ["", "NaN", "inf", "-Infinity", "1e5", "0x10", "1_000", "٣", "1,2,3", "1" * 30, "x"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is not a number") as refusal:
        number_of(text, "n")
    assert refusal.value.field == "n"


def test_formulas_and_percentages_are_told_apart() -> None:
    with pytest.raises(Invalid, match="is a formula"):
        number_of("=SUM(A1:A9)", "n")
    with pytest.raises(Invalid, match="is a percentage"):
        number_of("95 %", "n")


@pytest.mark.parametrize(
    ("indicator", "written", "period"),
    [
        ("welcomed", "2026-10", "2026-10"),
        ("welcomed", "10/2026", "2026-10"),
        ("welcomed", "1/10/2026", "2026-10"),
        ("welcomed", "01.10.2026", "2026-10"),
        ("welcomed", "2026-10-01", "2026-10"),
        ("welcomed", "2026-10-02", "2026-10-02"),
        ("weekly", "2026-10-05", "2026-W41"),
        ("daily", "2026-10-01", "2026-10-01"),
        ("yearly", "2026-01-01", "2026"),
    ],
)
def test_periods_as_spreadsheets_write_them(indicator: str, written: str, period: str) -> None:
    found = read_figures(["period", "n"], [(2, {"period": written, "n": "3"})], LENGTHS, indicator)
    assert [(one.period, one.numbers) for one in found.figures] == [(period, {"n": 3})]


def test_columns_are_known_in_both_languages_and_others_are_left_alone() -> None:
    names = ["Indicateur", "PÉRIODE", "Entité", "Canal", "Segment", "Numérateur", "Dénominateur", "Motif", "Nom"]
    row = dict(zip(names, ["welcomed", "2026-10", "vannes", "tél.", "", "1", "2", "Erreur", "x"], strict=True))
    found = read_figures(names, [(2, row), (3, dict.fromkeys(names, " "))], LENGTHS, None)
    (figure,) = found.figures
    assert (figure.indicator, figure.unit, figure.channel, figure.segment) == ("welcomed", "vannes", "tél.", "")
    assert (figure.numbers, figure.reason, figure.line) == ({"numerator": 1, "denominator": 2}, "Erreur", 2)
    assert (found.ignored, found.refused) == (["Nom"], [])


def test_a_refused_row_leaves_the_others() -> None:
    rows = [(2, {"period": "2026-10", "n": "x"}), (3, {"period": "2026-10", "n": "1"}), (4, {"period": "", "n": "1"})]
    found = read_figures(["period", "n"], rows, LENGTHS, "welcomed")
    assert [one.line for one in found.figures] == [3]
    assert [(one.line, getattr(one.error, "field", "")) for one in found.refused] == [(2, "n"), (4, "period")]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_cell_breaks_the_reading(period: str, unit: str, number: str) -> None:
    row = {"period": period, "unit": unit, "n": number}
    found = read_figures(list(row), [(2, row)], LENGTHS, "welcomed")
    assert len(found.figures) + len(found.refused) == (1 if any(cell.strip() for cell in row.values()) else 0)
    assert all(isinstance(one.error, CharterError) for one in found.refused)
