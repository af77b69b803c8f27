"""The class that evidence suggests: the golden cases, the published checks, expiry, conflicts, refusals."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from charter.domain.charter_file.charter import Choices
from charter.domain.classes.classification import class_of, suggest_class
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.terms import CommitmentClass, Strength

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "class_cases.json").read_text())["evidence_to_class"]

KANO_TRUST = {"A": 66, "O": 22, "M": 3, "I": 9, "R": 0, "Q": 0}
KANO_FLOOR = {"A": 7, "O": 33, "M": 50, "I": 10, "R": 0, "Q": 0}
CONTRAST = {
    "penalty": 0.8,
    "penalty_interval": [0.5, 1.1],
    "reward": 0.02,
    "reward_interval": [-0.06, 0.1],
    "delta": 0.12,
    "n_low": 80,
    "n_high": 200,
    "outcome_levels": 7,
}


def codes(notes: list[dict[str, Any]]) -> list[str]:
    return [note["code"] for note in notes]


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["id"])
def test_suggest_class_agrees_with_the_golden_cases(case: dict[str, Any]) -> None:
    answer = suggest_class(case["evidence"]).as_json()
    assert {key: answer[key] for key in case["expected"]} == case["expected"]
    assert answer["because"], "every suggestion says why"
    json.dumps(answer)


def test_two_surveys_that_agree_are_strong() -> None:
    found = suggest_class({"kano": KANO_FLOOR, "penalty_reward": CONTRAST})
    assert (found.class_, found.strength) == (CommitmentClass.CONFIDENCE, Strength.STRONG)
    assert codes(found.because) == ["kano-floor", "penalty-reward-floor"]


def test_strength_is_the_weaker_of_the_two_answers() -> None:
    """Both surveys say floor; only one says that it does not earn."""
    open_reward = CONTRAST | {"reward": 0.2, "reward_interval": [-0.1, 0.5]}
    found = suggest_class({"kano": KANO_FLOOR, "penalty_reward": open_reward})
    assert (found.floor, found.earns, found.strength) == ("yes", "no", Strength.MODERATE)


def test_customers_say_trust_where_the_sector_makes_it_a_norm_is_trust_with_decay_announced() -> None:
    found = suggest_class({"kano": KANO_TRUST, "sector": {"k": 9, "n": 10}})
    assert (found.class_, found.strength) == (CommitmentClass.TRUST, Strength.MODERATE)
    assert found.warnings == [{"code": "decay-announced", "k": 9, "n": 10}]


def test_a_lower_level_that_disagrees_is_written_beside() -> None:
    found = suggest_class({"law": "full", "kano": KANO_TRUST})
    assert found.class_ is CommitmentClass.CONFIDENCE
    assert found.warnings == [{"code": "disagrees", "source": "kano", "floor": "no", "earns": "yes"}]


def test_the_law_decides_where_surveys_of_customers_conflict() -> None:
    excitement = CONTRAST | {
        "penalty": 0.02, "penalty_interval": [-0.2, 0.2], "reward": 0.8, "reward_interval": [0.5, 1.1]
    }  # fmt: skip
    found = suggest_class({"law": "full", "kano": KANO_FLOOR, "penalty_reward": excitement})
    assert (found.class_, found.strength) == (CommitmentClass.CONFIDENCE, Strength.CERTAIN)
    found = suggest_class({"kano": KANO_FLOOR, "penalty_reward": excitement, "sector": {"k": 9, "n": 10}})
    assert (found.class_, found.strength) == (CommitmentClass.UNDETERMINED, Strength.CONFLICT)
    assert codes(found.because)[-1] == "customers-conflict"


def test_a_conflict_on_one_question_never_erases_the_other() -> None:
    both = CONTRAST | {"reward": 0.8, "reward_interval": [0.5, 1.1]}
    found = suggest_class({"kano": KANO_FLOOR, "penalty_reward": both})
    assert (found.class_, found.floor, found.earns) == (CommitmentClass.CONFIDENCE, "yes", None)
    assert found.strength is Strength.STRONG
    assert "customers-conflict-earns" in codes(found.because)
    none = CONTRAST | {"penalty": 0.0, "penalty_interval": [-0.1, 0.1]}
    found = suggest_class({"kano": KANO_FLOOR, "penalty_reward": none})
    assert (found.class_, found.strength, found.earns) == (CommitmentClass.UNDETERMINED, Strength.CONFLICT, "no")
    assert codes(found.because)[-1] == "customers-conflict-floor"


@pytest.mark.parametrize(
    ("interval", "answer"),
    [((0.12, 0.4), "yes"), ((0.11, 0.4), None), ((-0.2, 0.119), "no"), ((-0.2, 0.12), None), ((-0.5, 0.9), None)],
)
def test_marks_speak_only_where_their_whole_interval_lies_on_one_side(
    interval: tuple[float, float], answer: str | None
) -> None:
    size = sum(interval) / 2
    found = suggest_class({"penalty_reward": CONTRAST | {"penalty": size, "penalty_interval": list(interval)}})
    assert found.floor == answer


def test_a_question_left_open_by_customers_is_answered_by_the_next_level() -> None:
    ease_of_turn = {"A": 11, "O": 46, "M": 31, "I": 12}
    found = suggest_class({"kano": ease_of_turn, "experts": [{"floor": "yes", "earns": "no"}] * 2})
    assert (found.class_, found.earns, found.strength) == (CommitmentClass.CONFIDENCE, "no", Strength.WEAK)


def test_a_law_that_owes_part_decides_nothing_and_asks_to_split() -> None:
    found = suggest_class({"law": "part", "kano": KANO_TRUST})
    assert found.class_ is CommitmentClass.TRUST
    assert codes(found.warnings) == ["law-part-split"]


def test_five_of_eight_is_undetermined_and_held_as_floor() -> None:
    found = suggest_class({"sector": {"k": 5, "n": 8}})
    assert found.class_ is CommitmentClass.UNDETERMINED
    assert found.class_.is_floor
    assert codes(found.because) == ["held-as-floor"]
    assert codes(found.warnings) == ["sector-open"]


def test_nothing_known_is_undetermined() -> None:
    assert suggest_class({}).as_json() == {
        "class": "undetermined",
        "strength": "none",
        "floor": None,
        "earns": None,
        "lean": None,
        "because": [{"code": "held-as-floor"}],
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome_levels": 2}, "penalty-reward-levels"),
        ({"n_low": 29}, "penalty-reward-too-few"),
        ({"stable": False}, "penalty-reward-unstable"),
        ({"reward": -0.2, "reward_interval": [-0.4, -0.1]}, "penalty-reward-wrong-sign"),
    ],
)
def test_a_contrast_that_may_not_be_used_is_set_aside(change: dict[str, Any], code: str) -> None:
    found = suggest_class({"penalty_reward": CONTRAST | change})
    assert found.class_ is CommitmentClass.UNDETERMINED
    assert codes(found.warnings) == [code]


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({"M": 29}, "kano-too-few"),
        ({"M": 88, "Q": 12}, "kano-questionable"),
        ({"M": 84, "R": 16}, "kano-reversed"),
    ],
)
def test_kano_answers_that_may_not_be_used_are_set_aside(counts: dict[str, int], code: str) -> None:
    found = suggest_class({"kano": counts})
    assert (found.class_, codes(found.warnings)) == (CommitmentClass.UNDETERMINED, [code])


@pytest.mark.parametrize("counts", [{"M": 30}, {"M": 90, "Q": 10}, {"M": 85, "R": 15}])
def test_kano_answers_at_the_gates_are_used(counts: dict[str, int]) -> None:
    assert suggest_class({"kano": counts}).class_ is CommitmentClass.CONFIDENCE


@pytest.mark.parametrize(
    ("evidence", "last_day"),
    [
        ({"sector": {"k": 7, "n": 8, "date": "2025-01-31"}}, date(2026, 1, 31)),
        ({"sector": {"k": 7, "n": 8, "date": "2025-01"}}, date(2026, 1, 1)),
        ({"kano": KANO_FLOOR | {"date": "2024"}}, date(2026, 1, 1)),
        ({"penalty_reward": CONTRAST | {"date": "2024-02-29"}}, date(2026, 2, 28)),
        ({"experts": [{"floor": "yes", "earns": "no", "date": "2025-06-10"}] * 2}, date(2026, 6, 10)),
    ],
)
def test_evidence_expires(evidence: dict[str, Any], last_day: date) -> None:
    assert suggest_class(evidence, on=last_day).class_ is CommitmentClass.CONFIDENCE
    gone = suggest_class(evidence, on=date.fromordinal(last_day.toordinal() + 1))
    assert gone.class_ is CommitmentClass.UNDETERMINED
    assert codes(gone.warnings)[0] in ("expired", "experts-expired")
    assert suggest_class(evidence).class_ is CommitmentClass.CONFIDENCE


def test_the_charter_chooses_how_long_evidence_holds() -> None:
    choices = Choices.model_validate({"sector_expiry": "90 days"})
    evidence = {"sector": {"k": 7, "n": 8, "date": "2026-01-01"}}
    assert suggest_class(evidence, on=date(2026, 4, 1), choices=choices).floor == "yes"
    assert suggest_class(evidence, on=date(2026, 4, 2), choices=choices).floor is None


@pytest.mark.parametrize(
    ("floor", "earns", "expected"),
    [
        ("yes", "yes", "both"),
        ("yes", "no", "confidence"),
        ("yes", None, "confidence"),
        ("no", "yes", "trust"),
        ("no", "no", "neither"),
        ("no", None, "undetermined"),
        (None, "yes", "undetermined"),
        (None, "no", "undetermined"),
        (None, None, "undetermined"),
    ],
)
def test_class_of_is_the_table_of_two_answers(floor: Any, earns: Any, expected: str) -> None:
    assert class_of(floor, earns) == expected


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ({"karma": 1}, "karma: unknown kind of evidence"),
        ([], "evidence is written as an object"),
        ({"law": "maybe"}, "write full, part or none"),
        ({"kano": {"A": -1}}, "A is a whole number of 0 or more"),
        ({"kano": {"A": True}}, "A is a whole number"),
        ({"kano": {"X": 1}}, "unknown X"),
        ({"kano": [1]}, "kano: write an object"),
        ({"sector": {"k": 9, "n": 8}}, "9 of 8 companies cannot be"),
        ({"sector": {"k": 1}}, "n is a whole number"),
        ({"sector": {"k": 1, "n": 8, "date": "January"}}, "is not a date"),
        ({"experts": "all"}, "write a list"),
        ({"experts": [{"floor": "perhaps"}]}, "floor is yes, no or unknown"),
        ({"experts": [{"floor": ["yes"]}]}, "floor is yes, no or unknown"),
        ({"penalty_reward": {}}, "penalty, penalty_interval, .* is missing"),
        ({"penalty_reward": CONTRAST | {"delta": 0}}, "above 0"),
        ({"penalty_reward": CONTRAST | {"delta": "x"}}, "delta is a number"),
        ({"penalty_reward": CONTRAST | {"penalty_interval": [2, 1]}}, r"written \[low, high\]"),
        ({"penalty_reward": CONTRAST | {"reward_interval": 3}}, r"written \[low, high\]"),
    ],
)
def test_evidence_that_cannot_be_read_is_refused(evidence: Any, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        suggest_class(evidence)
