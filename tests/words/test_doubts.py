"""What is doubted of a figure, in words: its ends told apart, and each sentence apart from the next one."""

from __future__ import annotations

import re
from pathlib import Path

from flask import render_template_string

from charter.words.doubts import doubt_sentence, doubts_in_brief
from tests.web.world import make_empty_app

VIEW = {"kind": "share", "value": 0.9062, "target": 0.93, "direction": "higher"}
UNDATED = {"code": "undated", "count": 98, "share": None, "low": 0.90601, "high": 0.9064, "changes": False}
UNKNOWN = {"code": "unknown-unit", "count": 20, "share": 0.002, "low": None, "high": None, "changes": False}


def test_the_figure_at_worst_and_at_best_are_told_apart() -> None:
    assert doubt_sentence(UNDATED, VIEW, "en").endswith("between 90.6% and 90.64%.")
    same = UNDATED | {"low": 0.9062, "high": 0.9062}
    assert "between" not in doubt_sentence(same, VIEW, "en")


def test_on_a_page_no_sentence_is_glued_to_the_next_or_to_a_status(tmp_path: Path) -> None:
    view = VIEW | {"doubts": [UNDATED, UNKNOWN | {"without": 0.9063, "units": {"x": 20}}]}
    template = '{% from "parts/figure.html" import doubts with context %}<span>Kept</span>{{ doubts(view) }}'
    with make_empty_app(tmp_path).test_request_context("/?lang=en"):
        told = re.sub("<[^>]+>", "", render_template_string(template, view=view))
    assert told.startswith("Kept 98 cases")
    assert "90.64%. 20 cases" in told


def test_where_many_figures_stand_slight_doubts_are_counted_and_what_weighs_is_said() -> None:
    slight = {"code": "contradictory", "count": 3, "share": 0.003, "changes": False, "low": None, "high": None}
    heavy = slight | {"count": 30, "share": 0.03}
    turning = slight | {"changes": True}
    view = {"kind": "share", "value": 0.9, "denominator": 1000, "doubts": [slight, heavy, slight | {"code": "undated",
            "share": None}, turning]}  # fmt: skip
    said = [one.replace("\u00a0", " ").replace("\u202f", " ") for one in doubts_in_brief(view, "en")]
    assert said[-1] == "2 slight doubts, each of under 1% of the cases."
    assert len(said) == 3, "what weighs, and what could turn the verdict, is said in full"
    assert doubts_in_brief(view | {"doubts": [slight]}, "fr")[0].startswith("Un doute léger")
    assert doubts_in_brief({"kind": "share"}, "en") == []
