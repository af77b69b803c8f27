"""What the example's customers answered asks for the classes that its charter tells."""

from __future__ import annotations

import csv
from pathlib import Path

from charter.domain.analyses.kano import analyse_kano
from charter.domain.surveys.answer_files import read_pairs

EXPECTED = {
    "phone-3-minutes": "confidence",
    "complaint-10-days": "confidence",
    "refund-15-days": "confidence",
    "real-reading": "confidence",
    "call-back": "both",
    "one-person": "trust",
    "warned-before-rise": "trust",
    "best-advice": "trust",
}


def test_pairs_ask_for_the_classes_of_the_example(october: Path) -> None:
    with (october / "answers" / "kano.csv").open(encoding="utf-8") as file:
        reader = csv.DictReader(file, delimiter=";")
        found = read_pairs(list(reader.fieldnames or []), list(enumerate(reader, 2)))
    assert (len(found.pairs), found.refused, found.ignored) == (4320, [], [])
    rows = [
        {"attribute": p.attribute, "functional": p.functional, "dysfunctional": p.dysfunctional} for p in found.pairs
    ]
    classes = {one["attribute"]: one["class"] for one in analyse_kano(rows)["attributes"]}
    # Beside the promises, what customers would like and no promise answers.
    assert classes == EXPECTED | {"greener-choice": "trust"}
