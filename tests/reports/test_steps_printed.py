"""What real charters need in print: steps with their own levels, weighted surveys, rates, a changed definition."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from charter.charts.svg import Charts
from charter.reports.render import render_report_html
from tests.reports.sample_month import make_crowd, make_series

STEPS: dict[str, Any] = {
    "tiers": [
        {"within": "10 days", "target": 0.5, "numerator": 10, "denominator": 22, "value": 0.6, "status": "kept"},
        {"within": "20 days", "target": 0.85, "numerator": 16, "denominator": 22, "value": 0.7, "status": "missed"},
    ],
    "ceiling": {"beyond": "30 days", "at_most": 0.1, "share": 0.05, "status": "kept"},
    "step": "20 days",
}


def printed(language: str = "en", **more: Any) -> str:
    snapshot = make_crowd(1)
    for unit in snapshot["editions"].values() if "editions" in snapshot else [snapshot]:
        for view in unit["overview"]["commitments"][0]["indicators"]:
            view.update(more)
    text = re.sub(r"<[^>]+>", " ", render_report_html(snapshot, language)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


def test_steps_stand_in_a_table_with_their_levels() -> None:
    text = printed(**STEPS)
    assert "Step by step: the worst decides" in text
    assert "within 10 days at least 50% 60.0% Kept" in text
    assert "within 20 days at least 85% 70.0% Missed" in text
    assert "beyond 30 days at most 10% 5.0% Kept" in text
    assert "(20 days)" in text


def test_steps_in_french() -> None:
    assert "au-delà de 30 jours au plus 10 % 5,0 % Tenu" in printed("fr", **STEPS)


def test_weighted_survey_says_so() -> None:
    assert "The answers given are worth 122 equal ones" in printed(effective_n=121.95)
    assert "weighted by unit" in printed(effective_n=121.95)


def test_rate_says_per_how_many() -> None:
    assert "per 100,000" in printed(kind="rate", per=100_000, value=2.27, target=3.0)


@pytest.mark.parametrize("changed", [None, 16])
def test_changed_definition_is_drawn_with_its_date(
    charts: Charts, drawn: Callable[[Markup], ElementTree.Element], changed: int | None
) -> None:
    series = make_series(1, 0.9, 0.02, last=0.95, target=0.9, status="kept")
    if changed is not None:
        series[changed]["break"] = True
    root = drawn(charts.control_chart(series, None, kind="share"))
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert ("1\u00a0Mar\u00a02025" in texts) == (changed is not None)
