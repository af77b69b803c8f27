"""The vote of a penalty-reward contrast: what low and high marks of one attribute do to the overall mark.

The coefficients are given; signs that are wrong, or classes that change with the coding, are refused (methods.md
A2, E): published rules would still print a confident class for them.

The indices and classes of penalty and reward as they are printed in the literature, to compare with ours.

Sources: Mikulić & Prebežac 2008 (asymmetry), Füller & Matzler 2008 as Li et al. 2025 quote it (ratio), Matzler &
Sauerwein 2002 (significance), Wang et al. 2024 (asymmetry beyond 0.2); methods.md A2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.evidence.votes import Answer, Note, Vote, note, outcome, silent
from charter.domain.statistics.intervals import Interval
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.terms import Strength

MINIMUM_LEVELS = 5


@dataclass(frozen=True)
class Contrast:
    """Penalty and reward in points of the overall mark, with 95 % intervals; `delta` is the least that matters.

    Raises Invalid for an interval whose ends are in the wrong order or a `delta` that is not positive.
    """

    penalty: float
    penalty_interval: Interval
    reward: float
    reward_interval: Interval
    delta: float
    n_low: int
    n_high: int
    outcome_levels: int
    is_stable: bool = True

    def __post_init__(self) -> None:
        if self.delta <= 0:
            raise Invalid("penalty_reward: delta, the least effect that matters, is above 0", "penalty_reward")
        if any(low > high for low, high in (self.penalty_interval, self.reward_interval)):
            raise Invalid("penalty_reward: an interval is written [low, high]", "penalty_reward")


def penalty_reward_vote(contrast: Contrast, *, dated: date | None = None, choices: Choices = OURS) -> Vote:
    """Yes where the whole interval is at or above delta, no where it is wholly below; between, silent."""
    warnings = gates(contrast, choices)
    if warnings:
        return silent("penalty-reward", "customers", *warnings)
    floor = _answer(contrast.penalty_interval, contrast.delta)
    earns = _answer(contrast.reward_interval, contrast.delta)
    because = note(
        f"penalty-reward-{outcome(floor, earns)}",
        penalty=contrast.penalty,
        reward=contrast.reward,
        date=None if dated is None else dated.isoformat(),
    )
    strength = Strength.MODERATE if floor or earns else Strength.NONE
    effects = {
        "floor": (contrast.penalty, contrast.penalty_interval),
        "earns": (contrast.reward, contrast.reward_interval),
    }
    leans = [name for name, (size, interval) in effects.items() if _leans(size, interval, contrast.delta)]
    return Vote("penalty-reward", "customers", floor, earns, strength, (because,), leans=tuple(leans))


def gates(contrast: Contrast, choices: Choices = OURS) -> list[Note]:
    """Why these coefficients may not be used; empty when they may."""
    found: list[Note] = []
    if contrast.outcome_levels < MINIMUM_LEVELS:
        found.append(note("penalty-reward-levels", levels=contrast.outcome_levels))
    if min(contrast.n_low, contrast.n_high) < choices.cell_minimum:
        cells = {"n_low": contrast.n_low, "n_high": contrast.n_high}
        found.append(note("penalty-reward-too-few", **cells, minimum=choices.cell_minimum))
    effects = (contrast.penalty, contrast.penalty_interval), (contrast.reward, contrast.reward_interval)
    if any(effect <= -contrast.delta and interval[1] < 0 for effect, interval in effects):
        found.append(note("penalty-reward-wrong-sign"))
    if not contrast.is_stable:
        found.append(note("penalty-reward-unstable"))
    return found


def _answer(interval: Interval, delta: float) -> Answer | None:
    low, high = interval
    return "yes" if low >= delta else "no" if high < delta else None


def _leans(effect: float, interval: Interval, delta: float) -> bool:
    """Not settled, but small by itself and no more than twice what matters at most."""
    return effect < delta <= interval[1] < 2 * delta


EffectClass = Literal["basic", "performance", "excitement", "neutral"]
RATIO_ABOVE, RATIO_BELOW = 1.1, 0.9
SIGNIFICANT_Z = 1.959963984540054


def asymmetry(penalty: float, reward: float) -> float | None:
    """(reward - penalty) / (reward + penalty), -1 pure floor to +1 pure earner; a wrong sign counts as 0, and no
    effect at all is None."""
    lost, won = max(penalty, 0.0), max(reward, 0.0)
    return (won - lost) / (won + lost) if won + lost > 0 else None


def ratio(penalty: float, reward: float) -> float | None:
    """reward / |penalty|; None without a penalty."""
    return reward / abs(penalty) if penalty else None


def class_by_ratio(penalty: float, reward: float) -> EffectClass | None:
    """Above 1.1 excitement, below 0.9 basic, else performance; never looks at the size of either."""
    found = ratio(penalty, reward)
    if found is None:
        return None
    return "excitement" if found > RATIO_ABOVE else "basic" if found < RATIO_BELOW else "performance"


def class_by_significance(penalty: tuple[float, float], reward: tuple[float, float]) -> EffectClass:
    """Each effect with its standard error: which of the two differs from nothing at 5 %."""
    lost, won = (abs(effect) > SIGNIFICANT_Z * error for effect, error in (penalty, reward))
    if lost and won:
        return "performance"
    return "basic" if lost else "excitement" if won else "neutral"
