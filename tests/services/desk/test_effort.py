"""Effort by touchpoint: in the order of the chain, channels told apart only where none can be reckoned."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.services.checks.running import run_due
from charter.services.desk.effort import effort_page
from charter.services.records.access import Access
from tests.services.effort_world import NOW, START, charter, write_answers
from tests.services.world import apply

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")

SECOND = """
  - key: two
    title: {fr: Un accueil, en: A welcome}
    promise: {fr: Nous vous accueillons., en: We welcome you.}
    owner: Direction
    touchpoint: TOUCHPOINT
    indicators:
      - {key: desk, title: {fr: Effort au guichet, en: Effort at the counter}, source: survey, kind: effort, date: day,
         value: mark, question: WORDS, scale: {from: 1, to: 7, hard: low}, unit: agency,
         targets: [{from: 2026-01-01, target: 0.5}], check: {due: 0 days, at: "06:00"}}
"""


def asked(folder: Path, touchpoint: str = "counter", question: str = "{fr: Est-ce que c’était simple ?}") -> None:
    write_answers(folder, {"a": {7: 20, 1: 12}, "b": {7: 8, 1: 3}})
    apply(charter() + SECOND.replace("TOUCHPOINT", touchpoint).replace("WORDS", question), folder, START)
    run_due(COMMAND_LINE, NOW, Access())


def test_touchpoints_stand_in_the_order_of_the_chain(light: Flask, tmp_path: Path) -> None:
    text = charter().replace("chain: [phone, counter]", "chain: [counter, phone]")
    write_answers(tmp_path)
    apply(text + SECOND.replace("TOUCHPOINT", "counter").replace("WORDS", "{fr: Simple ?}"), tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    page = effort_page(COMMAND_LINE, NOW, period="2026-10")
    assert [line["touchpoint"] for line in page["lines"]] == ["counter", "phone"]
    assert page["questions"] == 2


def test_one_wording_is_one_question(light: Flask, tmp_path: Path) -> None:
    asked(tmp_path, "web", "{fr: 'est-ce que c’était FACILE ?', en: Was it easy?}")
    page = effort_page(COMMAND_LINE, NOW, period="2026-10")
    assert page["questions"] == 1
    assert [line["touchpoint"] for line in page["lines"]] == ["phone", "web"], "what the chain does not name comes last"


def test_channels_of_few_answers_are_not_told_apart(light: Flask, tmp_path: Path) -> None:
    asked(tmp_path)
    whole, own = (effort_page(COMMAND_LINE, NOW, period="2026-10", unit=unit)["lines"][0] for unit in (None, "b"))
    # By letter 3, by phone 40: what letters said would be what is left of the whole.
    assert (whole["channels"], whole["untold"]) == ([], 2)
    assert (own["channels"], own["untold"]) == ([], 2)
    write_answers(tmp_path, {"a": {7: 20, 1: 12}, "b": {7: 8, 1: 5}})
    later = effort_page(COMMAND_LINE, NOW, period="2026-10")["lines"][0]
    assert later["channels"] == [], "a page shows what was measured, not what a file says now"


def test_channels_of_enough_answers_are_told(light: Flask, tmp_path: Path) -> None:
    write_answers(tmp_path, {"a": {7: 20, 1: 12}, "b": {7: 8, 1: 5}})
    apply(charter(), tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    (line,) = effort_page(COMMAND_LINE, NOW, period="2026-10")["lines"]
    told = {one["channel"]: (one["effort"]["n"], one["effort"]["hard"]) for one in line["channels"]}
    assert (told, line["untold"]) == ({"letter": (5, 5), "phone": (40, 12)}, 0)


def test_the_page_is_for_those_who_read_the_desk(light: Flask, tmp_path: Path) -> None:
    asked(tmp_path)
    with pytest.raises(NotAllowed):
        effort_page(VISITOR, NOW, period="2026-10")
