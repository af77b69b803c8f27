"""Files as survey tools write them, small and invented: each comes to the same pairs, and nothing personal is read."""

from __future__ import annotations

import csv
import io

import pytest

from charter.domain.surveys.answer_files import plain, read_pairs
from charter.domain.surveys.columns import level_of, of_marks, questions_in, unfolded, without_header_lines
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


@pytest.mark.parametrize("shape", FILES)
def test_every_tools_file_comes_to_the_same_pairs(shape: str) -> None:
    sheet = without_header_lines(*rows_of_file(FILES[shape].encode(), "export.csv", is_wide=True))
    found = read_pairs(*unfolded(sheet, questions_in(sheet)))
    assert found.refused == []
    assert [(pair.who, plain(pair.attribute), pair.functional, pair.dysfunctional) for pair in found.pairs] == [
        (1, "care", 2, 5), (1, "bill", 1, 3), (2, "care", 1, 4), (2, "bill", None, 3),
    ]  # fmt: skip
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
    sheet = without_header_lines(*rows_of_file(text.encode(), "export.csv", is_wide=True))
    found = read_pairs(*unfolded(sheet, questions_in(sheet)))
    assert [one.line for one in found.refused] == [2]
    assert "zoe" not in str(found.refused[0].error)
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
    text = QUALTRICS_OF_MARKS
    sheet = without_header_lines(*rows_of_file(text.encode(), "export.csv", is_wide=True))
    found = of_marks(sheet, "Q2")
    assert (found.names, found.overall) == (["respondent", "care", "bill", "Overall"], "Overall")
    assert [list(row.values()) for _, row in found.rows] == [["R_1", "4", "2", "8"], ["R_2", "5", "", "10"]]
    assert found.ignored == ["RecipientEmail"]


QUALTRICS_OF_MARKS = """ResponseId,RecipientEmail,Q1_1,Q1_2,Q2
Response ID,Recipient Email,How did we do? [care],How did we do? [bill],Overall
"{""ImportId"":""_recordId""}","{""ImportId"":""email""}","{""ImportId"":""QID1_1""}","{""ImportId"":""QID1_2""}",\
"{""ImportId"":""QID2""}"
R_1,a@example.org,4 - Satisfied,A2,8
R_2,b@example.org,5,,10
"""
