"""The page of a month: what is wanting, its tables."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.services.reports.editions import approve_month
from charter.services.reports.view import month_page, report_tables
from tests.services.reports.test_editions import ANA, CARL, DAN, OCTOBER, approved, explained, frozen
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
