"""What surveys of customers have told about one commitment: wave by wave, and which wave speaks for it.

A wave is one asking of one survey: who was asked (segment), in which words, until which day. It speaks from the day
on which its answers were complete and known, and is set aside from the day on which a person withdrew it; what was
true of a past month stays true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.evidence.votes import Note, is_expired, note, validity
from charter.domain.surveys import kano
from charter.domain.surveys.kano import CATEGORIES, KanoCounts, Table, category_of

Cells = Mapping[tuple[int, int], float]
"""How many gave each pair of answers (if it is kept, if it is not), 1..5; weighted ones in parts."""


@dataclass(frozen=True)
class Wave:
    """One asking of one survey. `segment` '' is all customers; `wording` '' was not written down.

    `asked_on` is the last day of asking: the evidence ages from it. `known_on` is when it began to count.
    `preferred_on`: when a person decided that it speaks although fewer people answered than before.
    """

    id: int
    name: str
    segment: str
    wording: str
    asked_on: date
    known_on: date
    withdrawn_on: date | None = None
    preferred_on: date | None = None

    @property
    def people(self) -> int:
        """How many answered."""
        return 0

    def unusable(self, choices: Choices) -> list[Note]:
        """Why it may not be used; empty where it may."""
        return []

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

    @property
    def people(self) -> int:
        """Those whose answers count."""
        return round(self.counts.n)

    def unusable(self, choices: Choices) -> list[Note]:
        """Too few answers, too many that contradict themselves or want the opposite."""
        return kano.gates(self.counts, choices)


@dataclass(frozen=True)
class MarksWave(Wave):
    """What a survey of marks found for one commitment: the line of `analyse penalty-reward` with its `delta`,
    `outcome_levels` and `stable`; and the draws of `penalty` and `reward` in a hundred parts, where they were kept."""

    result: Mapping[str, Any] = field(default_factory=dict)
    spread: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """Those who marked at the two ends, where no more is known."""
        return int(self.result.get("n") or self.result.get("n_low", 0) + self.result.get("n_high", 0))

    def unusable(self, choices: Choices) -> list[Note]:
        """Too few people, a wrong sign, a class that turns with the grouping, no interval."""
        found = self.result
        told = found.get("penalty_interval") and found.get("reward_interval")
        if told and found.get("class") not in ("insufficient", "anomalous") and found.get("stable", True):
            return []
        return [dict(one) for one in found.get("warnings", ())] or [note("marks-no-interval")]


@dataclass(frozen=True)
class SurveyEvidence:
    """All waves of one commitment that speak on a day, oldest first."""

    kano: tuple[KanoWave, ...] = ()
    penalty_reward: tuple[MarksWave, ...] = ()


AnyWave = TypeVar("AnyWave", bound=Wave)


def counts_of(cells: Cells, table: Table = "classic") -> KanoCounts:
    """Pairs of answers counted by category."""
    found: dict[str, float] = dict.fromkeys(CATEGORIES, 0)
    for (functional, dysfunctional), count in cells.items():
        found[category_of(functional, dysfunctional, table)] += count
    return KanoCounts(**{category.lower(): count for category, count in found.items()})


@dataclass(frozen=True)
class Speaking(Generic[AnyWave]):
    """The wave that speaks for a commitment, and what is to be said of newer ones that do not."""

    wave: AnyWave | None = None
    aside: tuple[Note, ...] = ()


def speaking(waves: Sequence[AnyWave], choices: Choices = OURS, on: date | None = None) -> Speaking[AnyWave]:
    """The newest wave that may be used, of all customers; where only segments may be, of the one segment.

    A wave that may not be used changes nothing. Fewer people never replace more within the term, unless a person
    decided so. Where none may be used the newest stands, and says why. Several segments without all customers decide
    nothing together: each is shown beside.
    """
    newest = sorted(waves, key=lambda wave: (wave.asked_on, wave.known_on, wave.id))
    usable = _of_one_group([wave for wave in newest if not wave.unusable(choices)], newest)
    if not usable:
        last = _of_one_group(newest, newest)
        return Speaking(last[-1] if last else None)
    chosen, aside = usable[0], list[Note]()
    for wave in usable[1:]:
        is_over = on is not None and is_expired(chosen.asked_on, on, validity("customers", choices))
        if wave.people >= chosen.people or is_over or (wave.preferred_on and (on is None or wave.preferred_on <= on)):
            chosen, aside = wave, []
        else:
            aside.append(note("wave-aside-smaller", wave=wave.name, n=wave.people, more=chosen.people))
    refused = [one for one in newest if one.unusable(choices) and one.segment == chosen.segment]
    newer = [one for one in refused if (one.asked_on, one.id) > (chosen.asked_on, chosen.id)]
    aside += [note("wave-aside-unusable", wave=one.name, n=one.people) for one in newer]
    return Speaking(chosen, tuple(aside))


def _of_one_group(waves: list[AnyWave], asked: list[AnyWave]) -> list[AnyWave]:
    """Those of all customers, else those of the one segment that was asked at all."""
    whole = [wave for wave in waves if not wave.segment]
    return whole or (waves if len({wave.segment for wave in asked} - {""}) == 1 else [])


def as_evidence(heard: SurveyEvidence, choices: Choices = OURS, on: date | None = None) -> dict[str, Any]:
    """The waves that speak on a day, in the words of `analyse class`; `aside`: what is said of newer ones."""
    found: dict[str, Any] = {}
    pairs, marks = speaking(heard.kano, choices, on), speaking(heard.penalty_reward, choices, on)
    if pairs.wave is not None:
        found["kano"] = pairs.wave.counts.by_category | {"date": pairs.wave.asked_on}
        found["kano"] |= {"aside": list(pairs.aside)} if pairs.aside else {}
    told = marks.wave
    if told is not None and told.result.get("penalty_interval") and told.result.get("reward_interval"):
        found["penalty_reward"] = dict(told.result) | {"date": told.asked_on}
        found["penalty_reward"] |= {"aside": list(marks.aside)} if marks.aside else {}
    return found
