"""The page of classes: in the order of their places, one commitment with its decisions, for those who may see it."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.services.classes.deciding import decide_class
from charter.services.desk.classes_page import page
from tests.services.world import NOW


def test_the_floor_comes_first_and_one_commitment_shows_its_decisions(world: Flask) -> None:
    found = page(COMMAND_LINE, NOW)
    assert [row["key"] for row in found["ordered"]] == ["answer", "care", "bill"]
    assert (found["chosen"], found["month"], found["may_decide"]) == (None, "2026-10", True)
    decide_class(COMMAND_LINE, NOW, commitment="bill", decided="confidence", because="Seen again.")
    chosen = page(COMMAND_LINE, NOW, commitment="bill")["chosen"]
    assert chosen is not None
    assert [one and (one["class"], one["because"]) for one in chosen["decisions"]] == [
        ("confidence", "Seen again."),
        ("trust", "On nous le dit"),
    ]


def test_what_is_not_there_or_not_for_this_person_is_refused(world: Flask) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        page(COMMAND_LINE, NOW, commitment="nowhere")
    with pytest.raises(NotAllowed):
        page(VISITOR, NOW)
