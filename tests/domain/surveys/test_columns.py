"""Files as survey tools write them, small and invented: each comes to the same pairs, and nothing personal is read."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from charter.domain.analyses.answer_columns import Draft, Told, draft_of, packed_draft, unpacked_draft
from charter.domain.analyses.answer_rows import marks_in, pairs_in, words_to_tell
from charter.domain.surveys.answer_files import plain
from charter.domain.surveys.columns import level_of, questions_in, without_header_lines
from charter.domain.surveys.marks import Coding
from charter.domain.vocabulary.errors import Invalid
from charter.sources.readers.uploaded_files import rows_of_file

LIME_CODES = """id,submitdate,lastpage,startlanguage,token,care[F],care[D],bill[F],bill[D]
1,2026-05-04 10:00:00,3,fr,tk1,A2,A5,A1,A3
2,2026-05-04 11:00:00,3,fr,tk2,A1,A4,,A3
"""
LIME_TEXTS = """"ID de la réponse","Date de soumission","Si nous tenons cette promesse, qu’en pensez-vous ? [care]",\
"Et si nous ne la tenons pas ? [care]","Si nous tenons cette promesse, qu’en pensez-vous ? [bill]",\
"Et si nous ne la tenons pas ? [bill]"
1,2026-05-04,"Pour moi, c’est normal","Cela me déplairait","Cela me plairait","Cela m’est égal"
2,2026-05-04,"Cela me plairait","Je m’en accommoderais","","Cela m'est égal"
"""
GOOGLE = """Horodateur,Nom d'utilisateur,care : si nous tenons cette promesse ?,care : si nous ne la tenons pas ?,\
bill : si nous tenons cette promesse ?,bill : si nous ne la tenons pas ?
2026/05/04 10:00:00 AM UTC+2,zoe@example.org,2 - Pour moi c'est normal,5 - Cela me déplairait,1 - Cela me plairait,3
2026/05/04 11:00:00 AM UTC+2,max@example.org,1,4,,3
"""
QUALTRICS = """StartDate,Status,IPAddress,ResponseId,RecipientEmail,Q1_1,Q1_2,Q2_1,Q2_2
Start Date,Response Type,IP Address,Response ID,Recipient Email,care - If we keep this promise,\
care - If we do not keep this promise,bill - If we keep this promise,bill - If we do not keep this promise
"{""ImportId"":""startDate""}","{""ImportId"":""status""}","{""ImportId"":""ipAddress""}","{""ImportId"":""_recordId""}",\
"{""ImportId"":""email""}","{""ImportId"":""QID1_1""}","{""ImportId"":""QID1_2""}","{""ImportId"":""QID2_1""}",\
"{""ImportId"":""QID2_2""}"
2026-05-03,Survey Preview,192.0.2.7,R_0,who@example.org,I would like it,I would like it,I would like it,I would like it
2026-05-04,IP Address,192.0.2.1,R_1,a@example.org,I would expect it,I would dislike it,I would like it,\
I would not mind either way
2026-05-04,IP Address,192.0.2.2,R_2,b@example.org,I would like it,I could live with it,,I would not mind either way
"""
SPHINX = """CLE,DATE_SAISIE,care_fonctionnel,care_dysfonctionnel,bill_fonctionnel,bill_dysfonctionnel
1,04/05/2026,Pour moi c'est normal,Cela me déplairait,Cela me plairait,Cela m'est égal
2,04/05/2026,Cela me plairait,Je m'en accommoderais,,Cela m'est égal
"""
MONKEY = """Respondent ID,Collector ID,Email Address,If we keep this promise?,,If we do not keep this promise?,
,,,care,bill,care,bill
11,7,a@example.org,I would expect it,I would like it,I would dislike it,I would not mind either way
12,7,b@example.org,I would like it,,I could live with it,I would not mind either way
"""
FILES = {
    "lime-codes": LIME_CODES,
    "lime-texts": LIME_TEXTS,
    "google": GOOGLE,
    "qualtrics": QUALTRICS,
    "sphinx": SPHINX,
    "monkey": MONKEY,
}


TOOLS = {
    "lime-codes": "limesurvey",
    "lime-texts": "limesurvey",
    "google": "google-forms",
    "qualtrics": "qualtrics",
    "sphinx": "sphinx",
    "monkey": "surveymonkey",
}


def drafted(text: str, told: Told | None = None, *, is_of_marks: bool = False) -> Draft:
    """A file as it is held between reading and keeping."""
    found = draft_of(*rows_of_file(text.encode(), "export.csv", is_wide=True), (), told, is_of_marks=is_of_marks)
    return unpacked_draft(packed_draft(found))


@pytest.mark.parametrize("shape", FILES)
def test_every_tools_file_comes_to_the_same_pairs(shape: str) -> None:
    draft = drafted(FILES[shape])
    found = pairs_in(draft, Told())
    assert (found.refused, draft.tool) == ([], TOOLS[shape])
    assert [(plain(pair.attribute), pair.functional, pair.dysfunctional) for pair in found.pairs] == [
        ("care", 2, 5), ("bill", 1, 3), ("care", 1, 4), ("bill", None, 3),
    ]  # fmt: skip
    assert len({pair.who for pair in found.pairs}) == 2
    assert b"@" not in packed_draft(draft)
    assert "@" not in repr(found)
    assert "192.0.2" not in repr(found)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("1 - Cela me plairait", "1"),
        ("A5", "5"),
        ("A03", "3"),
        ("4.0", "4"),
        ("2) I would expect it", "2"),
        ("Cela me\u00a0plairait.", "1"),
        ("JE M'EN ACCOMMODERAIS", "4"),
        ("I could live with it", "4"),
        ("6", None),
        ("99", None),
        ("", None),
        ("Maybe", None),
        ("12", None),
    ],
)
def test_an_answer_is_known_by_its_words_its_code_or_its_number(text: str, level: str | None) -> None:
    assert level_of(text) == level


def test_what_is_no_answer_is_refused_with_its_line_and_never_quoted() -> None:
    text = LIME_CODES.replace("A2,A5", "zoe@example.org,A5")
    draft = drafted(text)
    found = pairs_in(draft, Told())
    assert b"zoe" not in packed_draft(draft)
    assert [(one.line, str(one.error)) for one in found.refused] == [
        (
            2,
            "care[F]: no answer that is known; write 1 (like) to 5 (dislike), or nothing. "
            "Name codes that mean “no answer”, like 99, when you send the file.",
        )
    ]
    assert len(found.pairs) == 3


def test_three_hundred_columns_are_read_and_those_left_out_are_not() -> None:
    text = io.StringIO()
    lines = csv.writer(text)
    keys = [f"p{n}" for n in range(150)]
    lines.writerow(["id", *(f"{key}_{side}" for key in keys for side in "FD")])
    lines.writerow(["1", *("A1", "A5") * 150])
    sheet = without_header_lines(*rows_of_file(text.getvalue().encode(), "export.csv", is_wide=True))
    questions = questions_in(sheet, ["p0_F", "p0_D"])
    assert (len(questions), questions[0].promise, questions[1].side) == (298, "p1", "dysfunctional")


def test_marks_are_read_under_their_words_and_as_their_numbers() -> None:
    found = marks_in(drafted(QUALTRICS_OF_MARKS, is_of_marks=True), Told(), "Q2", Coding(scale=(0, 10)))
    assert (found.attributes, found.ignored) == (("care", "bill"), ["RecipientEmail"])
    assert [(one.marks["care"], one.marks["bill"], one.overall) for one in found.marked] == [(4, 2, 8), (5, None, 10)]


def test_marks_in_words_are_numbers_where_marks_run_from_1_to_5() -> None:
    text = (
        "Horodateur,Rappel,Facture,Note globale\n"
        + "d,Très satisfait,Insatisfait,9\nd,Ne sait pas,Plutôt satisfait,4\n"
    )
    found = marks_in(drafted(text, is_of_marks=True), Told(), "Note globale", Coding())
    assert [tuple(one.marks.values()) for one in found.marked] == [(5, 2), (None, 4)]


WIDE = "Q1,Q2,Poids,Agence,Segment,Le,id\n" + "".join(
    f"{'Plutôt oui' if n % 2 else 1},{5 if n % 3 else 99},{n % 2 + 0.5},nord,pro,{n + 1}/5/2026,{n}\n"
    for n in range(20)
)


def test_columns_that_say_nothing_are_told_with_weight_unit_segment_day_and_words() -> None:
    told = Told({"q1": "kept:care", "q2": "not-kept:care", "le": "day"}, {"plutot_oui": "2"})
    draft = drafted(WIDE, told)
    assert [one.text for one in words_to_tell(draft, told, ["Q1", "Q2"], ())] == ["Plutôt oui", "99"]
    with pytest.raises(Invalid, match="No two columns of the file ask"):
        pairs_in(drafted(WIDE), Told())
    found = pairs_in(draft, told, ["99"])
    first, second = found.pairs[:2]
    assert (first.functional, first.dysfunctional, first.weight, first.unit, first.segment) == (
        1,
        None,
        0.5,
        "nord",
        "pro",
    )
    assert (second.functional, second.dysfunctional, second.weight, second.day) == (2, 5, 1.5, date(2026, 5, 2))


def test_days_are_read_as_their_column_shows_or_as_a_person_says_and_never_guessed() -> None:
    told = {"q1": "kept:care", "q2": "not-kept:care", "le": "day"}
    header, line = "Q1,Q2,Le\n", "1,5,{}\n"
    for cells in (("25/10/2026", "5/10/2026"), ("10/25/2026 09:12", "10/5/2026 10:00")):
        found = pairs_in(drafted(header + "".join(map(line.format, cells)), Told(told)), Told(told))
        assert [pair.day for pair in found.pairs] == [date(2026, 10, 25), date(2026, 10, 5)]
    both = drafted(header + line.format("5/10/2026"), Told(told))
    with pytest.raises(Invalid, match="can be read day first or month first: say which"):
        pairs_in(both, Told(told))
    assert pairs_in(both, Told(told, is_day_first=False)).pairs[0].day == date(2026, 5, 10)


def test_two_columns_that_say_the_same_and_a_column_that_is_not_there_are_refused() -> None:
    same = Told({"q1": "kept:care", "q2": "kept:care"})
    with pytest.raises(Invalid, match="Two columns say the same, “Q1” and “Q2”"):
        pairs_in(drafted(WIDE, same), same)
    with pytest.raises(Invalid, match="no column q9"):
        drafted(WIDE, Told({"q9": "weight"}))


QUALTRICS_OF_MARKS = """ResponseId,RecipientEmail,Q1_1,Q1_2,Q2
Response ID,Recipient Email,How did we do? [care],How did we do? [bill],Overall
"{""ImportId"":""_recordId""}","{""ImportId"":""email""}","{""ImportId"":""QID1_1""}","{""ImportId"":""QID1_2""}",\
"{""ImportId"":""QID2""}"
R_1,a@example.org,4 - Satisfied,A2,8
R_2,b@example.org,5,,10
"""


@pytest.mark.parametrize(
    ("names", "lines", "asked"),
    [
        # LimeSurvey, codes of sub-questions with their side inside the brackets.
        (
            ["id", "submitdate", "lastpage", "G1Q1[care_F]", "G1Q1[care_D]", "G9[other]"],
            ["1;2026-10-01;3;A2;A5;bitte nicht"],
            [("care", "functional"), ("care", "dysfunctional")],
        ),
        # Qualtrics in English: the promise stands behind a colon, in the second line.
        (
            ["StartDate", "Status", "ResponseId", "Q2_1", "Q3_1"],
            [
                "Start Date;Response Type;Response ID;If we keep: Some care;If we do not keep: Some care",
                '{"ImportId":"startDate"};{"ImportId":"status"};{"ImportId":"_recordId"};{"ImportId":"QID2_1"};{"ImportId":"Q3"}',
                "10/1/2026;IP Address;R_1;2;5",
            ],
            [("Some care", "functional"), ("Some care", "dysfunctional")],
        ),
        # SurveyMonkey: a question over several columns, "if we do not".
        (
            [
                "Respondent ID",
                "How do you feel if we keep this?",
                "column 3",
                "How do you feel if we do not?",
                "column 5",
            ],
            [";Some care;bill;Some care;bill", "1;2 - expect;1 - like;5 - dislike;3 - neutral"],
            [
                ("Some care", "functional"),
                ("bill", "functional"),
                ("Some care", "dysfunctional"),
                ("bill", "dysfunctional"),
            ],
        ),
        # Google Forms in French, grids named by what is asked.
        (
            [
                "Horodateur",
                "Si nous tenons cette promesse : une facture",
                "Si nous ne la tenons pas : une facture",
            ],
            ["02/10/2026;Cela me plairait;Cela me déplairait"],
            [("une facture", "functional"), ("une facture", "dysfunctional")],
        ),
    ],
)
def test_other_shapes_of_tools_name_promise_and_side(
    names: list[str], lines: list[str], asked: list[tuple[str, str]]
) -> None:
    rows = [(at, dict(zip(names, line.split(";"), strict=True))) for at, line in enumerate(lines, 2)]
    found = questions_in(without_header_lines(names, rows))
    assert [(one.promise, one.side) for one in found] == asked


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Normal", "2"),
        ("Déplairait", "5"),
        ("M’est égal", "3"),
        ("2 - I would expect it", "2"),
        ("dislike", "5"),
        ("", None),
    ],
)
def test_short_words_of_the_five_answers_are_known(text: str, level: str | None) -> None:
    assert level_of(text) == level
