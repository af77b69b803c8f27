"""Segments or units of a survey side by side: each against the others together, by a test, after Holm.

Of too few answers nothing is told, and neither of those that a subtraction would find: what the whole says less all
that is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from charter.domain.analyses.answer_counts import WEIGHT
from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.surveys import kano
from charter.domain.surveys.differences import LEVEL, chi_square_of, holm
from charter.domain.surveys.kano import KanoCounts
from charter.domain.surveys.marks import Coding
from charter.domain.surveys.privacy import LEAST_SHOWN


class Counted(Protocol):
    """What a group answered on a promise: parts that are compared, two shares that are printed, and whether it may be
    used."""

    @property
    def parts(self) -> Sequence[float]: ...
    @property
    def answered(self) -> float: ...
    @property
    def n(self) -> float: ...
    @property
    def unhappy(self) -> float: ...
    @property
    def happy(self) -> float: ...
    def is_usable(self, choices: Choices) -> bool: ...


@dataclass(frozen=True)
class PairCounts:
    """The pairs of a group: annoyed without it, pleased to have it."""

    counts: KanoCounts

    @property
    def parts(self) -> Sequence[float]:
        one = self.counts
        return (one.a, one.o, one.m, one.i)

    @property
    def answered(self) -> float:
        return self.counts.answered

    @property
    def n(self) -> float:
        return self.counts.n

    @property
    def unhappy(self) -> float:
        return self.counts.o + self.counts.m

    @property
    def happy(self) -> float:
        return self.counts.a + self.counts.o

    def is_usable(self, choices: Choices) -> bool:
        """By the gates of pairs."""
        return self.n >= LEAST_SHOWN and not kano.gates(self.counts, choices)


@dataclass(frozen=True)
class MarkCounts:
    """The marks of a group: low, between, high; of weighted marks parts of the effective number of people."""

    low: float = 0
    middle: float = 0
    high: float = 0

    @property
    def parts(self) -> Sequence[float]:
        return (self.low, self.middle, self.high)

    @property
    def answered(self) -> float:
        return sum(self.parts)

    n = answered

    @property
    def unhappy(self) -> float:
        return self.low

    @property
    def happy(self) -> float:
        return self.high

    def is_usable(self, choices: Choices) -> bool:
        """As many as the charter asks of each end of the marks."""
        return self.n >= max(choices.cell_minimum, LEAST_SHOWN)


@dataclass(frozen=True)
class Beside:
    """One segment or unit on one commitment beside the others; of fewer answers than the minimum nothing is told.

    `p`: that it answers like all the others together, after Holm; `differs`: below .05.
    """

    commitment: str
    group: str
    counts: Counted | None = None
    p: float | None = None

    @property
    def differs(self) -> bool:
        """Whether chance hardly explains the difference."""
        return self.p is not None and self.p < LEVEL


Groups = Mapping[str, Mapping[str, Counted]]
"""By group the counts by commitment."""


def side_by_side(
    groups: Groups, choices: Choices = OURS, *, whole: Mapping[str, Counted] | None = None
) -> list[Beside]:
    """Each group on each commitment, tested against the others together (chi-squared on the parts), after Holm.

    A group whose answers may not be used is neither shown nor tested. `whole`: what is printed of all people, groups
    among them; where it would tell of fewer than five who are in no group shown, the smallest group is left out too.
    """
    found: list[Beside] = []
    for commitment in dict.fromkeys(key for counts in groups.values() for key in counts):
        asked = {name: counts[commitment] for name, counts in groups.items() if commitment in counts}
        usable: Mapping[str, Counted] = {name: one for name, one in asked.items() if one.is_usable(choices)}
        if whole is not None and commitment in whole:
            usable = _that_hide_others(usable, whole[commitment])
        for name in asked:
            others = [counts.parts for other, counts in usable.items() if other != name]
            together = [sum(parts) for parts in zip(*others, strict=True)]
            p = chi_square_of(together, usable[name].parts)[0] if name in usable and others else None
            found.append(Beside(commitment, name, usable.get(name), p))
    return _adjusted(found)


def _adjusted(found: Sequence[Beside]) -> list[Beside]:
    """The probabilities after Holm; two groups on a promise are one test, told of both."""
    tested = [one for one in found if one.p is not None]
    pairs = {key for key, count in Counter(one.commitment for one in tested).items() if count == 2}
    tests: dict[tuple[str, str], float] = {}
    for one in tested:
        tests.setdefault((one.commitment, "" if one.commitment in pairs else one.group), one.p or 0.0)
    adjusted = dict(zip(tests, holm(list(tests.values())), strict=True))
    return [
        one if one.p is None else replace(one, p=adjusted[one.commitment, "" if one.commitment in pairs else one.group])
        for one in found
    ]


def _that_hide_others(usable: Mapping[str, Counted], whole: Counted) -> Mapping[str, Counted]:
    """The groups that may be shown beside the whole: of those left none is so few that a subtraction tells of them."""
    rest = round(whole.answered - sum(one.answered for one in usable.values()))
    if not usable or not 0 < rest < LEAST_SHOWN:
        return usable
    smallest = min(usable, key=lambda name: usable[name].answered)
    return {name: one for name, one in usable.items() if name != smallest}


def count_marks(answers: Iterable[Mapping[str, Any]], names: Sequence[str], coding: Coding) -> dict[str, list[float]]:
    """By attribute how many marks are low, between and high; weighted ones as parts of the effective number."""
    sums: dict[str, list[float]] = {name: [0.0, 0.0, 0.0] for name in names}
    squares: dict[str, float] = dict.fromkeys(names, 0.0)
    is_weighted = False
    for given in answers:
        weight = given.get(WEIGHT, 1.0)
        is_weighted = is_weighted or WEIGHT in given
        for name in names:
            mark = given.get(name)
            if mark is None or mark == coding.not_applicable:
                continue
            sums[name][0 if mark <= max(coding.low) else 2 if mark >= min(coding.high) else 1] += weight
            squares[name] += weight * weight
    if not is_weighted:
        return sums
    scales = {name: sum(sums[name]) / squares[name] if squares[name] else 0.0 for name in names}
    return {name: [round(part * scales[name], 6) for part in parts] for name, parts in sums.items()}
