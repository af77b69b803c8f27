"""What may be concluded, in words: what is still missing, who stands out, chance, and why this chart."""

from __future__ import annotations

from typing import Any

import pytest

from charter.domain.statistics.misses import still_missing
from charter.words.conclusions import readings
from charter.words.conclusions.rules import NAMES, SAID, facts_words, rule_sentence


def view(**given: Any) -> dict[str, Any]:
    return {
        "status": "missed", "basis": "census", "kind": "share-within", "direction": "higher", "target": 0.9,
        "numerator": 169, "denominator": 200, "period": "2026-10",
    } | given  # fmt: skip


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({}, 11),
        ({"numerator": 179}, 1),
        ({"numerator": 9, "denominator": 10, "target": 0.95}, 1),
        ({"status": "kept", "numerator": 180}, None),
        ({"status": "unproven"}, None),
        ({"basis": "sample"}, None),
        ({"kind": "mean"}, None),
        ({"target": None}, None),
        ({"denominator": 0}, None),
        ({"direction": "lower", "kind": "share", "target": 0.05, "numerator": 21, "denominator": 200}, 11),
        ({"direction": "lower", "kind": "count", "target": 12, "numerator": 15, "denominator": 15}, 3),
        ({"direction": "lower", "kind": "rate", "per": 1000, "target": 2, "numerator": 25, "denominator": 10_000}, 5),
        ({"numerator": 899_999_999, "denominator": 10**9}, 1),
    ],
)
def test_what_is_still_missing_is_counted_exactly(given: dict[str, Any], lacking: int | None) -> None:
    assert still_missing(view(**given)) == lacking


def test_what_is_still_missing_is_said_in_both_languages() -> None:
    assert readings.missing_sentence(view(), "en") == "11 fewer late cases a month reach 90%."
    assert readings.missing_sentence(view(numerator=179), "en") == "1 fewer late case a month reaches 90%."
    assert "11 cas en retard de moins par mois" in readings.missing_sentence(view(), "fr").replace("\u00a0", " ")
    assert readings.missing_sentence(view(status="kept"), "fr") == ""


def funnel(*sides: str | None) -> dict[str, Any]:
    return {"points": [{"name": f"U{at}", "side": side} for at, side in enumerate(sides)]}


def test_units_are_named_only_where_they_stand_out() -> None:
    assert readings.outside_sentence(funnel(None, "low"), "en") == "Stand out: U1 (below)."
    assert readings.outside_sentence(funnel(None, None), "en").startswith("No unit stands out")
    assert readings.outside_sentence(funnel(None), "fr").startswith("Aucune entité")
    assert readings.outside_sentence(None, "en") == ""


def test_chance_is_said_of_the_misses_of_a_month() -> None:
    found = {"period": "2026-10", "missed": 6, "expected": 4.2}
    assert "About 4 of these 6 are what chance brings" in readings.chance_sentence(found, "en")
    assert "Environ 4 sur ces 6" in readings.chance_sentence(found, "fr")
    assert "hardly any" in readings.chance_sentence(found | {"expected": 0.2}, "en")


def test_another_wave_is_said_to_settle_what_is_open() -> None:
    said = readings.settle_sentence({"floor": 152, "earns": 0}, "en")
    assert said.startswith("About 150 more answers would settle whether missing it destroys confidence")
    assert "divided" in readings.settle_sentence({"floor": None}, "en")
    assert readings.settle_sentence({"floor": 0, "earns": 0}, "fr") == readings.settle_sentence(None, "fr") == ""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_chart_says_why_and_months_sealed_before_say_nothing(language: str) -> None:
    chart = {"drawable": True, "kind": "plain", "is_seasonal": False, "rare": None}
    said = {
        readings.chart_why(chart | {"kind": kind, "is_seasonal": seasonal}, language)
        for kind in ("plain", "shares")
        for seasonal in (False, True)
    }
    assert len(said) == 4
    assert readings.chart_why({"drawable": True}, language) == readings.chart_why(None, language) == ""
    rare = {"count": 3, "of": 5, "chance": 0.004, "is_missing": False, "since": 4, "cases_since": None, "between": 7.2}
    assert readings.chart_why({"drawable": False, "kind": "rare", "rare": rare}, language)
    assert readings.rare_sentence(rare | {"count": 0, "cases_since": 2150.0, "is_missing": True}, language)


@pytest.mark.parametrize("rule", NAMES)
def test_each_rule_has_its_words(rule: str) -> None:
    assert rule in SAID
    assert rule_sentence(rule, "fr") != rule_sentence(rule, "en")


def test_what_went_into_a_conclusion_is_told_by_labels_and_never_by_codes() -> None:
    told = facts_words({"status": "missed", "value": 0.88, "secret": 1, "period": "2026-10", "waits": True}, "fr")
    assert [label for label, _ in told] == ["statut", "valeur", "période", "le hasard l’explique"]
    assert told[0][1] == "Non tenu"
    assert told[-1][1] == "oui"
