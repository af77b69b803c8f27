"""The page that staff read: the company and the site."""

from __future__ import annotations

from flask import Flask

from charter.domain.vocabulary.permissions import VISITOR
from charter.services.frontline.intranet import intranet
from tests.services.world import NOW


def test_the_intranet_page_shows_the_company_and_the_site(world: Flask) -> None:
    found = intranet(VISITOR, NOW, unit="vannes")
    assert found["overview"]["unit"] == "company"
    assert found["unit"]["unit"] == "vannes"
    assert intranet(VISITOR, NOW, unit="company")["unit"] is None
    assert intranet(VISITOR, NOW)["unit"] is None
