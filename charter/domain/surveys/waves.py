"""Whether a commitment's class drifts from one wave of a survey to the next; other words or other people are refused.

What pleases one year may be expected the next: a tendency, not a law. Two waves are compared only when the same words
were offered to the same customers; differences are tested together (Holm), and only those that matter are told
(methods.md A6).

What surveys of customers have told about one commitment: wave by wave, with the words that were offered.

A wave is one asking of one survey: who was asked (segment), in which words, until which day. It speaks from the day
on which its answers were complete and known, and is set aside from the day on which a person withdrew it; what was
true of a past month stays true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from math import sqrt
from typing import Any, Generic, Literal, TypeVar

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.evidence.votes import Note, is_expired, note, validity
from charter.domain.surveys import kano
from charter.domain.surveys.differences import chi_square, holm, of_draws, two_sided
from charter.domain.surveys.kano import CATEGORIES, KanoCounts, Table, category_of

Cells = Mapping[tuple[int, int], int]
"""How many gave each pair of answers (if it is kept, if it is not), 1..5."""


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
        return self.counts.n

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
    found = dict.fromkeys(CATEGORIES, 0)
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


LEVEL = 0.05
Question = Literal["balance", "penalty", "reward"]
"""What is compared: the Kano balance D (-1 floor, +1 earns), or an effect in points of the overall mark."""
Refused = Literal["wording", "unwritten", "table", "too-few", "scale", "coding"]


@dataclass(frozen=True)
class Drift:
    """One comparison of a wave with the one before it, of the same segment.

    `refused` says why the two may not be compared; then nothing else is known. `p` is adjusted by Holm once all
    comparisons of a charter are known; `chi_p` and `v` (Cramér's) compare the four Kano categories.
    """

    commitment: str
    before: str
    after: str
    question: Question
    segment: str = ""
    refused: Refused | None = None
    was: float | None = None
    now: float | None = None
    p: float | None = None
    chi_p: float | None = None
    v: float | None = None
    least: float = 0.1
    is_drift: bool = False

    @property
    def change(self) -> float | None:
        """What is now less what was."""
        return None if self.was is None or self.now is None else self.now - self.was


def drifts(heard: Iterable[tuple[str, SurveyEvidence]], choices: Choices = OURS) -> list[Drift]:
    """Every wave against the one before it, over all commitments at once, told as drift where the change is at least
    the charter's least and p < .05 after Holm."""
    found = [drift for key, waves in heard for drift in _of_one(key, waves, choices)]
    tested = [drift for drift in found if drift.p is not None]
    adjusted = dict(zip(map(id, tested), holm([drift.p or 0.0 for drift in tested]), strict=True))
    return [_judged(drift, adjusted[id(drift)]) if id(drift) in adjusted else drift for drift in found]


def _judged(drift: Drift, p: float) -> Drift:
    change = drift.change
    return replace(drift, p=p, is_drift=change is not None and abs(change) >= drift.least and p < LEVEL)


def _of_one(key: str, heard: SurveyEvidence, choices: Choices) -> list[Drift]:
    pairs = [_compare_kano(key, *pair, choices) for pair in successive(heard.kano)]
    marks = [drift for pair in successive(heard.penalty_reward) for drift in _compare_marks(key, *pair)]
    return pairs + marks


def successive(waves: Sequence[AnyWave]) -> list[tuple[AnyWave, AnyWave]]:
    """Each wave with the one before it of the same segment, by the day of asking."""
    found = []
    for segment in dict.fromkeys(wave.segment for wave in waves):
        same = sorted((w for w in waves if w.segment == segment), key=lambda wave: (wave.asked_on, wave.id))
        found += list(pairwise(same))
    return found


def _compare_kano(key: str, before: KanoWave, after: KanoWave, choices: Choices) -> Drift:
    base = Drift(key, before.name, after.name, "balance", after.segment, least=float(choices.drift_least))
    refused = _other_words(before, after) or ("table" if before.table != after.table else None)
    if refused is None and (kano.gates(before.counts, choices) or kano.gates(after.counts, choices)):
        refused = "too-few"
    if refused is not None:
        return replace(base, refused=refused)
    (was, was_se), (now, now_se) = (
        kano.difference(before.counts) or (0.0, 0.0),
        kano.difference(after.counts) or (0.0, 0.0),
    )
    chi_p, v = chi_square(before.counts, after.counts)
    return replace(base, was=was, now=now, p=two_sided(now - was, sqrt(was_se**2 + now_se**2)), chi_p=chi_p, v=v)


def _compare_marks(key: str, before: MarksWave, after: MarksWave) -> list[Drift]:
    """Penalty and reward by the difference of their draws, or by their standard errors where no draws were kept: the
    overall mark must have had the same scale, the same marks been called low and high, and each wave had people
    enough to be classed."""
    refused = _other_words(before, after)
    # By the scale that was declared; where none was, by the levels that occurred.
    is_declared = before.result.get("scale") is not None and after.result.get("scale") is not None
    names = ("scale",) if is_declared else ("delta", "outcome_levels")
    if refused is None and any(before.result.get(name) != after.result.get(name) for name in names):
        refused = "scale"
    if refused is None and any(before.result.get(name) != after.result.get(name) for name in ("low", "high")):
        refused = "coding"
    if refused is None and "insufficient" in (before.result.get("class"), after.result.get("class")):
        refused = "too-few"
    return [_compare_effect(key, (before, after), question, refused) for question in ("penalty", "reward")]


def _compare_effect(key: str, waves: tuple[MarksWave, MarksWave], question: Question, refused: Refused | None) -> Drift:
    before, after = waves
    base = Drift(key, before.name, after.name, question, after.segment, refused=refused)
    told = [wave.result.get(name) for wave in waves for name in (question, f"{question}_se")]
    if refused is not None or None in told:
        return replace(base, refused=refused or "too-few")
    was, was_se, now, now_se = (float(number or 0.0) for number in told)
    least = float(after.result.get("delta") or 0.0)
    drawn = before.spread.get(question), after.spread.get(question)
    p = of_draws(drawn[0], drawn[1]) if drawn[0] and drawn[1] else two_sided(now - was, sqrt(was_se**2 + now_se**2))
    return replace(base, was=was, now=now, p=p, least=least)


def _other_words(before: Wave, after: Wave) -> Refused | None:
    if not before.wording or not after.wording:
        return "unwritten"
    return "wording" if before.wording != after.wording else None
