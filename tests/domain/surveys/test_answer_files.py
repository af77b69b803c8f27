"""Files of answers: columns in both languages, rows refused with the reason, one person counted once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.domain.analyses.kano import analyse_kano
from charter.domain.surveys.answer_files import read_pairs
from charter.domain.surveys.answers import Answers, packed, unpacked
from charter.domain.surveys.mark_files import read_marks
from charter.domain.surveys.marks import Coding
from charter.domain.vocabulary.errors import Invalid

FRENCH = ["Attribut", "Fonctionnel", "Dysfonctionnel", "Vague", "Formulation", "Répondant", "Date", "Prénom"]


def rows(names: list[str], *lines: str) -> list[tuple[int, dict[str, str]]]:
    return [(n, dict(zip(names, line.split(";"), strict=True))) for n, line in enumerate(lines, 2)]


def test_french_columns_are_known_and_what_names_a_person_is_left_alone() -> None:
    found = read_pairs(FRENCH, rows(FRENCH, "Rappel;1;5;2026;J'aime;c-17;25/10/2026;Zoé"))
    (pair,) = found.pairs
    assert (pair.attribute, pair.functional, pair.dysfunctional, pair.wave) == ("Rappel", 1, 5, "2026")
    assert (pair.wording, pair.day, pair.who) == ("J'aime", date(2026, 10, 25), 1)
    assert found.ignored == ["Prénom"]
    assert "Zoé" not in repr(found)
    assert "c-17" not in repr(found)


NAMES = ["attribute", "functional", "dysfunctional", "respondent"]


CODES = " Name codes that mean “no answer”, like 99, when you send the file."


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x;6;1;a", "functional: no answer that is known; write 1 (like) to 5 (dislike), or nothing." + CODES),
        ("x;1;0;a", "dysfunctional: no answer that is known; write 1 (like) to 5 (dislike), or nothing." + CODES),
        ("x;like;1;a", "functional: no answer that is known; write 1 (like) to 5 (dislike), or nothing." + CODES),
        (";1;1;a", "The row names no attribute: what were the two questions about?"),
        ("x\x00;1;1;a", "attribute: over 300 characters, or a character that cannot be printed."),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_line_and_the_rest_is_read(line: str, message: str) -> None:
    found = read_pairs(NAMES, rows(NAMES, line, "x;1;5;b"))
    assert [(one.line, str(one.error)) for one in found.refused] == [(2, message)]
    assert [pair.line for pair in found.pairs] == [3]


def test_one_respondent_many_times_is_named_and_counts_once() -> None:
    found = read_pairs(NAMES, rows(NAMES, "x;1;5;a", "X;2;5;a", "y;1;5;a", "x;3;3;b"))
    (refused,) = found.refused
    assert (refused.line, str(refused.error)) == (
        3, "The same respondent answered this in line 2: one person counts once.",
    )  # fmt: skip
    assert [pair.who for pair in found.pairs] == [1, 1, 2]


def test_half_pairs_and_spreadsheet_numbers_are_read() -> None:
    found = read_pairs(NAMES, rows(NAMES, "x;1.0;;a", "x;2,0;5;b"))
    assert [(pair.functional, pair.dysfunctional) for pair in found.pairs] == [(1, None), (2, 5)]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["attribute", "functional"], "The file has no column dysfunctional"),
        (["attribute", "attribut", "functional", "dysfunctional"], "Two columns say attribute"),
    ],
)
def test_columns_that_do_not_do_are_refused(names: list[str], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        read_pairs(names, [])


MARKS = ["Id", "Facture", "Rappel", "Commentaire", "Note globale"]


def test_marks_are_read_by_column_and_what_lies_off_the_scale_is_missing_and_counted() -> None:
    lines = ["a;1;5;x;10", "a;2;2;x;3", "b;99;1;x;3", "c;;0;x;7,5", "d;1;1;x;", "e;2;who@x.org;x;11"]
    coding = Coding(not_applicable=0, scale=(0, 10))
    found = read_marks(MARKS, rows(MARKS, *lines), "note globale", coding, ["Commentaire"])
    assert found.attributes == ("Facture", "Rappel")
    assert [(one.marks["Facture"], one.marks["Rappel"], one.overall) for one in found.marked] == [
        (1, 5, 10), (None, 1, 3), (None, 0, 7.5), (1, 1, None), (2, None, None),
    ]  # fmt: skip
    assert found.missing == {"Facture": {"off-scale": 1}, "Rappel": {"no-mark": 1}, "Note globale": {"off-scale": 1}}
    assert [(one.line, str(one.error)) for one in found.refused] == [
        (3, "The same respondent answered this in line 2: one person counts once.")
    ]
    assert found.ignored == ["Commentaire"]
    assert b"@" not in packed(found)


def test_a_column_of_addresses_is_never_read_refused_for_or_stored() -> None:
    names = ["E-mail", "Facture, la dernière", "Rappel", "overall"]
    lines = rows(names, *[f"p{n}@example.org;{1 + n % 5};{1 + n % 4};{n % 7}" for n in range(20)])
    found = read_marks(names, lines, "overall", Coding())
    assert (found.attributes, found.ignored) == (("Facture, la dernière", "Rappel"), ["E-mail"])
    assert (len(found.marked), found.refused, found.missing) == (20, [], {})
    less = read_marks(names, lines, "overall", Coding(), ["Facture, la dernière"])
    assert (less.attributes, b"@" in packed(less)) == (("Rappel",), False)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (["25/10/2026", "05/10/2026"], [date(2026, 10, 25), date(2026, 10, 5)]),
        (["10/25/2026 9:12", "10/05/2026"], [date(2026, 10, 25), date(2026, 10, 5)]),
        (["2026/10/05 09:12:44", "2026-10-06"], [date(2026, 10, 5), date(2026, 10, 6)]),
        (["05.10.2026", "06.10.2026"], None),
    ],
)
def test_days_are_read_by_column_and_never_guessed(days: list[str], found: list[date] | None) -> None:
    names = ["attribute", "functional", "dysfunctional", "day"]
    given = rows(names, *(f"x;1;5;{day}" for day in days))
    if found is None:
        with pytest.raises(Invalid, match="day first or month first"):
            read_pairs(names, given)
    else:
        assert [pair.day for pair in read_pairs(names, given).pairs] == found


def test_marks_of_another_scale_are_told_and_codes_of_no_answer_are_none() -> None:
    names = ["bill", "overall"]
    ten = rows(names, *[f"{1 + n % 10};{n % 7}" for n in range(40)])
    with pytest.raises(Invalid, match="bill: 20 of 40 marks lie off the scale"):
        read_marks(names, ten, "overall", Coding())
    codes = rows(names, *[f"{99 if n % 2 else 3};{n % 7}" for n in range(40)])
    found = read_marks(names, codes, "overall", Coding(), missing=["99"])
    assert (found.missing, sum(one.marks["bill"] is None for one in found.marked)) == ({}, 20)
    pairs = read_pairs(NAMES, rows(NAMES, "x;99;5;a", "x;1;99.0;b", "x;2;5;c"), missing=["99"])
    assert [(one.functional, one.dysfunctional) for one in pairs.pairs] == [(None, 5), (1, None), (2, 5)]


def test_a_file_without_the_overall_column_or_without_marks_is_refused() -> None:
    with pytest.raises(Invalid, match="no column satisfaction"):
        read_marks(MARKS, [], "satisfaction", Coding())
    many = [(n, dict(zip(NAMES, (f"thing {n}", "1", "5", f"r{n}"), strict=True))) for n in range(201)]
    with pytest.raises(Invalid, match="names 201 different things"):
        read_pairs(NAMES, many)
    with pytest.raises(Invalid, match="besides the overall one"):
        read_marks(["id", "overall"], [], "overall", Coding())


def kano_rows(wave: str, texts: tuple[str, str], **more: str) -> dict[str, str]:
    return {"attribute": "bill", "functional": "1", "dysfunctional": "5", "wave": wave,
            "functional_text": texts[0], "dysfunctional_text": texts[1]} | more  # fmt: skip


def test_waves_offered_in_other_words_are_refused_for_comparison() -> None:
    """An extract of our own, made like the published data: the words of the answers stand beside their codes."""
    found = analyse_kano(
        [kano_rows("2025", ("I like it", "I dislike it")), kano_rows("2026", ("I enjoy it", "I dislike it"))]
    )
    assert found["comparisons"] == [
        {"code": "comparison-refused", "attribute": "bill", "first": "2025", "second": "2026",
         "one": "I like it", "other": "I enjoy it"}
    ]  # fmt: skip
    same = [kano_rows(wave, ("I like it", "I dislike it")) for wave in ("2025", "2026")]
    assert analyse_kano(same)["comparisons"] == []
    bare = [{name: row[name] for name in ("attribute", "functional", "dysfunctional", "wave")} for row in same]
    assert [one["code"] for one in analyse_kano(bare)["comparisons"]] == ["comparison-unknown"]


def test_a_repeated_respondent_counts_once_in_the_analysis() -> None:
    rows = [kano_rows("2025", ("a", "b"), respondent="r1")] * 3 + [kano_rows("2025", ("a", "b"), respondent="r2")]
    (found,) = analyse_kano(rows)["attributes"]
    assert found["n"] == 2
    assert {"code": "respondent-twice", "count": 2} in found["warnings"]


def test_rows_refused_keep_their_sentence_between_preview_and_import() -> None:
    found = read_pairs(NAMES, [(2, dict(zip(NAMES, ("bill", "9", "5", "r1"), strict=True)))])
    kept = unpacked(packed(found))
    assert [str(one.error) for one in kept.refused] == [str(one.error) for one in found.refused]
    assert kept.refused[0].error.sentence == found.refused[0].error.sentence
    assert "ends" in kept.refused[0].error.sentence.values


def test_rows_refused_by_the_first_release_keep_their_text() -> None:
    kept = unpacked(packed(Answers()).replace(b'"refused": []', b'"refused": [[2, "Over 50 % of it.", "day"]]'))
    assert [(one.line, str(one.error)) for one in kept.refused] == [(2, "Over 50 % of it.")]


@given(st.lists(st.tuples(*[st.text(max_size=8)] * 4), max_size=15))
def test_whatever_the_cells_every_row_is_read_or_refused(lines: list[tuple[str, ...]]) -> None:
    found = read_pairs(NAMES, [(n, dict(zip(NAMES, line, strict=True))) for n, line in enumerate(lines, 2)])
    assert len(found.pairs) + len(found.refused) == len(lines)
