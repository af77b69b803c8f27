"""Whether a commitment's class drifts from one wave of a survey to the next; other words or other people are refused.

What pleases one year may be expected the next: a tendency, not a law. Two waves are compared only when the same words
were offered to the same customers; differences are tested together (Holm), and only those that matter are told
(methods.md A6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt
from typing import Literal, TypeVar

from charter.domain.charter_file.choices import OURS, Choices
from charter.domain.evidence import kano
from charter.domain.evidence.chance import chi_square, holm, of_draws, two_sided
from charter.domain.evidence.heard import KanoWave, MarksWave, SurveyEvidence, Wave

LEVEL = 0.05
Question = Literal["balance", "penalty", "reward"]
"""What is compared: the Kano balance D (-1 floor, +1 earns), or an effect in points of the overall mark."""
Refused = Literal["wording", "unwritten", "table", "too-few", "scale", "coding"]
AnyWave = TypeVar("AnyWave", bound=Wave)


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
    overall mark must have had the same levels, the same marks been called low and high, and each wave had people
    enough to be classed."""
    refused = _other_words(before, after)
    names = ("delta", "outcome_levels")
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
