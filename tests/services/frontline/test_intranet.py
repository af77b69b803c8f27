"""The page that staff read: the company and the site."""

from __future__ import annotations

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.services.checks.running import run_due
from charter.services.frontline.intranet import intranet
from charter.services.records.access import Access
from tests.services.world import NOW, TEXT, apply


def test_the_intranet_page_shows_the_company_and_the_site(world: Flask) -> None:
    found = intranet(VISITOR, NOW, unit="vannes")
    assert found["overview"]["unit"] == "company"
    assert found["unit"]["unit"] == "vannes"
    assert intranet(VISITOR, NOW, unit="company")["unit"] is None
    assert intranet(VISITOR, NOW)["unit"] is None


def test_beside_too_few_cases_of_a_site_stands_the_nearest_unit_above_that_has_enough(empty: Flask) -> None:
    apply(TEXT.replace("minimum: 10", "minimum: 30"))
    run_due(COMMAND_LINE, NOW, Access())
    found = intranet(VISITOR, NOW, unit="vannes")
    own = {one["key"]: one for view in found["here"]["commitments"] for one in view["indicators"]}
    assert own["answered"]["reason"] == "too-few"
    # Between the site and the company stands a region, which has enough of its own.
    assert own["answered"]["area"] == {"unit": "Région Ouest", "value": 0.55, "cases": 40, "status": "missed"}
