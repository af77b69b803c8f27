"""Columns of a tool's file: told once, refused where they say the same, known again for the same questions alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Invalid
from charter.services.surveys.imports import import_answers
from charter.services.surveys.uploads import preview_answers, tell_columns
from tests.services.surveys.test_uploads import sent
from tests.services.surveys.test_waves import ASKED, MIA
from tests.services.world import NOW

FILE = "Horodateur,Q1,Q2\n" + "2026-05-04,2,5\n" * 40


def test_columns_are_told_once_and_proposed_for_the_same_questions_alone(charted: Flask) -> None:
    first = sent(FILE, ASKED)
    assert preview_answers(MIA, NOW, first).read.error is not None
    with pytest.raises(Invalid, match="Two columns say the same"):
        tell_columns(MIA, NOW, first, parts={"q1": "kept:care", "q2": "kept:care"}, answers={})
    tell_columns(MIA, NOW, first, parts={"q1": "kept:care", "q2": "not-kept:care"}, answers={})
    assert preview_answers(MIA, NOW, first).people == 40
    import_answers(MIA, NOW, first, mapping={})
    again = sent(FILE, replace(ASKED, name="Again"))
    assert preview_answers(MIA, NOW, again).attributes == {"care": "care"}
    other = sent(FILE.replace("Q2", "Q9"), replace(ASKED, name="Other"))
    assert preview_answers(MIA, NOW, other).read.error is not None
