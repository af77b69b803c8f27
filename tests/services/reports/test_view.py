"""The page of a month: what is wanting, its tables."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.reports.tables import ACTIONS, actions_table
from charter.services.actions.actions import Planned, close_action, plan_action
from charter.services.reports.editions import approve_month
from charter.services.reports.view import month_page, report_tables
from tests.services.reports.test_editions import ANA, CARL, DAN, MIA, OCTOBER, approved, explained, frozen
from tests.services.world import NOW


def test_a_month_page_says_what_is_wanting(world: Flask) -> None:
    assert month_page(ANA, NOW, OCTOBER)["state"] == "open"
    frozen()
    found = month_page(ANA, NOW, OCTOBER)
    assert (found["state"], found["wanting"], found["rights"]["approve"]) == ("draft", ["answer"], True)
    assert set(month_page(DAN, NOW, OCTOBER)["rights"].values()) == {False}
    explained()
    assert month_page(ANA, NOW, OCTOBER)["wanting"] == []
    approve_month(ANA, NOW, period=OCTOBER, reason="Relu.")
    found = month_page(ANA, NOW, OCTOBER)
    assert (found["state"], found["rights"]["correct"]) == ("approved", True)
    assert found["editions"][0]["approval"]["reason"] == "Relu."


def test_tables_hold_the_effect_of_a_closed_action(world: Flask) -> None:
    frozen()
    explained()
    number = plan_action(MIA, NOW, Planned("answer", OCTOBER, "Rouvrir", "80 %", "Accueil", date(2026, 12, 1)))
    close_action(MIA, NOW, number=number, text="Rouvert.")
    approve_month(ANA, NOW, period=OCTOBER, reason="Relu.")
    head, row = report_tables(ANA, period=OCTOBER, language="fr")["actions"]
    told = dict(zip(head, row, strict=True))
    assert (told["effect"], told["before_cases"], told["after_cases"]) == ("too-early", None, None)
    # A month of the first release also kept how many cases each side had.
    sides = {"before": {"value": 0.5, "cases": 40}, "after": {"value": 0.6, "cases": 50}}
    kept = dict.fromkeys(ACTIONS[:-5], "") | {"effect": {"verdict": "better", **sides}}
    assert actions_table({"edition": {"actions": [kept]}})[1][-5:] == ["better", 0.5, 40, 0.6, 50]


def test_tables_are_the_figures_of_the_edition(world: Flask) -> None:
    approved()
    tables = report_tables(ANA, period=OCTOBER, language="fr")
    head, first = tables["figures"][0], tables["figures"][1]
    told = dict(zip(head, first, strict=True))
    assert (told["commitment"], told["value"], told["denominator"]) == ("answer", pytest.approx(41 / 62), 62)
    assert len(tables["figures"]) == 4
    assert tables["comments"][1][4] == "Deux guichets fermés."
    assert tables["actions"][1][7] == "Rouvrir"
    assert {row[0] for row in tables["units"][1:]} == {"west", "vannes", "brest", "south", "nice"}
    with pytest.raises(NotAllowed):
        report_tables(CARL, period=OCTOBER, unit="nice", language="fr")
    with pytest.raises(NotFound):
        report_tables(ANA, period="2026-09", language="fr")
