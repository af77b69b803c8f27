"""Flags at the foot of a control chart: what was done, and which periods were corrected."""

from __future__ import annotations

from charter.charts.marks import flags_of

SERIES = [{"period": f"2026-{month:02d}"} for month in (8, 9, 10)]


def test_an_action_stands_where_it_was_done_a_correction_where_its_figures_are() -> None:
    done = {"indicator": "billed", "done_on": "2026-09-14", "number": 3}
    others = [{**done, "indicator": "felt"}, {**done, "done_on": None}, {**done, "done_on": "2026-07-31"}]
    found = flags_of([done, *others], "billed", SERIES, {"2026-10", "2026-01"})
    assert found == [{"period": "2026-09", "label": "A3"}, {"period": "2026-10", "label": "C"}]
    assert flags_of([], "billed", SERIES) == []
