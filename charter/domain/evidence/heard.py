"""What surveys of customers have told about one commitment: wave by wave, with the words that were offered.

A wave is one asking of one survey: who was asked (segment), in which words, until which day. It speaks from the day
on which its answers were complete and known, and is set aside from the day on which a person withdrew it; what was
true of a past month stays true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from charter.domain.evidence.kano import KanoCounts
from charter.domain.evidence.kano_answers import CATEGORIES, Table, category_of

Cells = Mapping[tuple[int, int], int]
"""How many gave each pair of answers (if it is kept, if it is not), 1..5."""


@dataclass(frozen=True)
class Wave:
    """One asking of one survey. `segment` '' is all customers; `wording` '' was not written down.

    `asked_on` is the last day of asking: the evidence ages from it. `known_on` is when it began to count.
    """

    id: int
    name: str
    segment: str
    wording: str
    asked_on: date
    known_on: date
    withdrawn_on: date | None = None

    def speaks_on(self, day: date) -> bool:
        """Known by then, and not withdrawn yet."""
        return self.known_on <= day and (self.withdrawn_on is None or day < self.withdrawn_on)


@dataclass(frozen=True)
class KanoWave(Wave):
    """The pairs of answers on one commitment in one wave."""

    cells: Cells = field(default_factory=dict)
    half_answered: int = 0
    table: Table = "classic"

    @property
    def counts(self) -> KanoCounts:
        """By the wave's own table."""
        return counts_of(self.cells, self.table)


@dataclass(frozen=True)
class MarksWave(Wave):
    """What a survey of marks found for one commitment: the line of `analyse penalty-reward` with its `delta`,
    `outcome_levels` and `stable`; and the draws of `penalty` and `reward` in a hundred parts, where they were kept."""

    result: Mapping[str, Any] = field(default_factory=dict)
    spread: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyEvidence:
    """All waves of one commitment that speak on a day, oldest first."""

    kano: tuple[KanoWave, ...] = ()
    penalty_reward: tuple[MarksWave, ...] = ()


AnyWave = TypeVar("AnyWave", bound=Wave)


def counts_of(cells: Cells, table: Table = "classic") -> KanoCounts:
    """Pairs of answers counted by category."""
    found = dict.fromkeys(CATEGORIES, 0)
    for (functional, dysfunctional), count in cells.items():
        found[category_of(functional, dysfunctional, table)] += count
    return KanoCounts(**{category.lower(): count for category, count in found.items()})


def deciding(waves: Sequence[AnyWave]) -> AnyWave | None:
    """The wave that speaks for a commitment: the newest of all customers; where only segments were asked, the newest
    of the one segment. Several segments without all customers decide nothing together: each is shown beside."""
    newest = sorted(waves, key=lambda wave: (wave.asked_on, wave.known_on, wave.id))
    whole = [wave for wave in newest if not wave.segment]
    if whole:
        return whole[-1]
    return newest[-1] if len({wave.segment for wave in newest}) == 1 else None


def as_evidence(heard: SurveyEvidence) -> dict[str, Any]:
    """The deciding waves in the words of `analyse class`."""
    found: dict[str, Any] = {}
    kano, marks = deciding(heard.kano), deciding(heard.penalty_reward)
    if kano is not None:
        found["kano"] = kano.counts.by_category | {"date": kano.asked_on}
    if marks is not None and marks.result.get("penalty_interval") and marks.result.get("reward_interval"):
        found["penalty_reward"] = dict(marks.result) | {"date": marks.asked_on}
    return found
