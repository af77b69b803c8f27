"""Penalty and reward of one attribute under one grouping of marks: sizes, intervals, and the class that follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from charter.domain.charter_file.charter import OURS, Choices
from charter.domain.surveys.penalty_reward import asymmetry, class_by_ratio, class_by_significance
from charter.domain.surveys.regression import Fit, Floats

_ENDS = (2.5, 97.5)
_HUNDRED = np.arange(0.5, 100)
"""The middles of a hundred equal parts: what is kept of the draws for comparing waves (methods.md A6)."""
_NOTHING = 1e-12


@dataclass(frozen=True)
class Effect:
    """Penalty or reward: its size, HC1 error, 95 % interval from the bootstrap, and the draws in a hundred parts."""

    size: float
    error: float
    interval: tuple[float, float]
    draws: tuple[float, ...] = ()


@dataclass(frozen=True)
class Effects:
    """What one grouping of marks says of one attribute. `asymmetry_interval` is None where no draw had an effect."""

    n_low: int
    n_high: int
    penalty: Effect
    reward: Effect
    asymmetry: float | None
    asymmetry_interval: tuple[float, float] | None


def class_of_effects(effects: Effects, delta: float, choices: Choices = OURS) -> str:
    """Our rule (methods.md A2, 5) under one grouping of marks; stability is looked at besides."""
    theta = float(choices.asymmetry)
    if min(effects.n_low, effects.n_high) < choices.cell_minimum:
        return "insufficient"
    both = (effects.penalty, effects.reward)
    if any(effect.size <= -delta and effect.interval[1] < 0 for effect in both):
        return "anomalous"
    penalised, rewarded = (effect.size >= delta and effect.interval[0] > 0 for effect in both)
    if not penalised and not rewarded:
        return "neutral"
    index, (low, high) = effects.asymmetry, effects.asymmetry_interval or (0.0, 0.0)
    if index is not None and penalised and index <= -theta and high < 0:
        return "basic"
    if index is not None and rewarded and index >= theta and low > 0:
        return "excitement"
    return "performance" if penalised and rewarded else "undetermined"


def effects_of(fit: Fit, drawn: Floats, place: int, sizes: tuple[int, int]) -> Effects:
    penalties, rewards = -drawn[:, place], drawn[:, place + 1]
    penalty, reward = -float(fit.coefficients[place]), float(fit.coefficients[place + 1])
    lost, won = np.maximum(penalties, 0), np.maximum(rewards, 0)
    spread = lost + won
    has = spread > _NOTHING
    indices = (won - lost)[has] / spread[has]
    return Effects(
        *sizes,
        Effect(penalty, float(fit.errors[place]), _interval(penalties, penalty), _parts(penalties)),
        Effect(reward, float(fit.errors[place + 1]), _interval(rewards, reward), _parts(rewards)),
        asymmetry(*(0.0 if abs(size) < _NOTHING else size for size in (penalty, reward))),
        _interval(indices, 0.0) if len(indices) else None,
    )


def _interval(values: Floats, otherwise: float) -> tuple[float, float]:
    """The middle 95 % of the draws; without any draw, nothing but the value itself."""
    low, high = np.percentile(values, _ENDS) if len(values) else (otherwise, otherwise)
    return float(low), float(high)


def _parts(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{one:.6g}") for one in np.percentile(values, _HUNDRED)) if len(values) else ()


def printed(effects: Effects | None) -> dict[str, Any]:
    names = ("penalty", "penalty_se", "penalty_interval", "reward", "reward_se", "reward_interval", "asymmetry",
             "asymmetry_interval", "range_of_impact", "published")  # fmt: skip
    if effects is None:
        return dict.fromkeys(names)
    penalty, reward = effects.penalty, effects.reward
    values = (
        penalty.size,
        penalty.error,
        list(penalty.interval),
        reward.size,
        reward.error,
        list(reward.interval),
        effects.asymmetry,
        list(effects.asymmetry_interval) if effects.asymmetry_interval else None,
        penalty.size + reward.size,
        {
            "significance": class_by_significance((penalty.size, penalty.error), (reward.size, reward.error)),
            "ratio": class_by_ratio(penalty.size, reward.size),
        },
    )
    return dict(zip(names, values, strict=True))


def turns(effects: Effects, name: str) -> bool:
    """Whether an effect is below nothing by more than rounding: it counts as 0 in the asymmetry, and is said."""
    effect: Effect = getattr(effects, name)
    return effect.size < -_NOTHING and effect.interval[1] < 0
