"""Charts read anew from a period on, with a reason, and as before again."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.actions.actions import (
    close_and_rebase,
    find_action,
)
from charter.services.desk.commitment_page import commitment_page
from charter.services.month.overview import overview
from charter.services.readings.chart_resets import lift_rebase, rebase_chart
from charter.services.verification.verify import verify
from tests.services.actions.test_actions import audited
from tests.services.actions.test_view import CARL, MIA, plan
from tests.services.world import NOW


def groups(unit: str | None = None) -> list[int]:
    chart = commitment_page(MIA, NOW, "answer", period="2026-10", unit=unit)["details"]["answered"]["chart"]
    return [point["group"] for point in chart["points"]]


def test_a_chart_set_anew_is_read_in_two_groups_until_it_is_lifted(world: Flask) -> None:
    assert groups() == [0, 0, 0, 0]
    rebase_chart(MIA, NOW, indicator="answered", period="2026-09", reason="Un nouveau guichet.")
    assert groups() == [0, 0, 1, 1]
    assert groups("vannes") == [0, 0, 0, 0]
    detail = commitment_page(MIA, NOW, "answer", period="2026-10")["details"]["answered"]
    assert [point.get("rebased") for point in detail["series"]] == [None, None, "Un nouveau guichet.", None]
    assert detail["rebases"][0]["by"] == "Mia"
    series = overview(COMMAND_LINE, NOW, period="2026-10")["commitments"][0]["indicators"][0]["series"]
    assert series[2]["rebased"] == "Un nouveau guichet."
    with pytest.raises(Conflict, match="are already recalculated from 2026-09"):
        rebase_chart(MIA, NOW, indicator="answered", period="2026-09", reason="Encore.")
    lift_rebase(MIA, NOW, indicator="answered", period="2026-09", reason="Rien n'avait changé.")
    assert groups() == [0, 0, 0, 0]
    with pytest.raises(Conflict, match="are not recalculated from 2026-09"):
        lift_rebase(MIA, NOW, indicator="answered", period="2026-09", reason="Encore.")
    assert [len(audited(verb)) for verb in ("chart:rebase", "chart:lift")] == [1, 1]
    assert verify(COMMAND_LINE)["ok"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"reason": ""}, Invalid),
        ({"period": "2026-Q3"}, Invalid),
        ({"period": "2027-01"}, Invalid),
        ({"indicator": "absent"}, NotFound),
        ({"unit": "nowhere"}, NotFound),
    ],
)
def test_a_chart_is_not_set_anew_by_mistake(world: Flask, given: dict[str, str], error: type[CharterError]) -> None:
    with pytest.raises(error):
        rebase_chart(MIA, NOW, **({"indicator": "answered", "period": "2026-09", "reason": "a"} | given))
    with pytest.raises(NotAllowed):
        rebase_chart(CARL, NOW, indicator="answered", period="2026-09", reason="a", unit="nice")


def test_closing_and_setting_anew_are_both_or_neither(world: Flask) -> None:
    number = plan()
    with pytest.raises(Invalid, match="recalculated with a reason"):
        close_and_rebase(MIA, NOW, number=number, rebase=("2026-10", " "))
    assert find_action(number).done_on is None
    close_and_rebase(MIA, NOW, number=number, rebase=("2026-10", "Un guichet de plus."))
    assert find_action(number).done_on == date(2026, 11, 10)
    assert groups() == [0, 0, 0, 1]
