"""All classes on a day: what was known then, and the decision that held."""

from __future__ import annotations

from datetime import date

from flask import Flask

from charter.services.charters.versions import history
from charter.services.classes.known_evidence import known_evidence
from charter.services.classes.view import classes_of, decision_facts
from tests.services.world import TEXT, apply


def test_classes_are_those_of_the_day(charted: Flask) -> None:
    found = classes_of(history().current.charter, date(2026, 11, 10), known_evidence(), {"answer": "kept"})
    answer, bill, care = found["commitments"]
    assert (answer["class"], answer["place"], answer["law"] and answer["law"]["owed"]) == (
        "confidence",
        "floor",
        "full",
    )
    assert bill["decision"] is not None
    assert (bill["class"], bill["decision"]["by"]) == ("trust", "Comité")
    assert (care["class"], care["law"], care["decision"]) == ("undetermined", None, None)
    assert [rung["level"] for rung in answer["ladder"]] == ["law", "customers", "sector", "experts"]
    kept = {one["component"]: one["kept"] for one in found["coverage"]}
    assert (kept["competence"], kept["honesty"]) == (1, None)


def test_a_decision_does_not_reach_back(empty: Flask) -> None:
    apply(TEXT.replace("date: 2026-06-01", "date: 2026-10-01"))
    charter, known = history().current.charter, known_evidence()
    before, after = (
        classes_of(charter, day, known)["commitments"][1] for day in (date(2026, 9, 30), date(2026, 10, 1))
    )
    assert (before["class"], before["decision"]) == ("undetermined", None)
    assert (after["class"], after["decision"] is None) == ("trust", False)
    assert decision_facts(None) is None
