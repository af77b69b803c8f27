"""Components of trust that nobody serves or of which none is kept; expectations that nobody answers; choices."""

from __future__ import annotations

from decimal import Decimal

from charter.domain.charter_file.charter import OURS
from charter.domain.vocabulary.terms import Component
from charter.services.classes.coverage import choices_of, coverage, grids_of, origin
from tests.services.world import TEXT, charter_of

ROWS = [
    {"number": 1, "key": "a", "class": "trust", "place": "trust", "components": ["competence", "honesty"]},
    {"number": 2, "key": "b", "class": "confidence", "place": "floor", "components": ["competence"]},
]
EXPECTED = """
  origin:
    survey: {asked: 900, answered: 300, date: 2026-03-01}
    expectations:
      - {key: polite, text: {fr: La politesse, en: Politeness}}
      - {key: quick, text: {fr: La rapidité, en: Speed}, rank: 1}
units:
"""


def test_a_gap_is_a_component_that_nobody_serves_or_of_which_none_is_kept() -> None:
    by_name = {one["component"]: one for one in coverage(ROWS, {"a": "missed", "b": "kept"})}
    assert set(by_name) == {one.value for one in Component}
    served = by_name["competence"]
    assert (served["first"], served["also"], served["kept"], served["gap"]) == ([1, 2], [], 1, None)
    assert served["missing_in"] == []
    assert (by_name["honesty"]["also"], by_name["honesty"]["gap"]) == ([1], "none-kept")
    assert by_name["honesty"]["missing_in"] == ["floor"]
    assert (by_name["benevolence"]["gap"], by_name["benevolence"]["missing_in"]) == ("none", [])


def test_without_a_month_nothing_is_said_to_be_kept_or_not() -> None:
    served = coverage(ROWS, {})[list(Component).index(Component.HONESTY)]
    assert (served["kept"], served["gap"]) == (None, None)


GRID = """
grids:
  pillars:
    name: {fr: Piliers, en: Pillars}
    items:
      - {key: fair, text: {fr: Justes, en: Fair}}
      - {key: open, text: {fr: Francs, en: Open}}
      - {key: news, parent: open, text: {fr: Nouvelles, en: News}}
      - {key: why, parent: open, text: {fr: Pourquoi, en: Why}}
"""


def test_a_grid_of_ones_own_is_covered_like_the_one_that_is_always_there() -> None:
    serves = ({"pillars": ["news", "fair"]}, {"pillars": ["open"]})
    rows = [row | {"serves": one} for row, one in zip(ROWS, serves, strict=True)]
    (grid,) = grids_of(charter_of(TEXT + GRID), rows, {"a": "missed", "b": "kept"})
    by_key = {one["component"]: one for one in grid["items"]}
    assert list(by_key) == ["fair", "open", "news", "why"]
    assert [by_key[key].get("below") for key in by_key] == [None, None, "open", "open"]
    assert (by_key["fair"]["also"], by_key["fair"]["gap"]) == ([1], "none-kept")
    # An item with others below it is served by those too.
    assert (by_key["open"]["first"], by_key["open"]["kept"], by_key["open"]["gap"]) == ([1, 2], 1, None)
    assert (by_key["why"]["numbers"], by_key["why"]["gap"]) == ([], "none")
    # Fair, news and why have nothing below them: why has no promise; of fair and news one is missed.
    assert (grid["of"], grid["unserved"], grid["unkept"]) == (3, 1, 2)
    assert grids_of(charter_of(TEXT + GRID), rows, {})[0]["unkept"] is None
    assert grids_of(charter_of(), rows, {}) == []


def test_expectations_come_by_rank_with_those_who_answer_and_orphans_on_both_sides() -> None:
    text = TEXT.replace("units:\n", EXPECTED.lstrip("\n"), 1)
    found = origin(
        charter_of(text.replace("    owner: Service clients", "    owner: Service clients\n    answers: [quick]"))
    )
    assert [(one["key"], one["numbers"]) for one in found["expectations"]] == [("quick", [1]), ("polite", [])]
    assert found["orphans"] == [2, 3]
    assert found["survey"] is not None
    assert origin(charter_of())["orphans"] == []


def test_choices_say_which_are_the_charter_s_own() -> None:
    own = {one["name"]: one for one in choices_of(OURS.model_copy(update={"majority": Decimal("0.6")}))}
    assert (own["majority"]["is_ours"], own["sector_norm"]["is_ours"]) == (False, True)
    assert own["customer_expiry"]["value"]
