"""What an erratum lists: figures and verdicts that differ, and nothing that only looks so."""

from __future__ import annotations

from typing import Any

import pytest

from charter.domain.reports.errata import Side, differences


def side(kind: str, **figure: Any) -> Side:
    """One unit, one commitment, one indicator."""
    nothing = dict.fromkeys(("status", "value", "numerator", "denominator", "pending", "target", "period"))
    view = nothing | {"key": "i", "title": {"en": "I"}, "kind": kind} | figure
    commitment = {"key": "c", "number": 1, "title": {"en": "C"}, "status": "kept", "indicators": [view]}
    return Side("all", {"all": "All"}, {"all": {"commitments": [commitment]}}.get)


def test_a_figure_that_differs_is_one_line_for_each_of_its_parts() -> None:
    found = differences(
        side("share", value=0.5, numerator=5, denominator=10),
        side("share", value=0.6, numerator=6, denominator=10),
    )
    assert [(one["field"], one["before"], one["after"]) for one in found] == [("value", 0.5, 0.6), ("numerator", 5, 6)]


@pytest.mark.parametrize("kind", ["mean", "nps", "percentile", "composite", "money"])
def test_the_numerator_of_what_counts_no_cases_is_no_figure(kind: str) -> None:
    assert differences(side(kind, value=2.0, numerator=0), side(kind, value=2.0)) == []
