"""From marks to groups: which people and attributes can be fitted, under which groupings, and what is in the way.

One attribute by itself beside its partial effect: plain means, and whether all marks move together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from charter.domain.evidence.votes import Note, note
from charter.domain.surveys.marks import Coding, Group, Sheet
from charter.domain.surveys.regression import Floats, Terms, design, is_independent

LOW_WIDE, LOW_NARROW = frozenset({Group.LOWEST, Group.LOW}), frozenset({Group.LOWEST})
HIGH_WIDE, HIGH_NARROW = frozenset({Group.HIGH, Group.HIGHEST}), frozenset({Group.HIGHEST})
ASIDE = frozenset({Group.NOT_APPLICABLE})
LEAST_NOT_APPLICABLE = 30


@dataclass(frozen=True)
class Grouping:
    """One way to group marks: what counts as low and as high."""

    low: frozenset[Group]
    high: frozenset[Group]


@dataclass
class Grouped:
    """What can be fitted. `left_out` says why an attribute is not; `notes` what bears on the whole survey."""

    groups: NDArray[np.int8]
    outcome: Floats
    marks: Floats
    attributes: tuple[str, ...]
    chosen: Grouping
    neighbours: list[Grouping]
    is_aside: list[bool]
    weights: Floats | None = None
    left_out: dict[int, Note] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def size(self, attribute: int, held: frozenset[Group]) -> int:
        """How many marked the attribute within these groups."""
        return int(np.isin(self.groups[:, attribute], [int(one) for one in held]).sum())

    def terms(self, grouping: Grouping, fallback: frozenset[int] = frozenset()) -> Terms:
        """The columns of a fit: low and high of every attribute, and "not applicable" where enough people said so.

        Attributes of `fallback` keep the chosen grouping.
        """
        found: list[tuple[int, frozenset[Group]]] = []
        for at in range(len(self.attributes)):
            if at in self.left_out:
                continue
            by = self.chosen if at in fallback else grouping
            found += [(at, by.low), (at, by.high), *([(at, ASIDE)] if self.is_aside[at] else [])]
        return found


def group_marks(sheet: Sheet, coding: Coding) -> Grouped:
    """The people whose marks are whole, their marks in groups, and the attributes that can be told apart."""
    marks = np.array([[np.nan if mark is None else mark for mark in row] for row in sheet.marks], np.float64)
    marks = marks.reshape(len(sheet.overall), len(sheet.attributes))
    outcome = np.array(sheet.overall, np.float64)
    low_by, high_by = _ends(marks, coding)
    groups = _groups(marks, coding, low_by[0], high_by[0])
    said = groups == Group.NOT_APPLICABLE
    is_aside = [int(count) >= LEAST_NOT_APPLICABLE for count in said.sum(axis=0)]
    partial = np.isnan(marks).any(axis=1)
    aside = (said & ~np.array(is_aside, bool)).any(axis=1) & ~partial
    kept = ~partial & ~aside
    chosen, *neighbours = [Grouping(low, high) for low in low_by[1] for high in high_by[1]]
    if sheet.weights is not None:
        weights = np.array(sheet.weights, np.float64)
        # Who stands for nobody is not fitted; the others weigh 1 on average.
        kept &= weights > 0
        weights = weights[kept] / weights[kept].mean() if kept.any() else weights[kept]
    found = Grouped(groups[kept], outcome[kept], marks[kept], sheet.attributes, chosen, neighbours, is_aside)
    found.weights = None if sheet.weights is None else weights
    if partial.any():
        found.notes.append(note("marks-partial", count=int(partial.sum())))
    if aside.any():
        found.notes.append(note("marks-not-applicable", count=int(aside.sum()), minimum=LEAST_NOT_APPLICABLE))
    _leave_out(found)
    return found


def _ends(marks: Floats, coding: Coding) -> tuple[tuple[set[float], list[frozenset[Group]]], ...]:
    """For low and high: the marks of the inner part, and its groupings, the chosen one first.

    Of several marks chosen the outermost alone is the neighbour; of one mark chosen, the same with the next one.
    """
    given = marks[~np.isnan(marks)]
    between = np.unique(given[(given > max(coding.low)) & (given < min(coding.high))]).tolist()
    low, high = set(coding.low) - {coding.lowest}, set(coding.high) - {coding.highest}
    narrow_first = (not low, not high)
    if not low and len(between) > 1:
        low = {between[0]}
    if not high and len(between) > 1 and between[-1] not in low:
        high = {between[-1]}
    lows = [LOW_WIDE, LOW_NARROW] if low else [LOW_WIDE]
    highs = [HIGH_WIDE, HIGH_NARROW] if high else [HIGH_WIDE]
    return (low, lows[::-1] if narrow_first[0] else lows), (high, highs[::-1] if narrow_first[1] else highs)


def _groups(marks: Floats, coding: Coding, low: set[float], high: set[float]) -> NDArray[np.int8]:
    groups = np.zeros(marks.shape, np.int8)
    groups[marks == coding.lowest], groups[marks == coding.highest] = Group.LOWEST, Group.HIGHEST
    groups[np.isin(marks, sorted(low))], groups[np.isin(marks, sorted(high))] = Group.LOW, Group.HIGH
    if coding.not_applicable is not None:
        groups[marks == coding.not_applicable] = Group.NOT_APPLICABLE
    return groups


def _leave_out(found: Grouped) -> None:
    """Attributes without a low or a high mark, always marked like another, or not to be told from several others."""
    names = found.attributes
    taken = np.ones((len(found.outcome), 1))
    for at, name in enumerate(names):
        column = found.groups[:, at]
        low, high = found.size(at, found.chosen.low), found.size(at, found.chosen.high)
        if not low or not high:
            found.left_out[at] = note(
                "marks-constant" if _is_constant(column) else "marks-one-sided", n_low=low, n_high=high
            )
            continue
        twin = next((other for other in range(at) if (found.groups[:, other] == column).all()), None)
        if twin is not None:
            found.left_out[at] = note("marks-alike", attribute=names[twin])
            continue
        more = np.column_stack([taken, design(found.groups[:, [at]], _alone(found, at))[:, 1:]])
        if is_independent(more):
            taken = more
        else:
            found.left_out[at] = note("marks-tangled", attribute=name)


def _alone(found: Grouped, at: int) -> Terms:
    held = [found.chosen.low, found.chosen.high, *([ASIDE] if found.is_aside[at] else [])]
    return [(0, groups) for groups in held if np.isin(found.groups[:, at], [int(one) for one in groups]).any()]


def _is_constant(column: NDArray[np.int8]) -> bool:
    return len(column) == 0 or bool((column == column[0]).all())


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
    weights = np.ones(len(found.outcome)) if found.weights is None else found.weights
    return {
        name: float(np.average(found.outcome[rows], weights=weights[rows])) if rows.any() else None
        for name, rows in where.items()
    }
