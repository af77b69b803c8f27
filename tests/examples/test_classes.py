"""What the example's evidence says of each commitment; two classes a person decided."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.charter_file.reading import read_charter
from charter.domain.classes.classification import Decided, review_of, suggest_class
from charter.domain.evidence.law_sector_experts import SectorMark, count_register
from charter.domain.evidence.votes import validity
from charter.domain.vocabulary.terms import CommitmentClass

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "energie"
LAST_DAY = date(2026, 3, 31)


@pytest.fixture(scope="module")
def example() -> Charter:
    text = (FOLDER / "charter.yaml").read_text(encoding="utf-8")
    return read_charter(text, lambda name: (FOLDER / name).read_text(encoding="utf-8")).charter


def suggested(commitment: Commitment, charter: Charter) -> tuple[str, str]:
    written = commitment.evidence
    evidence: dict[str, object] = {"experts": [one.model_dump(mode="json") for one in written.experts]}
    if written.law:
        evidence["law"] = written.law.model_dump(mode="json")
    if written.sector and written.sector.companies:
        named = [
            SectorMark(one.company, one.promised, one.source, one.date, one.date) for one in written.sector.companies
        ]
        evidence["sector"] = count_register(named, LAST_DAY, validity("sector", charter.charter.choices))
    elif written.sector:
        evidence["sector"] = {
            "k": written.sector.promised_by,
            "n": written.sector.compared,
            "date": written.sector.date,
        }
    found = suggest_class(evidence, on=LAST_DAY, choices=charter.charter.choices)
    return found.class_.value, found.strength.value


@pytest.mark.parametrize(
    ("key", "class_", "strength"),
    [
        ("phone-3-minutes", "confidence", "weak"),
        ("complaint-10-days", "confidence", "weak"),
        ("refund-15-days", "confidence", "certain"),
        ("real-reading", "confidence", "weak"),
        ("call-back", "both", "weak"),
        ("one-person", "trust", "weak"),
        ("warned-before-rise", "trust", "weak"),
        ("best-advice", "undetermined", "none"),
    ],
)
def test_evidence_suggests_the_class(example: Charter, key: str, class_: str, strength: str) -> None:
    commitment = next(one for one in example.commitments if one.key == key)
    assert suggested(commitment, example) == (class_, strength)


def test_a_person_decided_two_classes_with_a_reason(example: Charter) -> None:
    decided = {one.key: one.class_.decided for one in example.commitments if one.class_}
    assert decided == {"call-back": CommitmentClass.BOTH, "best-advice": CommitmentClass.TRUST}
    assert all(one.class_.because for one in example.commitments if one.class_)


def test_the_example_shows_a_disagreement_and_what_is_soon_looked_at_again(example: Charter) -> None:
    phone = example.commitments[0].evidence
    opinions = [one.model_dump(mode="json") for one in phone.experts]
    found = suggest_class(
        {"sector": {"k": 8, "n": 9}, "experts": opinions}, on=LAST_DAY, choices=example.charter.choices
    )
    assert [one["code"] for one in found.warnings] == ["experts-disagree"]
    decision = next(one.class_ for one in example.commitments if one.key == "call-back")
    assert decision is not None
    made = Decided(decision.decided, decision.date, decision.because, decision.by, decision.date, "file")
    review = review_of(made, {}, (), LAST_DAY, is_decaying=False, choices=example.charter.choices)
    assert review is not None
    assert (review.on.isoformat(), review.why) == ("2026-04-05", "decision")


def test_the_law_owes_a_part_of_one_promise(example: Charter) -> None:
    law = example.commitments[1].evidence.law
    assert law is not None
    assert law.minimum is not None
    assert law.surplus is not None
