"""Readings projected from measurements: added up along the tree."""

from __future__ import annotations

from flask import Flask

from tests.services.checks.test_measuring import reading
from tests.services.world import NOW


def test_readings_add_up_along_the_tree_and_unknown_units_count_in_the_root(world: Flask) -> None:
    counts = {
        unit: (row.numerator, row.denominator, row.status)
        for unit in ("company", "west", "vannes", "brest", "south", "nice")
        for row in [reading("answered", "2026-10", unit)]
    }
    assert counts == {
        "company": (41, 62, "missed"),
        "west": (22, 40, "missed"),
        "vannes": (10, 20, "missed"),
        "brest": (12, 20, "missed"),
        "south": (18, 20, "kept"),
        "nice": (18, 20, "kept"),
    }
    root = reading("answered", "2026-10")
    assert (root.weakest_unit, root.coverage, root.excluded, root.not_recording) == (
        "vannes",
        1.0,
        {"duplicate": 1},
        [],
    )
    assert (root.target, root.interval_level, root.known_at) == (0.8, 0.95, NOW)


def test_a_unit_that_does_not_record_has_no_data_and_its_parents_say_so(world: Flask) -> None:
    nice = reading("answered", "2026-08", "nice")
    assert (nice.status, nice.reason, nice.value) == ("no-data", "not-recording", None)
    root = reading("answered", "2026-08")
    assert (root.numerator, root.denominator, root.not_recording) == (37, 60, ["nice"])
    assert reading("answered", "2026-08", "west").not_recording == []
    assert reading("answered", "2026-09").not_recording == []
