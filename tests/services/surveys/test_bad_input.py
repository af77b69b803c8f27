"""Bad input: clear, and nothing half kept. Wrong links are tried in `tests/web/surveys`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from flask import Flask

from charter.domain.surveys.marks import Coding
from charter.domain.vocabulary.errors import CharterError
from charter.models.base import db
from charter.models.surveys import SurveyResponse, SurveyResult, SurveyUpload, SurveyWave
from charter.services.classes.known_evidence import heard
from charter.services.desk import classes_page
from charter.services.surveys import results_view
from charter.services.surveys.columns import Asked
from charter.services.surveys.imports import import_answers
from charter.services.surveys.responses import analyse_wave
from charter.services.surveys.uploads import preview_answers, send_answers
from charter.words.refusals import refusal_sentence
from tests.services.surveys.test_waves import MIA
from tests.services.world import NOW

DAY = date(2026, 10, 31)
PAIRS = "respondent;weight;attribute;functional;dysfunctional"
MARKS = Coding(scale=(0, 10))


def sent(lines: Sequence[str], asked: Asked) -> int:
    return send_answers(MIA, NOW, "\n".join([*lines, ""]).encode(), "answers.csv", asked)


def kept(lines: Sequence[str], asked: Asked, **settled: bool) -> int:
    (wave,) = import_answers(MIA, NOW, sent(lines, asked), mapping={}, **settled)
    return wave


@pytest.mark.parametrize(
    ("lines", "kind", "english"),
    [
        ([PAIRS, *(f"{n};0;care;2;5" for n in range(40))], "kano", "every weight is 0, so that nobody is spoken for"),
        (["id;poids;care;overall", *(f"{n};0;{1 + n % 5};{n % 11}" for n in range(200))], "marks", "every weight is 0"),
        (["id;care;overall", *(f"{n};4;8" for n in range(200))], "marks", "Different values of the overall mark: 1."),
        ([PAIRS, *(f"{n};1;care;99;5" for n in range(40))], "kano", "40 rows are refused"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence_and_nothing_is_kept(
    charted: Flask, lines: list[str], kind: str, english: str
) -> None:
    number = sent(lines, Asked(kind, "Bad", DAY, coding=MARKS if kind == "marks" else Coding(), draws=100))
    with pytest.raises(CharterError) as refused:
        import_answers(MIA, NOW, number, mapping={})
    assert english in refusal_sentence(refused.value, "en")
    assert refusal_sentence(refused.value, "fr") != refusal_sentence(refused.value, "en")
    counts = [db.session.query(table).count() for table in (SurveyWave, SurveyResponse, SurveyResult)]
    assert counts == [0, 0, 0]
    assert db.session.get_one(SurveyUpload, number).state == "previewed", "the file waits, to be told otherwise"


def test_everybody_alike_is_counted_and_said(charted: Flask) -> None:
    wave = kept([PAIRS, *(f"{n};1;care;3;3" for n in range(40))], Asked("kano", "Alike", DAY))
    (care,) = results_view.wave(MIA, NOW, wave)["pairs"] or []
    assert "answers-all-alike" in [one["code"] for one in care["warnings"]]  # type: ignore[typeddict-item]


def test_weights_of_nothing_count_for_nobody(charted: Flask) -> None:
    wave = kept([PAIRS, *(f"{n};{n % 2};care;2;5" for n in range(80))], Asked("kano", "Half", DAY))
    (care,) = results_view.wave(MIA, NOW, wave)["pairs"] or []
    assert (care["n"], care["effective"]) == (80, 40)  # type: ignore[typeddict-item]


def test_99_as_no_answer_is_told_how_to_say_then_left_out(charted: Flask) -> None:
    lines = [PAIRS, *(f"{n};1;care;{2 if n % 4 else 99};5" for n in range(80))]
    seen = preview_answers(MIA, NOW, sent(lines, Asked("kano", "Codes", DAY)))
    said = {refusal_sentence(one.error, "en") for one in seen.refused}
    assert len(seen.refused) == 20
    assert len(said) == 1
    assert "Name codes that mean “no answer”" in said.pop()
    wave = kept(lines, Asked("kano", "Codes", DAY, missing=("99",)))
    (care,) = results_view.wave(MIA, NOW, wave)["pairs"] or []
    assert (care["n"], care["half_answered"]) == (60, 20)  # type: ignore[typeddict-item]
    marks = [
        "id;care;bill;overall",
        *(f"{n};{1 + n % 5 if n % 7 else 99};{1 + n // 5 % 5};{n % 11}" for n in range(300)),
    ]
    wave = kept(marks, Asked("marks", "Marks", DAY, coding=MARKS, draws=100))
    analyse_wave(MIA, NOW, wave)
    assert results_view.wave(MIA, NOW, wave)["counts"]["missing"] == {"care": {"off-scale": 43}}


def test_of_two_waves_of_one_day_the_one_with_more_people_speaks_and_the_other_says_so(charted: Flask) -> None:
    large = [PAIRS, *(f"{n};1;care;2;5" for n in range(90))]
    small = [PAIRS, *(f"{n};1;care;1;3" for n in range(40))]
    first, second = (kept(lines, Asked("kano", name, DAY)) for name, lines in (("Large", large), ("Small", small)))
    assert first != second
    known = heard().on("care", NOW.date())
    assert {wave.name for wave in known.kano} == {"Large", "Small"}
    rows = {row["key"]: row for row in classes_page.page(MIA, NOW)["commitments"]}
    assert rows["care"]["suggested"] == "confidence", "as the ninety say, not the forty"
    assert "wave-aside-smaller" in str(rows["care"])
    with pytest.raises(CharterError, match="called Large already"):
        kept(large, Asked("kano", "Large", DAY))
    assert db.session.query(SurveyWave).count() == 2
