"""What the parties owe each other in the month's report: each provider as the figures list its unit."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from charter.reports.parties import parties_told
from charter.reports.render import render_report_html
from tests.reports.sample_month import Json, make_snapshot
from tests.reports.test_grids import words

ROW = {"reason": None, "value": 0.8, "numerator": 8, "denominator": 10, "depth": 1, "kind": "provider"}


@pytest.fixture
def month() -> Json:
    """The first promise is a provider's to the company; two providers stand beneath the whole."""
    found: Json = deepcopy(make_snapshot())
    root = found["overview"]["unit"]
    for key, name in (("voix", "Voix d’Appui"), ("relais", "Relais Plus")):
        found["units"][key] = {"name": name, "kind": "provider", "parent": root}
    first = found["overview"]["commitments"][0]
    first |= {"promisor": "provider", "promisee": "company", "status": "kept"}
    for view in found["overview"]["commitments"][1:]:
        view |= {"promisor": "company", "promisee": "customer", "status": "kept"}
    for view in first["indicators"]:
        beneath(found, view["key"], voix="missed", relais="kept")
    return found


def beneath(month: Json, indicator: str, **statuses: str) -> None:
    """How the indicator of the first promise stands at these units."""
    detail = month["details"][month["overview"]["commitments"][0]["key"]]["indicators"][indicator]
    detail["breakdown"] = [{"unit": key, "name": key, "status": status, **ROW} for key, status in statuses.items()]


def told(month: Json) -> list[tuple[Any, Any]]:
    chain = parties_told(month)
    assert chain is not None
    return [(card["name"], card["status"]) for card in chain["cards"]]


def test_each_provider_is_told_as_it_stands_at_its_own_unit(month: Json) -> None:
    assert told(month) == [("Voix d’Appui", "missed"), ("Relais Plus", "kept"), (None, "kept")]
    said = words(render_report_html(month, "en"))
    assert "Promises between the parties" in said
    assert "The weakest link between parties: the company ↔ Voix d’Appui (missed)." in said
    assert "The company ↔ Voix d’Appui Missed (no. 1) nothing promised kept: 0 of 1" in said
    french = words(render_report_html(month, "fr"))
    assert "Le lien le plus faible entre parties : l'entreprise ↔ Voix d’Appui (non tenu)." in french.replace(
        "’e", "'e"
    )


def test_a_promise_that_names_its_provider_is_on_no_other_card(month: Json) -> None:
    month["overview"]["commitments"][0]["provider"] = "relais"
    assert told(month) == [("Relais Plus", "kept"), (None, "kept")]


def test_a_unit_without_a_figure_has_no_data_and_the_weakest_cannot_be_told(month: Json) -> None:
    for view in month["overview"]["commitments"][0]["indicators"]:
        beneath(month, view["key"], relais="kept")
    assert told(month)[0] == ("Voix d’Appui", "no-data")
    said = words(render_report_html(month, "en"))
    assert "The weakest link between parties cannot be told: the company ↔ Voix d’Appui (no data)." in said


def test_one_pair_alone_a_part_of_the_whole_and_older_months_have_no_such_part(month: Json) -> None:
    plain = make_snapshot()
    assert parties_told(plain) is None
    assert "Promises between the parties" not in words(render_report_html(plain, "en"))
    month["units"][month["overview"]["unit"]]["parent"] = "above"
    month["units"]["above"] = {"name": "Above", "kind": "company", "parent": None}
    assert parties_told(month) is None


def test_what_customers_have_no_say_in_is_told_with_the_parties_and_not_among_their_promises(month: Json) -> None:
    first = month["overview"]["commitments"][0]
    first |= {"class": "neither", "place": "apart"}
    number, title = first["number"], first["title"]["en"]
    said = words(render_report_html(month, "en"))
    assert f"No. {number}, on which customers have no say, is with the parties." in said
    assert f"{number}. {title}: missed" in said
    assert "The definition of 1 commitment stands on its page and in the attached figures." in said
    first["promisee"] = "customer"
    assert "customers have no say" not in words(render_report_html(month, "en"))
