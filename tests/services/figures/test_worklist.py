"""What may be entered, what waits, what was entered: of the units that somebody enters for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed
from charter.domain.vocabulary.permissions import VISITOR
from charter.services.figures.worklist import entered, figure_place, indicator_lines, waiting
from charter.services.figures.write import enter_figure
from tests.services.by_hand import CARL, MIA, by_hand, share
from tests.services.databases import new_url, opened, template_of
from tests.services.world import NOW


@pytest.fixture
def hand(engine: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url(engine, tmp_path, template_of(engine, by_hand)), tmp_path) as app:
        yield app


def test_each_indicator_says_which_numbers_a_figure_needs(hand: Flask) -> None:
    lines = {line["key"]: line for line in indicator_lines(MIA)}
    assert (lines["welcomed"]["takes_figures"], lines["welcomed"]["numbers"]) == (True, ["numerator", "denominator"])
    assert (lines["felt"]["numbers"], lines["billed"]["takes_figures"]) == (["n", "sum", "sum_of_squares"], False)
    assert (lines["slow"]["takes_figures"], lines["called"]["has_channel"]) == (False, True)


def test_a_period_waits_until_the_units_of_this_person_have_a_figure(hand: Flask) -> None:
    of_october = {"indicator": "welcomed", "period": "2026-10"}
    line = next(one for one in waiting(CARL, NOW) if of_october.items() <= one.items())
    assert (line["entered"], line["of"], line["state"]) == (0, 1, "late")
    enter_figure(CARL, NOW, share("vannes", 9, 10))
    assert not [one for one in waiting(CARL, NOW) if of_october.items() <= one.items()]
    line = next(one for one in waiting(MIA, NOW) if of_october.items() <= one.items())
    assert (line["entered"], line["of"]) == (1, 3)
    enter_figure(MIA, NOW, share("south", 9, 10))
    line = next(one for one in waiting(MIA, NOW) if of_october.items() <= one.items())
    assert line["entered"] == 2, "a region speaks for those beneath it"


def test_what_was_entered_is_shown_with_what_it_replaces(hand: Flask) -> None:
    enter_figure(CARL, NOW, share("vannes", 9, 10))
    enter_figure(CARL, NOW, share("vannes", 8, 10, reason="Recounted"))
    newest, before = entered(CARL)
    assert (newest["numbers"], newest["replaces"]) == (
        {"numerator": 8, "denominator": 10},
        {"numerator": 9, "denominator": 10},
    )
    assert (newest["is_correction"], newest["reason"], before["replaces"]) == (True, "Recounted", None)
    place = figure_place(CARL, NOW, indicator="welcomed", period="2026-10")
    assert [unit["key"] for unit in place["units"]] == ["vannes"]
    assert [(one["unit"], one["numbers"]) for one in place["figures"]] == [("vannes", newest["numbers"])]


def test_what_cannot_be_entered_is_refused(hand: Flask) -> None:
    with pytest.raises(Invalid, match="is measured by month"):
        figure_place(MIA, NOW, indicator="welcomed", period="2026-W41")
    with pytest.raises(Conflict, match="computed at each level"):
        figure_place(MIA, NOW, indicator="slow", period="2026-10")
    with pytest.raises(NotAllowed):
        figure_place(VISITOR, NOW, indicator="welcomed", period="2026-10")
