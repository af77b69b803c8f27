"""The class that holds: the legal minimum beside it, the choices of the charter."""

from __future__ import annotations

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.running import run_due
from charter.services.desk.classes_page import page
from charter.services.month.overview import overview
from charter.services.records.access import Access
from tests.services.classes.test_register import MIA
from tests.services.world import ANSWER, BILL, HEAD, NOW, TEXT, apply

PART = """    evidence:
      law:
        owed: part
        reference: Code
        date: 2020
        minimum: {fr: Une réponse en 9 jours, en: An answer in 9 days}
        surplus: {fr: En 5 jours, en: In 5 days}
"""


def with_part(indicator: str = "", decided: str = "trust") -> str:
    """The answer commitment, of which the law owes a part; decided as trust."""
    law = PART + (f"        minimum_indicator: {indicator}\n" if indicator else "")
    decision = f"    class: {{decided: {decided}, by: Comité, because: Vu, date: 2026-06-01}}\n"
    return HEAD + ANSWER.replace("    evidence: {law: {owed: full, reference: Code}}\n", law + decision) + BILL


MEASURED = """      - key: answered-by-law
        title: {fr: Réponses en 9 jours, en: Answers in 9 days}
        mandatory: false
        source: cases
        kind: share-within
        start: opened
        stop: closed
        within: 9 days
        distinct: id
        unit: agency
        minimum: 10
        targets: [{from: 2026-01-01, target: 0.95}]
"""


def test_a_legal_minimum_is_floor_whatever_the_class_of_the_rest(empty: Flask) -> None:
    text = with_part("answered-by-law").replace("  - key: bill", MEASURED + "  - key: bill", 1)
    apply(text)
    run_due(COMMAND_LINE, NOW, Access())
    july, august = (overview(COMMAND_LINE, NOW, period=month) for month in ("2026-07", "2026-08"))
    assert july["commitments"][0]["minimum"] == {
        "text": {"fr": "Une réponse en 9 jours", "en": "An answer in 9 days"},
        "surplus": {"fr": "En 5 jours", "en": "In 5 days"},
        "indicator": "answered-by-law",
        "status": "kept",
        "reference": "Code",
    }
    assert july["headline"]["floor"] == {"state": "held", "kept": 0, "of": 0, "broken_by": [], "near": []}
    assert july["headline"]["trust"]["credited"] == 2
    # In August Nice records no answer: the promise is missed, and the legal minimum with it breaks the floor.
    assert august["headline"]["floor"] == {
        "state": "broken", "kept": 0, "of": 0, "broken_by": ["answer"], "near": [], "minima": ["answer"]
    }  # fmt: skip


def test_a_legal_minimum_that_nothing_measures_is_unproven_where_the_whole_is_missed(empty: Flask) -> None:
    apply(with_part())
    run_due(COMMAND_LINE, NOW, Access())
    floors = [
        overview(COMMAND_LINE, NOW, period=month)["headline"]["floor"]["state"] for month in ("2026-07", "2026-10")
    ]
    assert floors == ["held", "unproven"]


def test_choices_of_the_charter_place_what_is_not_known_and_credit_trust(world: Flask) -> None:
    choices = "  choices: {undetermined: apart, trust_without_floor: credited}\nunits:"
    apply(TEXT.replace("units:", choices, 1), now=NOW)
    found = overview(COMMAND_LINE, NOW, period="2026-10")
    assert [one["place"] for one in found["commitments"]] == ["floor", "trust", "apart"]
    assert found["headline"]["floor"]["of"] == 1
    assert found["headline"]["trust"] == {"earned": 1, "of": 1, "credited": 1, "suspended": 0}
    told = {one["name"]: (one["value"], one["is_ours"]) for one in page(MIA, NOW)["choices"]}
    assert told["undetermined"] == ("apart", False)
    assert told["sector_expiry"] == ("12 months", True)
    assert told["majority"] == (0.5, True)
