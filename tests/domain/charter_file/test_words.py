"""Free texts in the charter file: where they stand, what is refused, what a plan and the written file say of them."""

from __future__ import annotations

import pytest

from charter.domain.charter_file.columns_read import columns_read
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.plan import changes_between
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import canonical, from_canonical, write_charter
from tests.services.frontline.words_world import LETTERS, WORDS
from tests.services.world import TEXT


def refused(text: str) -> str:
    with pytest.raises(CharterFileError) as error:
        read_charter(text)
    return " ".join(str(one.message) for one in error.value.findings)


def test_what_is_written_is_read_written_and_read_again() -> None:
    charter = read_charter(LETTERS).charter
    letters = charter.words["letters"]
    assert (letters.source, letters.text, letters.date, letters.unit) == ("letters", "comment", "day", "agency")
    assert charter.words["team"].told_by == "staff"
    assert read_charter(write_charter(charter)).charter == charter == from_canonical(canonical(charter))


def test_without_free_texts_a_charter_is_what_it_was() -> None:
    assert '"words"' not in canonical(read_charter(TEXT).charter)


def test_its_columns_are_columns_that_are_read() -> None:
    found = {one.path: one.column for one in columns_read(read_charter(LETTERS).charter)}
    assert found["words", "letters", "text"] == "comment"
    assert found["words", "letters", "date"] == "day"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    text: comment\n", "", "not plain where these texts are"),
        ("told_by: staff", "told_by: staff, source: letters", "not plain where these texts are"),
        ("told_by: staff", "told_by: nobody", "nobody"),
        ("    source: letters\n", "    source: lettres\n", "source 'lettres' does not exist"),
        (
            "unit: agency\n    leave_out",
            "unit: agency\n    commitment: bills\n    leave_out",
            "commitment 'bills' does not",
        ),
        (WORDS, "words: [letters]\ncommitments:\n", "where free texts are expected"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(old: str, new: str, said: str) -> None:
    assert old in LETTERS
    assert said in refused(LETTERS.replace(old, new, 1))


def test_a_plan_says_what_comes_changes_and_goes() -> None:
    without, with_ = read_charter(TEXT).charter, read_charter(LETTERS).charter
    other = read_charter(LETTERS.replace("text: comment", "text: words")).charter
    assert ("add", "text", "letters") in {(one.action, one.thing, one.key) for one in changes_between(without, with_)}
    assert [(one.thing, one.key, one.field) for one in changes_between(with_, other)] == [("text", "letters", "text")]
    assert ("remove", "text", "team") in {(one.action, one.thing, one.key) for one in changes_between(with_, without)}
