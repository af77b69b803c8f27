"""How often two surveys of known customers come to the right class, and to a conflict (methods.md C8, "accept")."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from charter.domain.analyses.penalty_reward import analyse_marks
from charter.domain.classes.classification import suggest_class
from charter.domain.surveys.marks import Coding, Sheet
from charter.domain.vocabulary.terms import CommitmentClass, Strength

SURVEYS, DRAWS = 15, 100
CUTS = (-0.84, -0.25, 0.25, 0.84)
"""Of a normal law: five marks, equally frequent."""


@dataclass(frozen=True)
class Truth:
    """What one promise does to the overall mark of 1 to 10, and whom its absence annoys, its presence pleases."""

    class_: CommitmentClass
    penalty: float
    reward: float
    annoyed: float
    pleased: float


CONFIDENCE, BOTH = CommitmentClass.CONFIDENCE, CommitmentClass.BOTH
TRUTHS = (
    Truth(CONFIDENCE, 1.5, 0.0, 0.75, 0.25),
    Truth(BOTH, 0.8, 0.9, 0.75, 0.75),
    Truth(CommitmentClass.TRUST, 0.0, 1.3, 0.25, 0.75),
    Truth(CommitmentClass.NEITHER, 0.0, 0.0, 0.25, 0.25),
    Truth(CONFIDENCE, 0.8, 0.0, 0.65, 0.35),
    Truth(CommitmentClass.TRUST, 0.0, 0.8, 0.35, 0.65),
)


def marks_of(chance: random.Random, people: int) -> Sheet:
    """Marks that correlate by 0.2, and an overall mark that follows from them."""
    rows, overall = [], []
    for _ in range(people):
        common = chance.gauss(0, math.sqrt(0.2))
        latent = [common + chance.gauss(0, math.sqrt(0.8)) for _ in TRUTHS]
        marks = [1 + sum(one > cut for cut in CUTS) for one in latent]
        pulled = sum(
            truth.reward * (mark >= 4) - truth.penalty * (mark <= 2) for truth, mark in zip(TRUTHS, marks, strict=True)
        )
        rows.append([float(mark) for mark in marks])
        overall.append(float(min(max(round(5.5 + pulled + chance.gauss(0, 1)), 1), 10)))
    return Sheet(tuple(str(at) for at in range(len(TRUTHS))), rows, overall)


def pairs_of(chance: random.Random, truth: Truth, people: int) -> dict[str, int]:
    """Kano's categories of so many people."""
    found: Counter[str] = Counter()
    for _ in range(people):
        found["IAMO"[(chance.random() < truth.pleased) + 2 * (chance.random() < truth.annoyed)]] += 1
    return {category: found[category] for category in "AOMI"}


def evidence(line: dict[str, Any], levels: int, delta: float) -> dict[str, Any]:
    names = ("penalty", "penalty_interval", "reward", "reward_interval", "n_low", "n_high")
    is_stable = not any(one["code"] == "penalty-reward-unstable" for one in line["warnings"])
    return {name: line[name] for name in names} | {"outcome_levels": levels, "delta": delta, "stable": is_stable}


@dataclass
class Tally:
    """Of all promises: right with both surveys, right with Kano's alone, in conflict."""

    right: int = 0
    kano: int = 0
    conflicts: int = 0


def tally(people: int, seed: int = 11) -> Tally:
    chance, found = random.Random(seed), Tally()
    for _ in range(SURVEYS):
        study = analyse_marks(marks_of(chance, people), Coding(), draws=DRAWS)
        for truth, line in zip(TRUTHS, study["attributes"], strict=True):
            kano = pairs_of(chance, truth, people)
            marks = evidence(line, study["outcome_levels"], study["delta"])
            both = suggest_class({"kano": kano, "penalty_reward": marks})
            found.right += both.class_ is truth.class_
            found.kano += suggest_class({"kano": kano}).class_ is truth.class_
            found.conflicts += both.strength is Strength.CONFLICT
    return found


def test_with_many_customers_nearly_every_class_is_right() -> None:
    found = tally(1600)
    assert found.right >= 85
    assert found.conflicts <= 5


@pytest.mark.parametrize(("people", "seeds"), [(100, range(14, 17)), (400, range(14, 15))])
def test_with_few_customers_marks_do_no_harm(people: int, seeds: range) -> None:
    found = [tally(people, seed) for seed in seeds]
    assert sum(one.right for one in found) >= sum(one.kano for one in found)
