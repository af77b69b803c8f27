"""What of a row is shown: numbers of cases cut, persons masked, everything else as it is."""

from __future__ import annotations

import pytest

from charter.domain.vocabulary.privacy import LONGEST, MASK, is_personal, masked


@pytest.mark.parametrize(
    "column",
    ["name", "Nom", "prénom", "client_nom", "e-mail", "Email", "customer_email", "phone", "téléphone", "IBAN", "tel",
     "birth_date", "date_naissance", "adresse", "advisor", "agent"],
)  # fmt: skip
def test_columns_that_speak_of_a_person_are_masked_whole(column: str) -> None:
    assert is_personal(column)
    assert masked(column, "whatever") == MASK


@pytest.mark.parametrize(
    "column", ["day", "agency", "channel", "number", "nombre", "unit_kind", "hotel", "normal", "motif"]
)
def test_other_columns_are_not(column: str) -> None:
    assert not is_personal(column)
    assert masked(column, "open") == "open"


@pytest.mark.parametrize("value", ["ann@example.org", "write to ann@example.org", "06 12 34 56 78", "+33612345678",
                                   "FR76 3000 6000 0112 3456 7890 189"])  # fmt: skip
def test_values_by_which_a_person_is_reached_are_masked_in_any_column(value: str) -> None:
    assert masked("remark", value) == MASK


@pytest.mark.parametrize("value", ["2026-10-01", "2026-09-01 08:04:48+02", "64.51", "12345", "remote"])
def test_dates_and_figures_are_shown(value: str) -> None:
    assert masked("remark", value) == value


def test_the_number_of_a_case_keeps_two_signs() -> None:
    assert masked("id", "C-20491", names_a_case=True) == "•••91"
    assert masked("id", "91", names_a_case=True) == MASK


def test_missing_is_empty_and_long_is_cut() -> None:
    assert masked("remark", None) == masked("remark", " ") == ""
    assert len(masked("remark", "x" * 500)) == LONGEST
