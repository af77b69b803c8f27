"""What the names of a file stand for."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.services.surveys.imports import import_answers
from charter.services.surveys.names import mapped
from tests.services.surveys.test_uploads import sent
from tests.services.surveys.test_waves import MIA
from tests.services.world import NOW


def test_names_stand_for_keys_titles_what_is_said_and_what_files_before_said(charted: Flask) -> None:
    names = ["CARE", "Une facture juste", "Autre chose"]
    assert mapped(names, {}) == dict(zip(names, ("care", "bill", ""), strict=True))
    assert mapped(names, {"Autre chose": "answer"})["Autre chose"] == "answer"
    import_answers(MIA, NOW, sent(), mapping={"Autre chose": "answer"}, leave_refused=True)
    assert mapped(names, {})["Autre chose"] == "answer"


def test_two_names_for_one_promise_and_a_promise_that_is_none_are_refused(charted: Flask) -> None:
    with pytest.raises(Invalid, match="Two names"):
        mapped(["care", "b"], {"b": "care"})
    with pytest.raises(NotFound, match="no commitment gone"):
        mapped(["b"], {"b": "gone"})
    assert mapped(["a", "b", "c"], {"a": "-", "b": "-", "c": "+"}) == {"a": "-", "b": "-", "c": "+"}
