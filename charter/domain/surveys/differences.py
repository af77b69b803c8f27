"""Whether a commitment's class drifts from one wave of a survey to the next; other words or other people are refused.

What pleases one year may be expected the next: a tendency, not a law. Two waves are compared only when the same words
were offered to the same customers; differences are tested together (Holm), and only those that matter are told
(methods.md A6). The few laws of chance that this needs stand below, without a library.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, erfc, exp, pi, sqrt
from typing import Literal

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.surveys import kano
from charter.domain.surveys.kano import KanoCounts
from charter.domain.surveys.waves import AnyWave, KanoWave, MarksWave, SurveyEvidence, Wave

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


def two_sided(difference: float, se: float) -> float:
    """The two-sided p of a difference by the normal law; 1 where nothing differs, 0 where nothing varies."""
    if se == 0:
        return 1.0 if difference == 0 else 0.0
    return erfc(abs(difference / se) / sqrt(2))


def of_draws(before: Sequence[float], after: Sequence[float]) -> float:
    """The two-sided p that two effects differ, from the difference of their draws, each with each (methods.md A6).

    Both are in rising order. Never below twice the share of one pair: so many draws tell no less.
    """
    pairs = len(before) * len(after)
    below = sum(len(before) - bisect_left(before, one) for one in after)
    above = sum(bisect_right(before, one) for one in after)
    return min(1.0, 2 * max(1, min(below, above)) / pairs)


def chi_square(before: KanoCounts, after: KanoCounts) -> tuple[float | None, float | None]:
    """p of the chi-squared test on A, O, M, I and Cramér's V; None where one category alone was answered."""
    return chi_square_of(*[(c.a, c.o, c.m, c.i) for c in (before, after)])


def chi_square_of(one: Sequence[float], other: Sequence[float]) -> tuple[float | None, float | None]:
    """The same of any two groups counted in the same categories, four at most."""
    rows = [one, other]
    columns = [column for column in zip(*rows, strict=True) if sum(column)]
    totals, n = [sum(row) for row in rows], sum(map(sum, rows))
    if len(columns) < 2 or min(totals) == 0:
        return None, None
    chi = sum(
        (count - total * sum(column) / n) ** 2 / (total * sum(column) / n)
        for column in columns
        for count, total in zip(column, totals, strict=True)
    )
    return _chi_tail(chi, len(columns) - 1), sqrt(chi / n)


def _chi_tail(chi: float, df: int) -> float:
    """The upper tail of the chi-squared law with 1, 2 or 3 degrees of freedom."""
    if df == 2:
        return exp(-chi / 2)
    tail = erfc(sqrt(chi / 2))
    return tail if df == 1 else tail + sqrt(2 * chi / pi) * exp(-chi / 2)


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's adjustment: the probabilities of several tests made at once, in their order."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted, highest = [0.0] * len(ps), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, ps[i] * (len(ps) - rank)))
        adjusted[i] = highest
    return adjusted


POWER_90, POWER_80, BY_CHANCE = 1.2816, 0.8416, 1.96
SD_OF_BALANCE = 0.63
"""Of the Kano balance D of one person, as surveys have it (methods.md A6)."""


def people_for_majority(share: float, cut: float = 0.5) -> int:
    """How many must answer to tell a share from the cut in nine surveys of ten, at 95 %; in tens.

    Normal approximation with the correction for continuity (Fleiss, Levin & Paik 2003, 2.4).

    >>> people_for_majority(0.6)
    270
    """
    apart = abs(share - cut)
    plain = (BY_CHANCE * sqrt(cut * (1 - cut)) + POWER_90 * sqrt(share * (1 - share))) ** 2 / apart**2
    corrected = plain / 4 * (1 + sqrt(1 + 2 / (plain * apart))) ** 2
    return 10 * ceil(corrected / 10)


def people_for_drift(change: float) -> int:
    """How many must answer each time to see such a change of the balance D in eight comparisons of ten; in tens."""
    needed = 2 * ((BY_CHANCE + POWER_80) * SD_OF_BALANCE / change) ** 2
    return 10 * ceil(needed / 10)
