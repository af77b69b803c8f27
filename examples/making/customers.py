"""What customers said of the promises themselves: pairs of Kano answers, and marks with an overall mark."""

from __future__ import annotations

import numpy as np

from making.rhythm import Rng
from making.tables import Table

PAIRS = {"A": (1, 3), "O": (1, 5), "M": (2, 5), "I": (3, 3), "R": (5, 2), "Q": (1, 1)}
"""A pair of answers for each category: 1 like, 2 expect, 3 neutral, 4 live with, 5 dislike."""

OPINIONS = {
    "phone-3-minutes": (0.05, 0.13, 0.58, 0.21, 0.02, 0.01),
    "complaint-10-days": (0.05, 0.22, 0.55, 0.15, 0.01, 0.02),
    "refund-15-days": (0.03, 0.20, 0.66, 0.09, 0.01, 0.01),
    "real-reading": (0.04, 0.26, 0.56, 0.12, 0.01, 0.01),
    "call-back": (0.13, 0.56, 0.20, 0.09, 0.01, 0.01),
    "one-person": (0.55, 0.16, 0.06, 0.20, 0.02, 0.01),
    "warned-before-rise": (0.50, 0.20, 0.09, 0.18, 0.02, 0.01),
    "best-advice": (0.57, 0.11, 0.05, 0.22, 0.04, 0.01),
}
"""By promise the shares of A, O, M, I, R, Q: half are owed, three please, one does both."""

BEFORE = {
    "phone-3-minutes": (0.09, 0.26, 0.40, 0.22, 0.02, 0.01),
    "best-advice": (0.42, 0.10, 0.05, 0.38, 0.04, 0.01),
}
"""What another wave said a year earlier, where it was not the same: waiting was forgiven, and advice left many cold."""

EXPECTED = {"greener-choice": (0.48, 0.16, 0.08, 0.24, 0.03, 0.01)}
"""The same of an expectation that no promise answers yet."""

EFFECTS = {
    "phone-3-minutes": (1.1, 0.0),
    "complaint-10-days": (1.0, 0.0),
    "refund-15-days": (1.2, 0.0),
    "real-reading": (1.6, 0.0),
    "call-back": (0.9, 0.9),
    "one-person": (0.0, 1.2),
    "warned-before-rise": (0.0, 1.0),
    "best-advice": (0.0, 1.1),
}
"""By promise what a low mark costs and what a high one brings, in points of the overall mark from 0 to 10."""

BEFORE_ASKED, PEOPLE, MARKING = 400, 480, 900
"""The first wave asked fewer, so that the second one speaks: fewer answers never stand for more."""


def kano(rng: Rng, *, is_before: bool = False) -> Table:
    """A row per person and promise; one answer in fifty is left empty. `is_before`: the wave of the year before."""
    asked = OPINIONS | (BEFORE if is_before else {}) | EXPECTED
    count = BEFORE_ASKED if is_before else PEOPLE
    keys = np.repeat(np.array(list(asked), dtype=object), count)
    chosen = np.concatenate([rng.choice(np.array(list(PAIRS)), count, p=shares) for shares in asked.values()])
    pairs = np.array([PAIRS[one] for one in chosen], dtype=object)
    functional, dysfunctional = pairs[:, 0], pairs[:, 1]
    dysfunctional[rng.random(len(keys)) < 0.02] = None
    people = np.tile(np.array([f"K{n:03}" for n in range(1, count + 1)], dtype=object), len(asked))
    return {"répondant": people, "attribut": keys, "fonctionnel": functional, "dysfonctionnel": dysfunctional}


def marks(rng: Rng) -> Table:
    """A row per person: marks of 1 to 5, and an overall mark that their effects make, with what nothing explains."""
    given = {key: rng.choice(np.arange(1, 6), MARKING, p=(0.1, 0.15, 0.3, 0.25, 0.2)) for key in EFFECTS}
    overall = np.full(MARKING, 5.2) + rng.normal(0, 1, MARKING)
    for key, (penalty, reward) in EFFECTS.items():
        overall += np.where(given[key] <= 2, -penalty, 0) + np.where(given[key] >= 4, reward, 0)
    people = np.array([f"N{n:03}" for n in range(1, MARKING + 1)], dtype=object)
    whole = {key: column.astype(object) for key, column in given.items()}
    return (
        {"répondant": people} | whole | {"note globale": np.clip(np.round(overall), 0, 10).astype(int).astype(object)}
    )
