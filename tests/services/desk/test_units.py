"""What units and channels beneath say, read for all units at once as for one."""

from __future__ import annotations

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Reason
from charter.services.charters.versions import history
from charter.services.desk.commitment_page import commitment_page
from charter.services.desk.units import channels_of, figure_below
from charter.services.month.overview import overview
from tests.services.world import NOW


def test_channels_of_all_units_are_those_of_each_page(world: Flask) -> None:
    found = channels_of(history().current, overview(COMMAND_LINE, NOW))
    for unit in ("company", "west", "nice"):
        page = commitment_page(COMMAND_LINE, NOW, "answer", unit=unit)["details"]["answered"]
        assert found[unit]["answered"] == page["channels"] != []
    assert "billed" not in found["company"]


def test_a_unit_without_a_reading_has_no_rows() -> None:
    assert figure_below(None, "share", Reason.NO_ROWS) == {
        "status": "no-data",
        "reason": "no-rows",
        "value": None,
        "numerator": None,
        "denominator": None,
    }
    few = figure_below(None, "share", Reason.FEW_WRITTEN)
    assert (few["reason"], few["numerator"], few["denominator"]) == ("few-written", None, None)
