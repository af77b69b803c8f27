"""Units between what staff and customers live: in the order of the tree, and nothing concluded of few."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.statistics.symmetry import Verdict
from charter.domain.vocabulary.errors import Invalid, NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.services.checks.running import run_due
from charter.services.desk.symmetry import SymmetryPage, symmetry_page
from charter.services.records.access import Access
from charter.services.verification.verify import verify
from tests.services.effort_world import IN_OCTOBER, NOW, STAFF, START, charter, give, write_answers
from tests.services.world import apply

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


@pytest.fixture
def asked(empty: Flask, tmp_path: Path) -> Flask:
    """October measured, with a promise to staff."""
    write_answers(tmp_path)
    apply(charter() + STAFF, tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    return empty


def page(**chosen: str) -> SymmetryPage:
    return symmetry_page(COMMAND_LINE, NOW, period="2026-10", **chosen)  # type: ignore[arg-type]


def test_few_answers_of_several_months_are_never_added_up_to_five(asked: Flask) -> None:
    for now in (IN_OCTOBER, IN_OCTOBER + timedelta(days=31)):
        for number in range(3):
            give(100, browser=f"b{number}", now=now)
    found = symmetry_page(COMMAND_LINE, NOW + timedelta(days=31), period="2026-11")
    assert [one["staff"] for one in found["dots"]] == [None, None]


def test_another_wording_is_another_question(asked: Flask, tmp_path: Path) -> None:
    for number in range(5):
        give(100, browser=f"b{number}")
    other = (charter() + STAFF).replace("Do I have what it takes?", "Can I do my work?")
    apply(other, tmp_path, START)
    assert [one["staff"] for one in page()["dots"]] == [None, None]
    assert verify(COMMAND_LINE)["ok"], "what was answered before stays"


def test_units_stand_in_the_order_of_the_tree_beside_what_customers_say(asked: Flask) -> None:
    for unit in ("b", "a"):
        for number in range(5):
            give(25 if unit == "a" else 100, unit=unit, browser=f"b{number}")
    found = page()
    assert [one["key"] for one in found["promises"]] == ["meetings"]
    assert ([one["key"] for one in found["staff"]], [one["key"] for one in found["customers"]]) == (
        ["question", "held"],
        ["ces"],
    )
    # At B six answered, fewer than the thirty that the indicator asks for.
    assert found["dots"] == [
        {"unit": "a", "unit_name": "Agence A", "staff": 0.25, "customers": 0.75},
        {"unit": "b", "unit_name": "Agence B", "staff": 1.0, "customers": None},
    ]
    assert (found["together"].verdict, found["together"].units, found["looks"]) == (Verdict.TOO_FEW, 1, 2)
    held = page(staff="held")["dots"]
    assert [one["staff"] for one in held] == [28 / 41, 0.5]
    with pytest.raises(Invalid):
        page(staff="ces")
    with pytest.raises(NotAllowed):
        symmetry_page(VISITOR, NOW, period="2026-10")


def test_units_that_go_together_are_told_with_their_number(light: Flask, tmp_path: Path) -> None:
    units = [f"u{number:02}" for number in range(14)]
    lines = "".join(f"  - {{key: {unit}, name: {unit}, parent: company, kind: agency}}\n" for unit in units)
    write_answers(tmp_path, {unit: {7: 20 + place, 1: 30 - place} for place, unit in enumerate(units)})
    apply(charter().replace("sources:\n", f"{lines}sources:\n"), tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    for place, unit in enumerate(units):
        for number in range(5):
            give((0, 25, 50, 75, 100)[place // 3], unit=unit, browser=f"b{number}")
    found = page()
    assert (found["together"].verdict, found["together"].units) == (Verdict.TOGETHER, 14)
    assert [one["unit"] for one in found["dots"]] == ["a", "b", *units]
