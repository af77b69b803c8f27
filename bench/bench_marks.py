"""What a survey of marks costs: 26,000 people and 14 attributes, fitted and drawn again 1,000 times.

The baseline is what one would write with statsmodels: a fit with HC1 errors, and one refit a draw. Fifty of them are
timed, and count twenty times.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import statsmodels.api as sm

from bench.comparison import Comparison
from charter.domain.analyses.penalty_reward import analyse_marks
from charter.domain.surveys.mark_groups import group_marks
from charter.domain.surveys.marks import Coding, Sheet
from charter.domain.surveys.regression import design

PEOPLE = 26_000
ATTRIBUTES = 14
DRAWS = 1000
TIMED = 50


def comparisons() -> Iterator[Comparison]:
    """The whole analysis, neighbouring groupings included, beside the refits."""
    name = f"penalty and reward: {PEOPLE} people, {ATTRIBUTES} attributes, {DRAWS} draws, beside statsmodels refits"
    yield Comparison(name, _ours, _refits, 0.1, baseline_counts=DRAWS / TIMED)


def _ours() -> None:
    told: list[tuple[int, int]] = []
    found = analyse_marks(_sheet(), Coding(), draws=DRAWS, progress=lambda done, of: told.append((done, of)))
    assert found["n"] == PEOPLE
    assert told[-1] == (DRAWS, DRAWS)


def _refits() -> None:
    columns, outcome = _columns()
    draws = np.random.default_rng(5)
    for _ in range(TIMED):
        rows = draws.integers(0, PEOPLE, PEOPLE)
        assert len(sm.OLS(outcome[rows], columns[rows]).fit(cov_type="HC1").bse) == columns.shape[1]


@cache
def _columns() -> tuple[Any, Any]:
    grouped = group_marks(_sheet(), Coding())
    return design(grouped.groups, grouped.terms(grouped.chosen)), grouped.outcome


@cache
def _sheet() -> Sheet:
    chance = random.Random(11)
    marks = [[chance.choice((1, 2, 3, 3, 4, 4, 5)) for _ in range(ATTRIBUTES)] for _ in range(PEOPLE)]
    overall = [min(10, max(1, round(3 + row[0] - (row[1] == 1) + (row[2] == 5) + chance.gauss(0, 1)))) for row in marks]
    return Sheet(tuple(f"a{n}" for n in range(ATTRIBUTES)), marks, [float(one) for one in overall])
