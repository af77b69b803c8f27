"""One attribute by itself beside its partial effect: plain means, and whether all marks move together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from charter.domain.evidence.groupings import ASIDE, Grouped
from charter.domain.evidence.marks import Coding, Group
from charter.domain.evidence.votes import Note, note

HALO = 0.5


def halo(found: Grouped, coding: Coding) -> Iterator[Note]:
    """Marks that all move together: partial effects shrink or turn, so that plain means are to be looked at too."""
    used = [at for at in range(len(found.attributes)) if at not in found.left_out]
    if len(used) < 2 or len(found.outcome) < 3:
        return
    marks = found.marks[:, used].copy()
    if coding.not_applicable is not None:
        marks = marks[(marks != coding.not_applicable).all(axis=1)]
    if len(marks) < 3 or not marks.std(axis=0).all():
        return
    related = np.atleast_2d(np.corrcoef(marks, rowvar=False))
    mean = float(related[np.triu_indices(len(used), 1)].mean())
    if mean >= HALO:
        yield note("marks-halo", correlation=round(mean, 2))


def means_alone(found: Grouped, at: int) -> dict[str, float | None]:
    """The mean overall mark of those who marked the attribute low, between and high: one attribute, nothing else."""
    held: Sequence[tuple[str, frozenset[Group]]] = (
        ("low", found.chosen.low),
        ("middle", frozenset(Group) - found.chosen.low - found.chosen.high - ASIDE),
        ("high", found.chosen.high),
    )
    groups = found.groups[:, at]
    where = {name: np.isin(groups, [int(one) for one in parts]) for name, parts in held}
    return {name: float(found.outcome[rows].mean()) if rows.any() else None for name, rows in where.items()}
