"""Ordinary least squares on groups of marks, with HC1 errors and the bootstrap of pairs: people drawn again whole.

A draw only needs how often each two groups meet. All draws are counted in one product of matrices, and every grouping
of the marks is read from the same counts: a thousand refits cost what a few cost by hand. Loaded on use, never in a
web worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charter.domain.surveys.marks import Group

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
Terms = Sequence[tuple[int, frozenset[Group]]]
"""The columns after the constant: an attribute, and which of its groups the column stands for."""

BLOCK_OF_PEOPLE = 4096
BLOCK_OF_DRAWS = 250
BLOCK_OF_COUNTS, BLOCK_OF_MEETINGS = 6_000_000, 8_000_000
"""So many numbers are held at once, of a survey of sixty attributes too: what draws counted, where two groups meet."""
TOLERANCE = 1e-9
PARTS = (Group.LOWEST, Group.LOW, Group.HIGH, Group.HIGHEST, Group.NOT_APPLICABLE)


@dataclass(frozen=True)
class Fit:
    """Coefficients, the constant first, with their HC1 errors."""

    coefficients: Floats
    errors: Floats
    r2: float


def design(groups: NDArray[np.int8], terms: Terms) -> Floats:
    """One row per person: 1, then for each term whether the person's mark is in its groups."""
    columns = [np.isin(groups[:, attribute], [int(one) for one in held]) for attribute, held in terms]
    return np.column_stack([np.ones(len(groups)), *columns]).astype(np.float64)


def is_independent(columns: Floats) -> bool:
    """Whether no column can be told from the others."""
    scale = np.sqrt((columns * columns).sum(axis=0))
    if not scale.all():
        return False
    unit = columns / scale
    return bool(np.linalg.matrix_rank(unit.T @ unit, tol=TOLERANCE, hermitian=True) == columns.shape[1])


def ordinary(columns: Floats, outcome: Floats, weights: Floats | None = None) -> Fit:
    """The fit, with White's errors corrected by n / (n - k) (HC1). There are more people than columns.

    `weights`: how much each person counts; least squares are weighted, and the errors are those of the sandwich.
    """
    n, k = columns.shape
    around = outcome - np.average(outcome, weights=weights)
    if weights is not None:
        root = np.sqrt(weights)
        columns, outcome, around = columns * root[:, None], outcome * root, around * root
    bread = np.linalg.inv(columns.T @ columns)
    # Solved from an orthogonal form: squaring the columns first would cost half of the digits.
    orthogonal, triangular = np.linalg.qr(columns)
    coefficients = np.linalg.solve(triangular, orthogonal.T @ outcome)
    left = outcome - columns @ coefficients
    meat = (columns * (left * left)[:, None]).T @ columns
    errors = np.sqrt(np.maximum(np.diag(bread @ meat @ bread), 0) * n / (n - k))
    total = float(around @ around)
    return Fit(coefficients, errors, 1 - float(left @ left) / total if total else 0.0)


def bootstrap(
    groups: NDArray[np.int8],
    outcome: Floats,
    codings: Sequence[Terms],
    draws: int,
    seed: int,
    progress: Progress | None = None,
    weights: Floats | None = None,
) -> list[Floats]:
    """For each coding the coefficients of every draw, a row a draw; a draw that cannot be solved is left out.

    `weights`: how much each person counts as often as drawn.
    """
    atoms = _Atoms(groups, outcome)
    makers = [atoms.gathering(terms) for terms in codings]
    found: list[list[Floats]] = [[] for _ in codings]
    random = np.random.default_rng(seed)
    done = 0
    while done < draws:
        size = min(atoms.draws_at_once, draws - done)
        drawn = _weights(random, len(outcome), size)
        products, sums = atoms.count(drawn if weights is None else drawn * weights.astype(np.float32))
        for kept, gather in zip(found, makers, strict=True):
            kept.append(_solved(gather @ products @ gather.T, sums @ gather.T))
        done += size
        if progress is not None:
            progress(done, draws)
    return [np.concatenate(kept) for kept in found]


def _weights(random: np.random.Generator, people: int, draws: int) -> NDArray[np.float32]:
    """How often each person is drawn, a row a draw."""
    weights = np.empty((draws, people), np.float32)
    for row in weights:
        row[:] = np.bincount(random.integers(0, people, people, np.int32), minlength=people)
    return weights


def _solved(squares: Floats, products: Floats) -> Floats:
    try:
        found = np.linalg.solve(squares, products[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:
        found = np.array(list(_one_by_one(squares, products))).reshape(-1, products.shape[1])
    solved: Floats = found[np.isfinite(found).all(axis=1)]
    return solved


def _one_by_one(squares: Floats, products: Floats) -> Iterator[Floats]:
    for square, product in zip(squares, products, strict=True):
        try:
            yield np.linalg.solve(square, product)
        except np.linalg.LinAlgError:
            continue


class _Atoms:
    """The smallest groups of each attribute that anybody's mark is in, and how often two of them meet in a draw."""

    def __init__(self, groups: NDArray[np.int8], outcome: Floats) -> None:
        self.names = [(at, part) for at in range(groups.shape[1]) for part in PARTS if (groups[:, at] == part).any()]
        self.columns = np.ones((len(self.names) + 1, len(groups)), np.float32)
        for place, (at, part) in enumerate(self.names, 1):
            self.columns[place] = groups[:, at] == part
        self.outcome = outcome
        size = len(self.names) + 1
        first, second = np.triu_indices(size)
        owner = np.array([-1, *(at for at, _ in self.names)])
        # Two groups of one attribute never meet: their count is 0 without counting.
        meets = (first == second) | (owner[first] != owner[second])
        self.first, self.second = first[meets], second[meets]

    @property
    def draws_at_once(self) -> int:
        """So many draws are counted together."""
        return max(1, min(BLOCK_OF_DRAWS, BLOCK_OF_COUNTS // len(self.columns) ** 2))

    def gathering(self, terms: Terms) -> Floats:
        """Which atoms each term of a coding gathers."""
        gather = np.zeros((len(terms) + 1, len(self.names) + 1))
        gather[0, 0] = 1
        for row, (attribute, held) in enumerate(terms, 1):
            for place, (at, part) in enumerate(self.names, 1):
                gather[row, place] = at == attribute and part in held
        return gather

    def count(self, weights: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """How often each two atoms meet, and the sums of the outcome, in each draw."""
        draws, people = weights.shape
        size = len(self.columns)
        meetings = np.zeros((draws, len(self.first)), np.float32)
        sums = np.zeros((draws, size))
        for start in range(0, people, BLOCK_OF_PEOPLE):
            block = slice(start, start + BLOCK_OF_PEOPLE)
            drawn, columns = weights[:, block], self.columns[:, block]
            # Whole numbers below 2^24 are exact in single precision; the outcome is added in double.
            step = BLOCK_OF_MEETINGS // columns.shape[1]
            for at in range(0, len(self.first), step):
                pairs = slice(at, at + step)
                meetings[:, pairs] += drawn @ (columns[self.first[pairs]] * columns[self.second[pairs]]).T
            sums += (drawn * self.outcome[block]) @ columns.T.astype(np.float64)
        products: Any = np.zeros((draws, size, size))
        products[:, self.first, self.second] = meetings
        products[:, self.second, self.first] = meetings
        return products, sums
