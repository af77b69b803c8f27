"""You told us: a page that a person opens, of a counted survey of pairs; withdrawn or closed it is gone."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.services.surveys.imports import import_answers
from charter.services.surveys.telling import tell_customers, told_page, untell_customers
from charter.services.surveys.waves import withdraw_wave
from tests.services.surveys.test_uploads import sent
from tests.services.surveys.test_waves import MIA, actions
from tests.services.world import NOW


def test_what_is_told_is_what_was_counted_until_it_is_closed_or_withdrawn(charted: Flask) -> None:
    (wave,) = import_answers(MIA, NOW, sent(), mapping={"Autre chose": "-"}, leave_refused=True)
    with pytest.raises(NotFound):
        told_page(VISITOR, wave)
    with pytest.raises(Invalid, match="Write what you do"):
        tell_customers(MIA, NOW, wave, texts={"fr": " "})
    tell_customers(MIA, NOW, wave, texts={"fr": "Nous rappelons.", "en": ""})
    page = told_page(VISITOR, wave)
    assert (page["what"], page["answers"]) == ({"fr": "Nous rappelons."}, 41)
    assert [(line["n"], line["annoyed"], line["pleased"]) for line in page["promises"]] == [(40, 0, 100), (40, 100, 0)]
    untell_customers(MIA, NOW, wave)
    with pytest.raises(Conflict, match="not open"):
        untell_customers(MIA, NOW, wave)
    tell_customers(MIA, NOW, wave, texts={"en": "We call back."})
    withdraw_wave(COMMAND_LINE, NOW, wave, reason="wrong people")
    with pytest.raises(NotFound):
        told_page(VISITOR, wave)
    assert actions()[-4:] == ["survey:told", "survey:untold", "survey:told", "survey:withdraw"]
