"""The desk of a person: checks that need somebody, units in scope, months to choose from."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import CheckState, Role
from charter.services.charters.versions import history
from charter.services.desk.commitment_page import commitment_page
from charter.services.desk.desk import desk, months_of
from tests.services.month.test_overview import at, set_state
from tests.services.world import NOW


def test_the_desk_lists_the_checks_that_need_somebody(world: Flask) -> None:
    set_state("answered", "2026-10", CheckState.FAILED)
    found = desk(COMMAND_LINE, NOW)
    assert [(row["indicator"], row["period"], row["state"]) for row in found["checks"]] == [
        ("answered", "2026-10", "failed")
    ]
    assert found["periods"] == ["2026-10", "2026-09", "2026-08", "2026-07"]
    assert [row["key"] for row in found["units"]] == ["company", "west", "vannes", "brest", "south", "nice"]


def test_a_person_sees_the_units_in_scope(world: Flask) -> None:
    boris = Actor("Boris", Role.MANAGER, ("west", "brest", "vannes"))
    found = desk(boris, NOW)
    assert found["overview"]["unit"] == "west"
    assert [row["key"] for row in found["units"]] == ["west", "vannes", "brest"]
    assert desk(boris, NOW, unit="brest")["overview"]["unit"] == "brest"
    for unit in ("company", "nice"):
        with pytest.raises(NotAllowed):
            desk(boris, NOW, unit=unit)
        with pytest.raises(NotAllowed):
            commitment_page(boris, NOW, "bill", unit=unit)


def test_months_and_units_to_choose_from(world: Flask) -> None:
    assert months_of(history(), at("2026-08-01T00:00+02:00")) == ["2026-07"]
    assert months_of(history(), at("2026-07-31T23:59+02:00")) == []
    assert history().current.unit_rows[2] == {"key": "vannes", "name": "Agence de Vannes", "kind": "agency", "depth": 2}
