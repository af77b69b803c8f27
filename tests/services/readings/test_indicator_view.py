"""An indicator in a month: its figures, those of the month before, periods of any length."""

from __future__ import annotations

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.month.overview import overview
from tests.services.month.test_overview import view
from tests.services.world import NOW


def test_the_figures_of_a_month_and_of_the_one_before(world: Flask) -> None:
    found = view(overview(COMMAND_LINE, NOW), "billed")
    assert (found["value"], found["numerator"], found["denominator"]) == (60 / 62, 60, 62)
    assert (found["previous"], found["previous_status"], found["touched"]) == (0.95, "kept", 2)
    assert (found["target"], found["tolerance"], found["unacceptable"], found["exceeds"]) == (0.9, 0.02, 0.5, 0.95)
    assert found["exceeded"] is True
    assert [(point["period"], point["value"]) for point in found["series"]] == [
        ("2026-07", 58 / 60),
        ("2026-08", 56 / 60),
        ("2026-09", 0.95),
        ("2026-10", 60 / 62),
    ]


def test_each_unit_reads_its_own_figures(world: Flask) -> None:
    found = overview(COMMAND_LINE, NOW, unit="west")
    answered = view(found, "answered")
    assert (found["unit_name"], answered["numerator"], answered["denominator"]) == ("Région Ouest", 22, 40)
    assert (answered["weakest_unit"], answered["coverage"]) == ("vannes", 1.0)
    assert overview(COMMAND_LINE, NOW, unit="nice")["headline"]["floor"]["state"] == "unproven"


def test_the_period_may_be_of_any_length(world: Flask) -> None:
    quarter = overview(COMMAND_LINE, NOW, period="2026-Q3")
    assert (quarter["period"], view(quarter, "billed")["period"]) == ("2026-Q3", "2026-09")
    assert quarter["checks"]["due"] == 6
    week = overview(COMMAND_LINE, NOW, period="2026-W45")
    assert (view(week, "billed")["period"], week["checks"]["due"]) == ("2026-10", 0)
