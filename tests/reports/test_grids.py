"""Means, volumes, grids and the charter as norm in the month's report; months sealed without them print as before."""

from __future__ import annotations

import re
from copy import deepcopy

import pytest

from charter.reports.render import render_report_html
from tests.reports.sample_month import Json, make_snapshot

ITEM = {"first": [1], "also": [2], "numbers": [1, 2], "kept": 1, "classes": {}, "gap": None, "missing_in": []}
GRID = {
    "key": "pillars",
    "name": {"fr": "Nos piliers", "en": "Our pillars"},
    "of": 2,
    "unserved": 1,
    "unkept": 1,
    "items": [
        {"component": "open", "text": {"fr": "Francs", "en": "Open"}, **ITEM},
        {"component": "news", "below": "open", "text": {"fr": "Nouvelles", "en": "News"}, **ITEM},
        {"component": "why", "text": {"fr": "Pourquoi", "en": "Why"}}
        | ITEM
        | {"first": [], "also": [], "numbers": [], "kept": None, "gap": "none"},
    ],
}
NORM = {
    "since": "2024-03-01",
    "commitments": [
        {
            "number": 1,
            "title": {"fr": "Un appel", "en": "A call"},
            "sector_makes": True,
            "is_expected": None,
            "stood": [{"year": 2024, "class_": "trust"}, {"year": 2026, "class_": "confidence"}],
        }
    ],
    "sector": {"yes": 1, "of": 1},
    "customers": {"yes": 0, "of": 0},
    "next_trust": [
        {"key": "green", "text": {"fr": "Vert", "en": "Green"}, "better": 0.64, "interval": [0.59, 0.69], "n": 400,
         "asked_on": "2026-05-01", "earns": True},
        {"key": "near", "text": {"fr": "Proche", "en": "Near"}, "better": None, "interval": None, "n": None,
         "asked_on": None, "earns": False},
    ],
}  # fmt: skip


def words(html: str) -> str:
    text = re.sub(r"<style>.*?</style>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u202f", " ").replace("\u00a0", " ").split())


@pytest.fixture
def month() -> Json:
    found = deepcopy(make_snapshot())
    found["classes"] |= {"grids": [GRID], "norm": NORM}
    return found


def test_the_annex_draws_the_grids_with_what_is_missing(month: Json) -> None:
    said = words(render_report_html(month, "en"))
    assert "Our pillars. 2 items: 1 without a promise, 1 whose promises are not all kept." in said
    assert "– News" in said
    assert "Why no promise" in said
    assert "kept: 1 of 2" in said
    french = words(render_report_html(month, "fr"))
    assert "Nos piliers. 2 éléments : 1 sans engagement" in french
    assert "aucun engagement" in french


def test_the_annex_tells_what_has_become_the_norm_and_the_next_trust(month: Json) -> None:
    said = words(render_report_html(month, "en"))
    assert "most of the sector makes 1 of 1." in said
    assert "No survey of customers settles which promises they expect as normal." in said
    assert "Moved: no. 1 in 2026." in said
    assert "1 A call trust 2024 → floor 2026" in said
    assert "Green: 64 of 100 customers would be pleased to have it (59 to 69; 400 answered until 1 May 2026)." in said
    assert "Near: no survey establishes whether keeping it would earn trust." in said


def test_a_month_sealed_before_prints_none_of_it() -> None:
    said = words(render_report_html(make_snapshot(), "en"))
    assert "The charter as norm" not in said
    assert "by means alone" not in said


def test_means_stand_beside_the_status_and_volumes_have_none(month: Json) -> None:
    view = next(one for one in month["overview"]["commitments"] if one["indicators"])
    view["by_means"] = True
    month["overview"]["headline"]["trust"]["by_means"] = [view["key"]]
    indicator = view["indicators"][0]
    indicator["proves"] = "context"
    definition = month["details"][view["key"]]["indicators"][indicator["key"]]["definition"]
    definition["proves"] = "context"
    said = words(render_report_html(month, "en"))
    assert "by means alone: what is done, not what customers get" in said
    assert "is measured by means alone, and earns none." in said
    assert "Beside the promise." in said
    assert "n\u2019en gagne pas." in words(render_report_html(month, "fr"))
