"""What the literature leaves open is settled per charter: each choice changes what it says it changes."""

from __future__ import annotations

from typing import Any

import pytest

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.charter_file.evidence import Law, Sector
from charter.domain.classes.classification import suggest_class
from charter.domain.vocabulary.terms import CommitmentClass

EFFECT = {
    "penalty": 0.8, "penalty_interval": [0.5, 1.1], "reward": 0.02, "reward_interval": [-0.2, 0.2],
    "delta": 0.12, "n_low": 20, "n_high": 200, "outcome_levels": 7,
}  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "evidence", "ours", "chosen"),
    [
        ({"majority": 0.7}, {"kano": {"M": 70, "I": 30}}, "confidence", "undetermined"),
        ({"kano_minimum": 20}, {"kano": {"M": 25}}, "undetermined", "confidence"),
        ({"most_questionable": 0.2}, {"kano": {"M": 85, "Q": 15}}, "undetermined", "confidence"),
        ({"most_reversed": 0.25}, {"kano": {"M": 80, "R": 20}}, "undetermined", "confidence"),
        ({"cell_minimum": 20}, {"penalty_reward": EFFECT}, "undetermined", "confidence"),
        ({"sector_norm": 0.3}, {"sector": {"k": 5, "n": 8}}, "undetermined", "confidence"),
        ({"sector_minimum": 4}, {"sector": {"k": 4, "n": 4}}, "undetermined", "confidence"),
    ],
)
def test_a_choice_changes_what_it_says(
    choices: dict[str, Any], evidence: dict[str, Any], ours: str, chosen: str
) -> None:
    assert suggest_class(evidence).class_ is CommitmentClass(ours)
    found = suggest_class(evidence, choices=Choices.model_validate(choices))
    assert found.class_ is CommitmentClass(chosen)


def test_a_rare_promise_is_rare_by_the_charters_choice() -> None:
    evidence = {"sector": {"k": 1, "n": 9}}
    codes = [
        suggest_class(evidence, choices=choices).warnings[0]["code"]
        for choices in (OURS, Choices.model_validate({"sector_rare": 0.45}))
    ]
    assert codes == ["sector-open", "sector-rare"]


@pytest.mark.parametrize(
    ("model", "written", "said"),
    [
        (Law, {"owed": "full", "minimum": "Two months"}, "a minimum and a surplus are said where the law owes a part"),
        (Sector, {"promised_by": 3}, "the sector is not counted"),
        (
            Sector,
            {"compared": 9, "companies": [{"company": "A", "promised": True, "source": "x", "date": "2026-01-01"}]},
            "companies are named and counted at once",
        ),
    ],
)
def test_evidence_that_contradicts_itself_is_refused(model: Any, written: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        model.model_validate(written)


def test_both_ways_to_write_the_sector_are_read() -> None:
    entry = {"company": "A", "promised": True, "source": "https://a.example/charter", "date": "2026-01-01"}
    assert Sector.model_validate({"companies": [entry]}).companies[0].company == "A"
    assert Sector.model_validate({"promised_by": 3, "compared": 9}).compared == 9
