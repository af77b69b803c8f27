"""What a file of figures would change, before and after, for the eye."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from charter.services.figures.preview import effects_of
from charter.services.figures.uploads import preview_file
from charter.services.figures.write import enter_figure
from tests.services.by_hand import share
from tests.services.databases import new_url, opened, template_of
from tests.services.figures.test_uploads import GOOD, MIA, send, with_people
from tests.services.world import NOW


@pytest.fixture
def hand(engine: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url(engine, tmp_path, template_of(engine, with_people)), tmp_path) as app:
        yield app


def test_the_effect_says_before_and_after(hand: Flask) -> None:
    enter_figure(MIA, NOW, share("vannes", 45, 50))
    seen = preview_file(MIA, NOW, send(GOOD.replace("vannes;45", "vannes;30"), reason="Late forms"))
    (october, september) = effects_of(seen.plan)
    units = {row["name"]: (row["before"]["value"], row["after"]) for row in october["units"]}
    assert {name: (old, new["value"], new["status"]) for name, (old, new) in units.items()} == {
        "Agence de Vannes": (0.9, 0.6, "missed"),
        "Agence de Nice": (None, 0.5, "missed"),
        "Petite Énergie": (0.9, 50 / 90, "missed"),
    }  # fmt: skip
    assert (october["figures"][0]["replaces"], october["figures"][0]["numbers"]) == (
        {"numerator": 45, "denominator": 50},
        {"numerator": 30, "denominator": 50},
    )
    assert september["units"][-1] == {
        "unit": "company",
        "name": "Petite Énergie",
        "is_whole": True,
        "before": {"value": None, "status": "no-data", "reason": None},
        "after": {"value": 0.9, "status": "kept", "reason": None},
    }
