"""Drawing people again: how much is held at once changes no figure, and has an end in a survey of sixty attributes."""

from __future__ import annotations

import numpy as np
import pytest

from charter.domain.surveys import regression
from charter.domain.surveys.marks import Group
from charter.domain.surveys.regression import bootstrap

TERMS = [(at, frozenset({part})) for at in range(8) for part in (Group.LOW, Group.HIGH)]


def test_what_is_held_at_once_changes_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    groups = random.choice(np.array([Group.LOW, Group.MIDDLE, Group.HIGH], np.int8), (900, 8))
    outcome = random.normal(6, 1, 900)
    (whole,) = bootstrap(groups, outcome, [TERMS], 120, 5)
    monkeypatch.setattr(regression, "BLOCK_OF_COUNTS", 17**2 * 7)
    monkeypatch.setattr(regression, "BLOCK_OF_MEETINGS", 900 * 11)
    (parts,) = bootstrap(groups, outcome, [TERMS], 120, 5)
    assert whole.shape == parts.shape == (120, 17)
    np.testing.assert_allclose(parts, whole, rtol=1e-9, atol=1e-9)


def test_sixty_attributes_hold_no_more_than_the_blocks() -> None:
    atoms = regression._Atoms(np.tile(np.array([[1], [2], [4], [5]], np.int8), (1, 60)), np.arange(4.0))
    assert atoms.draws_at_once * len(atoms.columns) ** 2 <= regression.BLOCK_OF_COUNTS
    assert atoms.draws_at_once > 50
